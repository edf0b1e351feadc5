"""Records that are not held give the model that they give when they are."""

import json
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from virality import train
from virality.errors import DataError, LostError, OptionError
from virality.records import read
from virality.sample import make_sample
from virality.training.concluding import concluded
from virality.training.means import Means
from virality.training.passes import room as rooms
from virality.training.passes.room import Room
from virality.training.retracing import retraced
from virality.training.settings import Settings
from virality.training.train import prepare, prepared, run

REFERENCE = {"schema": "reference-15", "moment": "full", "l2": 1e-3}
ROUGHLY = Room(slice_rows=150, part_rows=100_000, drawn_rows=100_000, buffer=1 << 16)
FINELY = Room(slice_rows=150, part_rows=90, drawn_rows=100_000, buffer=1 << 16)
SAMPLED = Room(slice_rows=400, part_rows=300, drawn_rows=600, buffer=1 << 16)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("records") / "videos.jsonl"
    records = make_sample(1200, seed=3).records
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records))
    return path


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder in which temporary ones are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def having(monkeypatch):
    """Give any memory the same room."""
    return lambda room: monkeypatch.setattr(Room, "of", classmethod(lambda *_: room))


def stated(scorer, path):
    """What the model's file states, but for the time."""
    scorer.save(path)
    return json.loads(path.read_text()) | {"trainedAt": None}


def alike(found, expected):
    """Tell whether two files state the same, but for how sums are rounded."""
    if isinstance(expected, dict):
        names = expected.keys() - {"sha256", "gradient_norm"}
        return found.keys() == expected.keys() and all(
            alike(found[name], expected[name]) for name in names
        )
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(expected, float):
        return found == pytest.approx(expected, rel=1e-6, abs=1e-9)
    return found == expected


def coefficients(scorer):
    model = scorer.artefact.classifier.model
    return np.column_stack([model.coef, model.intercept])


@pytest.mark.parametrize(
    "choices",
    [
        {"moment": "before"},
        {"moment": "after", "refit": True, "split": "author"},
        {"schema": "reference-15", "outcome": "author_multiple"},
        REFERENCE | {"where": "views > 500", "limit": 900, "outcome": "wes"},
    ],
    ids=lambda choices: "-".join(map(str, choices.values())),
)
def test_records_passed_over_give_the_same_file(source, tmp_path, having, temporary, choices):
    """Bit for bit where all accounts are worked on at once; in small parts, but for rounding."""
    held = stated(train(source, **choices), tmp_path / "a.json")
    having(ROUGHLY)
    assert stated(train(source, memory="1GB", **choices), tmp_path / "b.json") == held
    having(FINELY)
    assert alike(stated(train(source, memory="1GB", **choices), tmp_path / "b.json"), held)
    assert list(temporary.iterdir()) == []


def test_a_random_split_parts_the_same_videos_and_fits_them_alike(source, having):
    """Their order is another, so sums are rounded otherwise."""
    having(FINELY)
    choices = REFERENCE | {"split": "random"}
    held, passed = (train(source, memory=memory, **choices) for memory in (None, "1GB"))
    assert coefficients(passed) == pytest.approx(coefficients(held), rel=1e-7, abs=1e-9)
    assert passed.evaluation["rows"] == held.evaluation["rows"]
    settings = Settings(**choices)
    having(ROUGHLY)
    rough = train(source, memory="1GB", **choices)
    assert retraced(rough, prepare(source, settings), settings) is not None


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_other_forms_and_several_files_are_passed_over_alike(source, tmp_path, having, form):
    frame = read(source).frame.drop("hashtags")
    for number, part in enumerate((frame[:700], frame[700:])):
        path = tmp_path / f"{number}.{form}"
        part.write_csv(path) if form == "csv" else part.write_parquet(path, row_group_size=200)
    pattern = f"{tmp_path}/*.{form}"
    held = train(pattern, **REFERENCE)
    having(FINELY)
    passed = train(pattern, memory="1GB", **REFERENCE)
    assert stated(passed, tmp_path / "b.json") == stated(held, tmp_path / "a.json")


def test_files_too_large_for_half_of_the_memory_are_not_held(source, monkeypatch):
    assert Means().room(source) is None
    monkeypatch.setattr("virality.training.means.machine_memory", lambda: 16 << 20)
    assert Means().room(source) is not None


def test_predictions_and_rejections_are_those_of_records_that_are_held(source, having):
    having(FINELY)
    held = run(source, Settings(**REFERENCE))
    settings = Settings(**REFERENCE)
    with prepared(source, settings, Means("1GB")) as videos:
        done = concluded(videos.ready(), settings)
        assert_frame_equal(done.predictions().collect(), held.predictions())
        rejected = videos.rejections.collect().sort("file", "row")
    assert_frame_equal(rejected, held.examples.rejections)


@pytest.mark.parametrize("choices", [REFERENCE, {"moment": "before"}], ids=["softmax", "curves"])
def test_a_fit_begun_on_a_sample_ends_at_the_optimum_of_all_rows(source, tmp_path, having, choices):
    """However the rows are cut into parts, and whoever passes over them."""
    having(SAMPLED)
    told = []
    passed = train(source, memory="1GB", progress=told.append, **choices)
    certificate = passed.artefact.certificate
    rows = passed.evaluation["rows"]["train"]
    assert certificate["sample"]["of"] == rows > certificate["sample"]["rows"] > 300
    assert certificate["gradient_norm"] <= 1e-6
    assert certificate["rows"] in (rows, rows - certificate["rows_with_gaps"])
    assert any(f"{rows:,} rows, gradient norm" in step for step in told)
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        spread = train(source, memory="1GB", executor=executor, **choices)
    first, second = (tmp_path / name for name in "ab")
    assert stated(spread, first) == stated(passed, second)


def test_a_fit_by_passes_over_all_rows_is_the_fit_that_holds_them(source, tmp_path, having):
    having(FINELY)
    held = train(source, **REFERENCE)
    watched = train(source, checkpoint=tmp_path / "state.json", **REFERENCE)
    assert coefficients(watched) == pytest.approx(coefficients(held), abs=1e-6)


@pytest.mark.parametrize("how", [KeyboardInterrupt, DataError("none")], ids=["cancelled", "failed"])
def test_whatever_ends_a_training_its_folder_is_removed(source, temporary, having, how):
    having(FINELY)

    def end(step):
        if step.startswith("computing features"):
            assert list(temporary.iterdir())
            raise how

    with pytest.raises(how if isinstance(how, type) else DataError):
        train(source, memory="1GB", progress=end, **REFERENCE)
    assert list(temporary.iterdir()) == []


def test_means_that_contradict_each_other_or_the_recipe_are_refused(source):
    with ProcessPoolExecutor(1) as executor, pytest.raises(OptionError, match="not both"):
        train(source, executor=executor, cluster="tcp://127.0.0.1:9")
    with pytest.raises(OptionError, match="solve the objective"):
        train(source, checkpoint="state.json", recipe="reference", schema="reference-15")
    for memory, why in (("much", "not a size"), ("3MB", "too little")):
        with pytest.raises(OptionError, match=why):
            train(source, memory=memory)


def test_a_machine_without_a_stated_memory_has_the_usual_one(monkeypatch):
    monkeypatch.delattr(rooms.os, "sysconf")
    assert rooms.machine_memory() == 4 << 30


def test_a_broken_pool_is_told_and_the_checkpoint_is_named(source, tmp_path, having):
    having(SAMPLED)
    path = tmp_path / "state.json"
    executor = ProcessPoolExecutor(1, get_context("spawn"))

    def kill(step):
        if "pass 2" in step:
            for process in executor._processes.values():
                process.kill()

    with executor, pytest.raises(LostError, match=r"best state is saved in .*state\.json"):
        train(source, executor=executor, checkpoint=path, progress=kill, **REFERENCE)
    told = []
    train(source, checkpoint=path, progress=told.append, **REFERENCE)
    assert sum("pass" in step for step in told) >= 1

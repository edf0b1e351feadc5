"""Slices of Parquet files get the scores that all of them get at once."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from virality import batch
from virality.batch import Task, score_files
from virality.errors import DataError, OutputError, SourceError
from virality.interfaces.cli import main
from virality.records import read, read_records
from worlds import sample, scorer

MODEL = {"schema": "reference-15", "moment": "full"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Records in two files, with two that cannot be used, and the model's file."""
    folder = tmp_path_factory.mktemp("batch")
    frame = read_records(sample().records).select(pl.all().exclude(pl.Null))
    frame = frame.with_columns(
        views=pl.when(pl.int_range(pl.len()).is_in([5, 1999])).then(-1.0).otherwise("views")
    )
    frame[:1500].write_parquet(folder / "a.parquet")
    frame[1500:].write_parquet(folder / "b.parquet")
    scorer(**MODEL).save(folder / "model.json")
    return folder


@pytest.fixture
def slices(monkeypatch):
    monkeypatch.setattr(batch, "SLICE", 400)


def whole(files):
    reading = read([str(files / "a.parquet"), str(files / "b.parquet")])
    return reading, scorer(**MODEL).score_records(reading.frame)


def test_slices_get_the_scores_of_the_whole(files, slices, tmp_path):
    reading, expected = whole(files)
    paths = [files / "a.parquet", files / "b.parquet"]
    done = score_files(Task(scorer(**MODEL), {}), paths, tmp_path / "out.parquet")
    assert_frame_equal(pl.read_parquet(tmp_path / "out.parquet"), expected, abs_tol=1e-12)
    assert done.rows["read"] == reading.read
    assert done.rows["scored"] == reading.frame.height
    assert done.rejections.select("row", "field", "reason").equals(
        reading.rejections.select("row", "field", "reason")
    )
    assert done.rejections["file"].to_list() == [str(path) for path in paths]


def test_values_that_hold_for_all_and_further_columns_are_taken(files, slices, tmp_path):
    task = Task(scorer(**MODEL), {"followers": 5000}, where="views > 0", constants={"run": 7})
    score_files(task, [files / "a.parquet"], tmp_path / "out.parquet")
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found["run"].unique().to_list() == [7]
    records = read(files / "a.parquet", where="views > 0").frame
    expected = scorer(**MODEL).score_records(records, {"followers": 5000})
    assert_frame_equal(found.drop("run"), expected, abs_tol=1e-12)


def test_no_more_than_a_slice_is_read_at_once(files, slices, tmp_path, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        batch, "read", lambda *a, **k: sizes.append((found := read(*a, **k)).read) or found
    )
    score_files(Task(scorer(**MODEL), {}), [files / "a.parquet"], tmp_path / "out.parquet")
    assert max(sizes) <= 400
    assert sum(sizes) == 1500


def test_a_failure_leaves_the_old_file_as_it_was(files, slices, tmp_path, monkeypatch):
    out = tmp_path / "out.parquet"
    out.write_bytes(b"old")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(SourceError, match=r"bad\.parquet"):
        score_files(Task(scorer(**MODEL), {}), [tmp_path / "bad.parquet"], out)
    none = Task(scorer(**MODEL), {}, where="views < 0")
    with pytest.raises(DataError, match="no record can be scored"):
        score_files(none, [files / "a.parquet"], out)
    with pytest.raises(OutputError):
        score_files(Task(scorer(**MODEL), {}), [files / "a.parquet"], tmp_path / "no/out.parquet")
    assert out.read_bytes() == b"old"
    assert {one.name for one in tmp_path.iterdir()} == {"out.parquet", "bad.parquet"}


def test_the_command_streams_from_parquet_to_parquet(files, slices, tmp_path, capsys):
    out, rejects = tmp_path / "out.parquet", tmp_path / "rejects.csv"
    command = ["score", f"{files}/[ab].parquet", "--model", str(files / "model.json")]
    assert main([*command, "--out", str(out), "--rejects", str(rejects)]) == 0
    _, expected = whole(files)
    assert f"{expected.height:,} scores written" in capsys.readouterr().err
    found = pl.read_parquet(out)
    assert found["synthetic"].all()
    assert_frame_equal(found.drop("synthetic"), expected, abs_tol=1e-12)
    assert pl.read_csv(rejects)["row"].to_list() == [6, 500]

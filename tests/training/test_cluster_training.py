"""A training's passes by a Dask cluster: what dies costs a retry, or is told and resumed."""

import json
import signal

import numpy as np
import pytest

from machines import running
from virality import train
from virality.errors import LostError
from virality.sample import make_sample
from virality.training import cluster as clusters
from virality.training.passes.room import Room

distributed = pytest.importorskip("distributed")

HOW = {"schema": "reference-15", "moment": "full", "l2": 1e-3}
SAMPLED = Room(slice_rows=400, part_rows=120, drawn_rows=600, buffer=1 << 16)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("records") / "videos.jsonl"
    records = make_sample(1200, seed=3).records
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records))
    return path


@pytest.fixture(autouse=True)
def sampled(monkeypatch):
    monkeypatch.setattr(Room, "of", classmethod(lambda *_: SAMPLED))


@pytest.fixture
def machines(tmp_path):
    with running(tmp_path) as found:
        yield found


def coefficients(scorer):
    model = scorer.artefact.classifier.model
    return np.column_stack([model.coef, model.intercept])


def passes(told):
    return sum("pass " in step for step in told)


def at_pass(number, act):
    """Progress that does something once, at a pass."""
    told = []

    def progress(step):
        told.append(step)
        if f"pass {number}," in step:
            act()

    return told, progress


def test_workers_fit_as_threads_do_though_one_is_killed_and_keep_nothing(source, machines):
    address, _, (worker, _) = machines
    expected = train(source, memory="1GB", **HOW)
    _, progress = at_pass(2, lambda: worker.send_signal(signal.SIGKILL))
    found = train(source, cluster=address, progress=progress, **HOW)
    assert worker.wait(10) == -signal.SIGKILL
    assert np.abs(coefficients(found) - coefficients(expected)).max() <= 1e-10
    with distributed.Client(address, set_as_default=False) as client:
        assert sum(client.run(lambda: clusters.SHELF.size).values()) == 0


def test_a_lost_scheduler_is_told_and_the_training_goes_on_from_what_was_saved(
    source, machines, tmp_path
):
    address, scheduler, _ = machines
    path = tmp_path / "state.json"
    whole = []
    expected = train(source, memory="1GB", progress=whole.append, **HOW)
    _, progress = at_pass(3, scheduler.kill)
    with pytest.raises(LostError, match=r"scheduler is gone .*state\.json"):
        train(source, cluster=address, checkpoint=path, progress=progress, **HOW)
    rest = []
    found = train(source, checkpoint=path, progress=rest.append, **HOW)
    assert coefficients(found) == pytest.approx(coefficients(expected), abs=1e-6)
    assert passes(rest) < passes(whole)

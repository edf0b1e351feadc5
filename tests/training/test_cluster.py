"""Other processes fit as one machine does; what dies costs a retry, or is told and resumed."""

import pickle
import signal
import tempfile
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import polars as pl
import pytest

from machines import running
from strategies import softmax_data
from virality import fit_files
from virality.errors import DataError, LostError, OptionError
from virality.training import cluster as clusters
from virality.training.cluster import Kept, Shelf, kept
from virality.training.files import Columns, slices

distributed = pytest.importorskip("distributed")

FEATURES = ["a", "b", "c"]
HOW = {"l2": 1e-3, "tol": 1e-12}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    X, y, *_ = softmax_data(150_000, 3, 4, seed=0)
    frame = pl.DataFrame(dict(zip(FEATURES, X.T, strict=True))).with_columns(y=pl.Series(y))
    folder = tmp_path_factory.mktemp("rows")
    frame[:90_000].write_parquet(folder / "1.parquet")
    frame[90_000:].write_parquet(folder / "2.parquet")
    return f"{folder}/*.parquet"


@pytest.fixture(scope="module")
def expected(source):
    return fit_files(source, FEATURES, "y", **HOW)


@pytest.fixture
def machines(tmp_path):
    with running(tmp_path) as found:
        yield found


def at_pass(number, act):
    """Progress that does something once, after a pass."""
    seen = []

    def progress(state):
        seen.append(state)
        if len(seen) == number:
            act()

    return seen, progress


def same(found, expected):
    assert found.coef == pytest.approx(expected.coef, abs=1e-10)
    assert found.intercept == pytest.approx(expected.intercept, abs=1e-10)
    assert found.gradient_norm <= HOW["tol"]


def left_behind(address):
    """Tasks that the scheduler knows, and bytes that the workers keep."""
    with distributed.Client(address, set_as_default=False) as client:
        tasks = client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
        return tasks + sum(client.run(lambda: clusters.SHELF.size).values())


def test_processes_of_a_pool_fit_as_threads_do(source, expected):
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        found = fit_files(source, FEATURES, "y", executor=executor, **HOW)
    assert np.array_equal(found.coef, expected.coef)
    same(found, expected)


def test_workers_of_a_cluster_fit_as_threads_do_and_keep_nothing(source, expected, machines):
    address, *_ = machines
    seen, progress = at_pass(0, lambda: None)
    found = fit_files(source, FEATURES, "y", cluster=address, progress=progress, **HOW)
    assert np.array_equal(found.coef, expected.coef)
    assert [state.passes for state in seen] == list(range(1, len(seen) + 1))
    assert {state.rows for state in seen} == {150_000}
    assert min(state.gradient_norm for state in seen) <= HOW["tol"]
    assert left_behind(address) == 0


def test_a_worker_killed_while_it_works_costs_a_retry_and_not_the_fit(
    source, expected, machines, monkeypatch
):
    address, _, (worker, _) = machines
    submit, victims = clusters._Workers._submit, [worker]

    def killing(*given):
        future = submit(*given)
        if len(seen) == 2 and given[3] == given[4] - 1 and victims:
            victims.pop().send_signal(signal.SIGKILL)
        return future

    monkeypatch.setattr(clusters._Workers, "_submit", killing)
    seen, progress = at_pass(0, lambda: None)
    found = fit_files(source, FEATURES, "y", cluster=address, progress=progress, **HOW)
    assert not victims
    assert worker.wait(10) == -signal.SIGKILL
    same(found, expected)


def test_a_lost_scheduler_is_told_and_the_fit_goes_on_from_what_was_saved(
    source, expected, machines, tmp_path
):
    address, scheduler, _ = machines
    path = tmp_path / "state.json"
    whole, count = at_pass(0, lambda: None)
    fit_files(source, FEATURES, "y", progress=count, **HOW)
    _, progress = at_pass(3, scheduler.kill)
    with pytest.raises(LostError, match=r"scheduler is gone .*state\.json"):
        fit_files(source, FEATURES, "y", cluster=address, checkpoint=path, progress=progress, **HOW)
    rest, progress = at_pass(0, lambda: None)
    found = fit_files(source, FEATURES, "y", checkpoint=path, progress=progress, **HOW)
    same(found, expected)
    assert len(rest) < len(whole)


def test_a_cancelled_fit_leaves_no_folder_no_tasks_and_a_whole_checkpoint(
    source, expected, machines, tmp_path, monkeypatch
):
    address, *_ = machines
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "state.json"

    def cancel():
        raise KeyboardInterrupt

    for where in ({}, {"cluster": address}):
        _, progress = at_pass(2, cancel)
        with pytest.raises(KeyboardInterrupt):
            fit_files(source, FEATURES, "y", checkpoint=path, progress=progress, **where, **HOW)
    assert not [one.name for one in tmp_path.iterdir() if one.name.startswith(".state.json")]
    assert not list((tmp_path / "temporary").glob("virality-*"))
    assert left_behind(address) == 0
    same(fit_files(source, FEATURES, "y", checkpoint=path, **HOW), expected)


class Cancelled(Executor):
    """Gives futures that were cancelled."""

    def submit(self, *_, **__):
        future = Future()
        future.cancel()
        return future


def test_cancelled_work_is_told_as_lost(source, tmp_path):
    path = tmp_path / "state.json"
    with pytest.raises(LostError, match="cancelled"):
        fit_files(source, FEATURES, "y", executor=Cancelled(), checkpoint=path, **HOW)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_another_problem_is_refused(source, tmp_path):
    path = tmp_path / "state.json"
    fit_files(source, FEATURES, "y", l2=1e-3, checkpoint=path)
    with pytest.raises(OptionError, match=r"state\.json.*its l2 is 0\.001, not 0\.1"):
        fit_files(source, FEATURES, "y", l2=0.1, checkpoint=path)
    with pytest.raises(OptionError, match="its features is"):
        fit_files(source, FEATURES[:2], "y", l2=1e-3, checkpoint=path)


def test_a_cluster_that_cannot_be_used_is_told(source, monkeypatch):
    monkeypatch.setattr(clusters, "_PATIENCE", 1)
    with pytest.raises(OptionError, match="no Dask scheduler with workers answers"):
        fit_files(source, FEATURES, "y", l2=1.0, cluster="tcp://127.0.0.1:9")
    with pytest.raises(OptionError, match="not both"):
        fit_files(source, FEATURES, "y", l2=1.0, cluster="tcp://127.0.0.1:9", executor=Cancelled())
    monkeypatch.setattr(clusters, "find_spec", lambda _: None)
    with pytest.raises(OptionError, match=r"virality\[dask\]"):
        fit_files(source, FEATURES, "y", l2=1.0, cluster="tcp://127.0.0.1:9")


def test_bad_rows_are_named_from_the_process_that_found_them(tmp_path):
    path = tmp_path / "bad.parquet"
    pl.DataFrame({"a": [0.0, float("nan"), 1.0], "y": [0, 1, 0]}).write_parquet(path)
    with (
        ProcessPoolExecutor(1, get_context("spawn")) as executor,
        pytest.raises(DataError, match=r"bad\.parquet, row 1, a"),
    ):
        fit_files(str(path), ["a"], "y", l2=1.0, executor=executor)


def test_what_travels_to_a_worker_is_small(source):
    parts = kept(slices([source.replace("*", "1")], Columns(tuple(FEATURES), "y", (0, 1, 2, 3))))
    assert len(pickle.dumps(parts)) < 1000


def test_a_process_keeps_rows_within_bounds_and_the_first_ones_stay(source):
    parts = slices([source.replace("*", "1")], Columns(tuple(FEATURES), "y", (0, 1, 2, 3)))
    size = clusters._size(parts[0].load())
    shelf = Shelf(size)
    first = shelf.get("one", parts[0])
    shelf.get("one", parts[1])
    assert shelf.get("one", parts[0]) is first
    assert shelf.size == size
    other = shelf.get("two", parts[1])
    assert shelf.get("two", parts[1]) is other
    assert shelf.size < size
    shelf.clear("two")
    assert shelf.size == 0
    assert len(Kept(parts[0], "one")) == 49_152

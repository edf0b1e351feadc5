"""Parquet files that are never held whole give what arrays give."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from strategies import softmax_data
from virality import fit_files, fit_softmax
from virality.errors import DataError, NotConvergedError, OptionError, SourceError
from virality.training import files
from virality.training.blocks import Parts
from virality.training.files import Columns, cached, slices

FEATURES = ["a", "b", "c"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Rows in two files of several slices, and the same rows as arrays."""
    X, y, *_ = softmax_data(150_000, 3, 4, seed=0)
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    frame = pl.DataFrame(dict(zip(FEATURES, X.T, strict=True))).with_columns(
        tier=pl.Series(y + 1).cast(pl.Int8), weight=pl.Series(weight)
    )
    folder = tmp_path_factory.mktemp("files")
    frame[:90_000].write_parquet(folder / "1.parquet")
    frame[90_000:].write_parquet(folder / "2.parquet")
    return folder, X, y + 1, weight


def test_files_give_what_arrays_give(data):
    folder, X, y, weight = data
    found = fit_files(f"{folder}/*.parquet", FEATURES, "tier", l2=1e-3, tol=1e-12, weight="weight")
    expected = fit_softmax(X, y, l2=1e-3, tol=1e-12, sample_weight=weight)
    assert found.coef == pytest.approx(expected.coef, abs=1e-10)
    assert found.intercept == pytest.approx(expected.intercept, abs=1e-10)
    assert found.classes.tolist() == expected.classes.tolist() == [1, 2, 3, 4]
    assert found.gradient_norm <= 1e-12


def test_an_executor_of_the_callers_gives_the_same_bits(data):
    folder, *_ = data
    alone = fit_files(str(folder / "1.parquet"), FEATURES, "tier", l2=1e-3)
    with ThreadPoolExecutor(3) as executor:
        shared = fit_files(
            [str(folder / "1.parquet")], FEATURES, "tier", l2=1e-3, executor=executor
        )
    assert np.array_equal(alone.coef, shared.coef)


def test_no_more_than_a_slice_is_loaded_at_once(data, monkeypatch):
    folder, *_ = data
    sizes, load = [], files.Slice.load

    def watched(part):
        block = load(part)
        sizes.append(len(block))
        return block

    monkeypatch.setattr(files.Slice, "load", watched)
    fit_files(f"{folder}/*.parquet", FEATURES, "tier", l2=1e-3)
    assert sum(sizes) == 150_000  # each row is decoded once, however many passes there are
    assert max(sizes) <= 49_152


def test_the_cache_holds_the_rows_exactly_and_goes_afterwards(data):
    folder, X, y, weight = data
    columns = Columns(tuple(FEATURES), "tier", (1, 2, 3, 4), "weight")
    with cached(Parts(slices([str(folder / "1.parquet")], columns))) as stored:
        blocks = [part.load() for part in stored.parts]
        places = {Path(part.path).parent for part in stored.parts}
    assert np.array_equal(np.concatenate([block.X for block in blocks]), X[:90_000])
    assert np.array_equal(np.concatenate([block.y for block in blocks]), y[:90_000] - 1)
    assert np.array_equal(np.concatenate([block.weight for block in blocks]), weight[:90_000])
    assert not any(place.exists() for place in places)


def test_a_failure_leaves_no_cache_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    X = np.repeat([[0.0], [1.0]], 50_000, axis=0)
    path = tmp_path / "separable.parquet"
    pl.DataFrame({"a": X[:, 0], "y": X[:, 0]}).write_parquet(path)
    with pytest.raises(NotConvergedError, match=r"separated|no optimum"):
        fit_files(str(path), ["a"], "y", l2=0.0)
    assert [one.name for one in tmp_path.iterdir()] == ["separable.parquet"]


def bad(tmp_path, **columns):
    path = tmp_path / "bad.parquet"
    pl.DataFrame({"a": [0.0, 1.0, 2.0], "y": [1, 2, 1]} | columns).write_parquet(path)
    return str(path)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_not_finite_is_named_with_its_place(tmp_path, value):
    path = bad(tmp_path, a=[0.0, value, 2.0])
    with pytest.raises(DataError, match=r"bad\.parquet, row 1, a: not a finite number"):
        fit_files(path, ["a"], "y", l2=1.0)


def test_what_cannot_be_fitted_is_told(tmp_path):
    with pytest.raises(SourceError, match="no column 'b'"):
        fit_files(bad(tmp_path), ["a", "b"], "y", l2=1.0)
    with pytest.raises(SourceError, match="there is no such file"):
        fit_files(str(tmp_path / "none.parquet"), ["a"], "y", l2=1.0)
    with pytest.raises(DataError, match="fewer than two labels"):
        fit_files(bad(tmp_path, y=[1, 1, 1]), ["a"], "y", l2=1.0)
    with pytest.raises(DataError, match="some labels are unknown"):
        fit_files(bad(tmp_path, y=[1, None, 2]), ["a"], "y", l2=1.0)
    with pytest.raises(OptionError):
        fit_files(bad(tmp_path), ["a"], "y", l2=-1.0)

"""Fitting a softmax to Parquet files that need not fit into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError, SourceError
from virality.model.kernels import kernel
from virality.records.inputs import inputs
from virality.threads import one_blas_thread, workers
from virality.training.blocks import Parts
from virality.training.checking import check_options
from virality.training.files import Columns, cached, slices
from virality.training.fitting import measured, solution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.scale import Mapper
    from virality.training.fitting import Solution

_REMOTE = "://"


def fit_files(  # noqa: PLR0913  what arrays would carry has to be named
    source: str | Sequence[str],
    features: Sequence[str],
    label: str,
    *,
    l2: float,
    weight: str | None = None,
    tol: float = 1e-6,
    executor: Mapper | None = None,
) -> Solution:
    """Fit a softmax to columns of Parquet files, as :func:`~virality.fit_softmax` does to arrays.

    The rows are copied once into a temporary folder, as compact numbers, and passed over there:
    memory holds a part of 49,152 rows for each thread, and a sample of at most 65,536 rows.

    Parameters
    ----------
    source
        Paths, patterns, or addresses that Polars reads (``s3://...``).
    features
        (p,) names of numeric columns without unknown values.
    label
        Name of the column of labels: numbers, at least two distinct ones.
    l2, tol
        As for arrays.
    weight
        Name of a column of non-negative row weights.
    executor
        Where passes run; None is one thread for each processor. Its workers have to see the
        temporary folder.

    Returns
    -------
    The optimum with its certificate.

    Raises
    ------
    SourceError
        When a file or a column does not exist.
    DataError
        When a number is not finite, or fewer than two labels occur.
    OptionError
        When ``l2`` or ``tol`` is out of range.
    NotConvergedError
        When the tolerance cannot be reached.
    """
    check_options(l2, tol)
    paths = _paths(source)
    columns = Columns(tuple(features), label, _labels(paths, [*features, label], label), weight)
    parts = slices(paths, columns)
    with (
        one_blas_thread(),
        workers(sum(map(len, parts))) as threads,
        cached(Parts(parts, executor or threads)) as stored,
    ):
        scaling = measured(stored, kernel(len(stored)))
        varying = np.where(scaling.scale > 0, scaling.scale, 1.0)
        classes = np.array(columns.classes)
        return solution(stored, classes, scaling=scaling, penalty=l2 / varying**2, tol=tol)


def _paths(source: str | Sequence[str]) -> list[str]:
    """List the files that paths, patterns and addresses name, in order."""
    named = [source] if isinstance(source, str) else source
    return [name for one in named for name in ([one] if _REMOTE in one else map(str, inputs(one)))]


def _labels(paths: Sequence[str], needed: Sequence[str], label: str) -> tuple[float, ...]:
    """Find the distinct labels, ascending."""
    table = pl.scan_parquet(list(paths))
    missing = [name for name in needed if name not in table.collect_schema()]
    if missing:
        raise SourceError(f"no column {missing[0]!r}", where=paths[0])
    found = table.select(pl.col(label).unique()).collect(engine="streaming")[label]
    if found.null_count():
        raise DataError("some labels are unknown", where=label, remedy="drop those rows first")
    if len(found) < 2:  # noqa: PLR2004  one class leaves nothing to tell apart
        raise DataError("fewer than two labels", where=label)
    return tuple(found.sort().to_list())

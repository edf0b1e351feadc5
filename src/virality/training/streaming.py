"""Fitting a softmax to Parquet files that need not fit into memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError, OptionError, SourceError
from virality.model.kernels import kernel
from virality.records.elsewhere import scheme_of
from virality.records.inputs import inputs
from virality.threads import one_blas_thread, workers
from virality.training.blocks import Parts
from virality.training.checking import check_options
from virality.training.checkpoint import Posed, Watch, watched_solution
from virality.training.cluster import connected, kept, spread
from virality.training.files import Columns, cached, slices
from virality.training.fitting import measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from virality.scale import Mapper
    from virality.training.blocks import Part
    from virality.training.checkpoint import Progress
    from virality.training.fitting import Solution


def fit_files(  # noqa: PLR0913  what arrays would carry has to be named
    source: str | Sequence[str],
    features: Sequence[str],
    label: str,
    *,
    l2: float,
    weight: str | None = None,
    tol: float = 1e-6,
    executor: Mapper | None = None,
    cluster: str | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> Solution:
    """Fit a softmax to columns of Parquet files, as :func:`~virality.fit_softmax` does to arrays.

    For threads, the rows are copied once into a temporary folder, as compact numbers, and passed
    over there: memory holds a part of 49,152 rows for each thread, and a sample of at most 65,536.

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
        Where passes run, any ``concurrent.futures.Executor``; None is one thread for each
        processor. Processes read the files themselves, and keep up to 2 GiB of decoded rows each.
    cluster
        Address of a Dask scheduler, such as ``tcp://scheduler:8786``, whose workers do the same.
    checkpoint
        A file to save the best state in after each pass, and to begin from where it exists.
    progress
        Called after each pass with passes so far, rows and gradient norm.

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
        When ``l2`` or ``tol`` is out of range, the checkpoint is of another problem, or the
        cluster does not answer.
    NotConvergedError
        When the tolerance cannot be reached.
    LostError
        When the scheduler or a pool's process is gone; it says where the best state is.
    """
    check_options(l2, tol)
    if executor is not None and cluster is not None:
        raise OptionError("give an executor or a cluster, not both", where="cluster")
    paths = _paths(source)
    columns = Columns(tuple(features), label, _labels(paths, [*features, label], label), weight)
    parts = slices(paths, columns)
    rows = sum(map(len, parts))
    watch = Watch(
        Posed(columns.features, label, weight, columns.classes, rows, l2), checkpoint, progress
    )
    with one_blas_thread(), watch.guarding(), placed(parts, executor, cluster) as there:
        scaling = measured(there, kernel(rows))
        varying = np.where(scaling.scale > 0, scaling.scale, 1.0)
        penalty = l2 / varying**2
        return watched_solution(there, watch, scaling=scaling, penalty=penalty, tol=tol)


@contextmanager
def placed(parts: Sequence[Part], executor: Mapper | None, cluster: str | None) -> Iterator[Parts]:
    """Put the rows where the passes find them: in a temporary folder, or with other processes."""
    with workers(sum(map(len, parts))) as threads:
        if cluster is not None:
            references = kept(parts)
            with connected(cluster, references, threads) as mapper:
                yield Parts(references, mapper)
        elif executor is None or isinstance(executor, ThreadPoolExecutor):
            with cached(Parts(tuple(parts), executor or threads)) as stored:
                yield stored
        else:
            yield Parts(kept(parts), spread(executor, threads))


def _paths(source: str | Sequence[str]) -> list[str]:
    """List the files that paths, patterns and addresses name, in order."""
    named = [source] if isinstance(source, str) else source
    return [name for one in named for name in ([one] if scheme_of(one) else map(str, inputs(one)))]


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

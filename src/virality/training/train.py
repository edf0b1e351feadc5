"""The whole way from files to an evaluated model.

Read, choose one row for each video, part the rows, learn from the training part what accounts
usually get, compute the features, cut the tiers on the training part, fit, judge on the test part
beside the baselines, and state it all in one value.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from virality.records import read
from virality.training.concluding import concluded
from virality.training.examples import Examples, examples_from
from virality.training.means import Means
from virality.training.passes.streamed import streamed
from virality.training.ready import Prepared, held
from virality.training.settings import Settings, settings_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from virality.records import Sources
    from virality.scale import Mapper
    from virality.scorer import Scorer
    from virality.training.concluding import Run
    from virality.training.ready import Ready


def train(  # noqa: PLR0913  what is asked, and with what means, are told apart by name
    source: Sources,
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    memory: str | None = None,
    cluster: str | None = None,
    checkpoint: str | Path | None = None,
    executor: Mapper | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **changes: Any,  # noqa: ANN401  each setting has its own type
) -> Scorer:
    """Train a model on records and evaluate it on the part that it has not seen.

    Parameters
    ----------
    source
        A file, several, a glob, a Polars frame or a list of records.
    out
        Where to write the model; None writes nothing.
    settings
        All choices at once.
    memory
        How much of it to use, such as ``"2GB"``: records are then not held, but passed over.
        None holds them, unless they are files too large for that.
    cluster
        Address of a Dask scheduler, such as ``tcp://scheduler:8786``, whose workers do the passes
        of the fit; they have to see the temporary folder (``TMPDIR``).
    checkpoint
        A file to save the best state of the fit in after each pass, and to go on from. With
        ``refit``, its name gets ``.first`` and ``.again`` at the end, for the two fits.
    executor
        Where the passes of the fit run, any ``concurrent.futures.Executor``; None is here.
    progress
        Told each step as it begins, and of each pass how many rows it took and the gradient norm.
    **changes
        Single choices, by the names in :class:`virality.training.settings.Settings`.

    Returns
    -------
    The model; ``.evaluation`` says how good it is.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a choice has no meaning.
    DataError
        When the records cannot be learned from.
    NotConvergedError
        When the optimum cannot be reached.
    LostError
        When the cluster is gone; it says where the best state is.
    OutputError
        When the model cannot be written.
    """
    chosen = settings_with(changes) if settings is None else replace(settings, **changes)
    means = Means(memory, cluster, checkpoint, executor)
    with prepared(source, chosen, means, progress) as videos:
        scorer = concluded(videos.ready(), chosen, progress).scorer
    if out is not None:
        scorer.save(out)
    return scorer


@contextmanager
def prepared(
    source: Sources,
    settings: Settings,
    means: Means,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Prepared]:
    """Read records and choose the videos to learn from, which are there until the end.

    Parameters
    ----------
    source, settings
        As in :func:`train`.
    means
        Whether records are held, and where passes over them run.
    progress
        Told each step as it begins, and how far it has come.

    Raises
    ------
    ViralityError
        As in :func:`train`.
    """
    means.require_meaning(settings)
    room = means.room(source)
    if room is not None:
        with streamed(source, settings, means, room, progress) as videos:
            yield videos
        return
    examples = prepare(source, settings, progress)

    def ready() -> Ready:
        progress("computing features")
        return held(examples, settings)

    with threadpool_limits(1, "blas"):
        yield Prepared(examples.rejections, ready)


def run(source: Sources, settings: Settings) -> Run:
    """Train, and keep the rows beside the model.

    Parameters
    ----------
    source, settings
        As in :func:`train`.

    Raises
    ------
    ViralityError
        As in :func:`train`.
    """
    return learn(prepare(source, settings), settings)


def prepare(
    source: Sources, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Examples:
    """Read records and choose the videos to learn from.

    Parameters
    ----------
    source, settings
        As in :func:`train`.
    progress
        Told each step as it begins.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a choice has no meaning.
    """
    progress("reading")
    reading = read(
        source,
        mapping=settings.mapping,
        where=settings.where,
        limit=settings.limit,
        extras=settings.columns,
    )
    return examples_from(reading, settings)


def learn(
    examples: Examples, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Run:
    """Part the rows, fit, and judge.

    Parameters
    ----------
    examples
        What :func:`prepare` gave.
    settings
        As in :func:`train`.
    progress
        Told each step as it begins.

    Raises
    ------
    DataError
        When the records cannot be learned from, or the audit refuses features at this moment.
    NotConvergedError
        When the optimum cannot be reached.
    """
    with threadpool_limits(1, "blas"):
        progress("computing features")
        return concluded(held(examples, settings), settings, progress)

"""Passes by other processes: a pool's, or the workers of a Dask cluster.

What travels to them is references to rows and the coefficients; what comes back is one sum for each
part, added up here in the parts' order, so that neither the number of workers nor who did what
changes a bit of the result. Each process keeps the rows that it has decoded for the next pass.
Only the sample, at most 65,536 rows, comes here, and is worked on here.
"""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from virality.errors import LostError, OptionError
from virality.scale import blocks_of
from virality.threads import one_blas_thread
from virality.training.blocks import Held
from virality.training.passes.room import machine_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from virality.scale import Mapper
    from virality.training.blocks import Block, Part

B = TypeVar("B")
R = TypeVar("R")

_PER_WORKER = 3
_USUAL = 16
_RETRIES = 3
_PATIENCE = 30
_MOST = 2 << 30


class Shelf:
    """Decoded rows of one process: those of the latest fits, at most so many bytes.

    What is kept first stays: a pass asks for all rows in turn, so that giving up the oldest for the
    newest would find nothing. What finds no room is decoded again.

    Parameters
    ----------
    room
        Bytes.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._fits: dict[str, dict[Part, Block]] = {}

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(_size(block) for fit in self._fits.values() for block in fit.values())

    def get(self, fit: str, part: Part) -> Block:
        """Give the rows of a part, decoding them only where they are not here."""
        found = self._fits.get(fit, {}).get(part)
        if found is not None:
            return found
        block = part.load()
        with self._lock:
            self._make_room(fit, _size(block))
            if self.size + _size(block) <= self._room:
                self._fits.setdefault(fit, {})[part] = block
        return block

    def clear(self, fit: str) -> None:
        """Forget the rows of a fit."""
        with self._lock:
            self._fits.pop(fit, None)

    def _make_room(self, fit: str, size: int) -> None:
        for other in [name for name in self._fits if name != fit]:
            if self.size + size > self._room:
                del self._fits[other]


def _size(block: Block) -> int:
    return block.X.nbytes + block.y.nbytes + block.weight.nbytes


def _room() -> int:
    """Take a quarter of a processor's share of the memory, at most 2 GiB."""
    return min(_MOST, machine_memory() // (4 * (os.cpu_count() or 1)))


SHELF = Shelf(_room())


@dataclass(frozen=True)
class Kept:
    """A part that each process keeps after it has decoded it, until another fit needs the room."""

    part: Part
    fit: str

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.part)

    def load(self) -> Block:
        """Give the rows.

        Raises
        ------
        DataError
            As loading the part does.
        """
        return SHELF.get(self.fit, self.part)


def kept(parts: Sequence[Part]) -> tuple[Kept, ...]:
    """Let processes keep parts for one fit."""
    fit = uuid4().hex
    return tuple(Kept(part, fit) for part in parts)


@dataclass(frozen=True)
class Spread:
    """Maps over references by way of few large tasks; over rows in memory, here.

    Attributes
    ----------
    mapper
        Maps over tasks.
    tasks
        How many a pass has.
    here
        Maps over what is in memory; None is one after another.
    """

    mapper: Mapper
    tasks: int
    here: Mapper | None = None

    def map(self, function: Callable[[B], R], /, *blocks: Iterable[B]) -> Iterator[R]:
        """Apply the function to each block; results come in the blocks' order.

        Raises
        ------
        LostError
            When those who work are gone.
        """
        items = list(blocks[0])
        if any(isinstance(item, Held) for item in items):
            return map(function, items) if self.here is None else self.here.map(function, items)
        groups = [items[rows] for rows in blocks_of(len(items), -(-len(items) // self.tasks))]
        with _told():
            done = list(self.mapper.map(partial(_each, function), groups))
        return chain.from_iterable(done)


def _each(function: Callable[[B], R], group: Sequence[B]) -> list[R]:
    with one_blas_thread():
        return [function(item) for item in group]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenExecutor:
        raise LostError("a process of the pool is gone", where="executor") from None
    except CancelledError:
        raise LostError("the scheduler is gone, or the work was cancelled") from None


def spread(executor: Mapper, here: Mapper | None) -> Spread:
    """Spread passes over the processes of any executor."""
    count = getattr(executor, "_max_workers", _USUAL)
    return Spread(executor, _PER_WORKER * count, here)


@contextmanager
def connected(address: str, parts: Sequence[Kept], here: Mapper | None) -> Iterator[Spread]:
    """Spread passes over the workers of a Dask scheduler; nothing is left there afterwards.

    Raises
    ------
    OptionError
        When the extra is not installed, or no scheduler with workers answers there.
    """
    if find_spec("distributed") is None:
        raise OptionError(
            "a cluster needs Dask, which is not installed",
            where="cluster",
            remedy="pip install 'virality[dask]'",
        )
    from distributed import Client  # noqa: PLC0415  an extra that nothing else needs

    client = None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=_PATIENCE)
        workers = _Workers(client)
        threads = sum(client.nthreads().values())
    except (OSError, ValueError) as error:
        _leave(client)
        raise OptionError(
            f"no Dask scheduler with workers answers: {error}",
            where=f"cluster {address}",
            remedy="start 'dask scheduler' and 'dask worker', and give the address that it prints",
        ) from None
    try:
        yield Spread(workers, _PER_WORKER * threads, here)
        _forget(client, {part.fit for part in parts})
    except LostError:
        raise
    except BaseException:
        _forget(client, {part.fit for part in parts})
        raise
    finally:
        _leave(client)


@dataclass(frozen=True)
class _Workers:
    """Maps over groups, each by preference where it was worked on before."""

    client: Any

    def map(self, function: Callable[[B], R], /, *blocks: Iterable[B]) -> Iterator[R]:
        groups = list(blocks[0])
        futures: list[Any] = []
        try:
            with self._told():
                places = sorted(self.client.nthreads().items())
                names = [name for name, threads in places for _ in range(threads)]
                for number, group in enumerate(groups):
                    futures.append(self._submit(_Task(function, group), names, number, len(groups)))
                return iter([future.result() for future in futures])
        finally:
            for future in futures:
                with suppress(Exception):
                    future.release()

    def _submit(self, task: _Task, names: list[str], number: int, count: int) -> Any:  # noqa: ANN401  Dask's future
        wanted = [names[number * len(names) // count]] if names else None
        return self.client.submit(
            _done, task, key=f"virality-{uuid4().hex}", workers=wanted,
            allow_other_workers=bool(wanted), retries=_RETRIES,
        )  # fmt: skip

    @contextmanager
    def _told(self) -> Iterator[None]:
        from distributed import KilledWorker  # noqa: PLC0415  an extra
        from distributed.comm.core import CommClosedError  # noqa: PLC0415  an extra

        try:
            yield
        except KilledWorker as error:
            raise LostError(f"workers died again and again: {error}", where="cluster") from None
        except (CommClosedError, CancelledError) as error:
            raise LostError("the Dask scheduler is gone", where="cluster") from error
        except (OSError, RuntimeError) as error:
            if self.client.status == "running":
                raise
            raise LostError("the Dask scheduler is gone", where="cluster") from error


@dataclass(frozen=True)
class _Task:
    """What a worker is to do, as one value that the scheduler does not look into."""

    function: Callable[[Any], Any]
    group: Any


def _done(task: _Task) -> Any:  # noqa: ANN401  whatever the function gives
    return task.function(task.group)


def _forget(client: Any, fits: set[str]) -> None:  # noqa: ANN401  Dask's client
    with suppress(Exception):
        for fit in fits:
            client.run(_clear, fit)


def _clear(fit: str) -> None:
    SHELF.clear(fit)


def _leave(client: Any) -> None:  # noqa: ANN401  Dask's client
    if client is not None:
        with suppress(Exception):
            client.close(timeout=2)

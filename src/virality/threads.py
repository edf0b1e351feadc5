"""Who works on a pass: as many threads as there are processors, each with a BLAS of one thread."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from virality.scale import Mapper

R = TypeVar("R")

_WORTH_SHARING = 65_536


class Team:
    """Threads that map over blocks, the caller's among them.

    To hand a block to another thread and its result back takes as long as the work on many a block.
    So each other thread is woken once for all blocks and takes one after the other, as the caller
    does; one that wakes too late finds nothing to do.

    Parameters
    ----------
    threads
        How many work, the caller among them.
    """

    def __init__(self, threads: int) -> None:
        self._others = threads - 1
        self._pool = ThreadPoolExecutor(max(self._others, 1), thread_name_prefix="virality")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the other threads."""
        self._pool.shutdown()

    def map(self, function: Callable[..., R], /, *blocks: Iterable[Any]) -> Iterator[R]:
        """Apply a function to each block; results come in the blocks' order, errors as they are."""
        work = _Work(function, zip(*blocks, strict=False))
        count = len(work.waiting)
        others = [self._pool.submit(work.go_on) for _ in range(min(self._others, count - 1))]
        try:
            for place in range(count):
                while place not in work.done and work.take_one():
                    pass
                if place not in work.done:
                    _finished(others)
                yield work.done.pop(place)
        finally:
            work.waiting.clear()
            _finished(others)


class _Work:
    """Blocks that wait for whoever takes them, and what came of those that are done, by place."""

    def __init__(self, function: Callable[..., Any], blocks: Iterable[tuple[Any, ...]]) -> None:
        self._function = function
        self.waiting = deque(enumerate(blocks))
        self.done: dict[int, Any] = {}

    def take_one(self) -> bool:
        """Work on the next block; false where none waits. After an error none waits any more."""
        try:
            place, block = self.waiting.popleft()
        except IndexError:
            return False
        try:
            self.done[place] = self._function(*block)
        except BaseException:
            self.waiting.clear()
            raise
        return True

    def go_on(self) -> None:
        """Work on one block after the other."""
        while self.take_one():
            pass


def _finished(others: list[Future[None]]) -> None:
    """Wait for those that have begun, and raise what they ran into."""
    begun = [other for other in others if not other.cancel()]
    wait(begun)
    for other in begun:
        other.result()


def workers(rows: int, worth: int = _WORTH_SHARING) -> AbstractContextManager[Mapper | None]:
    """Give the threads for so many rows; none where they are fewer than are ``worth`` sharing."""
    count = _processors()
    if rows < worth or count == 1:
        return nullcontext(None)
    return Team(count)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread: blocks are small, and its threads would wait for each other."""
    with _controller().limit(limits=1, user_api="blas"):
        yield


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

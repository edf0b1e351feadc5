"""Who works on a pass: as many threads as there are processors, each with a BLAS of one thread."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from virality.scale import Mapper

_WORTH_SHARING = 65_536


def workers(rows: int, worth: int = _WORTH_SHARING) -> AbstractContextManager[Mapper | None]:
    """Give the threads for so many rows; none where they are fewer than are ``worth`` sharing."""
    count = _processors()
    if rows < worth or count == 1:
        return nullcontext(None)
    return ThreadPoolExecutor(count, thread_name_prefix="virality")


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

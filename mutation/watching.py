"""A plugin for pytest: how long each test takes that passes, and a limit to it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = "MUTATION_LIMIT"  # seconds a test
OUT = "MUTATION_TIMES"  # the file that the times go to
_times: dict[str, float] = {}


def pytest_sessionstart() -> None:
    """Let properties be tried on the same examples each time, and not be made smaller."""
    settings.register_profile(
        "mutation",
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
    )
    settings.load_profile("mutation")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Interrupt a test that takes too long."""
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail(f"{item.nodeid} takes too long"))
    signal.alarm(int(os.environ.get(LIMIT, "0")))
    try:
        return (yield)
    finally:
        signal.alarm(0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note the seconds of a test that passed."""
    if report.when == "call" and report.passed:
        _times[report.nodeid] = round(report.duration, 3)


def pytest_sessionfinish() -> None:
    """Write the times."""
    if OUT in os.environ:
        Path(os.environ[OUT]).write_text(json.dumps(_times, indent=1))

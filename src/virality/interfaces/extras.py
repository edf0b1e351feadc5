"""What to say where an extra of the package is not installed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from virality.errors import ViralityError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Turn the absence of a module into what to do about it.

    Raises
    ------
    ViralityError
        When a module from outside of the package is absent.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "virality":
            raise
        raise ViralityError(
            f"{error.name} is not installed", remedy=f'pip install "virality[{extra}]"'
        ) from error

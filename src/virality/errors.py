"""The family of errors: each says what is wrong, where, and what to do about it.

::

    ViralityError
    ├── InputError              the caller's input is at fault: exit code 2
    │   ├── SourceError         a file cannot be read or is of no known form
    │   ├── DataError           the records cannot be trained on or scored
    │   │   └── LeakError       what is learned from would not be foresight
    │   ├── ArtefactError       a model file is corrupt, of another version or schema
    │   ├── OptionError         a setting or an argument has no meaning here
    │   └── OutputError         a result cannot be written
    ├── NotConvergedError       the solver could not reach its tolerance: exit code 1
    ├── LostError               those who worked for us are gone: exit code 1
    └── LogError                the log cannot be read or written now: exit code 1
"""

from __future__ import annotations

from functools import partial


class ViralityError(Exception):
    """An error that a person can act on.

    Parameters
    ----------
    what
        What is wrong, in a few words.
    where
        The file, row, field or option at fault; empty when there is no such place.
    remedy
        What to do about it; empty when nothing can be said.

    Examples
    --------
    >>> print(SourceError("the file is empty", where="videos.json", remedy="scrape again"))
    videos.json: the file is empty (scrape again)
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        """Let an error travel between processes."""
        return partial(type(self), self.what, where=self.where, remedy=self.remedy), ()

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class InputError(ViralityError):
    """The caller's input is at fault."""

    exit_code = 2


class SourceError(InputError):
    """A file cannot be read, or its form is not known."""


class DataError(InputError):
    """The records or arrays cannot be trained on or scored."""


class LeakError(DataError):
    """What a model would learn from is not known at its moment, or gives the outcome away."""


class ArtefactError(InputError):
    """A model file is corrupt, truncated, of a future version or of another schema."""


class OptionError(InputError):
    """A setting or an argument has no meaning here."""


class OutputError(InputError):
    """A result cannot be written."""


class NotConvergedError(ViralityError):
    """The solver stopped before it reached its tolerance."""


class LostError(ViralityError):
    """Worker processes, or the scheduler that led to them, are gone."""


class LogError(ViralityError):
    """The log of predictions and outcomes cannot be read or written now."""

"""In which form a table is written: as the name of its file ends."""

from __future__ import annotations

from pathlib import Path

from virality.errors import OptionError

_FORMS = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


def form_of(path: str | Path, stated: str | None = None, otherwise: str = "csv") -> str:
    """Tell the form in which a file is to be written.

    Parameters
    ----------
    path
        The file.
    stated
        The form that a person asked for; None leaves it to the suffix.
    otherwise
        The form of a file whose name has no suffix.

    Raises
    ------
    OptionError
        When the suffix is of no form, or of another than the stated one.

    Examples
    --------
    >>> form_of("scores.parquet"), form_of("scores"), form_of("scores.txt", "jsonl")
    ('parquet', 'csv', 'jsonl')
    """
    suffix = Path(path).suffix.lower()
    named = _FORMS.get(suffix)
    if suffix and named is None and stated is None:
        raise OptionError(
            f"no form is known by the name {suffix}",
            where=str(path),
            remedy=f"give it one of {', '.join(_FORMS)}",
        )
    if named and stated and named != stated:
        raise OptionError(
            f"--format {stated} and the name {suffix} differ",
            where=str(path),
            remedy="leave --format out, or choose another name",
        )
    return stated or named or otherwise

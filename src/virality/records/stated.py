"""Read one name or one value, as a person states it."""

import math

import polars as pl

from virality.records.cleaning.flags import flags
from virality.records.cleaning.numbers import counts
from virality.records.recognition import dotted, likeliest


def column_of(name: str) -> str | None:
    """Name the canonical column, or ``url``, that a field fills; None where it fills none.

    Examples
    --------
    >>> column_of("plays"), column_of("wheels")
    ('views', None)
    """
    path = dotted(name)
    layout = likeliest(frozenset({path}))
    return next((column for column, paths in layout.paths.items() if path in paths), None)


def number_in(text: str) -> float | None:
    """Read one number as people write it; None where it is none.

    Examples
    --------
    >>> number_in("1.2M"), number_in("40 %"), number_in("-0.5"), number_in("nan")
    (1200000.0, 0.4, -0.5, None)
    """
    plain = text.strip().removesuffix("%").rstrip()
    number: float | None
    try:
        number = float(plain)
    except ValueError:
        number = counts(pl.Series([plain])).value.item()
    if number is None or not math.isfinite(number):
        return None
    return number / 100 if "%" in text else number


def flag_in(text: str) -> bool | None:
    """Read one yes or no as people write it; None where it is neither.

    Examples
    --------
    >>> flag_in("Yes"), flag_in("0"), flag_in("maybe")
    (True, False, None)
    """
    known: bool | None = flags(pl.Series([text])).value.item()
    return known

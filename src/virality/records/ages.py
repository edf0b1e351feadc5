"""How long after posting: ages as people write them."""

import re
from datetime import timedelta
from typing import Final

from virality.errors import OptionError

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGE: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) *([mhdw])", re.ASCII)


def age_of(text: str, where: str = "age") -> timedelta:
    """Read an age.

    Parameters
    ----------
    text
        A number of minutes, hours, days or weeks.
    where
        What is called so, for the error.

    Raises
    ------
    OptionError
        When it is none, or zero.

    Examples
    --------
    >>> age_of("36h")
    datetime.timedelta(days=1, seconds=43200)
    """
    found = _AGE.fullmatch(text.strip())
    age = timedelta(**{_UNITS[found[2]]: float(found[1])}) if found else timedelta()
    if not age:
        raise OptionError(
            f"{text!r} is not an age", where=where, remedy="write one such as 24h or 7d"
        )
    return age


def age_in_words(age: timedelta) -> str:
    """Say an age.

    Examples
    --------
    >>> age_in_words(timedelta(days=7)), age_in_words(timedelta(hours=24))
    ('7 days', '24 hours')
    """
    hours = age / timedelta(hours=1)
    if hours % 24 or hours <= 72:  # noqa: PLR2004  up to three days people count hours
        return f"{hours:g} hour{'s' if hours != 1 else ''}"
    return f"{hours / 24:g} days"

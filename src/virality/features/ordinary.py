"""Videos that state every feature of a model as an ordinary number: nothing of them need be read.

Most callers that score one video after another send such. A few comparisons tell them from the
others, in a tenth of the time that it takes to look at each value by itself.
"""

from __future__ import annotations

from operator import le
from typing import TYPE_CHECKING, Any

from virality.features.saying import FLAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.features.inputs import Inputs

_LARGEST = 1e300
_ABOVE_ZERO = 5e-324
_NUMBERS = frozenset({int, float})
_KINDS = _NUMBERS | {bool}


class Ordinary:
    """Knows such videos of one model.

    Parameters
    ----------
    inputs
        What the model takes in. A column of records that is a feature as it is has to be above 0,
        or 0 or 1, as anything else is for the readers of records to judge.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._names = inputs.names
        self._known = frozenset(inputs.names)
        columns = [one.name in inputs.columns for one in inputs.features]
        flags = [one.unit == FLAG for one in inputs.features]
        told = list(zip(inputs.features, columns, flags, strict=True))
        self._numbers = [k for k, (_, column, flag) in enumerate(told) if column and not flag]
        self._flags = [k for k, (_, column, flag) in enumerate(told) if column and flag]
        self._low = [
            max(one.low, _ABOVE_ZERO if column and not flag else -_LARGEST)
            for one, column, flag in told
        ]
        self._high = [min(one.high, _LARGEST) for one in inputs.features]

    def row(self, video: Mapping[str, Any]) -> list[float] | None:
        """Take the numbers of a video, in the order of the features; None where it is another."""
        if video.keys() != self._known:
            return None
        values = list(map(video.__getitem__, self._names))
        kinds = set(map(type, values))
        if not kinds <= _NUMBERS and not (kinds <= _KINDS and self._fitting(values)):
            return None
        if not (all(map(le, self._low, values)) and all(map(le, values, self._high))):
            return None
        if any(values[k] not in {0, 1} for k in self._flags):
            return None
        return list(map(float, values))

    def _fitting(self, values: list[Any]) -> bool:
        """Tell whether no number is stated as true or false."""
        return all(type(values[k]) is not bool for k in self._numbers)

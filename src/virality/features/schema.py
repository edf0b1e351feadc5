"""A feature, a schema of features, and the table of all that there are.

The table drives extraction, the model file, the command line and the documentation. It can be read
without Polars: a formula receives the Polars module when it is needed.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from virality.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

Phase = Literal["content", "account", "history", "early", "engagement"]
PHASES: tuple[Phase, ...] = ("content", "account", "history", "early", "engagement")
Moment = Literal["before", "after", "full"]
MOMENTS: tuple[Moment, ...] = ("before", "after", "full")
Curve = Literal["linear", "log", "cycle", "flag"]

_LAST_PHASE: dict[str, int] = {"before": 3, "after": 4, "full": 5}


def phases_of(moment: str | None) -> tuple[Phase, ...]:
    """Give the phases that a moment may use, in order.

    Parameters
    ----------
    moment
        ``"before"`` posting: content, account and history. Some hours ``"after"``: the early
        counts, too. ``"full"`` or None: everything.

    Raises
    ------
    OptionError
        When it is no moment.
    """
    if moment is not None and moment not in MOMENTS:
        raise OptionError(
            f"there is no moment {moment!r}",
            where="--moment",
            remedy=f"choose one of: {', '.join(MOMENTS)}",
        )
    return PHASES[: _LAST_PHASE[moment or "full"]]


@dataclass(frozen=True)
class Feature:
    """A named number computed from a record.

    Attributes
    ----------
    name
        Unique in its schema.
    phase
        When it becomes known.
    unit
        What one unit of it is.
    low, high
        The range it is clamped to.
    reads
        Record columns that it is computed from.
    formula
        Given the Polars module, its expression; null where it is unknown.
    phrase
        How people would call it.
    default
        What the reference system puts where it is unknown. Only the reference recipe uses it:
        anywhere else unknown stays unknown.
    curve
        On which axis a smooth effect of it is drawn: its own, that of log(1 + value), a circle on
        which value and value + period are one point, or none, as it is only 0 or 1.
    period
        Length of the circle, in the feature's unit.
    says
        What a value says of a video, in words: with ``{value}`` where the value goes, or for a
        yes or no both, parted by a bar. Empty where the phrase and the value have to do.
    """

    name: str
    phase: Phase
    unit: str
    low: float
    high: float
    reads: tuple[str, ...]
    formula: Callable[[Any], pl.Expr]
    phrase: str
    default: float | None = None
    curve: Curve = "linear"
    period: float | None = None
    says: str = ""

    @property
    def bounded(self) -> bool:
        """Whether it has a range; a column of the user's own has none."""
        return math.isfinite(self.high)

    @property
    def plain(self) -> bool:
        """Whether it is a column as it is, so that stating it is stating the column."""
        return self.reads == (self.name,)

    @property
    def span(self) -> str:
        """Its range in words."""
        return f"{self.low:,.10g} to {self.high:,.10g}" if self.bounded else "any"

    def stated(self) -> dict[str, Any]:
        """Give all but the formula as plain values; an endless range has no ends."""
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "formula"}
        ends = {} if self.bounded else {"low": None, "high": None}
        return plain | ends | {"reads": list(self.reads)}

    @property
    def meaning(self) -> tuple[Any, ...]:
        """What a model that uses it relies on. A straight axis adds nothing to older ones."""
        basic = (self.name, self.phase, self.unit, self.low, self.high, self.reads)
        return basic if self.curve == "linear" else (*basic, self.curve, self.period)


@dataclass(frozen=True)
class Schema:
    """An ordered, versioned list of features.

    Attributes
    ----------
    name, version
        What a model file calls it.
    features
        In the order of the columns of X.
    fills
        What the reference system puts for unknown record columns, before any formula.
    """

    name: str
    version: int
    features: tuple[Feature, ...]
    fills: Mapping[str, Any] = field(default_factory=dict)

    @property
    def curved(self) -> bool:
        """Whether effects of its features are curves; else they are straight lines."""
        return any(feature.curve != "linear" for feature in self.features)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features' names, in order."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def fingerprint(self) -> str:
        """A hash that changes when a feature is added, moved, or given another meaning."""
        content = json.dumps([self.name, self.version, [one.meaning for one in self.features]])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def at(self, moment: str | None) -> tuple[Feature, ...]:
        """List the features that a moment may use, in the schema's order.

        Raises
        ------
        OptionError
            When it is no moment.
        """
        phases = phases_of(moment)
        return tuple(feature for feature in self.features if feature.phase in phases)

    def feature(self, name: str) -> Feature:
        """Look up a feature.

        Raises
        ------
        OptionError
            When the schema has none of that name.
        """
        if name not in self.names:
            raise OptionError(
                f"{self.name} has no feature {name!r}", remedy="see: virality features"
            )
        return self.features[self.names.index(name)]

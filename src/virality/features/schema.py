"""A feature, a schema of features, and the table of all that there are.

The table drives extraction, the model file, the command line and the documentation. It can be read
without Polars: a formula receives the Polars module when it is needed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from virality.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

Phase = Literal["content", "account", "history", "early", "engagement"]
PHASES: tuple[Phase, ...] = ("content", "account", "history", "early", "engagement")


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
    """

    name: str
    phase: Phase
    unit: str
    low: float
    high: float
    reads: tuple[str, ...]
    formula: Callable[[Any], pl.Expr]
    phrase: str
    default: float


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
    fills: Mapping[str, Any]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features' names, in order."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def fingerprint(self) -> str:
        """A hash that changes when a feature is added, moved, or given another meaning."""
        rows = [
            [one.name, one.phase, one.unit, one.low, one.high, one.reads] for one in self.features
        ]
        content = json.dumps([self.name, self.version, rows])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

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

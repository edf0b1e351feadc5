"""What one model takes in: a schema's features at a moment, and columns of the user's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from virality.errors import OptionError
from virality.features.schema import PHASES, Feature, phases_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from virality.features.ordinary import Ordinary
    from virality.features.schema import Moment, Phase, Schema


@dataclass(frozen=True)
class Inputs:
    """The features of a model, in the order of the columns of X.

    Attributes
    ----------
    schema
        Where most of them are from.
    moment
        What the model may know.
    own
        Columns of the user's own, after those of the schema.
    left_out
        Names of features of the schema that the model does without.
    """

    schema: Schema
    moment: Moment = "full"
    own: tuple[Feature, ...] = field(default=())
    left_out: frozenset[str] = frozenset()

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """All features, in order."""
        there = (one for one in self.schema.at(self.moment) if one.name not in self.left_out)
        return (*there, *self.own)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def later(self) -> tuple[Feature, ...]:
        """Features of the schema that are not known yet at the moment."""
        known = self.schema.at(self.moment)
        return tuple(feature for feature in self.schema.features if feature not in known)

    @cached_property
    def unused(self) -> tuple[Feature, ...]:
        """Features of the schema that are not known yet, or left out."""
        return tuple(feature for feature in self.schema.features if feature.name not in self.names)

    @cached_property
    def columns(self) -> frozenset[str]:
        """Features of the schema that are a column of records as it is: to state one is both."""
        from virality.records import CANONICAL  # noqa: PLC0415  loads Polars

        every = (*self.features, *self.unused)
        return frozenset(one.name for one in every if one.plain) & CANONICAL.keys()

    @cached_property
    def readers(self) -> Mapping[str, frozenset[str]]:
        """Names of the features that read each column."""
        columns = {column for one in self.features for column in one.reads}
        return {
            column: frozenset(one.name for one in self.features if column in one.reads)
            for column in columns
        }

    @cached_property
    def ordinary(self) -> Ordinary:
        """Knows videos that state all features as ordinary numbers."""
        from virality.features.ordinary import Ordinary  # noqa: PLC0415  feature rows need it not

        return Ordinary(self)

    @property
    def fills(self) -> Mapping[str, Any]:
        """What the reference system puts for unknown record columns."""
        return self.schema.fills

    def feature(self, name: str) -> Feature:
        """Look up a feature.

        Raises
        ------
        OptionError
            When there is none of that name at this moment.
        """
        if name not in self.names:
            return self.schema.feature(name)
        return self.features[self.names.index(name)]

    def uses(self, phase: Phase) -> bool:
        """Tell whether a phase has a feature here."""
        return any(feature.phase == phase for feature in self.features)


def own_feature(name: str, phase: Phase) -> Feature:
    """Make a feature of a column of the user's own: its number as it is.

    Examples
    --------
    >>> own_feature("hook_score", "content").phase
    'content'
    """
    endless = float("inf")
    return Feature(name, phase, "its own", -endless, endless, (name,), partial(_column, name), name)


def _column(name: str, polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    number = polars.col(name).cast(polars.Float64, strict=False)
    finite: pl.Expr = polars.when(number.is_finite()).then(number)
    return finite


def own_features(written: tuple[str, ...], schema: Schema, moment: Moment) -> tuple[Feature, ...]:
    """Read columns of the user's own, each ``name:phase``.

    Raises
    ------
    OptionError
        When one is not written so, is of a phase that there is not or that the moment may not
        use, or is called as another, as a feature of the schema, or as a column that one reads:
        likes do not become known before posting by being called content.
    """
    features = tuple(_own(each, moment) for each in written)
    taken = {*schema.names, *(name for one in schema.features for name in one.reads)}
    for feature in features:
        if feature.name in taken:
            raise OptionError(
                f"{feature.name!r} is the name of another feature, or of a column that one reads",
                where="feature",
                remedy="rename the column if it is another",
            )
        taken.add(feature.name)
    return features


def left_out(names: Iterable[str], schema: Schema, moment: Moment) -> frozenset[str]:
    """Check which features of a schema a model is to do without.

    Raises
    ------
    OptionError
        When one is none of the schema's, or none is left at the moment.
    """
    out = frozenset(names)
    for name in sorted(out.difference(schema.names)):
        from difflib import get_close_matches  # noqa: PLC0415  scoring must not load it

        near = get_close_matches(name, schema.names, n=1)
        raise OptionError(
            f"{schema.name} has no feature {name!r}",
            where="without",
            remedy=f"did you mean {near[0]!r}?" if near else "virality features lists all names",
        )
    if out.issuperset(one.name for one in schema.at(moment)):
        raise OptionError("no feature is left", where="without", remedy="leave out fewer")
    return out


def _own(written: str, moment: Moment) -> Feature:
    name, _, phase = (part.strip() for part in written.rpartition(":"))
    known = next((one for one in PHASES if one == phase), None)
    if not name or known is None:
        raise OptionError(
            f"{written!r} is not of the form name:phase",
            where="feature",
            remedy=f"write one such as hook_score:content; phases are {', '.join(PHASES)}",
        )
    if known not in phases_of(moment):
        enough = "after or full" if known == "early" else "full"
        raise OptionError(
            f"{name} is of the phase {known}, which is not known at the moment {moment!r}",
            where="feature",
            remedy=f"leave it out, or use --moment {enough}",
        )
    return own_feature(name, known)

"""What a model and the features are, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.errors import MarkupError
from rich.markup import escape

from virality.errors import ArtefactError
from virality.features.extraction import SCHEMAS
from virality.interfaces.columns import fitted
from virality.interfaces.console import console
from virality.interfaces.scores import is_synthetic
from virality.interfaces.verdicts import show_certificate, show_evaluation
from virality.interfaces.wording import task_in_words, unit_in_words
from virality.labels import SCORE_EDGES, TIER_NAMES, TIERS
from virality.model.additive import Additive
from virality.records import CANONICAL

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from virality.features.schema import Feature
    from virality.scorer import Scorer


def show_model(scorer: Scorer, path: str) -> None:
    """Print what a model file knows.

    Raises
    ------
    ArtefactError
        When its evaluation, data or certificate is not as virality states them.
    """
    try:
        _show_model(console(), scorer, path)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, MarkupError) as error:
        raise ArtefactError(
            f"what it states about itself is damaged ({type(error).__name__}: {error})", where=path
        ) from None


def _show_model(screen: Console, scorer: Scorer, path: str) -> None:
    artefact = scorer.artefact
    schema = artefact.schema.name if artefact.schema else "features of its own"
    screen.print(f"[bold]{escape(path)}[/bold]: {schema}, trained {escape(artefact.trained_at)}")
    screen.print(f"{escape(task_in_words(artefact))}.")
    if artefact.data:
        rows, first, last = (artefact.data[key] for key in ("rows", "first_posted", "last_posted"))
        dates = f", posted {first} to {last}" if first else ""
        made_up = " (SYNTHETIC)" if is_synthetic(scorer) else ""
        screen.print(f"Data: {rows:,} videos{dates}{made_up}")
    screen.print(_tier_table(scorer, screen.width))
    model = scorer.artefact.classifier.model
    if isinstance(model, Additive):
        screen.print(_effects(scorer, model, screen.width))
    else:
        screen.print(_weights(scorer, screen.width))
    show_evaluation(screen, scorer)
    show_certificate(screen, artefact.certificate)


def _tier_table(scorer: Scorer, width: int) -> Table:
    artefact = scorer.artefact
    outcome = escape(artefact.outcome or "label")
    headings = ("tier", "score range", f"{outcome} from", "average probability")
    starts = ["-"] * len(TIERS)
    if artefact.thresholds is not None:
        starts = ["0", *(_amount(threshold) for threshold in artefact.thresholds)]
    prior = ["-"] * len(TIERS)
    if artefact.classifier.population is not None:
        prior = [f"{share:.0%}" for share in artefact.classifier.population.prior]
    rows = [
        (f"{tier} {name}", f"{low:g}-{high:g}", start, share)
        for tier, name, low, high, start, share in zip(
            TIERS, TIER_NAMES, SCORE_EDGES[:-1], SCORE_EDGES[1:], starts, prior, strict=True
        )
    ]
    return fitted(headings, rows, width)


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"  # noqa: PLR2004  counts or rates


def _weights(scorer: Scorer, width: int) -> Table:
    """Coefficients by feature, one column for each tier."""
    classifier = scorer.artefact.classifier
    rows = [
        (escape(name), *(f"{weight:+.3f}" for weight in column))
        for name, column in zip(scorer.feature_names, classifier.coef.T, strict=True)
    ]
    rows.append(("[dim]intercept[/dim]", *(f"{bias:+.3f}" for bias in classifier.intercept)))
    title = "\nWeights: change of each tier's log-odds per unit of the feature"
    return fitted(("feature", *(f"tier {tier}" for tier in TIERS)), rows, width, title=title)


def _effects(scorer: Scorer, model: Additive, width: int) -> Table:
    """Where each feature's curve is lowest and highest, the most telling features first."""
    units = _units(scorer)
    named = zip(model.curves, scorer.feature_names, strict=True)
    drawn = [(curve, name) for curve, name in named if curve.span > 0]
    rows = []
    for curve, name in sorted(drawn, key=lambda each: -each[0].span):
        lowest, highest = curve.ends
        cells = (_amount(lowest), _amount(highest), f"{curve.span:.3f}")
        rows.append((escape(name), escape(units.get(name, "")), *cells))
    return fitted(
        ("feature", "one unit is", "lowest at", "highest at", "difference"),
        rows,
        width,
        title="\nEffects: where each curve is lowest and highest, and how far apart that is",
        words=("one unit is",),
    )


def _units(scorer: Scorer) -> dict[str, str]:
    """Say what one unit of each feature is; nothing of features of no known schema."""
    inputs, outcome = scorer.artefact.inputs, scorer.artefact.outcome
    features = () if inputs is None else inputs.features
    return {feature.name: unit_in_words(feature, outcome) for feature in features}


def features_json() -> list[dict[str, Any]]:
    """Give the features' tables as plain values."""
    return [
        {"schema": schema.name, **feature.stated()}
        for schema in SCHEMAS.values()
        for feature in schema.features
    ]


def columns_json() -> list[str]:
    """Name the columns of records."""
    return list(CANONICAL)


def show_features() -> None:
    """Print the features' tables."""
    screen = console()
    headings = ("feature", "phase", "one unit is", "range", "reads")
    for schema in SCHEMAS.values():
        rows = [_feature_row(one) for one in schema.features]
        title = f"\n{schema.name}"
        screen.print(fitted(headings, rows, screen.width, title=title, words=headings))
    screen.print(f"\nRecord columns, which --set takes by name, too: {', '.join(CANONICAL)}.")


def _feature_row(one: Feature) -> tuple[str, ...]:
    reads = "itself" if one.plain else ", ".join(one.reads)
    return one.name, one.phase, one.unit, one.span, reads

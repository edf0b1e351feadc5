"""All charts of a report, by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from virality.report.charts import effect, spread, verdict

if TYPE_CHECKING:
    from virality.report.charts.frame import Chart
    from virality.report.view import View


@dataclass(frozen=True)
class Gallery:
    """The charts of each section; None or empty where the view has nothing to draw."""

    headline: Chart | None
    confusion: Chart | None
    reliability: tuple[Chart, ...]
    scores: tuple[Chart, ...]
    percentiles: Chart | None
    effects: tuple[Chart, ...]
    learning: Chart | None

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All of them, in their order."""
        single = (self.headline, self.confusion)
        last = (self.percentiles, *self.effects, self.learning)
        return tuple(
            one for one in (*single, *self.reliability, *self.scores, *last) if one is not None
        )


def gallery(view: View) -> Gallery:
    """Make the charts of a view, unique in their keys."""
    scores = [score for one in view.effects for score in one.scores]
    ends = (min(scores, default=0.0), max(scores, default=0.0))
    drawable = view.growth and any(point.log_loss is not None for point in view.growth.points)
    return Gallery(
        headline=verdict.headline(view.rivals) if view.rivals else None,
        confusion=verdict.confusion(view.tiers) if view.tiers else None,
        reliability=tuple(spread.reliability(one) for one in view.reliability),
        scores=spread.each(view.scores),
        percentiles=spread.percentiles(view.percentiles) if view.percentiles else None,
        effects=tuple(effect.effect(one, ends) for one in view.effects),
        learning=verdict.learning(view.growth) if view.growth and drawable else None,
    )

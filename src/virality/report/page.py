"""The page: one HTML file that needs nothing else, and works without scripts."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from markupsafe import Markup

from virality._version import __version__
from virality.report.charts.drawing import inline
from virality.report.charts.gallery import gallery
from virality.report.tabulation import headline_of, tables_of
from virality.report.templating import environment, template

if TYPE_CHECKING:
    from virality.report.view import View

SECTIONS = (
    ("headline-section", "How good it is"),
    ("moments", "Moments"),
    ("tiers", "Tiers"),
    ("predictions", "Probabilities and scores"),
    ("effects", "Inputs"),
    ("growth", "More videos?"),
    ("cohorts", "For whom"),
    ("audit", "Audit"),
    ("data", "Data"),
    ("limits", "What a score is not"),
    ("provenance", "Origin"),
)
"""The anchors of the page, and how the contents call them."""


def page(view: View) -> str:
    """Write a view as an HTML page."""
    shown = gallery(view)
    style, script = template("style.css"), template("script.js")
    drawn = {chart.key: Markup(inline(chart)) for chart in shown.charts}  # noqa: S704  ours
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            view=view,
            gallery=shown,
            drawn=drawn,
            sections=SECTIONS,
            style=Markup(style),  # noqa: S704  ours
            script=Markup(script),  # noqa: S704  ours
            style_hash=Markup(_hash(style)),  # noqa: S704  base64 between quotes
            script_hash=Markup(_hash(script)),  # noqa: S704  likewise
            headline=headline_of(view),
            version=__version__,
            **tables_of(view),
        )
    )


def _hash(text: str) -> str:
    """Name a text as a content security policy does."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"

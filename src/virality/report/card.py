"""The model card: the report in Markdown, for repositories and catalogues."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from virality._version import __version__
from virality.report.tabulation import tables_of
from virality.report.templating import environment

if TYPE_CHECKING:
    from virality.report.view import View


def card(view: View) -> str:
    """Write a view as a page of Markdown."""
    found = environment().get_template("card.md.j2")
    text = found.render(view=view, version=__version__, **tables_of(view))
    return re.sub(r"\n{3,}", "\n\n", text)

"""Writing a report and its charts to files, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from virality.errors import OutputError
from virality.report.card import card
from virality.report.charts.drawing import png, svg
from virality.report.charts.gallery import gallery
from virality.report.page import page
from virality.storage.atomic import replace_file

if TYPE_CHECKING:
    from virality.report.view import View

FORMS = {"html": page, "md": card}
"""Each form of a report, and what writes it."""


def write_report(view: View, path: str | Path, form: str) -> None:
    """Write a report as ``html`` or ``md``.

    Raises
    ------
    OutputError
        When it cannot be written; an older file there is then unchanged.
    """
    replace_file(path, FORMS[form](view).encode())


def write_charts(view: View, folder: str | Path) -> tuple[Path, ...]:
    """Write each chart as SVG and as PNG, named by what it shows; give the files.

    Raises
    ------
    OutputError
        When the folder cannot be made, or a file in it cannot be written.
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot be made: {error.strerror or error}", where=str(folder), remedy="name another"
        ) from error
    written = []
    for chart in gallery(view).charts:
        for ending, content in (("svg", svg(chart).encode()), ("png", png(chart))):
            written.append(place / f"{chart.key}.{ending}")
            replace_file(written[-1], content)
    return tuple(written)

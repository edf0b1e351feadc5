"""``virality report``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options
from virality.interfaces.spooling import readable
from virality.interfaces.terminal import working

if TYPE_CHECKING:
    from virality.interfaces.spooling import Source
    from virality.report.evidence import Evidence

FORMS = ("html", "md")


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--data",
    "sources",
    multiple=True,
    callback=readable,
    metavar="SOURCE",
    help="The records that the model was trained on, or later ones; several times for several "
    "files. Without it the report shows what the model's file holds.",
)
@click.option(
    "--out",
    metavar="FILE",
    help="The report.  [default: report.html, or report.md]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="A page, or a model card in Markdown.  [default: as the name of the file ends]",
)
@click.option("--charts", metavar="FOLDER", help="Write each chart there, too, as SVG and as PNG.")
@click.option("--quick", is_flag=True, help="Leave out other moments, and fewer rows.")
@options.WHERE
@options.MAP
@options.JSON
def report(
    *,
    model: str,
    sources: tuple[Source, ...],
    out: str | None,
    form: str | None,
    charts: str | None,
    as_json: bool,
    **choices: Any,  # noqa: ANN401  --quick, --where and --map
) -> None:
    """Write a report of MODEL for people, as one file for any browser.

    It shows what the model predicts, for when, how much better it is than what needs no model, how
    far off it can be, and how the score goes with each input. What concerns single predictions is
    measured again on the records of --data that have not trained the model.

    \b
      virality report model.json --data videos.json --out report.html
      virality report model.json --data videos.json --format md --charts charts
    """
    from virality.interfaces import writing  # noqa: PLC0415  --help must not load Polars
    from virality.interfaces.extras import needing  # noqa: PLC0415
    from virality.scorer import load  # noqa: PLC0415

    form = form or form_of_report(out)
    out = out or f"report.{form}"
    writing.require_places([out], [*sources, model])
    scorer = load(model)
    with needing("report"), working() as progress:
        from virality.report import evidence  # noqa: PLC0415  the extra may be missing

        if sources:
            found = evidence.of_records(scorer, list(sources), progress=progress, **choices)
        else:
            found = evidence.of_file(scorer)
        written = write(found, out, form, charts, progress=progress)
    if as_json:
        click.echo(json.dumps({"report": out, "charts": written}))
    else:
        click.echo(f"Report: {out}" + (f"; charts: {charts}" if charts else ""))


def form_of_report(path: str | None) -> str:
    """Say which form a report takes, as the name of its file ends."""
    return "md" if path is not None and path.lower().endswith((".md", ".markdown")) else "html"


def write(
    found: Evidence,
    out: str,
    form: str,
    charts: str | None,
    progress: Any,  # noqa: ANN401
) -> list[str]:
    """Write the report of some evidence, and its charts where a folder is named; list these."""
    from virality.report.assembly import view_of  # noqa: PLC0415  the extra may be missing
    from virality.report.writing import write_charts, write_report  # noqa: PLC0415

    progress("drawing")
    view = view_of(found)
    write_report(view, out, form)
    return [] if charts is None else [str(path) for path in write_charts(view, charts)]

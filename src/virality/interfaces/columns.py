"""Tables that keep words and numbers whole on a terminal of any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.console import JustifyMethod

_GAP = 2


def fitted(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    room: int,
    *,
    title: str | None = None,
    words: Collection[str] = (),
) -> Table:
    """Lay out rows in columns; where these are too wide, each row as a name and a list.

    Parameters
    ----------
    headings
        Of each column; the first is that of the rows' names.
    rows
        Cells, with markup.
    room
        Width of the terminal.
    title
        A line above.
    words
        Headings of columns, besides the first, that hold words and may wrap; others hold numbers.
    """
    wrapping = {headings[0], *words}
    columns = list(zip(headings, *rows, strict=True))
    most = [max(map(_length, column)) for column in columns]
    least = [_least(column, wraps=column[0] in wrapping) for column in columns]
    spare = room - sum(least) - _GAP * (len(columns) - 1)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    if spare < 0:
        return _listed(table, headings, rows)
    for heading, width in zip(headings, _shared(spare, least, most), strict=True):
        justify: JustifyMethod = "left" if heading in wrapping else "right"
        table.add_column(heading, justify=justify, width=width)
    for row in rows:
        table.add_row(*row)
    return table


def _shared(spare: int, least: Sequence[int], most: Sequence[int]) -> list[int]:
    """Widen columns with what room is left, each by as much as it takes or by an equal share."""
    widths = list(least)
    wanting = sorted(range(len(least)), key=lambda column: most[column] - least[column])
    for served, column in enumerate(wanting):
        more = min(most[column] - least[column], spare // (len(wanting) - served))
        widths[column] += more
        spare -= more
    return widths


def _listed(table: Table, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Give each row as its name, and beside it a line for each heading with what it holds."""
    table.show_header = False
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for name, *cells in rows:
        named = zip(headings[1:], cells, strict=True)
        table.add_row(name, "\n".join(f"{heading} {cell}".strip() for heading, cell in named))
    return table


def _least(column: Sequence[str], *, wraps: bool) -> int:
    """Say how narrow a column can be: its longest word, or its longest number."""
    heading, *cells = map(_plain, column)
    wholes = [word for cell in cells for word in cell.split()] if wraps else cells
    return max(map(cell_len, [*heading.split(), *wholes]), default=0)


def _plain(cell: str) -> str:
    return Text.from_markup(cell).plain


def _length(cell: str) -> int:
    return cell_len(_plain(cell))

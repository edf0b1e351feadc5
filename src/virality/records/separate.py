"""Turn several videos, each given by itself, into one frame."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from virality.errors import DataError
from virality.records.canonical import CANONICAL
from virality.records.plucking import Json, Scalar
from virality.records.recognition import Layout
from virality.records.single import Flat, Row, extras_of, laid_out, values_of


def each_alone(
    videos: Sequence[Mapping[str, Json]], own: Collection[str] = ()
) -> tuple[pl.DataFrame, dict[int, DataError]]:
    """Turn videos into a frame, each read as if it came alone: they need not be of one scraper.

    Parameters
    ----------
    videos
        As for :func:`to_records`.
    own
        Further columns to keep, of numbers or of texts that are numbers.

    Returns
    -------
    A row for each video in the canonical columns and those of ``own``, null where unknown, and
    why a video cannot be used, by its place; its row is all null.
    """
    rows: list[Row] = []
    faults: dict[int, DataError] = {}
    for place, video in enumerate(videos):
        try:
            flat, layout = laid_out(video)
            row = values_of(flat, layout)
            rows.append(row | (_own(flat, layout, own) if own else {}))
        except DataError as error:
            rows.append({})
            faults[place] = error
    frame = pl.from_dicts(rows, schema={**CANONICAL, **dict.fromkeys(own, pl.Float64())})
    return frame, faults


def _own(flat: Flat, layout: Layout, names: Collection[str]) -> Row:
    """Take the numbers of further columns."""
    extras = extras_of(flat, layout)
    found = {name: extras[name][0] for name in names if name in extras}
    return {name: _number(value) for name, value in found.items()}


def _number(value: Scalar) -> float | None:
    """Take a number, or a text that is one, as a column of it is cast."""
    try:
        return None if value is None else float(value)
    except ValueError:
        return None

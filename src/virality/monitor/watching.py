"""Looking at past predictions: week by week, cohort by cohort, and whether an alarm is due.

A prediction counts in the week in which it was made for what came in, and in the week in which
its outcome was counted for how good it was. So each is in one week only, and a week that is over
says the same however often it is looked at. What is due now rests on the last such week, and on the
last four.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.monitor.drift import SCORE
from virality.monitor.monitoring import Alarm, Figure, Monitoring, Part, Week
from virality.monitor.noise import holm
from virality.monitor.predictions import Predictions
from virality.monitor.quality import figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from virality.arrays import Bools
    from virality.promise import Promise

LEVEL = 0.001
"""Probability of a false alarm in one week: about one in twenty years of weeks."""

SHORT, LONG = 1, 4
"""How many weeks are looked at together: one for what breaks, four for what wears off."""

BEFORE = 8
"""With how many weeks before it a week is compared."""

ALL = ("all", "all videos")

_LOOKS = 4
_TOLD = ("outcome", "outcome_at", "tier", "outcome_percentile")
_WEEK = timedelta(weeks=1)
_SHOWN = 26


def watch(
    frame: pl.DataFrame,
    promises: Mapping[str, Promise],
    *,
    now: datetime | None = None,
    model: str | None = None,
    weeks: int = _SHOWN,
) -> Monitoring:
    """Look at predictions, and say whether they are still right.

    Parameters
    ----------
    frame
        A row for each prediction, as a log keeps them.
    promises
        By the fingerprint of a model what it promised.
    now
        When this is asked; None is now.
    model
        Fingerprint of the model to judge; None is the one that predicted last.
    weeks
        How many of the latest weeks to show, at least 1.
    """
    at = (now or datetime.now(UTC)).astimezone(UTC)
    counted = pl.when(pl.col("outcome_at") <= at).then(pl.col(_TOLD))
    past = frame.filter(pl.col("predicted_at") <= at).with_columns(counted)
    named = model or _latest(past)
    own = past.filter(pl.col("model") == named) if named in promises else past.clear()
    if named is None or own.is_empty():
        return Monitoring(named, at, False, 0, 0, past.height, (), (), (), (), ())  # noqa: FBT003
    promise = promises[named]
    rows = Predictions.of(own, promise)
    monday = at.date() - timedelta(days=at.weekday())
    parts, worse = _judged(rows, promise, monday)
    drift, change, moved = _moved(rows, monday)
    return Monitoring(
        model=named,
        at=at,
        synthetic=promise.synthetic,
        predictions=own.height,
        outcomes=int((~np.isnat(rows.counted)).sum()),
        others=past.height - own.height,
        weeks=tuple(_week(rows, promise, week, monday) for week in rows.weeks[-weeks:]),
        parts=parts,
        drift=drift,
        change=change,
        alarms=_once((*worse, *moved)),
        hindsight=own.filter(pl.col("outcome_at") < pl.col("predicted_at")).height,
    )


def _latest(frame: pl.DataFrame) -> str | None:
    """Name the model that predicted last."""
    if frame.is_empty():
        return None
    return str(frame.row(int(frame["predicted_at"].arg_max() or 0), named=True)["model"])


def _week(rows: Predictions, promise: Promise, begins: date, monday: date) -> Week:
    made = _within(rows.predicted, begins, begins)
    inputs = rows.inputs.part(made)
    drift = inputs.drift() if inputs.enough else ()
    return Week(
        begins=begins,
        over=begins < monday,
        predicted=int(made.sum()),
        drift=next((one for one in drift if one.of == SCORE), None),
        outcomes=_part(rows, promise, ALL, _within(rows.counted, begins, begins)),
    )


def _judged(
    rows: Predictions, promise: Promise, monday: date
) -> tuple[tuple[Part, ...], tuple[Alarm, ...]]:
    """Judge outcomes: all of the last week and of the last four, and of these each cohort."""
    begins, chosen = _last(rows.counted, monday, SHORT)
    week = _part(rows, promise, ALL, chosen)
    alarms = [*_alarms([week], begins, SHORT)]
    begins, chosen = _last(rows.counted, monday, LONG)
    parts = tuple(
        _part(rows, promise, (group, name), chosen & of)
        for group, name, of in rows.cohorts(promise)
    )
    alarms += [*_alarms(parts[:1], begins, LONG), *_alarms(parts[1:], begins, LONG)]
    return parts, tuple(alarms)


def _moved(
    rows: Predictions, monday: date
) -> tuple[tuple[Figure, ...], tuple[Figure, ...], tuple[Alarm, ...]]:
    """Judge what came in: the last week, and how it is different from those before."""
    begins, chosen = _last(rows.predicted, monday, SHORT)
    inputs = rows.inputs.part(chosen)
    if not inputs.enough:
        return (), (), ()
    drift = inputs.drift()
    first = begins - BEFORE * _WEEK
    before = rows.inputs.part(_within(rows.predicted, first, begins - _WEEK))
    change = inputs.change(before) if before.enough else ()
    tested = (*(one for one in drift if one.of == SCORE), *change)
    looked = Part(*ALL, len(inputs.groups), 0, tested)
    return drift, change, tuple(_alarms([looked], begins, SHORT))


def _last(
    times: np.ndarray[tuple[int], np.dtype[np.datetime64]], monday: date, weeks: int
) -> tuple[date, Bools]:
    """Choose rows of the last weeks that are over and have some; give the first Monday, too."""
    over = times[times < np.datetime64(monday)]
    last = monday - _WEEK if len(over) == 0 else over.max().item()
    begins = last - (weeks - 1) * _WEEK
    return begins, _within(times, begins, last)


def _within(
    times: np.ndarray[tuple[int], np.dtype[np.datetime64]], first: date, last: date
) -> Bools:
    return (times >= np.datetime64(first)) & (times <= np.datetime64(last))


def _part(rows: Predictions, promise: Promise, named: tuple[str, str], chosen: Bools) -> Part:
    known = rows.known.part(chosen)
    return Part(
        *named, len(known.tiers), known.accounts, figures(known, promise, whole=named == ALL)
    )


def _alarms(parts: Sequence[Part], begins: date, weeks: int) -> Iterator[Alarm]:
    """Choose what is beyond chance, all that was looked at being counted."""
    tested = [(part, one, one.p) for part in parts for one in part.figures if one.p is not None]
    corrected = holm([p for *_, p in tested])
    for (part, figure, _), p in zip(tested, corrected, strict=True):
        if p <= LEVEL / _LOOKS:
            yield Alarm(begins, weeks, part.group, part.name, figure, p)


def _once(alarms: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """Keep of the same finding in several spans the least probable; order by probability."""
    kept: dict[tuple[str, str, str, str], Alarm] = {}
    for alarm in sorted(alarms, key=lambda one: (one.p, one.group != "all")):
        figure = alarm.figure
        kept.setdefault((alarm.group, alarm.name, figure.measure, figure.of), alarm)
    return tuple(kept.values())

"""What came of simulated worlds, and the page that says so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from virality.evaluation.intervals import Difference

WEEKS, CHANGE = 40, 20
"""How many weeks a world is gone through, and after how many of them it changes."""


@dataclass(frozen=True)
class Options:
    """How many videos a world has, and what changes, as ``shifting.Shift`` states it."""

    videos: int = 12_000
    fall: float = 0.5
    turned: float = 1.0


@dataclass(frozen=True)
class Found:
    """What came of one world.

    Attributes
    ----------
    seed
        Of the world.
    predictions
        How many were logged.
    early
        Mondays before the change on which there was an alarm.
    alarm, measures
        Weeks from the change to the first Monday with an alarm after it, and what it was of.
    promoted
        Weeks from the change to each Monday on which a new model came to serve.
    gain, videos
        Log-loss of what served less that of the first model, on videos posted since that was
        replaced, with its interval by account; and how many videos these are.
    refused
        Reasons why the candidates that must not serve did not, by what was wrong with them.
    bad
        How many such candidates were tried.
    """

    seed: int
    predictions: int
    early: int
    alarm: int | None
    measures: tuple[str, ...]
    promoted: tuple[int, ...]
    gain: Difference | None
    videos: int
    refused: tuple[tuple[str, str], ...]
    bad: int


def page(found: list[Found], options: Options) -> str:
    """Write the page."""
    alarms = [one.alarm for one in found if one.alarm is not None]
    in_time = sum(weeks <= 3 for weeks in alarms)
    served = [one for one in found if one.gain is not None]
    won = sum(one.gain.mean < 0 for one in served if one.gain is not None)
    clearly = sum(one.gain.high < 0 for one in served if one.gain is not None)
    quiet = sum(one.early == 0 for one in found)
    refused = [pair for one in found for pair in one.refused]
    head = _HEAD.format(
        runs=len(found),
        options=options,
        weeks=WEEKS,
        change=CHANGE,
        share=100 * (1 - math.exp(-options.fall)),
        quiet=quiet,
        in_time=in_time,
        served=len(served),
        won=won,
        clearly=clearly,
        refused=len(refused),
        bad=sum(one.bad for one in found),
    )
    return head + "".join(map(line, found)) + _reasons(refused)


_HEAD = """# The loop, tried on a change of taste

Made by `make simulate`: {runs} made-up worlds of {options.videos:,} videos each, gone through week by week for
{weeks} weeks. Each week's videos are scored at posting by the model that serves, and logged; a week after posting they are
scraped, and what became of them is logged. On Mondays the monitor looks. After week {change} the world changes:
views fall by {share:.0f} %, and a good length no longer helps a video. From the first alarm on, each Monday `virality
retrain --since` the week of that alarm tries to find a better model than the one that serves.

| what is asked of the loop | in |
|---|---|
| no alarm in the {change} weeks before anything changed | {quiet} of {runs} worlds |
| an alarm within 3 weeks after | {in_time} of {runs} |
| a retrained model is promoted | {served} of {runs} |
| what serves from then on has a lower log-loss than the first model, on all videos posted from then on | {won} of {served} |
| and its 95 % interval lies below 0 | {clearly} of {served} |
| a candidate whose counts were mixed up, or with an input that tells the outcome, is refused | {refused} of {bad} |

The outcome of a video is a week late, so the first Monday that can tell is the second after the change; and a comparison takes
200 videos of the latest quarter. Weeks are counted from the change. *Log-loss* is that of what served less that of the first
model, on videos posted since that was replaced, with its interval by account.

| world | predictions | Mondays with an alarm before | first alarm after | of | promoted in week | log-loss | on videos |
|---|---|---|---|---|---|---|---|
"""  # noqa: E501  a table's head is one line


def line(one: Found) -> str:
    """Write the table's line of a world."""
    gain = one.gain
    won = "" if gain is None else f"{gain.mean:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
    alarm = "none" if one.alarm is None else f"week {one.alarm}"
    promoted = ", ".join(f"{week}" for week in one.promoted) or "none"
    of, videos = ", ".join(one.measures), f"{one.videos:,}"
    cells = (one.seed, f"{one.predictions:,}", one.early, alarm, of, promoted, won, videos)
    return "| " + " | ".join(map(str, cells)) + " |\n"


def _reasons(refused: list[tuple[str, str]]) -> str:
    """Say by an example of each kind why candidates were refused: what was said first."""
    said = {wrong: reason.partition("; ")[0] for wrong, reason in reversed(refused)}
    lines = [f"- {wrong}: {reason}\n" for wrong, reason in sorted(said.items())]
    return "\nWhat was said first of a candidate of each kind:\n\n" + "".join(lines)

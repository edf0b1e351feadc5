"""From results to a page of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studying import picture, picture_name, side, table
from writing import (
    fact_text,
    memory_text,
    number_text,
    ratio_text,
    spread_text,
    time_text,
    times_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_OPENING = """\
# Benchmarks

This page is made from `benchmarks/results.json` by `{command}`, which also measures; see the last
section. Do not edit it by hand.
"""
_EXPLANATION = """\
The sides of a comparison run in turn, A B A B, in one go, so that a noisy hour falls on all of
them alike. A time is the median over the rounds, with the least and the most in brackets. A ratio
is what the peer takes over what we take: **above 1, ours takes less**. It is the ratio of the
medians, with the least and the most of the ratios within a round in brackets. Seconds belong to
this machine; ratios travel better, and even they move with the machine and the versions. All
libraries run with their default number of threads unless a side's name says otherwise. Memory is
the most that a process held resident at once. The best peer is the one with the least median.
Times within *what bounds it* are of a profile on another processor, an Intel Xeon, where all is
slower by half or more; what they are shares of moves less.
"""
_CLOSING = """\
## Again

- `make bench` measures all this and writes `benchmarks/results.json`, this page and its pictures.
  It takes well over an hour, most of it in the peers. Generated data goes into a temporary folder.
- `python benchmarks/run.py --quick` runs everything on small data and only prints.
- `python benchmarks/run.py --only train read` runs some cases and only prints; with `--merge` it
  puts them in the place of what was measured before. What ran on another machine than most, or with
  other libraries, says so.
- `python benchmarks/run.py --help` lists the sizes and what else there is.
- A further comparison is one more entry in `benchmarks/cases.py`.
"""
_TEXTS: dict[str, Callable[[float], str]] = {
    "seconds": time_text,
    "bytes": memory_text,
    "ratio": times_text,
    "number": number_text,
}


def rendered(results: dict[str, Any]) -> str:
    """Render results as Markdown."""
    place = _usual(results)
    parts = [
        _OPENING.format(command=results["command"]),
        _setting(place, results["shrink"]),
        _EXPLANATION,
        _summary(results["cases"]),
        *[_case(case, place) for case in results["cases"]],
        *[_study(study, place) for study in results["studies"]],
        _CLOSING,
    ]
    return "\n".join(parts)


def pictures(results: dict[str, Any]) -> dict[str, str]:
    """Draw the studies that were measured: SVG by the name of its file."""
    measured = [study for study in results["studies"] if not study["skipped"]]
    return {picture_name(study): picture(study) for study in measured}


def _usual(results: dict[str, Any]) -> str:
    """Say where most cases were measured."""
    places = [_place(one) for one in (*results["cases"], *results["studies"]) if not one["skipped"]]
    return max(places, key=places.count, default="nothing yet")


def _place(case: dict[str, Any]) -> str:
    machine = case["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, {machine['python']}; {libraries}"
    )


def _setting(place: str, shrunk: int) -> str:
    small = f"\n**All sizes are divided by {shrunk}.**\n" if shrunk > 1 else ""
    return f"Measured on {place}, unless a case says otherwise.\n{small}"


def _when(case: dict[str, Any], usual: str) -> str:
    """Say when a case ran, how busy the machine was, and which it was where not the usual one."""
    load, place = case["load_average"], _place(case)
    words = f"Measured on {case['measured_on']} in {case['minutes']} minutes"
    if place != usual:
        words = f"{words} on {place}"
    if load is None:
        return f"{words}."
    before, after = load["before"], load["after"]
    return (
        f"{words}; {before:.1f} processes wanted a core in the minute before, {after:.1f} in the "
        "last minute."
    )


def _summary(cases: list[dict[str, Any]]) -> str:
    heads = "comparison | ours | NumPy alone | best peer | time, peer ÷ ours | memory, peer ÷ ours"
    lines = [
        f"| {heads} | goals reached |",
        "|---|---|---|---|---|---|---|",
        *[_summary_row(case) for case in cases],
    ]
    return "\n".join(lines) + "\n"


def _summary_row(case: dict[str, Any]) -> str:
    if case["skipped"]:
        return f"| {case['title']} | skipped: {case['skipped']} | | | | | |"
    plain = [one for one in case["sides"] if one["name"].endswith(", NumPy alone")]
    best = side(case, "peer")
    shown = [side(case, "ours"), plain[0] if plain else None, best]
    times = [time_text(one["seconds"]["median"]) if one else "" for one in shown]
    ratios = [ratio_text(best[name]) if best else "" for name in ("seconds", "peak_bytes")]
    if not case["timed"]:
        times[-1] = ratios[0] = ""
    passed = sum(goal["passed"] for goal in case["goals"])
    goals = f"{passed} of {len(case['goals'])}" if case["goals"] else ""
    return f"| {case['title']} | {' | '.join([*times, *ratios, goals])} |"


def _head(case: dict[str, Any]) -> str:
    return f"## {case['title']}\n\n{case['compared']}\n\n*What bounds it:* {case['bound']}\n"


def _case(case: dict[str, Any], usual: str) -> str:
    if case["skipped"]:
        return f"{_head(case)}\nSkipped: {case['skipped']}.\n"
    rows = "\n".join(_row(one, timed=case["timed"]) for one in case["sides"])
    heads = "side | rounds | time | peak memory | time ÷ ours | memory ÷ ours | what came out"
    lines = [_goal("Goal", goal) for goal in case["goals"]]
    lines += [_goal("Check", check) for check in case["checks"]]
    judged = "".join(f"- {line}\n" for line in lines)
    opening = f"{_head(case)}\n{_when(case, usual)}\n\n"
    found = f"{opening}| {heads} |\n|---|---|---|---|---|---|---|\n{rows}\n"
    return f"{found}\n{judged}" if judged else found


def _study(study: dict[str, Any], usual: str) -> str:
    if study["skipped"]:
        return f"{_head(study)}\nSkipped: {study['skipped']}.\n"
    checks = [check for point in study["points"] for check in point["checks"]]
    passed = sum(check["passed"] for check in checks)
    return (
        f"{_head(study)}\n{_when(study, usual)}\n\n"
        f"![Seconds of a fit by {study['axis']}, both logarithmic; the table below says the same]"
        f"({picture_name(study)})\n\n"
        "Growth is the power of the size that the time grew with since the row above.\n\n"
        f"{table(study)}\n"
        f"- Checks of gradient and objective at each size: {passed} of {len(checks)} passed.\n"
    )


def _row(one: dict[str, Any], *, timed: bool) -> str:
    facts = ", ".join(f"{name} {fact_text(value)}" for name, value in one["facts"].items())
    name = f"{one['name']} (floor)" if one["role"] == "floor" else one["name"]
    own = one["role"] == "ours"
    ratios = ["" if own else ratio_text(one[quantity]) for quantity in ("seconds", "peak_bytes")]
    if not timed:
        ratios[0] = ""
    memory = one["peak_bytes"]
    cells = (
        name,
        str(len(one["seconds"]["values"])),
        spread_text(one["seconds"], time_text),
        spread_text(memory, memory_text) if memory else "",
        *ratios,
        facts,
    )
    return f"| {' | '.join(cells)} |"


def _goal(kind: str, goal: dict[str, Any]) -> str:
    text = _TEXTS[goal["unit"]]
    sense = "at least" if goal["least"] else "at most"
    verdict = "**passed**" if goal["passed"] else "**failed**"
    return (
        f"{kind}, {goal['what']} {sense} {text(goal['limit'])}: {verdict} with "
        f"{text(goal['value'])} ({text(goal['min'])} to {text(goal['max'])}); reached in "
        f"{goal['rounds_within']} of {goal['rounds']}."
    )

"""From results to a page of tables."""

from __future__ import annotations

from typing import Any

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
libraries run with their default number of threads. Memory is the most that a process held
resident at once.
"""
_CLOSING = """\
## Again

- `make bench` measures all this and writes `benchmarks/results.json` and this page. The
  synthetic records go into a temporary folder.
- `python benchmarks/run.py --quick` takes less than a minute on small data and only prints.
- `python benchmarks/run.py --only train read` runs some cases and only prints.
- `python benchmarks/run.py --help` lists the sizes and what else there is.
- A further comparison is one more entry in `benchmarks/cases.py`.
"""
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def rendered(results: dict[str, Any]) -> str:
    """Render results as Markdown."""
    parts = [
        _OPENING.format(command=results["command"]),
        _setting(results),
        _EXPLANATION,
        _summary(results["cases"]),
        *[_case(case) for case in results["cases"]],
        _CLOSING,
    ]
    return "\n".join(parts)


def _setting(results: dict[str, Any]) -> str:
    machine, sizes = results["machine"], results["sizes"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    place = (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, {machine['python']}; {libraries}"
    )
    return (
        f"Measured on {results['measured_on']} in {results['minutes']} minutes on {place}. "
        f"{_load(results['load_average'])}\n\n"
        f"Sizes: at least {sizes['records']:,} records in the file, {sizes['rows']:,} rows in the "
        "large fit.\n"
    )


def _load(load: dict[str, float] | None) -> str:
    if load is None:
        return ""
    before, after = load["before"], load["after"]
    return (
        f"The cores are shared: {before:.1f} processes wanted one in the minute before the run, "
        f"{after:.1f} in its last minute."
    )


def _summary(cases: list[dict[str, Any]]) -> str:
    lines = [
        "| comparison | ours | best peer | time, peer ÷ ours | memory, peer ÷ ours |",
        "|---|---|---|---|---|",
        *[_summary_row(case) for case in cases],
    ]
    return "\n".join(lines) + "\n"


def _summary_row(case: dict[str, Any]) -> str:
    if case["skipped"]:
        return f"| {case['title']} | skipped: {case['skipped']} | | | |"
    ours = next(side for side in case["sides"] if side["role"] == "ours")
    peers = [side for side in case["sides"] if side["role"] == "peer"]
    best = min(peers, key=lambda side: side["seconds"]["median"])
    times = (time_text(side["seconds"]["median"]) for side in (ours, best))
    ratios = (_ratio(best[name]) for name in ("seconds", "peak_bytes"))
    return f"| {case['title']} | {' | '.join(times)} | {' | '.join(ratios)} |"


def _case(case: dict[str, Any]) -> str:
    head = f"## {case['title']}\n\n{case['compared']}\n\n*What bounds it:* {case['bound']}\n"
    if case["skipped"]:
        return f"{head}\nSkipped: {case['skipped']}.\n"
    rows = "\n".join(_row(side) for side in case["sides"])
    table = (
        "| side | time | peak memory | time ÷ ours | memory ÷ ours | what came out |\n"
        f"|---|---|---|---|---|---|\n{rows}\n"
    )
    goals = "".join(f"- {_goal(bar)}\n" for bar in case["bars"])
    return f"{head}\nRounds: {case['rounds']}.\n\n{table}" + (f"\n{goals}" if goals else "")


def _row(side: dict[str, Any]) -> str:
    facts = ", ".join(f"{name} {_fact(value)}" for name, value in side["facts"].items())
    name = f"{side['name']} (floor)" if side["role"] == "floor" else side["name"]
    own = side["role"] == "ours"
    ratios = ["" if own else _ratio(side[quantity]) for quantity in ("seconds", "peak_bytes")]
    memory = side["peak_bytes"]
    cells = (
        name,
        _spread(side["seconds"], time_text),
        _spread(memory, memory_text) if memory else "",
        *ratios,
        facts,
    )
    return f"| {' | '.join(cells)} |"


def _goal(bar: dict[str, Any]) -> str:
    text = time_text if bar["quantity"] == "seconds" else memory_text
    word = "time" if bar["quantity"] == "seconds" else "peak memory"
    verdict = "**passed**" if bar["passed"] else "**failed**"
    return (
        f"Goal, our {word} under {text(bar['limit'])}: {verdict}, with a median of "
        f"{text(bar['median'])}; {bar['rounds_within']} of {bar['rounds']} rounds are under it."
    )


def _spread(quantity: dict[str, Any], text: Any) -> str:  # noqa: ANN401  a function
    low, high = text(quantity["min"]), text(quantity["max"])
    return f"{text(quantity['median'])} ({low} to {high})"


def _ratio(quantity: dict[str, Any] | None) -> str:
    if quantity is None:
        return ""
    ratio = quantity["to_ours"]
    low, high = ratio["pairwise_min"], ratio["pairwise_max"]
    return f"{ratio['of_medians']:.2f} ({low:.2f} to {high:.2f})"


def _fact(value: float | str) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def time_text(seconds: float) -> str:
    """Write seconds in the unit that suits them, with three digits."""
    factor, unit = next((pair for pair in _UNITS if seconds >= pair[0]), _UNITS[-1])
    return f"{_three_digits(seconds / factor)} {unit}"


def memory_text(size: float) -> str:
    """Write bytes as MB or GB."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _three_digits(number: float) -> str:
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:.{digits}f}"

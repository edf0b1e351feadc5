"""From verdicts to a page of tables, and to the table of the README."""

from __future__ import annotations

import re
from typing import Any

MARK = "<!-- evaluation -->"
_OPENING = """\
# What can be foreseen, and how well

This page is made from `benchmarks/evaluation.json` by `make evaluate DATA=folder`, which also
measures. Do not edit it by hand. Measured on {measured_on}.

What is predicted is the tier of a video's views, from what is known **before posting**, unless a
table says otherwise: content, account, and the account's videos posted seven days or more before
it. Tiers begin at the 25, 50, 75 and 90 % quantiles of the training part. The latest quarter of the
videos judges what the earlier ones taught, unless a table says otherwise. Log-loss is in nats,
smaller is better. Brackets hold central 95 % intervals, resampled by account.

The model is the purely additive one; there is none with pairs of features. Its choices were made
inside the training parts of these files, but for those that
[decision 0008](decisions/0008-additive-model.md) names, which also says how often test rows were
looked at.

LightGBM has the same columns as the model. The spline softmax, which is scikit-learn's, has the
plain ones among them: content, the account, and how many videos it posted, what they usually got
(by the model's own estimate), how widely they differ, how often they reached each tier, how the
last ten did and how long ago the newest was.
"""
_NAMES = {
    "model": "**virality**",
    "lightgbm": "LightGBM, same columns",
    "spline_softmax": "spline softmax, plain columns",
    "account_history": "the account's history alone",
    "followers": "followers alone",
    "reference_recipe": "reference recipe",
    "prior": "the tiers' shares",
    "majority": "the commonest tier",
}


def rendered(results: dict[str, Any]) -> str:
    """Render results as Markdown."""
    parts = [_OPENING.format(measured_on=results["measured_on"])]
    if results["cases"]:
        parts += ["## In short\n", summary(results)]
    parts += [_case(case) for case in (*results["cases"], *results["made_up"])]
    return "\n".join(parts)


def summary(results: dict[str, Any]) -> str:
    """Give one line for each set of real records: the README's table."""
    heads = ("records", "trained, judged", "log-loss", "rank correlation")
    heads += ("history alone", "tiers' shares")
    lines = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|---|"]
    for case in results["cases"]:
        found = case["evaluation"]
        rows, others = found["rows"], found["baselines"]
        alone = others.get("account_history", {}).get("log_loss")
        cells = [
            case["name"],
            f"{rows['train']:,}, {rows['test']:,}",
            _value(found, "log_loss"),
            _value(found, "spearman"),
            _number(alone),
            _number(others["prior"]["log_loss"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def with_summary(readme: str, results: dict[str, Any]) -> str:
    """Put the table into the README, between its mark and the next blank line after a table."""
    before, mark, after = readme.partition(MARK)
    rest = re.sub(r"\A\n\n(\|.*\n)*", "", after).lstrip("\n")
    return f"{before}{mark}\n\n{summary(results)}\n{rest}"


def _value(found: dict[str, Any], name: str) -> str:
    low, high = found["intervals"][name]
    return f"{found['metrics'][name]:.3f} ({low:.3f} to {high:.3f})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _case(case: dict[str, Any]) -> str:
    found = case["evaluation"]
    synthetic = " **The data is synthetic.**" if found["synthetic"] else ""
    parts = [f"## {case['name'].capitalize()}\n", f"{case['what']}.{synthetic}\n"]
    parts.append(_beside(found))
    parts.append(_calibration(found))
    if case["moments"]:
        parts.append(_lines("moment", case["moments"]))
        parts.append(_lines("split", case["splits"]))
        parts.append(_gap(case["gap"]))
    if case["learning_curve"]:
        parts.append(_lines("part of the training rows", case["learning_curve"]["lines"]))
        parts.append(case["learning_curve"]["verdict"] + "\n")
    return "\n".join(parts)


def _beside(found: dict[str, Any]) -> str:
    """Put the model beside its baselines, with paired differences."""
    lines = [
        "| | log-loss | virality's less this one's | accuracy | macro-F1 | rank correlation |",
        "|---|---|---|---|---|---|",
    ]
    rows = [("model", {**found["metrics"], "difference": None})]
    rows += [(name, found["baselines"].get(name)) for name in _NAMES if name != "model"]
    for name, values in rows:
        if values is None:
            continue
        apart = values["difference"]
        said = "" if apart is None else f"{apart['mean']:+.3f} ({_ends(apart)})"
        loss = _value(found, "log_loss") if name == "model" else _number(values["log_loss"])
        numbers = [_number(values[one]) for one in ("accuracy", "macro_f1", "spearman")]
        lines.append(f"| {_NAMES[name]} | {loss} | {said} | {' | '.join(numbers)} |")
    return "\n".join(lines) + "\n"


def _ends(apart: dict[str, float]) -> str:
    return f"{apart['low']:+.3f} to {apart['high']:+.3f}"


def _calibration(found: dict[str, Any]) -> str:
    names = {
        "ece": "calibration error",
        "brier": "Brier score",
        "rps": "ranked probability score",
        "coverage": "share of outcomes within their 80 % intervals",
    }
    said = [
        f"{name} {_value(found, key)}" for key, name in names.items() if key in found["metrics"]
    ]
    return f"Judged on {found['rows']['test']:,} videos: {'; '.join(said)}.\n"


def _gap(gap: dict[str, float]) -> str:
    """Say what a random split would claim beyond the honest ones."""
    said = [f"{value:+.3f} against the {name} split" for name, value in gap.items()]
    return (
        "What the random split claims beyond the others, in nats below the tiers' shares on the "
        f"same rows: {', '.join(said)}.\n"
    )


def _lines(first: str, lines: list[dict[str, Any]]) -> str:
    table = [
        f"| {first} | trained | judged | log-loss | tiers' shares | rank correlation | |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        loss = _number(line["log_loss"])
        if line["log_loss"] is not None:
            loss += f" ({line['low']:.3f} to {line['high']:.3f})"
        counts = ["-" if line[one] is None else f"{line[one]:,}" for one in ("train", "test")]
        rest = [_number(line["prior"]), _number(line["spearman"]), line["note"]]
        table.append(f"| {line['name']} | {' | '.join([*counts, loss, *rest])} |")
    return "\n".join(table) + "\n"

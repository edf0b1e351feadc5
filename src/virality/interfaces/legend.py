"""What each column of scores means, for the help and for files."""

from __future__ import annotations

_COLUMNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("video_id",), "id of the record; empty for what --set describes"),
    (("score",), "mean of the tiers' midpoints, weighed by p1 to p5: 12.5 to 90"),
    (("tier",), "the likeliest tier, 1 (lowest) to 5 (highest)"),
    (("p1", "p2", "p3", "p4", "p5"), "probability of that tier, 0 to 1"),
    (("percentile",), "how many of 100 training videos have a lower score"),
    (("low", "high"), "the outcome's 80 % interval, in percentiles of training videos"),
    (("median",), "the outcome's median, as a percentile of training videos"),
    (("unknown",), "how many of the model's features are not known"),
)
SYNTHETIC = "synthetic"
_SYNTHETIC = "whether the model was trained on made-up videos"
_INDENT = 13


def legend() -> dict[str, str]:
    """Give the meaning of each column, by name."""
    return {name: meaning for names, meaning in _COLUMNS for name in names}


def legend_in_help() -> str:
    """Give the meanings as lines that a help keeps as they are."""
    named = [(", ".join(names), meaning) for names, meaning in _COLUMNS]
    named = [("p1 to p5" if name.startswith("p1") else name, meaning) for name, meaning in named]
    rows = [*named, (SYNTHETIC, _SYNTHETIC)]
    lines = [f"  {name:<{_INDENT}}{meaning}" for name, meaning in rows]
    return "\n".join(["\b", "Columns of csv, json, jsonl and parquet:", *lines])

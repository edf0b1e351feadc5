"""Figures in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def time_text(seconds: float) -> str:
    """Write seconds in the unit that suits them, with three digits."""
    factor, unit = next((pair for pair in _UNITS if seconds >= pair[0]), _UNITS[-1])
    return f"{_three_digits(seconds / factor)} {unit}"


def memory_text(size: float) -> str:
    """Write bytes as MB or GB."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def number_text(value: float) -> str:
    """Write a small number."""
    return f"{value:.2g}"


def times_text(value: float) -> str:
    """Write a ratio."""
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def spread_text(quantity: dict[str, Any], text: Callable[[float], str]) -> str:
    """Write a median with the least and the most."""
    low, high = text(quantity["min"]), text(quantity["max"])
    return f"{text(quantity['median'])} ({low} to {high})"


def ratio_text(quantity: dict[str, Any] | None) -> str:
    """Write a ratio to ours, with the least and the most within a round."""
    if quantity is None:
        return ""
    ratio = quantity["to_ours"]
    low, high = times_text(ratio["pairwise_min"]), times_text(ratio["pairwise_max"])
    return f"{times_text(ratio['of_medians'])} ({low} to {high})"


def fact_text(value: float | str) -> str:
    """Write what came out."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _three_digits(number: float) -> str:
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:.{digits}f}"

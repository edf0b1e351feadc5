"""How values show themselves in a notebook: small pieces of HTML, built as a tree and so escaped.

They take the notebook's own colours, dark ones included, need no scripts and reach for no network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from virality.answers import Prediction

_WIDTH, _HEIGHT = 320, 34
_BLUE = "#3b76af"
_SMALL = "font-size:85%;opacity:.75;margin:2px 0"
_CELL = "text-align:left;padding:1px 12px 1px 0;font-variant-numeric:tabular-nums"


def prediction_markup(found: Prediction, tiers: Sequence[str]) -> str:
    """Show a prediction: score, standing, where the outcome will lie, the tiers' probabilities.

    Parameters
    ----------
    found
        The prediction.
    tiers
        (5,) what the tiers are called.
    """
    whole = _block()
    _said(whole, f"{found.score:.0f} of 100", "font-size:150%;font-weight:600;margin:0")
    likeliest = f"likeliest tier: {found.tier} {tiers[found.tier - 1]}"
    standing = found.percentile
    placed = "" if standing is None else f"; higher than {standing:.0f} of 100 training videos"
    _said(whole, likeliest + placed)
    whole.append(_gauge(found.score, found.interval))
    if found.interval is not None:
        low, _, high = found.interval
        _said(
            whole,
            f"with 80 % probability the outcome will lie at {low:.0f} to {high:.0f} of 100 among "
            "the training videos' outcomes (the bar); the dot is the score",
            _SMALL,
        )
    shares = [
        (f"{number} {name}", _bar(share), f"{share:.0%}")
        for number, (name, share) in enumerate(
            zip(tiers, found.tier_probabilities, strict=True), start=1
        )
    ]
    whole.append(_table(shares))
    if found.unknown:
        narrows = f"; {found.narrows} would narrow it most" if found.narrows else ""
        _said(whole, f"{len(found.unknown)} inputs are not known{narrows}", _SMALL)
    return _text(whole)


def evaluation_markup(stated: Mapping[str, Any]) -> str:
    """Show an evaluation, as its plain values: the model beside its baselines, and the notes."""
    metrics, intervals = stated["metrics"], stated["intervals"]
    whole = _block()
    made = " - SYNTHETIC DATA" if stated.get("synthetic") else ""
    _said(whole, f"Judged on {metrics['n']:,} videos ({stated['split']['kind']}){made}")
    rows: list[tuple[str, ...]] = [("", "log-loss", "accuracy", "rank correlation")]
    rows.append(("this model", *(_measured(metrics, name) for name in _SHOWN)))
    rows.append(("95 % interval", *(_between(intervals.get(name)) for name in _SHOWN)))
    rows += [
        (name, *(_measured(one, metric) for metric in _SHOWN))
        for name, one in stated["baselines"].items()
    ]
    whole.append(_table(rows))
    for note in stated.get("notes", ()):
        _said(whole, note, _SMALL)
    return _text(whole)


def facts_markup(title: str, facts: Iterable[tuple[str, str]]) -> str:
    """Show a title, and facts by name."""
    whole = _block()
    _said(whole, title, "font-weight:600;margin:0")
    whole.append(_table(facts))
    return _text(whole)


_SHOWN = ("log_loss", "accuracy", "spearman")


def _measured(metrics: Mapping[str, Any], name: str) -> str:
    return "-" if metrics.get(name) is None else f"{metrics[name]:.3f}"


def _between(ends: Sequence[float] | None) -> str:
    return "-" if ends is None else f"{ends[0]:.3f} to {ends[1]:.3f}"


def _block() -> Element:
    return Element("div", style="max-width:640px;line-height:1.45")


def _said(within: Element, text: str, style: str = "margin:2px 0") -> None:
    SubElement(within, "div", style=style).text = text


def _gauge(score: float, interval: tuple[float, float, float] | None) -> Element:
    """Draw 0-100 with the score as a dot, and where the outcome will lie as a bar."""
    label = f"score {score:.0f} of 100"
    drawn = Element(
        "svg",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        style=f"width:100%;max-width:{_WIDTH}px;display:block",
        role="img",
    )
    drawn.set("aria-label", label)
    _line(drawn, 0.0, 100.0, 2, "currentColor").set("opacity", ".35")
    if interval is not None:
        _line(drawn, interval[0], interval[2], 8, _BLUE).set("opacity", ".55")
    SubElement(drawn, "circle", cx=_at(score), cy="12", r="6", fill=_BLUE)
    for end in (0, 50, 100):
        text = SubElement(drawn, "text", x=_at(end), y="32", fill="currentColor")
        text.set("font-size", "10")
        text.set("text-anchor", {0: "start", 100: "end"}.get(end, "middle"))
        text.text = str(end)
    return drawn


def _line(within: Element, begin: float, end: float, width: int, colour: str) -> Element:
    line = SubElement(within, "line", x1=_at(begin), x2=_at(end), y1="12", y2="12", stroke=colour)
    line.set("stroke-width", str(width))
    return line


def _at(percent: float) -> str:
    return f"{8 + (_WIDTH - 16) * percent / 100:.1f}"


def _bar(share: float) -> Element:
    bar = Element("div", style=f"width:{160 * share:.0f}px;height:10px;background:{_BLUE}")
    bar.text = "\u200b"
    return bar


def _table(rows: Iterable[Sequence[str | Element]]) -> Element:
    table = Element("table", style="border-collapse:collapse;margin:4px 0")
    for row in rows:
        line = SubElement(table, "tr", style="background:none")
        for value in row:
            cell = SubElement(line, "td", style=_CELL)
            if isinstance(value, str):
                cell.text = value
            else:
                cell.append(value)
    return table


def _text(whole: Element) -> str:
    return tostring(whole, encoding="unicode", method="html")

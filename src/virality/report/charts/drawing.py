"""From a chart to pictures: SVG for pages and documents, PNG for what takes no SVG."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import vl_convert

from virality.report.charts.frame import COLOURS, PAPER

if TYPE_CHECKING:
    from virality.report.charts.frame import Chart, Spec

_SVG = "http://www.w3.org/2000/svg"
_SCALE = 2.0
_DROPPED = {"aria-hidden", "aria-roledescription", "class", "font-family", "pointer-events", "role",
            "stroke-miterlimit", "version"}  # fmt: skip
_COLOURED = ("fill", "stroke")
_NUMBER = re.compile(r"\d+\.\d{3,}")


def svg(chart: Chart) -> str:
    """Draw a chart as an SVG document on a light ground, to stand alone."""
    return str(vl_convert.vegalite_to_svg(_light(chart.spec), allowed_base_urls=[]))


def png(chart: Chart) -> bytes:
    """Draw a chart as a PNG on a light ground, two pixels to a px."""
    return bytes(vl_convert.vegalite_to_png(_light(chart.spec), scale=_SCALE, allowed_base_urls=[]))


def _light(spec: Spec) -> Spec:
    return {**spec, "background": PAPER}


def inline(chart: Chart) -> str:
    """Draw a chart as an SVG element of a page, which gives it colours and type.

    Colours become variables of the page's style sheet, so that they follow its light or dark
    ground; what a mark says becomes ``data-tip``; and the whole is one image with one text.
    """
    drawn = vl_convert.vegalite_to_svg(chart.spec, allowed_base_urls=[])
    root = ET.fromstring(drawn)  # noqa: S314  we drew it ourselves
    _clean(root)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", chart.alt)
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element) -> None:
    """Keep of an element and all inside what a page needs."""
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    said = element.attrib.pop("aria-label", None)
    if said is not None and element.get("aria-roledescription") not in {None, "axis", "legend"}:
        element.set("data-tip", said)
    for name, value in list(element.attrib.items()):
        if name in _DROPPED or name.startswith("{"):
            del element.attrib[name]
        elif name in _COLOURED and value in COLOURS:
            element.set(name, f"var(--{COLOURS[value]})")
        elif name in {"d", "transform"}:
            element.set(name, _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", value))
    for child in list(element):
        if _draws(child):
            _clean(child)
        else:
            element.remove(child)


def _draws(element: ET.Element) -> bool:
    """Whether an element can be seen."""
    if element.get("display") == "none" or element.get("d") in {"", "M0,0h0v0h0Z"}:
        return False
    return element.get("class") != "background"

"""The charts as values: what they say, and colours that all can tell apart."""

import json
import re

import numpy as np
import pytest

from hostile import HOSTILE
from made_view import EMPTY, effect, made_view
from virality.report.charts.effect import effect as drawn
from virality.report.charts.frame import COLOURS, MAIN, OTHER
from virality.report.charts.gallery import gallery
from virality.report.templating import template

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
    "none": np.eye(3).tolist(),
}  # fmt: skip
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
WHITE = TO_XYZ.sum(axis=1)


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE 1976 L*a*b* of linear RGB."""
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    """The ratio of WCAG 2."""
    light, dark = sorted(0.05 + (TO_XYZ @ linear(colour))[1] for colour in (one, other))[::-1]
    return light / dark


def grounds():
    """The variables of the style sheet on a light ground, and on a dark one."""
    light, dark = re.findall(r":root \{(.*?)\}", template("style.css"), flags=re.DOTALL)[:2]
    return [dict(re.findall(r"--(\w+): (#\w{6})", text)) for text in (light, dark)]


def test_the_style_sheet_has_the_colours_of_the_charts():
    assert {name: colour for colour, name in COLOURS.items()}.items() <= grounds()[0].items()
    assert grounds()[0].keys() == grounds()[1].keys()


@pytest.mark.parametrize("ground", [0, 1], ids=["light", "dark"])
def test_words_and_marks_stand_out_from_either_ground(ground):
    colours = grounds()[ground]
    for name, least in {"ink": 7, "muted": 4.5, "main": 4.5, "other": 3, "warn": 4.5}.items():
        for paper in ("paper", "card"):
            assert contrast(colours[name], colours[paper]) >= least, (name, paper)


@pytest.mark.parametrize("ground", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("kind", BLIND)
def test_the_two_colours_of_marks_differ_for_every_colour_vision(ground, kind):
    colours = grounds()[ground]
    seen = [lab(np.array(BLIND[kind]) @ linear(colours[name])) for name in ("main", "other")]
    assert np.linalg.norm(seen[0] - seen[1]) > 30


def test_charts_have_keys_of_their_own_that_can_name_files():
    keys = [one.key for one in gallery(made_view()).charts]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)


def test_a_specification_is_plain_json_without_an_address():
    for one in gallery(made_view()).charts:
        stated = json.dumps(one.spec, allow_nan=False)
        assert "://" not in stated
        assert "url" not in stated


def test_nothing_to_draw_gives_no_chart():
    assert gallery(made_view(**EMPTY)).charts == ()


def test_a_tier_in_which_nothing_ended_has_no_chart_of_scores():
    assert [one.tier for one in gallery(made_view()).scores] == [None]


def test_the_headline_has_a_mark_for_each_rival_with_a_log_loss():
    chart = gallery(made_view()).headline
    marks = [one for part in chart.spec["layer"][1:3] for one in part["data"]["values"]]
    assert [(one["name"], one["value"]) for one in marks] == [
        ("this model", 1.2),
        ("account's own average", 1.3),
    ]
    assert [part["mark"].get("color") for part in chart.spec["layer"][1:3]] == [MAIN, OTHER]
    assert chart.alt.startswith("this model: 1.200, 95 % interval 1.100 to 1.300; account's")


def test_cells_of_the_confusion_are_shares_of_their_row():
    cells = gallery(made_view()).confusion.spec["layer"][0]["data"]["values"]
    assert len(cells) == 25
    assert cells[0] == {
        "actual": "1", "called": "1", "share": 0.75, "label": "6",
        "tip": "of tier 1, named 1: 6 videos, 75% of the tier",
    }  # fmt: skip
    assert {cell["share"] for cell in cells if cell["actual"] == "5"} == {0.0}
    assert gallery(made_view()).confusion.alt.startswith("18 of 30 videos were named rightly")


def test_marks_of_the_reliability_are_its_bins():
    chart = gallery(made_view()).reliability[0]
    assert [one["tip"] for one in chart.spec["layer"][3]["data"]["values"]] == [
        "stated 5%, came true 4% (1% to 10%), 100 predictions",
        "stated 62%, came true 70% (40% to 90%), 50 predictions",
    ]
    assert "the highest, 100" in chart.caption
    assert "stated 62%, came true 70%" in chart.alt


def test_curves_share_one_scale_to_be_compared():
    domains = {
        json.dumps(layer["encoding"]["y"]["scale"]["domain"])
        for chart in gallery(made_view()).effects
        for layer in chart.spec["layer"]
    }
    assert domains == {"[36.0, 49.0]"}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (effect("a", "flag", "", values=(0.0, 1.0), scores=(44.0, 41.0), low=None, high=None),
         "the a: score 44.0 at no, 41.0 at yes, highest at no."),
        (effect("b", "cycle", "days after Sunday"),
         "the b: score 40.0 at Sun, 43.0 at Tue, highest at Mon."),
        (effect("c", "cycle", "hours after midnight"),
         "the c: score 40.0 at 0:00, 43.0 at 2:00, highest at 1:00."),
        (effect("d", "log", "views", values=(1e3, 1.5e5, 2e6)),
         "the d: score 40.0 at 1K views, 43.0 at 2M views, highest at 150K views."),
    ],
)  # fmt: skip
def test_a_curve_is_told_in_words(found, said):
    assert drawn(found, (40.0, 45.0)).alt == said


def test_a_curve_of_few_values_is_dots_and_any_other_a_line():
    kinds = [
        {layer["mark"]["type"] for layer in one.spec["layer"]}
        for one in gallery(made_view()).effects
    ]
    assert ["line" in one for one in kinds] == [True, True, False, False, True]


def test_ticks_of_counts_are_round_and_inside():
    wide = effect("e", "log", "views", values=(900.0, 3e6), scores=(40.0, 45.0), low=None,
                  high=None, edges=(900.0, 3e6), shares=(1.0,))  # fmt: skip
    axis = drawn(wide, (40.0, 45.0)).spec["layer"][-1]["encoding"]["x"]["axis"]
    assert axis["values"] == [1e3, 1e4, 1e5, 1e6]


def test_a_hostile_name_makes_a_harmless_key():
    assert drawn(effect(HOSTILE), (40.0, 45.0)).key == (
        "effect-script-img-src-x-onerror-document-title-hacked"
    )
    assert drawn(effect("…"), (40.0, 45.0)).key == "effect-unnamed"


def test_the_learning_curve_has_its_points():
    chart = gallery(made_view()).learning
    assert [one["train"] for one in chart.spec["layer"][2]["data"]["values"]] == [45, 90]
    assert chart.alt.startswith("45 videos: log-loss 1.200, 95 % interval 1.100 to 1.300; 90")

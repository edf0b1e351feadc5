"""Exported models, and what the library says of the same rows, for tests of each language."""

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
from hypothesis import strategies as st

from hostile import HOSTILE
from virality import read_records
from virality.answers import answer
from virality.context import with_context
from virality.exports.exporting import Wishes, export
from virality.exports.plans import known_sets
from virality.features.extraction import extract
from virality.model.calibration import Calibration
from virality.records import CANONICAL
from worlds import sample, scorer

SCHEMAS = ("reference-15", "creator-1")
CALIBRATION = Calibration(np.array([0.8, 1.1, 1.0, 0.9, 1.3]), np.array([0.2, 0, -0.1, 0.1, 0.3]))


EVIL = '*/"""\'\n\r\u2028*/ -- coding: utf-7 ${x} `x` \\' + HOSTILE


def evil(made):
    """A model whose file says hostile things wherever it may say anything."""
    return replace(made, outcome=EVIL, trained_at=EVIL, data={**made.data, "synthetic": EVIL})


def without_population(made):
    """A model as an old file states it."""
    return replace(made, classifier=replace(made.classifier, population=None), ranks=None)


@cache
def artefact(schema):
    """A model of the sample; that of curves with a calibration."""
    made = scorer(schema=schema).artefact
    if schema == "reference-15":
        return made
    return replace(made, classifier=replace(made.classifier, calibration=CALIBRATION))


@cache
def program(schema, target, **choices):
    """A model of the sample in another language, as text."""
    return export(artefact(schema), target, Wishes(**choices)).content.decode()


@cache
def rows(schema, number=10_000, seed=1):
    """Feature rows of which all is known: columns of the sample's, each shuffled; some far out."""
    model, records = artefact(schema), list(sample().records)
    frame = with_context(read_records(records), model, records if schema == "creator-1" else None)
    X = extract(frame, model.inputs)
    generator = np.random.default_rng(seed)
    drawn = np.column_stack([generator.choice(column[~np.isnan(column)], number) for column in X.T])
    drawn[::50] *= 1000.0
    drawn[1::50] *= -1.0
    return drawn


def planned_sets(schema):
    """Column numbers of the sets that take a plan."""
    return [list(one.columns) for one in known_sets(artefact(schema), ())]


def only(X, columns):
    """Rows of which some columns alone are known."""
    known = np.full(X.shape, np.nan)
    known[:, columns] = X[:, columns]
    return known


def listed(X):
    """Rows as plain lists, None where unknown."""
    return [[None if value != value else value for value in row] for row in X.tolist()]  # noqa: PLR0124  NaN


def differences(schema, X, found):
    """Largest differences from what the library says, by name."""
    said = answer(artefact(schema), X)
    names = ("tier_probabilities", "score", "percentile", "interval")
    truth = (said.probabilities, said.scores, said.percentiles, said.intervals)
    assert [one["tier"] for one in found] == said.tiers.tolist()
    return {
        name: np.abs(np.array([one[name] for one in found]) - value).max()
        for name, value in zip(names, truth, strict=True)
    }


def assert_agrees(schema, X, found, within=1e-9):
    """Hold a program's answers against the library's; percentiles to 1e-6."""
    off = differences(schema, X, found)
    assert off.pop("percentile") < 1e-6
    assert max(off.values()) < within


CAPTIONS = (
    "", " ", "plain", "so #good #veryGood \uff03full", "#a#b ##c", "follow me", "FOLLOW ME!",
    "#follow", "Síguenos ya", "SÍGUENOS", "unfollowed", "xfollow", "follow_", "Kommentiert",
    "\u212aommentiert", "İkuti", "ikuti", "TAG  A friend", "tag\r\na", "tag\u00a0a", "いいねしてね",
    "댓글 달아", "Σ follow ς", "a\r\nb", "\r\n", "e\u0301e", "👨‍👩‍👧‍👦", "👍🏽", "🇩🇪🇫🇷🇪", "1️⃣#️⃣",
    "©®™", "♥️", "🫨🫩", "\U0001d54f 𠮷", "what?", "ما؟", "⁇", "@a @b.c", "x@y", ".@z",
    "\uff20kanji", "@", "é@q", "_@q", "\u200b@q", "a\u0000b", "\ufeff", "\u2028", "\u0345", "Ⅳ@x",
    "٣@x", "like & share", "double tap\n", "follow\n", "\nfollow", "[]^-\\/$&~|",
    "link   in bio", "LİKE AND", "\u0131kuti", "dm me🙏", "❤️‍🔥", "\U0001fae8", "ß", "ﬁ",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\u3000", "\x1c", "\x85",
)  # fmt: skip


TIMES = (
    "2024-02-29T23:59:59.999999Z",
    "2024-03-03T00:00:00Z",
    "2024-03-03 00:00:00.000001",
    "2023-12-31T22:30:00-05:30",
    "2024-01-07",
    1_700_000_000,
    1_700_000_000_123,
)


IMPOSSIBLE = (
    {"is_photo": 2},
    {"is_photo": 0.5},
    {"author_verified": -1},
    {"followers": -5},
    {"followers": True},
    {"duration_seconds": -5},
    {"author_video_count": True},
    {"hashtags": [3]},
    {"created_at": True},
    {"created_at": -1},
    {"created_at": 1e18},
    {"created_at": "1600-01-01T12:00:00Z"},
    {"created_at": "0050-06-01T17:30:00Z"},
    {"created_at": "2024-06-01T24:00:00Z"},
    {"created_at": "2024-06-01T17:30:00+99:99"},
    {"created_at": "2999-01-01T17:30:00Z"},
)
"""Records that the library does not take as they are either."""


def hard_records():
    """Records that are hard on formulas."""
    some = [{"caption": caption, "sound_title": caption} for caption in CAPTIONS]
    some += [{"caption": None}, {"followers": 0.0, "likes": 0.0, "comments": 3.0}]
    some += [
        {"hashtags": ["a"] * n, "views": 7.0 * n, "likes": 5.0, "shares": 2.0} for n in (0, 1, 400)
    ]
    some += [
        {"followers": size, "views": 1e6, "saves": 4.0, "comments": 9.0, "author_video_count": 3.0}
        for size in (1.0, 9_999.0, 1e4, 1e5, 5e5, 1e6, 1e10)
    ]
    some += [
        {"is_photo": flag, "author_verified": not flag, "sound_is_original": flag}
        for flag in (True, False)
    ]
    return [{"hashtags": ["x"], **record} for record in some]


def texts():
    """Captions that are put together from hard pieces and any characters."""
    pieces = st.one_of(st.sampled_from(CAPTIONS), st.text(max_size=6))
    return st.lists(pieces, max_size=6).map("".join)


def frame_of(records):
    """Records in canonical columns as the library holds them, nothing read or mended."""
    return pl.DataFrame(records, schema_overrides=CANONICAL, infer_schema_length=None)

"""A model as a module of JavaScript and of TypeScript."""

import numpy as np
import polars as pl
import pytest

from exported import (
    CAPTIONS,
    IMPOSSIBLE,
    SCHEMAS,
    TIMES,
    artefact,
    assert_agrees,
    frame_of,
    hard_records,
    listed,
    only,
    planned_sets,
    program,
    rows,
)
from node import asked, compiled, needs_node, needs_typescript
from virality.features.extraction import extract
from virality.records.cleaning.times import times

LANGUAGES = [pytest.param("js", marks=needs_node), pytest.param("ts", marks=needs_typescript)]
WRONG = [
    ({"caption": 3}, "TypeError caption"),
    ({"followers": "12K"}, "TypeError followers"),
    ({"hashtags": "#a"}, "TypeError hashtags"),
    ({"created_at": "yesterday"}, "RangeError created_at"),
    ({"created_at": "2024-02-30"}, "RangeError created_at"),
    ({"folowers": 3}, "RangeError none of these fields is known: folowers"),
    ({"__proto__x": 3, "constructor": 4}, "RangeError none of these fields is known"),
    ([], "TypeError a record is an object"),
    (5, "TypeError a record is an object"),
]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module", params=SCHEMAS)
def schema(request):
    return request.param


@pytest.fixture(scope="module")
def said(schema, language, tmp_path_factory):
    """All that is asked of a program, at once: a process takes a while to start."""
    folder, text = tmp_path_factory.mktemp("node"), program(schema, language)
    text = compiled(folder, text) if language == "ts" else text
    records = [*hard_records(), *({"caption": one} for one in CAPTIONS)]
    records += [{"created_at": one} for one in TIMES]
    records += [*IMPOSSIBLE, *(one for one, _ in WRONG)]
    return asked(folder, text, predict=listed(questions(schema)), features=records, score=[{}])


def parts(schema):
    """Known sets: everything, each plan, and each set of gaps that was learned."""
    classifier, width = artefact(schema).classifier, len(artefact(schema).names)
    learned = classifier.population.gaps.known if classifier.model.gaps else []
    return [list(range(width)), *planned_sets(schema), *map(np.flatnonzero, learned)]


def questions(schema):
    """Ten thousand rows of which all is known, thirty of each other set, and one without a plan."""
    X, (_, *others) = rows(schema), parts(schema)
    odd = only(X[:1], planned_sets(schema)[-1][1:])
    return np.vstack([X, *(only(X[:30], columns) for columns in others), odd])


def test_answers_are_the_librarys_whatever_is_known(schema, said):
    X = questions(schema)[:-1]
    assert len(X) > 10_000 + 30 * 4
    for begin in (0, 10_000):
        part = slice(begin, begin + 10_000)
        assert_agrees(schema, X[part], said["predict"][:-1][part])


def test_a_set_without_a_plan_is_refused_with_the_nearest(schema, said):
    lacking = artefact(schema).names[planned_sets(schema)[-1][0]]
    assert said["predict"][-1].startswith("UnknownSetError")
    assert f"also knows {lacking}; export again with --known" in said["predict"][-1]


def test_nothing_known_gives_the_shares_of_the_tiers(schema, said):
    assert_agrees(schema, np.full((1, len(artefact(schema).names)), np.nan), said["score"])


def test_features_of_hostile_records_are_the_librarys(schema, said):
    records = hard_records()
    truth = extract(frame_of(records), artefact(schema).inputs)
    found = np.array(said["features"][: len(records)], dtype=float)
    np.testing.assert_array_equal(found, truth)


def test_moments_of_posting_are_read_as_the_library_reads_them(schema, said):
    begin = len(hard_records()) + len(CAPTIONS)
    for written, found in zip(TIMES, said["features"][begin:], strict=False):
        frame = pl.DataFrame({"created_at": times(pl.Series([written])).value})
        truth = extract(frame, artefact(schema).inputs)[0]
        np.testing.assert_array_equal(np.array(found, dtype=float), truth)


def test_a_field_that_cannot_be_used_is_named(schema, said):
    if schema == "creator-1":
        for (_, words), found in zip(WRONG, said["features"][-len(WRONG) :], strict=True):
            assert found.startswith(words)
        impossible = said["features"][-len(WRONG) - len(IMPOSSIBLE) : -len(WRONG)]
        for record, found in zip(IMPOSSIBLE, impossible, strict=True):
            kind, place = str(found).split()[:2]
            assert kind in {"TypeError", "RangeError"}
            assert place == f"{next(iter(record))}:"

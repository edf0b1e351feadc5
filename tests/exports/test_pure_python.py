"""A model as a module of Python that needs nothing else."""

import ast
import json
import re
import subprocess
import sys
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

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
    texts,
)
from virality.exports.recipes import GIVEN, recipe
from virality.features.extraction import SCHEMAS as EVERY
from virality.features.extraction import extract
from virality.records import to_records
from virality.records.cleaning.times import times


@pytest.fixture(scope="module", params=SCHEMAS)
def schema(request):
    return request.param


@pytest.fixture(scope="module")
def module(schema):
    return loaded(program(schema, "pure-python"))


@cache
def loaded(text):
    """A program as a module."""
    names = {"__name__": "scorer"}
    exec(compile(text, "scorer.py", "exec"), names)  # noqa: S102  what we have just written
    return names


def test_answers_for_ten_thousand_known_rows_are_the_librarys(schema, module):
    X = rows(schema)
    assert_agrees(schema, X, [module["predict"](row) for row in X.tolist()])


def test_answers_of_each_planned_set_are_the_librarys(schema, module):
    assert len(planned_sets(schema)) >= 4
    for columns in planned_sets(schema):
        X = only(rows(schema)[:40], columns)
        assert_agrees(schema, X, [module["predict"](row) for row in listed(X)])


def test_answers_of_gaps_learned_in_training_are_the_librarys(schema, module):
    X, classifier = rows(schema)[:20], artefact(schema).classifier
    learned = classifier.population.gaps.known if classifier.model.gaps else []
    assert (len(learned) > 0) == (schema == "creator-1")
    for known in learned:
        gappy = only(X, np.flatnonzero(known))
        assert_agrees(schema, gappy, [module["predict"](row) for row in listed(gappy)])


def test_nothing_known_gives_the_shares_of_the_tiers(schema, module):
    X = np.full((1, len(artefact(schema).names)), np.nan)
    assert_agrees(schema, X, [module["score"]({})])


def test_a_set_without_a_plan_is_refused_with_the_nearest(schema, module):
    row = rows(schema)[0].tolist()
    columns = planned_sets(schema)[-1]
    lacking = [value if place in columns[1:] else None for place, value in enumerate(row)]
    with pytest.raises(module["UnknownSetError"], match=r"nearest.*also knows.*--known") as caught:
        module["predict"](lacking)
    assert artefact(schema).names[columns[0]] in str(caught.value)


def test_a_set_that_is_asked_for_is_planned(schema):
    names = artefact(schema).names[1:3]
    made = loaded(program(schema, "pure-python", known=(",".join(names),)))
    X = only(rows(schema)[:20], [1, 2])
    assert_agrees(schema, X, [made["predict"](row) for row in listed(X)])


@pytest.mark.parametrize("row", [[1.0], ["a"] * 15, [float("inf")] * 15])
def test_a_row_that_is_none_is_refused(row):
    with pytest.raises((ValueError, TypeError)):
        loaded(program("reference-15", "pure-python"))["predict"](row)


@pytest.mark.parametrize("name", SCHEMAS)
def test_features_of_hostile_records_are_the_librarys(name):
    module, model = loaded(program(name, "pure-python")), artefact(name)
    some = hard_records()
    truth = extract(frame_of(some), model.inputs)
    found = np.array([module["features"](record) for record in some], dtype=float)
    np.testing.assert_array_equal(found, truth)


@settings(max_examples=200)
@given(texts())
def test_features_of_any_caption_are_the_librarys(caption):
    module, model = loaded(program("creator-1", "pure-python")), artefact("creator-1")
    record = {"caption": caption, "hashtags": []}
    found = np.array(module["features"](record), dtype=float)
    np.testing.assert_array_equal(found, extract(frame_of([record]), model.inputs)[0])


@pytest.mark.parametrize("name", SCHEMAS)
def test_moments_of_posting_are_read_as_the_library_reads_them(name):

    module, model = loaded(program(name, "pure-python")), artefact(name)
    for written in TIMES:
        moment = times(pl.Series([written])).value
        truth = extract(pl.DataFrame({"created_at": moment}), model.inputs)[0]
        for form in (written, moment[0]):
            found = np.array(module["features"]({"created_at": form}), dtype=float)
            np.testing.assert_array_equal(found, truth)


def test_hashtags_are_those_of_the_caption_where_none_are_listed():
    module = loaded(program("reference-15", "pure-python"))
    place = artefact("reference-15").names.index("hashtagCount")
    for caption in CAPTIONS:
        count = len(to_records({"caption": caption, "video_id": "1"})["hashtags"][0])
        assert module["features"]({"caption": caption})[place] == min(count / 30, 1.0), caption


def test_every_feature_of_content_and_account_has_a_recipe():
    for schema in EVERY.values():
        for feature in schema.features:
            if feature.phase in {"content", "account"}:
                assert recipe(feature, schema.name) != GIVEN, feature.name


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"caption": 3}, "caption"),
        ({"followers": "12K"}, "followers"),
        ({"hashtags": "#a"}, "hashtags"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"folowers": 3}, "folowers"),
        ({"history_level": float("inf")}, "history_level"),
        ({"emoji_count": 1e9}, "emoji_count"),
        *((record, next(iter(record))) for record in IMPOSSIBLE),
        ([], "a record is"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(record, words):
    module = loaded(program("creator-1", "pure-python"))
    with pytest.raises((ValueError, TypeError), match=words):
        module["score"](record)


def test_a_program_runs_by_itself_line_by_line_and_goes_on_after_one_that_is_none(tmp_path):
    path = tmp_path / "scorer.py"
    path.write_text(program("creator-1", "pure-python"), encoding="utf-8")
    lines = ['{"early_views": null}', "", "no JSON", "[]", f'{{"followers": 1{"0" * 400}}}', "{}"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", path],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
    )
    first, *bad, last = map(json.loads, done.stdout.splitlines())
    assert first == last
    assert sum(first["tier_probabilities"]) == pytest.approx(1)
    assert [list(one) for one in bad] == [["error"]] * 3
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "line 3",
        "line 4",
        "line 5",
    ]
    assert done.returncode == 2


def test_the_example_of_a_program_is_one_that_works(schema, module):
    text = program(schema, "pure-python")
    (call,) = re.findall(r"scorer\.(score\(\{.*?\}\))", text, flags=re.DOTALL)
    made = eval(call, dict(module))  # noqa: S307  what we have just written
    assert made["unknown"]
    assert 12.5 <= made["score"] <= 90.0


def test_a_program_imports_nothing_but_the_standard_library():
    tree = ast.parse(program("creator-1", "pure-python"))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imported}
    assert names <= sys.stdlib_module_names

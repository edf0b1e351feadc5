"""The sentences of a report: true to their numbers, and one each."""

import math
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.report.words import facts_of, judged_in_words, limits, misses, sentences, title_of
from virality.training.unseen import judged_part
from worlds import trained


@cache
def before():
    """A model of what is known before posting, and the videos that judged it."""
    done = trained("creator-1")
    return done.scorer.artefact, judged_part(done)


def said(artefact, unseen=None):
    return [one.says for one in sentences(artefact, unseen)]


def judged(artefact, **changes):
    """The same model with another evaluation."""
    return replace(artefact, evaluation={**artefact.evaluation, **changes})


def differing(artefact, mean, low, high):
    """The same model, so far from the account's own average."""
    own = artefact.evaluation["baselines"]["account_history"]
    other = {**own, "difference": {"mean": mean, "low": low, "high": high}}
    return judged(artefact, baselines={"account_history": other})


def variants():
    """Models of every kind that a report may be of."""
    artefact, unseen = before()
    full = trained("reference-15").scorer.artefact
    return {
        "before": (artefact, unseen),
        "before, no rows": (artefact, None),
        "worse": (differing(artefact, 0.2, 0.1, 0.3), unseen),
        "unclear": (differing(artefact, 0.0, -0.1, 0.1), unseen),
        "after": (replace(artefact, inputs=replace(artefact.inputs, moment="after")), unseen),
        "ranks": (artefact, replace(unseen, population=None)),
        "full": (full, None),
        "rebuilt": (judged(full, label={"rebuilt_by": ["likeRate"]}), None),
        "ready-made": (replace(full, outcome="", thresholds=None), None),
        "unjudged": (replace(full, evaluation={}), None),
        "old": (replace(full, inputs=None, data={}, evaluation={
            "metrics": {"accuracy": 0.31, "confusion_matrix": [[1, 0], [1, 1]]}}), None),
    }  # fmt: skip


@pytest.mark.parametrize("kind", variants())
def test_each_question_is_answered_in_exactly_one_sentence(kind):
    asked = sentences(*variants()[kind])
    assert len(asked) == 4
    for one in asked:
        assert re.fullmatch(r"[A-Z0-9][^?]*\?", one.asks)
        assert re.findall(r"[.!?](?=\s|$)", one.says) == ["."], one.says
        assert len(one.says) < 320


def test_the_first_screen_says_what_when_how_good_and_how_far_off():
    artefact, unseen = before()
    what, when, better, far = said(artefact, unseen)
    stated = artefact.evaluation
    assert f"the {artefact.data['rows']:,} videos" in what
    assert when.startswith("Before posting")
    own = stated["baselines"]["account_history"]
    assert f"for {100 * stated['metrics']['accuracy']:.0f} of 100 videos" in better
    assert f"average for {100 * own['accuracy']:.0f}" in better
    assert f"{math.exp(-own['difference']['mean']):.3g} times the probability" in better
    assert f"{np.nanmedian(unseen.spans):.0f} times its bottom" in far
    assert f"({100 * stated['metrics']['coverage']:.0f} of 100 outcomes fell inside)" in far


def test_no_advantage_is_called_better_unless_its_interval_is_above_one():
    artefact, _ = before()
    assert ", and to what then happened" in said(differing(artefact, -0.2, -0.3, -0.1))[2]
    assert "which is worse: " in said(differing(artefact, 0.2, 0.1, 0.3))[2]
    for low, high in ((-0.1, 0.1), (-0.1, 0.0)):
        assert "which is not clearly better: " in said(differing(artefact, -0.05, low, high))[2]


def test_a_label_made_of_the_inputs_is_no_foresight_on_the_first_screen():
    full = trained("reference-15").scorer.artefact
    counted = judged(full, label={"defining_features": ["likeRate"]})
    assert "that is no foresight" in said(counted)[2]
    assert "three of its inputs define the tier" in said(variants()["rebuilt"][0])[2]
    assert "foresight" not in said(before()[0])[2]


def test_without_outcomes_of_training_the_range_is_one_of_ranks():
    artefact, unseen = before()
    width = np.median(unseen.intervals[:, 2] - unseen.intervals[:, 0])
    assert f"{width:.0f} of 100 ranks wide" in said(artefact, replace(unseen, population=None))[3]
    assert "of 100 ranks" not in said(artefact)[3]


def test_an_age_is_said_as_people_say_it():
    artefact, _ = variants()["after"]
    assert said(artefact)[1].startswith("24 hours after posting: ")


def test_a_title_says_what_is_predicted_and_when():
    assert title_of(before()[0]) == "A virality model of views, before posting"
    assert (
        title_of(variants()["ready-made"][0]) == "A virality model of ready-made tiers, afterwards"
    )


def test_the_headline_says_on_what_it_rests():
    artefact, unseen = before()
    assert judged_in_words(artefact).startswith(f"Judged on {len(unseen):,} videos that it had not")
    assert judged_in_words(judged(artefact, refit=True)).endswith("fitted again, on all of them.")
    assert judged_in_words(variants()["old"][0]) == (
        "Judged on 3 videos, as the model's file states."
    )
    assert judged_in_words(variants()["unjudged"][0]) == ""


@given(st.lists(st.lists(st.integers(0, 50), min_size=5, max_size=5), min_size=5, max_size=5))
def test_misses_are_counted_by_how_far_off_they_are(matrix):
    total = sum(map(sum, matrix))
    if total:
        cells = [(abs(i - j), matrix[i][j]) for i in range(5) for j in range(5)]
        near, far = misses(matrix)
        assert near == pytest.approx(sum(n for off, n in cells if off == 1) / total)
        assert far == pytest.approx(sum(n for off, n in cells if off > 1) / total)


def test_limits_name_foresight_and_made_up_records_where_they_apply():
    artefact, _ = before()
    assert len(limits(artefact)) == 5
    assert limits(artefact)[0].startswith("Not real.")
    full = trained("reference-15").scorer.artefact
    assert limits(full)[1].startswith("Not foresight.")
    real = replace(judged(artefact, synthetic=False), data={})
    assert limits(real)[0].startswith("Not a promise.")


def test_plain_values_are_written_as_text_and_unset_ones_left_out():
    values = {"a": True, "b": False, "c": 1e-9, "d": 12345, "e": ["x", "y"], "f": None, "g": []}
    assert facts_of(values) == {"a": "yes", "b": "no", "c": "1e-09", "d": "12,345", "e": "x, y"}

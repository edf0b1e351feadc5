import numpy as np
import pytest

from virality.evaluation.audit.plausibility import striking_features

OUTCOME = np.random.default_rng(0).lognormal(sigma=1.5, size=400)


@pytest.mark.parametrize("phase", ["content", "account", "history"])
def test_a_column_that_follows_the_outcome_strikes_in_every_phase_before_posting(phase):
    column = -np.log(OUTCOME) + np.random.default_rng(1).normal(scale=0.1, size=400)
    (found,) = striking_features(column[:, None], ("a",), (phase,), OUTCOME)
    assert found.correlation < -0.95
    assert found.rows == 400


@pytest.mark.parametrize("phase", ["early", "engagement", None])
def test_what_is_counted_follows_by_its_nature(phase):
    assert striking_features(OUTCOME[:, None], ("a",), (phase,), OUTCOME) == ()


@pytest.mark.parametrize(("phase", "strikes"), [("content", True), ("history", False)])
def test_a_history_may_say_what_content_cannot(phase, strikes):
    column = np.log(OUTCOME) + np.random.default_rng(2).normal(size=400)
    found = striking_features(column[:, None], ("a",), (phase,), OUTCOME)
    assert bool(found) == strikes


def test_a_column_known_of_few_videos_is_not_judged():
    column = np.where(np.arange(400) < 99, OUTCOME, np.nan)
    assert striking_features(column[:, None], ("a",), ("content",), OUTCOME) == ()


def test_a_constant_column_strikes_nobody():
    assert striking_features(np.ones((400, 1)), ("a",), ("content",), OUTCOME) == ()

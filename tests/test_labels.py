import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import DataError, OptionError
from virality.labels import (
    MIDPOINTS,
    REFERENCE_THRESHOLDS,
    expected_score,
    outcome_named,
    quantile_thresholds,
    tier_of,
)


def test_a_value_on_a_threshold_belongs_to_the_upper_tier():
    values = [0.0, 0.045751, 0.045752, 0.095403, 0.159572, 0.239726, 9.0]
    assert tier_of(values, REFERENCE_THRESHOLDS).tolist() == [1, 1, 2, 3, 4, 5, 5]


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=50))
def test_a_larger_outcome_is_never_of_a_lower_tier(values):
    tiers = tier_of(np.sort(values), [1.0, 10.0, 100.0, 1000.0])
    assert (np.diff(tiers) >= 0).all()
    assert set(tiers) <= {1, 2, 3, 4, 5}


def test_quantile_thresholds_part_rows_at_25_50_75_and_90_percent():
    tiers = tier_of(np.arange(1000.0), quantile_thresholds(np.arange(1000.0)))
    assert np.bincount(tiers).tolist() == [0, 250, 250, 250, 150, 100]


@pytest.mark.parametrize("values", [[], [5.0] * 10, [0.0] * 80 + [1.0] * 20])
def test_an_outcome_of_too_few_values_is_an_error(values):
    with pytest.raises(DataError):
        quantile_thresholds(values)


def test_the_score_of_a_certain_tier_is_its_midpoint():
    assert expected_score(np.eye(5)).tolist() == [12.5, 35.0, 55.0, 72.5, 90.0]


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(lambda p: sum(p) > 0.01))
def test_scores_lie_between_the_outer_midpoints(weights):
    score = expected_score(np.array(weights) / sum(weights))
    assert MIDPOINTS[0] - 1e-9 <= score <= MIDPOINTS[-1] + 1e-9


def test_an_outcome_without_a_name_is_an_error_that_lists_those_there_are():
    with pytest.raises(OptionError, match="wes, views, author_multiple, or a column"):
        outcome_named(" ")


def test_any_other_name_is_that_of_a_column_of_numbers():
    outcome = outcome_named("watch_time")
    assert (outcome.name, outcome.reads, outcome.fixed) == ("watch_time", ("watch_time",), ())
    frame = pl.DataFrame({"watch_time": [1, None]}).select(outcome.formula(pl))
    assert frame["watch_time"].to_list() == [1.0, None]
    texts = pl.DataFrame({"watch_time": ["3.5", "long", "nan"]}).select(outcome.formula(pl))
    assert texts["watch_time"].to_list() == [3.5, None, None]


def test_a_multiple_is_of_the_account_s_usual_and_other_outcomes_stand_alone():
    base, usual = np.array([100.0, 50.0]), np.array([50.0, 100.0])
    assert outcome_named("author_multiple").final(base, usual).tolist() == [2.0, 0.5]
    assert outcome_named("views").final(base, usual).tolist() == [100.0, 50.0]

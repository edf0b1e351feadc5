"""How the score goes with each feature over the training population."""

import numpy as np
import pytest

from virality.effects import effects
from worlds import scorer, trained

SCHEMAS = ["reference-15", "creator-1"]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_each_varying_feature_has_an_effect_and_the_widest_comes_first(schema):
    artefact = scorer(schema=schema).artefact
    found = effects(artefact)
    varying = artefact.classifier.population.copula.varying
    assert {one.name for one in found} == {artefact.names[number] for number in varying}
    spans = [one.span for one in found]
    assert spans == sorted(spans, reverse=True)
    assert spans[0] > 1


@pytest.mark.parametrize("schema", SCHEMAS)
def test_values_ascend_and_intervals_hold_their_scores(schema):
    for one in effects(scorer(schema=schema).artefact):
        assert (np.diff(one.values) > 0).all(), one.name
        assert (np.diff(one.edges) > 0).all(), one.name
        assert len(one.shares) == len(one.edges) - 1
        assert (one.low <= one.scores).all(), one.name
        assert (one.high >= one.scores).all(), one.name
        assert ((one.scores > 12.5) & (one.scores < 90)).all(), one.name


@pytest.mark.parametrize("schema", SCHEMAS)
def test_shares_are_those_of_the_training_rows(schema):
    """Within a few per cent: the file keeps 65 quantiles of each feature, not its rows."""
    done = trained(schema)
    X = done.rows.features[done.split.train]
    for one in effects(done.scorer.artefact):
        column = X[:, done.scorer.feature_names.index(one.name)]
        column = column[~np.isnan(column)]
        slack = 1e-6 * np.abs(one.edges)  # the file rounds: a frequent value may lie at an edge
        first = (column < one.edges[0] - slack[0]).mean()
        low = (column[:, None] <= one.edges[1:] - slack[1:]).mean(axis=0) - first
        high = (column[:, None] <= one.edges[1:] + slack[1:]).mean(axis=0) - first
        found = np.cumsum(one.shares)
        assert (found > low - 0.05).all(), one.name
        assert (found < high + 0.05).all(), one.name


def test_a_flag_has_two_values_a_weekday_seven_an_hour_24():
    found = {one.name: one for one in effects(scorer(schema="creator-1").artefact)}
    assert found["is_photo"].values.tolist() == [0.0, 1.0]
    assert found["weekday_posted"].values.tolist() == list(range(7))
    assert found["hour_posted"].values.tolist() == list(range(24))
    assert found["history_level"].unit == "views"

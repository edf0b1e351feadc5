import json

import numpy as np
import pytest

from virality.promise import Promise, promise_of
from virality.scorer import load
from worlds import trained


@pytest.mark.parametrize("schema", ["creator-1", "reference-15"])
def test_a_promise_survives_json_unchanged(schema):
    promise = promise_of(trained(schema=schema).scorer.artefact)
    kept = {**json.loads(json.dumps(promise.to_dict())), "besides": 1}
    assert Promise.from_dict(kept) == promise


def test_a_promise_states_what_the_evaluation_measured():
    scorer = trained(schema="creator-1").scorer
    promise = promise_of(scorer.artefact)
    assert promise.rows == scorer.evaluation["metrics"]["n"]
    for name in ("log_loss", "ece", "spearman", "coverage"):
        assert promise.metrics[name] == scorer.evaluation["metrics"][name]
        assert promise.intervals[name][0] <= promise.metrics[name] <= promise.intervals[name][1]


def test_a_promise_describes_the_rows_that_trained():
    run = trained(schema="creator-1")
    promise = promise_of(run.scorer.artefact)
    rows = run.rows.part(run.split.train).features
    for name in ("duration_seconds", "history_level", "followers"):
        column = rows[:, promise.names.index(name)]
        expected = np.nanquantile(column, promise.levels)
        assert promise.quantiles[name] == pytest.approx(expected, rel=0.1)
        assert promise.absent[name] == pytest.approx(np.isnan(column).mean(), abs=0.02)


def test_a_file_of_the_reference_system_promises_next_to_nothing():
    promise = promise_of(load("tests/fixtures/models/version-1.json").artefact)
    assert promise.names
    assert json.dumps(promise.to_dict(), allow_nan=False)

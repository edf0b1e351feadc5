"""Percentile, interval, and what would narrow it: of a softmax, of curves, and of an old file."""

import numpy as np
import pytest
from scipy.stats import kstest

from virality.artefact import decode, encode
from virality.model.quantiles import width
from virality.records import read_records
from virality.scorer import Scorer
from virality.storage.checked import Field
from worlds import coming, scorer, trained

KINDS = [{}, {"schema": "creator-1", "moment": "before", "outcome": "views"}]
KINDS_BY_NAME = pytest.mark.parametrize("kind", KINDS, ids=["softmax", "curves"])


@KINDS_BY_NAME
def test_one_video_and_many_are_told_the_same(kind):
    records = [dict(record) for record in coming()]
    frame = read_records(records)
    by_id = {record["id"]: record for record in records}
    for row in scorer(**kind).score_records(frame).iter_rows(named=True):
        prediction = scorer(**kind).score(by_id[row["video_id"]])
        assert prediction.percentile == pytest.approx(row["percentile"])
        assert prediction.interval == pytest.approx((row["low"], row["median"], row["high"]))
        assert 0 <= row["low"] < row["median"] < row["high"] <= 100
        assert 0 <= row["percentile"] <= 100


@KINDS_BY_NAME
def test_with_nothing_known_the_interval_is_that_of_the_population(kind):
    prediction = scorer(**kind).score({})
    assert prediction.interval == pytest.approx((10, 50, 90))
    assert prediction.narrows in scorer(**kind).feature_names


@KINDS_BY_NAME
def test_scores_of_videos_that_have_not_trained_are_spread_evenly_over_the_percentiles(kind):
    """Rows drawn at random stand for a fresh half of the population; 500 of them vary by .06."""
    run = trained(split="random", **kind)
    fresh = run.rows.features[run.split.test]
    scores = run.scorer.predict_proba(fresh) @ np.array([12.5, 35, 55, 72.5, 90])
    percentiles = run.scorer.artefact.ranks.percentile(scores)
    assert kstest(percentiles / 100, "uniform").statistic <= 0.06


@KINDS_BY_NAME
def test_knowing_less_gives_wider_intervals_on_average(kind):
    """Inputs are taken away one after the other, in a fixed order."""
    run = trained(**kind)
    artefact, rows = run.scorer.artefact, run.rows.features[run.split.test][:150].copy()
    order = np.random.default_rng(0).permutation(rows.shape[1])
    widths = []
    for columns in np.array_split(order, 4):
        rows[:, columns] = np.nan
        cells = artefact.classifier.cells(rows)
        widths.append(width(cells, artefact.classifier.edges).mean())
    assert (np.diff(widths) > 0).all()
    assert widths[-1] == pytest.approx(80)


def test_a_file_that_tells_neither_percentiles_nor_a_population_gives_none():
    stated = encode(scorer().artefact) | {"percentiles": None, "population": None}
    old = Scorer(decode(Field(stated, "old.json")))
    whole = trained().rows.features
    row = whole[~np.isnan(whole).any(axis=1)][0]
    prediction = old.score(dict(zip(old.feature_names, row.tolist(), strict=True)))
    assert prediction.percentile is None
    assert prediction.interval is None
    assert prediction.narrows is None
    assert prediction.score == pytest.approx(scorer().score(
        dict(zip(old.feature_names, row.tolist(), strict=True))
    ).score)  # fmt: skip


def test_a_file_keeps_percentiles_and_calibration_exactly():
    artefact = scorer().artefact
    back = decode(Field(encode(artefact), "model.json"))
    assert np.array_equal(back.ranks.quantiles, artefact.ranks.quantiles)
    assert back.classifier.calibration is None

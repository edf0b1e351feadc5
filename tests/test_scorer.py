import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from places import DATA, needs_data
from virality import load, read_records
from virality.errors import DataError, OptionError, ViralityError
from virality.labels import MIDPOINTS, expected_score
from virality.model.softmax import softmax
from worlds import coming, sample, scorer, trained

UNKNOWN = st.lists(st.booleans(), min_size=15, max_size=15)


def rows(number=40, seed=0):
    run = trained()
    return run.rows.features[np.random.default_rng(seed).permutation(len(run.tiers))[:number]]


def whole_rows(number=40):
    features = trained().rows.features
    return features[~np.isnan(features).any(axis=1)][:number]


def test_nothing_known_gives_the_shares_of_the_tiers_in_the_training_part():
    run = trained()
    shares = np.bincount(run.tiers[run.split.train], minlength=6)[1:] / len(run.split.train)
    prediction = run.scorer.score({})
    assert prediction.tier_probabilities == pytest.approx(tuple(shares), abs=1e-12)
    assert prediction.score == pytest.approx(float(shares @ MIDPOINTS))
    assert prediction.unknown == run.scorer.feature_names


def test_nothing_unknown_gives_the_plain_softmax():
    classifier, X = scorer().artefact.classifier, whole_rows()
    expected = softmax(X @ classifier.coef.T + classifier.intercept)
    assert np.array_equal(scorer().predict_proba(X), expected)


@given(UNKNOWN)
def test_whatever_is_unknown_the_probabilities_are_some(unknown):
    X = whole_rows(5).copy()
    X[:, unknown] = np.nan
    probabilities = scorer().predict_proba(X)
    assert np.isfinite(probabilities).all()
    assert (probabilities > 0).all()
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(5))


@given(UNKNOWN)
def test_a_row_is_scored_alike_alone_and_among_others(unknown):
    X = np.vstack([rows(6), whole_rows(6)])
    X[::2, unknown] = np.nan
    together = scorer().predict_proba(X)
    alone = np.vstack([scorer().predict_proba(row[None, :]) for row in X])
    assert together == pytest.approx(alone, abs=1e-12)


def test_less_known_is_less_sure_on_average():
    """Mean entropy of the tier probabilities rises as inputs are taken away."""
    X, entropies = whole_rows(300).copy(), []
    for column in [*np.random.default_rng(2).permutation(15), None]:
        P = scorer().predict_proba(X)
        entropies.append(-(P * np.log(P)).sum(axis=1).mean())
        if column is not None:
            X[:, column] = np.nan
    assert np.diff(entropies).min() > -0.02
    assert entropies[-1] - entropies[0] > 0.1


def test_a_known_input_moves_the_score_the_way_the_data_do():
    low, high = (scorer().score({"viewsPerFollower": value}).score for value in (0.0005, 0.2))
    assert high > low + 5


def test_records_of_any_known_form_and_their_features_score_alike():
    frame = read_records([dict(record) for record in coming()])
    bulk = scorer().score_records(frame)
    for record, score in zip(coming(), bulk["score"], strict=True):
        assert scorer().score(record).score == pytest.approx(score, abs=1e-12)


def test_a_value_given_by_its_feature_name_is_the_feature():
    by_column = scorer().score({"duration_seconds": 90})
    by_name = scorer().score({"durationSeconds": 0.5})
    assert by_column == by_name
    assert "durationSeconds" not in by_column.unknown
    assert scorer().score({"durationSeconds": None}) == scorer().score({})


def test_values_given_for_all_records_replace_theirs():
    frame = read_records([dict(record) for record in coming()])
    by_column = scorer().score_records(frame, {"duration_seconds": "90"})
    by_name = scorer().score_records(frame, {"durationSeconds": 0.5})
    assert by_column["score"].to_list() == pytest.approx(by_name["score"].to_list(), abs=1e-12)
    assert by_column["score"].to_list() != scorer().score_records(frame)["score"].to_list()


def test_scored_records_state_their_probabilities_and_what_is_unknown():
    scored = scorer().score_records(read_records([dict(record) for record in coming()]))
    assert scored.columns == [
        "video_id", "score", "tier", "p1", "p2", "p3", "p4", "p5",
        "percentile", "low", "median", "high", "unknown",
    ]  # fmt: skip
    P = scored.select("p1", "p2", "p3", "p4", "p5").to_numpy()
    assert expected_score(P) == pytest.approx(scored["score"].to_numpy())
    assert (P.argmax(axis=1) + 1 == scored["tier"].to_numpy()).all()
    assert scored["unknown"].min() > 0


def test_a_frame_with_aliased_columns_is_brought_into_form():
    frame = pl.DataFrame({"video_id": ["1"], "duration_s": [90.0], "plays": ["1.2K"]})
    assert scorer().score_records(frame)["score"].to_list() == [
        pytest.approx(scorer().score({"duration_seconds": 90, "views": 1200}).score)
    ]


def test_a_frame_with_a_row_that_cannot_be_used_is_refused_with_its_place():
    frame = pl.DataFrame({"video_id": ["1", "2"], "views": [5.0, -3.0]})
    with pytest.raises(DataError, match="row 2, views: negative"):
        scorer().score_records(frame)


@pytest.mark.parametrize(
    ("video", "error", "says"),
    [
        ({"durationSeconds": 30}, OptionError, "duration_seconds instead"),
        ({"durationSeconds": "long"}, DataError, "durationSeconds: 'long' is not a number"),
        ({"views": -5}, DataError, "views"),
        ({"created_at": "yesterday"}, DataError, "created_at"),
        ([], DataError, "list is not a record"),
        (None, DataError, "NoneType is not a record"),
        ({1: 2}, DataError, "none of its fields is known"),
        ({"viewss": 5}, DataError, r"viewss: none of its fields is known \(did you mean views"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(video, error, says):
    with pytest.raises(error, match=says):
        scorer().score(video)


@pytest.mark.parametrize(
    ("X", "says"),
    [
        (np.zeros((2, 14)), r"shape \(2, 14\), not \(n, 15\)"),
        (np.zeros(15), r"shape \(15,\)"),
        ([["a"] * 15], "other than numbers"),
        (np.full((1, 15), np.inf), r"X\[0, 0\] \(shareRate\): infinite"),
    ],
)
def test_a_matrix_of_another_form_is_refused(X, says):
    with pytest.raises(DataError, match=says):
        scorer().predict_proba(X)


def test_no_rows_give_no_probabilities():
    assert scorer().predict_proba(np.empty((0, 15))).shape == (0, 5)


@needs_data
def test_a_file_without_a_population_scores_only_what_is_wholly_known():
    old = load(DATA / "reference" / "reference-weights.json")
    assert old.predict_proba(np.full((1, 15), 0.5)).shape == (1, 5)
    with pytest.raises(DataError, match="no population"):
        old.score({})


def test_threads_share_a_scorer():
    X = np.vstack([rows(200, seed) for seed in range(4)])
    expected = scorer().predict_proba(X)
    fresh = type(scorer())(scorer().artefact)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(fresh.predict_proba, [X] * 16):
            assert np.array_equal(found, expected)


def test_predictions_are_calibrated_against_the_known_truth():
    """On videos of which only content and account are known, predicted shares are the true ones."""
    from virality.sample import new_videos

    new = new_videos(3000, 3, videos=2500)
    assert sample().counts["videos"] == 2500
    scored = scorer().score_records(read_records([dict(record) for record in new.records]))
    truth = new.truth.tier_probabilities(scorer().artefact.thresholds)
    predicted = scored.select("p1", "p2", "p3", "p4", "p5").to_numpy()
    assert np.abs(predicted.mean(axis=0) - truth.mean(axis=0)).max() < 0.08


def test_a_row_of_a_flattened_csv_file_is_the_record_that_it_came_from():
    """The keys of such a row are paths; the record is the same."""
    flat = {}
    for key, value in coming()[0].items():
        inner = value if isinstance(value, dict) else {}
        flat |= {f"{key}/{name}": each for name, each in inner.items()}
        if isinstance(value, list):
            flat |= {f"{key}/{n}/{k}": v for n, tag in enumerate(value) for k, v in tag.items()}
        elif not inner:
            flat[key] = value
    assert any("/" in key for key in flat)
    assert scorer().score(flat) == scorer().score(coming()[0])


def test_a_date_without_a_time_tells_no_hour():
    assert "hourPosted" in scorer().score({"created_at": "2025-01-01"}).unknown
    assert "weekdayPosted" not in scorer().score({"created_at": "2025-01-01"}).unknown
    assert "hourPosted" not in scorer().score({"created_at": "2025-01-01T00:00:01Z"}).unknown


@pytest.mark.parametrize("schema", ["reference-15", "creator-1"])
@pytest.mark.parametrize("known", [0.25, 1, None, np.float32(0.3)], ids=repr)
def test_a_row_of_features_scores_as_a_matrix_of_one_row(schema, known):
    model = scorer(schema=schema)
    row = [0.5] * len(model.feature_names)
    row[2] = known
    expected = float(model.predict_proba([row])[0] @ MIDPOINTS)
    assert model.score_features(row) == pytest.approx(expected, rel=1e-12)
    assert model.score_features(np.array(row, dtype=float)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("row", [[], [0.5] * 14, [[0.5] * 15], ["a"] * 15, [math.inf] * 15])
def test_a_row_of_features_of_another_length_or_kind_is_an_error(row):
    with pytest.raises(DataError):
        scorer().score_features(row)


@pytest.mark.parametrize("schema", ["reference-15", "creator-1"])
def test_a_compiled_row_gets_the_score_of_the_row(schema):
    pytest.importorskip("numba", reason="the extra fast is not installed")
    model = scorer(schema=schema)
    score, width = model.compiled(), len(model.feature_names)
    for row in ([0.25] * width, [0.25] * (width - 1) + [None], (1,) * width, np.full(width, 0.5)):
        assert score(row) == pytest.approx(model.score_features(row), rel=1e-12)
    with pytest.raises(DataError, match="features, not"):
        score([0.5])


def test_compiling_without_the_extra_names_it(monkeypatch):
    monkeypatch.setattr("virality.model.kernels.installed", lambda: False)
    with pytest.raises(ViralityError, match=r"virality\[fast\]"):
        scorer().compiled()

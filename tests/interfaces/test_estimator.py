"""The estimator in scikit-learn's company: its own checks, its tools, and LogisticRegression."""

import pickle
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import config_context, datasets
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from virality.errors import NotConvergedError
from virality.sklearn import ViralityClassifier

X, Y = datasets.load_iris(return_X_y=True)
NAMES = np.array(["low", "middle", "high"])[Y]


@parametrize_with_checks([ViralityClassifier(), ViralityClassifier(standardize=False, l2=1e-2)])
def test_scikit_learn_finds_nothing_wrong(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "load", [datasets.load_iris, datasets.load_wine, datasets.load_breast_cancer]
)
@pytest.mark.parametrize("l2", [1e-1, 1e-3])
def test_coefficients_are_those_of_logistic_regression_on_scaled_columns(load, l2):
    X, y = load(return_X_y=True)
    scaler, classes = StandardScaler().fit(X), len(np.unique(y))
    strength = (2 if classes == 2 else 1) / (len(X) * l2)
    theirs = LogisticRegression(C=strength, tol=1e-9, max_iter=10_000).fit(scaler.transform(X), y)
    ours = ViralityClassifier(l2=l2, tol=1e-9).fit(X, y)
    expected = theirs.coef_ if classes == 2 else theirs.coef_ - theirs.coef_.mean(axis=0)
    assert ours.coef_ * scaler.scale_ == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert ours.predict_proba(X) == pytest.approx(
        theirs.predict_proba(scaler.transform(X)), abs=1e-5
    )


def test_without_standardizing_the_penalty_is_that_of_logistic_regression_as_it_is():
    theirs = LogisticRegression(C=1 / (len(X) * 1e-2), tol=1e-9, max_iter=10_000).fit(X, Y)
    ours = ViralityClassifier(l2=1e-2, standardize=False, tol=1e-9).fit(X, Y)
    expected = theirs.coef_ - theirs.coef_.mean(axis=0)
    assert ours.coef_ == pytest.approx(expected, rel=1e-5, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 6), st.floats(-9, 9), st.floats(0.05, 1.0))
def test_fits_of_any_scale_and_imbalance_are_optimal_and_never_warn(seed, classes, power, share):
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(300, 5)) * 10.0**power
    y = generator.choice(classes, size=300, p=_shares(classes, share))
    y[:classes] = np.arange(classes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = ViralityClassifier(l2=1e-4).fit(X, y)
    assert model.gradient_norm_ <= 1e-6


def _shares(classes, share):
    falling = share ** np.arange(classes)
    return falling / falling.sum()


def test_classes_that_can_be_separated_have_no_optimum_without_a_penalty():
    with pytest.raises(NotConvergedError, match="raise l2"):
        ViralityClassifier(l2=0.0).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])


@pytest.mark.parametrize(("name", "value"), [("l2", -1.0), ("tol", 0.0)])
def test_a_setting_without_a_meaning_is_a_value_error_that_names_it(name, value):
    with pytest.raises(ValueError, match=name):
        ViralityClassifier(**{name: value}).fit(X, Y)


def test_an_unknown_input_is_averaged_over_and_all_unknown_gives_the_shares():
    gaps = X.copy()
    gaps[::3, 1] = np.nan
    model = ViralityClassifier().fit(gaps, Y)
    nothing = model.predict_proba(np.full((1, 4), np.nan))[0]
    assert nothing == pytest.approx(np.bincount(Y) / len(Y), abs=1e-9)
    assert model.score(gaps, Y) > 0.9
    np.testing.assert_allclose(model.predict_proba(gaps).sum(axis=1), 1.0)


def test_weights_count_as_repetitions_do():
    weight = np.random.default_rng(0).integers(0, 4, len(Y))
    weighted = ViralityClassifier().fit(X, NAMES, sample_weight=weight)
    repeated = ViralityClassifier().fit(np.repeat(X, weight, axis=0), np.repeat(NAMES, weight))
    assert weighted.coef_ == pytest.approx(repeated.coef_, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("class_weight", ["balanced", {"low": 1.0, "middle": 5.0, "high": 0.5}])
def test_class_weights_are_those_of_scikit_learn(class_weight):
    some = np.r_[0:50, 50:70, 100:145]
    scaled = StandardScaler().fit_transform(X[some])
    ours = ViralityClassifier(l2=1e-2, standardize=False, class_weight=class_weight, tol=1e-9)
    theirs = LogisticRegression(class_weight=class_weight, tol=1e-10, max_iter=10_000)
    ours.fit(scaled, NAMES[some])
    total = len(some) if class_weight == "balanced" else 50 * 1.0 + 20 * 5.0 + 45 * 0.5
    theirs.set_params(C=1 / (total * 1e-2)).fit(scaled, NAMES[some])
    expected = theirs.coef_ - theirs.coef_.mean(axis=0)
    assert ours.coef_ == pytest.approx(expected, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("labels", [NAMES, NAMES.tolist(), Y * 10 - 5, Y.astype(float), Y > 0])
def test_labels_of_any_kind_come_back(labels):
    model = ViralityClassifier(l2=1e-4).fit(X, labels)
    assert model.classes_.tolist() == sorted(set(np.asarray(labels).tolist()))
    assert (model.predict(X) == np.asarray(labels)).mean() > 0.9


@pytest.mark.parametrize("frame", [pd.DataFrame, lambda X: pl.DataFrame(X, schema=list("abcd"))])
def test_frames_give_what_their_numbers_give(frame):
    model = ViralityClassifier().fit(frame(X), NAMES)
    expected = ViralityClassifier().fit(X, NAMES).predict_proba(X)
    assert model.predict_proba(frame(X)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
def test_it_follows_transformers_of_any_output_in_a_pipeline(output):
    frame = pd.DataFrame(X, columns=list("abcd")).assign(kind=np.arange(len(X)) % 2)
    encode = OneHotEncoder(sparse_output=False)
    columns = ColumnTransformer([("n", StandardScaler(), list("abcd")), ("k", encode, ["kind"])])
    pipeline = make_pipeline(columns.set_output(transform=output), ViralityClassifier())
    assert pipeline.fit(frame, NAMES).score(frame, NAMES) > 0.95


def test_it_is_searched_over_crossed_calibrated_and_cloned():
    search = GridSearchCV(ViralityClassifier(), {"l2": [1e-1, 1e-3]}, scoring="neg_log_loss")
    assert search.fit(X, NAMES).best_params_ == {"l2": 1e-3}
    assert cross_val_score(ViralityClassifier(), X, NAMES).mean() > 0.93
    calibrated = CalibratedClassifierCV(ViralityClassifier(), cv=3).fit(X, NAMES)
    assert calibrated.score(X, NAMES) > 0.93
    assert clone(ViralityClassifier(l2=0.5)).get_params()["l2"] == 0.5


@pytest.mark.parametrize("copied", ["pickle", "joblib"])
def test_a_copy_of_a_fitted_model_answers_as_the_model(tmp_path, copied):
    model = ViralityClassifier().fit(X, NAMES)
    if copied == "pickle":
        other = pickle.loads(pickle.dumps(model))  # noqa: S301  our own bytes
    else:
        joblib.dump(model, tmp_path / "model.joblib")
        other = joblib.load(tmp_path / "model.joblib")
    assert np.array_equal(other.predict_proba(X), model.predict_proba(X))


def test_weights_are_routed_through_a_search():
    with config_context(enable_metadata_routing=True):
        model = ViralityClassifier().set_fit_request(sample_weight=True)
        model.set_score_request(sample_weight=False)
        search = GridSearchCV(model, {"l2": [1e-3]}, cv=3)
        weight = np.where(Y == 0, 5.0, 1.0)
        search.fit(X, Y, sample_weight=weight)
    assert search.best_estimator_.coef_ == pytest.approx(
        ViralityClassifier().fit(X, Y, sample_weight=weight).coef_
    )


def test_decisions_are_the_logits_that_scikit_learn_expects():
    model = ViralityClassifier().fit(X, Y)
    assert model.decision_function(X) == pytest.approx(
        X @ model.coef_.T + model.intercept_, abs=1e-9
    )
    two = ViralityClassifier().fit(X, Y == 2)
    assert two.decision_function(X) == pytest.approx(
        (X @ two.coef_.T + two.intercept_)[:, 0], abs=1e-9
    )


def test_its_probabilities_are_those_of_the_core():
    model = ViralityClassifier().fit(X, Y)
    core = model.classifier_.predict_proba(X)
    assert model.predict_proba(X) == pytest.approx(core, rel=1e-12, abs=0)  # compiled or NumPy


def test_the_page_of_agreement_states_what_the_benchmark_finds():
    """Every fit on the page agrees with scikit-learn's, and none of ours has warned."""
    page = (Path(__file__).parents[2] / "docs" / "agreement.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")][
        1:
    ]
    assert len(rows) >= 30
    assert all(float(row[4]) <= 1e-5 for row in rows)  # probabilities
    assert all(row[7] == "0" for row in rows)  # warnings of ours

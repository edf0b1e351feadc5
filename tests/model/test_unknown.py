"""What is answered when inputs are unknown, against refitted models and known truths."""

import json
from statistics import NormalDist

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from places import TRAINING_FILE, needs_data
from strategies import softmax_data
from virality.errors import DataError
from virality.model.classifier import Classifier
from virality.model.linear import Linear
from virality.model.nodes import normal_nodes
from virality.model.population import Population
from virality.model.scaling import measure
from virality.model.softmax import softmax
from virality.storage.checked import Field
from virality.training.fitting import Rows, fit_softmax, solve


def classifier_on(X, y, classes=5, l2=1e-3):
    weight = np.ones(len(X))
    solution = fit_softmax(X, y, l2=l2)
    return Classifier(
        Linear(solution.coef, solution.intercept), Population.fit(X, y, classes, weight)
    )


def only(X, columns):
    """Rows of which only some columns are known."""
    known = np.full(X.shape, np.nan)
    known[:, columns] = X[:, columns]
    return known


def log_loss(probabilities, y):
    return float(-np.log(probabilities[np.arange(len(y)), y]).mean())


def correlated(rows=4000, seed=0):
    """Five correlated columns with a known softmax on them."""
    _, _, coef, intercept = softmax_data(2, 5, 5, seed)
    generator = np.random.default_rng(seed)
    mixing = generator.normal(size=(5, 5))
    X = generator.normal(size=(rows, 5)) @ mixing.T
    logits = X @ coef.T + intercept
    y = (logits + generator.gumbel(size=logits.shape)).argmax(axis=1).astype(np.intp)
    return X, y


def test_nothing_known_is_the_prior_and_everything_known_the_plain_softmax():
    X, y = correlated()
    classifier = classifier_on(X, y)
    prior = np.bincount(y, minlength=5) / len(y)
    assert classifier.predict_proba(np.full((1, 5), np.nan))[0] == pytest.approx(prior, abs=1e-15)
    plain = softmax(X[:9] @ classifier.coef.T + classifier.intercept)
    assert np.array_equal(classifier.predict_proba(X[:9]), plain)


@pytest.mark.parametrize("columns", [[0], [3], [0, 1], [1, 4], [0, 2, 3], [0, 1, 2, 3]])
def test_any_known_set_does_as_well_as_a_model_refitted_on_it(columns):
    X, y = correlated(8000)
    train, test = slice(0, 4000), slice(4000, None)
    classifier = classifier_on(X[train], y[train])
    refit = LogisticRegression(max_iter=2000).fit(X[train][:, columns], y[train])
    theirs = log_loss(refit.predict_proba(X[test][:, columns]), y[test])
    ours = log_loss(classifier.predict_proba(only(X[test], columns)), y[test])
    assert ours <= 1.02 * theirs


def test_the_answer_is_the_average_over_what_the_unknown_may_be():
    """For Gaussian inputs the average is known by brute force: a million draws."""
    generator = np.random.default_rng(1)
    X = generator.normal(size=(20_000, 2))
    X[:, 1] = 0.8 * X[:, 0] + 0.6 * X[:, 1]
    coef, intercept = np.array([[2.0, -3.0], [0.0, 0.0], [-2.0, 3.0]]), np.zeros(3)
    y = (X @ coef.T + generator.gumbel(size=(len(X), 3))).argmax(axis=1).astype(np.intp)
    classifier = Classifier(Linear(coef, intercept), Population.fit(X, y, 3, np.ones(len(X))))
    for value in (-1.5, 0.0, 0.7):
        draws = np.column_stack([
            np.full(1_000_000, value), 0.8 * value + 0.6 * generator.normal(size=1_000_000)
        ])  # fmt: skip
        truth = softmax(draws @ coef.T).mean(axis=0)
        ours = classifier.predict_proba(np.array([[value, np.nan]]))[0]
        assert ours == pytest.approx(truth, abs=0.03)


@pytest.mark.parametrize(("share", "tolerance"), [(0.004, 0.3), (0.02, 0.2), (0.06, 0.1)])
def test_a_rare_flag_alone_tells_what_it_told_in_training(share, tolerance):
    """The tiers' shares among rows with the flag; of few rows it tells less, and never more."""
    generator = np.random.default_rng(6)
    X = generator.normal(size=(20_000, 2))
    X[:, 0] = generator.uniform(size=20_000) < share
    coef = np.column_stack([np.arange(-2.0, 3.0), np.arange(-2.0, 3.0)])
    y = (X @ coef.T + generator.gumbel(size=(20_000, 5))).argmax(axis=1)
    classifier = classifier_on(X, y.astype(np.intp))
    told = classifier.predict_proba(np.array([[0.0, np.nan], [1.0, np.nan]]))
    for flag in (0, 1):
        shares = np.bincount(y[X[:, 0] == flag], minlength=5) / (X[:, 0] == flag).sum()
        assert told[flag] == pytest.approx(shares, abs=tolerance)
    assert told[0] @ np.arange(5) < told[1] @ np.arange(5) < shares @ np.arange(5) + 0.1


def test_a_column_that_never_varied_has_its_one_value_known_or_not():
    X, y = correlated(1000)
    X = np.column_stack([X, np.full(1000, 0.7)])
    classifier = classifier_on(X, y)
    unknown = X[:5].copy()
    unknown[:, 5] = np.nan
    assert classifier.predict_proba(unknown) == pytest.approx(classifier.predict_proba(X[:5]))


def test_a_column_unknown_throughout_training_says_nothing():
    X, y = correlated(1000)
    wide = np.column_stack([X, np.full(1000, np.nan)])
    population = Population.fit(wide, y, 5, np.ones(1000))
    solution = fit_softmax(population.complete(wide), y, l2=1e-3)
    classifier = Classifier(Linear(solution.coef, solution.intercept), population)
    assert (solution.coef[:, 5] == 0).all()
    given, left_out = wide[:3].copy(), wide[:3]
    given[:, 5] = 123.0
    assert np.array_equal(classifier.predict_proba(given), classifier.predict_proba(left_out))


def test_inputs_far_outside_the_training_range_give_probabilities_still():
    X, y = correlated(500)
    far = only(np.full((1, 5), 1e9), [0, 2])
    probabilities = classifier_on(X, y).predict_proba(far)
    assert np.isfinite(probabilities).all()
    assert probabilities.sum() == pytest.approx(1.0)


def test_completing_rows_keeps_what_is_known_and_puts_conditional_means_for_the_rest():
    generator = np.random.default_rng(5)
    first = generator.normal(size=5000)
    X = np.column_stack([first, 0.9 * first + np.sqrt(0.19) * generator.normal(size=5000)])
    gappy = X.copy()
    gappy[::2, 1] = np.nan
    completed = Population.fit(gappy, np.zeros(5000, dtype=np.intp), 2, np.ones(5000)).complete(
        gappy
    )
    assert np.array_equal(completed[1::2], X[1::2])
    inner = np.abs(first[::2]) < 1.5
    assert completed[::2, 1][inner] == pytest.approx(0.9 * first[::2][inner], abs=0.15)


def test_a_population_is_stated_exactly_in_json():
    X, y = correlated(300)
    X[::3, 1] = np.nan
    population = Population.fit(X, y, 5, np.ones(300))
    stated = json.loads(json.dumps(population.encode()))
    back = Population.decode(Field(stated, "population"), 5, 5)
    assert back.encode() == stated
    assert np.array_equal(back.copula.scores.covariance, population.copula.scores.covariance)
    assert len(json.dumps(stated)) < 20_000


def test_unknown_inputs_without_a_population_are_an_error():
    classifier = Classifier(Linear(np.zeros((5, 2)), np.zeros(5)), None)
    assert classifier.predict_proba(np.zeros((1, 2))).tolist() == [[0.2] * 5]
    with pytest.raises(DataError, match="no population"):
        classifier.predict_proba(np.array([[0.0, np.nan]]))


def test_prepared_sets_do_not_pile_up(monkeypatch):
    monkeypatch.setattr("virality.model.unknown._MOST_PLANS", 3)
    X, y = correlated(300)
    classifier = classifier_on(X, y)
    for column in range(5):
        classifier.predict_proba(only(X[:1], [column]))
    assert len(classifier.marginal._plans) <= 3


@pytest.mark.parametrize(("size", "dimensions"), [(128, 1), (128, 7), (64, 14)])
def test_nodes_have_the_moments_of_a_standard_gaussian(size, dimensions):
    nodes = normal_nodes(size, dimensions)
    assert nodes.mean(axis=0) == pytest.approx(np.zeros(dimensions), abs=1e-12)
    assert (nodes**2).mean(axis=0) == pytest.approx(np.ones(dimensions), abs=1e-12)


@pytest.mark.parametrize("dimensions", [3, 10, 30])
def test_what_depends_on_the_first_coordinates_most_is_averaged_well(dimensions):
    """Shares below a plane, its coordinates mattering less and less, against independent draws."""
    generator = np.random.default_rng(0)
    planes = generator.normal(size=(500, dimensions)) * 0.5 ** np.arange(dimensions)
    planes /= np.linalg.norm(planes, axis=1, keepdims=True)

    def error(nodes):
        return np.abs((nodes @ planes.T < 0.7).mean(axis=0) - NormalDist().cdf(0.7)).mean()

    independent = [error(generator.normal(size=(128, dimensions))) for _ in range(20)]
    assert error(normal_nodes(128, dimensions)) < np.mean(independent) / 2


@needs_data
def test_on_the_reference_data_partial_inputs_do_as_well_as_refitted_models():
    """Mean ratio to a refit, over the named sets and 40 random ones; never above the prior."""
    document = json.loads(TRAINING_FILE.read_text())
    names = document["featureNames"]
    X, test = (np.array(document[part]["features"], float) for part in ("trainSet", "testSet"))
    y, actual = (np.array(document[part]["labels"]) - 1 for part in ("trainSet", "testSet"))
    weight, scaling = np.ones(len(X)), measure(X, np.ones(len(X)))
    rows = Rows(X, y, weight, np.arange(5))
    solution = solve(rows, scaling=scaling, penalty=np.full(15, 5e-6), tol=1e-6, raw=False)
    population = Population.fit(X, y, 5, weight)
    classifier = Classifier(Linear(solution.coef, solution.intercept), population)
    before = ["durationSeconds", "hashtagCount", "hasTrendingSound", "captionLength",
              "hasFollowerData", "followerTier", "weekdayPosted", "hourPosted"]  # fmt: skip
    like = ["likeRate", "durationSeconds", "hashtagCount", "captionLength"]
    sets = [[names.index(name) for name in chosen]
            for chosen in (before, [*before, "saveRate"], ["likeRate"], like)]  # fmt: skip
    generator = np.random.default_rng(0)
    sets += [sorted(generator.choice(15, 8, replace=False)) for _ in range(40)]
    ratios = []
    for known in sets:
        part = Rows(X[:, known], y, weight, np.arange(5))
        refit = solve(part, scaling=measure(part.X, weight), penalty=np.full(len(known), 5e-6),
                      tol=1e-6, raw=False)  # fmt: skip
        theirs = log_loss(softmax(test[:, known] @ refit.coef.T + refit.intercept), actual)
        ours = log_loss(classifier.predict_proba(only(test, known)), actual)
        assert ours < 1.552
        ratios.append(ours / theirs)
    assert np.mean(ratios[:4]) <= 1.05
    assert np.mean(ratios) <= 1.05

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from virality.model.cumulative import _evaluate, _problem, fit_sets


def ordered_data(rows, seed, classes=5, width=2):
    """Columns (width, rows) and classes drawn from proportional odds."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(width, rows))
    line = np.arange(1, width + 1) @ X + generator.logistic(size=rows)
    y = np.searchsorted(np.quantile(line, np.arange(1, classes) / classes), line, side="right")
    return X, y.astype(np.intp)


@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(1, 3))
@settings(deadline=None)
def test_gradient_and_hessian_are_those_of_differences(seed, classes, width):
    X, y = ordered_data(40, seed, classes, width)
    X[0, seed % 40] = np.nan
    problem, start = _problem(X[None], y)
    at = start + np.random.default_rng(seed).normal(size=start.shape) * 0.1
    at[0, width:] = np.sort(at[0, width:]) + 0.3 * np.arange(classes - 1)
    point = _evaluate(problem, at)
    for place in range(at.shape[1]):
        step = np.zeros_like(at)
        step[0, place] = 1e-5
        up, down = _evaluate(problem, at + step), _evaluate(problem, at - step)
        slope = (up.loss - down.loss) / 2e-5
        assert point.gradient[:, place] == pytest.approx(slope, abs=1e-5, rel=1e-5)
        bend = (up.gradient - down.gradient) / 2e-5
        assert point.hessian[:, place] == pytest.approx(bend, abs=1e-4, rel=1e-5)


def log_likelihood(parameters, X, y, classes):
    """Written out, row by row."""
    cuts = [-np.inf, *parameters[len(X) :], np.inf]
    line = parameters[: len(X)] @ X
    upper = 1 / (1 + np.exp(-(np.array(cuts)[y + 1] - line)))
    lower = 1 / (1 + np.exp(-(np.array(cuts)[y] - line)))
    return np.log(upper - lower).sum()


def test_the_optimum_is_that_of_a_general_minimiser():
    X, y = ordered_data(300, 1)
    fits = fit_sets(X[None], y, steps=40)
    start = np.concatenate([np.zeros(2), [-1.0, 0.0, 1.0, 2.0]])
    best = optimize.minimize(lambda at: -log_likelihood(at, X, y, 5), start, tol=1e-10)
    assert fits.slope[0] == pytest.approx(best.x[:2], abs=1e-4)
    shares = np.bincount(y) / len(y)
    null = -(np.bincount(y) * np.log(shares)).sum()
    assert fits.explained[0] == pytest.approx(1 - best.fun / null, abs=1e-3)


def test_each_set_is_fitted_as_if_it_were_alone():
    X, y = ordered_data(200, 2, width=3)
    sets = np.array([[0, 1], [1, 2], [0, 2]])
    together = fit_sets(X[sets], y, steps=15)
    for place, chosen in enumerate(sets):
        alone = fit_sets(X[chosen][None], y, steps=15)
        assert together.slope[place] == pytest.approx(alone.slope[0])


def test_rows_with_an_unknown_column_do_not_count():
    X, y = ordered_data(200, 3)
    holed = X.copy()
    holed[1, 150:] = np.nan
    assert fit_sets(holed[None], y, steps=20).slope[0] == pytest.approx(
        fit_sets(X[None, :, :150], y[:150], steps=20).slope[0]
    )


def test_where_a_sum_gives_back_every_class_the_fit_finds_such_a_sum():
    generator = np.random.default_rng(4)
    X = generator.exponential(size=(3, 2000))
    line = np.array([1.0, 2.0, 3.0]) @ X
    y = np.searchsorted(np.quantile(line, [0.25, 0.5, 0.75, 0.9]), line, side="right")
    fits = fit_sets(X[None], y, steps=40)
    assert fits.explained[0] > 0.9999
    assert fits.slope[0] / fits.slope[0][0] == pytest.approx([1, 2, 3], rel=0.01)


@pytest.mark.parametrize("column", [np.zeros(50), np.ones(50), np.full(50, np.nan)])
def test_a_column_that_says_nothing_explains_nothing(column):
    y = np.arange(50) % 5
    assert fit_sets(column[None, None], y, steps=5).explained[0] == pytest.approx(0.0, abs=1e-3)

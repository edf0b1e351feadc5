import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.softmax import softmax
from virality.model.tilt import fit_tilt


def tilted(offset, scores, tilt):
    return softmax(offset + scores @ tilt[:, :-1].T + tilt[:, -1])


@given(st.integers(0, 10**6))
def test_without_a_ridge_the_means_asked_for_are_met(seed):
    """Targets taken from a hidden tilt are reproduced by the tilt that is found."""
    generator = np.random.default_rng(seed)
    offset, scores = generator.normal(size=(80, 3)), generator.normal(size=(80, 2))
    P = tilted(offset, scores, generator.normal(size=(3, 3)))
    target = P.T @ np.column_stack([scores, np.ones(80)]) / 80
    found = tilted(offset, scores, fit_tilt(offset, scores, target, ridge=1e-9))
    means = found.T @ np.column_stack([scores, np.ones(80)]) / 80
    assert means == pytest.approx(target, abs=1e-3)


def test_a_target_that_holds_already_needs_no_tilt():
    offset, scores = np.zeros((40, 2)), np.linspace(-1, 1, 40)[:, None]
    target = np.array([[0.0, 0.5], [0.0, 0.5]])
    assert np.abs(fit_tilt(offset, scores, target, ridge=0.1)).max() < 1e-6


def test_a_strong_ridge_leaves_the_probabilities_as_they_are():
    generator = np.random.default_rng(1)
    offset, scores = generator.normal(size=(40, 3)), generator.normal(size=(40, 2))
    target = np.array([[0.0, 0.0, 0.8], [0.0, 0.0, 0.1], [0.0, 0.0, 0.1]])
    tilt = fit_tilt(offset, scores, target, ridge=1e6)
    assert tilted(offset, scores, tilt) == pytest.approx(softmax(offset), abs=1e-3)


def test_steps_that_overshoot_are_halved():
    """Far from the target, where the probabilities are all but certain, full steps overshoot."""
    offset = np.column_stack([np.full(30, 9.0), np.full(30, -9.0)])
    scores = np.linspace(-2, 2, 30)[:, None]
    target = np.array([[0.3, 0.1], [-0.3, 0.9]])
    found = tilted(offset, scores, fit_tilt(offset, scores, target, ridge=1e-6))
    assert found.mean(axis=0) == pytest.approx([0.1, 0.9], abs=0.02)

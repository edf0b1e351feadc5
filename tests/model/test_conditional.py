"""Nodes that stand for unknown inputs are settled by numbers, not by who decomposes them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.conditional import _factor

ROUND_OFF = 1e-14


def problem(seed, width, moving):
    """A covariance (d, d), and slopes (d, 40) of which some columns move nothing."""
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(width, width + 3))
    slopes = generator.normal(size=(width, 3)) @ generator.normal(size=(3, 40))
    slopes[moving:] = 0.0
    return root @ root.T / width, slopes


def blurred(values, generator):
    noise = 1.0 + ROUND_OFF * generator.normal(size=values.shape)
    changed = values * noise
    return (changed + changed.T) / 2 if values.shape[0] == values.shape[1] else changed


@given(seed=st.integers(0, 10**6), width=st.integers(1, 12), share=st.floats(0, 1))
def test_another_round_off_gives_the_same_nodes(seed, width, share):
    residual, slopes = problem(seed, width, round(share * width))
    generator = np.random.default_rng(seed)
    again = _factor(blurred(residual, generator), blurred(slopes, generator))
    assert np.abs(_factor(residual, slopes) - again).max() < 1e-7


@given(seed=st.integers(0, 10**6), width=st.integers(1, 12), share=st.floats(0, 1))
def test_the_factor_is_one_of_the_covariance(seed, width, share):
    residual, slopes = problem(seed, width, round(share * width))
    factor = _factor(residual, slopes)
    assert factor @ factor.T == pytest.approx(residual, abs=1e-9)


def test_the_first_coordinate_moves_the_answer_most():
    residual, slopes = problem(1, 6, 6)
    moved = ((_factor(residual, slopes).T @ slopes) ** 2).sum(axis=1)
    assert moved[:3] == pytest.approx(np.sort(moved)[::-1][:3])
    assert moved[3:] == pytest.approx(0, abs=1e-12)
    assert moved[0] > 2 * moved[2]


def test_signs_of_a_decomposition_do_not_matter(monkeypatch):
    residual, slopes = problem(2, 5, 4)
    expected = _factor(residual, slopes)
    decomposed = np.linalg.svd

    def turned(*given, **kind):
        left, sizes, right = decomposed(*given, **kind)
        return -left, sizes, -right

    monkeypatch.setattr(np.linalg, "svd", turned)
    assert _factor(residual, slopes) == pytest.approx(expected)

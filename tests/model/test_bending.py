"""Cells of ordered tiers over nodes, compiled: what each pass does to them by itself."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="Numba is not installed")

from virality.model.bending import mix


def test_mixed_cells_sum_to_one_whatever_their_rounding_was():
    cells = np.array([[0.2, 0.5], [0.3, 0.1], [0.4, 0.3]])
    mix(cells, np.array([0.5, 0.25, 0.25]), 0.1, np.empty(2))
    expected = 0.9 * np.array([[0.2, 0.5], [0.3, 0.1], [0.4, 0.3]]) + [[0.05], [0.025], [0.025]]
    assert cells == pytest.approx(expected / expected.sum(axis=0), rel=1e-14)

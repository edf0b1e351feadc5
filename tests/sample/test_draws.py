"""The streams of random numbers."""

import numpy as np
import pytest
from scipy import stats

from virality.errors import OptionError
from virality.sample.draws import Draws

DRAWS = Draws(3, "test")


def test_a_stream_is_fixed_by_seed_realm_and_name_alone() -> None:
    """The same three give the same numbers, and another of any gives others."""
    first = DRAWS.uniform("a", 5)
    assert np.array_equal(first, Draws(3, "test").uniform("a", 5))
    for other in (Draws(4, "test"), Draws(3, "tess")):
        assert not np.array_equal(first, other.uniform("a", 5))
    assert not np.array_equal(first, DRAWS.uniform("b", 5))


def test_the_stream_never_changes() -> None:
    """The first uniforms of a named stream are these on every platform, for ever."""
    expected = [0.5740737830, 0.3035986962, 0.1416012772]
    assert DRAWS.uniform("a", 3) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kind", ["uniform", "normal", "logistic"])
def test_a_longer_draw_begins_with_the_shorter(kind) -> None:
    """Asking for more changes nothing of what came first, and the law is the one named."""
    draw = getattr(DRAWS, kind)
    assert np.array_equal(draw("a", 20), draw("a", 4000)[:20])
    law = {"uniform": "uniform", "normal": "norm", "logistic": "logistic"}[kind]
    assert stats.kstest(draw("a", 4000), law).pvalue > 0.01


def test_picks_follow_their_weights() -> None:
    """Each position comes as often as its weight says."""
    picked = DRAWS.pick("pick", (3, 0, 1), 8000)
    assert np.bincount(picked, minlength=3) / 8000 == pytest.approx([0.75, 0, 0.25], abs=0.02)


def test_whole_numbers_stay_below_their_limits() -> None:
    """All numbers below the limit occur, and no other."""
    assert set(DRAWS.below("below", 3, 200).tolist()) == {0, 1, 2}


@pytest.mark.parametrize("seed", [-1, 0.5, "0", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed) -> None:
    """The error names the option."""
    with pytest.raises(OptionError, match=r"^seed: "):
        Draws(seed, "test")

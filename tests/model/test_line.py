"""How far to go along a direction: a step has to help, and by more than noise."""

import numpy as np

from virality.model.line import Ruler, Slope, go


def flat(gradient_there):
    """Fall by 1e-15 at any step, with a gradient at the end that is as said."""

    def evaluate(x):
        moved = bool(x.any())
        return Slope(x, -1e-15 * moved, np.array([gradient_there if moved else -1e-15]))

    return evaluate


def bowl(x):
    return Slope(x, float(x @ x), 2 * x)


def unasked(_):
    raise AssertionError("a decrease that is clear does not depend on noise")


def test_a_decrease_within_the_noise_is_none_unless_the_gradient_falls():
    for there, taken in ((-1e-15, False), (-2e-15, False), (-1e-16, True)):
        evaluate = flat(there)
        found = go(evaluate, evaluate(np.zeros(1)), np.ones(1), Ruler(resolution=1e-12))
        assert (found is not None) == taken


def test_a_decrease_beyond_the_noise_is_one_however_small():
    evaluate = flat(-2e-15)
    assert go(evaluate, evaluate(np.zeros(1)), np.ones(1), Ruler(resolution=1e-16)) is not None


def test_what_cannot_be_resolved_is_asked_only_where_a_decrease_is_small():
    found = go(bowl, bowl(np.ones(2)), -np.ones(2), Ruler(movement=unasked))
    assert found.value == 0


def test_a_step_too_far_is_halved_until_it_helps():
    found = go(bowl, bowl(np.ones(1)), np.array([-6.0]), Ruler())
    assert found.x.tolist() == [-0.5]
    assert go(bowl, bowl(np.ones(1)), np.array([-6.0]), Ruler(), halvings=2) is None


def test_uphill_no_step_helps():
    assert go(bowl, bowl(np.ones(1)), np.array([1.0]), Ruler()) is None

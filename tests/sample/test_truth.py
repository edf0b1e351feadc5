"""The truth behind the records: exact chances, and effects of known size."""

import numpy as np
import pytest
from scipy import stats

from virality.errors import OptionError
from virality.sample import EFFECTS, make_sample
from virality.sample.truth import shown

VIDEOS = 20_000


@pytest.fixture(scope="module")
def truth():
    """Return the truth of a large sample."""
    return make_sample(VIDEOS, seed=5).truth


@pytest.fixture(scope="module")
def cuts(truth):
    """Return thresholds at the quantiles that cut tiers; two views lie on a threshold."""
    return np.quantile(truth.views, [0.25, 0.5, 0.75, 0.9])


def _tiers(truth, cuts):
    return np.searchsorted(cuts, truth.views, side="right")


def test_probabilities_are_probabilities(truth, cuts) -> None:
    """Five for each video, none negative, one in sum."""
    chances = truth.tier_probabilities(cuts)
    assert chances.shape == (VIDEOS, 5)
    assert chances.min() >= 0
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-12)


def test_each_tier_holds_the_share_that_the_truth_expects(truth, cuts) -> None:
    """Observed and expected numbers differ by less than four standard errors in every tier."""
    chances = truth.tier_probabilities(cuts)
    observed = np.bincount(_tiers(truth, cuts), minlength=5)
    spread = np.sqrt((chances * (1 - chances)).sum(axis=0))
    assert np.all(np.abs(observed - chances.sum(axis=0)) < 4 * spread)


@pytest.mark.parametrize("tier", range(5))
def test_the_truth_is_calibrated_by_deciles(truth, cuts, tier) -> None:
    """Where the truth says 30 %, 30 % of the videos end in the tier: chi-squared by decile."""
    chance = truth.tier_probabilities(cuts)[:, tier]
    hit = _tiers(truth, cuts) == tier
    groups = np.array_split(np.argsort(chance), 10)
    score = [
        (hit[g].sum() - chance[g].sum()) ** 2 / (chance[g] * (1 - chance[g])).sum() for g in groups
    ]
    assert stats.chi2.sf(sum(score), len(score)) > 1e-3


@pytest.mark.parametrize("views", [1.5, 800, 9_999.5, 10_000, 12_345, 999_950, 1e6, 1_250_000.0])
def test_chances_see_the_rounding_of_the_site(truth, views) -> None:
    """`at_least` counts shown views, so any threshold is exact, on the steps and between them."""
    chance = truth.at_least(views)
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert abs((truth.views >= views).sum() - chance.sum()) < 4 * spread + 1e-9


def test_every_video_has_a_view_and_none_has_more_than_a_site_can_count(truth) -> None:
    """At least one view is certain; three thousand million are impossible."""
    assert truth.at_least(1).min() == 1
    assert truth.at_least(3e9).max() == 0
    assert truth.views.min() >= 1


def test_quantiles_bound_the_share_they_name(truth) -> None:
    """A tenth, half and nine tenths of the views lie at or below their true quantiles."""
    levels = [0.1, 0.5, 0.9]
    below = truth.views[:, None] <= truth.quantiles(levels)
    assert below.mean(axis=0) == pytest.approx(levels, abs=0.015)
    with pytest.raises(OptionError, match=r"^levels: "):
        truth.quantiles([0.5, 1.0])


def test_quantiles_invert_the_chances(truth) -> None:
    """The chance of at least a quantile is what lies above it, up to the site's rounding."""
    median = truth.quantiles([0.5])[:, 0]
    chance = np.array([truth.of([str(truth.video_id[k])]).at_least(median[k]) for k in range(50)])
    assert np.all(chance[median[:50] > 100] == pytest.approx(0.5, abs=0.03))


def test_effects_have_their_stated_sizes(truth) -> None:
    """Least squares on the content finds every effect, as a multiple of its size, at 1."""
    named = [k for k, size in enumerate(EFFECTS.values()) if size]
    design = np.column_stack([truth.parts[:, named], np.ones(VIDEOS)])
    residual = np.log(truth.views) - truth.level
    found, *_ = np.linalg.lstsq(design, residual, rcond=None)
    assert found[:-1] == pytest.approx(1, abs=0.15)


def test_emoji_have_no_effect(truth) -> None:
    """One effect is nothing at all, so that a model can be seen to find nothing."""
    assert truth.effects["emoji"] == 0
    assert not truth.parts[:, list(truth.effects).index("emoji")].any()


def test_truth_of_chosen_videos_keeps_their_order(truth) -> None:
    """`of` looks up by the records' own ids; an unknown one is refused."""
    ids = [str(truth.video_id[k]) for k in (7, 3)]
    chosen = truth.of(ids)
    assert chosen.views.tolist() == truth.views[[7, 3]].tolist()
    assert chosen.location == pytest.approx(truth.location[[7, 3]])
    with pytest.raises(OptionError, match=r"'12' is not in the sample"):
        truth.of(["12"])


@pytest.mark.parametrize(
    "thresholds",
    [
        [1, 2, 3],
        [1, 2, 2, 3],
        [4, 3, 2, 1],
        [1, 2, 3, float("nan")],
        [1, 2, 3, float("inf")],
    ],
)
def test_thresholds_without_meaning_are_refused(truth, thresholds) -> None:
    """Four finite ascending numbers, or an error that says so."""
    with pytest.raises(OptionError, match=r"^thresholds: "):
        truth.tier_probabilities(thresholds)


def test_counts_are_shown_by_their_leading_digits() -> None:
    """Below ten thousand every digit, then hundreds, then hundreds of thousands, cut off."""
    counts = np.array([0, 9_999.9, 12_399, 999_999, 1_299_999, 2_345_678_901])
    assert shown(counts).tolist() == [0, 9_999, 12_300, 999_900, 1_200_000, 2_300_000_000]

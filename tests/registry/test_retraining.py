import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
import pytest

from virality.errors import DataError, OptionError, OutputError
from virality.evaluation.intervals import Difference, difference_of
from virality.registry.contest import Change, Contest
from virality.registry.folder import Registry
from virality.registry.retraining import retrain
from worlds import sample

WEAK = {"schema": "reference-15", "moment": "before"}


@cache
def dated():
    """Records that tell when they were posted, and the time by which 45 % were."""
    records = [one for one in sample().records if isinstance(one.get("createTime"), int)]
    return records, float(np.quantile([one["createTime"] for one in records], 0.45))


def earlier():
    records, cut = dated()
    return [one for one in records if one["createTime"] < cut]


def shuffled():
    """All records, the counts of each being those of another."""
    records, _ = dated()
    order = np.random.default_rng(0).permutation(len(records))
    return [
        {**one, "playCount": records[k]["playCount"]} for one, k in zip(records, order, strict=True)
    ]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A registry whose first model is of the earlier records."""
    registry = Registry(tmp_path_factory.mktemp("begun"))
    retrain(earlier(), registry)
    return registry


@pytest.fixture
def registry(begun, tmp_path):
    """The same, to be changed."""
    copy = Registry(tmp_path / "models")
    first = begun.listed()[0]
    version = copy.keep("versions", first.load(), {"reason": "first", "verdict": None})
    copy.serve(version)
    return copy


def test_the_first_model_serves_with_its_evaluation(begun):
    first = begun.serving()
    assert first.number == 1
    assert first.entry["reason"] == "the first model of the registry"
    assert first.load().evaluation["metrics"]["n"] > 100


def test_a_tie_keeps_the_model_that_serves_byte_for_byte(registry):
    before = registry.model.read_bytes()
    done = retrain(earlier(), registry)
    assert not done.promoted
    assert done.contest.difference.mean == 0.0
    assert "not clearly better" in done.line
    assert registry.model.read_bytes() == before
    assert done.version.folder.parent.name == "rejected"
    assert done.version.load().score({}).score > 0
    stated = json.loads(json.dumps(done.to_dict(), allow_nan=False))
    assert stated["contest"]["rows"] == done.contest.rows >= 200
    assert stated["before"] == 1


def test_both_are_judged_on_videos_later_than_all_that_trained_either(registry):
    serving = registry.serving().load()
    done = retrain(dated()[0], registry)
    candidate = done.version.load()
    assert done.contest.posted[0] > serving.artefact.data["last_posted"]
    assert done.contest.posted[0] >= candidate.artefact.data["last_posted"]
    assert candidate.artefact.thresholds.tolist() == serving.artefact.thresholds.tolist()


def test_a_better_candidate_is_promoted_and_can_be_rolled_back(tmp_path):
    registry = Registry(tmp_path)
    first = retrain(earlier(), registry, **WEAK).version
    done = retrain(dated()[0], registry, schema="creator-1")
    assert done.promoted
    assert done.contest.p < 0.05
    assert done.contest.difference.high < 0
    assert registry.serving() == done.version
    assert done.version.entry["replaced"] == first.number
    assert (
        registry.model.read_bytes() == done.version.model.read_bytes() != first.model.read_bytes()
    )


def test_a_candidate_of_shuffled_outcomes_is_rejected(registry):
    before = registry.model.read_bytes()
    done = retrain(shuffled(), registry)
    assert not done.promoted
    assert "no better than the tiers' shares" in done.line
    assert registry.model.read_bytes() == before


def test_a_candidate_with_a_leaked_feature_is_refused_before_it_is_fitted(registry):
    before = registry.model.read_bytes()
    leaked = [{**one, "hint": one["playCount"]} for one in dated()[0]]
    done = retrain(leaked, registry, features=("hint:content",))
    assert not done.promoted
    assert done.run is None
    assert "hint" in done.version.entry["reason"]
    assert done.version.entry["sha256"] is None
    assert registry.model.read_bytes() == before


def hinted():
    """Records with a column that tells the final views but for noise, alike in each scrape."""
    truth = sample().truth
    noise = np.random.default_rng(0).normal(scale=0.5, size=len(truth.views))
    told = dict(zip(map(str, truth.video_id), np.log1p(truth.views) + noise, strict=True))
    return [{**one, "hint": told.get(one.get("id"))} for one in dated()[0]]


def test_a_new_input_that_tells_too_much_serves_only_if_a_person_knows_why(registry):
    before, leaked, features = registry.model.read_bytes(), hinted(), ("hint:content",)
    done = retrain(leaked, registry, features=features)
    assert not done.promoted
    assert done.contest.difference.high < 0
    assert "suspected of a leak: hint alone has a rank correlation" in done.line
    assert registry.model.read_bytes() == before
    assert retrain(leaked, registry, features=features, trusted=("hint",)).promoted


def test_what_came_before_a_day_neither_trains_nor_judges(registry):
    middle = datetime.fromtimestamp(dated()[1], UTC).date()
    done = retrain(dated()[0], registry, since=middle)
    data = done.version.load().artefact.data
    assert data["first_posted"] >= str(middle)
    assert done.run.rows.features[:, done.run.rows.names.index("history_count")].max() > 5


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"outcome": "author_multiple"}, OptionError, "another registry"),
        ({"moment": "after"}, OptionError, "another registry"),
        ({"min_age": "10d"}, OptionError, "another registry"),
        ({"since": date(2031, 1, 1)}, DataError, "no video was posted"),
        ({"split": "random"}, OptionError, "judged on the latest videos"),
        ({"trusted": ("nonsense",)}, OptionError, "none of the inputs"),
        ({"trusted": ("history_levle",)}, OptionError, "did you mean history_level"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(registry, changes, error, said):
    with pytest.raises(error, match=said):
        retrain(dated()[0], registry, **changes)
    assert registry.listed("rejected") == ()


def test_too_few_later_videos_are_an_error_that_says_so(registry):
    with pytest.raises(DataError, match="200 are needed"):
        retrain(earlier()[:600], registry)


def test_a_second_retraining_at_once_is_refused(registry):
    with registry.locked(), pytest.raises(OutputError, match="another process"):
        retrain(earlier(), registry)


def change(low, *, counts=True):
    return Change("followers", "under 10,000", 90, Difference(low + 0.1, low, low + 0.2), counts)


def contest(p=0.01, unlearned=-0.2, changes=()):
    one = Difference(-0.05, -0.1, -0.01)
    other = Difference(unlearned, unlearned - 0.1, unlearned + 0.1)
    return Contest(300, ("2025-01-01", "2025-02-01"), {}, {}, one, p, other, changes)


def test_each_objection_alone_is_enough():
    assert contest().objections == ()
    assert len(contest(p=0.05).objections) == 1
    assert len(contest(unlearned=-0.1).objections) == 1
    assert len(contest(changes=(change(0.001),)).objections) == 1
    assert len(replace(contest(), striking=("hint tells it",)).objections) == 1
    assert "worse for followers: under 10,000" in contest(changes=(change(0.001),)).objections[0]


def test_a_change_that_may_be_chance_or_that_is_told_only_is_no_objection():
    assert contest(changes=(change(-0.001), change(0.3, counts=False))).objections == ()


@pytest.mark.parametrize("centre", [-0.2, -0.05, 0.0, 0.1])
def test_the_probability_is_that_of_a_normal_mean(centre):
    apart = np.random.default_rng(2).normal(size=400)
    apart = (apart - apart.mean()) / apart.std() + centre
    found, p = difference_of(apart)
    from statistics import NormalDist

    assert found.mean == pytest.approx(centre)
    assert p == pytest.approx(NormalDist().cdf(centre * 20), abs=0.04)

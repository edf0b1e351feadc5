"""The whole way from records to an evaluated model: what is chosen where, and what is stated."""

import numpy as np
import polars as pl
import pytest

import virality
from virality.errors import DataError, OptionError
from virality.evaluation.metrics import measure
from virality.labels import quantile_thresholds, tier_of
from virality.model.softmax import softmax
from virality.records import read_records
from virality.sample import make_sample
from virality.training.settings import Settings, settings_with
from virality.training.train import prepare, run
from worlds import sample, trained


def reference(**changes):
    """Settings for the fifteen features of the reference system."""
    return Settings(schema="reference-15", **changes)


def table(rows=400, seed=0, **columns):
    """A made-up table of videos whose views grow with their duration."""
    generator = np.random.default_rng(seed)
    duration = generator.uniform(5, 170, size=rows)
    views = np.exp(duration / 30 + generator.normal(size=rows)).round() + 1
    start = 1_700_000_000
    return pl.DataFrame(
        {
            "video_id": [f"v{number}" for number in range(rows)],
            "created_at": [start + 3600 * number for number in range(rows)],
            "duration_seconds": duration,
            "views": views,
            **columns,
        }
    )


def test_what_happened_to_the_test_videos_changes_nothing_of_the_model():
    """Thresholds, penalty, population and weights come from the training part alone."""
    frame = table()
    altered = frame.with_columns(
        pl.when(pl.int_range(pl.len()) >= 300).then(pl.col("views") * 1000 + 7).otherwise("views")
        .alias("views")
    )  # fmt: skip
    first, second = run(frame, reference()), run(altered, reference())
    assert np.array_equal(
        first.scorer.artefact.classifier.coef, second.scorer.artefact.classifier.coef
    )
    assert np.array_equal(first.scorer.artefact.thresholds, second.scorer.artefact.thresholds)
    assert first.scorer.artefact.classifier.population.encode() == (
        second.scorer.artefact.classifier.population.encode()
    )
    assert first.scorer.evaluation["metrics"] != second.scorer.evaluation["metrics"]


def test_the_evaluation_is_what_the_predictions_say():
    done = trained()
    test = done.predictions().filter(split="test")
    P = test.select("p1", "p2", "p3", "p4", "p5").to_numpy()
    outcome = done.rows.outcome[np.sort(done.split.test)]
    found = measure(P, test["tier"].to_numpy(), outcome)
    stated = done.scorer.evaluation["metrics"]
    assert found.log_loss == pytest.approx(stated["log_loss"])
    assert found.accuracy == stated["accuracy"]
    assert found.spearman == pytest.approx(stated["spearman"])


def test_tiers_are_cut_at_quantiles_of_the_training_part():
    done = trained()
    thresholds = quantile_thresholds(done.rows.outcome[done.split.train])
    assert np.array_equal(done.scorer.artefact.thresholds, thresholds)
    assert np.array_equal(done.tiers, tier_of(done.rows.outcome, thresholds))


def test_the_baselines_are_what_they_are_called():
    done = trained()
    shares = np.bincount(done.tiers[done.split.train], minlength=6)[1:] / len(done.split.train)
    actual = done.tiers[done.split.test]
    stated = done.scorer.evaluation["baselines"]
    assert stated["prior"]["log_loss"] == pytest.approx(-np.log(shares[actual - 1]).mean())
    assert stated["majority"]["accuracy"] == (actual == shares.argmax() + 1).mean()
    assert stated["majority"]["log_loss"] is None


def test_a_baseline_of_what_is_known_of_no_video_is_left_out():
    frame = virality.read_records(sample(900).records).with_columns(
        followers=pl.lit(None, pl.Int64)
    )
    evaluation = virality.train(frame).evaluation
    assert "followers" not in evaluation["baselines"]
    assert "account_history" in evaluation["baselines"]
    assert any("followers" in note for note in evaluation["notes"])


def test_the_model_beats_its_baselines_on_the_sample():
    evaluation = trained().scorer.evaluation
    low, high = evaluation["intervals"]["log_loss"]
    assert low < evaluation["metrics"]["log_loss"] < high
    assert high < evaluation["baselines"]["prior"]["log_loss"]
    assert high < evaluation["baselines"]["reference_recipe"]["log_loss"]


def test_the_same_seed_gives_the_same_model_bit_for_bit():
    records = list(sample().records)
    first, second = (run(records, reference(seed=5, split="random")) for _ in range(2))
    assert np.array_equal(first.probabilities, second.probabilities)
    assert np.array_equal(first.split.test, second.split.test)


def test_one_snapshot_of_each_video_trains_and_the_parts_add_up():
    done, counts = trained(), sample().counts
    accounting = done.examples.accounting
    parts = (accounting.rejected, accounting.duplicates, accounting.filtered,
             accounting.immature, accounting.snapshots, accounting.unseen,
             accounting.used)  # fmt: skip
    assert sum(parts) == accounting.read == counts["rows"]
    assert accounting.used == counts["mature"] == done.examples.videos["video_id"].n_unique()
    assert accounting.rejected == done.examples.rejections.height == counts["broken"]


def test_the_first_mature_snapshot_with_a_known_outcome_is_the_one_that_trains():
    day, start = 86_400, 1_700_000_000
    scrapes = [(1, 10.0), (8, None), (9, 50.0), (20, 70.0)]
    rows = [
        {"video_id": "a", "created_at": start, "scraped_at": start + age * day, "views": views}
        for age, views in scrapes
    ]
    examples = prepare(pl.DataFrame(rows), reference())
    assert examples.base.tolist() == [50.0]
    assert examples.accounting.snapshots == 2
    assert examples.accounting.rejected == 1


def test_balanced_class_weights_are_undone_in_the_probabilities():
    """Mean probabilities stay the tiers' shares, however the fit was weighted."""
    plain, balanced = (
        run(table(), reference(class_weight=choice)) for choice in (None, "balanced")
    )
    for done in (plain, balanced):
        train = done.split.train
        shares = np.bincount(done.tiers[train], minlength=6)[1:] / len(train)
        assert done.probabilities[train].mean(axis=0) == pytest.approx(shares, abs=0.03)
    assert not np.array_equal(
        plain.scorer.artefact.classifier.coef, balanced.scorer.artefact.classifier.coef
    )


def test_row_weights_define_the_population():
    weight = np.where(np.arange(400) % 2 == 0, 1.0, 3.0)
    done = run(table(importance=weight), reference(weight="importance"))
    train = done.split.train
    weighted = np.bincount(done.tiers[train] - 1, weights=weight[train], minlength=5)
    prior = done.scorer.artefact.classifier.population.prior
    assert prior == pytest.approx(weighted / weighted.sum())


def test_a_tier_that_no_training_video_is_of_keeps_a_little_probability():
    frame = table(
        likes=np.random.default_rng(0).uniform(0.02, 0.08, size=400),
        comments=0.0,
        shares=0.0,
        saves=0.0,
    )
    frame = frame.with_columns(likes=pl.col("likes") * pl.col("views"))
    done = run(frame, reference(outcome="wes"))
    assert set(done.tiers) == {1, 2}
    assert (done.probabilities > 0).all()
    whole = ~np.isnan(done.rows.features[:, :4]).any(axis=1)
    assert done.probabilities[whole][:, 2:].max() <= 1 / 305


def test_the_penalty_is_chosen_for_foresight_and_stated():
    certificate = trained().scorer.artefact.certificate
    assert certificate["l2_from"] == "validation"
    assert 1e-9 < certificate["l2"] < 1
    given = trained(l2=0.5).scorer.artefact.certificate
    assert (given["l2"], given["l2_from"]) == (0.5, "given")


def test_the_certificate_of_the_reference_recipe_says_that_it_stops_early():
    certificate = trained(recipe="reference").scorer.artefact.certificate
    assert certificate["converged"] is False
    assert certificate["gradient_norm"] > 1e-3
    optimum = trained(l2=1e-3).scorer.artefact.certificate
    assert certificate["objective"] > optimum["objective"]


def test_inputs_that_share_columns_with_the_outcome_are_named():
    evaluation = trained().scorer.evaluation
    assert "viewsPerFollower" in evaluation["label"]["defining_features"]
    assert any("do not foresee" in note for note in evaluation["notes"])


def test_with_the_reference_outcome_the_sample_too_has_its_label_in_three_inputs():
    evaluation = trained(outcome="wes").scorer.evaluation
    assert evaluation["label"]["rebuilt_share"] > 0.99
    assert any("Three inputs define the label" in note for note in evaluation["notes"])


def test_unknown_scrape_times_are_counted_and_said():
    done = run(table(), reference())
    assert done.examples.unknown_scrape == 400
    assert any("400 of 400 videos do not say" in note for note in done.scorer.evaluation["notes"])


def test_columns_without_a_value_are_named_and_have_no_influence():
    done = run(table(), reference())
    assert any("Nothing is known of: shareRate" in note for note in done.scorer.evaluation["notes"])
    names, coef = done.scorer.feature_names, done.scorer.artefact.classifier.coef
    assert (coef[:, names.index("shareRate")] == 0).all()
    assert (coef[:, names.index("durationSeconds")] != 0).all()


def test_without_dates_the_split_is_random_and_that_is_said():
    done = run(table().drop("created_at"), reference())
    assert done.split.kind == "random"
    assert any("split is random" in note for note in done.scorer.evaluation["notes"])
    with pytest.raises(DataError, match="--split random"):
        run(table().drop("created_at"), reference(split="time"))


def test_the_sample_s_truth_bounds_what_any_model_can_do():
    """Nothing foresees better than the generator itself; a large gain over it would be a leak."""
    done = trained()
    truth = sample().truth.of(done.examples.videos["video_id"].gather(done.split.test).to_list())
    P = truth.tier_probabilities(done.scorer.artefact.thresholds)
    tiers = done.tiers[done.split.test]
    best = -np.log(P[np.arange(len(tiers)), tiers - 1]).mean()
    assert best < done.scorer.evaluation["metrics"]["log_loss"]


def test_converged_features_recover_a_known_softmax():
    """A world that is a softmax of two features: fitted coefficients are the true ones."""
    generator = np.random.default_rng(7)
    rows = 60_000
    hashtags, hour = generator.integers(0, 31, size=rows), generator.integers(0, 24, size=rows)
    slopes = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    logits = np.outer(hashtags / 30, slopes) + np.outer(hour / 23, slopes[::-1])
    tiers = 1 + (logits + generator.gumbel(size=logits.shape)).argmax(axis=1)
    solution = virality.fit_softmax(np.column_stack([hashtags / 30, hour / 23]), tiers, l2=0.0)
    assert pytest.approx(np.array([slopes, slopes[::-1]]), abs=0.12) == solution.coef.T
    found = softmax(
        np.column_stack([hashtags / 30, hour / 23]) @ solution.coef.T + solution.intercept
    )
    assert found == pytest.approx(softmax(logits), abs=0.02)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"outcom": "views"}, "did you mean 'outcome'"),
        ({"colour": 1}, "there are: outcome"),
        ({"recipe": "secret"}, "'secret' is not a choice"),
        ({"split": "luck"}, "'luck' is not a choice"),
        ({"class_weight": "even"}, "'even' is not a choice"),
        ({"l2": float("nan")}, "l2: nan"),
        ({"outcome": "views", "thresholds": "reference"}, "no thresholds of its own"),
    ],
)
def test_a_setting_without_meaning_is_refused(changes, says):
    with pytest.raises(OptionError, match=says):
        settings_with(changes)


@pytest.mark.parametrize("values", [[1.0, -1.0], [1.0, None], [0.0, 0.0]])
def test_row_weights_that_are_none_are_refused(values):
    with pytest.raises(DataError, match="weights must be known"):
        run(table(400, importance=values * 200), reference(weight="importance"))


def test_train_takes_settings_as_a_value_or_by_name_and_writes_where_asked(tmp_path):
    frame = table()
    by_name = virality.train(
        frame, out=tmp_path / "m.json", l2=0.01, split="random", schema="reference-15"
    )
    by_value = virality.train(frame, settings=reference(split="random"), l2=0.01)
    assert np.array_equal(by_name.artefact.classifier.coef, by_value.artefact.classifier.coef)
    assert virality.load(tmp_path / "m.json").artefact.outcome == "views"


def test_few_videos_are_said_to_be_few_and_do_not_mislead_the_model():
    """On average over worlds of twenty videos the model is no worse than the tiers' shares."""
    differences = []
    for seed in range(8):
        evaluation = run(table(20, seed=seed), reference()).scorer.evaluation
        assert any("training videos are few" in note for note in evaluation["notes"])
        prior = evaluation["baselines"]["prior"]["log_loss"]
        differences.append(evaluation["metrics"]["log_loss"] - prior)
    assert np.mean(differences) < 0.1


def test_a_model_that_foresees_nothing_says_so():
    turned = pl.when(pl.int_range(pl.len()) >= 300).then(1e4 / pl.col("views"))
    notes = run(
        table().with_columns(views=turned.otherwise("views")), reference()
    ).scorer.evaluation["notes"]
    assert any("no better than the tiers' shares" in note for note in notes)


def test_tiers_without_videos_have_a_little_share_when_nothing_is_known():
    frame = table(6).with_columns(views=pl.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    done = run(frame, reference(split="random"))
    assert all(share > 0 for share in done.scorer.score({}).tier_probabilities)


def test_split_by_author_no_account_stands_on_both_sides():
    done = trained(split="author")
    sides = [set(done.examples.authors[rows]) for rows in (done.split.train, done.split.test)]
    assert not sides[0] & sides[1]
    assert len(done.split.test) / len(done.tiers) == pytest.approx(0.25, abs=0.05)
    assert done.scorer.evaluation["split"]["kind"] == "author"
    with pytest.raises(DataError, match="authors of most videos are unknown"):
        run(table(), reference(split="author"))


def test_an_undated_training_video_does_not_see_what_became_of_test_videos():
    frame = read_records(make_sample(900).records)
    some = pl.int_range(pl.len()) % 10 != 0
    undated = frame.with_columns(pl.when(some).then("created_at").alias("created_at"))
    first = run(undated, Settings())
    test = first.examples.videos["video_id"].gather(first.split.test)
    altered = undated.with_columns(
        pl.when(pl.col("video_id").is_in(test.implode()))
        .then(1e9)
        .otherwise("views")
        .alias("views")
    )
    second = run(altered, Settings())
    kept = [done.rows.features[done.split.train] for done in (first, second)]
    assert np.array_equal(*kept, equal_nan=True)


def test_row_weights_have_no_scale_of_their_own():
    frame = read_records(make_sample(900).records)
    scores = [
        run(frame.with_columns(w=pl.lit(size)), Settings(weight="w"))
        .scorer.score({"followers": 5000, "duration_seconds": 10})
        .score
        for size in (1e-3, 1.0, 1e3)
    ]
    assert scores == pytest.approx([scores[1]] * 3, rel=1e-9)


def test_the_order_of_records_does_not_matter():
    frame = read_records(make_sample(900).records).with_columns(
        pl.col("created_at").dt.truncate("1d")
    )
    first, second = (
        run(one, Settings()).scorer.evaluation["metrics"]["log_loss"]
        for one in (frame, frame.sample(fraction=1.0, shuffle=True, seed=1))
    )
    assert first == pytest.approx(second, rel=1e-9)

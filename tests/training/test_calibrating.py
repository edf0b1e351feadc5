from dataclasses import replace

import numpy as np
import pytest

from virality.errors import DataError
from virality.model.classifier import Classifier
from virality.model.linear import Linear
from virality.training.calibrating import calibration
from virality.training.labelled import Labelled, Task
from virality.training.settings import Settings

STEPS = np.arange(-2.0, 3.0)


def task(rows=2000, slope=1.0, drift=0.0):
    """Tiers that climb with one feature, and over time; forty accounts."""
    generator = np.random.default_rng(0)
    x, late = generator.normal(size=rows), np.linspace(-1, 1, rows)
    logits = np.outer(slope * x + drift * late, STEPS)
    tiers = (logits + generator.gumbel(size=logits.shape)).argmax(axis=1) + 1
    return Task(
        Labelled(
            names=("x",),
            features=x[:, None],
            filled=x[:, None],
            tiers=tiers,
            outcome=tiers.astype(float),
            weight=np.ones(rows),
            seconds=np.arange(rows) * 3600.0,
            authors=np.arange(rows) % 40,
        ),
        None,
        None,
    )


class Fitting:
    """A way of fitting that always gives the same classifier, and keeps what it was given."""

    def __init__(self, slope=1.0):
        self.classifier = Classifier(Linear(STEPS[:, None] * slope, np.zeros(5)), None)
        self.rows = None

    def __call__(self, part):
        self.rows = part.rows
        return self.classifier


def test_a_fit_that_is_too_sure_is_made_less_sure():
    found, evidence = calibration(task(), Settings(split="time"), Fitting(slope=3.0))
    assert found.slope == pytest.approx(np.full(5, 1 / 3), abs=0.08)
    assert evidence["kind"] == "temperature"
    assert evidence["rows"] == 400
    assert evidence["losses"]["temperature"] < evidence["losses"]["identity"]


def test_a_fit_that_is_right_is_left_as_it_is():
    found, evidence = calibration(task(), Settings(split="time"), Fitting())
    assert evidence["kind"] == "identity"
    assert not found.changes


@pytest.mark.parametrize("split", ["time", "author", "random", None])
def test_rows_are_kept_from_the_fit_as_test_rows_are(split):
    """By time the latest; by author whole accounts; at random from all times and accounts."""
    everything, fitting = task(), Fitting()
    calibration(everything, Settings(split=split), fitting)
    kept = np.isin(everything.rows.seconds, fitting.rows.seconds, invert=True)
    assert 0.15 < kept.mean() <= 0.2
    latest = kept[-kept.sum() :].all()
    accounts = set(everything.rows.authors[kept]).isdisjoint(fitting.rows.authors)
    assert latest == (split in {"time", None})
    assert accounts == (split == "author")


def test_what_changes_over_time_is_not_mended_where_rows_are_drawn_at_random():
    """The tiers climb with time, which the fit does not know; the latest rows alone show it."""
    drifting = task(drift=1.0)
    upwards = {
        split: calibration(drifting, Settings(split=split), Fitting())[0].shift @ STEPS
        for split in ("time", "random")
    }
    assert upwards["time"] > 3
    assert abs(upwards["random"]) < 1


def test_too_few_rows_change_nothing():
    found, evidence = calibration(task(900), Settings(), Fitting(slope=9.0))
    assert not found.changes
    assert evidence == {"kind": "identity", "rows": 0}


def test_a_part_that_cannot_be_fitted_changes_nothing():
    def fails(part):
        raise DataError("too few")

    assert not calibration(task(), Settings(), fails)[0].changes
    one = task()
    one = replace(one, rows=replace(one.rows, authors=np.zeros(2000, dtype=int)))
    assert not calibration(one, Settings(split="author"), Fitting(slope=9.0))[0].changes

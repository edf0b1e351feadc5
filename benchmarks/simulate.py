"""The loop over made-up worlds: 40 weeks of predictions, and a change of taste after 20 of them.

    python benchmarks/simulate.py        # docs/simulation.md and benchmarks/simulation.json

Each week's videos are scored at posting by the model that serves, with what was known of their
accounts by then, and logged; a week after posting they are scraped, and the outcome is logged. On
Mondays the monitor looks, as ``virality monitor`` does. From its first alarm on, each Monday
``retrain --since`` the alarm's week tries to find a better model. Twice in a world, two candidates
are tried that must not serve: one whose counts were mixed up, and one with an input that tells the
outcome.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from shifting import COUNTS, END, Shift, made_world
from simulation_page import CHANGE, WEEKS, Found, Options, line, page

from virality.answers import answer
from virality.errors import DataError
from virality.evaluation.intervals import difference_of
from virality.evaluation.metrics import surprises
from virality.interfaces.looking import looked
from virality.log import Known, Noted, OutcomeLog
from virality.log.entries import Statement
from virality.registry.folder import Registry
from virality.registry.retraining import Retrained, retrain
from virality.training.comparing import groups_of
from virality.training.evaluating import seen
from virality.training.retracing import choices_of
from virality.training.train import prepare

if TYPE_CHECKING:
    from datetime import date

    from virality.answers import Answers
    from virality.arrays import Floats
    from virality.evaluation.intervals import Difference
    from virality.monitor.monitoring import Monitoring
    from virality.registry.folder import Version
    from virality.training.evaluating import Seen

BEGIN = END - timedelta(weeks=WEEKS)
LEAK = "hint"
_TRIED = (16, WEEKS)
_ROOT = Path(__file__).parents[1]
PAGE, RESULTS = _ROOT / "docs" / "simulation.md", Path(__file__).with_name("simulation.json")


class Scored:
    """A version of the registry, and what it says of every video of a world."""

    def __init__(self, version: Version, world: pl.DataFrame) -> None:
        self.version = version
        self.artefact = artefact = version.load().artefact
        examples = prepare(world, choices_of(artefact))
        self.ids, self.authors = examples.videos["video_id"], examples.authors
        self.rows: Seen = seen(artefact, examples)
        self.answers: Answers = answer(artefact, self.rows.features)

    @property
    def losses(self) -> Floats:
        """The loss of every video, (n,)."""
        return surprises(self.answers.probabilities, self.rows.tiers)

    def noted(self, log: OutcomeLog, of: dict[str, tuple[str, datetime]]) -> list[Noted]:
        """Make the entries of some videos, whose accounts and times of posting are given."""
        places = [(k, name) for k, name in enumerate(self.ids) if name in of]
        return [self._entry(log, k, name, *of[name]) for k, name in places]

    def _entry(self, log: OutcomeLog, k: int, name: str, author: str, posted: datetime) -> Noted:
        percentiles, intervals = self.answers.percentiles, self.answers.intervals
        row = self.rows.features[k].tolist()
        return Noted(
            id=f"{self.version.number}-{name}",
            at=posted,
            model=self.version.entry["sha256"],
            account=log.names.account(author),
            video=log.names.video(name),
            posted_at=posted,
            features=tuple(None if np.isnan(value) else value for value in row),
            probabilities=tuple(self.answers.probabilities[k].tolist()),
            score=float(self.answers.scores[k]),
            percentile=None if percentiles is None else float(percentiles[k]),
            interval=None if intervals is None else tuple(intervals[k].tolist()),
        )


class Loop:
    """A world, its log and its registry, gone through week by week."""

    def __init__(self, seed: int, options: Options, folder: Path) -> None:
        change = BEGIN + timedelta(weeks=CHANGE)
        self.seed = seed
        self.world = made_world(options.videos, seed, Shift(change, options.fall, options.turned))
        self.log = OutcomeLog(str(folder / "log.db"))
        self.registry = Registry(folder / "registry")
        self.served = {0: Scored(self.retrained(BEGIN).version, self.world)}
        self.alarms: dict[int, Monitoring] = {}
        self.refused: list[tuple[str, str]] = []

    @property
    def serving(self) -> Scored:
        """What serves now."""
        return self.served[max(self.served)]

    def run(self) -> Found:
        """Go through all weeks."""
        since: date | None = None
        for week in range(1, WEEKS + 1):
            monday = BEGIN + timedelta(weeks=week)
            self.lived(monday)
            view = looked(self.log, now=monday)
            if view.alarms:
                self.alarms[week] = view
            if since is None and week > CHANGE and view.alarms:
                since = view.alarms[0].begins
            if since is not None and week < WEEKS:
                self.tried(monday, since, week)
            if week in _TRIED:
                self.tempted(monday)
        found = self.found()
        self.log.close()
        return found

    def lived(self, monday: datetime) -> None:
        """Log a week's predictions, and the outcomes that came in."""
        serving = self.serving
        self.log.introduce(serving.version.entry["sha256"], lambda: Statement.of(serving.artefact))
        week = self.world.filter(_between("created_at", monday))
        rows = week.select("video_id", "author_id", "created_at").iter_rows()
        self.log.note(serving.noted(self.log, {name: (by, at) for name, by, at in rows}))
        late = self.world.filter(_between("scraped_at", monday))
        told = late.select("video_id", "views", "scraped_at").iter_rows()
        self.log.keep([Known(v, at, video=self.log.names.video(name)) for name, v, at in told])

    def retrained(self, monday: datetime, since: date | None = None) -> Retrained:
        """Retrain with what was scraped by a Monday."""
        known = self.world.filter(pl.col("scraped_at") <= monday)
        return retrain(known, self.registry, since=since)

    def tried(self, monday: datetime, since: date, week: int) -> None:
        """Try to find a better model with what was posted since an alarm began."""
        try:
            done = self.retrained(monday, since)
        except DataError:  # too few videos yet
            return
        if done.promoted:
            self.served[week] = Scored(done.version, self.world)

    def tempted(self, monday: datetime) -> None:
        """Try two candidates that must not serve."""
        known = self.world.filter(pl.col("scraped_at") <= monday)
        for wrong, records, changes in (
            ("counts mixed up", mixed_up(known, self.seed), {}),
            ("an input that tells", leaking(known, self.seed), {"features": (f"{LEAK}:content",)}),
        ):
            held = self.registry.model.read_bytes()
            done = retrain(records, self.registry, **changes)
            if not done.promoted and self.registry.model.read_bytes() == held:
                self.refused.append((wrong, done.version.entry["reason"]))

    def found(self) -> Found:
        """Sum it up."""
        first = min((week for week in self.alarms if week > CHANGE), default=None)
        promoted = [week for week in self.served if week]
        gain, videos = self.gained()
        return Found(
            seed=self.seed,
            predictions=self.log.frame().height,
            early=sum(week <= CHANGE for week in self.alarms),
            alarm=None if first is None else first - CHANGE,
            measures=() if first is None else _named(self.alarms[first]),
            promoted=tuple(week - CHANGE for week in promoted),
            gain=gain,
            videos=videos,
            refused=tuple(self.refused),
            bad=2 * len(_TRIED),
        )

    def gained(self) -> tuple[Difference | None, int]:
        """Compare what served with the first model, on what was posted since that was replaced."""
        weeks = np.array([week for week in self.served if week])
        if len(weeks) == 0:
            return None, 0
        first = self.served[0]
        posted = dict(self.world.select("video_id", "created_at").iter_rows())
        at = np.array([(posted[name] - BEGIN) / timedelta(weeks=1) for name in first.ids])
        rows = np.flatnonzero(at >= weeks[0])
        losses = {week: one.losses for week, one in self.served.items()}
        new = [losses[weeks[weeks <= at[row]].max()][row] for row in rows]
        groups = groups_of(first.authors, rows)
        return difference_of(new - losses[0][rows], groups, seed=self.seed)[0], len(rows)


def mixed_up(known: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Give the earlier three quarters each other's counts, as a join by the wrong key would."""
    early = int(0.75 * known.height)
    order = np.random.default_rng(seed).permutation(early)
    whole = np.append(order, np.arange(early, known.height))
    return known.with_columns(known.select(COUNTS)[whole])


def leaking(known: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Add a column that tells the outcome but for some noise, and is called content."""
    noise = np.random.default_rng(seed).normal(scale=0.2, size=known.height)
    return known.with_columns((pl.col("views") + 1).log().add(pl.Series(noise)).alias(LEAK))


def _between(column: str, monday: datetime) -> pl.Expr:
    """Choose what lies in the week before a Monday."""
    return pl.col(column).is_between(monday - timedelta(weeks=1), monday, closed="left")


def _named(view: Monitoring) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alarm.figure.named for alarm in view.alarms))


def simulated(seed: int, options: Options) -> Found:
    """Go through one world."""
    with tempfile.TemporaryDirectory(prefix="virality-world-") as folder:
        return Loop(seed, options, Path(folder)).run()


def main() -> None:
    """Simulate, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20, help="how many worlds")
    parser.add_argument("--videos", type=int, default=Options.videos, help="videos of a world")
    parser.add_argument("--processes", type=int, default=2, help="how many worlds at once")
    chosen = parser.parse_args()
    options = Options(videos=chosen.videos)
    for name in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"  # a world is one process; those that are begun below see it
    found = []
    with ProcessPoolExecutor(chosen.processes, mp_context=get_context("spawn")) as pool:
        for one in pool.map(simulated, range(chosen.runs), [options] * chosen.runs):
            print(line(one), end="", flush=True)
            found.append(one)
    stated: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": asdict(options),
        "worlds": [asdict(one) for one in found],
    }
    RESULTS.write_text(json.dumps(stated, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(found, options), encoding="utf-8")


if __name__ == "__main__":
    main()

"""From a seed to records with their truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.sample.accounts import Accounts, draw_accounts
from virality.sample.apify import Record, World, records
from virality.sample.counts import draw_counts
from virality.sample.draws import Draws, whole_number
from virality.sample.posts import Posts, coming_times, draw_posts, past_times
from virality.sample.scrapes import Scrape, broken_number, draw_scrape, first_sight
from virality.sample.truth import Truth, draw_outcomes, truth_of
from virality.sample.writing import write_array

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """Synthetic records, and what is true of them.

    Parameters
    ----------
    records
        In the shape of Apify's TikTok scraper, in the scraper's order.
    truth
        What the generator knew of each sound video, in order of account.
    counts
        How many there are of each kind: `rows` = `videos` + `snapshots` (earlier scrapes of a
        video) + `duplicates` (exact) + `broken`; `videos` = `mature` + `immature`; `broken` is
        the sum of its kinds, `FAULTS`.
    """

    records: list[Record]
    truth: Truth
    counts: Mapping[str, int]


def make_sample(videos: int, seed: int = 0) -> Sample:
    """Return a synthetic sample of so many distinct sound videos.

    The same arguments give the same sample everywhere; a larger sample has the accounts of a
    smaller one and more.

    Raises
    ------
    OptionError
        When `videos` is below 1, or the seed below 0, or either no whole number.

    Examples
    --------
    >>> sample = make_sample(500)
    >>> sample.counts["videos"], len(sample.records) == sample.counts["rows"]
    (500, True)
    """
    world, truth = _past(videos, seed)
    return Sample(records=list(records(world)), truth=truth, counts=world.scrape.tally)


def new_videos(n: int, seed: int = 0, *, videos: int = 8000) -> Sample:
    """Return `n` posts of the week after the sample, without counts.

    They come from accounts of `make_sample(videos, seed)`, the busier the more often. Their
    truth holds the final views that they will have.

    Raises
    ------
    OptionError
        When `n` or `videos` is below 1, or the seed below 0, or one no whole number.
    """
    number = whole_number("n", n, least=1)
    size = whole_number("videos", videos, least=1)
    accounts = draw_accounts(seed, size)
    draws = Draws(seed, "coming")
    owner = accounts.owners(size)[draws.below("owner", size, number)]
    posts = draw_posts(draws, accounts, owner, coming_times(draws, accounts, owner))
    scrape = first_sight(accounts, posts)
    world, truth = _world(draws, accounts, posts, scrape)
    shown = records(replace(world, counted=False))
    return Sample(records=list(shown), truth=truth, counts=scrape.tally)


def write_sample(path: str | Path, videos: int, seed: int = 0) -> Mapping[str, int]:
    """Write `make_sample(videos, seed).records` as one JSON array; return its `counts`.

    The records are made one at a time and never held together.

    Raises
    ------
    OptionError
        When `videos` is below 1, or the seed below 0, or either no whole number.
    OutputError
        When the file cannot be written.
    """
    world, _ = _past(videos, seed)
    write_array(path, records(world))
    return world.scrape.tally


def _past(videos: int, seed: int) -> tuple[World, Truth]:
    size = whole_number("videos", videos, least=1)
    accounts = draw_accounts(seed, size)
    draws = Draws(seed, "past")
    owner = accounts.owners(size)
    broken = owner[draws.below("broken", size, broken_number(size))]
    owner = np.concatenate([owner, broken])
    posts = draw_posts(draws, accounts, owner, past_times(draws, accounts, owner))
    return _world(draws, accounts, posts, draw_scrape(draws, accounts, posts, size))


def _world(draws: Draws, accounts: Accounts, posts: Posts, scrape: Scrape) -> tuple[World, Truth]:
    outcomes = draw_outcomes(draws, accounts, posts)
    counts = draw_counts(draws, accounts, posts, outcomes)
    truth = truth_of(accounts, posts, outcomes, scrape.tally["videos"])
    return World(accounts, posts, counts, scrape, draws, counted=True), truth

"""Synthetic records: a world of invented accounts, so that nothing here needs real data.

Read in this order: `sampling` (the three functions), `accounts` and `posts` (who posts what),
`truth` (how views come about, with the exact chances), `counts` (likes and the rest, and their
growth), `scrapes` (what the scraper saw, twice or broken), `apify` (the shape of a record).
"""

from virality.sample.sampling import Sample, make_sample, new_videos, write_sample
from virality.sample.scrapes import FAULTS
from virality.sample.truth import EFFECTS, Truth
from virality.sample.writing import write_array

__all__ = [
    "EFFECTS",
    "FAULTS",
    "Sample",
    "Truth",
    "make_sample",
    "new_videos",
    "write_array",
    "write_sample",
]

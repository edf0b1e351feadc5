"""Synthetic records and a model trained on them, made once for all tests that need them."""

from functools import cache

from virality.sample import make_sample, new_videos
from virality.training.settings import Settings
from virality.training.train import run


@cache
def sample(videos=2500, seed=3):
    """A synthetic sample with its truth."""
    return make_sample(videos, seed)


@cache
def trained(schema="reference-15", **changes):
    """A finished training on the sample."""
    return run(list(sample().records), Settings(schema=schema, **changes))


def scorer(**changes):
    """The model of that training."""
    return trained(**changes).scorer


@cache
def coming(number=8):
    """Videos that accounts of the sample post next, without counts."""
    return new_videos(number, 3, videos=2500).records

"""The table of history features: what each means, in which unit and range."""

from __future__ import annotations

from virality.features.schema import Curve, Feature

_SAYS = {
    "history_count": "is by an account with {value} of known outcome",
    "history_level": "is by an account that usually gets {value}",
    "history_doubt": "is by an account whose usual is known to a factor of {value}",
    "history_spread": "is by an account whose videos differ by a factor of {value}",
    "history_recent_spread": "is by an account whose latest videos differ by a factor of {value}",
    "history_trend": "is by an account that is at {value} times what it was",
    "history_share_above_25": "is by an account with {value} of its videos in tier 2 or above",
    "history_share_above_50": "is by an account with {value} of its videos in tier 3 or above",
    "history_share_above_75": "is by an account with {value} of its videos in tier 4 or above",
    "history_share_above_90": "is by an account with {value} of its videos in tier 5",
    "history_recent_median": "follows ten videos whose middle one got {value}",
    "history_recent_worst": "follows ten videos whose worst got {value}",
    "history_similar_length": "is as long as videos of its account that got {value}",
    "history_same_hour": "is posted at an hour at which its account got {value}",
    "history_same_kind": "is of a kind with which its account got {value}",
    "history_same_sound_kind": "has a kind of sound with which its account got {value}",
    "history_own_hashtags": "has hashtags with which its account got {value}",
    "history_hashtags": "has hashtags with which all accounts lately got {value}",
    "history_pause": "is posted {value} after the newest video of known outcome",
}

_READS = ("author_id", "created_at")
_HUGE = 1e15


def _feature(name: str, unit: str, span: tuple[float, float], curve: Curve, phrase: str) -> Feature:
    """State a feature whose formula is its column, which :func:`with_history` made."""
    return Feature(
        name,
        "history",
        unit,
        *span,
        _READS,
        lambda pl: pl.col(name),
        phrase,
        curve=curve,
        says=_SAYS[name],
    )


_TIMES = (1e-6, 1e6)

HISTORY: tuple[Feature, ...] = (
    _feature("history_count", "videos", (0, 1e7), "log", "earlier videos of the account"),
    _feature(
        "history_level", "the outcome's", (-_HUGE, _HUGE), "log", "the account's usual outcome"
    ),
    _feature(
        "history_doubt", "times", (1, 1e6), "log", "how far off that usual outcome may be"
    ),
    _feature("history_spread", "times", (1, 1e6), "log", "how widely its videos differ"),
    _feature(
        "history_recent_spread", "times", (1, 1e6), "log", "how widely its latest videos differ"
    ),
    _feature("history_trend", "times", _TIMES, "log", "whether it is on the rise"),
    _feature("history_share_above_25", "share", (0, 1), "linear", "its videos in tier 2 or above"),
    _feature("history_share_above_50", "share", (0, 1), "linear", "its videos in tier 3 or above"),
    _feature("history_share_above_75", "share", (0, 1), "linear", "its videos in tier 4 or above"),
    _feature("history_share_above_90", "share", (0, 1), "linear", "its videos in tier 5"),
    _feature(
        "history_recent_median", "times the usual", _TIMES, "log", "middle of its last ten videos"
    ),
    _feature(
        "history_recent_worst", "times the usual", _TIMES, "log", "worst of its last ten videos"
    ),
    _feature(
        "history_similar_length", "times the usual", _TIMES, "log",
        "its videos of similar duration",
    ),
    _feature(
        "history_same_hour", "times the usual", _TIMES, "log",
        "its videos posted at a similar hour",
    ),
    _feature(
        "history_same_kind", "times the usual", _TIMES, "log",
        "its other photos, if this is one, or its other videos",
    ),
    _feature(
        "history_same_sound_kind", "times the usual", _TIMES, "log",
        "its videos that have a sound of their own, as this one has, or have none",
    ),
    _feature(
        "history_own_hashtags", "times the usual", _TIMES, "log",
        "its videos with the same hashtags",
    ),
    _feature(
        "history_hashtags", "times the usual", _TIMES, "log",
        "how these hashtags have lately done for all accounts",
    ),
    _feature(
        "history_pause", "days", (0, 1e5), "log", "days since the newest of these videos"
    ),
)  # fmt: skip
"""In the order of a model's columns; all are unknown where no history is given."""

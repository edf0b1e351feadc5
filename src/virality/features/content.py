"""What is known of a video once it is made, before anyone has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from virality.features.calls import TAG, pattern
from virality.features.schema import Feature

if TYPE_CHECKING:
    import polars as pl

_PICTURE = r"[\p{Extended_Pictographic}--[©®™]][\x{FE0F}\x{1F3FB}-\x{1F3FF}]*"
EMOJI = (
    rf"{_PICTURE}(?:\x{{200D}}{_PICTURE})*"  # a family of four is one emoji
    r"|[\x{1F1E6}-\x{1F1FF}]{2}"  # a flag is a pair of letters
    r"|[0-9#*]\x{FE0F}?\x{20E3}"  # a key
)
QUESTION = "[?\uff1f\u061f\u2047-\u2049\u2753\u2754\u055e\u1367]"
MENTION = r"(?:^|[^\w@.])[@\x{FF20}]\w"
CALL = pattern()


def _matches(polars: Any, written: str) -> pl.Expr:  # noqa: ANN401  the Polars module
    found: pl.Expr = polars.col("caption").str.count_matches(written)
    return found


def _calls(polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    spoken = polars.col("caption").str.replace_all(TAG, " ").str.to_lowercase()
    calls: pl.Expr = spoken.str.contains(CALL)
    return calls


def _hour(polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    """Hour of posting; unknown at exactly midnight, which a date without a time turns into."""
    posted = polars.col("created_at")
    passed = posted.dt.epoch("us") % 86_400_000_000
    hour: pl.Expr = polars.when(passed > 0).then(passed / 3_600_000_000)
    return hour


CONTENT = (
    Feature(
        "duration_seconds", "content", "seconds", 0, 36_000, ("duration_seconds",),
        lambda pl: pl.col("duration_seconds"), "duration", curve="log",
        says="lasts {value}",
    ),
    Feature(
        "is_photo", "content", "yes or no", 0, 1, ("is_photo",),
        lambda pl: pl.col("is_photo"), "photos instead of a video", curve="flag",
        says="is a video|shows photos",
    ),
    Feature(
        "caption_length", "content", "characters", 0, 5_000, ("caption",),
        lambda pl: pl.col("caption").str.len_chars(), "length of the caption", curve="log",
        says="has a caption of {value}",
    ),
    Feature(
        "hashtag_count", "content", "hashtags", 0, 100, ("hashtags",),
        lambda pl: pl.col("hashtags").list.len(), "number of hashtags", curve="log",
        says="has {value}",
    ),
    Feature(
        "mention_count", "content", "mentions", 0, 100, ("caption",),
        lambda pl: _matches(pl, MENTION), "number of accounts mentioned", curve="log",
        says="has {value}",
    ),
    Feature(
        "emoji_count", "content", "emoji", 0, 200, ("caption",),
        lambda pl: _matches(pl, EMOJI), "number of emoji", curve="log",
        says="has {value} in its caption",
    ),
    Feature(
        "asks_question", "content", "yes or no", 0, 1, ("caption",),
        lambda pl: pl.col("caption").str.contains(QUESTION), "asks a question", curve="flag",
        says="asks no question|asks a question",
    ),
    Feature(
        "call_to_action", "content", "yes or no", 0, 1, ("caption",),
        _calls, "asks to follow, like, comment, share or save", curve="flag",
        says="asks viewers for nothing|asks viewers to follow, like, comment, share or save",
    ),
    Feature(
        "sound_is_original", "content", "yes or no", 0, 1, ("sound_is_original",),
        lambda pl: pl.col("sound_is_original"), "has a sound of its own", curve="flag",
        says="uses a sound of others|has a sound of its own",
    ),
    Feature(
        "weekday_posted", "content", "days after Sunday", 0, 6, ("created_at",),
        lambda pl: pl.col("created_at").dt.weekday().cast(pl.Float64) % 7,
        "weekday of posting (UTC)", curve="cycle", period=7,
        says="is posted on a {value}",
    ),
    Feature(
        "hour_posted", "content", "hours after midnight", 0, 24, ("created_at",),
        _hour, "hour of posting (UTC)", curve="cycle", period=24,
        says="is posted at {value} UTC",
    ),
)  # fmt: skip

"""A frame's columns as arrays, with accounts and hashtags numbered across several frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Videos:
    """What history looks at in n videos; NaN is unknown.

    Attributes
    ----------
    account
        (n,) numbers; -1 where the account is unknown.
    day
        (n,) times of posting, in days since 1970.
    followers
        (n,).
    length
        (n,) logarithm of seconds plus one.
    hour
        (n,) of posting, UTC.
    photo, own_sound
        (n,) 1 or 0.
    tagged, tag
        (t,) row number and hashtag number of each hashtag of each video.
    """

    account: Ints
    day: Floats
    followers: Floats
    length: Floats
    hour: Floats
    photo: Floats
    own_sound: Floats
    tagged: Ints
    tag: Ints


def numbered(*frames: pl.DataFrame) -> list[Videos]:
    """Turn frames of canonical columns into arrays that share their numbers."""
    sizes = [frame.height for frame in frames]
    wanted = ["author_id", "hashtags", "created_at", "followers", "duration_seconds"]
    wanted += ["is_photo", "sound_is_original"]
    both = pl.concat([frame.select(wanted) for frame in frames], how="vertical_relaxed")
    account = _numbers(both["author_id"])
    day = _floats(both["created_at"].dt.epoch("ms")) / _DAY_MS
    tagged, tag = _tags(both["hashtags"])
    columns = {
        "account": account,
        "day": day,
        "followers": _floats(both["followers"]),
        "length": np.log1p(_floats(both["duration_seconds"])),
        "hour": np.mod(day, 1.0) * 24,
        "photo": _floats(both["is_photo"]),
        "own_sound": _floats(both["sound_is_original"]),
    }
    parts, begin = [], 0
    for size in sizes:
        rows = slice(begin, begin + size)
        inside = (tagged >= begin) & (tagged < begin + size)
        own = {name: column[rows] for name, column in columns.items()}
        parts.append(Videos(**own, tagged=tagged[inside] - begin, tag=tag[inside]))
        begin += size
    return parts


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _numbers(column: pl.Series) -> Ints:
    return column.rank("dense").cast(pl.Int64).fill_null(0).to_numpy().astype(np.intp) - 1


def _tags(lists: pl.Series) -> tuple[Ints, Ints]:
    """Row and number of each distinct hashtag of each row."""
    each = tag_frame(lists)
    return each["row"].to_numpy().astype(np.intp), _numbers(each["tag"])


def tag_frame(lists: pl.Series) -> pl.DataFrame:
    """List ``row`` and ``tag`` of each row's distinct hashtags; letter case does not matter."""
    frame = pl.DataFrame({"row": np.arange(len(lists)), "tag": lists})
    each = frame.explode("tag").drop_nulls().with_columns(pl.col("tag").str.to_lowercase())
    return each.unique(maintain_order=True)

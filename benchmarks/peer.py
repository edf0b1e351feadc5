"""The peer: what a competent data scientist would write with pandas and scikit-learn.

It runs in a process of its own, as in ``python benchmarks/peer.py train FILE``, and knows nothing
of virality.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import child
import joblib
import numpy as np
import pandas as pd
import polars as pl
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

TIERS = (1, 2, 3, 4, 5)
MIDPOINTS = (12.5, 35.0, 55.0, 72.5, 90.0)
_QUANTILES = (0.25, 0.5, 0.75, 0.9)
_FOLLOWERS = (10_000, 100_000, 500_000, 1_000_000)
_SIZES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
_COUNTS = {
    "views": "playCount",
    "likes": "diggCount",
    "comments": "commentCount",
    "shares": "shareCount",
    "saves": "collectCount",
    "followers": "authorMeta.fans",
}
_CANONICAL = {
    "video_id": "id",
    "views": "views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "saves": "saves",
    "followers": "followers",
    "duration_seconds": "videoMeta.duration",
    "hashtags": "hashtags",
    "sound_title": "musicMeta.musicName",
    "caption": "text",
    "created_at": "posted",
}
_CANDIDATES = np.logspace(-3, 4, 8)
_MOST_ROWS = 8000


@dataclass(frozen=True)
class Part:
    """Rows to learn from or to judge by: X (n, 15), y (n,) tiers."""

    X: np.ndarray
    y: np.ndarray


def load(path: str) -> pd.DataFrame:
    """Read one JSON array of records into a table of all their fields."""
    with Path(path).open("rb") as stream:
        return pd.json_normalize(json.load(stream))


def told(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn counts and times of records into numbers and times."""
    counts = {name: _numbers(frame[field]) for name, field in _COUNTS.items()}
    posted = pd.to_datetime(_numbers(frame["createTime"]), unit="s", utc=True)
    scraped = pd.to_datetime(frame["scrapedAt"], format="ISO8601", utc=True, errors="coerce")
    return frame.assign(**counts, posted=posted, scraped=scraped)


def videos(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep one row a video: its first snapshot of at least seven days with the views known."""
    table = told(frame)
    mature = table["scraped"] - table["posted"] >= pd.Timedelta(days=7)
    usable = table[mature & table["id"].notna() & (table["views"] > 0)]
    first = usable.sort_values("scraped", kind="stable").drop_duplicates("id")
    return first.sort_values("posted", kind="stable")


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce").astype("float64")


def features(table: pd.DataFrame) -> np.ndarray:
    """Compute the fifteen features of each video, NaN where one is unknown."""
    views, likes = table["views"], table["likes"]
    followers = table["followers"].where(table["followers"] > 0)
    durations = _numbers(table["videoMeta.duration"])
    sizes = pd.Series(_SIZES[np.searchsorted(_FOLLOWERS, followers, "right")], table.index)
    columns = (
        table["shares"] / views,
        table["comments"] / views,
        likes / views,
        table["saves"] / views,
        (table["shares"] / likes).mask(likes == 0, 0.0),
        (table["comments"] / likes).mask(likes == 0, 0.0),
        durations.where(durations > 0) / 180,
        table["hashtags"].str.len() / 30,
        (table["musicMeta.musicName"].str.strip() != "").where(
            table["musicMeta.musicName"].notna()
        ),
        table["text"].str.len() / 2000,
        (table["followers"] > 0).where(table["followers"].notna()),
        sizes.where(followers.notna()),
        views / followers / 50,
        table["posted"].dt.day_of_week.add(1).mod(7) / 6,
        table["posted"].dt.hour / 23,
    )
    return np.column_stack([column.astype("float64") for column in columns]).clip(0, 1)


def parts(table: pd.DataFrame) -> tuple[Part, Part]:
    """Part videos, which come in order of time, into the earlier three quarters and the rest."""
    first = int(len(table) * 0.75)
    views, X = table["views"].to_numpy(), features(table)
    thresholds = np.quantile(views[:first], _QUANTILES)
    y = np.searchsorted(thresholds, views, side="right") + 1
    return Part(X[:first], y[:first]), Part(X[first:], y[first:])


def pipeline(C: float) -> Pipeline:
    """Medians for gaps, standardised columns, and a fit that may take the steps it needs."""
    model = LogisticRegression(C=C, max_iter=10_000)
    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), model)


def fitted(part: Part) -> Pipeline:
    """Choose C by log-loss on the latest fifth of a thinned part, then fit on all of it."""
    chosen = np.random.default_rng(0).permutation(len(part.y))[:_MOST_ROWS]
    rows = np.sort(chosen)
    last = len(rows) - len(rows) // 5
    fitting, judging = rows[:last], rows[last:]
    losses = []
    for C in _CANDIDATES:
        model = pipeline(C).fit(part.X[fitting], part.y[fitting])
        losses.append(_loss(model, Part(part.X[judging], part.y[judging])))
    return pipeline(_CANDIDATES[int(np.argmin(losses))]).fit(part.X, part.y)


def _loss(model: Pipeline, part: Part) -> float:
    return float(log_loss(part.y, model.predict_proba(part.X), labels=model.classes_))


def train(path: str) -> dict[str, Any]:
    """Go the whole way from the file to a judged model."""
    frame = load(path)
    training, test = parts(videos(frame))
    model = fitted(training)
    return {
        "records": len(frame),
        "videos used": len(training.y) + len(test.y),
        "test log-loss": _loss(model, test),
        "test accuracy": float(accuracy_score(test.y, model.predict(test.X))),
    }


def read(path: str) -> dict[str, Any]:
    """Read alone."""
    frame = load(path)
    return {"records": len(frame), "columns": frame.shape[1]}


def score(path: str) -> dict[str, Any]:
    """Score the canonical records of a folder, from Parquet to Parquet."""
    folder = Path(path)
    columns = list(_CANONICAL)
    frame = pl.read_parquet(folder / "records.parquet", columns=columns)
    table = pd.DataFrame({_CANONICAL[name]: _plain(frame[name]) for name in columns})
    probabilities = joblib.load(folder / "model.joblib").predict_proba(features(table))
    scores = probabilities @ np.array(MIDPOINTS)
    tiers = {f"p{tier}": probabilities[:, tier - 1] for tier in TIERS}
    out = pl.DataFrame({"video_id": frame["video_id"], "score": scores, **tiers})
    out.write_parquet(folder / "theirs.parquet")
    return {"scores": out.height, "mean score": float(scores.mean())}


def _plain(column: pl.Series) -> Any:  # noqa: ANN401  an array or a list
    if column.dtype == pl.Datetime:
        return column.dt.replace_time_zone(None).to_numpy()
    return column.to_numpy() if column.dtype.is_numeric() else column.to_list()


if __name__ == "__main__":
    child.main({"train": train, "read": read, "score": score})

"""The tables of the log. Times are microseconds since 1970, UTC, alike in every database."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
)

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

MODELS = Table(
    "models",
    METADATA,
    Column("fingerprint", String(64), primary_key=True),
    Column("statement", JSON, nullable=False),
    Column("noted_at", BigInteger, nullable=False),
)
"""What made predictions."""

SECRETS = Table("secrets", METADATA, Column("proof", String(32), primary_key=True))
"""One row, by which the secret of the pseudonyms is known from any other."""

PREDICTIONS = Table(
    "predictions",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("model", String(64), nullable=False),
    Column("account", String(32), index=True),
    Column("video", String(32), index=True),
    Column("posted_at", BigInteger),
    Column("inputs", String(32), nullable=False),
    Column("features", JSON, nullable=False),
    Column("probabilities", JSON, nullable=False),
    Column("score", Float(53), nullable=False),
    Column("percentile", Float(53)),
    Column("low", Float(53)),
    Column("median", Float(53)),
    Column("high", Float(53)),
)
"""What was predicted; numbered in the order of writing, whatever the clock said."""

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("prediction", String(32), primary_key=True),
    Column("value", Float(53), nullable=False),
    Column("tier", SmallInteger),
    Column("percentile", Float(53)),
    Column("at", BigInteger, nullable=False),
    Column("noted_at", BigInteger, nullable=False),
)
"""What became of it."""

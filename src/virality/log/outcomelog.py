"""The log: predictions in, outcomes in, and both out again, side by side."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import delete, insert, select

from virality.errors import OptionError, ViralityError
from virality.log.entries import Judged, Known, Noted, Statement, microseconds_now, microseconds_of
from virality.log.keeping import kept
from virality.log.opening import opened, reached, stand_alone, writing
from virality.log.pseudonyms import Pseudonyms
from virality.log.secret import KEY, secret_beside, stated_secret
from virality.log.tables import MODELS, OUTCOMES, PREDICTIONS, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from polars._typing import PolarsDataType
    from sqlalchemy import ColumnElement, Connection, Engine

_MANY = 500
_TIME = pl.Datetime("us", "UTC")
SCHEMA: dict[str, PolarsDataType] = {
    "prediction": pl.String,
    "predicted_at": _TIME,
    "model": pl.String,
    "account": pl.String,
    "video": pl.String,
    "probabilities": pl.List(pl.Float64),
    "score": pl.Float64,
    "percentile": pl.Float64,
    "low": pl.Float64,
    "median": pl.Float64,
    "high": pl.Float64,
    "features": pl.List(pl.Float64),
    "outcome": pl.Float64,
    "outcome_at": _TIME,
    "tier": pl.Int64,
    "outcome_percentile": pl.Float64,
}
"""Columns of :meth:`OutcomeLog.frame`."""


@dataclass(frozen=True)
class Removed:
    """How many predictions and outcomes were deleted."""

    predictions: int
    outcomes: int


class OutcomeLog(AbstractContextManager["OutcomeLog", None]):
    """A log in a database. Threads may use it at once, and processes open the same one.

    Parameters
    ----------
    url
        As :func:`virality.log.opening.opened` takes it.

    Raises
    ------
    OptionError
        When it is no database that can keep a log, or there is no secret for pseudonyms, or another
        than the log's.
    LogError
        When it cannot be reached.
    """

    def __init__(self, url: str) -> None:
        secret = stated_secret(url)
        self._engine = opened(url)
        self._stated: dict[str, Statement] = {}
        try:
            used = _used(self._engine)
            self.names = Pseudonyms(secret or secret_beside(url, used=used))
            _require_own(self._engine, self.names, used=used)
        except ViralityError:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def introduce(self, fingerprint: str, state: Callable[[], Statement]) -> None:
        """Keep what a model says of itself, once; it is asked only where that is not known here.

        Raises
        ------
        LogError
            When the database cannot be used.
        """
        if fingerprint in self._stated:
            return
        statement = state()
        row = {"statement": dict(statement.values), "noted_at": microseconds_now()}
        with reached(self._engine), writing(self._engine) as connection:
            known = select(MODELS.c.fingerprint).where(MODELS.c.fingerprint == fingerprint)
            if connection.execute(known).first() is None:
                connection.execute(insert(MODELS), [{"fingerprint": fingerprint, **row}])
        self._stated[fingerprint] = statement

    def note(self, predictions: Sequence[Noted]) -> None:
        """Write predictions, all or none; they are on the disk when this returns.

        Raises
        ------
        LogError
            When the database cannot be used.
        """
        if predictions:
            with reached(self._engine), writing(self._engine) as connection:
                connection.execute(insert(PREDICTIONS), [_row(one) for one in predictions])

    def keep(self, told: Sequence[Known]) -> list[Judged]:
        """Write what became of videos, all or none; it is on the disk when this returns.

        An outcome that was counted later replaces an earlier one.

        Returns
        -------
        What was done with each.

        Raises
        ------
        LogError
            When the database cannot be used.
        """
        with reached(self._engine), writing(self._engine) as connection:
            self._stated |= _statements(connection)
            return [kept(connection, one, self._stated) for one in told]

    def models(self) -> Mapping[str, Mapping[str, Any]]:
        """Give what each model says of itself, by its fingerprint.

        Raises
        ------
        LogError
            When the database cannot be used.
        """
        with reached(self._engine), self._engine.connect() as connection:
            return {name: one.values for name, one in _statements(connection).items()}

    def frame(self, since: datetime | None = None, until: datetime | None = None) -> pl.DataFrame:
        """Give predictions made from one time to another, with what became of them.

        Returns
        -------
        A row for each prediction, in the order of writing, with the columns of ``SCHEMA``; null
        where the outcome is not known yet.

        Raises
        ------
        LogError
            When the database cannot be used.
        """
        joined = PREDICTIONS.outerjoin(OUTCOMES, OUTCOMES.c.prediction == PREDICTIONS.c.id)
        mine = PREDICTIONS.c
        columns = [
            mine.id, mine.at, mine.model, mine.account, mine.video, mine.probabilities,
            mine.score, mine.percentile, mine.low, mine.median, mine.high, mine.features,
            OUTCOMES.c.value, OUTCOMES.c.at.label("known_at"), OUTCOMES.c.tier,
            OUTCOMES.c.percentile.label("placed"),
        ]  # fmt: skip
        wanted = select(*columns).select_from(joined).order_by(mine.number)
        if since is not None:
            wanted = wanted.where(mine.at >= microseconds_of(since))
        if until is not None:
            wanted = wanted.where(mine.at < microseconds_of(until))
        with reached(self._engine), self._engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(wanted)]
        whole = SCHEMA | {"predicted_at": pl.Int64, "outcome_at": pl.Int64}
        frame = pl.DataFrame(rows, schema=whole, orient="row")
        return frame.with_columns(pl.col("predicted_at", "outcome_at").cast(_TIME))

    def forget(self, account: str) -> Removed:
        """Delete all that is kept of an account, by the name that a scraper gives it.

        Raises
        ------
        OptionError
            When it is no name: that would be everybody's whose account is not known.
        LogError
            When the database cannot be used.
        """
        name = self.names.account(account.strip())
        if name is None:
            raise OptionError("names no account", where="ACCOUNT", remedy="give the scraper's id")
        return _removed(self._engine, PREDICTIONS.c.account == name)

    def prune(self, before: datetime) -> Removed:
        """Delete predictions from before a time, and what became of them.

        Raises
        ------
        LogError
            When the database cannot be used.
        """
        return _removed(self._engine, PREDICTIONS.c.at < microseconds_of(before))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _require_own(engine: Engine, names: Pseudonyms, *, used: bool) -> None:
    """Refuse another secret than a log's own; one that holds nothing yet takes any."""
    with reached(engine), writing(engine) as connection:
        stand_alone(connection)
        proof = connection.execute(select(SECRETS.c.proof)).scalar()
        if proof == names.proof:
            return
        if used and proof is not None:
            raise OptionError(
                "the secret is another than the one that the log's accounts are known by",
                where=engine.url.render_as_string(hide_password=True),
                remedy=f"restore the file .key beside it, or set {KEY} to what it was",
            )
        connection.execute(delete(SECRETS))
        connection.execute(insert(SECRETS), [{"proof": names.proof}])


def _used(engine: Engine) -> bool:
    """Tell whether a log holds predictions."""
    with reached(engine), engine.connect() as connection:
        return connection.execute(select(PREDICTIONS.c.id).limit(1)).first() is not None


def _statements(connection: Connection) -> dict[str, Statement]:
    """Read what models say of themselves."""
    rows = connection.execute(select(MODELS.c.fingerprint, MODELS.c.statement))
    return {row.fingerprint: Statement(row.statement) for row in rows}


def _removed(engine: Engine, chosen: ColumnElement[bool]) -> Removed:
    ids = select(PREDICTIONS.c.id).where(chosen)
    with reached(engine), writing(engine) as connection:
        gone = connection.execute(delete(OUTCOMES).where(OUTCOMES.c.prediction.in_(ids)))
        rows = connection.execute(delete(PREDICTIONS).where(chosen))
    return Removed(rows.rowcount, gone.rowcount)


def in_portions(told: Sequence[Known], size: int = _MANY) -> Iterable[Sequence[Known]]:
    """Cut what became of many videos into transactions of some hundred."""
    return (told[begin : begin + size] for begin in range(0, len(told), size))


def _row(noted: Noted) -> dict[str, Any]:
    low, median, high = noted.interval or (None, None, None)
    return {
        "id": noted.id,
        "at": microseconds_of(noted.at),
        "model": noted.model,
        "account": noted.account,
        "video": noted.video,
        "posted_at": None if noted.posted_at is None else microseconds_of(noted.posted_at),
        "inputs": noted.inputs,
        "features": list(noted.features),
        "probabilities": list(noted.probabilities),
        "score": noted.score,
        "percentile": noted.percentile,
        "low": low,
        "median": median,
        "high": high,
    }

"""Records that lie elsewhere than in files of this machine: in a cloud's store, in a database."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import polars as pl

from virality.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

_STORES = ("s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss", "http", "https")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")


@runtime_checkable
class Elsewhere(Protocol):
    """Records that can be read more than once, all at once or in portions."""

    @property
    def where(self) -> str:
        """What errors and rejections call it; no password is in it."""

    def scan(self) -> pl.LazyFrame:
        """Give all records.

        Raises
        ------
        SourceError
            When they cannot be read.
        """

    def portions(self, rows: int) -> Iterator[pl.LazyFrame]:
        """Give the records, so many at a time, at least one portion.

        Raises
        ------
        SourceError
            When they cannot be read.
        """

    def count(self) -> int:
        """Count the records.

        Raises
        ------
        SourceError
            When they cannot be read.
        """


def scheme_of(source: str) -> str | None:
    """Give the scheme of an address, such as s3; None for a path.

    Examples
    --------
    >>> scheme_of("s3://bucket/videos.parquet"), scheme_of("videos.parquet")
    ('s3', None)
    """
    found = _SCHEME.match(source)
    return found[1].lower() if found else None


@dataclass(frozen=True)
class Address:
    """Parquet files in a store, by an address or a pattern of addresses.

    Who may read is settled by the store's own variables in the environment, such as
    ``AWS_ACCESS_KEY_ID``, ``AWS_REGION`` and ``AWS_ENDPOINT_URL``.

    Attributes
    ----------
    where
        The address.
    """

    where: str

    def scan(self) -> pl.LazyFrame:
        """Scan the files; as for :meth:`Elsewhere.scan`."""
        with _read(self.where):
            frame = pl.scan_parquet(self.where)
            frame.collect_schema()
            return frame

    def portions(self, rows: int) -> Iterator[pl.LazyFrame]:
        """Scan slices of the files; as for :meth:`Elsewhere.portions`."""
        frame = self.scan()
        for begin in range(0, max(self.count(), 1), rows):
            with _read(self.where):
                yield frame.slice(begin, rows)

    def count(self) -> int:
        """Count the rows, from what the files say of themselves."""
        with _read(self.where):
            return int(pl.scan_parquet(self.where).select(pl.len()).collect().item())


def address(source: str) -> Address | None:
    """Give the address that a text is; None for what is none of a store.

    Raises
    ------
    SourceError
        When it is of a kind that cannot be read.
    """
    scheme = scheme_of(source)
    if scheme is None:
        return None
    if scheme in _STORES and ".parquet" in source.rpartition("/")[2].partition("?")[0]:
        return Address(source)
    raise SourceError(
        "cannot be read from there",
        where=source.partition("://")[0] + "://",
        remedy="name Parquet files of a store (s3://, gs://, az://, https://), or a database "
        "(postgresql://, duckdb:///, sqlite:///) with its table",
    )


@contextmanager
def _read(where: str) -> Iterator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise SourceError(
            f"cannot be read: {reason}",
            where=where,
            remedy="check the address, and who may read it",
        ) from error

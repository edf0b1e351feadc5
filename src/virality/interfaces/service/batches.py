"""Many videos in one body: a JSON array, an object with a history, or JSON lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from virality.interfaces.service.admitting import JSON, LINES
from virality.interfaces.service.problems import ProblemError, escaped, fault
from virality.interfaces.service.strict import no_json, read_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from virality.interfaces.service.service import Service

    Raws = Sequence[bytes | msgspec.Raw]

_CHUNK = 500


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """Videos, not decoded yet, and the earlier videos of their accounts."""

    videos: list[msgspec.Raw]
    history: list[dict[str, Any]] | None = None


def parted(body: bytes, kind: str, most: int) -> tuple[Raws, list[dict[str, Any]] | None]:
    """Cut a body into the JSON of each video; give the history that comes with them, too.

    Raises
    ------
    ProblemError
        With 400, 413, 415 or 422.
    """
    if kind not in {JSON, LINES}:
        raise ProblemError(415, f"send {JSON} or {LINES}")
    if kind == LINES:
        lines = [line for line in body.splitlines() if line.strip()]
        _check(len(lines), most)
        return lines, None
    batch = _batch(body)
    _check(len(batch.videos), most)
    return batch.videos, batch.history


def _batch(body: bytes) -> Batch:
    try:
        if body.lstrip()[:1] == b"[":
            return Batch(read_json(body, list[msgspec.Raw]))
        return read_json(body, Batch)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        unknown = re.search(r"unknown field `(.*)`", what)
        parts = [*re.findall(r"\w+", where), *([unknown[1]] if unknown else [])]
        pointer = "".join(f"/{escaped(part)}" for part in parts)
        remedy = "send an array of videos, or an object with videos and history"
        raise ProblemError(422, str(error), errors=[fault(pointer, what, remedy)]) from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise no_json(error) from None


def _check(count: int, most: int) -> None:
    if count > most:
        raise ProblemError(413, f"{count:,} videos are more than {most:,}")


async def streamed(
    service: Service, raws: Raws, history: list[dict[str, Any]] | None, *, lines: bool
) -> AsyncIterator[bytes]:
    """Answer for some videos after others, as lines or as the array of one object."""
    answering = service.answering
    past = await service.aside(answering.past, history)

    async def written() -> AsyncIterator[bytes]:
        begin, between, end = (b"", b"\n", b"\n") if lines else (b'{"answers":[', b",", b"]}")
        yield begin
        for place in range(0, len(raws), _CHUNK):
            told = await service.aside(answering.each, raws[place : place + _CHUNK], past)
            service.metrics.scored(len(told))
            yield (between if place else b"") + between.join(told)
        yield end

    return written()

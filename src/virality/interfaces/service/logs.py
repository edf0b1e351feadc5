"""Logs as one JSON object a line, on stderr."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_BUNCH_SECONDS = 0.05


class JsonLines(logging.Formatter):
    """Writes a record as one line: time, level, logger, message, and what came with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(told, enc_hook=str).decode()


class RequestLine(msgspec.Struct):
    """What is logged of a request. It holds nothing of its body, nor of its answer's."""

    time: datetime
    request: str
    method: str
    path: str
    status: int
    duration_ms: float
    level: str = "info"
    logger: str = "virality.service"
    stage: str = "request"


class RequestLog:
    """Writes these lines in bunches, as each by itself would take longer than some requests do."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._encoder = msgspec.json.Encoder()

    def add(self, line: RequestLine) -> None:
        """Write a line within the next few hundredths of a second."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_BUNCH_SECONDS, self.flush)
        self._lines.append(self._encoder.encode(line))

    def flush(self) -> None:
        """Write what has not been written."""
        if self._lines:
            sys.stderr.write(b"\n".join([*self._lines, b""]).decode())
            self._lines.clear()


def log_lines() -> None:
    """Write the logs of the service, and of the server beneath it, on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("virality", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    logging.getLogger("uvicorn.access").disabled = True

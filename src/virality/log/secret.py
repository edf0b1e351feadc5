"""The secret that a log's pseudonyms are made with."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from virality.errors import OptionError
from virality.log.opening import file_of

KEY = "VIRALITY_LOG_KEY"
_BYTES = 32
_FEWEST = 16


def stated_secret(url: str) -> bytes | None:
    """Give the secret that the environment states; None where it lies beside the log's file.

    Raises
    ------
    OptionError
        When it is too short, or a server's log has none.
    """
    stated = os.environ.get(KEY, "")
    if stated:
        return _long_enough(stated.encode(), KEY)
    if file_of(url) is None:
        raise OptionError(
            "accounts are kept under pseudonyms, which take a secret of your own",
            where=KEY,
            remedy="set it: python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    return None


def secret_beside(url: str, *, used: bool) -> bytes:
    """Give the secret beside a log's file.

    Parameters
    ----------
    url
        Of the log, which is a file.
    used
        Whether the log holds pseudonyms already: another secret than theirs would find none.
        Otherwise one is made where it is missing, for its owner's eyes alone.

    Raises
    ------
    OptionError
        When it is missing, too short, or cannot be read or written.
    """
    key = Path(f"{file_of(url)}.key")
    try:
        if not used:
            _make(key)
        return _long_enough(key.read_bytes().strip(), str(key))
    except FileNotFoundError:
        raise OptionError(
            "the secret that the log's accounts are known by is missing",
            where=str(key),
            remedy=f"restore it, or set {KEY} to what it held",
        ) from None
    except OSError as error:
        raise OptionError(f"cannot be used: {error.strerror}", where=str(key)) from None


def _make(key: Path) -> None:
    try:
        file = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "wb") as stream:
        stream.write(secrets.token_hex(_BYTES).encode())


def _long_enough(secret: bytes, where: str) -> bytes:
    if len(secret) < _FEWEST:
        raise OptionError(f"it has fewer than {_FEWEST} characters", where=where)
    return secret

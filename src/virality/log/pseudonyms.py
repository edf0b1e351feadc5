"""Names that tell accounts apart, and not which they are: keyed hashes (HMAC-SHA-256, RFC 2104)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

_DIGITS = 32


@dataclass(frozen=True)
class Pseudonyms:
    """Pseudonyms of accounts and videos, alike for as long as the secret is.

    Attributes
    ----------
    secret
        Whoever has it can find the pseudonym of an account that he knows.
    """

    secret: bytes = field(repr=False)

    def account(self, name: str | None) -> str | None:
        """Give the pseudonym of an account; None for one that is not known."""
        return self._of("account", name)

    def video(self, name: str | None) -> str | None:
        """Give the pseudonym of a video; None for one that is not known."""
        return self._of("video", name)

    @property
    def proof(self) -> str | None:
        """What tells the secret from any other, and does not tell it."""
        return self._of("secret", "proof")

    def _of(self, kind: str, name: str | None) -> str | None:
        if not name:
            return None
        return hmac.new(self.secret, f"{kind}:{name}".encode(), "sha256").hexdigest()[:_DIGITS]

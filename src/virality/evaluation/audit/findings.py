"""What an audit finds, as values; pages, tables and JSON derive from them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from virality.errors import LeakError

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["refused", "warning", "information"]
SEVERITIES: tuple[Severity, ...] = ("refused", "warning", "information")

CODES: dict[str, str] = {
    "label-defining": "is counted after posting and reads columns that the outcome reads",
    "label-rebuilding": "up to three features from which the tier can be worked out",
    "closest-set": "the best of the sets that do not rebuild the tier",
    "later-phase": "is not known yet at the moment",
    "left-out": "was to be left out",
    "moving": "changes when the same video is scraped again",
    "too-good": "says more of the outcome, alone, than such a thing can say before posting",
    "duplicates": "the same video, or the same row, more than once",
    "account-overlap": "accounts with videos on both sides of the split",
    "unknown-age": "it is not known how old videos were when they were counted",
    "immature": "videos that were counted too soon after posting",
    "selected-cohort": "the videos look chosen for their outcome",
    "not-searched": "too little data to search for features that rebuild the tier",
}
"""What each code means; the documentation explains them at length."""


@dataclass(frozen=True)
class Finding:
    """One thing that an audit found.

    Attributes
    ----------
    code
        One of :data:`CODES`.
    severity
        ``"refused"``: a model for a moment before the end must not be trained so; ``"warning"``:
        its numbers need care; ``"information"``: good to know.
    what
        The finding in plain words, with its numbers.
    features
        The features that it is about.
    figures
        Its numbers by name.
    """

    code: str
    severity: Severity
    what: str
    features: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Audit:
    """What an audit found out, the gravest first.

    Attributes
    ----------
    moment
        What a model would be allowed to know.
    outcome
        What it would predict.
    split
        How the rows were parted.
    rows
        How many videos were looked at.
    synthetic
        Whether the videos are made up.
    findings
        In the order of their severity.
    """

    moment: str
    outcome: str
    split: str
    rows: int
    synthetic: bool
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What a model of this moment must not be trained on."""
        return self.of("refused")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What needs care."""
        return self.of("warning")

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """List the findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def require_honest(self) -> None:
        """Refuse to go on with what would not be foresight.

        Raises
        ------
        LeakError
            When something is refused.
        """
        if self.refused:
            named = dict.fromkeys(name for finding in self.refused for name in finding.features)
            raise LeakError(
                " ".join(finding.what for finding in self.refused),
                where=f"moment {self.moment}",
                remedy=f"leave out {', '.join(named)} (by --without, or of --feature), or use "
                "--moment full to describe",
            )

    def stated(self) -> dict[str, Any]:
        """Give all of it as plain values."""
        plain = asdict(self)
        plain["findings"] = [
            asdict(one) | {"features": list(one.features), "figures": dict(one.figures)}
            for one in self.findings
        ]
        return plain


def gravest_first(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Put findings into the order of their severity, and of the codes within it."""
    codes = list(CODES)
    ranks = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    return tuple(sorted(findings, key=lambda one: (ranks[one.severity], codes.index(one.code))))


def severity_of_leak(moment: str) -> Severity:
    """Say how grave a leak is: afterwards nothing has to be foreseen."""
    return "warning" if moment == "full" else "refused"

"""A view of a report made by hand, with something hostile in each word that records may bring."""

from hostile import HOSTILE
from virality.report.view import (
    Cohort,
    Count,
    Distribution,
    EffectView,
    Fact,
    FindingView,
    Growth,
    Known,
    Moment,
    Reliability,
    ReliabilityBin,
    Rival,
    Sentence,
    TierRow,
    View,
)

EDGES = tuple(10.0 + 5.0 * i for i in range(17))
SHARES = (0.0, 0.1, 0.2, 0.2, 0.2, 0.2, 0.1, *[0.0] * 9)
COUNTS = ((6, 2, 0, 0, 0), (1, 4, 3, 0, 0), (0, 2, 5, 1, 0), (0, 0, 2, 3, 1), (0, 0, 0, 0, 0))
NAMES = ("unlikely", "below", "average", "strong", "viral")


def tier_row(tier):
    """A row of the confusion matrix; nothing ended in tier 5."""
    counts = COUNTS[tier - 1]
    total = sum(counts)
    return TierRow(
        tier=tier,
        name=NAMES[tier - 1],
        starts=None if tier == 1 else 1000.0 * tier,
        counts=counts,
        precision=0.5,
        recall=counts[tier - 1] / total if total else None,
    )


def moment(name, **changes):
    """A verdict at a moment, or of a part of the rows."""
    stated = {"own": False, "train": 90, "test": 30, "log_loss": 1.2, "low": 1.1, "high": 1.3,
              "prior": 1.5, "spearman": 0.6, "note": ""}  # fmt: skip
    return Moment(name, **{**stated, **changes})


def effect(name, axis="linear", unit="seconds", **changes):
    """A curve of three values."""
    stated = {"values": (0.0, 1.0, 2.0), "scores": (40.0, 45.0, 43.0), "low": (39.0, 44.0, 41.0),
              "high": (41.0, 46.0, 45.0), "edges": (0.0, 1.0, 2.0),
              "shares": (0.75, 0.25)}  # fmt: skip
    return EffectView(name, f"the {name}", "content", unit, axis, **{**stated, **changes})


EFFECTS = (
    effect("duration_seconds", axis="log", values=(3.0, 30.0, 90.0), edges=(3.0, 30.0, 90.0)),
    effect("hashtags", axis="log", unit="hashtags", edges=(0.0, 3.0, 30.0)),
    effect("weekday", axis="cycle", unit="days after Sunday", low=None, high=None),
    effect("is_photo", axis="flag", unit="", values=(0.0, 1.0), scores=(44.0, 41.0),
           low=(43.0, 39.0), high=(45.0, 43.0), edges=(-0.5, 0.5, 1.5)),
    effect(f"f{HOSTILE}", shares=(0.0, 0.0)),
)  # fmt: skip


def made_view(**changes):
    """All of a report, short."""
    stated = {
        "title": f"A virality model of y{HOSTILE}, before posting",
        "synthetic": True,
        "sentences": tuple(Sentence(f"Question {i}?", f"Answer {i} of {HOSTILE}.") for i in "1234"),
        "judged": "Judged on 30 videos that it had not seen.",
        "rivals": (
            Rival("this model", own=True, log_loss=1.2, low=1.1, high=1.3, accuracy=0.6,
                  spearman=0.7),
            Rival("account's own average", own=False, log_loss=1.3, low=None, high=None,
                  accuracy=0.5, spearman=0.6, times=1.1, times_low=1.05, times_high=1.2),
            Rival("always commonest tier", own=False, log_loss=None, low=None, high=None,
                  accuracy=0.25, spearman=None),
        ),
        "notes": (f"A note on {HOSTILE}.",),
        "unseen": "These 30 videos judged.",
        "moments": (
            moment("before posting", own=True),
            moment("24h after posting", log_loss=None, low=None, high=None, prior=None,
                   spearman=None, note="too few to say"),
        ),
        "tiers": tuple(tier_row(tier) for tier in range(1, 6)),
        "reliability": (
            Reliability(None, (ReliabilityBin(0.05, 0.04, 0.01, 0.1, 100),
                               ReliabilityBin(0.62, 0.7, 0.4, 0.9, 50))),
            Reliability(5, (ReliabilityBin(0.02, 0.0, 0.0, 0.1, 30),)),
        ),
        "scores": (Distribution(None, 30, EDGES, SHARES), Distribution(5, 0, EDGES, (0.0,) * 16)),
        "percentiles": Distribution(None, 30, tuple(10.0 * i for i in range(11)), (0.1,) * 10),
        "effects": EFFECTS,
        "weak": (f"the w{HOSTILE}",),
        "growth": Growth((moment("50 %", train=45), moment("100 %")), "More records hardly help."),
        "cohorts": (
            Cohort("all", "all videos", 30, 0.6, 1.2, 0.7, 0.3, 0.2, 0.4, 0.8),
            Cohort("followers", "unknown", 7, *[None] * 7),
        ),
        "audit": (FindingView("warning", "too-good", f"f{HOSTILE} is too good."),),
        "rows": (Count("records read", 1234), Count("videos used", 120)),
        "rejections": (Count(f"y{HOSTILE}: not a number", 2),),
        "inputs": (Known("duration_seconds", "duration", "content", "seconds", 0.9),
                   Known(f"f{HOSTILE}", f"f{HOSTILE}", "", "", None)),
        "dates": (Fact("first training video posted", "2025-01-01"),),
        "provenance": (Fact("trained", "2026-01-01T00:00:00Z"),),
        "certificate": (Fact("steps", "16"),),
        "limits": ("Not a promise. It is a mean.",),
        "absent": {},
    }  # fmt: skip
    return View(**{**stated, **changes})


EMPTY = {
    "rivals": (), "notes": (), "unseen": "", "moments": (), "tiers": (), "reliability": (),
    "scores": (), "percentiles": None, "effects": (), "weak": (), "growth": None, "cohorts": (),
    "audit": (), "rows": (), "rejections": (), "inputs": (), "dates": (), "provenance": (),
    "certificate": (), "judged": "",
    "absent": dict.fromkeys(("moments", "tiers", "reliability", "effects", "growth", "cohorts",
                             "audit"), "It is not there."),
}  # fmt: skip
"""What a model's file of the reference system leaves: nothing but sentences and limits."""

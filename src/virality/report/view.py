"""What a report says, as plain values: pages, cards and charts derive from these and nothing else.

Shares and probabilities are from 0 to 1, scores and percentiles from 0 to 100, log-losses in nats.
No value is of a single video: captions, handles and ids have no place here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """One of the sentences of the first screen: the question, and its answer."""

    asks: str
    says: str


@dataclass(frozen=True)
class Rival:
    """The model or a baseline, judged on the same videos.

    Attributes
    ----------
    name
        How people call it.
    own
        Whether it is the model itself.
    log_loss, low, high
        With the 95 % interval where there is one.
    accuracy
        Share of videos whose most probable tier is the true one.
    spearman
        Rank correlation of score and outcome.
    times, times_low, times_high
        How many times as much probability the model gives, on geometric average, to what came
        true, with its 95 % interval; None of the model itself.
    """

    name: str
    own: bool
    log_loss: float | None
    low: float | None
    high: float | None
    accuracy: float | None
    spearman: float | None
    times: float | None = None
    times_low: float | None = None
    times_high: float | None = None


@dataclass(frozen=True)
class Moment:
    """What could be foreseen at a moment; numbers are None where there is a note instead."""

    name: str
    own: bool
    train: int | None
    test: int | None
    log_loss: float | None
    low: float | None
    high: float | None
    prior: float | None
    spearman: float | None
    note: str


@dataclass(frozen=True)
class TierRow:
    """A tier: how many judged videos were of it, and how they were told.

    ``starts`` is the outcome at which it begins; ``counts`` (5,) are the videos of it by the tier
    that they were called.
    """

    tier: int
    name: str
    starts: float | None
    counts: tuple[int, ...]
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class ReliabilityBin:
    """Probabilities between two tenths: their mean, how often they came true, and how many.

    ``low`` and ``high`` are the 95 % interval of the share that came true.
    """

    stated: float
    came: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Reliability:
    """Stated probabilities beside what came true, of one tier; None: of all tiers together."""

    tier: int | None
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True)
class Distribution:
    """Shares (b,) of n videos between ascending edges (b + 1,), of one tier or of all (None)."""

    tier: int | None
    n: int
    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class EffectView:
    """How the score goes with a feature, as :class:`virality.effects.Effect` states it."""

    name: str
    phrase: str
    phase: str
    unit: str
    axis: str
    values: tuple[float, ...]
    scores: tuple[float, ...]
    low: tuple[float, ...] | None
    high: tuple[float, ...] | None
    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Growth:
    """The verdict with fewer training videos, and whether more are worth scraping."""

    points: tuple[Moment, ...]
    says: str


@dataclass(frozen=True)
class Cohort:
    """Some of the unseen videos that have something in common.

    Attributes
    ----------
    group, name
        What they are parted by, and which of its parts this is.
    n
        How many.
    accuracy, log_loss, spearman
        As of a model; None where they are too few to say.
    gain, gain_low, gain_high
        Log-loss of the training's tier shares less that of the model, with its 95 % interval:
        above 0 the model knows more.
    covered
        Share of outcomes inside their 80 % range.
    """

    group: str
    name: str
    n: int
    accuracy: float | None
    log_loss: float | None
    spearman: float | None
    gain: float | None
    gain_low: float | None
    gain_high: float | None
    covered: float | None


@dataclass(frozen=True)
class FindingView:
    """What the leak audit found."""

    severity: str
    code: str
    what: str


@dataclass(frozen=True)
class Count:
    """A number of things, in words."""

    name: str
    count: int


@dataclass(frozen=True)
class Known:
    """An input of the model, and of which share of the records it is known."""

    name: str
    phrase: str
    phase: str
    unit: str
    share: float | None


@dataclass(frozen=True)
class Fact:
    """A name and what it is, as text."""

    name: str
    value: str


@dataclass(frozen=True)
class View:
    """All of a report.

    Attributes
    ----------
    title
        Of the page.
    synthetic
        Whether the model rests on made-up videos.
    sentences
        The four of the first screen: what, when, how much better, how far off.
    judged
        On which videos the headline rests, in words.
    rivals
        The model first, then its baselines.
    notes
        What a reader of the numbers has to know.
    unseen
        On which videos the pictures of single predictions rest, in words.
    moments, tiers, reliability, scores, percentiles, effects, growth, cohorts, audit
        The sections, each empty or None where there is nothing to show.
    weak
        Inputs that hardly move the score, and are not drawn.
    rows, rejections, inputs, dates
        The data.
    provenance, certificate
        Where the model comes from, and the proof that its fit ended.
    limits
        What a score is not.
    absent
        Why a section is empty, by its name.
    """

    title: str
    synthetic: bool
    sentences: tuple[Sentence, ...]
    judged: str
    rivals: tuple[Rival, ...]
    notes: tuple[str, ...]
    unseen: str
    moments: tuple[Moment, ...]
    tiers: tuple[TierRow, ...]
    reliability: tuple[Reliability, ...]
    scores: tuple[Distribution, ...]
    percentiles: Distribution | None
    effects: tuple[EffectView, ...]
    weak: tuple[str, ...]
    growth: Growth | None
    cohorts: tuple[Cohort, ...]
    audit: tuple[FindingView, ...]
    rows: tuple[Count, ...]
    rejections: tuple[Count, ...]
    inputs: tuple[Known, ...]
    dates: tuple[Fact, ...]
    provenance: tuple[Fact, ...]
    certificate: tuple[Fact, ...]
    limits: tuple[str, ...]
    absent: dict[str, str]

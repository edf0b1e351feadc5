"""The sentences of a report: what the model is for, how good it is, and what a score is not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.labels import outcome_named
from virality.records import age_in_words
from virality.report.view import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.artefact import Artefact
    from virality.training.unseen import Unseen

BASELINES = {
    "account_history": "account's own average",
    "followers": "followers alone",
    "prior": "same odds for all",
    "majority": "always commonest tier",
    "reference_recipe": "reference recipe",
}
"""What a model is compared with, in the order in which it is shown."""

_WHICH = {
    "time": "the latest of the records, posted after those that it learned from",
    "author": "videos of accounts that it did not learn from",
    "random": "a random part of the records",
    "given": "the test part of its training file",
}


def outcome_in_words(artefact: Artefact) -> str:
    """Say what is predicted."""
    return outcome_named(artefact.outcome).phrase if artefact.outcome else "ready-made tier"


def judged_in_words(artefact: Artefact) -> str:
    """Say on which videos the headline rests; empty where the file does not tell."""
    evaluation = artefact.evaluation
    rows, split = evaluation.get("rows"), evaluation.get("split", {})
    if rows is None:
        matrix = artefact.confusion_matrix
        if matrix is None:
            return ""
        return f"Judged on {sum(map(sum, matrix)):,} videos, as the model's file states."
    said = (
        f"Judged on {rows['test']:,} videos that it had not seen: {_WHICH[split['kind']]}. It "
        f"learned from {rows['train']:,} others."
    )
    if artefact.evaluation.get("refit"):
        said += " After that the saved model was fitted again, on all of them."
    return said


def sentences(artefact: Artefact, unseen: Unseen | None) -> tuple[Sentence, ...]:
    """Answer the four questions of the first screen, each in one sentence."""
    return (
        Sentence("What does it predict?", _what(artefact)),
        Sentence("For when?", _when(artefact)),
        Sentence(_BETTER[_rival(artefact)], _better(artefact)),
        Sentence("How far off can one prediction be?", _far(artefact, unseen)),
    )


def _what(artefact: Artefact) -> str:
    rows = artefact.data.get("rows")
    among = "the videos" if rows is None else f"the {rows:,} videos"
    if not artefact.outcome:
        return (
            f"The tier of a short video, 1 to 5, as its training file labelled {among} that it "
            "learned from, and from the tiers' probabilities a score from 0 to 100."
        )
    return (
        f"How the {outcome_in_words(artefact)} of a short video will compare with those of {among} "
        "that it learned from: one of five tiers, and a score from 0 to 100."
    )


def _when(artefact: Artefact) -> str:
    inputs = artefact.inputs
    if inputs is None:
        return "The model's file does not say when its inputs become known."
    if inputs.moment == "before":
        return (
            "Before posting: from what the video is, whose it is and how the account's earlier "
            "videos did, and from nothing that is counted after posting."
        )
    if inputs.moment == "after":
        return (
            f"{age_in_words(artefact.early_age).capitalize()} after posting: from the video, the "
            "account, its earlier videos, and what was counted by then."
        )
    return (
        "When all counts are in: it describes how a video did, and cannot say before posting how "
        "one will do."
    )


_BETTER = {
    "account_history": "How much better than the account's own average?",
    "prior": "How much better than guessing?",
    "": "How good is it?",
}


def _rival(artefact: Artefact) -> str:
    """Choose what to compare with: the account's own average, where it is known."""
    known = artefact.evaluation.get("baselines", {})
    return next((one for one in ("account_history", "prior") if one in known), "")


def _better(artefact: Artefact) -> str:
    rival, accuracy = _rival(artefact), artefact.accuracy
    if accuracy is None:
        return "Nobody has judged it: the model's file states no evaluation."
    if not rival:
        return f"It named the right tier for {_of_100(accuracy)} of 100 videos."
    evaluation = artefact.evaluation
    other = evaluation["baselines"][rival]
    low, high = evaluation["intervals"]["accuracy"]
    named = (
        f"It named the right tier for {_of_100(accuracy)} of 100 videos (95 % interval "
        f"{_of_100(low)} to {_of_100(high)}), {_RIVALS[rival]} for {_of_100(other['accuracy'])}"
    )
    return f"{named}, {_advantage(other['difference'], rival)}{_describes(evaluation)}."


def _describes(evaluation: Mapping[str, Any]) -> str:
    """Say that a number is no foresight, where inputs and label are made of the same counts."""
    label = evaluation.get("label", {})
    if label.get("rebuilt_by"):
        return "; that is arithmetic, not foresight, as three of its inputs define the tier"
    if label.get("defining_features"):
        return "; that is no foresight, as some of its inputs are counted together with the outcome"
    return ""


def title_of(artefact: Artefact) -> str:
    """Name the report: what is predicted, and when."""
    what = outcome_named(artefact.outcome).phrase if artefact.outcome else "ready-made tiers"
    moment = "" if artefact.inputs is None else _MOMENTS[artefact.inputs.moment]
    return f"A virality model of {what}{moment}"


_MOMENTS = {"before": ", before posting", "after": ", soon after posting", "full": ", afterwards"}

_RIVALS = {"account_history": "the account's own average", "prior": "the commonest tier"}
_BESIDE = {"account_history": "the account's own average", "prior": "the tiers' shares"}


def _advantage(difference: Mapping[str, float], rival: str) -> str:
    """Say a paired difference of log-losses as a ratio of probabilities."""
    times, least, most = ratios(difference)
    gave = (
        f"to what then happened it gave {_times(times)} times the probability that "
        f"{_BESIDE[rival]} gave ({_times(least)} to {_times(most)})"
    )
    if least > 1:
        return f"and {gave}"
    return f"which is {'worse' if most < 1 else 'not clearly better'}: {gave}"


def ratios(difference: Mapping[str, float]) -> tuple[float, float, float]:
    """Turn a difference of log-losses into how many times as much probability was given.

    Returns
    -------
    The ratio, and the ends of its interval.
    """
    times, least, most = (math.exp(-difference[end]) for end in ("mean", "high", "low"))
    return times, least, most


def _far(artefact: Artefact, unseen: Unseen | None) -> str:
    matrix = artefact.confusion_matrix
    if matrix is None:
        return "Unknown: the model's file states no evaluation."
    near, far = misses(matrix)
    return (
        f"Of 100 videos {_of_100(near)} end in the tier next to the one it names and "
        f"{_of_100(far)} two or more tiers away{_range(artefact, unseen)}."
    )


def misses(matrix: list[list[int]]) -> tuple[float, float]:
    """Give the shares of videos one tier off, and two or more off.

    Examples
    --------
    >>> misses([[2, 1, 1], [0, 2, 0], [0, 2, 2]])
    (0.3, 0.1)
    """
    counts = np.array(matrix)
    apart = np.abs(np.subtract.outer(np.arange(len(counts)), np.arange(len(counts))))
    total = counts.sum()
    return float(counts[apart == 1].sum() / total), float(counts[apart > 1].sum() / total)


def _range(artefact: Artefact, unseen: Unseen | None) -> str:
    """Say how wide the 80 % range of a single video is."""
    covered = artefact.evaluation.get("metrics", {}).get("coverage")
    held = "" if covered is None else f" ({_of_100(covered)} of 100 outcomes fell inside)"
    spans = None if unseen is None else unseen.spans
    if spans is not None and np.isfinite(spans).mean() > 1 / 2:
        return (
            f", and the top of the range that should hold its {outcome_in_words(artefact)} 8 times "
            f"in 10 is typically {_times(float(np.nanmedian(spans)))} times its bottom{held}"
        )
    if unseen is not None and unseen.intervals is not None:
        width = float(np.median(unseen.intervals[:, 2] - unseen.intervals[:, 0]))
        return (
            ", and the range that should hold its rank 8 times in 10 is typically "
            f"{width:.0f} of 100 ranks wide{held}"
        )
    return "" if covered is None else f", and {_of_100(covered)} fall in their 80 % range"


def _of_100(share: float) -> str:
    """Say a share as a count of 100; under 1 or over 99 with a decimal."""
    hundred = 100.0 * share
    rounded = f"{hundred:.0f}"
    return f"{hundred:.1f}" if 0 < hundred < 1 or 99 < hundred < 100 else rounded  # noqa: PLR2004


def _times(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio < 10 else f"{ratio:,.0f}"  # noqa: PLR2004  ten and more are round


_NO_PROMISE = (
    "Not a promise. It is a mean over five tiers, each weighed by its probability; single videos "
    "land far from it. By construction it lies between 12.5 and 90."
)
_NO_CAUSE = (
    "Not a cause. A curve says what goes together in these records, not what happens to a video "
    "that is changed."
)
_NO_QUALITY = (
    "Not a judgement of quality. It is about the {} that such videos got, whatever they got it for."
)
_NO_OTHERS = (
    "Not about videos unlike those that trained. A model of one niche, country or year knows that "
    "one; of videos chosen for their success it knows nothing of the others."
)


def limits(artefact: Artefact) -> tuple[str, ...]:
    """Say what a score is not."""
    said = [
        _NO_PROMISE,
        _NO_CAUSE,
        _NO_QUALITY.format(outcome_in_words(artefact)),
        _NO_OTHERS,
    ]
    if artefact.inputs is not None and artefact.inputs.moment == "full":
        said.insert(0, "Not foresight. Its inputs are counted after posting.")
    if is_synthetic(artefact):
        said.insert(0, "Not real. The records are made up, and say nothing of real videos.")
    return tuple(said)


def is_synthetic(artefact: Artefact) -> bool:
    """Tell whether the model, or what judged it, rests on made-up videos."""
    return bool(artefact.data.get("synthetic") or artefact.evaluation.get("synthetic"))


def facts_of(values: Mapping[str, Any]) -> Mapping[str, str]:
    """Write plain values as text, by name, without those that are unset."""
    return {name: _text(value) for name, value in values.items() if value not in (None, [], "")}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)

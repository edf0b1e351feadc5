"""From a saved model and records back to who trained it and who did not.

A model's file holds no rows. It states the choices of its training and a hash of the rows that
trained; so, given the same records again, the same training and test parts can be told, and told
to be the same.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import DataError, OptionError
from virality.threads import one_blas_thread
from virality.training.concluding import Run
from virality.training.labelling import labelled
from virality.training.measuring import measured
from virality.training.parting import parted
from virality.training.provenance import fingerprint
from virality.training.settings import Settings, settings_stated
from virality.training.train import learn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from virality.artefact import Artefact
    from virality.evaluation.splits import Split
    from virality.scorer import Scorer
    from virality.training.examples import Examples
    from virality.training.labelled import Labelled


def choices_of(
    artefact: Artefact,
    *,
    mapping: Mapping[str, str] | None = None,
    where: str | None = None,
) -> Settings:
    """Give the choices that a model was trained by.

    Parameters
    ----------
    artefact
        The model.
    mapping, where
        How its records were read, which the file does not state.

    Raises
    ------
    DataError
        When the file does not state how the model was trained.
    """
    named = {one.name for one in fields(Settings)} & artefact.training.keys()
    if not named:
        raise DataError(
            "the model's file does not say how it was trained",
            remedy="leave out the records, or train a model on them",
        )
    return settings_stated(artefact.training, named, mapping=mapping, where=where)


def retraced(
    scorer: Scorer,
    examples: Examples,
    settings: Settings,
    progress: Callable[[str], None] = lambda _: None,
) -> Run | None:
    """Find the training of a saved model again, where these are the records that it is from.

    Parameters
    ----------
    scorer
        The model.
    examples, settings
        Records, read by its choices.
    progress
        Told each step as it begins.

    Returns
    -------
    Its training, with the classifier that was judged: that of the file, or, where the file's was
    refitted on all rows after judging, one trained again without the test rows. None where the
    hash of the rows is another.

    Raises
    ------
    DataError
        When the classifier that was judged cannot be trained again.
    NotConvergedError
        Likewise.
    """
    progress("computing features")
    with one_blas_thread():
        found = _parts(scorer.artefact, examples, settings)
    if found is None:
        return None
    split, rows = found
    if settings.refit:
        return replace(learn(examples, replace(settings, refit=False), progress), scorer=scorer)
    return Run(scorer, examples, rows, split, scorer.artefact.classifier)


def _parts(
    artefact: Artefact, examples: Examples, settings: Settings
) -> tuple[Split, Labelled] | None:
    """Part and measure the rows as the training did, if their hash is that of the training."""
    try:
        split = parted(examples, settings)
        used = _used(split, settings)
        values = measured(examples, used, settings)
    except (DataError, OptionError):
        return None
    rows = labelled(examples, values, artefact.thresholds)
    orders = used.train, np.sort(used.train)  # records that were not held came in that of posting
    hashes = {_hash(rows.part(numbers)) for numbers in orders}
    return (split, rows) if artefact.data.get("sha256") in hashes else None


def _hash(rows: Labelled) -> str:
    return str(fingerprint(lambda: [rows], synthetic=False)["sha256"])


def _used(split: Split, settings: Settings) -> Split:
    """Give the parts that the saved model was trained by: refitted, it has seen all rows."""
    if not settings.refit:
        return split
    everything = np.sort(np.concatenate([split.train, split.test]))
    return replace(split, train=everything, test=everything[:0])

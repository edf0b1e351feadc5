"""A virality score from 0 to 100 for short videos that says how sure it is.

>>> import virality
>>> scorer = virality.train("videos.json")  # doctest: +SKIP
>>> scorer.score({"duration_seconds": 30, "hashtags": ["cats"]}).score  # doctest: +SKIP
53.1

The public names load on first use, so that importing the package loads nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from virality._version import __version__

if TYPE_CHECKING:
    from virality.answers import Prediction
    from virality.errors import ViralityError
    from virality.evaluation.audit.findings import Audit, Finding
    from virality.evaluation.verdict import Evaluation
    from virality.reasons import Explanation
    from virality.records import read_records
    from virality.scorer import Scorer, load
    from virality.training.auditing import audit
    from virality.training.evaluating import evaluate
    from virality.training.fitting import Solution, fit_softmax
    from virality.training.settings import Settings
    from virality.training.streaming import fit_files
    from virality.training.train import train
    from virality.whatif import WhatIf

__all__ = [
    "Audit",
    "Evaluation",
    "Explanation",
    "Finding",
    "Prediction",
    "Scorer",
    "Settings",
    "Solution",
    "ViralityError",
    "WhatIf",
    "__version__",
    "audit",
    "evaluate",
    "fit_files",
    "fit_softmax",
    "load",
    "read_records",
    "train",
]

_HOMES = {
    "Audit": "virality.evaluation.audit.findings",
    "Evaluation": "virality.evaluation.verdict",
    "Explanation": "virality.reasons",
    "Finding": "virality.evaluation.audit.findings",
    "Prediction": "virality.answers",
    "Scorer": "virality.scorer",
    "Settings": "virality.training.settings",
    "Solution": "virality.training.fitting",
    "ViralityError": "virality.errors",
    "WhatIf": "virality.whatif",
    "audit": "virality.training.auditing",
    "evaluate": "virality.training.evaluating",
    "fit_files": "virality.training.streaming",
    "fit_softmax": "virality.training.fitting",
    "load": "virality.scorer",
    "read_records": "virality.records",
    "train": "virality.training.train",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'virality' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)

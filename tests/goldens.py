"""Model files of every format, and what they said when they were written.

    PYTHONPATH=src:tests python tests/goldens.py

makes what is missing, for a new version of the format, and changes nothing that is there: a file
that was released is read for ever, and goes on saying what it said.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from virality.artefact import FORMAT_VERSION
from virality.scorer import load

FOLDER = Path(__file__).parent / "fixtures" / "models"
ANSWERS = FOLDER / "answers.json"
KINDS = {
    "reference-15": {"schema": "reference-15"},
    "creator-1": {"schema": "creator-1"},
    "creator-1-full": {"schema": "creator-1", "outcome": "author_multiple", "moment": "full"},
}
OLDEST = [
    "weights",
    "biases",
    "featureNames",
    "numClasses",
    "trainedAt",
    "accuracy",
    "confusionMatrix",
]
VIDEOS = [
    {},
    {"duration_seconds": 30, "followers": 12000},
    {"plays": "98.1K", "likes": 400, "comments": 9, "shares": 4, "saves": 20, "followers": 900,
     "duration_seconds": 12, "caption": "so #good?", "created_at": "2025-03-01T10:00:00Z",
     "sound_title": "x", "author_video_count": 41, "author_verified": False},
    {"history_level": 5000, "history_count": 12, "hour_posted": 18, "is_photo": True},
]  # fmt: skip


@cache
def answers():
    """What every file said, by its name."""
    return json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}


def rows_of(model):
    """Make rows of what the population's features were, most of them whole."""
    population, generator = model.artefact.classifier.population, np.random.default_rng(0)
    if population is None:
        return generator.uniform(0, 1, (8, len(model.feature_names))).tolist()
    quantiles = population.copula.knots
    picked = generator.integers(quantiles.shape[1], size=(8, len(quantiles)))
    rows = quantiles[np.arange(len(quantiles)), picked]
    rows[6:][generator.uniform(size=rows[6:].shape) < 0.5] = np.nan
    return [[None if np.isnan(value) else value for value in row] for row in rows.tolist()]


def said(model, rows):
    """Say what a model says of the rows, and of the videos where it needs not know everything."""
    probabilities = model.predict_proba(np.array(rows, dtype=float)).tolist()
    found = {"rows": rows, "probabilities": probabilities, "videos": []}
    for video in VIDEOS if model.artefact.classifier.population is not None else []:
        one = model.score(video)
        answer = (one.score, one.tier_probabilities, one.percentile, one.interval)
        names = ("score", "probabilities", "percentile", "interval")
        found["videos"].append(dict(zip(names, answer, strict=True)))
    return found


def main():
    """Make the files of this format that are missing, and note what each file says."""
    from worlds import trained

    for kind, changes in KINDS.items():
        path = FOLDER / f"version-{FORMAT_VERSION}-{kind}.json"
        if not path.exists():
            trained(**changes).scorer.save(path)
    oldest = FOLDER / "version-0.json"
    if not oldest.exists():
        document = json.loads((FOLDER / "version-1.json").read_text())
        oldest.write_text(json.dumps({name: document[name] for name in OLDEST}, indent=1) + "\n")
    noted = dict(answers())
    for path in sorted(FOLDER.glob("version-*.json")):
        if path.name not in noted:
            model = load(path)
            noted[path.name] = said(model, rows_of(model))
    ANSWERS.write_text(json.dumps(noted, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""The same video gets the same score from every face of the package."""

import json

import numpy as np
import pytest

from served import asking, service
from virality import load, read_records
from virality.context import with_context
from virality.features.extraction import extract
from virality.interfaces.cli import main
from virality.labels import expected_score
from virality.ml import predict_with_ml
from worlds import coming, sample, scorer

MODELS = {
    "reference-15": {"schema": "reference-15"},
    "before posting": {"schema": "creator-1"},
    "after posting": {"schema": "creator-1", "moment": "full"},
    "beside the account's usual": {"schema": "creator-1", "outcome": "author_multiple"},
}


def records():
    """New videos of which little is known, and old ones of which all is."""
    whole = {
        record["id"]: record
        for record in sample().records[:40]
        if isinstance(record["createTime"], int) and record["id"]
    }
    return [dict(record) for record in [*coming(), *list(whole.values())[:4]]]


def over_http(videos, seen):
    """Scores of the service: one by one, and as a batch."""
    history = list(sample().records) if seen else None
    with asking(service("model.json")) as client:
        single = [
            client.post("/v1/score", json={"video": video, "history": history}).json()["score"]
            for video in videos
        ]
        body = {"videos": videos, "history": history}
        batch = client.post("/v1/score/batch", json=body).json()["answers"]
    return {"POST /v1/score": single, "POST /v1/score/batch": [one["score"] for one in batch]}


@pytest.fixture(params=[(name, seen) for name in MODELS for seen in (False, True)], ids=str)
def scores(request, tmp_path, monkeypatch, capsys):
    """Scores of the same videos, from each face; with and without the accounts' history."""
    name, seen = request.param
    if seen and name == "reference-15":
        pytest.skip("it uses no history")
    monkeypatch.chdir(tmp_path)
    model = scorer(**MODELS[name])
    model.save("model.json")
    saved = load("model.json")
    (tmp_path / "videos.json").write_text(json.dumps(records()))
    (tmp_path / "old.json").write_text(json.dumps(list(sample().records)))
    history, options = ("old.json", ["--history", "old.json"]) if seen else (None, [])
    frame = read_records(records())
    features = extract(with_context(frame, saved.artefact, history), saved.artefact.inputs)
    assert main(["score", "videos.json", "--format", "json", *options]) == 0
    printed = json.loads(capsys.readouterr().out)["predictions"]
    past = saved.past(history) if seen else None
    ids = frame["video_id"].to_list()
    by_id = {record["id"]: record for record in records()}
    return {
        "Scorer.score": [saved.score(by_id[video_id], past).score for video_id in ids],
        "Scorer.score_records": saved.score_records(frame, history=history)["score"].to_list(),
        "Scorer.predict_proba": expected_score(saved.predict_proba(features)).tolist(),
        "before saving": expected_score(model.predict_proba(features)).tolist(),
        "virality score": [row["score"] for row in printed],
        **over_http([by_id[video_id] for video_id in ids], seen),
        "predict_with_ml": [predict_with_ml(row, "model.json") for row in features],
    }


def test_all_faces_give_the_same_score(scores):
    first = scores.pop("Scorer.score")
    rounded = scores.pop("predict_with_ml")
    for face, others in scores.items():
        assert others == pytest.approx(first, abs=1e-12), face
    assert rounded == pytest.approx(first, abs=0.05 + 1e-9)
    assert len(first) == 12
    assert np.std(first) > 0.1

"""Answers to one video."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from served import PROBLEM, asking, known, model_file, service
from virality import load
from virality.interfaces.service.strict import decoded
from worlds import coming, sample


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return model_file(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def client(path):
    with asking(service(path)) as made:
        yield made


def score(client, video, **more):
    return client.post("/v1/score", json={"video": video, **more})


def test_a_video_is_scored_from_any_part_of_its_fields(client, path):
    model = load(path)
    videos = [{}, {"duration_seconds": 30}, {"caption": "a #b?"}, {"followers": None}, known()[0]]
    for video in [*videos, *coming(3)]:
        told, found = score(client, video).json(), model.score(video)
        assert told["score"] == pytest.approx(found.score, abs=1e-12)
        assert told["tier_probabilities"] == pytest.approx(found.tier_probabilities, abs=1e-12)
        assert told["percentile"] == pytest.approx(found.percentile, abs=1e-9)
        assert [*told["interval"].values()] == pytest.approx(found.interval, abs=1e-9)
        assert (told["tier"], told["unknown"]) == (found.tier, list(found.unknown))
        assert told["narrows"] == found.narrows
        assert told["model"]["synthetic"] is True


def test_a_history_makes_a_video_better_known(client, path):
    video, past = dict(coming(1)[0]), list(sample().records)
    model = load(path)
    told = score(client, video, history=past).json()
    assert told["score"] == pytest.approx(model.score(video, past).score, abs=1e-12)
    assert told["history"]["videos"] > 0
    blind = score(client, video).json()
    assert "history" not in blind
    assert len(told["unknown"]) < len(blind["unknown"])
    assert score(client, video, history=[]).json()["history"]["videos"] == 0


def test_reasons_and_choices_come_on_request(client, path):
    model, video = load(path), known()[0]
    told = score(client, video, explain=True, what_if=["duration_seconds"]).json()
    points = sum(one["contribution"] for one in told["explanation"]["reasons"])
    whole = told["explanation"]["base"] + points + told["explanation"]["unknown"]
    assert whole == pytest.approx(told["score"], abs=1e-9)
    assert told["what_if"][0]["scores"] == pytest.approx(
        model.what_if(video, "duration_seconds").scores.tolist()
    )


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b"", 400, ""),
        (b"{", 400, ""),
        (b'{"video": {"followers": NaN}}', 400, ""),
        (b'{"video": ' + b"[" * 100_000, 400, ""),
        (b'{"video": {"caption": "\xff"}}', 400, ""),
        (b"[]", 422, ""),
        (b"{}", 422, "/video"),
        (b'{"video": 1}', 422, "/video"),
        (b'{"video": {}, "vido": 1}', 422, "/vido"),
        (b'{"video": {}, "explain": 1}', 422, "/explain"),
        (b'{"video": {}, "history": [1]}', 422, "/history/0"),
        (b'{"video": {}, "history": [{"a": 1}]}', 422, "/history"),
        (b'{"video": {}, "what_if": ["followers"]}', 422, "/what_if"),
        (b'{"video": {"duration_seconds": "long"}}', 422, "/video/duration_seconds"),
        (b'{"video": {"hour_posted": 99}}', 422, "/video/hour_posted"),
        (b'{"video": {"hour_posted": 1' + b"0" * 400 + b"}}", 422, "/video/hour_posted"),
        (b'{"video": {"videoMeta": {"duration": -3}, "id": "7512345678901234567"}}', 422, "/video"),
        (b'{"video": {"a/b~": 1}}', 422, "/video/a~1b~0"),
    ],
)
def test_a_problem_names_the_field_at_fault(client, body, status, pointer):
    answer = client.post("/v1/score", content=body, headers={"content-type": "application/json"})
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.headers["content-type"] == PROBLEM
    assert told["errors"][0]["pointer"] == pointer
    assert told["detail"]
    assert told["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    assert len(answer.content) < 3000


def test_a_problem_names_the_body_that_a_caller_calls_so_and_none_of_our_classes(client):
    told = client.post("/v1/score", json={"video": {}, "body": 1}).json()
    assert told["errors"][0]["pointer"] == "/body"
    assert "ScoreRequest" not in client.post("/v1/score", json=[]).text


def test_a_history_is_looked_at_to_its_first_fault_and_is_not_endless(client):
    told = client.post("/v1/score", json={"video": {}, "history": [1] * 200_000})
    assert [one["pointer"] for one in told.json()["errors"]] == ["/history/0"]
    assert client.post("/v1/score", json={"video": {}, "history": [{}] * 20_001}).status_code == 413


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"cut \ud83d", "cut ?"),
        (rb"\ud83d\ude00 whole", "\N{GRINNING FACE} whole"),
        (rb"\\ud83d spelled", "\\ud83d spelled"),
        (rb"\\\ud83d after a stroke", "\\? after a stroke"),
        (rb"\ud83d\ud83d\ude00\ude00", "?\N{GRINNING FACE}?"),
    ],
)
def test_half_a_character_is_read_as_a_question_mark(written, read):
    assert decoded(b'["' + written + b'"]') == [read]


def test_nothing_posted_yet_needs_no_account(client):
    video = {"caption": "a", "duration_seconds": 20}
    named = score(client, video | {"author_id": "new"}, history=[]).json()
    assert "history_count" not in named["unknown"]
    assert score(client, video, history=[]).json()["score"] == named["score"]
    assert score(client, video).json()["score"] != named["score"]


def test_a_thousand_unknown_fields_are_refused_at_once(client):
    answer = score(client, {f"field number {k} of nothing": k for k in range(3000)})
    assert answer.status_code == 422
    assert len(answer.content) < 3000


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/octet-stream"])
def test_one_video_comes_as_json_alone(client, kind):
    answer = client.post("/v1/score", content=b'{"video": {}}', headers={"content-type": kind})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "caption",
        "hashtags",
        "duration",
        "followers",
        "views",
        "createTime",
        "created_at",
        "id",
        "videoMeta",
        "authorMeta",
        "hour_posted",
        "history_level",
        "is_photo",
        "stats",
        "url",
    ]
)


@given(st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=6))
def test_whatever_is_sent_gets_a_score_or_a_problem(client, video):
    body = json.dumps({"video": video}, allow_nan=True).replace("Infinity", "1e999")
    headers = {"content-type": "application/json"}
    one = client.post("/v1/score", content=body.encode(), headers=headers)
    several = client.post(
        "/v1/score/batch",
        content=f"[{json.dumps(video)}]".replace("Infinity", "1e999"),
        headers=headers,
    )
    assert one.status_code in {200, 400, 422}
    if several.status_code == 200:
        inner = several.json()["answers"][0]
        assert ("score" in inner) == (one.status_code == 200)
        if one.status_code == 200:
            assert math.isclose(inner["score"], one.json()["score"], abs_tol=1e-12)


def test_a_model_without_a_population_says_what_it_cannot_do(tmp_path):
    text = json.loads(model_file(tmp_path, schema="reference-15").read_text())
    old = {"weights": text["weights"], "biases": text["biases"], "numClasses": 5}
    old |= {name: text[name] for name in ("featureNames", "trainedAt", "accuracy")}
    old["confusionMatrix"] = text["confusionMatrix"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old))
    names = text["featureNames"]
    with asking(service(path)) as client:
        whole = score(client, dict.fromkeys(names, 0.5))
        assert (whole.status_code, whole.json()["interval"]) == (200, None)
        part = score(client, dict.fromkeys(names[1:], 0.5))
        assert part.status_code == 422
        assert "population" in part.json()["detail"]
        assert client.get("/v1/model").json()["inputs"][0]["name"] == names[0]

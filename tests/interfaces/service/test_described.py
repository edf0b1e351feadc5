"""The service's documents and its own description tell what it does."""

import json
import re
from pathlib import Path

import pytest

from served import asking, model_file, service
from virality.interfaces.service.examples import ANSWER

PAGE = Path(__file__).parents[3] / "docs" / "service.md"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with asking(service(model_file(tmp_path_factory.mktemp("model")))) as made:
        yield made


def test_the_examples_of_the_page_are_answered_as_it_says(client):
    text = PAGE.read_text(encoding="utf-8")
    single, with_history, batch = map(json.loads, re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    told = client.post("/v1/score", json=single)
    assert {"explanation", "what_if", *ANSWER} <= told.json().keys()
    assert client.post("/v1/score", json=with_history).json()["history"]["videos"] == 1
    answers = client.post("/v1/score/batch", json=batch).json()["answers"]
    stated = json.loads(re.search(r"```text\n(\{.*?\})\n```", text, re.DOTALL)[1])
    single["video"]["duration_seconds"] = "long"
    problem = client.post("/v1/score", json=single).json()
    assert {**problem, "instance": ""} == {**stated, "instance": ""}
    assert answers[1]["detail"] == stated["detail"]


def test_the_page_and_the_description_name_the_same_endpoints(client):
    described = client.get("/openapi.json").json()["paths"]
    named = re.findall(r"`(?:GET |POST )?(/[\w/.]*)`", PAGE.read_text(encoding="utf-8"))
    assert set(named) == {*described, "/openapi.json"}


def test_the_examples_of_the_description_are_what_is_sent_and_answered(client):
    paths = client.get("/openapi.json").json()["paths"]
    content = paths["/v1/score/batch"]["post"]["requestBody"]["content"]
    for kind, stated in content.items():
        example = stated["example"]
        body = example if isinstance(example, str) else json.dumps(example)
        answer = client.post("/v1/score/batch", content=body, headers={"content-type": kind})
        assert answer.status_code == 200
        assert "tier_probabilities" in answer.text
    video = client.get("/openapi.json").json()["components"]["schemas"]["ScoreRequest"]
    example = video["properties"]["video"]["examples"][0]
    told = client.post("/v1/score", json={"video": example}).json()
    assert told.keys() == ANSWER.keys()


def test_what_is_no_json_is_described_as_what_it_is(client):
    paths = client.get("/openapi.json").json()["paths"]
    for where in ("/metrics", "/v1/model/card"):
        stated = paths[where]["get"]["responses"]["200"]["content"]
        assert client.get(where).headers["content-type"].partition(";")[0] in stated
        assert "application/json" not in stated


def test_every_problem_is_described(client):
    document = client.get("/openapi.json").json()
    assert {"Problem", "Fault"} <= document["components"]["schemas"].keys()
    for path, methods in document["paths"].items():
        if path.startswith("/v1/"):
            for method in methods.values():
                assert {"400", "401", "429", "503"} <= method["responses"].keys(), path

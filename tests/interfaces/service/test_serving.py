"""The file that is served, as it changes."""

import json

import pytest

from served import asking, model_file, service
from virality.errors import ArtefactError
from virality.interfaces.service import serving
from virality.interfaces.service.serving import ModelFile
from worlds import scorer


def other(path):
    """Write another model there."""
    scorer(schema="reference-15").save(path)


def test_a_new_file_is_taken_and_the_same_one_is_not(tmp_path):
    path = model_file(tmp_path)
    found = ModelFile(path)
    first = found.serving.fingerprint
    assert found.refresh() == "same"
    other(path)
    assert found.refresh() == "taken"
    assert found.serving.fingerprint != first
    assert found.serving.scorer.feature_names == scorer(schema="reference-15").feature_names
    path.touch()
    assert found.refresh() == "same"


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.999])
def test_a_truncated_file_leaves_the_old_model_serving_until_it_is_whole(tmp_path, keep):
    path = model_file(tmp_path)
    with asking(service(path)) as client:
        made = client.app._app.state.service
        before = client.post("/v1/score", json={"video": {}}).json()
        other(path)
        text = path.read_bytes()
        path.write_bytes(text[: int(keep * len(text))])
        assert made.model.refresh() == "refused"
        assert made.model.refresh() == "same"
        assert client.post("/v1/score", json={"video": {}}).json() == before
        assert client.get("/readyz").json()["stale"] is True
        assert client.get("/v1/model").json()["stale"]
        path.write_bytes(text)
        assert made.model.refresh() == "taken"
        assert client.get("/readyz").json()["stale"] is False


def test_a_file_that_is_gone_leaves_the_old_model_serving(tmp_path):
    path = model_file(tmp_path)
    found = ModelFile(path)
    text = path.read_bytes()
    path.unlink()
    assert found.refresh() == "refused"
    path.write_bytes(text)
    assert found.refresh() == "same"
    assert found.trouble == ""


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path, monkeypatch):
    path = model_file(tmp_path)
    load = serving.load

    def slow(name):
        found = load(name)
        other(path)
        return found

    found = ModelFile(path)
    path.write_text(path.read_text() + " ")
    with monkeypatch.context() as patched:
        patched.setattr(serving, "load", slow)
        assert found.refresh() == "refused"
    assert found.refresh() == "taken"
    assert len(found.serving.scorer.feature_names) == 15


def test_a_bad_file_does_not_start(tmp_path):
    (tmp_path / "m.json").write_text("{")
    with pytest.raises(ArtefactError):
        ModelFile(tmp_path / "m.json")


def test_a_new_file_is_found_while_requests_come(tmp_path, monkeypatch):
    from virality.interfaces.service import app

    monkeypatch.setattr(app, "_WATCH_SECONDS", 0.01)
    path = model_file(tmp_path)
    with asking(service(path)) as client:
        first = client.get("/readyz").json()["model"]
        other(path)
        seen = {client.get("/readyz").json()["model"] for _ in range(2000)}
        assert first in seen or len(seen) == 1
        assert client.get("/readyz").json()["model"] != first
        assert 'virality_model_reloads_total{what="taken"} 1.0' in client.get("/metrics").text


def test_the_model_is_stated_with_its_inputs_in_words(tmp_path):
    with asking(service(model_file(tmp_path), videos=7)) as client:
        told = client.get("/v1/model").json()
    names = [one["name"] for one in told["inputs"]]
    assert names == list(scorer(schema="creator-1").feature_names)
    level = told["inputs"][names.index("history_level")]
    assert (level["unit"], level["group"]) == ("views", "The account's earlier videos")
    assert {one["name"] for one in told["inputs"] if one["changeable"]} >= {"duration_seconds"}
    assert told["limits"]["videos"] == 7
    assert told["task"].startswith("Predicts views before posting")
    json.dumps(told, allow_nan=False)


def test_the_card_is_a_page_to_browsers_and_markdown_to_others(tmp_path):
    with asking(service(model_file(tmp_path))) as client:
        card = client.get("/v1/model/card")
        assert card.headers["content-type"].startswith("text/markdown")
        assert card.text.startswith("# ")
        page = client.get("/v1/model/card", headers={"accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.text.count('<figure class="chart"') > 3


def test_a_card_without_the_extra_says_how_to_get_it(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "virality.report.assembly", None)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "virality.report.templating", raising=False)
    with asking(service(model_file(tmp_path))) as client:
        answer = client.get("/v1/model/card")
    assert answer.status_code == 501
    assert "virality[report]" in answer.json()["detail"]

"""Who is let in, within which limits, and what comes with every answer."""

import asyncio
import json
import time

import pytest

from served import HERE, PROBLEM, asking, known, model_file, service
from virality.errors import OptionError
from virality.interfaces.service import answering
from virality.interfaces.service.app import application
from virality.interfaces.service.guarding import POLICY
from virality.interfaces.service.settings import KEYS, ServiceSettings, api_keys, is_loopback

ONE, OTHER = "one-key-of-32-characters-or-more", "another-key-of-enough-characters"
ABROAD = "https://scores.example"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return model_file(tmp_path_factory.mktemp("model"))


def test_each_key_opens_and_nothing_else_does(path):
    with asking(service(path), (ONE, OTHER), ABROAD) as client:
        for headers in ({}, {"x-api-key": "no"}, {"authorization": f"Basic {ONE}"}):
            answer = client.get("/v1/model", headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)
            assert answer.headers["www-authenticate"] == "Bearer"
        for key in (ONE, OTHER):
            assert client.get("/v1/model", headers={"x-api-key": key}).status_code == 200
            told = client.get("/v1/model", headers={"authorization": f"bearer {key}"})
            assert told.status_code == 200
        for name in ("/metrics", "/openapi.json", "/v1/score", "/v1/model/card"):
            assert client.get(name).status_code == 401, name
        for name in ("/healthz", "/readyz", "/"):
            assert client.get(name).status_code == 200, name


def test_a_host_is_named_in_any_case(path):
    with asking(service(path), base="http://LocalHost:8000") as client:
        assert client.get("/v1/model").status_code == 200


def test_on_loopback_a_name_of_another_machine_is_refused(path):
    with asking(service(path)) as client:
        for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
            assert client.get("/v1/model", headers={"host": host}).status_code == 200, host
        for host in ("evil.example", "localhost.evil.example", "", "[::2]:80"):
            assert client.get("/v1/model", headers={"host": host}).status_code == 400, host
            assert client.get("/", headers={"host": host}).status_code == 400, host


def test_beyond_loopback_a_key_of_some_length_is_required(monkeypatch):
    monkeypatch.delenv(KEYS, raising=False)
    assert api_keys("127.0.0.1") == ()
    with pytest.raises(OptionError, match="no API key"):
        api_keys("0.0.0.0")  # noqa: S104  nothing listens
    monkeypatch.setenv(KEYS, f" {ONE}, {OTHER} ,")
    assert api_keys("0.0.0.0") == (ONE, OTHER)  # noqa: S104
    monkeypatch.setenv(KEYS, "short")
    with pytest.raises(OptionError, match="fewer than"):
        api_keys("localhost")
    assert not is_loopback("scores.example")


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(path):
    with asking(service(path, body_bytes=1000)) as client:
        headers = {"content-type": "application/json"}
        stated = client.post("/v1/score", content=b" " * 1001, headers=headers)
        streamed = client.post("/v1/score", content=iter([b" " * 600] * 2), headers=headers)
        for answer in (stated, streamed):
            assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)
            assert "1,000 bytes" in answer.json()["detail"]


def test_a_body_of_another_kind_is_refused_as_forms_of_other_sites_send_them(path):
    with asking(service(path)) as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = client.post("/v1/score", content=b"{}", headers={"content-type": kind})
            assert answer.status_code == 415, kind
        assert client.post("/v1/score", content=b"{}").status_code == 415


def test_more_requests_than_agreed_have_to_wait(path):
    with asking(service(path, per_minute=3)) as client:
        statuses = [client.get("/v1/model").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        assert 1 <= int(client.get("/v1/model").headers["retry-after"]) <= 60
        assert client.get("/healthz").status_code == 200
    with asking(service(path, per_minute=1), (ONE, OTHER), ABROAD) as client:
        for key in (ONE, OTHER):
            seen = [client.get("/v1/model", headers={"x-api-key": key}).status_code for _ in "ab"]
            assert seen == [200, 429]


def request(app, receive, path="/v1/score", **more):
    """Send one request without a server; give the status and the body of the answer."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "root_path": ""}
    scope |= {"headers": headers, "state": {}, "client": None, "http_version": "1.1", **more}
    asyncio.run(app(scope, receive, send))
    body = b"".join(one.get("body", b"") for one in sent)
    return sent[0]["status"] if sent else None, body


def whole(video):
    async def receive():
        return {"type": "http.request", "body": json.dumps({"video": video}).encode()}

    return receive


def test_a_body_that_does_not_arrive_is_not_waited_for(path):
    async def receive():
        await asyncio.sleep(60)

    status, body = request(application(service(path, seconds=0.05)), receive)
    assert status == 408
    assert b"did not arrive" in body


def test_an_answer_that_takes_too_long_is_given_up(path, monkeypatch):
    monkeypatch.setattr(answering, "known_row", lambda *_: time.sleep(0.5))
    status, body = request(application(service(path, seconds=0.05)), whole({}))
    assert (status, json.loads(body)["title"]) == (503, "Service Unavailable")


def test_too_many_at_once_are_turned_away(path):
    app = application(service(path, waiting=0))
    assert request(app, whole({}))[0] == 503


@pytest.mark.parametrize("where", ["/v1/score", "/v1/score/batch"])
def test_a_caller_that_goes_away_is_no_error(path, caplog, where):
    async def receive():
        return {"type": "http.disconnect"}

    made = service(path)
    request(application(made), receive, where)
    assert f'path="{where}",status="499"}} 1.0'.encode() in made.metrics.text()
    assert not caplog.records


def test_a_head_is_asked_for_as_its_answer_is(path):
    with asking(service(path)) as client:
        for where in ("/", "/healthz", "/readyz", "/v1/model"):
            assert client.head(where).status_code == 200
        assert client.head("/v1/score").status_code == 405


def test_what_fails_here_is_told_without_its_trace(path, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("the secret of this machine")

    monkeypatch.setattr(answering, "known_row", fail)
    with asking(service(path)) as client:
        answer = client.post("/v1/score", json={"video": {}})
        assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
    assert "the secret of this machine" in caplog.text


def test_every_answer_keeps_browsers_from_anything_but_showing_it(path):
    with asking(service(path)) as client:
        answers = [client.get(name) for name in ("/", "/v1/model", "/nothing", "/healthz")]
        answers.append(client.post("/v1/score", json={"video": known()[0]}))
        for answer in answers:
            assert answer.headers["content-security-policy"] == POLICY
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "access-control-allow-origin" not in answer.headers
    assert "unsafe" not in POLICY


def test_only_a_named_origin_may_call_from_its_pages(path):
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "x-api-key"}
    with asking(service(path, origins=("https://app.example",)), (ONE,), ABROAD) as client:
        for origin, allowed in (("https://app.example", True), ("https://evil.example", False)):
            asked["origin"] = origin
            answer = client.options("/v1/score", headers=asked)
            assert ("access-control-allow-origin" in answer.headers) == allowed
            told = client.get("/v1/model", headers={"origin": origin, "x-api-key": ONE})
            assert ("access-control-allow-origin" in told.headers) == allowed


def test_a_request_keeps_the_id_that_it_came_with_if_it_is_one(path):
    with asking(service(path)) as client:
        assert (
            client.get("/healthz", headers={"x-request-id": "a-1"}).headers["x-request-id"] == "a-1"
        )
        for odd in ("a b", "x" * 65, '"\\'):
            answer = client.get("/healthz", headers={"x-request-id": odd})
            assert answer.headers["x-request-id"] != odd


def test_what_is_logged_of_a_request_is_one_object_that_holds_nothing_of_its_body(path, capsys):
    with asking(service(path)) as client:
        client.post(
            "/v1/score", json={"video": {"caption": "a secret"}}, headers={"x-request-id": "r1"}
        )
        client.get("/nothing/of/use?caption=secret")
    logged = capsys.readouterr().err
    told = [json.loads(line) for line in logged.splitlines()]
    assert "secret" not in logged
    first, second = told
    assert (first["request"], first["path"], first["status"]) == ("r1", "/v1/score", 200)
    assert (first["stage"], first["duration_ms"] > 0) == ("request", True)
    assert (second["path"], second["status"]) == ("other", 404)


def test_requests_and_videos_are_counted(path):
    with asking(service(path)) as client:
        client.post("/v1/score", json={"video": {}})
        client.post("/v1/score/batch", json=[{}, {}])
        client.get("/nothing")
        text = client.get("/metrics").text
    assert 'virality_requests_total{method="POST",path="/v1/score",status="200"} 1.0' in text
    assert 'virality_requests_total{method="GET",path="other",status="404"} 1.0' in text
    assert "virality_videos_total 3.0" in text
    assert 'virality_request_seconds_count{path="/v1/score"} 1.0' in text


def test_settings_travel_through_the_environment(monkeypatch):
    monkeypatch.setenv("VIRALITY_SERVICE", "")
    told = ServiceSettings("m.json", "::1", ("https://app.example",), 5, 6, 7, 8.5, 9)
    told.to_environment()
    assert ServiceSettings.from_environment() == told


def test_the_base_of_these_tests_is_this_machine():
    assert is_loopback(HERE.removeprefix("http://").partition(":")[0])

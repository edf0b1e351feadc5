"""The service as a process of its own: it starts, serves, takes new models, and ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest

from served import known, model_file
from virality import load
from virality.interfaces.cli import main
from worlds import sample, scorer

SECONDS = 60


@contextmanager
def serving(path, *options, **environment):
    """Start a service on a free port; give its process, its port, and the lines of its log."""
    command = [sys.executable, "-m", "virality", "serve", "--model", str(path), "--port", "0"]
    process = subprocess.Popen(
        [*command, *options],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    log = []
    reader = threading.Thread(target=lambda: log.extend(process.stderr), daemon=True)
    reader.start()
    try:
        said = process.stdout.readline()
        yield process, int(re.search(r":(\d+)$", said.strip())[1]), log
    finally:
        process.kill()
        process.wait(SECONDS)
        reader.join(SECONDS)
        process.stdout.close()
        process.stderr.close()


def ask(port, path, body=None, kind="application/json", **headers):
    """Ask once; give the status and the JSON or text of the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    sent = {"content-type": kind, **headers} if body is not None else headers
    connection.request("GET" if body is None else "POST", path, body, sent)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, json.loads(text) if text.startswith("{") else text


def until(tell, what):
    """Wait until something is so."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if tell():
            return
        time.sleep(0.05)
    pytest.fail(f"never: {what}")


def test_a_service_scores_takes_a_new_model_and_keeps_the_old_one_from_a_broken_file(tmp_path):
    path, video = model_file(tmp_path), known()[0]
    with serving(path) as (process, port, log):
        status, told = ask(port, "/v1/score", json.dumps({"video": video}))
        assert status == 200
        assert told["score"] == pytest.approx(load(path).score(video).score, abs=1e-12)
        first = told["model"]["fingerprint"]
        path.write_text(path.read_text()[:1000])
        until(lambda: ask(port, "/readyz")[1]["stale"], "the broken file is noticed")
        again = ask(port, "/v1/score", json.dumps({"video": video}))[1]
        assert (again["score"], again["model"]["fingerprint"]) == (told["score"], first)
        scorer(schema="creator-1", moment="full").save(path)
        until(lambda: ask(port, "/readyz")[1]["model"] != first, "the new file is taken")
        assert ask(port, "/v1/score", '{"video": {"views": 9}}')[1]["ignored"] == []
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    told = [json.loads(line) for line in log]
    stages = [one["stage"] for one in told if "stage" in one]
    assert stages.count("reload") == 2
    assert any("the old model stays" in one.get("message", "") for one in told)


def test_what_is_in_flight_when_the_service_is_told_to_end_is_finished(tmp_path):
    videos = [dict(record) for record in sample().records[:1500]]
    with serving(model_file(tmp_path)) as (process, port, _):
        body = json.dumps(videos).encode()
        sender = socket.create_connection(("127.0.0.1", port), SECONDS)
        head = (
            f"POST /v1/score/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        )
        sender.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body[:-1])
        until(lambda: ask(port, "/healthz")[0] == 200, "it is alive")
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        sender.sendall(body[-1:])
        received = b""
        while part := sender.recv(1 << 16):
            received += part
        sender.close()
        assert process.wait(SECONDS) == 0
    assert received.startswith(b"HTTP/1.1 200")
    assert received.count(b'"tier_probabilities"') + received.count(b'"status"') == len(videos)


def test_several_processes_share_a_port_and_their_counts(tmp_path):
    with serving(model_file(tmp_path), "--workers", "2") as (process, port, log):
        until(lambda: sum("startup complete" in line for line in list(log)) == 2, "both are up")
        for _ in range(12):
            assert ask(port, "/v1/score", '{"video": {}}')[0] == 200
        counted = r'virality_requests_total{method="POST",path="/v1/score",status="200"} 12.0'
        assert counted in ask(port, "/metrics")[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_beyond_loopback_nothing_is_served_without_a_key(tmp_path):
    path, key = model_file(tmp_path), "a-key-of-enough-characters"
    with serving(path, "--host", "0.0.0.0", VIRALITY_API_KEYS=key) as (_, port, _):  # noqa: S104
        assert ask(port, "/v1/model")[0] == 401
        assert ask(port, "/v1/model", **{"x-api-key": key})[0] == 200


def test_what_cannot_be_served_is_an_error_of_the_command_line(tmp_path, monkeypatch, capsys):
    path = str(model_file(tmp_path))
    monkeypatch.delenv("VIRALITY_API_KEYS", raising=False)
    assert main(["serve", "--model", path, "--host", "0.0.0.0"]) == 2  # noqa: S104
    assert "no API key" in capsys.readouterr().err
    assert main(["serve", "--model", str(tmp_path / "none.json")]) == 2
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--model", path, "--port", port]) == 2
    assert "nothing can listen there" in capsys.readouterr().err
    assert main(["serve", "--model", path, "--host", "no.such.host.invalid"]) == 2

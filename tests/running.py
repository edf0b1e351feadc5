"""The service as a process of its own, for tests that start one."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest

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

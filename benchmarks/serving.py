"""The service under full load, beside a service of the same framework that computes nothing."""

from __future__ import annotations

import atexit
import json
import time
import urllib.request
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from load import Running, load, service
from measuring import Plan, Side, Trial

import virality
from virality.context import with_context
from virality.features.extraction import extract
from virality.sample import make_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

LOGGED = "virality serve --log, feature values"
BATCH = "virality serve, 10,000 videos of feature values in one request"
_VIDEOS = 4_000
_SECONDS = 5
_BATCH = 10_000


def serving(plan: Plan) -> tuple[Side, ...]:
    """Ask for scores, one video a request, and many in one."""
    folder = plan.folder / "serving"
    folder.mkdir(exist_ok=True)
    model, stated, record = prepared(folder)
    ours = service(model, folder)
    logged = service(model, folder, ("--log", str(folder / "log.db")))
    body = json.dumps({"video": stated[0]}).encode()
    answer = folder / "answer.json"
    answer.write_bytes(asked(ours.url, body))
    theirs = Running.start(Path(__file__).with_name("constant.py"), answer, log=folder / "peer.log")
    for one in (ours, logged, theirs):
        atexit.register(one.stop)
    many = json.dumps([stated[k % len(stated)] for k in range(plan.size(_BATCH))]).encode()
    raw = json.dumps({"video": record}).encode()

    def bears(running: Running, what: bytes) -> Trial:
        return _loaded(f"{running.url}/v1/score", what, folder)

    return (
        Side("virality serve, feature values", "ours", partial(bears, ours, body)),
        Side(LOGGED, "variant", partial(bears, logged, body)),
        Side("virality serve, raw records", "variant", partial(bears, ours, raw)),
        Side(BATCH, "variant", partial(_many, ours, many)),
        Side("FastAPI, the same body, a constant answer", "peer", partial(bears, theirs, body)),
    )


@cache
def prepared(folder: Path) -> tuple[Path, Sequence[dict[str, float]], dict[str, Any]]:
    """Train a model; give its file, videos by their features, and a raw record."""
    path, records = folder / "model.json", make_sample(_VIDEOS).records
    scorer = virality.train(records, out=path)
    frame = virality.read_records(records)
    rows = extract(with_context(frame, scorer.artefact, records), scorer.artefact.inputs)
    named = [dict(zip(scorer.feature_names, row, strict=True)) for row in rows.tolist()]
    whole = [one for one in named if all(value == value for value in one.values())]  # noqa: PLR0124  NaN
    return path, whole[:1000], next(iter(records))


def asked(url: str, body: bytes, path: str = "/v1/score") -> bytes:
    """Ask once."""
    request = urllib.request.Request(  # noqa: S310  of this machine
        url + path, body, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found: bytes = answer.read()
    return found


def _loaded(url: str, body: bytes, folder: Path) -> Trial:
    """Bear full load for some seconds; the time is that between one answer and the next."""
    found = load(url, body, folder, _SECONDS)
    facts = {
        "requests/s": found.requests / found.seconds,
        "p50 ms": 1e3 * found.p50,
        "p99 ms": 1e3 * found.p99,
        "p99 ÷ p50": found.p99 / found.p50,
        "failed": found.failed,
    }
    return Trial(found.seconds / found.requests, facts=facts)


def _many(running: Running, body: bytes) -> Trial:
    begin = time.perf_counter()
    answers = json.loads(asked(running.url, body, "/v1/score/batch"))["answers"]
    seconds = time.perf_counter() - begin
    failed = sum("score" not in one for one in answers)
    return Trial(seconds, facts={"p99 ÷ p50": 1.0, "failed": failed})

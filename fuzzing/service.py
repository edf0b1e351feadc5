"""Malformed requests to the service: no answer of 500 or above, no hang: ``make fuzz``.

Up to half of the requests come from the service's own description, which schemathesis turns into
requests that fit it and that miss it by a little; the others are good bodies with bytes, characters
or values put out of place. All go to the application in this process.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from starlette.testclient import TestClient

from virality import train
from virality.interfaces.service.app import application
from virality.interfaces.service.metrics import Metrics
from virality.interfaces.service.remembering import LogJournal
from virality.interfaces.service.service import Service
from virality.interfaces.service.serving import ModelFile
from virality.interfaces.service.settings import ServiceSettings
from virality.sample import make_sample

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = "http://127.0.0.1:8000"
LONGEST_SECONDS = 10.0
_POSTS = ("/v1/score", "/v1/score/batch", "/v1/score/file", "/v1/outcomes")
_KINDS = ("application/json", "application/x-ndjson", "application/octet-stream", "text/plain", "")
_STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, -(2**70), 1e308, -1e308, 5e-324, "", "\0", "NaN", "1e999", "١٢٣",
    "\U0001f4a9" * 50, "a" * 10_000, [], [[]], {}, {"": {}}, [None] * 50, "9999-12-31T23:59:59Z",
    "0000-00-00", "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "\ud800",
)  # fmt: skip


class Asker:
    """Asks, and remembers what was answered and what should not have been."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []

    @property
    def asked(self) -> int:
        """How many requests were sent."""
        return sum(self.statuses.values())

    def __call__(self, method: str, path: str, **sent: Any) -> None:
        """Send one request; what it is answered by must be an answer, and soon."""
        begun = time.monotonic()
        answer = self._client.request(method, path, **sent)
        seconds = time.monotonic() - begun
        self.statuses[answer.status_code] += 1
        odd = answer.status_code >= 500 and answer.status_code not in {501, 503}
        if odd or seconds > LONGEST_SECONDS:
            self.faults.append(f"{answer.status_code} in {seconds:.1f} s: {method} {path} {sent!r}")


def described(ask: Asker, description: Any, requests: int) -> None:
    """Send what the service's description leads to."""
    schema = schemathesis.openapi.from_dict(description)
    operations = [one.ok() for one in schema.get_all_operations()]
    share = max(1, requests // len(operations))
    for operation in operations:
        strategy = operation.as_strategy() | operation.as_strategy(
            generation_mode=schemathesis.GenerationMode.NEGATIVE
        )

        @settings(
            max_examples=share,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def send(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url=HERE)
            for name in ("timeout", "cookies"):
                sent.pop(name, None)
            ask(sent.pop("method"), sent.pop("url"), **sent)

        send()


def spoiled(ask: Asker, bodies: list[bytes], requests: int, seed: int) -> None:
    """Send good bodies in which something is out of place."""
    chance = random.Random(seed)  # noqa: S311  no secret
    ways: tuple[Callable[[random.Random, bytes], bytes], ...] = (_bytes, _cut, _values, _nested)
    for _ in range(requests):
        body = chance.choice(ways)(chance, chance.choice(bodies))
        kind = _KINDS[0] if chance.random() < 0.7 else chance.choice(_KINDS)
        ask("POST", chance.choice(_POSTS), content=body, headers={"content-type": kind})


def _bytes(chance: random.Random, body: bytes) -> bytes:
    spoilt = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _cut(chance: random.Random, body: bytes) -> bytes:
    begin, end = sorted(chance.randrange(len(body) + 1) for _ in range(2))
    return chance.choice((body[:begin], body[begin:end], body[:end] + body[begin:]))


def _values(chance: random.Random, body: bytes) -> bytes:
    document = json.loads(body)
    for _ in range(chance.randint(1, 3)):
        place = document
        while isinstance(place, dict | list) and place:
            key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
            if not isinstance(place[key], dict | list) or chance.random() < 0.3:
                place[key] = deepcopy(chance.choice(_STRANGE))
                break
            place = place[key]
    return json.dumps(document).encode()


def _nested(chance: random.Random, body: bytes) -> bytes:
    depth = chance.randint(1, 3000)
    return b'{"video":' + b"[" * depth + body + b"]" * chance.randint(0, depth) + b"}"


def fuzz(requests: int, seed: int, folder: Path) -> Asker:
    """Ask so many times."""
    model, records = folder / "model.json", make_sample(400).records
    train(records, out=model)
    video = dict(next(iter(records)))
    plain = {"caption": "a #b", "duration_seconds": 3, "followers": 10, "views": 5}
    journal = LogJournal(str(folder / "log.db"))
    told = ServiceSettings(str(model), body_bytes=2**20, videos=200)
    app = application(Service(told, ModelFile(model), Metrics(), journal))
    bodies = [
        {"video": video, "history": [video] * 3, "explain": True, "what_if": ["duration_seconds"]},
        {"video": plain},
        {"videos": [plain, video], "history": []},
        {"outcomes": [{"id": "a", "outcome": 5}, {"record": plain | {"video_id": "1"}}]},
        [plain, plain],
    ]
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        ask = Asker(client)
        described(ask, client.get("/openapi.json").json(), requests // 2)
        whole = [json.dumps(body).encode() for body in bodies]
        spoiled(ask, whole, requests - ask.asked, seed)
    return ask


def main() -> int:
    """Ask, and tell; 1 where something was answered that should not have been."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="virality-fuzz-") as folder:
        begun = time.monotonic()
        ask = fuzz(options.requests, options.seed, Path(folder))
        seconds = time.monotonic() - begun
    answered = ", ".join(f"{status}: {count:,}" for status, count in sorted(ask.statuses.items()))
    print(f"{ask.asked:,} requests in {seconds:.0f} s; answered by {answered}")
    for fault in ask.faults[:20]:
        print(fault[:2000])
    return int(bool(ask.faults))


if __name__ == "__main__":
    sys.exit(main())

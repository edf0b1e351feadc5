"""What a log holds is judged, on the command line and by the service."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

pytest.importorskip("sqlalchemy", reason="the extra log is not installed")

from foretold import BEGIN, log_frame, promised
from served import PROBLEM, asking, model_file, service
from virality.interfaces.cli import main
from virality.interfaces.service.remembering import LogJournal
from virality.log import Known, Noted, OutcomeLog
from virality.log.entries import Statement
from virality.promise import promise_of
from virality.scorer import load
from virality.storage.digest import fingerprint

WEEKS = 6


def statement(promise):
    places = np.clip(np.linspace(0, 1, 201), 1e-6, 1 - 1e-6)
    quantiles = np.log(places / (1 - places)).tolist()
    return Statement({**promise.to_dict(), "outcome_quantiles": quantiles, "mature_days": 7.0})


def remembered(path, *, model="m", **changes):
    """A log of some weeks, the last outcomes of which were counted in the week before this one."""
    today = datetime.now(UTC)
    monday = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(today.weekday())
    ago = monday - timedelta(weeks=WEEKS + 2) - BEGIN
    rows = log_frame(WEEKS, 150, seed=4, model=model, **changes).to_dicts()
    with OutcomeLog(str(path)) as log:
        log.introduce(model, lambda: statement(promised()))
        log.note([_noted(row, ago) for row in rows])
        log.keep(
            [Known(row["outcome"], row["outcome_at"] + ago, row["prediction"]) for row in rows]
        )
    return str(path)


def _noted(row, ago):
    return Noted(
        id=row["prediction"],
        at=row["predicted_at"] + ago,
        model=row["model"],
        account=row["account"],
        video=row["video"],
        posted_at=None,
        features=tuple(row["features"]),
        probabilities=tuple(row["probabilities"]),
        score=row["score"],
        percentile=row["percentile"],
        interval=(row["low"], row["median"], row["high"]),
    )


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    return remembered(tmp_path_factory.mktemp("quiet") / "log.db")


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    return remembered(tmp_path_factory.mktemp("broken") / "log.db", shifted=WEEKS - 2)


def test_a_quiet_log_ends_with_0_and_shows_each_week(quiet, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["monitor", "--log", quiet]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-1].startswith("quiet: nothing beyond chance among 900 predictions")
    assert out.count("150") >= WEEKS
    assert "followers: under 10,000" in out
    assert "promised" in out


def test_an_alarm_that_is_due_ends_with_3_and_one_line_tells_it(broken, capsys):
    assert main(["monitor", "--log", broken]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("alarm: ")
    assert "tolerated" in lines[-1]
    assert main(["monitor", "--log", broken, "--weeks", "2", "--json"]) == 3
    stated = json.loads(capsys.readouterr().out)
    assert stated["alarm"] is True
    assert stated["line"] == lines[-1]
    assert len(stated["weeks"]) == 2


@pytest.mark.parametrize("columns", [50, 80])
def test_what_is_shown_fits_the_terminal(broken, capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    main(["monitor", "--log", broken])
    tables = capsys.readouterr().out.partition("ALARM")[0]
    assert max(map(len, tables.splitlines())) <= columns
    assert "…" not in tables


def test_a_log_of_nothing_is_too_little_and_no_alarm(tmp_path, capsys):
    OutcomeLog(str(tmp_path / "log.db")).close()
    assert main(["monitor", "--log", str(tmp_path / "log.db")]) == 0
    assert capsys.readouterr().out.startswith("too little to judge: 0 predictions")


def test_another_model_than_the_last_is_judged_by_its_file(tmp_path, capsys):
    path = model_file(tmp_path)
    log = remembered(tmp_path / "log.db", model=fingerprint(path), shifted=WEEKS - 2)
    with OutcomeLog(log) as opened:
        opened.introduce("newer", lambda: statement(promised()))
        opened.note(
            [
                _noted(
                    {**log_frame(1, 1).row(0, named=True), "model": "newer"},
                    datetime.now(UTC) - BEGIN - timedelta(days=8),
                )
            ]
        )
    assert main(["monitor", "--log", log]) == 0
    assert main(["monitor", "--log", log, "--model", str(path)]) == 3
    assert fingerprint(path) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["monitor"], "--log"),
        (["monitor", "--log", "nowhere.db"], "nowhere.db"),
        (["monitor", "--log", "QUIET", "--model", "nothing.json"], "nothing.json"),
        (["monitor", "--log", "QUIET", "--weeks", "0"], "--weeks"),
    ],
)
def test_a_mistake_is_named_and_ends_with_2(quiet, capsys, words, said):
    assert main([quiet if word == "QUIET" else word for word in words]) == 2
    assert said in capsys.readouterr().err


def test_the_service_tells_the_same_as_the_command(broken, tmp_path, capsys):
    main(["monitor", "--log", broken, "--json"])
    stated = json.loads(capsys.readouterr().out)
    journal = LogJournal(broken)
    with asking(service(model_file(tmp_path), journal)) as client:
        first, second = (client.get("/v1/monitor") for _ in range(2))
    journal.close()
    assert first.status_code == 200
    assert first.json() | {"at": ""} == stated | {"at": ""}
    assert second.json()["at"] == first.json()["at"]


def test_without_a_log_the_service_has_nothing_to_tell(tmp_path):
    with asking(service(model_file(tmp_path))) as client:
        answer = client.get("/v1/monitor")
    assert answer.status_code == 501
    assert answer.headers["content-type"] == PROBLEM


def test_a_model_that_served_has_left_its_promise_in_the_log(tmp_path):
    path = model_file(tmp_path)
    journal = LogJournal(str(tmp_path / "log.db"))
    with asking(service(path, journal)) as client:
        client.post("/v1/score", json={"video": {"duration_seconds": 20}})
        told = client.get("/v1/monitor").json()
    kept = journal._log.models()[fingerprint(path)]
    journal.close()
    assert told["model"] == fingerprint(path)
    assert told["predictions"] == 1
    promise = promise_of(load(path).artefact)
    assert {name: kept[name] for name in promise.to_dict()} == json.loads(
        json.dumps(promise.to_dict())
    )

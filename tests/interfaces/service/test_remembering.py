"""The service remembers what it predicted and what became of it."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("sqlalchemy", reason="the extra log is not installed")

import running
from logged import counts
from served import PROBLEM, asking, known, lines, model_file, service
from virality.interfaces.cli import main
from virality.interfaces.service.remembering import LogJournal
from virality.log import OutcomeLog
from virality.log.entries import Statement

NOW = datetime.now(UTC)
RECORD = {
    "video_id": "7512345678901234567",
    "author_id": "cat.and.tin",
    "caption": "very private words",
    "created_at": (NOW - timedelta(days=9)).isoformat(),
    "duration_seconds": 27,
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return model_file(tmp_path_factory.mktemp("model"))


@pytest.fixture
def journal(tmp_path):
    journal = LogJournal(str(tmp_path / "log.db"))
    yield journal
    journal.close()


@pytest.fixture
def client(model, journal):
    with asking(service(model, journal)) as client:
        yield client


def scored(client, video, **more):
    return client.post("/v1/score", json={"video": video, **more}).json()


def told(client, *outcomes):
    return client.post("/v1/outcomes", json={"outcomes": list(outcomes)})


def test_each_answer_has_an_id_and_stands_in_the_log_with_what_was_said(client, journal, tmp_path):
    one, two = scored(client, RECORD), scored(client, known()[0])
    batch = client.post("/v1/score/batch", json=[RECORD, {"duration_seconds": "x"}]).json()
    assert journal._spool.flush()
    frame = journal._log.frame()
    names = [one["id"], two["id"], batch["answers"][0]["id"]]
    assert frame["prediction"].to_list() == names
    row = frame.row(0, named=True)
    assert row["score"] == one["score"]
    assert row["probabilities"] == one["tier_probabilities"]
    assert row["model"] == one["model"]["fingerprint"]
    assert [row["low"], row["high"]] == [one["interval"]["low"], one["interval"]["high"]]
    assert None not in (row["account"], row["video"])
    assert frame["account"][1] is None
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".key")
    assert b"very private words" not in raw
    assert b"cat.and.tin" not in raw


def test_a_model_is_introduced_once_and_not_by_each_prediction(client, journal, monkeypatch):
    stated = []
    of = Statement.of
    monkeypatch.setattr(Statement, "of", lambda artefact: stated.append(1) or of(artefact))
    for _ in range(3):
        scored(client, RECORD)
        assert journal._spool.flush()
    assert stated == [1]
    assert counts(journal._log)[0] == 3


def test_an_outcome_is_on_the_disk_when_it_is_acknowledged(client, journal, tmp_path):
    answer = scored(client, RECORD)
    later = RECORD | {"views": 15_400, "scraped_at": NOW.isoformat()}
    assert told(client, {"record": later}).json() == {"results": ["kept"], "kept": 1}
    with OutcomeLog(str(tmp_path / "log.db")) as log:
        row = log.frame().row(0, named=True)
    assert (row["prediction"], row["outcome"]) == (answer["id"], 15_400.0)
    assert row["tier"] in range(1, 6)
    assert 0 <= row["outcome_percentile"] <= 100
    again = told(client, {"id": answer["id"], "outcome": 3.0, "at": "2020-01-01T00:00:00Z"}).json()
    assert again["results"] == ["too early"]
    unknown = told(client, {"id": "nobody", "outcome": 3.0}, {"video_id": "1", "outcome": 1.0})
    assert unknown.json() == {"results": ["no prediction", "no prediction"], "kept": 0}


def test_a_record_tells_of_the_prediction_that_is_named_and_when_it_was_posted(client, journal):
    answer = scored(client, {"video_id": "v", "author_id": "cat", "duration_seconds": 27})
    hour = NOW - timedelta(hours=1)
    young = {"views": 3, "created_at": hour.isoformat(), "scraped_at": NOW.isoformat()}
    assert told(client, {"id": answer["id"], "record": young}).json()["results"] == ["too early"]
    old = {"views": 5, "scraped_at": NOW.isoformat()}
    assert told(client, {"id": answer["id"], "record": old}).json()["results"] == ["kept"]


def test_what_became_of_another_video_is_not_joined_to_the_prediction_that_is_named(client):
    named, nameless = scored(client, RECORD), scored(client, {"duration_seconds": 27})
    other = RECORD | {"video_id": "another", "views": 9, "scraped_at": NOW.isoformat()}
    for whose in ({"record": other}, {"video_id": "another", "outcome": 9.0}):
        results = told(client, {"id": named["id"], **whose}, {"id": nameless["id"], **whose})
        assert results.json()["results"][0] == "no prediction"
        assert results.json()["results"][1] in {"kept", "replaced", "already kept"}


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "a"},
        {"outcome": 1.0},
        {"video_id": "", "outcome": 1.0},
        {"id": "a", "outcome": 1.0, "record": {}},
        {"id": "a", "outcome": "many"},
        {"id": "a", "outcome": "7"},
        {"id": "a", "outcome": True},
        {"id": "a", "outcome": -1.0},
        {"id": "a", "outcome": 1.0, "at": "9999-12-31T23:59:59-14:00"},
        {"id": "a", "outcome": 1.0, "at": "2025-06-01T00:00:00"},
        {"id": "a", "outcome": 1.0, "at": 1_767_312_000},
        {"id": "a", "outcome": 1.0, "at": "1767312000"},
        {"id": "a", "outcome": 1.0, "more": 1},
        {"record": {"video_id": "1"}},
        {"record": {"views": 5}},
    ],
)
def test_what_is_no_outcome_is_refused_with_its_place_and_nothing_is_kept(client, journal, bad):
    answer = scored(client, RECORD)
    response = told(client, {"id": answer["id"], "outcome": 7.0}, bad)
    assert response.status_code == 422
    assert response.headers["content-type"] == PROBLEM
    first = response.json()["errors"][0]
    assert first["pointer"].startswith("/outcomes/1")
    assert "Value error" not in first["detail"]
    assert counts(journal._log)[1] == 0


def test_without_a_log_there_are_no_ids_and_outcomes_are_not_taken(model):
    with asking(service(model)) as client:
        assert "id" not in scored(client, RECORD)
        response = told(client, {"id": "a", "outcome": 1.0})
    assert response.status_code == 501
    assert "--log" in response.json()["detail"]


def test_scores_are_served_while_the_database_is_gone_and_it_is_said_how_many_wait(
    client, journal, monkeypatch
):
    def gone(*_):
        from virality.errors import LogError

        raise LogError("it is gone")

    with monkeypatch.context() as patch:
        patch.setattr(journal._spool, "_write", gone)
        patch.setattr(journal._log, "keep", gone)
        for _ in range(3):
            assert scored(client, RECORD)["score"] > 0
        response = told(client, {"id": "a", "outcome": 1.0})
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert client.get("/readyz").json()["log"] == {"waiting": 3, "dropped": 0}
    assert journal._spool.flush(30.0)
    assert counts(journal._log) == (3, 0)


def test_the_counts_tell_how_the_log_is_doing(client):
    scored(client, RECORD)
    time.sleep(1.2)  # the service looks once a second
    text = client.get("/metrics").text
    assert "virality_log_waiting" in text
    assert "virality_log_dropped 0.0" in text


def test_a_service_of_its_own_remembers_and_the_commands_import_forget_and_prune(
    model, tmp_path, capsys
):
    log = str(tmp_path / "log.db")
    with running.serving(model, "--log", log) as (process, port, _):
        body = json.dumps({"video": RECORD})
        for _ in range(5):
            assert running.ask(port, "/v1/score", body)[0] == 200
        process.terminate()
        assert process.wait(30) == 0
    assert counts(OutcomeLog(log)) == (5, 0)
    scraped = tmp_path / "scraped.jsonl"
    when = (NOW - timedelta(days=1)).isoformat()
    others = [
        RECORD | {"views": 900, "scraped_at": when},
        RECORD | {"video_id": "75", "views": 900, "scraped_at": when},
        RECORD | {"video_id": "76", "views": 9, "scraped_at": RECORD["created_at"]},
        RECORD | {"video_id": "77", "views": 9},
        RECORD | {"video_id": "77", "views": 9},
        RECORD | {"video_id": "78", "views": "so many"},
    ]
    scraped.write_bytes(lines(*others))
    assert main(["outcomes", "import", str(scraped), "--log", log, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "records": 6,
        "rejected": 1,
        "duplicates": 1,
        "too early": 1,
        "of unknown age": 1,
        "kept": 1,
        "no prediction": 1,
    }
    assert OutcomeLog(log).frame()["outcome"].to_list() == [900.0] * 5
    assert main(["outcomes", "prune", "--log", log, "--older-than", "30"]) == 0
    assert "deleted 0 predictions" in capsys.readouterr().out
    assert main(["forget", "cat.and.tin", "--log", log]) == 0
    assert "deleted 5 predictions, 5 outcomes" in capsys.readouterr().out
    assert counts(OutcomeLog(log)) == (0, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["outcomes", "prune", "--older-than", "nan"], "--older-than"),
        (["outcomes", "prune", "--older-than", "1e9"], "--older-than"),
        (["outcomes", "import", "x.json", "--max-age", "inf"], "--max-age"),
        (["forget", ""], "ACCOUNT"),
        (["monitor", "--weeks", "99999999999999999999"], "--weeks"),
        (["monitor", "--model", "notes.json"], "notes.json"),
    ],
)
def test_what_makes_no_sense_ends_with_2_and_touches_nothing(
    tmp_path, capsys, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    OutcomeLog("log.db").close()
    (tmp_path / "notes.json").write_text("[]")
    before = (tmp_path / "log.db").read_bytes()
    assert main([*words, "--log", "log.db"]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "log.db").read_bytes() == before


def test_a_log_that_is_not_there_is_told_before_anything_is_made(tmp_path, capsys):
    assert main(["forget", "ann", "--log", str(tmp_path / "nowhere.db")]) == 2
    assert "there is no log" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

"""Answers to many videos."""

import json
import sqlite3

import pytest

from served import PROBLEM, asking, known, lines, model_file, service
from virality import load
from virality.interfaces.service import batches
from worlds import coming, sample

JSON, LINES = ({"content-type": f"application/{kind}"} for kind in ("json", "x-ndjson"))
BAD = {"duration_seconds": "long"}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return model_file(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def client(path):
    with asking(service(path, videos=700)) as made:
        yield made


def videos():
    """Known ones, new ones, and one of which nothing is known."""
    return [*known(), *map(dict, coming(4)), {}]


def test_arrays_objects_and_lines_get_the_answers_of_single_videos(client, path):
    expected = [load(path).score(video).score for video in videos()]
    told = {
        "array": client.post("/v1/score/batch", json=videos()).json()["answers"],
        "object": client.post("/v1/score/batch", json={"videos": videos()}).json()["answers"],
    }
    answer = client.post("/v1/score/batch", content=lines(*videos()), headers=LINES)
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    told["lines"] = [json.loads(line) for line in answer.text.splitlines()]
    for form, answers in told.items():
        assert [one["score"] for one in answers] == pytest.approx(expected, abs=1e-12), form


def test_a_history_is_that_of_all_videos(client, path):
    past, news = list(sample().records), [dict(one) for one in coming(4)]
    body = {"videos": news, "history": past}
    told = client.post("/v1/score/batch", json=body).json()["answers"]
    model = load(path)
    expected = [model.score(video, model.past(past)).score for video in news]
    assert [one["score"] for one in told] == pytest.approx(expected, abs=1e-12)


def test_each_video_has_its_answer_or_its_problem_in_its_place(client):
    sent = [known()[0], BAD, 4, {"nothing": "known"}, {}]
    told = client.post("/v1/score/batch", json=sent).json()["answers"]
    assert ["score" in one for one in told] == [True, False, False, False, True]
    assert told[1]["status"] == 422
    assert told[1]["errors"][0]["pointer"] == "/duration_seconds"
    assert told[2]["errors"][0]["pointer"] == ""


def test_a_broken_line_is_a_problem_of_its_own(client):
    body = lines(known()[0]) + b"\n{broken\n\r\n  \n" + lines({}) + b"\n"
    answer = client.post("/v1/score/batch", content=body, headers=LINES)
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [one.get("status", 200) for one in told] == [200, 400, 200]


def test_answers_come_piece_by_piece(path, monkeypatch):
    monkeypatch.setattr(batches, "_CHUNK", 3)
    with (
        asking(service(path)) as client,
        client.stream("POST", "/v1/score/batch", content=lines(*known()), headers=LINES) as answer,
    ):
        text = b"".join(answer.iter_bytes())
    assert len(text.splitlines()) == len(known())
    with asking(service(path)) as client:
        whole = client.post("/v1/score/batch", json=known()).json()["answers"]
    assert [json.loads(line)["score"] for line in text.splitlines()] == [
        one["score"] for one in whole
    ]


@pytest.mark.parametrize("empty", [b"[]", b'{"videos": []}'])
def test_no_videos_get_no_answers(client, empty):
    assert client.post("/v1/score/batch", content=empty, headers=JSON).json() == {"answers": []}
    assert client.post("/v1/score/batch", content=b"", headers=LINES).text.strip() == ""


@pytest.mark.parametrize(
    ("body", "headers", "status", "pointer"),
    [
        (b"", JSON, 400, ""),
        (b"[1,", JSON, 400, ""),
        (b"[" * 100_000, JSON, 400, ""),
        (b"3", JSON, 422, ""),
        (b'{"videos": 3}', JSON, 422, "/videos"),
        (b'{"videos": [], "more": 1}', JSON, 422, "/more"),
        (b'{"videos": [], "history": [3]}', JSON, 422, "/history/0"),
        (b'{"videos": [{}], "history": [{"a": 1}]}', JSON, 422, "/history"),
        (b"[" + b"{}," * 700 + b"{}]", JSON, 413, None),
        (b"{}\n" * 701, LINES, 413, None),
        (b"[]", {"content-type": "application/octet-stream"}, 415, None),
    ],
)
def test_a_batch_of_no_use_is_one_problem(client, body, headers, status, pointer):
    answer = client.post("/v1/score/batch", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer


FILE = {"content-type": "application/octet-stream"}


def test_a_file_is_read_as_the_command_line_reads_it(client, path, tmp_path):
    records = [dict(one) for one in coming(8)]
    file = tmp_path / "new.json"
    file.write_text(json.dumps(records))
    expected = load(path).score_records(str(file))
    told = client.post("/v1/score/file", content=file.read_bytes(), headers=FILE).json()
    assert told["rows"] == {"read": 8, "rejected": 0, "duplicates": 0, "scored": 8}
    for name in ("video_id", "score", "low", "high", "unknown"):
        assert [row[name] for row in told["videos"]] == expected[name].to_list(), name
    assert [row["caption"] for row in told["videos"]] == [one["text"][:200] for one in records]


def test_a_table_of_ones_own_and_lines_are_files_too(client):
    table = b"video_id,duration,views\n1,30,5\n2,long,6\n3,40,7\n"
    told = client.post("/v1/score/file", content=table, headers=FILE).json()
    assert (told["rows"]["scored"], told["rows"]["rejected"]) == (2, 1)
    assert told["rejections"][0]["field"] == "duration_seconds"
    assert told["ignored"] == ["views"]
    as_lines = client.post("/v1/score/file", content=lines(*map(dict, coming(3))), headers=FILE)
    assert as_lines.json()["rows"]["scored"] == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"nothing\nof\nuse\n", 422),
        (b'{"a": 1}', 422),
        (b"\x1f\x8b\x08rest", 415),
        (b"PAR1rest", 415),
        (b"\x28\xb5\x2f\xfdrest", 415),
        (b"\xff\xfe\x00", 422),
        (b"video_id\n" + b"".join(b"%d\n" % k for k in range(701)), 413),
    ],
)
def test_a_file_of_no_use_is_a_problem_that_names_no_place_of_this_machine(client, body, status):
    answer = client.post("/v1/score/file", content=body, headers=FILE)
    assert answer.status_code == status, answer.text
    assert "/tmp" not in answer.text  # noqa: S108  it is not to be there


def test_a_database_is_no_file_of_records_as_its_views_may_read_others_or_never_end(
    client, tmp_path
):
    with sqlite3.connect(tmp_path / "endless.db") as connection:
        connection.execute(
            "CREATE VIEW videos AS WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t)"
            " SELECT i AS video_id, 30 AS duration_seconds FROM t"
        )
    connection.close()
    duck = b"\0" * 8 + b"DUCK" + b"\0" * 100
    for body in ((tmp_path / "endless.db").read_bytes(), duck):
        answer = client.post("/v1/score/file", content=body, headers=FILE)
        assert answer.status_code == 415
        assert "database" in answer.json()["detail"]


def test_half_a_character_stops_nothing(client):
    cut, whole = rb'{"caption": "cut \ud83d"}', rb'{"caption": "cut ?"}'
    both = client.post("/v1/score/batch", content=b"[" + cut + b", " + whole + b"]", headers=JSON)
    first, second = both.json()["answers"]
    lines = client.post("/v1/score/batch", content=cut + b"\n" + whole, headers=LINES).text
    alone = client.post("/v1/score", content=b'{"video": ' + cut + b"}", headers=JSON).json()
    found = [second, alone, *map(json.loads, lines.splitlines())]
    assert [one["score"] for one in found] == pytest.approx([first["score"]] * 4, abs=1e-9)


@pytest.mark.parametrize("between", [b"\n", b"\r", b"\n\n", b"\r\n"])
def test_lines_are_counted_as_they_are_read(path, between):
    with asking(service(path, videos=3)) as client:
        for count, status in ((3, 200), (4, 413)):
            body = between.join([b"{}"] * count)
            answer = client.post("/v1/score/batch", content=body, headers=LINES)
            assert answer.status_code == status

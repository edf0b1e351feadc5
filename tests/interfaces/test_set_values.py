"""What ``--set`` takes, and what it refuses."""

import csv
import io
import json

import pytest

from virality.interfaces.cli import main
from worlds import coming, scorer


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A working folder with a model of creator-1."""
    monkeypatch.chdir(tmp_path)
    scorer(schema="creator-1").save("model.json")
    return tmp_path


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def described(capsys, *values):
    """The score of a video that is described, and what stderr says."""
    options = [word for value in values for word in ("--set", value)]
    code, out, err = run(capsys, "score", "--format", "csv", *options)
    assert code == 0, err
    return next(csv.DictReader(io.StringIO(out))), err


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("is_photo=maybe", "'maybe' cannot be used (give yes or no"),
        ("author_verified=ja", "'ja' cannot be used (give yes or no"),
        ("followers=nan", "'nan' cannot be used (give a number of 0 or more, such as 12K"),
        ("followers=", "'' cannot be used"),
        ("fans=-3", "'-3' cannot be used: negative (give"),
        ("duration_seconds=0", "'0' cannot be used (give seconds above 0"),
        ("hashtags=", "'' cannot be used (give words"),
        ("created_at=soon", "'soon' cannot be used: not a date (give a date and time"),
        ("url=here", "'here' cannot be used (give the address of a video"),
        ("history_level=nan", "'nan' is not a number (give one such as 12000, 12K, 1.2M or 40%"),
        ("history_level=inf", "'inf' is not a number"),
        ("history_level=many", "'many' is not a number"),
        ("asks_question=perhaps", "'perhaps' is not a number (give yes or no"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_can(model, capsys, value, says):
    code, out, err = run(capsys, "score", "--set", "duration_seconds=9", "--set", value)
    assert (code, out) == (2, "")
    assert f"{value.partition('=')[0]}: {says}" in err
    assert err.count("\n") == 1


def test_a_value_is_checked_beside_a_file_as_well(model, capsys):
    (model / "new.json").write_text(json.dumps(list(coming())))
    code, _, err = run(capsys, "score", "new.json", "--set", "is_photo=maybe")
    assert (code, "is_photo" in err) == (2, True)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("history_level=12K", "history_level=12000"),
        ("history_level=1.2M", "history_level=1200000"),
        ("history_level=1,200", "history_level=1200"),
        ("history_share_above_50=40%", "history_share_above_50=0.4"),
        ("history_share_above_50=40 %", "history_share_above_50=0.4"),
        ("asks_question=yes", "asks_question=1"),
        ("followers=12K", "followers=12000"),
    ],
)
def test_a_number_is_read_as_people_write_it(model, capsys, written, meant):
    assert described(capsys, written) == described(capsys, meant)


def test_a_number_beyond_the_known_range_is_noted(model, capsys):
    row, err = described(capsys, "followers=1e30")
    assert row == described(capsys, "followers=1e9")[0]
    assert err == "followers: 1e+30 is above the known range, and counts as 1,000,000,000\n"
    assert described(capsys, "followers=1e9")[1] == ""
    assert "range" not in described(capsys, "views=1e30")[1]


def test_another_name_of_a_column_holds_for_a_file_as_well(model, capsys):
    (model / "new.json").write_text(json.dumps(list(coming())))
    told = [
        run(capsys, "score", "new.json", "--format", "csv", "--set", f"{name}=170")[1]
        for name in ("duration", "duration_seconds")
    ]
    assert told[0] == told[1]
    assert told[0] != run(capsys, "score", "new.json", "--format", "csv")[1]


def test_an_unknown_name_is_answered_with_the_nearest_and_where_all_are_listed(model, capsys):
    code, _, err = run(capsys, "score", "--set", "history_similar=3")
    assert code == 2
    assert "did you mean history_similar_length" in err
    assert "virality features lists all" in err
    code, _, err = run(capsys, "score", "--set", "zzz=3")
    assert code == 2
    assert len(err) < 120
    assert "virality features lists all" in err


def test_the_list_of_all_names_has_the_record_columns(capsys):
    _, out, _ = run(capsys, "features")
    assert "author_id" in out.split("Record columns")[1]
    _, out, _ = run(capsys, "features", "--json")
    assert {"video_id", "caption", "followers"} <= set(json.loads(out)["columns"])


def test_the_address_of_a_video_is_enough_to_describe_it(model, capsys):
    """It tells that the post is a photo, and when it was posted."""
    row, _ = described(capsys, "url=https://www.tiktok.com/@brook/photo/7301444403200012345")
    assert int(row["unknown"]) == int(described(capsys, "video_id=x")[0]["unknown"]) - 3
    described(capsys, "url=https://www.youtube.com/shorts/abcdefghijk")

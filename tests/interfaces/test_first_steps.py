"""What people do first, and what they are told."""

import json

import pytest

import virality
from virality.errors import DataError, OptionError, SourceError
from virality.interfaces.cli import main
from virality.records import read
from virality.sample import make_sample, new_videos, write_array

RECORDS = make_sample(900).records
SCORER = virality.train(RECORDS)
NEW = new_videos(2, videos=900).records


def test_records_are_scored_from_a_frame_a_list_or_a_file_alike(tmp_path):
    path = tmp_path / "new.json"
    write_array(path, NEW)
    frames = [SCORER.score_records(one) for one in (virality.read_records(NEW), NEW, str(path))]
    assert all(frame.equals(frames[0]) for frame in frames)


def test_what_is_an_input_cannot_be_predicted():
    with pytest.raises(OptionError, match="is itself an input"):
        virality.train(RECORDS, outcome="followers")


def test_records_without_counts_say_so_and_not_that_there_are_no_views():
    with pytest.raises(DataError, match="no record tells its views"):
        virality.train(NEW)


def test_a_history_of_many_accounts_is_no_video_s_own():
    with pytest.raises(OptionError, match="which is its own"):
        SCORER.score({"duration_seconds": 30}, history=RECORDS)


def test_an_account_that_has_posted_nothing_has_an_empty_history():
    prediction = SCORER.score({"duration_seconds": 30, "author_id": "new"}, history=[])
    assert "history_count" not in prediction.unknown
    assert "history_level" not in prediction.unknown


def test_a_misread_file_is_not_quoted(tmp_path):
    """Where a record stands in place of a header, nothing of it is shown."""
    path = tmp_path / "broken.csv"
    path.write_text('"nickName": "Jo Doe","bio": "hi"\n1,2\n')
    with pytest.raises(SourceError) as caught:
        read(path)
    assert "Jo Doe" not in str(caught.value)


def test_a_narrow_screen_keeps_the_interval(tmp_path, monkeypatch, capsys):
    model, path = tmp_path / "model.json", tmp_path / "new.json"
    SCORER.save(model)
    write_array(path, NEW)
    monkeypatch.setenv("COLUMNS", "50")
    assert main(["score", str(path), "--model", str(model)]) == 0
    out = capsys.readouterr().out
    assert "outcome" in out
    assert " to " in out


def test_few_judging_videos_are_too_few_to_say():
    notes = virality.train(make_sample(300).records).evaluation["notes"]
    assert any("too few to say" in note for note in notes)


def test_a_baseline_that_is_not_beaten_is_named():
    """Where the outcome is noise, nothing beats the tiers' shares."""
    noise = [
        {**record, "playCount": 1000 + hash(record["id"]) % 9000}
        for record in RECORDS
        if isinstance(record.get("playCount"), int) and record["playCount"] > 0
    ]
    notes = virality.train(noise).evaluation["notes"]
    assert any("not clearly better than" in note for note in notes)


def test_rejections_of_an_evaluation_are_written(tmp_path):
    path = tmp_path / "videos.json"
    path.write_text(json.dumps(RECORDS))
    out = tmp_path / "rejects.csv"
    assert main(["evaluate", str(path), "--quick", "--rejects", str(out)]) == 0
    assert "reason" in out.read_text()

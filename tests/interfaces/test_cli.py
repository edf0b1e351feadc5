"""The command line, run in this process; a few times as a process of its own."""

import json
import subprocess
import sys

import polars as pl
import pytest

from places import DATA, TRAINING_FILE, needs_data
from virality.interfaces.cli import commands, main
from virality.labels import REFERENCE_THRESHOLDS
from worlds import coming, sample, scorer


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def videos(here):
    """A file of synthetic videos."""
    (here / "videos.json").write_text(json.dumps(list(sample().records)))
    return "videos.json"


@pytest.fixture
def model(here):
    """A model file."""
    scorer().save(here / "model.json")
    return "model.json"


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_person_gets_from_nothing_to_a_score_in_three_commands(here, capsys):
    code, out, _ = run(capsys, "sample", "v.json", "--videos", 600)
    assert code == 0
    assert "synthetic" in out
    code, out, err = run(capsys, "train", "v.json")
    assert code == 0
    assert "SYNTHETIC DATA" in out
    assert "records read" in err
    for words in ("this model", "95 % interval", "prior", "commonest tier", "reference recipe"):
        assert words in out
    code, out, _ = run(capsys, "score", "--set", "duration_seconds=30", "--set", "followers=12K")
    assert code == 0
    assert "SYNTHETIC DATA" in out
    assert "before posting" in out
    assert "would narrow the outcome most" in out


def test_training_prints_one_json_object_with_all_that_it_found(videos, here, capsys):
    code, out, err = run(
        capsys, "train", videos, "--json", "--predictions", "p.parquet", "--rejects", "r.csv"
    )
    assert code == 0
    found = json.loads(out)
    rows = found["rows"]
    parts = ("rejected", "duplicates", "filtered", "immature", "snapshots", "used")
    assert rows["read"] == sample().counts["rows"] == sum(rows[part] for part in parts)
    assert rows["used"] == rows["train"] + rows["test"]
    assert rows["duplicates"] == sample().counts["duplicates"]
    assert rows["rejected"] == sample().counts["broken"] == pl.read_csv("r.csv").height
    assert found["synthetic"] is True
    assert found["model"] == "model.json"
    assert set(found["baselines"]) == {
        "prior", "majority", "followers", "account_history", "reference_recipe",
    }  # fmt: skip
    assert {"accuracy", "log_loss", "spearman", "per_tier", "confusion_matrix"} <= set(
        found["metrics"]
    )
    assert {"converged", "iterations", "gradient_norm", "objective"} <= set(found["certificate"])
    task = {"outcome": "views", "schema": "creator-1", "moment": "before"}
    assert {key: found[key] for key in task} == task
    low, high = found["intervals"]["log_loss"]
    assert low < found["metrics"]["log_loss"] < high
    predictions = pl.read_parquet("p.parquet")
    assert predictions.columns == [
        "video_id",
        "split",
        "tier",
        "p1",
        "p2",
        "p3",
        "p4",
        "p5",
        "score",
    ]
    assert predictions.filter(split="test").height == rows["test"]
    assert predictions["video_id"].n_unique() == rows["used"]
    assert "rejected" in err


def test_the_saved_model_is_the_one_evaluated_unless_refitted(videos, here, capsys):
    run(capsys, "train", videos, "--out", "a.json", "--predictions", "p.parquet")
    run(capsys, "train", videos, "--out", "b.json", "--refit")
    first, second = (json.loads((here / name).read_text()) for name in ("a.json", "b.json"))
    assert first["evaluation"]["metrics"] == second["evaluation"]["metrics"]
    assert first["model"] != second["model"]
    assert first["history"] != second["history"]
    assert second["evaluation"]["refit"] is True
    assert second["data"]["rows"] == first["evaluation"]["rows"]["used"]
    assert first["data"]["rows"] == first["evaluation"]["rows"]["train"]


def test_the_split_is_the_latest_quarter_and_no_test_video_is_earlier(videos, here, capsys):
    _, out, _ = run(capsys, "train", videos, "--json", "--predictions", "p.parquet")
    posted = pl.DataFrame(
        [
            (record["id"], record["createTime"])
            for record in sample().records
            if isinstance(record["createTime"], int)
        ],
        schema={"video_id": pl.String, "posted": pl.Int64},
        orient="row",
    ).unique("video_id")
    joined = pl.read_parquet("p.parquet").join(posted, on="video_id")
    latest = joined.filter(split="train")["posted"].max()
    assert latest <= joined.filter(split="test")["posted"].min()
    assert json.loads(out)["split"]["kind"] == "time"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--outcome", "wes"), {"outcome": "wes", "thresholds": list(REFERENCE_THRESHOLDS)}),
        (("--outcome", "wes", "--thresholds", "quantiles"), {"outcome": "wes"}),
        (("--split", "random", "--seed", "3"), {"outcome": "views"}),
        (("--recipe", "reference"), {"outcome": "views"}),
        (("--l2", "0.01", "--schema", "reference-15"), {"outcome": "views", "moment": "full"}),
        (("--class-weight", "balanced", "--schema", "reference-15"), {"outcome": "views"}),
        (("--where", "likes > 10"), {"outcome": "views"}),
        (("--limit", "1500"), {"outcome": "views"}),
        (("--map", "likes=commentCount"), {"outcome": "views"}),
        (("--outcome", "author_multiple"), {"outcome": "author_multiple", "moment": "before"}),
        (("--outcome", "likes"), {"outcome": "likes"}),
        (("--moment", "full"), {"moment": "full"}),
        (("--moment", "before", "--schema", "reference-15"), {"moment": "before"}),
        (("--without", "followers", "--without", "history_level"), {
            "left_out": ["followers", "history_level"]
        }),
        (
            ("--feature", "authorMeta.following:account"),
            {"own_features": [{"name": "authorMeta.following", "phase": "account"}]},
        ),
    ],
)  # fmt: skip
def test_every_choice_of_a_training_is_carried_out_and_stated(
    videos, here, capsys, options, expected
):
    code, out, _ = run(capsys, "train", videos, "--json", *options)
    assert code == 0
    document = json.loads((here / "model.json").read_text())
    assert {key: document[key] for key in expected} == expected
    if options[0] == "--where":
        assert json.loads(out)["rows"]["filtered"] > 0
    if options[0] == "--l2":
        assert document["certificate"]["l2"] == 0.01
        assert document["certificate"]["l2_from"] == "given"
    if options[0] == "--recipe":
        assert document["certificate"]["converged"] is False
        assert document["certificate"]["gradient_norm"] > 1e-3


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_scores_come_in_every_form(model, here, capsys, form):
    (here / "new.json").write_text(json.dumps(list(coming())))
    code, out, err = run(capsys, "score", "new.json", "--format", form, "--out", "scores")
    assert code == 0
    assert out == ""
    assert "8 records read, 8 scored" in err
    if form == "json":
        assert json.loads((here / "scores").read_text())["synthetic"] is True
        scores = pl.DataFrame(json.loads((here / "scores").read_text())["predictions"])
    else:
        scores = (pl.read_parquet if form == "parquet" else pl.read_csv)("scores")
    assert scores.height == 8
    assert scores["score"].is_between(12.5, 90).all()


def test_scores_on_stdout_say_that_the_model_is_of_synthetic_data(model, here, capsys):
    (here / "new.json").write_text(json.dumps(list(coming())))
    _, out, _ = run(capsys, "score", "new.json", "--format", "json")
    assert json.loads(out)["synthetic"] is True
    assert len(json.loads(out)["predictions"]) == 8
    _, out, _ = run(capsys, "score", "new.json")
    assert "SYNTHETIC" in out
    _, out, _ = run(capsys, "score", "new.json", "--format", "csv")
    assert out.splitlines()[0] == (
        "video_id,score,tier,p1,p2,p3,p4,p5,percentile,low,median,high,unknown,synthetic"
    )


def test_values_given_beside_a_file_hold_for_all_of_it(model, here, capsys):
    (here / "new.json").write_text(json.dumps(list(coming())))
    _, before, _ = run(capsys, "score", "new.json", "--format", "json")
    _, after, _ = run(capsys, "score", "new.json", "--format", "json", "--set", "followers=5M")
    pairs = zip(json.loads(before)["predictions"], json.loads(after)["predictions"], strict=True)
    assert sum(second["score"] - first["score"] for first, second in pairs) > 0


def test_the_account_s_earlier_videos_speak_for_its_next_one(here, capsys):
    scorer(schema="creator-1").save("model.json")
    records = [dict(record) for record in sample().records]
    counted = [record for record in records if isinstance(record["playCount"], int)]
    best = max(counted, key=lambda record: record["playCount"])["authorMeta"]["id"]
    mine = [record for record in records if record["authorMeta"]["id"] == best]
    (here / "mine.json").write_text(json.dumps(mine))
    _, alone, _ = run(capsys, "score", "--set", "duration_seconds=20", "--format", "json")
    code, known, err = run(
        capsys,
        "score",
        "--set",
        "duration_seconds=20",
        "--history",
        "mine.json",
        "--format",
        "json",
    )
    assert code == 0
    assert err.startswith(f"history: {len(mine)} records read, ")
    assert err.endswith(" videos\n")
    first, second = (json.loads(out)["predictions"][0] for out in (alone, known))
    assert second["unknown"] < first["unknown"] - 10
    assert second["score"] > first["score"] + 5
    code, whole, _ = run(capsys, "score", "--history", "mine.json", "--format", "csv")
    assert code == 0
    assert whole.count("\n") == 2


def test_what_is_not_known_yet_is_said_to_be_ignored(here, capsys):
    scorer(schema="creator-1").save("model.json")
    told = ("score", "--format", "csv", "--set", "duration_seconds=20")
    _, expected, quiet = run(capsys, *told)
    code, out, err = run(capsys, *told, "--set", "views=5M", "--set", "like_rate=0.2")
    assert (code, out, quiet) == (0, expected, "")
    assert err == "ignored, as it is not known before posting: like_rate, views\n"
    (here / "old.json").write_text(json.dumps(list(sample().records[:4])))
    _, _, err = run(capsys, "score", "old.json")
    assert "not known before posting: views, likes" in err


def test_rejected_rows_of_a_scored_file_are_counted_and_written(model, here, capsys):
    records = [*coming(), {**coming()[0], "id": "x1", "playCount": -4}]
    (here / "new.json").write_text(json.dumps(records))
    code, _, err = run(capsys, "score", "new.json", "--rejects", "r.csv")
    assert code == 0
    assert "9 records read, 1 rejected, 8 scored" in err
    assert pl.read_csv("r.csv").row(0)[1:3] == (9, "views")


def test_a_long_table_shows_its_beginning_and_says_so(model, here, capsys):
    (here / "new.json").write_text(json.dumps([{**coming()[0], "id": str(n)} for n in range(30)]))
    _, out, _ = run(capsys, "score", "new.json")
    assert "and 10 more" in out


def test_a_model_tells_what_it_knows(model, capsys):
    code, out, _ = run(capsys, "inspect", model)
    assert code == 0
    for words in ("reference-15", "SYNTHETIC", "viewsPerFollower", "95 % interval", "converged"):
        assert words in out
    code, out, _ = run(capsys, "inspect", model, "--json")
    assert json.loads(out)["schema"]["name"] == "reference-15"


@needs_data
def test_a_model_of_the_reference_system_tells_what_it_knows(capsys):
    code, out, _ = run(capsys, "inspect", DATA / "reference" / "reference-weights.json")
    assert code == 0
    assert "shareRate" in out
    said = " ".join(out.split())
    assert "Judged on 1,472 videos, as the file states: accuracy 0.310." in said
    assert "1 unlikely to perform 177 52 150 0 0 35% 47%" in said
    assert "4 strong potential 64 39 122 0 0 - 0%" in said


def test_the_features_table_lists_them_all(capsys):
    code, out, _ = run(capsys, "features")
    assert code == 0
    assert "hashtagCount" in out
    code, out, _ = run(capsys, "features", "--json")
    features = json.loads(out)["features"]
    assert sum(one["schema"] == "reference-15" for one in features) == 15
    assert {"name", "phase", "unit", "low", "high", "reads", "phrase", "curve"} <= set(features[0])


@needs_data
def test_the_reference_training_file_is_a_source_and_keeps_its_labels_and_its_split(here, capsys):
    code, out, _ = run(capsys, "train", TRAINING_FILE, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["rows"]["train"], found["rows"]["test"]) == (5886, 1472)
    assert found["metrics"]["accuracy"] >= 0.985
    assert found["metrics"]["log_loss"] <= 0.06
    assert found["baselines"]["reference_recipe"]["accuracy"] == 457 / 1472
    assert found["label"]["rebuilt_share"] == 1.0


@needs_data
def test_real_snapshots_of_one_cohort_train(here, capsys):
    path = DATA / "videos" / "vn2025_snapshots.parquet"
    code, out, _ = run(
        capsys, "train", path, "--where", "cohort = 'timeline'", "--outcome", "views", "--json"
    )
    found = json.loads(out)
    assert code == 0
    assert found["rows"]["used"] == 15_278
    assert found["metrics"]["log_loss"] < found["baselines"]["prior"]["log_loss"]
    assert found["split"] == {"kind": "time", "resampled_by": "author"}


# ------------------------------------------------------------------ what goes wrong


def broken(name):
    """Files that are no records, by name."""
    record = dict(sample().records[0])
    return {
        "empty": b"",
        "empty array": b"[]",
        "truncated": json.dumps([record]).encode()[:-40],
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "null bytes": b'[{"id": "1\x00"}]',
        "not text": b"\xff\xfe\x00\xd8\xff" * 9,
        "foreign": b'[{"colour": "red", "wheels": 4}]',
        "one row": json.dumps([record]).encode(),
        "duplicated columns": b"video_id,views,views\n1,2,3\n",
        "header alone": b"video_id,views\n",
    }[name]


@pytest.mark.parametrize(
    "name",
    ["empty", "empty array", "truncated", "picture", "null bytes", "not text", "foreign",
     "one row", "duplicated columns", "header alone"],
)  # fmt: skip
def test_what_is_no_data_is_one_clear_line_and_writes_nothing(here, capsys, name):
    (here / "model.json").write_text("precious")
    (here / "v.json").write_bytes(broken(name))
    code, out, err = run(capsys, "train", "v.json")
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert [line for line in err.splitlines() if line.startswith("virality: error: ")] == [
        err.splitlines()[-1]
    ]
    assert (here / "model.json").read_text() == "precious"


def altered(**changes):
    return {**sample().records[0], "id": "7000000000000000001", **changes}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (json.dumps(altered(playCount=float("nan"))), "views"),
        (json.dumps(altered(diggCount=float("inf"))), "likes"),
        (json.dumps(altered(playCount=-7)), "views"),
        (json.dumps(altered(playCount=12345)).replace("12345", "1e400"), "views"),
        (json.dumps(altered(text="x" * 10_000_000)), "caption"),
        (json.dumps(altered(createTimeISO="soon", createTime="soon")), "created_at"),
        (json.dumps(altered(playCount=0)), "views"),
        (json.dumps(altered(playCount=None)), "views"),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_and_the_others_train(here, capsys, text, field):
    others = [json.dumps(record) for record in sample().records[:900]]
    (here / "v.json").write_text(f"[{', '.join([text, *others])}]")
    code, _, err = run(capsys, "train", "v.json", "--rejects", "r.csv")
    assert code == 0, err
    assert pl.read_csv("r.csv").row(0)[1:3] == (1, field)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train",), "Missing argument"),
        (("train", "nowhere.json"), "nowhere.json"),
        (("train", "*.nothing"), "nothing"),
        (("train", "v.json", "--outcome", "fame"), "choose one of: wes, views"),
        (("train", "v.json", "--schema", "creator-9"), "reference-15"),
        (("train", "v.json", "--thresholds", "reference"), "no thresholds of its own"),
        (("train", "v.json", "--l2", "much"), "neither auto nor a number"),
        (("train", "v.json", "--l2", "-1", "--schema", "reference-15"), "l2: -1.0 is not"),
        (("train", "v.json", "--l2", "1"), "find their own penalties"),
        (("train", "v.json", "--limit", "0"), "limit: 0 is not"),
        (("train", "v.json", "--where", "views >"), "where 'views >'"),
        (("train", "v.json", "--where", "wheels = 4"), "no column 'wheels'"),
        (("train", "v.json", "--map", "views"), "not of the form name=value"),
        (("train", "v.json", "--weight", "wheels"), "no column 'wheels'"),
        (("train", "v.json", "--out", "no/such/folder/m.json"), "no/such/folder/m.json"),
        (("train", "v.json", "--predictions", "no/such/p.parquet"), "no/such/p.parquet"),
        (("train", "v.json", "--limit", "3"), "error"),
        (("train", "v.json", "--feature", "hook"), "not of the form name:phase"),
        (("train", "v.json", "--feature", "hook:content"), "no column 'hook'"),
        (("train", "v.json", "--feature", "watched:engagement"), "--moment full"),
        (("train", "v.json", "--feature", "likes:content"), "the name of another feature"),
        (("train", "v.json", "--age", "24h"), "use --moment after"),
        (("train", "v.json", "--moment", "after", "--age", "soon"), "'soon' is not an age"),
        (("train", "v.json", "--min-age", "900d"), "scraped within 900 days"),
        (("train", "v.json", "--moment", "later"), "'later' is not one of"),
        (("score", "--model", "m.json"), "Give a SOURCE"),
        (("score", "v.json", "--model", "nowhere.json"), "virality train SOURCE"),
        (("score", "v.json", "--model", "v.json"), "not a JSON object"),
        (("score", "v.json", "--model", "m.json", "--format", "parquet"), "add --out FILE"),
        (("score", "--model", "m.json", "--set", "viewz=5"), "did you mean views"),
        (("score", "--model", "m.json", "--set", "views=many"), "views"),
        (("score", "--model", "m.json", "--set", "durationSeconds=30"), "duration_seconds instead"),
        (("score", "v.json", "--model", "m.json", "--out", "no/such/s.csv"), "no/such/s.csv"),
        (("score", "--model", "m.json", "--history", "v.json"), "knows no accounts"),
        (("inspect", "nowhere.json"), "nowhere.json"),
        (("sample", "no/such/v.json", "--videos", "5"), "no/such/v.json"),
        (("fly",), "No such command"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(here, capsys, arguments, says):
    (here / "v.json").write_text(json.dumps(list(sample().records[:800])))
    scorer().save(here / "m.json")
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert says in err
    assert out == ""
    assert sorted(path.name for path in here.iterdir()) == ["m.json", "v.json"]


def test_one_class_only_is_a_clear_error(here, capsys):
    counts = {"playCount": 1000, "diggCount": 10, "commentCount": 1, "shareCount": 1}
    ids = (str(7_000_000_000_000_000_000 + number) for number in range(50))
    records = [altered(id=video_id, scrapedAt=None, **counts) for video_id in ids]
    (here / "v.json").write_text(json.dumps(records))
    code, _, err = run(capsys, "train", "v.json", "--outcome", "wes")
    assert code == 2
    assert "every training video is of tier 1" in err
    code, _, err = run(capsys, "train", "v.json")
    assert code == 2
    assert "too few distinct values" in err


def test_videos_that_are_all_too_young_are_a_clear_error(here, capsys):
    record = altered(createTimeISO="2025-01-01T00:00:00Z", createTime=1735689600,
                     scrapedAt="2025-01-03T00:00:00Z")  # fmt: skip
    (here / "v.json").write_text(json.dumps([record]))
    code, _, err = run(capsys, "train", "v.json", "--rejects", "r.csv")
    assert code == 2
    assert (here / "r.csv").read_text() == "file,row,field,reason\n"
    assert "1 x scraped within 7 days of posting" in err


def test_features_that_do_not_vary_are_a_clear_error(here, capsys):
    rows = [{"video_id": str(n), "views": 10 * (n + 1)} for n in range(50)]
    (here / "v.json").write_text(json.dumps(rows))
    code, _, err = run(capsys, "train", "v.json")
    assert code == 2
    assert "no feature varies" in err
    code, _, err = run(capsys, "train", "v.json", "--schema", "reference-15")
    assert code == 2
    assert "no feature varies" in err


def test_a_model_of_another_schema_is_refused(model, here, capsys):
    document = json.loads((here / model).read_text())
    document["schema"]["fingerprint"] = "0" * 16
    (here / model).write_text(json.dumps(document))
    code, _, err = run(capsys, "score", "--set", "views=5")
    assert code == 2
    assert "another version of the schema" in err


def test_an_interruption_has_its_own_exit_code(monkeypatch, capsys):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "main", interrupt)
    assert main([]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_the_module_runs_as_a_program(here):
    command = [sys.executable, "-m", "virality", "score", "x.json", "--model", "none.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_pipe_that_closes_early_is_no_error(here, model):
    (here / "new.json").write_text(
        json.dumps([{**coming()[0], "id": str(n)} for n in range(20_000)])
    )
    command = f"{sys.executable} -m virality score new.json --format csv | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)  # noqa: S607
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("video_id")


def test_every_command_has_help_with_its_options(capsys):
    for name, command in commands.commands.items():
        code, out, _ = run(capsys, name, "--help")
        assert code == 0
        assert command.help.split(".")[0].replace("\b", "")[:30] in " ".join(out.split())


@pytest.mark.parametrize("option", ["--out", "--predictions", "--rejects"])
def test_an_input_is_never_written_over(videos, here, capsys, option):
    before = (here / videos).read_bytes()
    code, _, err = run(capsys, "train", "v*.json", option, videos)
    assert code == 2
    assert "read or written by this command already" in err
    assert (here / videos).read_bytes() == before


def test_two_results_do_not_share_a_file(videos, capsys):
    code, _, err = run(capsys, "train", videos, "--out", "x", "--rejects", "./x")
    assert code == 2
    assert "already" in err


def test_a_model_is_not_written_over_by_the_scores_made_with_it(model, here, capsys):
    before = (here / model).read_bytes()
    code, _, _ = run(capsys, "score", "--set", "views=5", "--out", model)
    assert code == 2
    assert (here / model).read_bytes() == before


def test_a_file_of_which_nothing_can_be_scored_is_an_error(model, here, capsys):
    (here / "new.json").write_text(json.dumps([{**coming()[0], "playCount": -4}]))
    code, out, err = run(capsys, "score", "new.json", "--rejects", "r.csv")
    assert code == 2
    assert out == ""
    assert "no record can be scored" in err
    assert pl.read_csv("r.csv").height == 1


def test_a_full_output_is_one_line_and_no_traceback(here, model):
    command = f"{sys.executable} -m virality inspect {model} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)  # noqa: S607
    assert done.returncode == 1
    assert done.stderr == "virality: error: cannot go on: No space left on device\n"


def test_a_table_cut_off_by_a_pipe_is_no_error(here, model):
    command = f"set -o pipefail; {sys.executable} -m virality inspect {model} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)  # noqa: S607
    assert (done.returncode, done.stderr) == (0, "")


def test_a_narrow_terminal_still_shows_the_score(model, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    _, out, _ = run(capsys, "score", "--set", "views=5")
    expected = scorer().score({"views": 5}).score
    assert f"{expected:.1f}" in out
    assert max(len(line) for line in out.splitlines()) <= 40


def test_other_names_of_a_column_are_understood_beside_set(model, capsys):
    code, first, _ = run(capsys, "score", "--format", "csv", "--set", "duration=30")
    assert code == 0
    assert first == run(capsys, "score", "--format", "csv", "--set", "duration_seconds=30")[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("evaluation", {"intervals": {"x": 1}, "metrics": {}}),
        ("evaluation", {"intervals": {"x": 1}, "metrics": "good"}),
        ("certificate", {"converged": True}),
        ("data", {"rows": 3}),
    ],
)
def test_what_a_file_states_about_itself_may_be_damaged(model, here, capsys, field, value):
    document = json.loads((here / model).read_text())
    (here / model).write_text(json.dumps({**document, field: value}))
    code, _, err = run(capsys, "inspect", model)
    assert code == 2
    assert "damaged" in err


def test_words_in_a_model_file_are_shown_and_not_obeyed(model, here, capsys):
    document = json.loads((here / model).read_text())
    (here / model).write_text(json.dumps({**document, "outcome": "[/red]", "trainedAt": "[/x]"}))
    code, out, _ = run(capsys, "inspect", model)
    assert code == 0
    assert "[/red]" in out

"""Parquet files in a store: read, trained on and scored as files of this machine are."""

import json

import numpy as np
import polars as pl
import pytest

from virality import fit_files, fit_softmax
from virality.errors import SourceError
from virality.interfaces.cli import main
from virality.records import read
from virality.records.slices import slices
from virality.sample import make_sample

moto = pytest.importorskip("moto.server", reason="moto, a store for tests, is not installed")


@pytest.fixture(scope="module")
def records():
    return read(make_sample(700, seed=5).records).frame


@pytest.fixture(scope="module")
def store(records, tmp_path_factory):
    import boto3

    server = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(name, value)
        client, folder = boto3.client("s3"), tmp_path_factory.mktemp("store")
        client.create_bucket(Bucket="scrapes")
        for number, rows in enumerate((slice(0, 500), slice(500, None))):
            records[rows].write_parquet(folder / f"part-{number}.parquet")
            client.upload_file(
                str(folder / f"part-{number}.parquet"), "scrapes", f"day/part-{number}.parquet"
            )
        yield folder
    server.stop()


def test_files_of_a_store_give_the_records_that_local_files_give(store):
    here, there = read(str(store / "*.parquet")), read("s3://scrapes/day/*.parquet")
    assert there.frame.equals(here.frame)
    assert there.sources == (("s3://scrapes/day/*.parquet", "table"),)
    whole = pl.concat([part.usable for part in slices("s3://scrapes/day/*.parquet", 300)])
    assert whole["video_id"].to_list() == here.frame["video_id"].to_list()


def test_a_model_of_a_store_is_that_of_the_local_file(store, tmp_path, capsys):
    local, remote, lean = (tmp_path / f"{name}.json" for name in ("local", "remote", "lean"))
    choices = ["--schema", "reference-15"]
    assert main(["train", str(store / "*.parquet"), "--out", str(local), *choices]) == 0
    assert main(["train", "s3://scrapes/day/*.parquet", "--out", str(remote), *choices]) == 0
    streamed = ["--memory", "1GB", "--out", str(lean), *choices]
    assert main(["train", "s3://scrapes/day/*.parquet", *streamed]) == 0
    one, two, three = (json.loads(path.read_text()) for path in (local, remote, lean))
    assert one["weights"] == two["weights"]
    np.testing.assert_allclose(three["weights"], one["weights"], rtol=1e-9)
    scores = tmp_path / "scores.parquet"
    words = ["score", "s3://scrapes/day/*.parquet", "--model", str(remote), "--out", str(scores)]
    assert main(words) == 0
    assert pl.read_parquet(scores).height == read(str(store / "*.parquet")).frame.height
    capsys.readouterr()


def test_a_fit_of_files_of_a_store_is_that_of_their_rows(store):
    random = np.random.default_rng(0)
    X = random.normal(size=(2_000, 2))
    y = (X[:, 0] + random.logistic(size=2_000) > 0).astype(int)
    rows = pl.DataFrame(X, schema=["a", "b"]).with_columns(tier=y)
    rows.write_parquet("s3://scrapes/rows.parquet")
    there = fit_files("s3://scrapes/rows.parquet", ["a", "b"], "tier", l2=1e-3, tol=1e-10)
    np.testing.assert_allclose(there.coef, fit_softmax(X, y, l2=1e-3, tol=1e-10).coef, atol=1e-9)


def test_what_is_not_there_is_named_with_what_to_do(store):
    with pytest.raises(SourceError, match=r"s3://scrapes/nowhere\.parquet: cannot be read"):
        read("s3://scrapes/nowhere.parquet")
    with pytest.raises(SourceError, match="name Parquet files of a store"):
        read("s3://scrapes/day/videos.json")

"""Every source is read alike: the same two invented videos, in each scraper's form."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from virality.records import CANONICAL, read, to_records
from virality.records.sources import SOURCES

FIXTURES = Path(__file__).parents[1] / "fixtures" / "records"
EXPECTED = json.loads((FIXTURES / "expected.json").read_text())
SOURCE = {
    "apify.json": "apify",
    "apify_dot.csv": "apify",
    "apify_slash.csv": "apify",
    "drawrowfly.json": "drawrowfly",
    "pyktok.csv": "pyktok",
    "research_api.json": "research_api",
    "research_api_by_id.json": "research_api",
    "table_agency.csv": "table",
    "table_rounded.csv": "table",
    "table_thesis.csv": "table",
    "tikwm.json": "tikwm",
    "tiktok_api.json": "tiktok_api",
    "yt_dlp.json": "yt_dlp",
    "yt_dlp_types.json": "yt_dlp",
}
IN_ARRAYS = ["apify.json", "tiktok_api.json", "research_api.json"]


def row(values):
    """Complete an expected row: what is not written out is unknown."""
    whole = dict.fromkeys(CANONICAL) | values
    for name in ("created_at", "scraped_at"):
        if whole[name] is not None:
            whole[name] = datetime.fromisoformat(whole[name])
    return whole


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_form_gives_the_expected_rows(name):
    """Each form gives exactly the values that it holds, and null for all it lacks."""
    reading = read(FIXTURES / name)
    assert reading.frame.select(list(CANONICAL)).to_dicts() == [row(v) for v in EXPECTED[name]]


@pytest.mark.parametrize("name", sorted(SOURCE))
def test_every_form_is_recognised_by_its_content(name, tmp_path):
    """The source is recognised whatever the file is called."""
    copy = tmp_path / "data.bin"
    copy.write_bytes((FIXTURES / name).read_bytes())
    assert read(copy).sources == ((str(copy), SOURCE[name]),)


@pytest.mark.parametrize("name", sorted(SOURCE))
def test_every_form_gives_the_canonical_frame(name):
    """All canonical columns come first, in order, in their types."""
    schema = read(FIXTURES / name).frame.schema
    assert list(schema.items())[: len(CANONICAL)] == list(CANONICAL.items())


@pytest.mark.parametrize("name", sorted(SOURCE))
def test_no_extras_means_canonical_columns_alone(name):
    """With no extra column asked for, none comes, and the values are the same."""
    bare = read(FIXTURES / name, extras=()).frame
    assert bare.equals(read(FIXTURES / name).frame.select(list(CANONICAL)))


@pytest.mark.parametrize("name", IN_ARRAYS)
def test_one_record_gives_the_row_that_its_file_gives(name):
    """A single dict and a file of it agree in every canonical column."""
    for record, expected in zip(
        json.loads((FIXTURES / name).read_text()), EXPECTED[name], strict=True
    ):
        assert to_records(record).select(list(CANONICAL)).to_dicts() == [row(expected)]


def test_types_instead_of_values_are_rejected():
    """A record whose counts are the names of types is rejected, naming the first of them."""
    reading = read(FIXTURES / "yt_dlp_types.json")
    assert reading.rejections.select("row", "field", "reason").rows() == [
        (1, "views", "not a number")
    ]


def test_sources_are_told_apart_by_their_names():
    """No two sources share a name."""
    assert len({source.name for source in SOURCES}) == len(SOURCES)


def test_sources_only_name_canonical_columns():
    """A source knows where canonical columns lie, and the address, and nothing else."""
    assert all(set(source.columns) <= {*CANONICAL, "url"} for source in SOURCES)


def test_missing_and_reordered_fields_are_still_recognised():
    """A few telling fields suffice, in any order."""
    reading = read([{"playCount": 5, "diggCount": 1, "id": "7301444403200012345"}])
    assert reading.sources == (("<records>", "apify"),)
    assert reading.frame["views"].to_list() == [5.0]

"""Recognition: by names, with an error that teaches."""

import pytest

from virality.errors import SourceError
from virality.records import read
from virality.records.recognition import best_source, likeliest


def test_an_unknown_file_names_its_fields_and_the_nearest_source(tmp_path):
    """A file that no source fits says what it has, what is nearest, and what to do."""
    path = tmp_path / "file.csv"
    path.write_text("wmplay,aaa,bbb\n1,2,3\n")
    with pytest.raises(SourceError) as caught:
        read(path)
    assert "wmplay, aaa, bbb" in caught.value.what
    assert "the nearest, tikwm, also has: author.unique_id" in caught.value.what
    assert "--map video_id=" in caught.value.remedy
    assert caught.value.where == str(path)


def test_only_the_first_fields_are_named_and_cut_short(tmp_path):
    """A file of very many or very long fields does not flood the error."""
    path = tmp_path / "file.csv"
    path.write_text(",".join(f"{k:03}" + "x" * 100 for k in range(30)) + "\n" + "1," * 29 + "1\n")
    with pytest.raises(SourceError) as caught:
        read(path)
    assert "014" in caught.value.what
    assert "015" not in caught.value.what
    assert "x" * 41 not in caught.value.what


@pytest.mark.parametrize(
    "fields",
    [{"id", "name", "email"}, {"id", "title", "price", "description"}, {"url", "title"}, set()],
)
def test_other_tables_are_not_taken_for_videos(fields):
    """A table of customers, products or pages is none of videos."""
    assert best_source(frozenset(fields)) is None


@pytest.mark.parametrize(
    "fields", [{"video_id"}, {"id", "views"}, {"url", "likes"}, {"Video ID", "x"}]
)
def test_little_is_enough_for_a_table(fields):
    """An id that is surely a video's, or any id beside a count, makes a table."""
    source = best_source(frozenset(fields))
    assert source is not None
    assert source.name == "table"


def test_a_record_without_an_id_goes_to_the_likeliest_source():
    """One video may be laid out without an id."""
    assert likeliest(frozenset({"desc", "stats.playCount"})).source.name == "tiktok_api"
    assert likeliest(frozenset({"caption", "followers"})).source.name == "table"

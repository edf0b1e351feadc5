"""Tables of text, whole and broken."""

import pytest

from virality.errors import SourceError
from virality.records import read


def rows(tmp_path, text, **options):
    """Read a table from a file."""
    path = tmp_path / "file.csv"
    path.write_text(text, newline="")
    return read(path, **options)


def test_quoted_line_breaks_stay_in_the_caption(tmp_path):
    """A caption of several lines is one field, blank lines inside it included."""
    reading = rows(tmp_path, 'video_id,caption,views\na,"one\n\ntwo, ""three""",5\nb,x,6\n')
    assert reading.frame["caption"].to_list() == ['one\n\ntwo, "three"', "x"]
    assert reading.frame["views"].to_list() == [5.0, 6.0]


def test_blank_lines_are_no_records(tmp_path):
    """Blank lines, and lines of blanks, are neither read nor counted."""
    reading = rows(tmp_path, "\n\nvideo_id,views\n\na,5\n,\n\nb,6\n\n\n")
    assert (reading.read, reading.frame["views"].to_list()) == (2, [5.0, 6.0])


def test_a_row_with_too_many_fields_is_rejected_with_its_line(tmp_path):
    """A row that does not fit is rejected; one too short is padded; the rest is read."""
    reading = rows(tmp_path, 'video_id,views,likes\na,"1\n",2\nb,2,3,4\nc,3\n,,\nd,4,5\n')
    assert reading.frame.select("video_id", "views").rows() == [("a", 1.0), ("c", 3.0), ("d", 4.0)]
    assert reading.rejections.select("row", "field", "reason").rows() == [
        (2, "record", "4 fields under 3 names (line 4)")
    ]


def test_an_endless_quote_is_refused(tmp_path):
    """A quote that never closes over a very long text is an error with its line."""
    with pytest.raises(SourceError, match="the table is broken"):
        rows(tmp_path, 'video_id,views\na,"' + "x" * 200_000 + "\nb,1\n")


def test_columns_without_a_name_are_left_out(tmp_path):
    """The index that pandas writes has no name, and is no column."""
    reading = rows(tmp_path, ",video_id,views,\n0,a,5,\n1,b,6,\n")
    assert reading.frame.columns[-1] == "scraped_at"
    assert reading.frame["views"].to_list() == [5.0, 6.0]


def test_names_that_differ_in_their_separator_are_one(tmp_path):
    """``a/b`` and ``a.b`` are the same path, and so cannot both be there."""
    with pytest.raises(SourceError, match="two columns called"):
        rows(tmp_path, "video_id,views,x.y,x/y\na,1,2,3\n")


def test_the_limit_is_of_records(tmp_path):
    """A limit counts records, not lines."""
    reading = rows(tmp_path, 'video_id,caption,views\na,"\n\n",5\n\nb,x,6\nc,x,7\n', limit=2)
    assert reading.frame["video_id"].to_list() == ["a", "b"]


def test_extra_columns_stay_as_they_are_written(tmp_path):
    """A column that we do not know keeps its text."""
    reading = rows(tmp_path, "video_id,views,price\na,5,007\n")
    assert reading.frame["price"].to_list() == ["007"]


def test_headers_may_be_spelled_in_many_ways(tmp_path):
    """Case, underscores and spaces make no difference in a table by hand."""
    reading = rows(tmp_path, "Video ID,Play_Count,LIKES count,Posted-Time\na,5,1,2025/7/8\n")
    assert reading.frame.select("video_id", "views", "likes").rows() == [("a", 5.0, 1.0)]
    assert reading.frame["created_at"].null_count() == 0


def test_a_header_without_end_is_refused(tmp_path):
    """One endless line is no table."""
    with pytest.raises(SourceError, match=r"the table is broken|no known source"):
        rows(tmp_path, "x" * 200_000)


def test_an_extra_column_of_numbers_can_be_compared_and_one_of_ids_or_words_stays_text(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text(
        "video_id,views,score,campaign,zip\n1,5,0.5,7506183497231548587,a1\n2,6,,2,3\n3,7, 9 ,3,4\n"
    )
    frame = read(path).frame
    assert frame["score"].to_list() == [0.5, None, 9.0]
    assert frame["campaign"].to_list() == ["7506183497231548587", "2", "3"]
    assert frame["zip"].to_list() == ["a1", "3", "4"]
    assert read(path, where="score > 1").frame["video_id"].to_list() == ["3"]

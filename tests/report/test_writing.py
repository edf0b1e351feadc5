"""Reports and charts as files."""

from xml.etree import ElementTree as ET

import pytest

from made_view import EFFECTS, EMPTY, made_view
from virality.errors import OutputError
from virality.report.writing import write_charts, write_report


def test_each_chart_is_written_as_svg_and_as_png(tmp_path):
    view = made_view(**{**EMPTY, "effects": EFFECTS[:1], "tiers": made_view().tiers})
    written = write_charts(view, tmp_path / "new" / "charts")
    assert [path.name for path in written] == [
        "confusion.svg", "confusion.png", "effect-duration-seconds.svg",
        "effect-duration-seconds.png",
    ]  # fmt: skip
    for path in written:
        if path.suffix == ".svg":
            assert ET.fromstring(path.read_text(encoding="utf-8")).tag.endswith("svg")  # noqa: S314
        else:
            assert path.read_bytes().startswith(b"\x89PNG")


def test_a_folder_that_is_a_file_is_an_error_that_names_it(tmp_path):
    (tmp_path / "charts").write_text("mine")
    with pytest.raises(OutputError, match="cannot be made"):
        write_charts(made_view(**EMPTY), tmp_path / "charts")
    assert (tmp_path / "charts").read_text() == "mine"


@pytest.mark.parametrize(("form", "begins"), [("html", "<!doctype html>"), ("md", "# A virality")])
def test_a_report_is_written_in_either_form(tmp_path, form, begins):
    write_report(made_view(**EMPTY), tmp_path / "report", form)
    assert (tmp_path / "report").read_text(encoding="utf-8").startswith(begins)


def test_a_report_without_a_place_is_an_error_that_names_it(tmp_path):
    with pytest.raises(OutputError, match="nowhere"):
        write_report(made_view(**EMPTY), tmp_path / "nowhere" / "report.html", "html")

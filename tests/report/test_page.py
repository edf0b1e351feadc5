"""The page as text: self-contained, escaped, and readable without seeing its charts."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from hostile import NAME
from made_view import EMPTY, made_view
from virality.report.charts.gallery import gallery
from virality.report.page import SECTIONS, page

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Reader(HTMLParser):
    """Collects elements, and sees to it that each is closed in turn."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.found, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def written():
    return page(made_view())


def test_every_element_is_closed_in_turn(written):
    read(written)
    read(page(made_view(**EMPTY)))


def test_hostile_words_are_shown_as_words_and_are_no_elements(written):
    found = read(written)
    assert NAME not in written
    assert not any(tag == "img" for tag, _ in found.found)
    assert NAME in "".join(found.text)
    assert sum(tag == "script" for tag, _ in found.found) == 1


def test_a_page_names_no_address_but_those_of_its_own_sections(written):
    for _, attributes in read(written).found:
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:"))
    assert "@import" not in written
    assert "url(" not in written
    assert re.findall(r"https?://[^\s\"']+", written) == []


def test_the_policy_allows_this_style_and_this_script_and_no_other(written):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', written)[1]
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", written, flags=re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_each_chart_is_there_with_a_text_and_its_numbers(written):
    shown = gallery(made_view()).charts
    pictures = [one for tag, one in read(written).found if tag == "svg"]
    assert [one["aria-label"] for one in pictures] == [one.alt for one in shown]
    assert {one["role"] for one in pictures} == {"img"}
    assert all(len(one.alt) > 20 and one.table.rows for one in shown)


def test_the_contents_lead_to_every_section(written):
    sections = {one["id"] for tag, one in read(written).found if tag == "section"}
    assert sections == {"glance", *(key for key, _ in SECTIONS)}


def test_the_first_screen_is_four_answers(written):
    glance = written[written.index('id="glance"') : written.index("<nav")]
    assert glance.count("<dt>") == glance.count("<dd>") == 4
    assert "log-loss" not in glance


def test_a_page_of_next_to_nothing_says_what_is_not_there():
    found = read(page(made_view(**EMPTY)))
    assert not any(tag == "svg" for tag, _ in found.found)
    assert "".join(found.text).count("It is not there.") == 7


def test_no_colour_of_the_drawing_is_left_that_would_not_follow_the_ground(written):
    drawn = "".join(re.findall(r"<svg.*?</svg>", written, flags=re.DOTALL))
    assert set(re.findall(r'(?:fill|stroke)="(?!none|transparent|var)([^"]*)"', drawn)) <= {""}

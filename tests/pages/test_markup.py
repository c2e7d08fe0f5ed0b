"""Pieces of pages: what comes from outside stays text, tables can be read aloud, the sheet needs nothing else."""

import xml.etree.ElementTree as ET

import pytest

from kgbuild.pages.charts import bar, histogram
from kgbuild.pages.markup import element, link, table, text
from kgbuild.pages.sheet import Section, contents, section, sheet


def test_nothing_from_outside_becomes_markup():
    assert text("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#x27;"
    assert element("p", text("<script>"), title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;">&lt;script&gt;</p>'


def test_characters_that_no_page_may_hold_are_replaced_and_signs_that_turn_text_round_are_left_out():
    assert text("a\x00b\ud800c\u202ed\u2066e\tf") == "a\ufffdb\ufffdcde\tf"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://", "http://[", "file:///etc", ""]
)
def test_only_an_address_of_the_web_is_a_link(address):
    assert link("here", address) == "here"


def test_a_link_does_not_tell_where_it_was_followed_from():
    assert link("here", 'https://example.org/?a=1&b="') == (
        '<a href="https://example.org/?a=1&amp;b=&quot;" rel="noreferrer noopener">here</a>'
    )


def test_a_table_has_a_caption_heads_for_rows_and_columns_and_is_reached_by_the_keyboard():
    root = ET.fromstring(table(("name", "", "count"), [("Ann", "x", "1")], caption="People <1>", words=(1,)))
    assert root.attrib == {"class": "wide", "role": "region", "aria-label": "People <1>", "tabindex": "0"}
    assert root.find("table/caption").text == "People <1>"
    assert [(cell.tag, cell.get("scope"), cell.text) for cell in root.iter() if cell.tag in ("th", "td")] == [
        ("th", "col", "name"), ("td", None, None), ("th", "col", "count"), ("th", "row", "Ann"), ("td", None, "x"), ("td", None, "1"),
    ]  # fmt: skip


def test_a_sheet_runs_nothing_and_asks_for_nothing():
    parts = [Section("A & B", "about", "<p>content</p>", "ab"), Section("C", "", "", "")]
    page = sheet("<title>", [contents(parts), *map(section, parts)])
    assert "<title>&lt;title&gt;</title>" in page
    assert "default-src 'none'" in page
    assert '<a href="#ab">A &amp; B</a>' in page
    assert '<section id="ab"><h2>A &amp; B</h2>' in page
    assert "url(" not in page and "@import" not in page and "<script" not in page


def test_a_bar_shows_that_something_is_there_and_nothing_beside():
    widths = [ET.fromstring(bar(share)).findall("rect")[1].get("width") for share in (0.0, 0.0001, 0.5, 1.0, 7.0)]
    assert widths == ["0.0", "2.0", "75.0", "150.0", "150.0"]


def test_the_columns_of_a_histogram_are_as_high_as_their_counts():
    root = ET.fromstring(histogram([("<a>", (30, 10)), ("b", (0, 20))], ("stated", "inferred"), "A & B", "score"))
    high = [(part.get("class"), float(part.get("height"))) for part in root.iter("rect")]
    assert high[0][1] == 3 * high[1][1] and high[3][1] == 2 * high[1][1] and high[2][1] == 0
    assert [kind for kind, _ in high] == ["stated", "inferred"] * 2
    assert (root.get("role"), root.get("aria-label")) == ("img", "A & B")
    assert {"<a>", "b", "40", "0", "score"} <= {part.text for part in root.iter("text")}
    empty = histogram([], ("stated",), "", "")
    assert ET.fromstring(empty).find("rect") is None

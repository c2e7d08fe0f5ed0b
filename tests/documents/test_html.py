"""HTML pages, fragments and SEC filings."""

import pytest

from tests.documents.helpers import blocks, reading, texts

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Big News - The Site</title><script>var x = "<p>no</p>";</script>
<meta property="article:published_time" content="2021-03-04T10:00:00Z"><meta name="author" content="Ann Smith">
<link rel="canonical" href="https://example.org/news/big"></head><body>
<header><a href="/">The Site</a></header><nav><ul><li>Home</li><li>About</li></ul></nav>
<div class="cookie">We use cookies.</div>
<main><h1>Big News</h1><p>Ann Smith, of <b>Acme</b>&nbsp;Inc., left.<sup>[1]</sup> It was 5 km<sup>2</sup>.</p>
<p style="display:none">Hidden.</p><p hidden>Hidden too.</p><form><label>Search</label><input value="no"></form>
<ul><li>One <p>in a paragraph</p></li><li>Two</li></ul>
<figure><img alt="no"><figcaption>A picture.</figcaption></figure>
<p>First line<br>second line<br><br>After a gap.</p>
<table><caption>Staff</caption><tr><th>Name</th><th>Office</th></tr><tr><td>Bob Roy</td><td>Chief</td></tr></table>
<pre><code>print(1)</code></pre></main>
<aside>Related</aside><footer>Imprint</footer></body></html>"""


def test_a_page_gives_its_main_text():
    assert blocks(reading("a.html", PAGE)) == [
        ("heading", "Big News"),
        ("paragraph", "Ann Smith, of Acme Inc., left. It was 5 km2."),
        ("list_item", "One"),
        ("list_item", "in a paragraph"),
        ("list_item", "Two"),
        ("caption", "A picture."),
        ("paragraph", "First line second line"),
        ("paragraph", "After a gap."),
        ("caption", "Staff"),
        ("table_row", "Name\tOffice"),
        ("table_row", "Bob Roy\tChief"),
        ("code", "print(1)"),
    ]


def test_a_page_gives_title_date_author_and_address():
    assert dict(reading("a.html", PAGE).source.metadata) == {
        "title": "Big News",
        "date": "2021-03-04T10:00:00+00:00",
        "authors": "Ann Smith",
        "url": "https://example.org/news/big",
        "language": "en",
    }


def test_a_page_without_a_main_element_loses_its_menus_only():
    links = "".join(f'<li><a href="/{i}">Section {i}</a></li>' for i in range(9))
    text = f"<html><body><ul>{links}</ul><div><p>Ann Smith works for Acme Inc.</p></div></body></html>"
    assert texts(reading("a.html", text)) == ["Ann Smith works for Acme Inc."]


def test_where_the_main_text_is_a_sliver_the_visible_text_is_taken_and_said():
    text = (
        "<body><main><p>Teaser.</p></main>"
        + "<div><p>A long paragraph of real text, again and again.</p></div>" * 9
        + "</body>"
    )
    result = reading("a.html", text)
    assert len(texts(result)) == 10
    assert any("the visible text is taken" in notice for notice in result.notices)


def test_words_split_by_inline_tags_stay_whole():
    assert texts(reading("a.html", "<p>G<b>S</b>A and <i>re</i>write</p>")) == ["GSA and rewrite"]


def test_a_declared_encoding_is_used():
    data = '<html><head><meta charset="iso-8859-2"></head><body><p>Łódź leży w Polsce</p></body></html>'.encode("iso-8859-2")
    assert texts(reading("a.html", data)) == ["Łódź leży w Polsce"]


def test_preformatted_prose_is_text():
    assert blocks(reading("a.html", "<pre>Ann Smith went home.\n\nBob stayed.</pre>")) == [
        ("paragraph", "Ann Smith went home."),
        ("paragraph", "Bob stayed."),
    ]


def test_a_table_that_arranges_text_gives_the_text():
    long = "word " * 40
    text = (
        f"<table><tr><td>•</td><td>An item.</td></tr><tr><td><p>{long}</p><p>{long}</p></td><td><p>Side.</p></td></tr></table>"
    )
    assert [kind for kind, _ in blocks(reading("a.html", text))] == ["list_item", "paragraph", "paragraph", "paragraph"]


FILING = """<DOCUMENT>
<TYPE>8-K
<TEXT>
<?xml version='1.0' encoding='ASCII'?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><head><title>orcl-8k</title></head><body>
<div style="display:none"><ix:header><ix:hidden><ix:nonNumeric name="dei:EntityRegistrantName">ORACLE CORP</ix:nonNumeric>
</ix:hidden><ix:resources>http://fasb.org/us-gaap/2024</ix:resources></ix:header></div>
<a id="top"/><p><ix:nonNumeric name="dei:DocumentType">8-K</ix:nonNumeric></p>
<p>Date of Report: <ix:nonNumeric name="dei:DocumentPeriodEndDate">November 14, 2024</ix:nonNumeric></p>
<p>Oracle <ix:nonNumeric name="x">Corporation</ix:nonNumeric></p>
<table><tr><td>Delaware</td><td></td><td>001-35992</td></tr><tr><td>Sales (1)</td><td>$</td><td>293</td><td>(</td><td>5</td><td>)%</td></tr></table>
<p>(1)Notes.</p><p>48</p></body></html>
</TEXT></DOCUMENT>"""


def test_a_filing_gives_its_visible_text_without_facts_that_are_hidden():
    result = reading("a.html", FILING)
    assert blocks(result) == [
        ("paragraph", "8-K"),
        ("paragraph", "Date of Report: November 14, 2024"),
        ("paragraph", "Oracle Corporation"),
        ("table_row", "Delaware\t001-35992"),
        ("table_row", "Sales\t$293\t(5)%"),
        ("paragraph", "(1) Notes."),
    ]
    assert dict(result.source.metadata) == {
        "title": "ORACLE CORP 8-K", "company": "ORACLE CORP", "form": "8-K", "date": "2024-11-14",
    }  # fmt: skip


SUBSIDIARIES = """<html><head><!-- Document created using Wdesk --><title>Document</title></head><body>
<div>Subsidiaries of the Registrant</div><table><tr><td></td><td>Percentage</td><td>State</td></tr>
<tr><td><div><span>Al-Jubail Petrochemical Company </span><span>(4) (5)</span></div></td><td>50</td><td>Saudi Arabia</td></tr>
<tr><td>Esso Exploration Angola (Block 15) Limited</td><td></td><td>100</td><td>Bahamas</td></tr></table></body></html>"""


def test_the_first_cell_of_a_list_of_subsidiaries_is_the_name_exactly():
    rows = [text.split("\t")[0] for kind, text in blocks(reading("a.html", SUBSIDIARIES)) if kind == "table_row"]
    assert rows[1:] == ["Al-Jubail Petrochemical Company", "Esso Exploration Angola (Block 15) Limited"]


def test_running_heads_after_page_numbers_go():
    pages = "".join(
        f"<p>Text of page {i}, at some length.</p><p>{i}.</p><div>Table of Contents Alphabet Inc.</div>" for i in range(1, 9)
    )
    text = f"<!-- Document created using Wdesk --><html><body>{pages}</body></html>"
    assert texts(reading("a.html", text)) == [f"Text of page {i}, at some length." for i in range(1, 9)]


@pytest.mark.parametrize("data", ["", "<html></html>", "<script>x</script>", "<!-- only -->"])
def test_a_page_without_text(data):
    assert reading("a.html", data).source.outcome == "no_text"


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (
            "About Acme<br>Acme makes anvils in Springfield and sells them all over the world. It was founded in 1902.",
            ["About Acme", "Acme makes anvils in Springfield and sells them all over the world. It was founded in 1902."],
        ),
        ("<b>Ann Smith</b><br>Director, Acme", ["Ann Smith Director, Acme"]),
        (
            "Ann Smith<br>Director, Acme<br>She has led the makers of anvils for ten years, first in Berlin and then in Springfield.",
            ["Ann Smith Director, Acme", "She has led the makers of anvils for ten years, first in Berlin and then in Springfield."],
        ),
        (
            "Our chief executive, Ann Smith of<br>Springfield, said on Monday that anvils were as heavy as ever, and that nothing would change.",
            ["Our chief executive, Ann Smith of Springfield, said on Monday that anvils were as heavy as ever, and that nothing would change."],
        ),
        (
            "The makers of anvils in Springfield, who met on<br>Monday, said in a statement that nothing had changed.<br>It was all as ever.",
            ["The makers of anvils in Springfield, who met on Monday, said in a statement that nothing had changed. It was all as ever."],
        ),
    ],
)  # fmt: skip
def test_a_title_above_running_text_is_a_text_of_its_own_though_a_break_alone_parts_them(inside, found):
    assert texts(reading("a.html", f"<html><body><main><p>{inside}</p></main></body></html>")) == found

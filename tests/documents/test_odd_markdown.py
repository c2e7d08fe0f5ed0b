"""Markdown as other tools write it: TOML front matter, YAML with stars, footnotes, links of wikis, boxes and call-outs."""

import pytest

from tests.documents.helpers import blocks, reading, texts


def test_toml_front_matter_becomes_metadata():
    front = 'title = "Moby Dick"\ndate = 2020-01-02T03:04:05Z\ntags = ["a", "b"]\n[params]\nn = 7\n'
    result = reading("a.md", f"\ufeff+++\n{front}+++\n\nAnn works at Acme.\n")
    assert texts(result) == ["Moby Dick", "Ann works at Acme."]
    assert dict(result.source.metadata) == {
        "title": "Moby Dick",
        "date": "2020-01-02T03:04:05+00:00",
        "tags": ("a", "b"),
        "params.n": "7",
    }
    assert reading("a.md", "+++\ntitle = 'x'\ndraft = true\n+++\nBody.").source.outcome == "skipped"


def test_broken_toml_is_said_and_the_body_still_read():
    result = reading("a.md", '+++\ntitle = "unclosed\n+++\nBody text.')
    assert texts(result) == ["Body text."]
    assert any("not valid TOML" in notice for notice in result.notices)


def test_rules_of_pluses_are_no_front_matter():
    assert "More." in texts(reading("a.md", "+++\nAnn works at Acme.\n+++\n\nMore.\n"))[-1]


@pytest.mark.parametrize("front", ["title: *Moby Dick*", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"])
def test_a_star_in_yaml_costs_its_value_and_not_the_document(front):
    result = reading("a.md", f"---\n{front}\n---\nAnn works at Acme.")
    assert texts(result) == ["Ann works at Acme."]
    assert any("alias" in notice and "quotes" in notice for notice in result.notices)


def test_footnotes_leave_no_mark_and_keep_their_text():
    text = (
        "Ann Smith[^1] founded Acme[^long-note].\n\n[^1]: http://example.com\n[^long-note]: Founded in 1990.\n\n"
        "Code `a[^1]` and [^none] stay.\n"
    )
    assert texts(reading("a.md", text)) == [
        "Ann Smith founded Acme.",
        "http://example.com",
        "Founded in 1990.",
        "Code a[^1] and [^none] stay.",
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[[Acme Inc]] hired [[Ann Smith|Ann]].", "Acme Inc hired Ann."),
        ("In [[Berlin#History]] and [[#Start]]. ![[logo.png]]", "In Berlin and Start."),
        ("See [[1]](http://x.org) and `[[ -f x ]]`.", "See [1] and [[ -f x ]]."),
    ],
)
def test_links_of_wikis_are_their_text(written, read):
    assert texts(reading("a.md", written)) == [read]


def test_boxes_and_callouts_leave_no_mark():
    text = "- [ ] Call Ann\n- [x] Call Bob\n- [X](u) stays\n\n> [!NOTE]\n> Acme moved.\n\n> [!warning]- Title\n> Text.\n"
    assert blocks(reading("a.md", text)) == [
        ("list_item", "Call Ann"),
        ("list_item", "Call Bob"),
        ("list_item", "X stays"),
        ("paragraph", "Acme moved."),
        ("paragraph", "Title Text."),
    ]

"""Markdown with front matter and shortcodes, as digital.gov writes it."""

import pytest

from tests.documents.helpers import blocks, reading, texts

POST = """
---
slug: average-american-reader
date: 2020-05-13 14:00:00 -0500
title: "Plain &amp; Simple: the Reader&#8217;s Needs"
deck: "A deck."
topics:
  - plain-language
  - communication
featured_image:
  uid: cover
  alt: ''
captions:
# a comment
---

{{< youtube id="aOy9UzClmMA" title="Not to be read" >}}

{{< note >}}
[This presentation (PDF)](https://s3.amazonaws.com/x.pdf), by Dr. Meredith Larson of the U.S. Department of Education.
{{< /note >}}

{{< quote-block text="Know your audience." cite="Dr. Meredith Larson, Department of Education" >}}

Read the <a href="{{< ref "2016-03-29-google.md" >}}">mobile-optimized</a> post and
the [Around the Horn Call]({{< ref "events/call.md" >}} "A title").
<!-- a comment -->{% raw %}

## Background {#background}

* **Below Level 1**: Locate a single piece.
* Second `item`

<table><tr><th>Agency</th><th>City</th></tr><tr><td>GSA</td><td>Washington</td></tr></table>

```python
import this
```

{{< img src="pif" caption="Not read" >}}
"""


def test_a_post_becomes_blocks_without_residue():
    result = reading("post.md", POST)
    assert blocks(result) == [
        ("heading", "Plain & Simple: the Reader’s Needs"),
        ("paragraph", "This presentation (PDF), by Dr. Meredith Larson of the U.S. Department of Education."),
        ("paragraph", "Know your audience. — Dr. Meredith Larson, Department of Education"),
        ("paragraph", "Read the mobile-optimized post and the Around the Horn Call."),
        ("heading", "Background"),
        ("list_item", "Below Level 1: Locate a single piece."),
        ("list_item", "Second item"),
        ("table_row", "Agency\tCity"),
        ("table_row", "GSA\tWashington"),
        ("code", "import this"),
    ]
    for residue in ("{{", "}}", "{%", "](", "**", "http", "slug", "<"):
        assert residue not in result.document.text


def test_front_matter_becomes_metadata():
    assert dict(reading("post.md", POST).source.metadata) == {
        "slug": "average-american-reader",
        "date": "2020-05-13T14:00:00-05:00",
        "title": "Plain & Simple: the Reader’s Needs",
        "deck": "A deck.",
        "topics": ("plain-language", "communication"),
        "featured_image.uid": "cover",
    }


@pytest.mark.parametrize("body", ["", "\n\n", '{{< youtube id="x" >}}', "x"])
def test_the_deck_is_read_where_there_is_no_body(body):
    text = f"---\ntitle: A title\ndeck: 'What it is **about**.'\nsummary: Not this.\n---\n{body}"
    assert texts(reading("a.md", text)) == ["A title", "What it is about."]


def test_the_summary_is_not_read_where_there_is_a_body():
    assert texts(reading("a.md", "---\ntitle: T one\nsummary: S\n---\nBody text.")) == ["T one", "Body text."]


def test_drafts_are_skipped_unless_asked_for():
    text = "---\ntitle: A title\ndraft: true\n---\nBody."
    assert (reading("a.md", text).source.outcome, reading("a.md", text).source.reason) == ("skipped", "draft: true")
    assert reading("a.md", text, drafts=True).source.outcome == "ok"


def test_a_post_without_anything_has_no_text():
    result = reading("a.md", "---\ndate: 2020-01-01\n---\n")
    assert (result.source.outcome, result.source.reason) == ("no_text", "no body, no title, no summary")


def test_lines_of_one_paragraph_stay_joined():
    assert texts(reading("a.md", "**Ann Smith**<br>\nDirector, GSA  \nWashington\n\nNext.")) == [
        "Ann Smith Director, GSA Washington",
        "Next.",
    ]


def test_indented_html_and_prose_are_no_code():
    assert texts(reading("a.md", "Intro.\n\n    <p>\n      Ann Smith joined GSA.\n    </p>\n\n    Prose, indented.")) == [
        "Intro.", "Ann Smith joined GSA.", "Prose, indented."
    ]  # fmt: skip


def test_inside_of_paired_shortcodes_stays_with_what_is_shown_of_their_arguments():
    text = '{{< accordion kicker="Slides" title="Transcript" icon="x" >}}**Slide 1:** Hi.{{< /accordion >}}\n\n{{< button href="x" >}}'
    assert texts(reading("a.md", text)) == ["Slides", "Transcript", "Slide 1: Hi."]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Read **more**** on APIs.****", "Read more on APIs."),
        ("See [create an issue] (https://github.com/x) now.", "See create an issue now."),
        ("[youtube http://www.youtube.com/watch?v=x]\n\nText.", "Text."),
        ("IT._This post was_ here_.", "IT.This post was here."),
        ("my_variable_name stays", "my_variable_name stays"),
    ],
)
def test_what_writers_broke_is_tidied(written, read):
    assert texts(reading("a.md", written)) == [read]


def test_a_title_that_the_body_repeats_is_not_doubled():
    assert blocks(reading("a.md", "---\ntitle: My Title\n---\n# My title!\n\nBody.")) == [
        ("heading", "My title!"),
        ("paragraph", "Body."),
    ]


def test_without_front_matter_the_first_heading_is_the_title():
    result = reading("a.md", "# Hello World\n\nText.")
    assert dict(result.source.metadata)["title"] == "Hello World"


def test_a_rule_at_the_start_is_no_front_matter():
    assert texts(reading("a.md", "---\nJust text between rules.\n\n---\nMore.")) == ["Just text between rules.", "More."]


def test_a_copied_line_of_front_matter_is_no_text():
    text = "---\ntitle: A title\nexpirydate: 2025-01-01\n---\nBody.\n\nexpirydate: 2025-01-01\n---\n\nNote."
    assert texts(reading("a.md", text)) == ["A title", "Body.", "Note."]


def test_broken_front_matter_is_said_and_the_body_still_read():
    result = reading("a.md", '---\ntitle: "unclosed\ntopics: [a\n---\nBody text.')
    assert result.source.outcome == "ok"
    assert any("not valid YAML (line" in notice for notice in result.notices)
    assert "Body text." in texts(result)


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("a: " + "[" * 60 + "]" * 60, "levels deep"),
        ("a: " + "x" * 300_000, "front matter of more than"),
    ],
)
def test_malicious_front_matter_is_quarantined(front, reason):
    result = reading("a.md", f"---\n{front}\n---\nBody.")
    assert result.source.outcome == "quarantined"
    assert reason in result.source.reason


def test_front_matter_never_builds_objects():
    result = reading("a.md", "---\ntitle: T one\nx: !!python/object/apply:os.system ['echo hi']\n---\nBody.")
    assert dict(result.source.metadata)["x"] == ("echo hi",)


def test_a_comment_begins_in_no_code():
    text = "# T\n\nUse `<!--` to open a comment.\n\n~~~\n<!--\n~~~\n\nAnn works at Acme. <!-- not ` this --> End.\n"
    assert texts(reading("a.md", text)) == ["T", "Use <!-- to open a comment.", "<!--", "Ann works at Acme. End."]


def test_rules_around_a_heading_and_its_text_are_no_front_matter():
    assert texts(reading("a.md", "---\n# My title\n\nSome text about Acme.\n\n---\n\nMore text.\n")) == [
        "My title",
        "Some text about Acme.",
        "More text.",
    ]
    assert texts(reading("a.md", "---\n# a comment\ntitle: T\n---\n\nText.\n")) == ["T", "Text."]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[Tweeting is fun], said Ann.", "[Tweeting is fun], said Ann."),
        ("The [Gallery of Modern Art][1] opened.\n\n[1]: http://x.org", "The Gallery of Modern Art opened."),
        ("See the [video][1] now.\n\n[1]: http://x.org", "See the video now."),
        ("One [youtube=http://y.com/watch?v=2] [youtube https://y.com/a] [vimeo 12345] [/caption] [gallery] two.", "One two."),
        ("One [slideshare id=12&doc=a] [embed]x[/embed] two.", "One x two."),
    ],
)
def test_shortcodes_of_wordpress_go_and_text_in_brackets_stays(text, left):
    assert texts(reading("a.md", text)) == [left]

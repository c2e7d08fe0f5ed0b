"""Hostile input: every one of these ends in a verdict with a reason, quickly, and never in an exception."""

import gzip
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.documents.blocks import Limits
from tests.documents.helpers import DATA, blocks, reading, readings

SMALL = Limits(bytes=2_000_000, inflated=3_000_000, characters=500_000, records=1_000)


def flate_bomb(layers=1, size=50_000_000):
    data = b"\0" * size
    for _ in range(layers):
        data = zlib.compress(data, 9)
    filters = b" ".join([b"/FlateDecode"] * layers)
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Length "
        + str(len(data)).encode()
        + b" /Filter ["
        + filters
        + b"] >>\nstream\n"
        + data
        + b"\nendstream\nendobj\n"
    )


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", flate_bomb(), "inflate to more than"),
        ("a.pdf", flate_bomb(layers=3), "inflate to more than"),
        ("a.pdf", flate_bomb(layers=9, size=100), "stacked filters"),
        ("a.txt.gz", gzip.compress(b"\0" * 50_000_000, mtime=0), "inflates to more than"),
        ("a.txt.gz", gzip.compress(b"Hello there, all of you.", mtime=0)[:-9], "breaks off"),
        ("a.txt.gz", b"no gzip at all", "damaged gzip"),
        ("a.txt", b"x" * 2_100_000, "larger than"),
        ("a.txt", b"word " * 200_000, "more than 500,000 characters"),
        ("a.txt", "a" + "\u0301" * 100_000, "combining marks"),
        ("a.txt", bytes(range(256)) * 50, "binary data"),
        ("a.html", "<div>" * 100_000 + "x", "nested"),
        ("a.html", "<b>" * 100_000 + "x", "nested"),
        ("a.json", "[" * 100_000 + "]" * 100_000, "levels deep"),
        ("a.json", '{"a":' * 100_000 + "1" + "}" * 100_000, "levels deep"),
        ("a.json", '{"text": "cut', "not valid JSON"),
        ("a.jsonl", '{"text": "x"}\n' * 2_000, "more than 1,000 records"),
        ("a.csv", 'text\n"' + "x" * 600_000 + '"\n', "field larger than"),
        ("a.csv", "text\nrow of text\n" * 1_500, "more than 1,000 rows"),
    ],
)
def test_bombs_are_quarantined_with_a_reason(name, data, reason):
    started = time.monotonic()
    source = reading(name, data, limits=SMALL).source
    assert source.outcome == "quarantined"
    assert reason in source.reason
    assert time.monotonic() - started < 20


def test_a_million_combining_marks():
    assert reading("a.html", "<p>Z" + "\u0300" * 1_000_000 + "</p>").source.outcome == "quarantined"


def test_a_line_of_many_megabytes_is_read():
    text = "word " * 1_000_000
    assert len(reading("a.txt", text).document.text) == len(text.strip())


def test_nul_and_lone_surrogates_are_replaced_one_for_one_and_said():
    result = reading("a.json", '{"text": "A\\u0000B \\ud800 C and more."}')
    assert result.document.text == "A\ufffdB \ufffd C and more."
    assert any("2 characters" in notice for notice in result.notices)


def test_nul_in_a_text_file_of_known_encoding():
    assert reading("a.txt", "Ann\0Smith left.").document.text == "Ann\ufffdSmith left."


def test_metadata_holds_no_surrogate_either():
    result = reading("a.json", '{"text": "Some text.", "by": "A\\ud800"}')
    assert dict(result.source.metadata)["by"] == "A\ufffd"


def test_invisible_and_direction_marks_go():
    assert reading("a.txt", "Ann\u200b Smi\u00adth \u202eleft\u202c.\ufeff").document.text == "Ann Smith left."


def test_controls_never_reach_the_text():
    text = reading("a.txt", "Ann\x01 Smith\x08\x1b[0m left.\x7f").document.text
    assert all(c >= " " for c in text)


def test_scripts_events_and_hidden_text_never_reach_the_text():
    page = '<p onclick="evil()">Fine.</p><script>evil()</script><style>evil</style><div style="display : NONE">evil</div><svg><text>evil</text></svg>'
    assert blocks(reading("a.html", page)) == [("paragraph", "Fine.")]


def test_utf7_is_not_believed():
    page = b'<html><head><meta charset="utf-7"></head><body><p>+ADw-script+AD4-</p></body></html>'
    assert reading("a.html", page).document.text == "+ADw-script+AD4-"


@pytest.mark.parametrize(
    "text",
    [
        "{{<" * 50_000,
        '{{< a "' * 20_000,
        "---\n" * 50_000,
        "[" * 50_000,
        "![](" * 30_000,
        "`" * 50_001,
        "<!--" * 50_000,
        "|" * 50_000,
        "*a " * 50_000,
        "> " * 5_000 + "x",
    ],
)
def test_markdown_that_invites_backtracking_is_read_in_linear_time(text):
    started = time.monotonic()
    assert reading("a.md", text).source.outcome in ("ok", "no_text", "quarantined")
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    "text",
    [
        "<a " * 50_000,
        "<p>" * 100_000,
        "&" * 100_000,
        "<table><tr><td>" * 3_000,
        "</div>" * 100_000,
        "<!" * 100_000,
        "<ul><li>" * 2_000,
    ],
)
def test_broken_html_is_read_in_linear_time(text):
    started = time.monotonic()
    assert reading("a.html", text).source.outcome in ("ok", "no_text", "quarantined")
    assert time.monotonic() - started < 15


SUFFIXES = st.sampled_from([".txt", ".md", ".html", ".csv", ".tsv", ".json", ".jsonl", ".pdf", ".docx", ".txt.gz", ".csv.gz"])
PIECES = st.sampled_from(
    [
        "---\n",
        "title: x\n",
        "{{< note >}}",
        "<table>",
        "<td>",
        "</p>",
        "\0",
        "\ud800",
        '"',
        ",",
        "\n",
        "[",
        "{",
        "word ",
        "\\u12",
        "%PDF-",
        "&#0;",
        "é",
        "|",
    ]
)


@settings(deadline=None, max_examples=150)
@given(
    SUFFIXES,
    st.one_of(
        st.binary(max_size=400), st.lists(PIECES, max_size=40).map(lambda p: "".join(p).encode("utf-8", "surrogatepass"))
    ),
)
def test_any_bytes_give_a_verdict_and_valid_offsets(suffix, data):
    for result in readings("a" + suffix, data):
        if result.document is None:
            assert result.source.reason or result.source.outcome == "no_text"
            continue
        text = result.document.text
        text.encode("utf-8")
        assert "\0" not in text
        assert [text[b.start : b.end] for b in result.document.blocks] == text.split("\n\n")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_cut_files_give_a_verdict(share):
    for path in DATA.glob("*.pdf"):
        data = path.read_bytes()
        assert reading("a.pdf", data[: int(len(data) * share)]).source.outcome in ("ok", "no_text", "quarantined")

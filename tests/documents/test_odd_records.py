"""Tables and JSON as people have them: Excel's first line, cells too many, doubled names, broken lines, nested lists."""

import json

import pytest

from kgbuild.documents.columns import decoded
from tests.documents.helpers import reading, readings, texts

SAID = "Ann Smith founded Acme Inc. in Berlin."


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_excels_line_that_names_the_delimiter_is_no_header():
    (result,) = readings("a.csv", f"\ufeffsep=;\r\nid;title;text\r\n7;Acme, the firm;{SAID}\r\n")
    assert result.source.uri == "a.csv#7"
    assert texts(result) == ["Acme, the firm", SAID]


def test_a_header_may_name_two_columns_alike():
    first, _ = readings("a.csv", f"id,text,city,city\n1,{SAID},a,b\n2,{SAID},c,d\n")
    metadata = dict(first.source.metadata)
    assert (first.source.uri, metadata["city"], metadata["city 2"]) == ("a.csv#1", "a", "b")
    (named,) = readings("a.csv", f"nr,said,said\n1,{SAID},b\n", text=("said",))
    assert texts(named) == [SAID]


def test_cells_beyond_the_header_are_no_lost_text():
    first, second = readings("a.csv", "id,text\n1,Ann Smith, the CEO, founded Acme Inc.,\n2,Bob Jones leads it.,,\n")
    assert texts(first) == ["Ann Smith, the CEO, founded Acme Inc."]
    assert texts(second) == ["Bob Jones leads it."]
    assert any("line 2" in notice and "put to the last column, 'text'" in notice for notice in first.notices)


def test_cells_beyond_a_header_whose_last_column_is_no_text_are_metadata():
    (result,) = readings("a.csv", f"id,text,city\n1,{SAID},Berlin,Germany\n")
    assert dict(result.source.metadata)["column 4"] == "Germany"
    assert any("line 2" in notice for notice in result.notices)


def test_rows_with_too_few_cells_are_said_with_their_line():
    first, *_ = readings("a.csv", f'id,text,city\n1,"{SAID}\nIt grew.",Berlin\n2,{SAID}\n')
    assert any("line 4" in notice and "fewer cells" in notice for notice in first.notices)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[Applause] Thank you. [Laughter]", "[Applause] Thank you. [Laughter]"),
        ("[a [b] c]", "a [b] c"),
        ("[open", "[open"),
        (r"C:\users\new\temp", r"C:\users\new\temp"),
        (r"espa\xf1ol\nnext", "español\nnext"),
    ],
)
def test_only_what_a_program_printed_is_decoded(written, read):
    assert decoded(written) == read


def test_only_whole_references_are_decoded():
    address = "http://x.org/?a=1&section=2&copy=3"
    (result,) = readings("a.csv", f"id,text,image\n1,See {address} of AT&amp;T &#169; R&D,{address}&amp;b=1\n")
    assert texts(result) == [f"See {address} of AT&T © R&D"]
    assert dict(result.source.metadata)["image"] == f"{address}&b=1"


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_broken_line_does_not_stop_the_others():
    first, broken, last = readings("a.jsonl", '{"id": 1, "text": "One."}\n{"id": 2, "te\n{"id": 3, "text": "Three."}\n')
    assert (texts(first), texts(last)) == (["One."], ["Three."])
    assert (first.source.uri, last.source.uri) == ("a.jsonl#1", "a.jsonl#3")
    assert broken.source.outcome == "quarantined"
    assert broken.source.reason.startswith("line 2: not valid JSON: Unterminated string")
    assert broken.source.reason.endswith("repair the line")
    assert broken.source.uri.startswith("a.jsonl#")


def test_the_broken_lines_of_a_file_have_names_of_their_own_and_the_good_ones_keep_theirs():
    mended = readings("a.jsonl", '{"text": "One."}\n{"text": "Two."}\n{"text": "Three."}\n')
    found = readings("a.jsonl", '{"text": "One."}\n{"te\n{"te\n{"text": "Two."}\n{"text": "Three."}\n')
    assert len({r.source.uri for r in found}) == 5
    assert {r.source.uri for r in mended} <= {r.source.uri for r in found}


def test_the_one_good_line_of_two_is_a_record():
    good, bad = readings("a.jsonl", '{"text": "Fine."}\n{"text": \n')
    assert (texts(good), bad.source.outcome) == (["Fine."], "quarantined")
    assert good.source.uri.startswith("a.jsonl#")


def test_a_file_of_mostly_broken_lines_is_quarantined_whole():
    result = reading("a.jsonl", '{"text": "Fine."}\nplain text\nmore of it\n')
    assert result.source.outcome == "quarantined"
    assert "line 2" in result.source.reason


RECORDS = [{"id": 1, "text": "Ann leads Acme."}, {"id": 2, "text": "Bob does not."}]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", "\n".join(map(json.dumps, RECORDS))),
        ("a.json", "\n".join(json.dumps(one, indent=2) for one in RECORDS)),
        ("a.jsonl", "\n".join(json.dumps(one, indent=2) for one in RECORDS)),
        ("a.jsonl", json.dumps(RECORDS, indent=1)),
        ("a.jsonl", json.dumps(RECORDS)),
    ],
)
def test_json_and_json_lines_are_read_under_either_suffix(name, data):
    assert [(r.source.uri, texts(r)) for r in readings(name, data)] == [
        (f"{name}#1", ["Ann leads Acme."]),
        (f"{name}#2", ["Bob does not."]),
    ]


def test_what_stands_around_the_records_of_a_file_is_said_to_be_left_out():
    first, _ = readings("a.json", json.dumps({"company": "Acme", "year": 1990, "news": RECORDS}))
    assert "the records of 'news' are read; left out are 'company', 'year'" in first.notices


def test_a_list_of_objects_inside_of_a_record_is_read_by_its_fields_not_as_json():
    sections = [
        {"heading": "A", "body": SAID, "by": ["Ann", "Bob"]},
        {"heading": "B", "body": "It grew and grew until it had offices all over the world."},
    ]
    (result,) = readings("a.json", json.dumps([{"id": 7, "sections": sections, "tags": [], "at": [[1, 2], 3]}]))
    assert texts(result) == [SAID, sections[1]["body"]]
    assert dict(result.source.metadata)["sections.heading"] == ("A", "B")
    assert dict(result.source.metadata)["sections.by"] == ("Ann", "Bob")
    assert dict(result.source.metadata)["at"] == ("1,2", "3")


def test_fields_are_guessed_inside_of_an_object_too():
    rows = [{"data": {"id": f"n{i}", "title": f"T {i}", "text": one["text"]}} for i, one in enumerate(RECORDS)]
    first, _ = readings("a.jsonl", "\n".join(map(json.dumps, rows)))
    assert (first.source.uri, texts(first)) == ("a.jsonl#n0", ["T 0", "Ann leads Acme."])

"""CSV, TSV, JSON, JSON Lines and Python dicts."""

import json

import pytest

from kgbuild.documents.columns import decoded
from kgbuild.documents.read import ReadOptions, read_record
from kgbuild.errors import UsageError
from tests.documents.helpers import blocks, reading, readings, texts

HHS = (
    ",URL,Text,Cleaned_Text\r\n"
    "0,https://www.hhs.gov/about/news/2018/09/20/unauthorized-disclosure.html,"
    '"[<p class=""breadcrumb""><a href=""/"">Home</a> &gt; <a href=""/about"">About</a> &gt; '
    "Unauthorized Disclosure of Patients\\u2019 Information</p> <p>Today the Department of Health and Human Services announced "
    'settlements.</p>, <p>In espa\\xf1ol \\ud83d\\ude00.</p>]",[Home &gt; About]\r\n'
    "1,https://www.hhs.gov/about/news/2018/10/25/other.html,"
    '"[<p class=""breadcrumb""><a href=""/"">Home</a> &gt; Other News</p> <p>Secretary Azar spoke.</p>]",x\r\n'
)


def test_press_releases_with_html_escapes_and_brackets():
    first, second = readings("hhs.csv", HHS)
    assert first.source.uri == "hhs.csv#https://www.hhs.gov/about/news/2018/09/20/unauthorized-disclosure.html"
    assert blocks(first) == [
        ("heading", "Unauthorized Disclosure of Patients’ Information"),
        ("paragraph", "Today the Department of Health and Human Services announced settlements."),
        ("paragraph", "In español 😀."),
    ]
    metadata = dict(second.source.metadata)
    assert (metadata["title"], metadata["date"]) == ("Other News", "2018-10-25")
    assert "text from 'Text', url from 'URL', HTML from 'Text'" in first.notices[0]
    assert metadata["fields"] == "text from 'Text', url from 'URL', HTML from 'Text'"
    assert any("escapes" in notice for notice in first.notices)


def test_columns_without_a_role_become_metadata_and_overlong_ones_do_not():
    text = f"url,title,text,topic,copy\nhttps://a.org/1,One,Some text that is long enough.,health,{'x' * 2000}\n"
    (result,) = readings("a.csv", text)
    assert dict(result.source.metadata)["topic"] == "health"
    assert "copy" not in dict(result.source.metadata)
    assert any("'copy' is not kept" in notice for notice in result.notices)


def test_roles_can_be_named():
    text = "a,b,c,d\n1,Long enough text of the first kind,T one,2020-01-02\n2,Long enough text of the other kind,T two,2020-01-03\n"
    first, _ = readings("a.csv", text, text=("b",), id="a", title="c", date="d")
    assert first.source.uri == "a.csv#1"
    assert texts(first) == ["T one", "Long enough text of the first kind"]
    assert dict(first.source.metadata)["date"] == "2020-01-02"
    assert first.notices == ()


def test_several_text_columns_are_read_in_the_given_order():
    (result,) = readings("a.csv", "x,y\nFirst part,Second part\n", text=("y", "x"))
    assert texts(result) == ["Second part", "First part"]


def test_a_file_without_a_field_that_is_named_is_quarantined():
    source = reading("a.csv", "a,text\n1,Some text that is long enough.\n", text=("nope",)).source
    assert (source.outcome, source.reason) == ("quarantined", "no field 'nope'; there are 'a', 'text'")
    header = reading("a.csv", "a,text\n", text=("nope",)).source
    assert (header.outcome, header.reason) == (source.outcome, source.reason)
    assert reading("a.csv", "a,nope\n", text=("nope",)).source.outcome == "ok"
    many = ",".join(f"c{i}" for i in range(50))
    assert reading("a.csv", f"{many}\n{many}\n", date="nope").source.reason.endswith("'c18', 'c19' and 30 more")


def test_rows_without_ids_are_named_by_content_never_by_row():
    one = readings("a.csv", "text,n\nThe first text is this one.,1\nThe second text is that one.,2\n")
    two = readings("a.csv", "text,n\nThe second text is that one.,2\nThe first text is this one.,1\n")
    assert {r.source.uri for r in one} == {r.source.uri for r in two}


def test_equal_rows_are_numbered():
    row = "The same text in every row.\n"
    first, second = readings("a.csv", "text\n" + row * 2)
    assert second.source.uri == first.source.uri + "~2"
    assert first.source.document == second.source.document


def test_a_file_without_a_text_column_is_one_table():
    result = reading("a.csv", "Company,CEO\nOracle,Safra Catz\nBuckle,Dennis Nelson\n")
    assert blocks(result) == [
        ("table_row", "Company\tCEO"),
        ("table_row", "Oracle\tSafra Catz"),
        ("table_row", "Buckle\tDennis Nelson"),
    ]
    assert "no column holds text" in result.notices[0]


@pytest.mark.parametrize(("name", "mark"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.csv", "|")])
def test_delimiters(name, mark):
    text = f"id{mark}text\n7{mark}This is a text, with a comma.\n"
    assert [r.source.uri for r in readings(name, text)] == [f"{name}#7"]


def test_newlines_inside_of_fields_part_paragraphs():
    (result,) = readings("a.csv", 'id,title,text\n1,T one,"First paragraph.\n\n\nSecond paragraph."\n')
    assert texts(result) == ["T one", "First paragraph.", "Second paragraph."]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", json.dumps([{"id": 1, "text": "The first text is here."}, {"id": 2, "text": "The second text is there."}])),
        (
            "a.json",
            json.dumps({"articles": [{"id": 1, "text": "The first text is here."}, {"id": 2, "text": "The second text."}]}),
        ),
        ("a.jsonl", '{"id": 1, "text": "The first text is here."}\n\n{"id": 2, "text": "The second text is there."}\n'),
        ("a.ndjson", '{"id": "1", "text": "The first text is here."}\n{"id": "2", "text": "The second text is there."}'),
    ],
)
def test_json_records(name, data):
    first, second = readings(name, data)
    assert (first.source.uri, second.source.uri) == (f"{name}#1", f"{name}#2")
    assert texts(first) == ["The first text is here."]


def test_a_single_object_is_the_file():
    result = reading(
        "a.json",
        json.dumps({"title": "New Zealand", "meta": {"author": "Ann", "tags": ["a", "b"]}, "text": "It is an island country."}),
    )
    assert result.source.uri == "a.json"
    assert dict(result.source.metadata)["meta.author"] == "Ann"
    assert dict(result.source.metadata)["meta.tags"] == ("a", "b")
    assert texts(result) == ["New Zealand", "It is an island country."]


def test_an_object_without_text_has_no_text():
    result = reading("a.json", '{"n": 1, "ok": true}')
    assert result.source.outcome == "no_text"


def test_a_python_dict_is_a_record():
    result = read_record(
        "notes", {"id": 5, "title": "A title", "text": "Ann Smith works for Acme Inc.", "tags": ["a"]}, ReadOptions()
    )
    assert result.source.uri == "notes#5"
    assert texts(result) == ["A title", "Ann Smith works for Acme Inc."]
    assert dict(result.source.metadata)["tags"] == ("a",)


def test_key_order_does_not_change_a_records_digest():
    one = read_record("n", {"id": "1", "text": "Some text."}, ReadOptions())
    two = read_record("n", {"text": "Some text.", "id": "1"}, ReadOptions())
    assert one.source == two.source


@pytest.mark.parametrize("root", ["", "a#b"])
def test_a_root_must_be_a_name(root):
    with pytest.raises(UsageError, match="cannot name a root"):
        read_record(root, {"text": "x"}, ReadOptions())


def test_half_a_character_in_an_id_is_replaced_since_no_uri_can_hold_it():
    first, second, _ = readings(
        "a.jsonl", '{"id": "\\ud800", "text": "One."}\n{"id": "\\ud801", "text": "Two."}\n{"id": "b", "text": "3."}\n'
    )
    assert [first.source.uri, second.source.uri] == ["a.jsonl#\ufffd", "a.jsonl#\ufffd~2"]


def test_records_of_one_name_never_take_the_name_of_another():
    found = readings("a.csv", "id,text\na,First text.\na,Second text.\na~2,Third text.\n", id="id")
    assert [one.source.uri for one in found] == ["a.csv#a", "a.csv#a~3", "a.csv#a~2"]


def test_a_text_in_brackets_that_begins_with_a_quotation_is_no_list():
    text = '["Yes," she said, and the court agreed with "No", adding "Maybe"]'
    assert decoded(text) == text[1:-1]
    assert decoded("['a', None, \"b\", 2.5,]") == ("a", "b")


def test_a_quote_that_is_never_closed_takes_no_rows_of_a_tsv_file_and_is_said_of_a_csv_file():
    rows = ["id\ttext", '1\t"Open quote', "2\tSecond text.", "3\tThird text."]
    found = readings("a.tsv", "\n".join(rows))
    assert [texts(one) for one in found] == [['"Open quote'], ["Second text."], ["Third text."]]
    assert "the quote that opens in line 2 is never closed: quotes are read as text" in found[0].notices
    (only,) = readings("a.csv", "\n".join(rows).replace("\t", ","))
    assert "the quote that opens in line 2 is never closed: all that follows is one cell; close it" in only.notices

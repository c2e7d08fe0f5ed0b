import io
import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.schema import load_schema
from kgbuild.sinks.export import ExportOptions, export
from kgbuild.sinks.jsonl import jsonl_lines
from tests.sinks.small_graph import ENTITIES, ODD, STATEMENTS, named, small_graph

KINDS = ("graph", "document", "entity", "triple", "mention", "statement", "chunk", "chunk_mention")


def test_everything_of_the_graph_is_in_it_kind_by_kind():
    read = [json.loads(line) for line in jsonl_lines(small_graph())]
    kinds = [each["kind"] for each in read]

    assert list(dict.fromkeys(kinds)) == list(KINDS)
    assert [kinds.count(kind) for kind in KINDS] == [1, 2, 5, 5, 7, 6, 2, 2]
    assert next(r for r in read if r["kind"] == "triple" and r["id"] == "t4")["object"] == {
        "datatype": "date",
        "text": "1947-05",
    }


def test_kind_is_first_and_keys_are_sorted():
    for line in jsonl_lines(small_graph()):
        kind, *keys = json.loads(line)
        assert kind == "kind" and keys == sorted(keys)


def test_the_default_export_is_the_full_one():
    stream, full = io.BytesIO(), io.BytesIO()
    export(small_graph(), load_schema(), stream, "jsonl")
    export(small_graph(), load_schema(), full, "jsonl", ExportOptions(provenance="full"))

    assert stream.getvalue() == full.getvalue()
    assert b'"kind":"statement"' in stream.getvalue() and ODD.split()[-1].encode() in stream.getvalue()


def test_a_change_in_one_statement_changes_the_export():
    other = small_graph(statements=(replace(STATEMENTS[0], end=18), *STATEMENTS[1:]))

    assert list(jsonl_lines(other)) != list(jsonl_lines(small_graph()))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_one_line_and_comes_back(name):
    lines = list(jsonl_lines(named(name), "none"))

    assert all("\n" not in line for line in lines)
    assert json.loads(lines[1])["name"] == name
    assert len(lines) == 1 + len(ENTITIES) + 5

import csv
import gzip
import io
import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from threading import Thread

import pytest

from kgbuild.errors import UsageError
from kgbuild.graph.view import to_networkx
from kgbuild.records import MentionEdge, Scope, Value
from kgbuild.schema import load_schema
from kgbuild.sinks.export import ExportOptions, export, format_of
from kgbuild.sinks.files import open_output
from kgbuild.sinks.property_graph import entity_node, triple_relationship
from kgbuild.sinks.select import select
from tests.sinks.small_graph import ENTITIES, MENTIONS, STATEMENTS, TRIPLES, small_graph, statement

SCHEMA = load_schema()


def exported(format, graph=None, **options):
    stream = io.BytesIO()
    export(graph or small_graph(), SCHEMA, stream, format, ExportOptions(base="http://kg.test/", **options))
    return stream.getvalue()


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("format", ["jsonl", "ttl", "nt", "nq", "trig", "jsonld", "rdf", "graphml"])
def test_order_of_the_parts_changes_no_byte(format):
    backwards = small_graph(shuffle=lambda items: items[::-1])

    assert exported(format, backwards) == exported(format)


@pytest.mark.parametrize(
    "name", ["g.jsonl", "g.nt.gz", "g.ttl", "g.graphml.gz", "g.nq.gz", "g.trig.gz", "g.jsonld.gz", "g.rdf.gz", "g.ttl.gz"]
)
def test_a_file_holds_what_a_stream_holds_and_gz_has_no_time(tmp_path, name):
    options = ExportOptions(base="http://kg.test/")
    for folder in ("a", "b"):
        export(small_graph(), SCHEMA, tmp_path / folder / name, None, options)
    data = (tmp_path / "a" / name).read_bytes()

    assert data == (tmp_path / "b" / name).read_bytes()
    assert (gzip.decompress(data) if name.endswith(".gz") else data) == exported(format_of(name))
    assert not name.endswith(".gz") or data[4:8] == b"\0\0\0\0"


def test_a_failed_export_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "g.jsonl"
    path.write_text("old")
    with pytest.raises(RuntimeError), open_output(path) as stream:
        stream.write(b"half")
        raise RuntimeError

    assert [item.name for item in tmp_path.iterdir()] == ["g.jsonl"]
    assert path.read_text() == "old"


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe, read = tmp_path / "g.nt", []
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()

    export(small_graph(), SCHEMA, pipe, None, ExportOptions(base="http://kg.test/"))
    reader.join(30)

    assert read == [exported("nt")]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["g.nt", "g"])
def test_where_a_link_leads_is_written(tmp_path, name):
    target = tmp_path / "elsewhere" / name
    target.parent.mkdir()
    if name == "g":
        target.mkdir()
    link = tmp_path / name
    link.symlink_to(target)

    export(small_graph(), SCHEMA, link, "csv" if name == "g" else "nt", ExportOptions(base="http://kg.test/"))

    assert link.is_symlink()
    assert list(target.iterdir()) if name == "g" else target.read_bytes() == exported("nt")
    assert list(target.parent.iterdir()) == [target]


def test_a_file_that_is_replaced_keeps_its_rights(tmp_path):
    path = tmp_path / "g.nt"
    path.touch(0o600)

    export(small_graph(), SCHEMA, path, None, ExportOptions(base="http://kg.test/"))

    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "out, format, message",
    [
        ("graph.xyz", None, "does not say its format"),
        ("graph", "xml", "there is no format 'xml'"),
        ("-", None, "a stream has no name"),
        ("-", "csv", "cannot be streamed"),
        ("graph.csv.gz", None, "cannot be compressed"),
        ("graph.gz", "csv", "cannot be compressed"),
    ],
)
def test_a_format_that_cannot_be_is_refused(out, format, message):
    with pytest.raises(UsageError, match=message):
        export(small_graph(), SCHEMA, out, format)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"provenance": "some"}, "provenance is 'some'"),
        ({"scope": "x"}, "scope is 'x'"),
        ({"min_confidence": 80}, "between 0 and 1"),
        ({"types": ("Persn",)}, "'Persn' is no type"),
        ({"types": ("Date",)}, "'Date' is no type of entities"),
        ({"relations": ("WORKS",)}, "'WORKS' is no relation"),
        ({"documents": ("nope*",)}, "no document is called nope"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        exported("jsonl", **options)


@pytest.mark.parametrize(
    "options, triples, entities",
    [
        ({}, "t1 t2 t3 t4 t5", "e1 e2 e3 e4 e5"),
        ({"min_confidence": 0.8}, "t1 t2 t4", "e1 e2 e3 e4 e5"),
        ({"min_support": 2}, "t2", "e1 e2 e3 e4 e5"),
        ({"scope": "stated"}, "t1 t2 t4 t5", "e1 e2 e3 e4 e5"),
        ({"types": ("Person", "Location")}, "t1 t4", "e1 e2 e5"),
        ({"relations": ("EMPLOYED_BY",)}, "t2 t5", "e1 e2 e3 e4 e5"),
        ({"documents": ("root/b*",)}, "t2", "e1 e3 e4"),
        ({"documents": ("root/copy.md",)}, "t1 t4 t5", "e1 e2 e4 e5"),
    ],
)
def test_filters_leave_a_graph_that_holds_together(options, triples, entities):
    part = select(small_graph(), SCHEMA, ExportOptions(**options))
    ids, documents = {e.id for e in part.entities()}, {d.id for d in part.documents()}

    assert " ".join(t.id for t in part.triples()) == triples
    assert " ".join(sorted(ids)) == entities
    assert {s.triple for s in part.statements()} == set(triples.split())
    assert all(t.document in documents for t in part.triples())
    assert all(m.origin in documents and m.entity in ids for m in part.mentions())
    assert any(e.values for e in part.entities()) == ("t4" in triples)


def test_with_filtered_documents_a_triple_quotes_one_of_them():
    graph = small_graph()
    part = select(graph, SCHEMA, ExportOptions(documents=("root/a.md",), types=("Person", "Organization")))

    assert [t.id for t in part.triples()] == ["t4", "t5"]  # the organization of t2 stands in no such document
    assert all(t.document == "d1" for t in part.triples())


def test_with_filtered_documents_no_fact_is_said_to_be_stated_by_a_quote_that_does_not():
    inferred = statement(TRIPLES[0], number=2, document="d2", scope=Scope.INFERRED)
    graph = small_graph(statements=(*STATEMENTS, inferred), mentions=(*MENTIONS, MentionEdge("d2", "e2", 1)))
    born = next(select(graph, SCHEMA, ExportOptions(documents=("root/b.md",))).triples())

    assert TRIPLES[0].scope is Scope.STATED
    assert (born.id, born.scope, born.document) == ("t1", Scope.INFERRED, "d2")


def test_csv_cells_never_begin_a_formula(tmp_path):
    export(small_graph(), SCHEMA, tmp_path / "out.csv", None, ExportOptions(provenance="full"))

    names = [row["name"] for row in rows(tmp_path / "out.csv" / "entities.csv")]
    assert names[3] == "'=HYPERLINK(1)" and names[4] == ENTITIES[4].name
    assert len(rows(tmp_path / "out.csv" / "statements.csv")) == 6
    facts = rows(tmp_path / "out.csv" / "triples.csv")
    assert (facts[1]["subject"], facts[1]["object"], facts[1]["document"]) == (
        "Ada Byron",
        "General Services Administration",
        "root/b.md",
    )


@pytest.mark.parametrize(("text", "cell"), [("-0.25", "-0.25"), ("-12", "-12"), ("-12 USD", "'-12 USD"), ("-1+1", "'-1+1")])
def test_a_csv_cell_with_a_negative_number_is_a_number(tmp_path, text, cell):
    fact = replace(TRIPLES[3], object=Value("number", text))
    export(small_graph(triples=(fact,)), SCHEMA, tmp_path / "out.csv")

    assert [row["object"] for row in rows(tmp_path / "out.csv" / "triples.csv")] == [cell]


def test_csv_has_what_a_persons_own_table_says(tmp_path):
    known = replace(ENTITIES[0], iri="https://example.com/7", external_id="C-7")
    export(small_graph(entities=(known, *ENTITIES[1:])), SCHEMA, tmp_path / "out.csv")
    first, second, *_ = rows(tmp_path / "out.csv" / "entities.csv")

    assert (first["external_id"], first["iri"]) == ("C-7", "https://example.com/7")
    assert (second["external_id"], second["iri"]) == ("", "")


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="out.csv cannot be written: .*; choose another place"):
        export(small_graph(), SCHEMA, tmp_path / "file" / "out.csv")


def test_csv_replaces_an_older_export_and_nothing_else(tmp_path):
    out = tmp_path / "out"
    export(small_graph(), SCHEMA, out, "csv", ExportOptions(provenance="full"))
    export(small_graph(), SCHEMA, out, "csv", ExportOptions(provenance="none"))
    assert sorted(item.name for item in out.iterdir()) == ["entities.csv", "triples.csv"]

    (out / "mine.txt").write_text("x")
    with pytest.raises(UsageError, match=r"holds 'mine.txt'"):
        export(small_graph(), SCHEMA, out, "csv")
    assert (out / "mine.txt").exists() and sorted(item.name for item in tmp_path.iterdir()) == ["out"]


def test_graphml_is_read_by_networkx_and_has_no_forbidden_character():
    import networkx as nx

    data = exported("graphml")
    read = nx.read_graphml(io.BytesIO(data), force_multigraph=True)

    assert set(read) == {"e1", "e2", "e3", "e4", "e5", "d1", "d2"}
    assert read.nodes["e1"]["date_of_birth"] == "1947-05" and read.nodes["e5"]["name"] == ENTITIES[4].name
    assert read.get_edge_data("e1", "e3")["t2"]["label"] == "EMPLOYED_BY"
    ET.fromstring(
        exported("graphml", small_graph(entities=[type(e)(e.id, e.type, "\x00\x0b\ufffe", (), (), 0, 0, 0) for e in ENTITIES]))
    )


def test_graphml_has_what_a_persons_own_table_says():
    import networkx as nx

    known = replace(ENTITIES[0], iri="https://example.com/7", external_id="C-7")
    read = nx.read_graphml(io.BytesIO(exported("graphml", small_graph(entities=(known, *ENTITIES[1:])))), force_multigraph=True)

    assert (read.nodes["e1"]["external_id"], read.nodes["e1"]["iri"]) == ("C-7", "https://example.com/7")


def test_graphml_has_no_statements():
    with pytest.raises(UsageError, match="holds no statements"):
        exported("graphml", provenance="full")


def test_the_networkx_view_has_the_property_graphs_properties():
    """The two rooms do not import each other, so what they agree on is tested."""
    view = to_networkx(small_graph(), SCHEMA)
    stored, edge = entity_node(ENTITIES[0]), triple_relationship(TRIPLES[1])

    assert view.nodes["e1"]["labels"] == stored.labels
    assert all(view.nodes["e1"][key] == value for key, value in stored.properties.items() if key != "iri")
    assert view.edges["e1", "e3", "t2"] == edge.properties | {"label": edge.type}
    assert view.edges["d2", "e3", "MENTIONS"]["count"] == 4

import io
import json
import re

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kgbuild.errors import BuildError
from kgbuild.graph.memory import Graph
from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple
from kgbuild.schema import load_schema
from kgbuild.sinks import jsonl_reading, rdf_reading
from kgbuild.sinks.export import ExportOptions, export
from kgbuild.sinks.rdf_runs import Runs
from tests.sinks.small_graph import ODD, small_graph

SCHEMA = load_schema()
PARTS = {"entity": "entities", "chunk_mention": "chunk_mentions"}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


def read_back(folder, graph, format):
    """The graph of an export of a graph."""
    stream, path = io.BytesIO(), folder / f"graph.{format}"
    export(graph, SCHEMA, stream, format, ExportOptions(provenance="full", base="http://kg.test/"))
    path.write_bytes(stream.getvalue())
    if format == "jsonl":
        return as_graph(jsonl_reading.records(path))
    with Runs(folder / "scratch") as runs:
        runs.gather(path, format, lambda *_: None)
        about = rdf_reading.about(runs, "x")
        return as_graph(rdf_reading.records(runs, about, SCHEMA, "x"))


def as_graph(records):
    parts = {}
    for kind, record in records:
        parts.setdefault(PARTS.get(kind, f"{kind}s"), []).append(record)
    return Graph(**parts)


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
WORST = st.sampled_from(
    [ODD, "\x00", "\r\n", "a\\u0041", '"""', "'", "<b>&amp;", "\ufffe", "http://x y/{}", "%20", "\u200b", "é", "é", "𐀀"]
)
texts = st.one_of(words, WORST)


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    name=texts,
    alias=texts,
    quote=texts,
    key=texts,
    url=texts,
    id=texts,
    chunk=texts,
    format=st.sampled_from(["nt", "nq", "ttl", "trig", "jsonld", "jsonl"]),
)
def test_every_character_comes_back(scratch, name, alias, quote, key, url, id, chunk, format):
    person = Entity(id, "Person", name, (alias,) if alias != name else (), (f"Person/{key}",), 1, 1, 9000)
    place = Entity("p", "Location", quote, (), (f"Location/{key}",), 1, 1, 10000)
    born = Triple("t", id, "BORN_IN", "p", 8000, 1, 1, Scope.STATED, quote, "d")
    said = StatementNode("s", "t", id, "BORN_IN", "p", "d", quote, 1, 5, Scope.STATED, 8000, f"m/{key}", ((1, 5),))
    document = DocumentNode(
        "d",
        name,
        f"root/{key}",
        "" if url == f"root/{key}" else url,
        "",
        "en",
        (f"root/{key}",),
        ((key, quote), (f"{key}2", (name, quote))),
    )
    edges = (MentionEdge("d", id, 1), MentionEdge("d", "p", 2))
    if id == "p":
        return
    graph = Graph(
        [person, place],
        [born],
        [said],
        [document],
        edges,
        [ChunkNode(f"c{id}", "d", 0, 0, 9, "en", chunk)],
        [MentionEdge(f"c{id}", id, 1)],
    )

    assert read_back(scratch, graph, format) == graph


@pytest.mark.parametrize(
    "iri",
    [
        "http://example.com/7",
        "urn:isbn:1",
        "http://example.com/a[1]",
        "http://example.com/50%",
        "http://a/b#c#d",
        "http://a:b:c/",
        "x:%",
    ],
)
@pytest.mark.parametrize("format", ["nt", "ttl", "jsonld"])
def test_an_iri_from_a_table_of_terms_comes_back(scratch, iri, format):
    known = Entity("e", "Person", "Ada", (), ("Person/ada",), 1, 1, 9000, (), iri, "7")

    assert read_back(scratch, Graph([known], [], [], [], [], [], []), format) == Graph([known], [], [], [], [], [], [])


@pytest.mark.parametrize(
    ("node", "predicate", "object", "said"),
    [
        ("entity/e1", "schema/mentions", '"many"', "has the kg:mentions 'many', which is no count"),
        ("entity/e1", "schema/mentions", '"-1"^^<http://www.w3.org/2001/XMLSchema#integer>', "which is no count"),
        ("entity/e1", "schema/mentions", f'"{"9" * 5000}"', "which is no count"),
        ("entity/e1", "schema/confidence", '"NaN"^^<http://www.w3.org/2001/XMLSchema#double>', "which is no number from 0 to 1"),
        ("entity/e1", "schema/confidence", '"95"', "has the kg:confidence '95', which is no number from 0 to 1"),
        ("triple/t1", "schema/scope", '"maybe"@en', "has the kg:scope 'maybe', expected stated or inferred"),
        ("document/d1#metadata-1", "schema/listValue", '"1"', "has the kg:listValue '1', which is no list of texts in JSON"),
        ("document/d1#metadata-1", "schema/listValue", '"[1]"', "which is no list of texts in JSON"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_named(tmp_path, node, predicate, object, said):
    start = f"<http://kg.test/{node}> <http://kg.test/{predicate}> "
    lines = exported_lines(small_graph())
    assert any(line.startswith(start) for line in lines)
    changed = [f"{start}{object} ." if line.startswith(start) else line for line in lines]

    with pytest.raises(BuildError, match=re.escape(f"<http://kg.test/{node}> has ")) as error:
        read_lines(tmp_path, changed)

    assert said in str(error.value)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("entity", "confidence", "x"), ("entity", "confidence", 10_001), ("entity", "mentions", -1), ("entity", "mentions", True),
        ("entity", "name", None), ("entity", "aliases", "text"), ("entity", "aliases", [1]), ("entity", "values", [["a", "b"]]),
        ("triple", "object", 1), ("triple", "scope", "maybe"), ("document", "metadata", [["a", 1]]), ("statement", "quotes", [[1]]),
    ],
)  # fmt: skip
def test_a_field_of_a_line_that_cannot_be_is_named(tmp_path, kind, field, value):
    stream, path = io.BytesIO(), tmp_path / "graph.jsonl"
    export(small_graph(), SCHEMA, stream, "jsonl", ExportOptions(provenance="full"))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    number = next(n for n, line in enumerate(lines) if line["kind"] == kind)
    lines[number][field] = value
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))

    with pytest.raises(BuildError, match=f"graph.jsonl:{number + 1}: no record of an export") as error:
        list(jsonl_reading.records(path))

    assert (value if field == "scope" else f"its {field} cannot be") in str(error.value)


def test_an_id_that_is_no_text_is_named(tmp_path):
    lines = [line.replace("entity/e1>", "entity/%FF>") for line in exported_lines(small_graph())]

    with pytest.raises(BuildError, match=r"<http://kg.test/entity/%FF> has an id that is no UTF-8"):
        read_lines(tmp_path, lines)


def exported_lines(graph):
    stream = io.BytesIO()
    export(graph, SCHEMA, stream, "nt", ExportOptions(provenance="full", base="http://kg.test/"))
    return stream.getvalue().decode().rstrip("\n").split("\n")


def read_lines(folder, lines):
    path = folder / "graph.nt"
    path.write_text("\n".join(lines) + "\n")
    with Runs(folder / "scratch") as runs:
        runs.gather(path, "nt", lambda *_: None)
        return as_graph(rdf_reading.records(runs, rdf_reading.about(runs, "x"), SCHEMA, "x"))

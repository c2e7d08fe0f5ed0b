import io

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kgbuild.graph.memory import Graph
from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple
from kgbuild.schema import load_schema
from kgbuild.sinks import jsonl_reading, rdf_reading
from kgbuild.sinks.export import ExportOptions, export
from kgbuild.sinks.rdf_runs import Runs
from tests.sinks.small_graph import ODD

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

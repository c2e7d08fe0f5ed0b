"""Every RDF format says the same, to every reader, whatever a document holds."""

import io
import json
import re
import tracemalloc

import pytest
from hypothesis import example, given, settings

from kgbuild.errors import SchemaError, UsageError
from kgbuild.records import Triple
from kgbuild.schema import load_schema, parse_schema
from kgbuild.sinks.export import ExportOptions, export
from kgbuild.sinks.rdf import RDF_FORMATS, write_rdf
from kgbuild.sinks.rdf_terms import link, literal, parts
from tests.sinks.jena import JENA_RDF12, riot
from tests.sinks.odd import EVERYTHING, addresses, odd_graph, texts
from tests.sinks.small_graph import TRIPLES, small_graph

SCHEMA = load_schema()
BASE = "http://kg.test/"
QUADS = ("nq", "trig", "jsonld")
RDF12 = ("nt", "nq", "ttl", "trig")
not_xml = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # the production Char of XML 1.0


def written(format, graph=None, provenance="full", schema=SCHEMA, **more):
    stream = io.BytesIO()
    write_rdf(graph or small_graph(), schema, stream, format, BASE, provenance, **more)
    return stream.getvalue()


def pyoxigraph_quads(data, format):
    import pyoxigraph

    kinds = {kind.file_extension: kind for kind in (
        pyoxigraph.RdfFormat.N_TRIPLES, pyoxigraph.RdfFormat.N_QUADS, pyoxigraph.RdfFormat.TURTLE, pyoxigraph.RdfFormat.TRIG,
        pyoxigraph.RdfFormat.JSON_LD, pyoxigraph.RdfFormat.RDF_XML)}  # fmt: skip
    return set(pyoxigraph.parse(data, format=kinds[format]))


def rdflib_triples(data, format):
    """Triples of the default graph in N-Triples, which rdflib writes by itself."""
    import rdflib

    names = {"nt": "nt", "nq": "nquads", "ttl": "turtle", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=data, format=names[format])
    return {(s, p, o) for s, p, o, _ in dataset.quads((None, None, None, None))}


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_all_formats_say_the_same_to_pyoxigraph_and_to_rdflib(format):
    data = written(format)

    assert pyoxigraph_quads(data, format) == pyoxigraph_quads(written("nt"), "nt")
    assert rdflib_triples(data, format) == rdflib_triples(written("nt"), "nt")


@pytest.mark.parametrize("format", RDF_FORMATS)
@settings(max_examples=25, deadline=None)
@given(name=texts, quote=texts, key=texts, url=addresses)
def test_odd_characters_come_back_from_every_format(format, name, quote, key, url):
    if format == "rdf":
        name, quote, key = (not_xml.sub("-", text) for text in (name, quote, key))
    graph = odd_graph(name, quote, key, url)
    held = {quad.object.value for quad in pyoxigraph_quads(written(format, graph), format)}

    assert {name, quote, key, f"root/{name}", f"{name}2", f"{quote}!"} <= held


@settings(max_examples=15, deadline=None)
@given(name=texts, url=addresses)
@example(name="0", url="https://example.org/\u2028\u00a0\u3000")
def test_odd_characters_come_back_to_rdflib(name, url):
    graph = odd_graph(name, url=url)
    for format in ("ttl", "nt", "jsonld"):
        assert name in {str(o) for _, _, o in rdflib_triples(written(format, graph), format)}


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_everything_odd_at_once_is_read_by_both(format, caplog):
    data = written(format, odd_graph(EVERYTHING))
    expected = not_xml.sub("\ufffd", EVERYTHING) if format == "rdf" else EVERYTHING

    assert expected in {quad.object.value for quad in pyoxigraph_quads(data, format)}
    assert expected in {str(o) for _, _, o in rdflib_triples(data, format)}
    assert ("XML cannot hold" in caplog.text) is (format == "rdf")


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_literal_is_read_back_by_its_own_reader(text):
    assert parts(literal(text)) == (text, "")
    assert parts(literal(text) + "^^<http://x/y>") == (text, "<http://x/y>")


def test_a_lone_surrogate_is_replaced():
    assert literal("a\ud800b") == '"a\ufffdb"'
    assert b"\xef\xbf\xbd" in written("ttl", odd_graph("a\ud800b"))


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("https://example.org/a b", "<https://example.org/a%20b>"),
        ("https://example.org/100%", "<https://example.org/100%25>"),
        ("https://example.org/a%20b", "<https://example.org/a%20b>"),
        ("https://example.org/ä", "<https://example.org/ä>"),
        ('http://x/"><script>', "<http://x/%22%3E%3Cscript%3E>"),
        ("http://[bad", '"http://[bad"'),
        ("ftp://example.org/x", '"ftp://example.org/x"'),
        ("example.org", '"example.org"'),
    ],
)
def test_an_address_becomes_an_iri_if_it_can(text, token):
    assert link(text) == token


@pytest.mark.parametrize("format", QUADS)
def test_what_one_document_says_is_a_graph_of_its_name(format):
    quads = pyoxigraph_quads(written(format, graphs="document"), format)
    plain = {quad.triple for quad in pyoxigraph_quads(written("nt"), "nt")}
    graphs = {getattr(quad.graph_name, "value", "") for quad in quads}

    assert {quad.triple for quad in quads} == plain
    assert graphs == {"", f"{BASE}document/d1", f"{BASE}document/d2"}
    quoted = {q.graph_name.value for q in quads if q.object.value == "Ada works for GSA."}
    assert quoted == {f"{BASE}document/d2"}


@pytest.mark.parametrize("format", RDF12)
def test_rdf_12_says_the_same_with_triple_terms(format):
    import pyoxigraph

    new, old = pyoxigraph_quads(written(format, annotations="rdf12"), format), pyoxigraph_quads(written(format), format)
    reified = {q.object for q in new if q.predicate.value.endswith("#reifies")}

    assert len(reified) == len(TRIPLES) == len(old - new) / 4
    assert all(isinstance(term, pyoxigraph.Triple) and pyoxigraph.Quad(*term) in new for term in reified)


@pytest.mark.parametrize(
    ("format", "more", "words"),
    [
        ("jsonld", {"annotations": "rdf12"}, "cannot hold the triple terms"),
        ("rdf", {"annotations": "rdf12"}, "cannot hold the triple terms"),
        ("ttl", {"graphs": "document"}, "has no named graphs"),
        ("ttl", {"annotations": "stars"}, "annotations are 'stars'"),
        ("ttl", {"part": "half"}, "part is 'half'"),
        ("graphml", {"annotations": "rdf12"}, "graphml has no --annotations"),
        ("jsonl", {"part": "shapes"}, "jsonl has no --part"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(format, more, words):
    with pytest.raises(UsageError, match=words):
        export(small_graph(), SCHEMA, io.BytesIO(), format, ExportOptions(base=BASE, **more))


def test_an_xml_name_that_cannot_be_is_refused():
    schema = parse_schema(
        "types:\n  Person: {from: [PER]}\nrelations:\n  KNOWS: {from: [K], iri: 'http://x.org/12', head: [Person], tail: [Person]}\n"
    )
    fact = Triple("t1", "e1", "KNOWS", "e5", 9000, 1, 1, TRIPLES[0].scope, "", "")
    with pytest.raises(UsageError, match="has no name for the property http://x.org/12"):
        written("rdf", small_graph(triples=(fact,), statements=()), schema=schema)


def test_a_schema_whose_iri_is_none_is_refused():
    schema = parse_schema("types:\n  Person: {from: [PER], iri: 'http://[x'}\nrelations: {}\n", "mine.yaml")
    with pytest.raises(SchemaError, match=r"mine.yaml: Person has the IRI"):
        written("nt", schema=schema)


@pytest.mark.parametrize("format", RDF_FORMATS)
@pytest.mark.parametrize("base", ["http://kg.test/a#", "https://kg.test/x#y/", "urn:kg:", "http://kg.test/100%25/ä/"])
def test_any_base_gives_iris_that_are_read(format, base):
    if base == "urn:kg:":
        with pytest.raises(UsageError, match="cannot begin IRIs"):
            export(small_graph(), SCHEMA, io.BytesIO(), format, ExportOptions(base=base))
        return
    stream = io.BytesIO()
    export(small_graph(), SCHEMA, stream, format, ExportOptions(base=base, provenance="full"))

    assert any(quad.subject.value == f"{base}entity/e1" for quad in pyoxigraph_quads(stream.getvalue(), format))


def test_json_ld_is_one_node_a_line():
    lines = written("jsonld").decode().split("\n")
    first = next(line for line in lines if line.startswith('{"@id":"entity:e1"'))

    assert json.loads(first.rstrip(","))["skos:altLabel"] == ["Ada", "Lady Lovelace"]
    assert json.loads("\n".join(lines))["@context"]["kg"] == f"{BASE}schema/"


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_memory_does_not_grow_with_the_graph(format):
    """Twenty times the triples, no more memory: what is held is a few pieces."""

    class Endless:
        def __init__(self, count):
            self.count = count

        def triples(self):
            return (
                Triple(f"t{n:06}", "e1", "EMPLOYED_BY", f"e{n}", 9000, 1, 1, TRIPLES[0].scope, "", "")
                for n in range(self.count)
            )

        def statements(self):
            return iter(())

        documents = mentions = entities = statements

    class Nowhere(io.RawIOBase):
        def write(self, data):
            return len(data)

    def peak(count):
        tracemalloc.start()
        write_rdf(Endless(count), SCHEMA, Nowhere(), format, BASE, "summary")
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    peak(10)
    small, large = peak(100), peak(2_000)
    assert large < small * 1.2 + 200_000


def test_jena_reads_every_format_without_a_warning(tmp_path):
    for format in RDF_FORMATS:
        (tmp_path / f"small.{format}").write_bytes(written(format))
        (tmp_path / f"odd.{format}").write_bytes(
            written(format, odd_graph(EVERYTHING, url="https://example.org/a b/100%/\u202e<x>"))
        )
        for part in ("ontology", "shapes"):
            (tmp_path / f"{part}.{format}").write_bytes(written(format, part=part))
    for format in QUADS:
        (tmp_path / f"document.{format}").write_bytes(written(format, graphs="document"))
    counts, complaints = riot(sorted(tmp_path.iterdir()))

    assert [line for line in complaints if "non-character" not in line] == []  # U+FFFE and U+FFFF, which are allowed
    assert len(counts) == len(list(tmp_path.iterdir()))
    for name in ("small", "odd", "ontology", "shapes", "document"):
        assert len({count for file, count in counts.items() if file.startswith(f"{name}.")}) == 1, counts
    assert counts["small.nt"] == counts["document.nq"] == len(pyoxigraph_quads(written("nt"), "nt"))


def test_jena_reads_rdf_12(tmp_path):
    for format in RDF12:
        (tmp_path / f"new.{format}").write_bytes(written(format, annotations="rdf12"))
    counts, complaints = riot(sorted(tmp_path.iterdir()), JENA_RDF12)

    assert complaints == []
    assert set(counts.values()) == {len(pyoxigraph_quads(written("nt", annotations="rdf12"), "nt"))}

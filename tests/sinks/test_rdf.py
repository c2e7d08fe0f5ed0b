import io
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import UsageError
from kgbuild.records import Value
from kgbuild.schema import load_schema, parse_schema
from kgbuild.sinks.export import ExportOptions, export
from kgbuild.sinks.rdf import to_rdflib, write_rdf
from kgbuild.sinks.rdf_terms import value_literal
from tests.sinks.small_graph import TRIPLES, named, small_graph, triple

SCHEMA = load_schema()
BASE = "http://kg.test/"
PREFIXES = """
PREFIX schema: <http://schema.org/> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX wdt: <http://www.wikidata.org/prop/direct/> PREFIX kg: <http://kg.test/schema/>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX dcterms: <http://purl.org/dc/terms/>
"""
QUERIES = {
    "born": "SELECT ?n ?p WHERE { ?x a schema:Person; rdfs:label ?n; wdt:P19/rdfs:label ?p }",
    "evidence": """SELECT ?s ?o ?quote ?doc ?start ?c WHERE { ?t a rdf:Statement; rdf:subject ?s; rdf:predicate wdt:P108;
        rdf:object ?o; kg:confidence ?c; prov:wasDerivedFrom ?e . ?e oa:hasSource ?doc;
        oa:hasSelector [a oa:TextQuoteSelector; oa:exact ?quote], [a oa:TextPositionSelector; oa:start ?start] FILTER(?c >= 0.8) }""",
    "together": """SELECT ?name (COUNT(DISTINCT ?d) AS ?n) WHERE { ?d schema:mentions ?g, ?o; dcterms:issued ?t .
        ?g rdfs:label "General Services Administration" . ?o a schema:Organization; rdfs:label ?name
        FILTER(?t >= "2018-01-01"^^xsd:date && ?o != ?g) } GROUP BY ?name ORDER BY DESC(?n)""",
}
ROWS = {"born": [("Ada Byron", "London")], "together": [("=HYPERLINK(1)", "1")]}


def written(format, graph=None, provenance="full", schema=SCHEMA):
    stream = io.BytesIO()
    write_rdf(graph or small_graph(), schema, stream, format, BASE, provenance)
    return stream.getvalue()


def both_rows(query, data):
    import pyoxigraph
    import rdflib

    store = pyoxigraph.Store()
    store.load(data, format=pyoxigraph.RdfFormat.TURTLE)
    fast = sorted(tuple(term.value for term in row) for row in store.query(PREFIXES + query))
    slow = sorted(
        tuple(str(term) for term in row) for row in rdflib.Graph().parse(data=data, format="turtle").query(PREFIXES + query)
    )
    return fast, slow


@pytest.mark.parametrize("provenance", ["summary", "full"])
@pytest.mark.parametrize("name", QUERIES)
def test_the_three_queries_give_the_same_rows_in_rdflib_and_pyoxigraph(name, provenance):
    fast, slow = both_rows(QUERIES[name], written("ttl", provenance=provenance))

    assert fast == slow != []
    assert fast == ROWS.get(name, fast)
    if name == "evidence":
        quotes = {row[2] for row in fast}
        assert quotes == {"Ada works for GSA.", "Ada of the GSA"} if provenance == "full" else {"Ada works for GSA."}


def test_turtle_and_n_triples_say_the_same_and_rdflib_reads_both():
    import pyoxigraph
    import rdflib

    turtle = rdflib.Graph().parse(data=written("ttl"), format="turtle")
    lines = rdflib.Graph().parse(data=written("nt"), format="nt")

    assert set(turtle) == set(lines) == set(to_rdflib(small_graph(), SCHEMA, BASE, "full"))
    assert len(turtle) == len(set(pyoxigraph.parse(written("nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)))


def test_there_is_no_blank_node_and_no_line_twice():
    lines = written("nt").splitlines()

    assert not [line for line in lines if line.startswith(b"_:") or b" _:" in line]
    assert len(lines) == len(set(lines))


def test_without_provenance_there_are_plain_triples_and_no_quotes():
    data = written("nt", provenance="none")

    assert b"a quote" not in data and b"CreativeWork" not in data and b"#Statement" not in data
    assert b"<http://kg.test/entity/e1> <http://www.wikidata.org/prop/direct/P19> <http://kg.test/entity/e2> ." in data


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_literals_with_odd_characters_come_back_from_both_formats(name):
    import pyoxigraph

    label = pyoxigraph.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    subject = pyoxigraph.NamedNode("http://kg.test/entity/e1")
    for format, kind in (("ttl", pyoxigraph.RdfFormat.TURTLE), ("nt", pyoxigraph.RdfFormat.N_TRIPLES)):
        found = [
            quad.object.value
            for quad in pyoxigraph.parse(written(format, named(name), "none"), format=kind)
            if quad.subject == subject and quad.predicate == label
        ]
        assert found == [name]


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8))
def test_any_id_makes_a_valid_iri(id):
    import rdflib

    fact = triple(id, "e1", "BORN_IN", "e2")
    read = rdflib.Graph().parse(data=written("ttl", small_graph(triples=(fact,), statements=()), "summary"), format="turtle")

    assert len(list(read.subjects(rdflib.RDF.type, rdflib.RDF.Statement))) == 1


@pytest.mark.parametrize(
    "value, text",
    [
        (Value("date", "1947-05-20"), '"1947-05-20"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (Value("date", "1947-05"), '"1947-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        (Value("date", "-0043"), '"-0043"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        (Value("date", "2001-02-30"), '"2001-02-30"'),
        (Value("number", "-3.5"), '"-3.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (Value("number", "15 %"), '"15 %"'),
        (Value("text", "1947"), '"1947"'),
    ],
)
def test_a_value_has_the_narrowest_type_that_it_fits(value, text):
    assert value_literal(value) == text


def test_a_schema_without_iris_gets_words_under_the_base():
    schema = parse_schema(
        "types:\n  Person: {from: [PER]}\n  Location: {from: [LOC]}\n"
        "relations:\n  BORN_IN: {from: [P19], label: place of birth, head: [Person], tail: [Location]}\n"
    )
    data = written("nt", small_graph(triples=TRIPLES[:1]), schema=schema).decode()

    assert "<http://kg.test/entity/e1> <http://kg.test/schema/BORN_IN> <http://kg.test/entity/e2> ." in data
    assert '<http://kg.test/schema/BORN_IN> <http://www.w3.org/2000/01/rdf-schema#label> "place of birth" .' in data


@pytest.mark.parametrize("base", ["kg", "http://kg.test", "http://kg test/", "javascript"])
def test_a_base_that_cannot_begin_iris_is_refused(base):
    with pytest.raises(UsageError, match="cannot begin IRIs"):
        export(small_graph(), SCHEMA, io.BytesIO(), "ttl", ExportOptions(base=base))


def test_the_default_base_is_said_aloud(caplog):
    with caplog.at_level(logging.WARNING):
        export(small_graph(), SCHEMA, io.BytesIO(), "nt")

    assert "http://example.org/kg/" in caplog.text and "--base" in caplog.text

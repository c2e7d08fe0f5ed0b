"""What a schema alone says as RDF: the ontology and the shapes; and dataset.ttl, which says what an export holds."""

import gzip
import io
from datetime import UTC, datetime, timedelta

import pytest

from kgbuild.errors import UsageError
from kgbuild.schema import load_schema, parse_schema
from kgbuild.sinks.export import ExportOptions, Stamp, export
from kgbuild.sinks.rdf import RDF_FORMATS, write_rdf
from kgbuild.sinks.rdf_shapes import shapes
from tests.sinks.small_graph import small_graph

SCHEMA = load_schema()
BASE = "http://kg.test/"
OPTIONS = ExportOptions(base=BASE, provenance="full")
MINE = parse_schema(
    "types:\n  Person: {from: [PER]}\n  Place: {from: [LOC]}\n  Date: {from: [TIME], kind: value, datatype: date}\n"
    "relations:\n  BORN_IN: {from: [P19], label: place of birth, head: [Person], tail: [Place], functional: true}\n"
    "  KNOWS: {from: [K], head: [Person], tail: [Person], symmetric: true}\n"
    "  NEAR: {from: [N], head: [Person, Place], tail: [Place]}\n"
    "  BORN_ON: {from: [P569], head: [Person], tail: [Date], property: birthday}\n"
    "  BIRTHPLACE_OF: {from: [X], inverse: BORN_IN}\n"
)


def asked(part, question, schema=MINE):
    """Rows of a SPARQL query over a part, as texts without the base."""
    import pyoxigraph

    stream, store = io.BytesIO(), pyoxigraph.Store()
    write_rdf(small_graph(), schema, stream, "ttl", BASE, part=part)
    store.load(stream.getvalue(), format=pyoxigraph.RdfFormat.TURTLE)
    prefixes = (
        "PREFIX kg: <http://kg.test/schema/> PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX sh: <http://www.w3.org/ns/shacl#> "
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    )
    return [tuple(term.value.replace(f"{BASE}schema/", "") for term in row) for row in store.query(prefixes + question)]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("SELECT ?l ?d ?r { kg:BORN_IN a owl:ObjectProperty, owl:FunctionalProperty; rdfs:label ?l; rdfs:domain ?d; rdfs:range ?r }",
         [("place of birth", "Person", "Place")]),
        ("SELECT ?p { ?p a owl:SymmetricProperty }", [("KNOWS",)]),
        ("SELECT ?p { ?p owl:inverseOf kg:BORN_IN }", [("BIRTHPLACE_OF",)]),
        ("SELECT ?t { kg:NEAR rdfs:domain/owl:unionOf/rdf:rest*/rdf:first ?t } ORDER BY ?t", [("Person",), ("Place",)]),
        ("SELECT ?p { ?p a owl:DatatypeProperty; rdfs:subPropertyOf kg:BORN_ON }", [("birthday",)]),
        ("SELECT ?t { ?t a owl:Class; skos:notation 'PER' }", [("Person",)]),
        ("SELECT ?n { kg:scopes a skos:ConceptScheme . ?s skos:inScheme kg:scopes; skos:notation ?n } ORDER BY ?n",
         [("inferred",), ("stated",)]),
    ],
)  # fmt: skip
def test_the_ontology_says_what_the_schema_says(question, rows):
    assert asked("ontology", question) == rows


def test_every_word_of_an_export_is_explained_in_it():
    import pyoxigraph

    stream = io.BytesIO()
    write_rdf(small_graph(), SCHEMA, stream, "nt", BASE, "full")
    triples = [quad.triple for quad in pyoxigraph.parse(stream.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)]
    labelled = {t.subject.value for t in triples if t.predicate.value.endswith("#label")}
    own = {t.predicate.value for t in triples if t.predicate.value.startswith(f"{BASE}schema/")}

    assert own and own <= labelled


@pytest.mark.parametrize(
    ("shape", "constraint", "value"),
    [
        ("BORN_IN#domain", "class", "Person"), ("BORN_IN#range", "class", "Place"), ("BORN_IN#functional", "maxCount", "1"),
        ("BORN_ON#domain", "class", "Person"), ("BIRTHPLACE_OF#direction", "maxCount", "0"),
    ],
)  # fmt: skip
def test_each_rule_is_a_shape_of_its_name(shape, constraint, value):
    assert asked("shapes", f"SELECT ?v {{ <{BASE}shape/{shape}> sh:{constraint} ?v }}") == [(value,)]


def test_a_date_has_one_value_of_each_precision_and_no_functional_property():
    shape = f"<{BASE}shape/DATE_OF_BIRTH#functional_gYear>"
    question = f"SELECT ?v ?m {{ {shape} sh:qualifiedMaxCount ?m; sh:qualifiedValueShape/sh:datatype ?v }}"

    assert asked("shapes", question, SCHEMA) == [("http://www.w3.org/2001/XMLSchema#gYear", "1")]
    assert asked("ontology", "SELECT ?p { ?p a owl:FunctionalProperty, owl:DatatypeProperty }", SCHEMA) == []


def test_alternatives_are_lists():
    question = f"SELECT ?c {{ <{BASE}shape/NEAR#domain> sh:or/rdf:rest*/rdf:first/sh:class ?c }} ORDER BY ?c"
    assert asked("shapes", question) == [("Person",), ("Place",)]
    question = f"SELECT ?c {{ <{BASE}shape/BORN_ON#datatype> sh:or/rdf:rest*/rdf:first/sh:datatype ?c }}"
    assert len(asked("shapes", question)) == 4


def test_shapes_are_lines_that_rdflib_reads():
    import rdflib

    lines = [" ".join(triple) + " ." for triple in shapes(SCHEMA, BASE)]
    assert len(rdflib.Graph().parse(data="\n".join(lines), format="nt")) == len(lines)
    assert not any("_:" in line for line in lines)


def test_relations_that_share_an_iri_make_no_false_rule_and_are_told_apart():
    schema = parse_schema(
        "types:\n  Person: {from: [PER], iri: 'http://x/Agent'}\n  Organization: {from: [ORG], iri: 'http://x/Agent'}\n"
        "  Location: {from: [LOC]}\nrelations:\n"
        "  BORN_IN: {from: [A], iri: 'http://x/in', head: [Person], tail: [Location], functional: true}\n"
        "  HEADQUARTERED_IN: {from: [B], iri: 'http://x/in', head: [Organization], tail: [Location]}\n"
        "  EMPLOYED_BY: {from: [C], head: [Person], tail: [Organization]}\n"
    )
    lines = [" ".join(triple) for triple in shapes(schema, BASE)]
    assert not any("HEADQUARTERED_IN#" in line or "#functional" in line for line in lines)
    stream = io.BytesIO()
    write_rdf(small_graph(), schema, stream, "nt", BASE)
    data = stream.getvalue().decode()
    assert '<http://kg.test/triple/t1> <http://kg.test/schema/predicate> "BORN_IN" .' in data
    assert '<http://kg.test/entity/e3> <http://kg.test/schema/type> "Organization" .' in data


@pytest.mark.parametrize("name", [f"g.{format}" for format in RDF_FORMATS] + ["g.nt.gz"])
def test_dataset_ttl_says_what_the_export_holds(tmp_path, name):
    import hashlib

    import pyoxigraph

    times = iter(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n) for n in range(2))
    export(small_graph(), SCHEMA, tmp_path / name, None, OPTIONS, Stamp(lambda: next(times), "1.2.3"))
    store = pyoxigraph.Store()
    store.load((tmp_path / "dataset.ttl").read_bytes(), format=pyoxigraph.RdfFormat.TURTLE)
    (row,) = store.query("""PREFIX void: <http://rdfs.org/ns/void#> PREFIX prov: <http://www.w3.org/ns/prov#>
        PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>
        SELECT ?n ?e ?d ?sum ?size ?b ?f { ?x a void:Dataset, dcat:Dataset; void:triples ?n; void:entities ?e; void:documents ?d;
        dcat:distribution [ spdx:checksum/spdx:checksumValue ?sum; dcat:byteSize ?size ];
        prov:wasGeneratedBy [ prov:startedAtTime ?b; prov:endedAtTime ?f ] }""")
    data = (tmp_path / name).read_bytes()
    stream = io.BytesIO()
    write_rdf(small_graph(), SCHEMA, stream, "nt", BASE, "full")

    assert [term.value for term in list(row)[:3]] == [str(stream.getvalue().count(b"\n")), "5", "2"]
    assert [term.value for term in list(row)[3:5]] == [hashlib.sha256(data).hexdigest(), str(len(data))]
    assert [term.value[:19] for term in list(row)[5:]] == ["2026-01-01T00:00:00", "2026-01-01T00:00:01"]
    partitions = store.query("""PREFIX void: <http://rdfs.org/ns/void#>
        SELECT (SUM(?n) AS ?all) { ?x void:propertyPartition/void:triples ?n }""")
    assert next(partitions)[0].value == row[0].value


def test_the_clock_is_in_dataset_ttl_alone(tmp_path):
    for name, year in (("a", 2026), ("b", 2027)):
        moment = datetime(year, 1, 1, tzinfo=UTC)
        export(small_graph(), SCHEMA, tmp_path / name / "g.ttl.gz", None, OPTIONS, Stamp(lambda at=moment: at, "1"))

    assert (tmp_path / "a/g.ttl.gz").read_bytes() == (tmp_path / "b/g.ttl.gz").read_bytes()
    assert (tmp_path / "a/dataset.ttl").read_bytes() != (tmp_path / "b/dataset.ttl").read_bytes()
    assert b"2026" not in gzip.decompress((tmp_path / "a/g.ttl.gz").read_bytes())


@pytest.mark.parametrize("out", ["-", "dataset.ttl"])
def test_a_dataset_needs_a_file_to_lie_beside(tmp_path, out):
    stamp = Stamp(lambda: datetime.now(UTC), "1")
    with pytest.raises(UsageError, match="lies beside a file"):
        export(small_graph(), SCHEMA, out if out == "-" else tmp_path / out, "ttl", OPTIONS, stamp)
    with pytest.raises(UsageError, match="describes RDF"):
        export(small_graph(), SCHEMA, tmp_path / "g.jsonl", None, ExportOptions(), stamp)


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_filters_apply_to_every_format(format):
    stream = io.BytesIO()
    options = ExportOptions(base=BASE, provenance="full", types=("Person", "Location"), min_confidence=0.5)
    export(small_graph(), SCHEMA, stream, format, options)

    assert b"Ada Byron" in stream.getvalue() and b"London" in stream.getvalue()
    assert b"General Services" not in stream.getvalue() and b"Ada works for GSA" not in stream.getvalue()

import io
import sys

import pyoxigraph
import pytest
from rdflib.compare import isomorphic

from kgbuild.errors import BuildError, MissingExtra
from kgbuild.graph.memory import Graph
from kgbuild.graph.values import normalise
from kgbuild.records import Value
from kgbuild.schema import load_schema, parse_schema
from kgbuild.sinks import shacl
from kgbuild.sinks.rdf import write_rdf
from kgbuild.sinks.rdf_terms import NAMESPACES
from kgbuild.sinks.shacl_parts import parts
from tests.pipeline.generated import generated_graph
from tests.sinks.small_graph import CHUNKS, DOCUMENTS, ENTITIES, MENTIONS, STATEMENTS, TRIPLES, small_graph, statement, triple

SCHEMA = load_schema()
BASE = "http://kg.test/"


def exported(graph, **options):
    stream = io.BytesIO()
    write_rdf(graph, SCHEMA, stream, "nt", BASE, "full", **options)
    return pyoxigraph.parse(stream.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)


def validated(graph, **options):
    return shacl.validate([shacl.Part(*shacl.load(exported(graph)))], SCHEMA, BASE, **options)


def in_parts(graph, folder, most, **options):
    return shacl.validate(parts(exported(graph), folder, most, lambda *_: None), SCHEMA, BASE, **options)


def with_facts(*more):
    return Graph(ENTITIES, (*TRIPLES, *more), (*STATEMENTS, *map(statement, more)), DOCUMENTS, MENTIONS, CHUNKS, ())


@pytest.mark.parametrize(
    ("graph", "broken"),
    [(small_graph(), set()), (generated_graph(1), {"BORN_IN functional"})],  # two places of birth, by chance
)
def test_an_export_keeps_the_rules(graph, broken):
    found = validated(graph)

    assert {each.rule for each in found.broken} == broken
    assert found.rules > 100
    assert found.triples == len(set(map(str, exported(graph))))


@pytest.mark.parametrize(
    ("fact", "rule", "example"),
    [
        (triple("x", "e2", "BORN_IN", "e2"), "BORN_IN domain", ("London", f"{BASE}entity/e2")),
        (triple("x", "e1", "BORN_IN", "e3"), "BORN_IN range", ("Ada Byron", f"{BASE}entity/e1")),
        (
            triple("x", "e1", "BORN_IN", "e2", support=0),
            "triple support",
            ("Ada Byron place of birth London", f"{BASE}triple/x"),
        ),
    ],
)
def test_each_rule_says_who_breaks_it(fact, rule, example):
    found = validated(with_facts(fact))
    broken = {each.rule: each for each in found.broken}

    assert rule in broken
    assert example in {each[:2] for each in broken[rule].examples}
    assert found.violations == sum(each.count for each in found.broken)


@pytest.mark.parametrize(
    ("date", "broken"), [("1947-05-02", set()), ("1947", set()), ("1948-02", {"DATE_OF_BIRTH functional_gYearMonth"})]
)
def test_dates_of_different_precision_are_one_object(date, broken):
    found = validated(with_facts(triple("x", "e1", "DATE_OF_BIRTH", Value("date", date))))

    assert {each.rule for each in found.broken} == broken


NUMBERS = parse_schema(
    """
types: {Organization: {from: [ORG]}, Number: {from: [NUM], kind: value, datatype: number}}
relations: {REVENUE: {from: [REVENUE], head: [Organization], tail: [Number]}}
""",
    "numbers.yaml",
)


@pytest.mark.parametrize("written", ["1,250", "-0.5", "$2 million", "3.5 %", "forty percent", "120 employees"])
def test_a_number_may_have_a_unit(written):
    assert not _broken_by(normalise("number", written))


@pytest.mark.parametrize("value", [Value("text", "many"), Value("number", "2 "), Value("date", "2018")])
def test_what_is_no_number_is_none(value):
    assert _broken_by(value) == {"REVENUE datatype"}


def _broken_by(value):
    fact = triple("x", "e3", "REVENUE", value)
    graph, stream = Graph((ENTITIES[2],), (fact,), (statement(fact),), DOCUMENTS, (), CHUNKS, ()), io.BytesIO()
    write_rdf(graph, NUMBERS, stream, "nt", BASE, "full")
    quads = pyoxigraph.parse(stream.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return {each.rule for each in shacl.validate([shacl.Part(*shacl.load(quads))], NUMBERS, BASE).broken}


def test_the_report_is_a_shacl_report():
    import rdflib

    found = validated(with_facts(triple("x", "e2", "BORN_IN", "e2")))
    again = rdflib.Graph().parse(data=found.report.serialize(format="turtle"), format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")

    assert next(again.objects(None, sh.conforms)).toPython() is False
    assert len(list(again.subjects(rdflib.RDF.type, sh.ValidationResult))) == found.violations


def test_only_so_many_examples_are_shown():
    facts = [triple(f"x{n}", "e2", "BORN_IN", "e2", support=0) for n in range(5)]
    [support] = [each for each in validated(with_facts(*facts), examples=2).broken if each.rule == "triple support"]

    assert (support.count, len(support.examples)) == (5, 2)


@pytest.mark.parametrize("most", [1, 150, 10_000])
def test_parts_find_what_the_whole_does(tmp_path, most):
    wrong = [
        triple("x", "e2", "BORN_IN", "e2"),
        triple("y", "e1", "BORN_IN", "e3", support=0),
        triple("z", "gone", "BORN_IN", "e2"),
    ]
    whole, found = validated(with_facts(*wrong)), in_parts(with_facts(*wrong), tmp_path, most)

    assert (found.triples, found.rules, found.violations) == (whole.triples, whole.rules, whole.violations)
    assert len(whole.broken) > 4
    assert [(each.rule, each.count, each.message) for each in found.broken] == [
        (each.rule, each.count, each.message) for each in whole.broken
    ]
    assert [[shown[1:] for shown in each.examples] for each in found.broken] == [
        [shown[1:] for shown in each.examples] for each in whole.broken
    ]
    assert isomorphic(whole.report, found.report)


def test_a_part_looks_at_no_nodes_of_others(tmp_path, monkeypatch):
    import pyshacl
    import rdflib

    reported, validate = [], pyshacl.validate

    def noted(*args, **options):
        answer = validate(*args, **options)
        reported.append(len(list(answer[1].subjects(rdflib.RDF.type, rdflib.URIRef(f"{NAMESPACES['sh']}ValidationResult")))))
        return answer

    monkeypatch.setattr(pyshacl, "validate", noted)

    found = in_parts(with_facts(triple("x", "e2", "BORN_IN", "e2")), tmp_path, 1)

    assert len(reported) > 50
    assert sum(reported) == found.violations > 0


@pytest.mark.parametrize(
    "lines",
    [
        f"""<{BASE}entity/e9> <{NAMESPACES["rdf"]}type> <http://a.test/Company> .
            <{BASE}entity/e9> <{NAMESPACES["skos"]}prefLabel> "Company" .
            <{BASE}entity/e9> <{NAMESPACES["rdfs"]}label> "Company" .
            <{BASE}entity/e1> <http://www.wikidata.org/prop/direct/P108> <{BASE}entity/e9> .
            <http://a.test/Company> <{NAMESPACES["rdfs"]}subClassOf> <http://schema.org/Organization> .""",
        f"""<{BASE}statement/s9> <{NAMESPACES["rdf"]}type> <http://a.test/Claim> .
            <http://a.test/Claim> <{NAMESPACES["rdfs"]}subClassOf> <http://a.test/Said> .
            <http://a.test/Said> <{NAMESPACES["rdfs"]}subClassOf> <{NAMESPACES["rdf"]}Statement> .""",
        f"""<{BASE}triple/t9> <{NAMESPACES["prov"]}wasDerivedFrom> "hearsay" .
            <{BASE}triple/t9> <{NAMESPACES["rdf"]}subject> "nobody" .""",
    ],
    ids=["range", "target", "literals"],
)
def test_parts_of_a_foreign_file_find_what_the_whole_does(tmp_path, lines):
    quads = [
        *exported(small_graph()),
        *pyoxigraph.parse(lines.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES),
    ]

    whole = shacl.validate([shacl.Part(*shacl.load(quads))], SCHEMA, BASE)
    found = shacl.validate(parts(quads, tmp_path, 1, lambda *_: None), SCHEMA, BASE)

    assert [(each.rule, each.count) for each in found.broken] == [(each.rule, each.count) for each in whole.broken]
    assert found.triples == whole.triples
    assert isomorphic(whole.report, found.report)


def test_triple_terms_are_refused():
    with pytest.raises(BuildError, match="export with --annotations reified"):
        shacl.load(exported(small_graph(), annotations="rdf12"))


def test_without_pyshacl_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(MissingExtra, match=r"kgbuild\[shacl\]"):
        validated(small_graph())

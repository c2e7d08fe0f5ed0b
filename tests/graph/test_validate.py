import pytest

from kgbuild.graph.memory import Graph, collect
from kgbuild.graph.validate import validate
from kgbuild.records import Entity, Scope, Triple, Value
from kgbuild.schema import load_schema

SCHEMA = load_schema()
TYPES = {"a": "Person", "b": "Location", "c": "Person", "d": "Location", "x": "Date"}
ENTITIES = tuple(Entity(id, type, id, (), (), 1, 1, 9000) for id, type in TYPES.items() if id != "x")


def graph(*facts, entities=ENTITIES):
    triples = [Triple(f"t{i}", s, p, o, 9000, 1, 1, Scope.STATED, "q", "d") for i, (s, p, o) in enumerate(facts)]
    return Graph(entities=entities, triples=triples)


def test_a_graph_that_follows_the_schema_has_no_violation():
    born = ("a", "DATE_OF_BIRTH", Value("date", "1947"))

    more = ("a", "DATE_OF_BIRTH", Value("date", "1947-05"))

    assert list(validate(graph(("a", "BORN_IN", "b"), ("a", "SIBLING_OF", "c"), born, more), SCHEMA)) == []


@pytest.mark.parametrize(
    "facts, rule, detail",
    [
        ([("a", "LIKES", "b")], "unknown_relation", "LIKES is no relation"),
        ([("b", "BORN_IN", "d")], "domain", "begins at Person, not at a Location"),
        ([("a", "BORN_IN", "c")], "range", "leads to Location, not to a Person"),
        ([("a", "BORN_IN", Value("date", "1947"))], "range", "not to a date"),
        ([("a", "DATE_OF_BIRTH", Value("number", "3"))], "datatype", "holds a date, not a number"),
        ([("a", "BORN_IN", "z")], "dangling", "its object z"),
        ([("z", "BORN_IN", "b")], "dangling", "its subject z"),
        ([("a", "SIBLING_OF", "a")], "itself", "joins a to itself"),
        ([("c", "SIBLING_OF", "a")], "direction", "the smaller id comes first"),
        ([("b", "HAS_PART", "d")], "direction", "kept as PART_OF"),
        ([("a", "BORN_IN", "b"), ("a", "BORN_IN", "d")], "functional", "a has 2 objects of BORN_IN"),
        (
            [("a", "DATE_OF_BIRTH", Value("date", text)) for text in ("1947", "1947-05-02", "1948", "1947-05")],
            "functional",
            "a has 2 objects of DATE_OF_BIRTH",
        ),
    ],
)
def test_what_breaks_a_rule_is_named(facts, rule, detail):
    (violation,) = validate(graph(*facts), SCHEMA)

    assert (violation.triple, violation.rule) == ("t0", rule)
    assert detail in violation.detail


@pytest.mark.parametrize("type", ["Planet", "Date"])
def test_an_entity_of_an_impossible_type_is_named(type):
    (violation,) = validate(Graph(entities=[Entity("e", type, "e", (), (), 1, 1, 1)]), SCHEMA)

    assert (violation.triple, violation.rule) == ("e", "unknown_type")


def test_graphs_in_memory_are_equal_whatever_the_order_of_their_parts():
    whole = graph(("a", "BORN_IN", "b"), ("a", "SIBLING_OF", "c"))

    assert collect(whole) == whole == Graph(entities=ENTITIES[::-1], triples=tuple(whole.triples())[::-1])
    assert whole != graph(("a", "BORN_IN", "b"))

import pytest

from kgbuild.graph.impossible import Ends, Group, directed, group_of, impossible, nesting
from kgbuild.records import Scope, Triple, Value
from kgbuild.schema import load_schema, parse_schema

SCHEMA = load_schema()


def triple(id, subject, predicate, object, support=1, documents=1, confidence=9000, scope=Scope.STATED):
    return Triple(id, subject, predicate, object, confidence, support, documents, scope, "q", "d")


def born(id, text, **numbers):
    return triple(id, "a", "DATE_OF_BIRTH", Value("date", text), **numbers)


def died(id, text, **numbers):
    return triple(id, "a", "DATE_OF_DEATH", Value("date", text), **numbers)


def out(*triples, off=()):
    """id -> rule, in whatever order the triples come."""
    forward, backward = impossible(triples, SCHEMA, off), impossible(triples[::-1], SCHEMA, off)
    assert forward == backward
    return {id: violation.rule for id, violation in forward.items()}


@pytest.mark.parametrize(
    ("triples", "expected"),
    [
        ([triple("1", "a", "BORN_IN", "x"), triple("2", "a", "BORN_IN", "y", documents=2)], {"1": "functional"}),
        ([triple("1", "a", "BORN_IN", "x"), triple("2", "a", "BORN_IN", "y")], {"2": "functional"}),
        ([triple("1", "a", "BORN_IN", "x", scope=Scope.INFERRED, support=9), triple("2", "a", "BORN_IN", "y")], {"1": "functional"}),
        ([triple("1", "a", "BORN_IN", "x", support=9), triple("2", "a", "BORN_IN", "y", confidence=10000)], {"1": "functional"}),
        ([triple("1", "a", "BORN_IN", "x"), triple("2", "a", "DIED_IN", "y")], {}),
        ([triple("1", "a", "WORKS_AT", "x"), triple("2", "a", "WORKS_AT", "y")], {}),
        ([born("1", "1947"), born("2", "1947-05"), born("3", "1947-05-02")], {}),
        ([born("1", "1947", documents=3), born("2", "1947-05"), born("3", "1950-05-02")], {"3": "functional"}),
        ([born("1", "1947"), died("2", "2001")], {}),
        ([born("1", "1947"), died("2", "1947-03")], {}),
        ([born("1", "1947"), died("2", "1946")], {"2": "ends_before_it_begins"}),
        ([born("1", "1947"), died("2", "1946", documents=2)], {"1": "ends_before_it_begins"}),
        ([born("1", "1947", documents=3), born("2", "1950"), died("3", "1948")], {"2": "functional"}),
        ([born("1", "1947-05", documents=3), born("2", "1947"), died("3", "1947-03-09")], {"3": "ends_before_it_begins"}),
        ([triple("1", "a", "PART_OF", "b"), triple("2", "b", "PART_OF", "a", support=2)], {"1": "both_ways"}),
        ([triple("1", "a", "PART_OF", "b")], {}),
        ([triple("1", "a", "SIBLING_OF", "b"), triple("2", "b", "SIBLING_OF", "a")], {}),
        ([triple("1", "a", "SIBLING_OF", "a"), triple("2", "a", "BORN_IN", "a")], {"1": "itself", "2": "itself"}),
    ],
)  # fmt: skip
def test_the_best_supported_stays(triples, expected):
    assert out(*triples) == expected


def test_a_rule_can_be_switched_off():
    pair = triple("1", "a", "BORN_IN", "x"), triple("2", "a", "BORN_IN", "y")

    assert out(*pair, off=("functional",)) == {}
    assert out(triple("1", "a", "PART_OF", "a"), off=("itself",)) == {}


def places(*names, **inside):
    """Of births in these places, the second and later ones better supported, the one that stays; inside: inner=outer."""
    births = [triple(str(i), "a", "BORN_IN", name, documents=i + 1) for i, name in enumerate(names)]
    ends = Ends(inside=set(inside.items()))
    found = impossible(births, SCHEMA, (), ends)
    assert found == impossible(births[::-1], SCHEMA, (), ends)
    [stays] = [birth.object for birth in births if birth.id not in found]
    return stays, [violation.detail for violation in found.values()]


def test_of_nested_places_the_innermost_stays():
    assert places("clapham", "london")[0] == "london"
    assert places("clapham", "london", clapham="london") == (
        "clapham", ["BORN_IN allows one object, and another lies in this one and says it more exactly"]
    )  # fmt: skip
    assert places("clapham", "london", "uk", clapham="london", london="uk")[0] == "clapham"
    assert places("clapham", "leeds", "uk", clapham="uk", leeds="uk")[0] == "leeds"
    assert places("x", "y", "z", x="y", y="z", z="x")[0] in "xyz"  # facts that turn in a circle end all the same
    word = [triple("1", "a", "BORN_IN", "uk", confidence=10000), triple("2", "a", "BORN_IN", "leeds")]
    assert list(impossible(word, SCHEMA, (), Ends(inside=[("leeds", "uk")]))) == ["2"]
    assert {"LOCATED_IN", "IN_COUNTRY"} <= nesting(SCHEMA)


def test_ends_of_a_type_that_the_relation_does_not_join():
    fact, ends = triple("1", "a", "BORN_IN", "b"), Ends({"a": "Organization", "b": "Location"})

    assert impossible([fact], SCHEMA, (), ends)["1"].detail == "BORN_IN begins at Person, not at a Organization"
    assert impossible([fact], SCHEMA, ("domain",), ends) == {}
    assert impossible([fact], SCHEMA, (), Ends({"a": "Person", "b": "Person"}))["1"].rule == "range"
    assert impossible([fact], SCHEMA, (), Ends({"a": "Person", "b": "Location"})) == {}
    assert impossible([triple("1", "a", "BORN_IN", "b", confidence=10000)], SCHEMA, (), ends) == {}


def test_every_reason_names_what_it_stands_against():
    found = impossible([born("1", "1947"), died("2", "1946")], SCHEMA)

    assert found["2"].detail == "it ends before it begins: DATE_OF_BIRTH is 1947, DATE_OF_DEATH 1946"


def test_triples_that_are_judged_together_are_of_one_group():
    assert (
        group_of(triple("1", "a", "PART_OF", "b"), SCHEMA)
        == group_of(triple("2", "b", "PART_OF", "a"), SCHEMA)
        == Group(("a", "b"), "PART_OF")
    )
    assert group_of(born("1", "1947"), SCHEMA) == group_of(died("2", "1946"), SCHEMA) == Group(("a",))
    assert group_of(triple("1", "a", "EMPLOYED_BY", "b"), SCHEMA) is None
    assert group_of(triple("1", "a", "EMPLOYED_BY", "a"), SCHEMA) == Group(("a",))
    assert "PART_OF" in directed(SCHEMA)
    assert not {"SIBLING_OF", "BORN_IN", "HAS_PART"} & directed(SCHEMA)


def test_dates_are_known_by_their_iri_as_well():
    schema = parse_schema(
        "types: {Ship: {from: [S]}, Date: {from: [D], kind: value, datatype: date}}\n"
        "relations:\n  LAUNCHED: {from: [l], iri: wdt:P571, head: [Ship], tail: [Date], functional: true, property: launched}\n"
        "  SCRAPPED: {from: [s], iri: wdt:P576, head: [Ship], tail: [Date], functional: true, property: scrapped}\n"
    )
    pair = [triple("1", "a", "LAUNCHED", Value("date", "1950")), triple("2", "a", "SCRAPPED", Value("date", "1949-01"))]

    assert [violation.rule for violation in impossible(pair, schema).values()] == ["ends_before_it_begins"]

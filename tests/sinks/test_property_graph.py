from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import SchemaError, UsageError
from kgbuild.records import DocumentNode, Entity, Value
from kgbuild.sinks import property_graph as pg
from tests.sinks.property_example import Graph


def by_label(provenance):
    counts = {}
    for node in pg.nodes(Graph(), provenance):
        counts[node.labels[0]] = counts.get(node.labels[0], 0) + 1
    return counts


def by_type(provenance):
    counts = {}
    for edge in pg.relationships(Graph(), provenance):
        counts[edge.type] = counts.get(edge.type, 0) + 1
    return counts


FACTS = {"EMPLOYED_BY": 3, "HEADQUARTERED_IN": 2, "IN_COUNTRY": 1}


@pytest.mark.parametrize(
    ("provenance", "nodes", "edges"),
    [
        ("none", {"Entity": 7}, FACTS),
        ("summary", {"Entity": 7, "Document": 4}, FACTS | {"MENTIONS": 12}),
        (
            "full",
            {"Entity": 7, "Document": 4, "Chunk": 3, "Statement": 4},
            FACTS | {"MENTIONS": 12, "FROM_CHUNK": 4, "FROM_DOCUMENT": 7, "NEXT_CHUNK": 1, "HAS_SUBJECT": 4, "HAS_OBJECT": 3},
        ),
    ],
)
def test_provenance_decides_what_is_there(provenance, nodes, edges):
    assert by_label(provenance) == nodes
    assert by_type(provenance) == edges


def test_an_unknown_provenance_is_a_usage_error():
    with pytest.raises(UsageError, match="none, summary or full"):
        list(pg.nodes(Graph(), "some"))


def test_every_relationship_ends_at_a_node_of_the_same_provenance():
    for provenance in pg.PROVENANCE:
        keys = {node.key for node in pg.nodes(Graph(), provenance)}
        assert {key for edge in pg.relationships(Graph(), provenance) for key in (edge.start, edge.end)} <= keys


def test_confidence_is_a_fraction_and_a_triple_with_a_value_is_a_property():
    ada = next(node for node in pg.nodes(Graph(), base="http://x/") if node.properties["id"] == "p1")

    assert ada.labels == ("Entity", "Person")
    assert ada.properties["confidence"] == 0.95
    assert ada.properties["date_of_birth"] == "1947-05"
    assert ada.properties["iri"] == "http://x/entity/p1"
    assert "BORN_ON" not in by_type("full")


def test_chunks_are_chained_in_the_order_of_the_text_and_not_of_ids():
    chain = [(edge.start[1], edge.end[1]) for edge in pg.relationships(Graph(), "full") if edge.type == "NEXT_CHUNK"]

    assert chain == [("c3", "c1")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Value("number", "120"), 120),
        (Value("number", "1.5"), 1.5),
        (Value("number", "1e400"), "1e400"),
        (Value("number", "about 5"), "about 5"),
        (Value("date", "1947-05"), "1947-05"),
        (Value("text", "120"), "120"),
    ],
)
def test_only_numbers_become_numbers(value, expected):
    assert pg.plain_value(value) == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2018-03-04", {"published": date(2018, 3, 4)}),
        ("2018-03-04T10:00:00Z", {"published": date(2018, 3, 4)}),
        ("2018-05", {"published_text": "2018-05"}),
        ("2018-02-31", {"published_text": "2018-02-31"}),
        ("", {}),
    ],
)
def test_published_is_a_date_or_kept_as_text(published, expected):
    properties = pg.document_properties(DocumentNode("d", "n", "u", "", published, "en", ("u",)))

    assert {name: value for name, value in properties.items() if name.startswith("published")} == expected


def test_metadata_gets_valid_names_that_meet_nothing():
    metadata = (
        *(("2nd", "a"), ("Author name", ("x", "y")), ("Author-name", "z"), ("author.name", "w"), ("id", "i"), ("title", "t")),
        *(("été", "e"), ("!", "u"), ("?", "v"), ("type", "k"), ("graph", "g")),
    )

    assert pg.metadata_properties(metadata) == {
        "meta_2nd": "a",
        "Author_name": ["x", "y"],
        "meta_Author_name": "z",
        "author_name": "w",
        "meta_id": "i",
        "meta_title": "t",
        "été": "e",
        "unnamed": "u",
        "meta_unnamed": "v",
        "meta_type": "k",
        "meta_graph": "g",
    }


def test_metadata_that_repeats_the_document_is_not_repeated():
    node = DocumentNode(
        "d", "T", "u", "http://x", "2018-01-01", "en", ("u",), (("date", "2018-01-01"), ("title", "T"), ("url", "http://x"))
    )

    assert not [name for name in pg.document_properties(node) if name.startswith("meta_") or name in ("date", "title")]


@given(st.dictionaries(st.text(), st.text()))
def test_any_metadata_keeps_all_its_values_under_usable_names(metadata):
    properties = pg.metadata_properties(tuple(sorted(metadata.items())))

    assert sorted(properties.values()) == sorted(metadata.values())
    assert all(pg.IDENTIFIER.fullmatch(name) and name not in pg.DOCUMENT_NAMES for name in properties)


@pytest.mark.parametrize("name", ["Per son", "1st", "a`b", "", "Entity", "a-b"])
def test_a_type_that_cannot_be_a_label_is_refused(name):
    with pytest.raises(SchemaError):
        pg.entity_node(Entity("e", name, "n", (), (), 1, 1, 1))


def test_a_value_may_not_take_a_property_of_the_graph():
    with pytest.raises(SchemaError, match="rename it"):
        pg.entity_node(Entity("e", "Person", "n", (), (), 1, 1, 1, (("name", Value("text", "x")),)))


def test_a_name_is_a_type_or_a_relation_but_not_both():
    with pytest.raises(SchemaError, match="both a type and a relation"):
        pg.check_names(["Person", "KNOWS"], ["KNOWS"])

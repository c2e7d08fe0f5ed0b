import pytest
import yaml

from kgbuild.corpora.columns import parse_columns
from kgbuild.corpora.knowledgenet import TYPES
from kgbuild.corpora.maps import apply_map, parse_map, read_map, shipped_maps, unused
from kgbuild.errors import UsageError
from kgbuild.schema import load_schema
from tests.corpora.made import facts, read, surfaces
from tests.corpora.test_own import ROW


@pytest.fixture
def document(tmp_path):
    return read(tmp_path, [ROW]).documents[0]


def mapped(document, **parts):
    return apply_map([document], parse_map(parts))[0]


def test_labels_are_renamed_and_a_swap_turns_relations_round(document):
    new = mapped(document, types={"PER": "Person"}, relations={"JOINED": "^HAS_MEMBER"})
    assert surfaces(new) == [("Ann", "Person"), ("She", "Person"), ("Acme", "ORG")]
    assert facts(new) == [("Acme", "HAS_MEMBER", "Ann")]
    assert (new.relations[0].evidence, new.relations[0].scope) == ((1,), "stated")
    assert new.relation_labels == ("HAS_MEMBER", "LEFT")


def test_a_dropped_type_takes_its_clusters_and_their_relations(document):
    new = mapped(document, types={"ORG": None})
    assert surfaces(new) == [("Ann", "PER"), ("She", "PER")]
    assert (new.clusters, new.relations) == (((0, 1),), ())
    assert (new.has_relations, new.linked, new.relation_labels) == (True, True, ("JOINED", "LEFT"))


def test_a_cluster_keeps_the_mentions_that_are_left(tmp_path):
    row = ROW | {"mentions": [*ROW["mentions"][:1], {"start": 10, "end": 13, "type": "PRO"}, *ROW["mentions"][2:]]}
    new = mapped(read(tmp_path, [row]).documents[0], types={"PRO": None})
    assert new.clusters == ((1,), (0,))
    assert facts(new) == [("Ann", "JOINED", "Acme")]


def test_rest_drop_drops_what_is_not_named_only_where_any_is_named(document):
    new = mapped(document, relations={"LEFT": "P2"}, rest="drop")
    assert (len(new.mentions), new.relations, new.relation_labels) == (3, (), ("P2",))
    new = mapped(document, types={"PER": "PER"}, rest="drop")
    assert surfaces(new) == [("Ann", "PER"), ("She", "PER")]
    assert new.relation_labels == ("JOINED", "LEFT")


def test_relations_that_come_to_say_the_same_are_one(tmp_path):
    relations = [
        {"head": 1, "tail": 0, "label": "JOINED", "evidence": [1]},
        {"head": 0, "tail": 1, "label": "HIRED", "evidence": [0]},
    ]
    new = mapped(read(tmp_path, [ROW | {"relations": relations}]).documents[0], relations={"JOINED": "P1", "HIRED": "^P1"})
    assert [(r.label, r.evidence) for r in new.relations] == [("P1", (0, 1))]


def test_tags_follow_the_types():
    (document,) = parse_columns("Ann B-PER\nof O\nNew B-LOC\nYork I-LOC\n")
    assert mapped(document, types={"LOC": "GPE", "PER": None}).tags == ("O", "O", "B-GPE", "I-GPE")


def test_an_empty_map_changes_nothing(document):
    assert mapped(document) == document


def test_labels_that_no_document_has_are_named(document):
    assert unused([document], parse_map({"types": {"PER": "P", "Foo": None}, "relations": {"LEFT": "P2", "Bar": "P1"}})) == (
        "Bar",
        "Foo",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: {A: B}", "unknown key type"),
        ("types: {A: [B]}", "'A'"),
        ("types: {A: ^B}", r"types: '\^B'"),
        ("types: {A: no}", "put quotes"),
        ("relations: {A: ^}", "no label"),
        ("types: [A]", "mapping of labels"),
        ("rest: maybe", "keep or drop"),
        ("types: {A: B", "line 2: not YAML"),
        ("- a", "a map has the keys"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused(tmp_path, text, message):
    (tmp_path / "m.yaml").write_text(text + "\n")
    with pytest.raises(UsageError, match=message) as caught:
        read_map(tmp_path / "m.yaml")
    assert "m.yaml" in str(caught.value)


def test_a_missing_map_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.yaml"):
        read_map(tmp_path / "nowhere.yaml")


def test_the_shipped_maps_name_labels_of_their_corpora_and_directions_fit_the_schema():
    """Head and tail types of the schema, where it has the relation, allow what KnowledgeNet's properties join."""
    found = read_map("knowledgenet")
    assert found.relations.keys() == TYPES.keys()
    schema = load_schema()
    kinds = {"PER": "Person", "ORG": "Organization", "LOC": "Location", "TIME": "Date"}
    for property, (label, swap) in found.relations.items():
        head, tail = (kinds[kind] for kind in (reversed(TYPES[property]) if swap else TYPES[property]))
        known = schema.relation_of(label)
        assert known is None or schema.allows(head, known.name, tail), (property, label)
    assert {path.name for path in shipped_maps().glob("*.yaml")} == {"fire.yaml", "knowledgenet.yaml"}
    assert all(yaml.safe_load(path.read_text())["description"] for path in shipped_maps().glob("*.yaml"))
    fire = read_map("fire")
    assert fire.type("Company") == "ORG"
    assert (fire.type("Action"), fire.relation("ActionMerge")) == (None, None)
    assert fire.relation("Employeeof") == ("P108", False)


def test_what_several_relations_become_was_looked_for_only_where_each_of_them_was(tmp_path):
    """Else what nobody looked for is learned as not there."""
    rows = [
        ROW | {"id": name, "relation_labels": labels}
        for name, labels in (("one", ["JOINED", "LEFT"]), ("all", ["JOINED", "LEFT", "HIRED"]))
    ]
    documents = read(tmp_path, rows).documents
    labels = parse_map({"relations": {"JOINED": "P1", "HIRED": "P1", "NOWHERE": "P1"}})
    one, both = apply_map(documents, labels)
    assert (one.relation_labels, both.relation_labels) == (("LEFT",), ("LEFT", "P1"))
    assert one.relations[0].label == "P1"
    assert apply_map(documents[:1], labels)[0].relation_labels == ("LEFT", "P1")  # a corpus that knows no HIRED

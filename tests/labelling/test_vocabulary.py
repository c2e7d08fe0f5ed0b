import pytest

from kgbuild.errors import SchemaError
from kgbuild.labelling.vocabulary import vocabulary_of
from kgbuild.schema import parse_schema


def test_a_teacher_reads_names_and_annotations_carry_labels(schema):
    words = vocabulary_of(schema)
    assert words.types["Person"] == ("PER", "Person")
    assert words.relations["EMPLOYED_BY"] == ("P108", "EMPLOYED_BY")


def test_a_type_from_several_labels_is_offered_label_by_label(schema):
    words = vocabulary_of(schema)
    assert "Place" not in words.types
    assert (words.types["City"], words.types["Country"]) == (("City", "Place"), ("Country", "Place"))
    assert "- City (a kind of Place)" in words.instructions


def test_a_label_that_is_the_name_of_another_type_is_told_apart():
    words = vocabulary_of(parse_schema("types: {A: {from: [x]}, B: {from: [A, c]}}\nrelations: {}\n"))
    assert words.types == {"A": ("x", "A"), "B.A": ("A", "B"), "c": ("c", "B")}


def test_the_instructions_name_types_ends_and_descriptions(schema):
    text = vocabulary_of(schema).instructions
    assert "- Person: people with a name" in text
    assert "- Year (date)" in text
    assert "- Person EMPLOYED_BY Organization\n" in text
    assert "- Organization|City|Country LOCATED_IN City|Country = lies in: where it is" in text
    assert "- Person MARRIED_TO Person, in both directions alike" in text


def test_what_follows_from_another_or_was_never_learned_is_not_asked_for(schema):
    words = vocabulary_of(schema)
    assert set(words.relations) == {"EMPLOYED_BY", "MARRIED_TO", "LOCATED_IN", "BORN_IN"}
    assert "EMPLOYS" not in words.instructions and "NEVER_SEEN" not in words.instructions
    assert words.relation_labels == ("P-108", "P108", "P131", "P26", "P569")


def test_a_schema_without_types_is_refused():
    with pytest.raises(SchemaError, match="no type to look for"):
        vocabulary_of(parse_schema("types: {}\nrelations: {}\n"))


def test_the_shipped_schema_fits_in_a_prompt():
    from kgbuild.pipeline.labelling import tokens
    from kgbuild.schema import load_schema

    assert tokens(vocabulary_of(load_schema()).instructions) < 3000


def test_what_follows_from_a_fact_is_its_own_label_turned_round_and_never_one_that_no_model_has_learned():
    """Of a symmetric relation from two labels both came back; an untrained inverse was written, and not among those looked for."""
    words = vocabulary_of(
        parse_schema(
            "types: {P: {from: [PER]}}\nrelations:\n  KNOWS: {from: [P1, P2], head: [P], tail: [P], symmetric: true}\n"
            "  CHILD: {from: [P40], head: [P], tail: [P]}\n  PARENT: {from: [P22, P25], inverse: CHILD}\n"
            "  HEIR: {from: [P9], inverse: CHILD, untrained: true}\n"
        )
    )
    assert words.inverses("KNOWS", "P2") == ("P2",)
    assert words.inverses("CHILD", "P40") == ("P22", "P25")
    assert words.relation_labels == ("P1", "P2", "P22", "P25", "P40")

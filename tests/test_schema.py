from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgbuild.schema
from kgbuild.errors import SchemaError
from kgbuild.schema import Kind, load_schema, parse_schema, shipped_schema

SMALL = """\
types:
  Person: {from: [PER], iri: schema:Person}
  Place: {from: [LOC, GPE]}
  Day: {from: [TIME], kind: value, datatype: date}
relations:
  BORN_IN: {from: [P19], label: place of birth, iri: wdt:P19, head: [Person], tail: [Place], functional: true}
  BIRTHPLACE_OF: {from: [X19], inverse: BORN_IN}
  SIBLING_OF: {from: [P3373], head: [Person], tail: [Person], symmetric: true}
  BORN_ON: {from: [P569], property: date_of_birth, head: [Person], tail: [Day]}
  RATE: {from: [P1198], head: [Place], tail: [Person], untrained: true}
"""


def test_a_schema_maps_the_models_labels():
    schema = parse_schema(SMALL)
    born = schema.relation_of("P19")

    assert schema.type_of("GPE").name == "Place" and schema.type_of("MISC") is None
    assert schema.type_of("TIME").kind is Kind.VALUE and schema.type_of("TIME").datatype == "date"
    assert (born.name, born.label, born.iri) == ("BORN_IN", "place of birth", "http://www.wikidata.org/prop/direct/P19")
    assert born.functional and not born.is_property
    assert schema.relation_of("P569").property == "date_of_birth" and schema.relation_of("P569").datatype == "date"
    assert schema.relation("SIBLING_OF").label == "sibling of"
    assert schema.relation_of("P1198") is None and schema.relation("RATE").untrained


@pytest.mark.parametrize(
    "head, relation, tail, is_allowed",
    [
        ("Person", "BORN_IN", "Place", True),
        ("Place", "BORN_IN", "Person", False),
        ("Place", "BIRTHPLACE_OF", "Person", True),
        ("Person", "BIRTHPLACE_OF", "Place", False),
        ("Person", "BORN_ON", "Day", True),
        ("Person", "WORKS_FOR", "Place", False),
    ],
)
def test_allows_follows_head_tail_and_inverse(head, relation, tail, is_allowed):
    assert parse_schema(SMALL).allows(head, relation, tail) is is_allowed


def test_one_direction_is_canonical():
    schema = parse_schema(SMALL)

    assert schema.canonical("BIRTHPLACE_OF") == "BORN_IN" and schema.canonical("BORN_IN") == "BORN_IN"
    assert schema.is_symmetric("SIBLING_OF") and not schema.is_symmetric("BORN_IN") and not schema.is_symmetric("NONE")


def test_labels_that_the_schema_does_not_name_are_told_and_those_the_model_lacks_refused():
    schema = parse_schema(SMALL, "my.yaml")
    spans, links = ["PER", "LOC", "GPE", "TIME", "MISC"], ["P19", "X19", "P3373", "P569", "P17"]

    assert schema.check_labels(spans, links) == ("MISC", "P17")
    with pytest.raises(SchemaError, match=r"my.yaml: Place is from 'GPE', which the model does not give; it gives .*LOC"):
        schema.check_labels([s for s in spans if s != "GPE"], links)


def changed(old, new):
    assert old in SMALL
    return SMALL.replace(old, new)


BAD = [
    ("", r"s.yaml:1: the file is empty"),
    ("types: {}\n", r"s.yaml:1: `relations:` is missing"),
    ("- a\n", r"s.yaml:1: a mapping is expected"),
    ("types: [\n", r"s.yaml:\d: not valid YAML"),
    ("types: \x00\n", r"s.yaml:1: not valid YAML"),
    ("[" * 3000, r"s.yaml:1: (nested too deep|not valid YAML)"),
    (SMALL + "extra: 1\n", r"s.yaml:11: unknown key 'extra'; known keys"),
    (changed("iri: schema:Person", "colour: red"), r"s.yaml:2: unknown key 'colour'"),
    (changed("Place: {from", "Person: {from"), r"s.yaml:3: Person stands here twice"),
    (changed("[LOC, GPE]", "[LOC, LOC]"), r"s.yaml:3: LOC stands twice"),
    (changed("[LOC, GPE]", "[LOC, PER]"), r"s.yaml:3: Place and Person are both from 'PER'"),
    (changed("schema:Person", "'not an iri'"), r"s.yaml:2: 'not an iri' is no IRI"),
    (changed("schema:Person", "unknown:Person"), r"s.yaml:2: 'unknown:Person' is no IRI; .*schema"),
    (changed("schema:Person", "'http://x.y/<a>'"), r"s.yaml:2: .* is no IRI; percent-encode"),
    (changed("  Person:", "  person:"), r"s.yaml:2: type 'person' is no name like Person"),
    (changed("  Person:", "  Entity:"), r"s.yaml:2: Entity is a word of the graph model"),
    (changed("  Person:", "  'P`) DETACH':"), r"s.yaml:2: type .* is no name"),
    (changed("  Person:", f"  {'P' * 129}:"), r"s.yaml:2: type .* is no name"),
    (changed("kind: value", "kind: thing"), r"s.yaml:4: Day is of kind 'thing'"),
    (changed("datatype: date", "datatype: time"), r"s.yaml:4: Day is a value without a known datatype"),
    (changed("kind: value, ", ""), r"s.yaml:4: Day is an entity and has a datatype"),
    (changed("  BORN_IN:", "  bornIn:"), r"s.yaml:6: relation 'bornIn' is no name like BORN_IN"),
    (changed("  BORN_IN:", "  MENTIONS:"), r"s.yaml:6: MENTIONS is a word of the graph model"),
    (changed("  SIBLING_OF:", "  PLACE:"), r"s.yaml:8: PLACE and Place are one word"),
    (changed("head: [Person], tail: [Place], f", "tail: [Place], f"), r"s.yaml:6: BORN_IN has no `head`"),
    (changed("tail: [Place], f", "tail: [Planet], f"), r"s.yaml:6: BORN_IN has the tail 'Planet', which is no type here"),
    (changed("head: [Person], tail: [Day]", "head: [Day], tail: [Day]"), r"s.yaml:9: BORN_ON begins at the value Day"),
    (changed("tail: [Day]", "tail: [Day, Place]"), r"s.yaml:9: BORN_ON leads to entities and to values"),
    (changed("property: date_of_birth", "property: title"), r"s.yaml:9: title is a property of the graph model"),
    (changed("property: date_of_birth", "property: dateOfBirth"), r"s.yaml:9: property 'dateOfBirth' is no name"),
    (changed("functional: true", "property: place"), r"s.yaml:6: BORN_IN leads to entities and names a property"),
    (changed("functional: true", "functional: maybe"), r"s.yaml:6: 'maybe' is neither true nor false"),
    (changed("tail: [Person], symmetric", "tail: [Place], symmetric"), r"s.yaml:8: SIBLING_OF is symmetric, but"),
    (changed("inverse: BORN_IN", "inverse: BORN_AT"), r"s.yaml:7: BIRTHPLACE_OF is the inverse of 'BORN_AT', which is no"),
    (changed("inverse: BORN_IN", "inverse: BIRTHPLACE_OF"), r"s.yaml:7: BIRTHPLACE_OF and BIRTHPLACE_OF each name an inverse"),
    (changed("inverse: BORN_IN", "inverse: SIBLING_OF"), r"s.yaml:7: BIRTHPLACE_OF cannot be turned into SIBLING_OF"),
    (changed("inverse: BORN_IN", "inverse: BORN_IN, head: [Person]"), r"s.yaml:7: BIRTHPLACE_OF has an inverse and a head"),
    (SMALL + "privacy: [email]\n", r"s.yaml:11: a mapping is expected"),
    (SMALL + "privacy: {search: [email]}\n", r"s.yaml:11: unknown key 'search'; known keys: find, phone_regions"),
    (SMALL + "privacy:\n  find: [fax]\n", r"s.yaml:12: privacy has find 'fax', .*; write some of card, email, iban, phone"),
    (SMALL + "privacy: {phone_regions: [usa]}\n", r"s.yaml:11: privacy has phone_regions 'usa', .*two capitals"),
    (SMALL + "privacy: {ids: [ssn]}\n", r"s.yaml:11: privacy has ids 'ssn', .*python-stdnum"),
    (SMALL + "privacy: {types: [Day]}\n", r"s.yaml:11: privacy has 'Day', which is no entity type here; types: Person, Place"),
    (SMALL + "privacy: {patterns: {EMAIL: x}}\n", r"s.yaml:11: privacy cannot use the pattern 'EMAIL'; its name must be"),
    (SMALL + "privacy: {patterns: {CASE: 'x('}}\n", r"s.yaml:11: privacy cannot use .*; it is no regular expression"),
    (SMALL + "privacy: {patterns: {CASE: 'x*'}}\n", r"s.yaml:11: privacy cannot use .*; it matches where there is nothing"),
    (changed("[PER]", "&a [PER]").replace("[LOC, GPE]", "*a"), r"s.yaml:3: a schema has no YAML aliases"),
]


@pytest.mark.parametrize("text, message", BAD)
def test_what_cannot_be_meant_is_refused_with_its_line(text, message):
    with pytest.raises(SchemaError, match=message):
        parse_schema(text, "s.yaml")


def test_a_yaml_tag_runs_nothing_and_a_label_may_be_called_no():
    schema = parse_schema(SMALL.replace("[PER]", "!!python/name:os.system NO"))

    assert schema.type_of("NO").name == "Person"


def test_file_errors_name_the_file(tmp_path):
    with pytest.raises(SchemaError, match=r"none.yaml: No such file"):
        load_schema(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"types: \xe9")
    with pytest.raises(SchemaError, match=r"latin.yaml: byte 7 is not UTF-8"):
        load_schema(tmp_path / "latin.yaml")


def test_comments_and_order_do_not_change_the_digest_and_meaning_does():
    head, relations = SMALL.split("relations:\n")
    shuffled = "# a comment\n" + head + "relations:\n" + "".join(reversed(relations.splitlines(keepends=True)))

    assert parse_schema(shuffled).digest == parse_schema(SMALL, "elsewhere").digest
    assert parse_schema(shuffled) == parse_schema(SMALL)
    assert parse_schema(SMALL.replace("functional: true", "functional: false")).digest != parse_schema(SMALL).digest


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_a_schema_error_of_one_line(text):
    for candidate in (text, SMALL.replace("place of birth", text), SMALL.replace("Day", text), SMALL.replace("wdt:P19", text)):
        assert "\n" not in refusal(candidate)


def refusal(text):
    try:
        parse_schema(text)
    except SchemaError as error:
        return str(error)
    return ""


def test_the_shipped_schema_has_six_types_and_97_relations():
    schema = load_schema()

    assert [t.name for t in schema.types if t.kind is Kind.ENTITY] == ["Location", "Miscellaneous", "Organization", "Person"]
    assert [(t.name, t.datatype) for t in schema.types if t.kind is Kind.VALUE] == [("Date", "date"), ("Number", "number")]
    assert len(schema.relations) == 97 and [r.labels for r in schema.relations if r.untrained] == [("P1198",)]
    assert all(r.iri == f"http://www.wikidata.org/prop/direct/{r.labels[0]}" for r in schema.relations)
    named = {"LOCATED_IN": "P131", "IN_COUNTRY": "P17", "CITIZEN_OF": "P27", "EMPLOYED_BY": "P108", "HEADQUARTERED_IN": "P159"}
    assert {name: schema.relation(name).labels[0] for name in named} == named
    assert {r.name: r.inverse for r in schema.relations if r.inverse} == {
        "HAS_PART": "PART_OF",
        "HAS_DIVISION": "LOCATED_IN",
        "FOLLOWED_BY": "FOLLOWS",
        "REPLACED_BY": "REPLACES",
        "HAS_SUBSIDIARY": "SUBSIDIARY_OF",
        "HAS_CAPITAL": "CAPITAL_OF",
        "HAS_PARTICIPANT": "PARTICIPATED_IN",
        "HAS_CHARACTER": "PRESENT_IN",
    }
    assert [r.name for r in schema.relations if r.symmetric] == ["MARRIED_TO", "SIBLING_OF", "TWINNED_WITH"]
    assert schema.relation("DATE_OF_BIRTH").property == "date_of_birth"


def test_the_shipped_schema_is_looked_for_in_the_package_first(tmp_path, monkeypatch):
    package = tmp_path / "site" / "kgbuild"
    (package / "schemas").mkdir(parents=True)
    (package / "schemas" / "wikidata.yaml").write_text(SMALL)
    assert shipped_schema().exists()

    monkeypatch.setattr(kgbuild.schema, "__file__", str(package / "schema.py"))
    assert shipped_schema() == package / "schemas" / "wikidata.yaml"
    assert len(load_schema().relations) == 5
    Path(package / "schemas" / "wikidata.yaml").unlink()
    assert shipped_schema() == tmp_path / "site" / "schemas" / "wikidata.yaml"


def test_a_description_is_for_people_and_decides_nothing():
    text = "types: {Ship: {from: [S]%s}}\nrelations: {SAILS_WITH: {from: [w], head: [Ship], tail: [Ship]%s}}\n"
    plain, described = (
        parse_schema(text % ("", "")),
        parse_schema(text % (", description: 'What  floats'", ", description: together")),
    )
    assert (described.type("Ship").description, described.relation("SAILS_WITH").description) == ("What floats", "together")
    assert described == plain and described.digest == plain.digest

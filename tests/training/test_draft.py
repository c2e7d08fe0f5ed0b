"""The schema that a model directory begins with is valid, maps every label, and joins what training saw joined."""

from dataclasses import replace

from kgbuild.schema import Kind, parse_schema
from kgbuild.training.draft import draft_schema
from tests.models.test_directory import SPEC


def drafted(types, mask):
    relations = tuple(dict.fromkeys(relation for _, relation, _ in mask))
    return parse_schema(draft_schema(replace(SPEC, types=types, relations=relations, mask=mask)))


def names(entries):
    return {label: entry.name for entry in entries for label in entry.labels}


def test_own_labels_become_names_that_stores_take():
    mask = (
        ("Company", "Sector", "Sector"), ("Company", "per:employee_of", "Company"), ("Company", "子公司", "Company"),
        ("Company", "ValueChangeIncreaseby", "MONEY_SUM"), ("Company", "母公司", "Company"), ("Company", "document", "Company"),
    )  # fmt: skip
    found = drafted(("Company", "Sector", "MONEY_SUM", "Document", "公司", "no: [x]"), mask)
    assert names(found.types) == {
        "Company": "Company", "Sector": "Sector", "MONEY_SUM": "MoneySUM", "Document": "TheDocument", "公司": "Type", "no: [x]": "NoX",
    }  # fmt: skip
    assert names(found.relations) == {
        "Sector": "HAS_SECTOR", "per:employee_of": "PER_EMPLOYEE_OF", "子公司": "RELATION", "母公司": "HAS_RELATION",
        "ValueChangeIncreaseby": "VALUE_CHANGE_INCREASEBY", "document": "HAS_DOCUMENT",
    }  # fmt: skip
    assert found.check_labels(("Company", "Sector", "MONEY_SUM", "Document", "公司", "no: [x]"), [r for _, r, _ in mask]) == ()


def test_labels_of_the_shipped_schema_keep_its_names_and_meaning():
    found = drafted(
        ("PER", "ORG", "TIME", "Product"), (("PER", "P108", "ORG"), ("PER", "P569", "TIME"), ("Product", "P176", "ORG"))
    )
    assert names(found.types) == {"PER": "Person", "ORG": "Organization", "TIME": "Date", "Product": "Product"}
    employed, born = found.relation("EMPLOYED_BY"), found.relation("DATE_OF_BIRTH")
    assert (employed.iri, employed.head, employed.tail) == (
        "http://www.wikidata.org/prop/direct/P108",
        ("Person",),
        ("Organization",),
    )
    assert found.type("Date").kind is Kind.VALUE and (born.property, born.datatype) == ("date_of_birth", "date")


def test_a_relation_to_entities_and_values_keeps_the_entities_and_one_from_values_is_left_out():
    mask = (
        ("PER", "Note", "ORG"),
        ("PER", "Note", "TIME"),
        ("TIME", "Within", "ORG"),
        ("PER", "When", "TIME"),
        ("PER", "When", "NUM"),
    )
    found = drafted(("PER", "ORG", "TIME", "NUM"), mask)
    assert found.relation("NOTE").tail == ("Organization",)
    assert found.relation("WITHIN") is None
    assert found.relation("WHEN").tail == ("Date",)
    assert "# left out, as it joins no entity to one kind of thing: Within" in found.text


def test_a_model_without_relations_has_a_schema_too():
    found = drafted(("PER",), ())
    assert names(found.types) == {"PER": "Person"} and found.relations == ()

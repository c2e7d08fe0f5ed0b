import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.labelling import answers
from kgbuild.labelling.answers import Reply, parse, review
from kgbuild.labelling.vocabulary import vocabulary_of

TEXT = "Ann Lee married Bo. Ms Lee works for Acme Corp in Riga, Latvia. Acme Corp was founded in 1999."
ENTITIES = [
    {"id": 1, "type": "Person", "names": ["Ann Lee", "Lee"]}, {"id": 2, "type": "Person", "names": ["Bo"]},
    {"id": 3, "type": "Organization", "names": ["Acme Corp"]}, {"id": 4, "type": "City", "names": ["Riga"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def words(schema):
    return vocabulary_of(schema)


def reviewed(words, entities=ENTITIES, relations=(), text=TEXT):
    return review(Reply(json.dumps({"entities": entities, "relations": list(relations)})), "d", text, words)


def link(head, relation, tail):
    return {"head": head, "relation": relation, "tail": tail}


def facts(document):
    names = [document.text[m.start : m.end] for m in document.mentions]
    return {(names[document.clusters[r.head][0]], r.label, names[document.clusters[r.tail][0]]) for r in document.relations}


def test_names_become_mentions_things_become_clusters(words):
    document = reviewed(words).document
    found = [(document.text[m.start : m.end], m.type) for m in document.mentions]
    assert found == [
        ("Ann Lee", "PER"),
        ("Bo", "PER"),
        ("Lee", "PER"),
        ("Acme Corp", "ORG"),
        ("Riga", "City"),
        ("Acme Corp", "ORG"),
    ]
    assert document.clusters == ((0, 2), (1,), (3, 5), (4,))
    assert (document.linked, document.complete, document.has_relations, document.tokenised) == (True, True, True, False)
    assert document.relation_labels == words.relation_labels


def test_relations_are_kept_with_what_follows_from_them(words):
    relations = [link(1, "EMPLOYED_BY", 3), link("1", "MARRIED_TO", 2), link(3, "LOCATED_IN", 4)]
    found = reviewed(words, relations=relations)
    assert not found.refused
    assert facts(found.document) == {
        ("Ann Lee", "P108", "Acme Corp"), ("Acme Corp", "P-108", "Ann Lee"), ("Ann Lee", "P26", "Bo"), ("Bo", "P26", "Ann Lee"),
        ("Acme Corp", "P131", "Riga"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "rule"),
    [
        (link(3, "EMPLOYED_BY", 1), answers.TURNED), (link(1, "EMPLOYED_BY", 4), answers.NOT_JOINED), (link(1, "OWNS", 3), answers.UNKNOWN_RELATION),
        (link(1, "EMPLOYED_BY", 9), answers.NO_END), (link(1, "MARRIED_TO", 1), answers.ITSELF), (link(1, "EMPLOYS", 3), answers.UNKNOWN_RELATION),
        ("Ann works", answers.MALFORMED), (link(1, ["x"], 3), answers.MALFORMED), (link(None, "EMPLOYED_BY", 3), answers.NO_END),
        (link(1, "NEVER_SEEN", 2), answers.UNKNOWN_RELATION),
    ],
)  # fmt: skip
def test_relations_that_the_schema_or_the_text_does_not_bear_are_refused(words, relation, rule):
    found = reviewed(words, relations=[relation])
    assert found.refused == {rule: 1}
    assert found.document.relations == ()
    assert found.document.complete


@pytest.mark.parametrize(
    ("entity", "rule"),
    [
        ({"id": 9, "type": "Ship", "names": ["Riga"]}, answers.UNKNOWN_TYPE), ({"id": 9, "type": "Place", "names": ["Riga"]}, answers.UNKNOWN_TYPE),
        ({"id": 9, "names": ["Riga"]}, answers.MALFORMED), ("Riga", answers.MALFORMED), ({"id": 9, "type": "City"}, answers.MALFORMED),
        ({"id": 9, "type": "City", "names": [7]}, answers.MALFORMED), ({"id": 9, "type": "City", "names": [{"name": "Riga", "occurrence": "x"}]}, answers.MALFORMED),
    ],
)  # fmt: skip
def test_entities_that_are_not_as_asked_for_are_refused(words, entity, rule):
    found = reviewed(words, [*ENTITIES, entity], [link(3, "LOCATED_IN", 9)])
    assert found.refused == {rule: 1, answers.NO_END: 1}
    assert len(found.document.mentions) == 6


def test_where_a_name_was_not_found_the_mentions_are_not_complete(words):
    found = reviewed(words, [*ENTITIES, {"id": 5, "type": "Person", "names": ["Mr. Smith"]}], [link(5, "EMPLOYED_BY", 3)])
    assert found.refused == {"names that do not stand in the text": 1, answers.NO_END: 1}
    assert not found.document.complete


def test_a_name_that_is_there_but_not_to_be_had_leaves_nothing_open(words):
    found = reviewed(
        words, [*ENTITIES, {"id": 5, "type": "Person", "names": ["Acme Corp"]}, {"id": 6, "type": "City", "names": ["Acme"]}]
    )
    assert sum(found.refused.values()) == 2 and found.document.complete


def test_a_thing_that_is_listed_twice_is_one(words):
    twice = [*ENTITIES, {"id": 7, "type": "Organization", "names": ["Acme Corp"]}]
    assert facts(reviewed(words, twice, [link(7, "LOCATED_IN", 4)]).document) == {("Acme Corp", "P131", "Riga")}


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("```json\n", "\n```"), ("Here {it} is:\n", "\nHope that helps!"), ('<think>{"entities": [1]}</think>', ""), ('{"a": 1} ', "")],
)  # fmt: skip
def test_the_object_is_found_in_what_models_write_around_it(before, after):
    assert parse(f'{before}{{"entities": [], "x": {{}}}}{after}') == {"entities": [], "x": {}}


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply('{"entities": [{"id": 1, "type": "Pers', "length"), answers.CUT_OFF), (Reply('{"entities": [{"id": 1'), answers.CUT_OFF),
        (Reply("I am sorry, but I cannot"), answers.NO_JSON), (Reply(""), answers.DECLINED), (Reply("No.", "content_filter"), answers.DECLINED),
        (Reply('{"entities": "none"}'), answers.CUT_OFF), (Reply("[1, 2]"), answers.NO_JSON), (Reply("{" * 100_000), answers.CUT_OFF),
        (Reply('{"entities": ' + "[" * 100_000), answers.CUT_OFF), (Reply("<think>and then"), answers.NO_JSON),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_has_a_reason_and_no_document(words, reply, fault):
    found = review(reply, "d", TEXT, words)
    assert (found.document, found.fault) == (None, fault)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("An12 ", max_size=4), lambda x: st.lists(x, max_size=3), max_leaves=6
)
ITEM = st.fixed_dictionaries(
    {}, optional={key: JSON | st.sampled_from(["Person", "City", "EMPLOYED_BY", ["Ann"], 1, 2]) for key in ("id", "type", "names", "head", "relation", "tail")}
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(ITEM | JSON, max_size=5), JSON | st.lists(ITEM | JSON, max_size=5))
def test_no_answer_whatever_it_is_stops_the_batch(words, entities, relations):
    text = "Ann 1 Ann 2 A n"
    found = review(Reply(json.dumps({"entities": entities, "relations": relations})), "d", text, words)
    assert all(text[m.start : m.end].strip() for m in found.document.mentions)

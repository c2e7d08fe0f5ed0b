"""The data report: what is counted, what is dropped and why, and the words for it."""

from dataclasses import replace

import pytest

from kgbuild.training.corpora import Annotated, Fact
from kgbuild.training.examples import labels_for
from kgbuild.training.survey import document_digests, overlapping, summary_of, survey, warnings_of

TYPES, RELATIONS = ("PER", "ORG"), ("WORKS", "SAME")
LABELS = labels_for(TYPES, RELATIONS, (("PER", "WORKS", "ORG"),))
WORDS = ("john", "smith", "works", "for", "acme", ".")
WORKS = Fact(0, "WORKS", 1)
PERSON, ORGANISATION = ((0, 0, 2, "PER"),), ((0, 4, 5, "ORG"),)


def document(chains=(PERSON, ORGANISATION), facts=(WORKS,), repeat=1):
    return Annotated("one", (WORDS,) * repeat, chains, facts)


def report(documents, dev=(), max_pieces=512, *, tokenizer):
    return survey(list(documents), list(dev), LABELS, tokenizer, max_pieces)


def test_a_clean_corpus_has_counts_and_no_warnings(tokenizer):
    found = report([document()] * 6, [document()], tokenizer=tokenizer)
    assert (found["documents"], found["mentions"], found["relations"]) == (6, {"ORG": 6, "PER": 6}, {"WORKS": 6})
    assert set(found["dropped"].values()) == {0}
    assert warnings_of(found) == []
    assert summary_of(found) == (
        "6 documents to train on, 1 to choose by; mentions: ORG 6, PER 6; 6 relations of 1 kinds in 6 documents"
    )


def test_documents_from_which_no_names_are_learned_are_counted(tokenizer):
    found = report([document()] * 4 + [replace(document(), complete=False)] * 2, [document()], tokenizer=tokenizer)
    assert warnings_of(found) == [
        "2 of 6 documents have not all their mentions annotated: of these, only relations are learned"
    ]


def test_rare_labels_and_labels_of_dev_alone_are_named(tokenizer):
    foreign = document((PERSON, ((0, 4, 5, "SHIP"),)), (Fact(0, "SAILS", 1),))
    found = report([document()] * 4, [foreign], tokenizer=tokenizer)
    assert found["few_examples"] == {"ORG": 4, "PER": 4, "WORKS": 4}
    assert found["only_in_dev"] == {"SAILS": 1, "SHIP": 1}
    lines = " | ".join(warnings_of(found))
    assert "SAILS (1), SHIP (1)" in lines
    assert "fewer than 5 examples, hardly to be learned: ORG (4)" in lines


def test_relations_that_the_model_can_never_give_are_named(tokenizer):
    """SAME only joins a chain with itself: no pair of chains is ever asked about it."""
    found = report([document(facts=(Fact(0, "SAME", 0), Fact(0, "WORKS", 1)))] * 5, tokenizer=tokenizer)
    assert found["masked_relations"] == ["SAME"]
    assert found["dropped"]["facts_of_masked_types"] == 5
    assert any("never found: SAME" in line for line in warnings_of(found))


def test_facts_of_dev_between_types_that_training_never_joins_are_counted(tokenizer):
    found = report([document()] * 5, [document(facts=(Fact(1, "WORKS", 0),))], tokenizer=tokenizer)
    assert found["dev_facts_of_unseen_types"] == 1
    assert len(warnings_of(found)) == 1


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 0, 2), (0, 2, 3)], 0), ([(0, 0, 2), (0, 1, 3)], 1), ([(0, 0, 3), (0, 0, 1), (0, 1, 2)], 2), ([(0, 0, 2), (1, 0, 2)], 0),
        ([(0, 0, 2), (0, 1, 4), (0, 2, 3)], 1),
    ],
)  # fmt: skip
def test_overlapping_mentions_are_those_that_get_no_tag(spans, expected):
    chains = tuple(((*span, "PER"),) for span in spans)
    assert overlapping(Annotated("x", (WORDS, WORDS), chains)) == expected


def test_what_lies_across_the_cut_of_a_long_document_is_counted(tokenizer):
    ends = (((0, 0, 2, "PER"),), ((5, 4, 5, "ORG"),))
    found = report([document(ends, (Fact(0, "WORKS", 1),), repeat=6)], max_pieces=22, tokenizer=tokenizer)
    assert found["dropped"]["documents_cut"] == 1
    assert found["dropped"]["facts_between_windows"] == 1
    assert any("1 documents are longer than the encoder reads" in line for line in warnings_of(found))


def test_a_document_is_known_by_its_tokens_joined_by_spaces():
    one = Annotated("a", (("john", "smith"), ("works", ".")), ())
    other = Annotated("b", (("john", "smith", "works", "."),), ())
    assert document_digests([one]) == document_digests([other])
    assert len(document_digests([one])[0]) == 12


def test_labels_that_look_like_slips_are_said(tokenizer):
    slip = (((0, 0, 2, "per"),), ORGANISATION)
    found = report([*[document()] * 5, document(slip)], [document()], tokenizer=tokenizer)
    line = "labels that may be meant for others, and are learned apart: per (1) for PER (5) (FILE@MAP makes them one)"
    assert line in warnings_of(found)

"""Corpora are read into records; what is wrong with a file is said with its place."""

from dataclasses import replace

import pytest

from kgbuild.errors import UsageError
from kgbuild.training.corpora import (
    Annotated,
    Fact,
    chain_type,
    for_learning,
    judged_facts,
    mask_of,
    read_corpus,
    relations_of,
    types_of,
)
from tests.training.documents import write


def test_docred_documents_lose_repeated_mentions_and_keep_evidence(tmp_path):
    document = read_corpus(write(tmp_path / "a.json"))[0]
    assert document.chains[0] == ((0, 0, 2, "PER"), (1, 0, 1, "PER"))
    assert [(fact.head, fact.relation, fact.tail, fact.evidence) for fact in document.facts] == [
        (0, "P108", 1, (0,)),
        (0, "P19", 2, ()),
    ]


def test_a_document_without_labels_has_unknown_relations_not_none(tmp_path):
    assert read_corpus(write(tmp_path / "a.json", related=False))[0].facts is None


def test_labels_and_mask_come_from_the_data(tmp_path):
    documents = read_corpus(write(tmp_path / "a.json"))
    assert types_of(documents) == ("PER", "ORG", "LOC")
    assert relations_of(documents) == ("P19", "P108")
    assert mask_of(documents) == (("PER", "P108", "ORG"), ("PER", "P19", "LOC"))


def test_columns_are_cut_at_documents_and_sentences(tmp_path):
    (tmp_path / "c.txt").write_text(
        "-DOCSTART- -X- O O\n\nJohn NNP I-PER\nwaits VB O\n\nParis NNP I-LOC\n\n-DOCSTART- O\n\nx O\n"
    )
    first, second = read_corpus(tmp_path / "c.txt")
    assert first.sentences == (("John", "waits"), ("Paris",))
    assert first.chains == (((0, 0, 1, "PER"),), ((1, 0, 1, "LOC"),))
    assert second.chains == ()
    assert first.facts is None and not first.linked


def test_the_majority_names_the_type_of_a_chain_and_ties_go_to_the_earlier_mention():
    assert chain_type(((2, 0, 1, "LOC"), (1, 0, 1, "ORG"), (3, 0, 1, "LOC"))) == "LOC"
    assert chain_type(((2, 0, 1, "LOC"), (1, 0, 1, "ORG"))) == "ORG"


def test_what_was_set_aside_for_testing_is_not_learned_from(tmp_path):
    documents = read_corpus(write(tmp_path / "a.json", 2))
    assert for_learning(documents, "a.json") == documents
    kept = [replace(documents[0], title="kept:" + documents[0].title), documents[1]]
    with pytest.raises(UsageError, match="a.json: 1 of its documents were set aside for testing by `kgbuild sample --keep`"):
        for_learning(kept, "a.json")


def test_a_column_file_without_documents_is_read_in_runs_as_evaluation_reads_it(tmp_path):
    sentence = "Anna B-PER\nworks O\nin O\nBerlin B-LOC\n\n"
    for name, head in (("runs", ""), ("whole", "-DOCSTART- O\n\n")):
        (tmp_path / name).write_text(head + sentence * 150)
    runs, whole = (read_corpus(tmp_path / name) for name in ("runs", "whole"))
    assert [sum(map(len, one.sentences)) for one in runs] == [280, 280, 40]
    assert sum(len(one.chains) for one in runs) == len(whole[0].chains) == 300
    assert len(whole) == 1


def test_relations_of_any_name_are_ordered():
    chains = (((0, 0, 1, "X"),), ((0, 1, 2, "X"),))
    names = ("m²", "P10", "P9", "located in", "P٣")
    document = Annotated("", (("a", "b"),), chains, tuple(Fact(0, name, 1) for name in names))
    assert relations_of([document]) == ("P٣", "P9", "P10", "located in", "m²")


def test_facts_of_relations_that_were_not_looked_for_are_not_judged():
    chains = (((0, 0, 1, "X"),), ((0, 1, 2, "X"),))
    document = Annotated("", (("a", "b"),), chains, (Fact(0, "in", 1), Fact(1, "at", 0)), looked_for=frozenset({"in"}))
    assert judged_facts(document) == {(0, "in", 1)}
    assert judged_facts(replace(document, looked_for=None)) == {(0, "in", 1), (1, "at", 0)}
    assert judged_facts(replace(document, facts=None)) == set()

"""Corpora are read into records; what is wrong with a file is said with its place."""

import json

import pytest

from kgbuild.errors import ConfigError
from kgbuild.training.corpora import chain_type, mask_of, read_corpus, relations_of, tag_places, types_of
from tests.training.documents import toy, write


def test_docred_documents_lose_repeated_mentions_and_keep_evidence(tmp_path):
    document = read_corpus(write(tmp_path / "a.json"))[0]
    assert document.chains[0] == ((0, 0, 2, "PER"), (1, 0, 1, "PER"))
    assert [(fact.head, fact.relation, fact.tail, fact.evidence) for fact in document.facts] == [
        (0, "P108", 1, (0,)),
        (0, "P19", 2, ()),
    ]


def test_a_document_without_labels_has_unknown_relations_not_none(tmp_path):
    assert read_corpus(write(tmp_path / "a.json", related=False))[0].facts is None


def test_json_lines_are_read_as_well(tmp_path):
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(toy(str(i))) for i in range(3)))
    assert [document.title for document in read_corpus(tmp_path / "a.jsonl")] == ["0", "1", "2"]


def test_labels_and_mask_come_from_the_data(tmp_path):
    documents = read_corpus(write(tmp_path / "a.json"))
    assert types_of(documents) == ("PER", "ORG", "LOC")
    assert relations_of(documents) == ("P19", "P108")
    assert mask_of(documents) == (("PER", "P108", "ORG"), ("PER", "P19", "LOC"))


@pytest.mark.parametrize(
    ("tags", "places"),
    [
        ("B-PER I-PER O", [(0, 0, 2, "PER")]),
        ("I-PER I-PER B-PER", [(0, 0, 2, "PER"), (0, 2, 3, "PER")]),
        ("I-PER I-LOC", [(0, 0, 1, "PER"), (0, 1, 2, "LOC")]),
        ("O I-ORG O I-ORG", [(0, 1, 2, "ORG"), (0, 3, 4, "ORG")]),
    ],
)
def test_iob1_and_iob2_tags_give_the_same_mentions(tags, places):
    assert tag_places(tags.split(), 0) == places


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


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", '[{"title": 1', "line 1"),
        ("a.json", '[{"title": "x"}]', "document 1"),
        ("a.json", json.dumps([toy(), {**toy(), "vertexSet": [[]]}]), "document 2 .*without mentions"),
        ("a.json", json.dumps([{**toy(), "labels": [{"h": 0, "t": 9, "r": "P1"}]}]), "entity 9 of 3"),
        ("a.txt", "John B-PER\nno-tag\n", "line 2"),
        ("a.txt", "John X\n", "line 1"),
    ],
)
def test_unusable_data_is_an_error_that_names_the_place(tmp_path, name, content, words):
    (tmp_path / name).write_text(content)
    with pytest.raises(ConfigError, match=words):
        read_corpus(tmp_path / name)


def test_a_mention_outside_its_sentence_is_an_error(tmp_path):
    item = toy()
    item["vertexSet"][1][0]["pos"] = [4, 7]
    (tmp_path / "a.json").write_text(json.dumps([item]))
    with pytest.raises(ConfigError, match="tokens 4-7 of sentence 0, which has 6"):
        read_corpus(tmp_path / "a.json")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"cannot read training data .*none\.json"):
        read_corpus(tmp_path / "none.json")

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span

from kgbuild.corpora.docbin import EXTENSION
from kgbuild.errors import UsageError
from tests.corpora.made import facts, read, surfaces

TEXT = "Ann  left Acme.\nBo stayed."


def a_doc(*, related=True):
    doc = spacy.blank("en")(TEXT)
    doc.set_ents([doc[0:1].char_span(0, 3, "PER"), Span(doc, 3, 4, "ORG"), Span(doc, 6, 7, "PER")])
    for i, token in enumerate(doc):
        token.is_sent_start = i in (0, 6)
    if related:
        doc.user_data[EXTENSION] = {(0, 3): {"left": 1.0, "joined": 0.0}, (6, 3): {"left": 0.2}}
    return doc


def packed(*docs):
    return DocBin(docs=list(docs), attrs=["ENT_IOB", "ENT_TYPE", "SENT_START", "SPACY"], store_user_data=True).to_bytes()


def test_text_tokens_entities_and_sentences_are_spacys_own(tmp_path):
    corpus = read(tmp_path, packed(a_doc(), a_doc(related=False)), "train.spacy")
    one, two = corpus.documents
    assert corpus.format == "spacy"
    assert one.text == TEXT
    assert one.tokens == ("Ann", "left", "Acme", ".", "Bo", "stayed", ".")
    assert one.sentences == ((0, 4), (4, 7))
    assert surfaces(one) == [("Ann", "PER"), ("Acme", "ORG"), ("Bo", "PER")]
    assert facts(one) == [("Ann", "left", "Acme")]
    assert (two.has_relations, two.relations) == (True, ())
    assert (one.linked, one.tokenised) == (False, False)


def test_without_the_extension_relations_are_not_annotated(tmp_path):
    (document,) = read(tmp_path, packed(a_doc(related=False))).documents
    assert not document.has_relations


def test_spans_under_sc_are_read_others_are_counted(tmp_path):
    doc = a_doc(related=False)
    doc.spans["sc"] = [Span(doc, 0, 4, "EVENT"), Span(doc, 0, 1, "PER")]
    doc.spans["drafts"] = [Span(doc, 0, 2, "X")]
    corpus = read(tmp_path, packed(doc))
    assert surfaces(corpus.documents[0])[3:] == [("Ann  left Acme", "EVENT")]
    assert any("other than `sc`" in note for note in corpus.notes)


def test_an_entity_that_reaches_into_the_next_sentence_joins_the_two(tmp_path):
    doc = Doc(spacy.blank("xx").vocab, words=["Yahoo", "!", "Inc", "grew"], sent_starts=[True, False, True, False])
    doc.set_ents([Span(doc, 0, 3, "ORG")])
    (document,) = read(tmp_path, packed(doc)).documents
    assert document.sentences == ((0, 4),)


def test_a_relation_that_joins_no_entity_is_refused(tmp_path):
    doc = a_doc()
    doc.user_data[EXTENSION] = {(1, 3): {"left": 1.0}}
    with pytest.raises(UsageError, match="document 1: a relation's end is the entity at token 1"):
        read(tmp_path, packed(doc))


def test_damaged_bytes_are_said_to_be(tmp_path):
    with pytest.raises(UsageError, match="no DocBin that spaCy reads"):
        read(tmp_path, packed(a_doc())[:-40], format="spacy")
    with pytest.raises(UsageError, match="binary file"):
        read(tmp_path, "text", format="spacy")

import dataclasses
import json

import pytest

from kgbuild.corpora.docred import parse_docred
from kgbuild.corpora.formats import read_corpus
from kgbuild.corpora.maps import shipped_maps
from kgbuild.corpora.writing import WRITERS, left_out, write_corpus, writer_of
from kgbuild.errors import UsageError
from tests.corpora.made import read
from tests.corpora.test_gold import DOCRED
from tests.corpora.test_own import ROW


@pytest.mark.parametrize(
    ("name", "to", "format"),
    [
        ("a.jsonl", None, "kgbuild"),
        ("a.json", None, "docred"),
        ("a.JSON", "labelstudio", "labelstudio"),
        ("a.conll", None, "conll"),
    ],
)
def test_the_format_to_write_is_named_or_follows_from_the_suffix(tmp_path, name, to, format):
    assert writer_of(tmp_path / name, to) == format


@pytest.mark.parametrize(
    ("name", "to", "message"), [("a.out", None, "which format"), ("a.json", "brat", "'brat' is not written")]
)
def test_a_format_that_is_not_clear_is_refused(tmp_path, name, to, message):
    with pytest.raises(UsageError, match=message):
        writer_of(tmp_path / name, to)


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_is_read_again_as_what_it_is(tmp_path, name):
    documents = [*parse_docred(DOCRED), *read(tmp_path, [ROW]).documents]
    write_corpus(documents, tmp_path / "out", name)
    corpus = read_corpus(tmp_path / "out")
    assert corpus.format == name
    assert len(corpus.documents) == 2
    assert not list(tmp_path.glob(".*"))


def test_docred_is_written_as_it_was_read(tmp_path):
    documents = parse_docred(DOCRED)
    write_corpus(documents, tmp_path / "out.json", "docred")
    assert list(read_corpus(tmp_path / "out.json").documents) == documents


def test_what_a_format_has_no_place_for_is_counted(tmp_path):
    documents = [*parse_docred(DOCRED), *read(tmp_path, [ROW]).documents]
    assert left_out(documents, "kgbuild") == {}
    assert left_out(documents, "conll") == {
        "relations": 2,
        "clusters of several mentions": 2,
        "mentions that overlap a longer one": 1,
        "texts as they were written (only tokens are kept)": 1,
        "names of documents": 2,
        "documents whose mentions are not all annotated (they will look complete)": 1,
    }
    assert left_out(documents, "docred") == {
        "texts as they were written (only tokens are kept)": 1,
        "scopes of relations": 1,
        "documents whose mentions are not all annotated (they will look complete)": 1,
        "documents where only some relations were looked for (they will look complete)": 1,
    }
    assert left_out(documents[1:], "labelstudio") == {
        "clusters of several mentions (a relation joins the closest ones)": 1,
        "evidence of relations": 1,
        "scopes of relations": 1,
        "documents whose mentions are not all annotated (they will look complete)": 1,
        "documents where only some relations were looked for (they will look complete)": 1,
    }


def test_half_a_character_is_refused_and_the_old_file_stays(tmp_path):
    (tmp_path / "out.jsonl").write_text("old")
    (document,) = read(tmp_path, [ROW]).documents
    document = dataclasses.replace(document, text=document.text.replace("s", "\ud800"))
    with pytest.raises(UsageError, match="half of a character"):
        write_corpus([document], tmp_path / "out.jsonl", "kgbuild")
    assert (tmp_path / "out.jsonl").read_text() == "old"
    assert not list(tmp_path.glob(".*"))


def test_a_document_that_is_not_linked_becomes_an_entity_a_mention(tmp_path):
    (document,) = read(tmp_path, [ROW]).documents
    single = dataclasses.replace(document, clusters=((0,), (1,), (2,)), relations=(), linked=False)
    write_corpus([single], tmp_path / "out.json", "docred")
    (item,) = json.loads((tmp_path / "out.json").read_text())
    assert [[mention["name"] for mention in vertex] for vertex in item["vertexSet"]] == [["Ann"], ["She"], ["Acme"]]
    assert item["sents"] == [["Ann", "rose", "."], ["She", "joined", "Acme", "."]]


def test_the_maps_are_where_the_package_has_them():
    assert (shipped_maps() / "knowledgenet.yaml").is_file()


def test_documents_that_columns_cannot_hold_are_counted(tmp_path):
    """A file of columns has no document without a line: fewer came back than were written, without a word."""
    documents = read(tmp_path, [ROW, {"id": "empty", "text": " ", "mentions": []}]).documents
    write_corpus(documents, tmp_path / "out.conll", "conll")
    assert len(read_corpus(tmp_path / "out.conll").documents) == 1
    assert left_out(documents, "conll")["documents without a word"] == 1

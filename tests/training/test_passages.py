"""Texts for training without labels: documents by kgbuild's own readers, annotated corpora without their labels, nothing twice."""

import gzip
import json

import pytest

from kgbuild.errors import ConfigError, UsageError
from kgbuild.training.passages import HELD_OUT, MOST_HELD_OUT, annotated_texts, held_out, read_texts
from tests.training.documents import write

COLUMNS = "-DOCSTART- -X- O\n\nJohn NNP I-PER\nworks VBZ O\n. . O\n\n-DOCSTART- -X- O\n\nParis NNP I-LOC\n, , O\n"


def test_documents_of_every_kind_give_their_passages_once(tmp_path):
    (tmp_path / "a.txt").write_text("Ann works for Acme.\n\nBo lives in Riga.")
    (tmp_path / "b.md").write_text("# On Bo\n\nBo lives in Riga.\n\n```\ncode\n```\n")
    (tmp_path / "again.txt").write_text("Ann works for Acme.\n\nBo lives in Riga.")
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(b'{"text": "One text."}\n{"text": "Two texts."}\n'))
    (tmp_path / "d.xlsx").write_bytes(b"nothing")
    found = read_texts([tmp_path])
    assert found.passages == (
        "Ann works for Acme.\n\nBo lives in Riga.",
        "On Bo\n\nBo lives in Riga.",
        "One text.",
        "Two texts.",
    )
    assert (found.documents, found.repeated, found.skipped, found.faults) == (5, 1, {".xlsx": 1}, ())


def test_a_broken_document_is_told_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.txt").write_text("Ann works for Acme.")
    (tmp_path / "b.docx").write_bytes(b"no archive")
    found = read_texts([tmp_path])
    assert found.passages == ("Ann works for Acme.",)
    assert [uri for uri, _ in found.faults] == [f"{tmp_path.name}/b.docx"]


def test_annotated_corpora_give_their_texts_without_labels(tmp_path):
    docred = write(tmp_path / "train.json", 2)
    (tmp_path / "eng.testa").write_text(COLUMNS)
    (tmp_path / "columns.txt").write_text(COLUMNS)
    found = read_texts([docred, tmp_path / "eng.testa", tmp_path / "columns.txt"])
    assert found.corpora == ("train.json", "eng.testa", "columns.txt")
    assert not any("PER" in text or "vertexSet" in text for text in found.passages)
    assert {"John works.", "Paris,"} <= set(found.passages)


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        ("spert.json", json.dumps([{"tokens": ["Ann", "works", "."], "entities": [], "relations": []}]), ["Ann works."]),
        ("finre.txt", "中铁\t中建\tunknown\t中铁与中建合作。\n中建\t中铁\tunknown\t中铁与中建合作。\n", ["中铁与中建合作。"]),
        ("rows.jsonl", '{"text": "Ann works.", "label": {"name": {"Ann": [[0, 2]]}}}\n', ["Ann works."]),
        ("plain.jsonl", '{"text": "Ann works.", "url": "x"}\n', None),
        ("plain.txt", "Ann works in Rome.\n\nShe likes it.\n", None),
        ("plain.json", '{"title": "Ann", "body": "She works."}', None),
        ("broken.json", '{"sents": [', None),
        ("empty.txt", "", None),
        ("page.html", "<p>Ann O</p>", None),
    ],
)
def test_corpora_are_told_from_documents_by_their_content(tmp_path, name, content, texts):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert annotated_texts(tmp_path / name) == texts


def test_a_field_can_be_named(tmp_path):
    from kgbuild.documents.read import ReadOptions

    (tmp_path / "a.jsonl").write_text('{"text": "Not this.", "body": "But this one here."}\n')
    assert read_texts([tmp_path / "a.jsonl"], ReadOptions(text=("body",))).passages == ("But this one here.",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("a.txt", " \n", "the files are empty"), ("b.docx", "no archive", "b.docx"), ("c.xlsx", "x", "1 .xlsx: not read")],
)
def test_nothing_to_read_says_why(tmp_path, name, content, message):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text(content)
    with pytest.raises(ConfigError, match="there is no text in") as caught:
        read_texts([tmp_path / "in"])
    assert message in str(caught.value)


def test_a_missing_path_is_the_callers_mistake(tmp_path):
    with pytest.raises(UsageError, match="no such file or folder"):
        read_texts([tmp_path / "nowhere"])


def test_held_out_passages_are_chosen_by_content_alone():
    texts = [f"passage {number}" for number in range(4_000)]
    kept = held_out(texts)
    assert sum(kept) / len(kept) == pytest.approx(HELD_OUT, abs=0.01)
    apart = {text for text, out in zip(texts, kept, strict=True) if out}
    shuffled = [*texts[::-1], "one more"]
    assert {t for t, out in zip(shuffled, held_out(shuffled), strict=True) if out} - {"one more"} == apart


def test_some_are_always_held_out_and_never_too_many():
    assert held_out(["a", "b", "c"]).count(True) == 1
    many = held_out(f"passage {number}" for number in range(80_000))
    assert many.count(True) == pytest.approx(MOST_HELD_OUT, rel=0.1)

import pytest

from kgbuild.corpora.formats import read_corpus
from kgbuild.errors import UsageError
from tests.corpora.made import facts, read, surfaces

LABELS = {"id": 3, "text": "Ann joined Acme.", "label": [[0, 3, "PER"], [11, 15, "ORG"]], "Comments": []}
RELATED = {
    "id": 4,
    "text": "Ann joined Acme.",
    "entities": [
        {"id": 70, "label": "ORG", "start_offset": 11, "end_offset": 15},
        {"id": 60, "label": "PER", "start_offset": 0, "end_offset": 3},
    ],
    "relations": [{"id": 1, "from_id": 60, "to_id": 70, "type": "JOINED"}],
}


@pytest.mark.parametrize(
    "row",
    [LABELS, {"id": 3, "data": LABELS["text"], "labels": LABELS["label"]}],
)
def test_labels_are_mentions(tmp_path, row):
    corpus = read(tmp_path, [row])
    (document,) = corpus.documents
    assert (corpus.format, document.name, document.has_relations) == ("doccano", "3", False)
    assert surfaces(document) == [("Ann", "PER"), ("Acme", "ORG")]


def test_entities_and_relations_are_read(tmp_path):
    corpus = read(tmp_path, [RELATED])
    (document,) = corpus.documents
    assert (corpus.format, document.linked, document.has_relations) == ("doccano", False, True)
    assert facts(document) == [("Ann", "JOINED", "Acme")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (LABELS | {"label": [[0, 30, "PER"]]}, "line 2: a mention at 0-30 of a text of 16"),
        (LABELS | {"label": ["news"]}, "line 2: not doccano's format"),
        (LABELS | {"label": [["0", 3, "PER"]]}, "start is '0'"),
        (RELATED | {"relations": [{"from_id": 60, "to_id": 1, "type": "JOINED"}]}, "entity 1, which is not there"),
        ({"text": "Ann"}, "no 'labels'"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, message):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, [LABELS, row])


def test_texts_without_a_label_are_counted_as_an_export_does_not_say_whether_anybody_looked_at_them(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "Ann", "label": [[0, 3, "PER"]]}\n{"text": "Bo left", "label": []}\n')
    assert any(
        "texts without a label, taken as texts with nothing to find" in note for note in read_corpus(tmp_path / "a.jsonl").notes
    )

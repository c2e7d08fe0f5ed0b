"""SpERT and SciERC: corpora of tokens."""

import pytest

from kgbuild.errors import UsageError
from tests.corpora.made import facts, read, surfaces

SPERT = {
    "tokens": ["Booth", "shot", "President", "Lincoln", "."],
    "entities": [{"type": "Peop", "start": 0, "end": 1}, {"type": "Peop", "start": 2, "end": 4}],
    "relations": [{"type": "Kill", "head": 0, "tail": 1}],
    "orig_id": 5178,
}
SCIERC = {
    "doc_key": "H05",
    "sentences": [["We", "parse", "text", "."], ["Parsing", "uses", "it", "."]],
    "ner": [[[2, 2, "Material"]], [[4, 4, "Task"], [6, 6, "Generic"]]],
    "clusters": [[[2, 2], [6, 6], [6, 6]]],
    "relations": [[], [[6, 6, 4, 4, "USED-FOR"]]],
}


def test_spert_is_a_sentence_a_row(tmp_path):
    corpus = read(tmp_path, [SPERT])
    (document,) = corpus.documents
    assert (corpus.format, document.name, document.sentences) == ("spert", "5178", ((0, 5),))
    assert surfaces(document) == [("Booth", "Peop"), ("President Lincoln", "Peop")]
    assert facts(document) == [("Booth", "Kill", "President Lincoln")]
    assert (document.linked, document.has_relations, document.tokenised) == (False, True, True)


def test_spert_without_relations_annotates_none(tmp_path):
    (document,) = read(tmp_path, [{key: value for key, value in SPERT.items() if key != "relations"}]).documents
    assert not document.has_relations


def test_scierc_has_clusters_and_the_sentence_of_a_relation_is_its_evidence(tmp_path):
    corpus = read(tmp_path, [SCIERC])
    (document,) = corpus.documents
    assert (corpus.format, document.name, document.sentences) == ("scierc", "H05", ((0, 4), (4, 8)))
    assert surfaces(document) == [("text", "Material"), ("Parsing", "Task"), ("it", "Generic")]
    assert document.clusters == ((0, 2), (1,))
    assert facts(document) == [("text", "USED-FOR", "Parsing")]
    assert document.relations[0].evidence == (1,)
    assert document.linked


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (SPERT | {"entities": [{"type": "Peop", "start": 3, "end": 6}], "relations": []}, "tokens 3-6 of 5"),
        (SPERT | {"relations": [{"type": "Kill", "head": 0, "tail": 2}]}, "tail is 2, and there are 2"),
        (SPERT | {"entities": [{"type": "Peop", "start": 0.5, "end": 1}]}, "start is 0.5"),
        (SPERT | {"entities": [{"type": "", "start": 0, "end": 1}]}, "type is ''"),
        (SPERT | {"tokens": ["a", None]}, "None is no text"),
        (SCIERC | {"ner": [[[2, 8, "Material"]]]}, "tokens 2-9 of 8"),
        (SCIERC | {"clusters": [[[0, 1]]]}, "tokens 0-1 are in a cluster or relation and are no mention"),
        (SCIERC | {"relations": [[[2, 2, 3, 3, "USED-FOR"]]]}, "tokens 3-3"),
        (
            SCIERC | {"ner": [[[2, 2, "Material"], [3, 4, "Task"]], [[6, 6, "Generic"]]]},
            "tokens 3-5 is not inside of one sentence",
        ),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, message):
    with pytest.raises(UsageError, match=message) as caught:
        read(tmp_path, [SPERT if "entities" in row else SCIERC, row])
    assert "line 2" in str(caught.value)

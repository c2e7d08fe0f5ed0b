import json

import pytest

from kgbuild.corpora.gold import parse_docred
from kgbuild.errors import ModelError, UsageError
from kgbuild.extraction.evaluate import Found, cut, evaluate, score
from kgbuild.hashing import digest_file
from kgbuild.models.directory import Thresholds
from kgbuild.records import Extraction, Link, Span
from tests.extraction.tiny import write_tiny

DOCUMENT = {
    "title": "x",
    "sents": [["Anna", "works", "for", "Acme", "Corp", "."], ["Anna", "lives", "in", "Berlin", "."]],
    "vertexSet": [
        [{"pos": [0, 1], "sent_id": 0, "type": "PER", "name": ""}, {"pos": [0, 1], "sent_id": 1, "type": "PER", "name": ""}],
        [{"pos": [3, 5], "sent_id": 0, "type": "ORG", "name": ""}],
        [{"pos": [3, 4], "sent_id": 1, "type": "LOC", "name": ""}],
    ],
    "labels": [{"h": 0, "t": 1, "r": "P108"}, {"h": 0, "t": 2, "r": "P19"}],
}
ALL = Thresholds(1, 1, 1)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "dev.json"
    path.write_text(json.dumps([DOCUMENT, DOCUMENT]))
    return path


def perfect():
    spans = (Span(0, 4, "PER", 9000), Span(15, 24, "ORG", 9000), Span(27, 31, "PER", 6000), Span(41, 47, "LOC", 9000))
    links = (Link(0, 1, "P108", 8000), Link(0, 3, "P19", 7000))
    return Found(Extraction(spans, ((0, 2), (1,), (3,)), links), (Link(0, 1, "P108", 8000), Link(0, 2, "P19", 7000)))


def test_a_perfect_prediction_scores_one_everywhere():
    report = score(parse_docred(json.dumps([DOCUMENT])), [perfect()], ALL, ("PER", "ORG", "LOC"))
    assert report["ner"]["f1"] == report["relations_gold"]["f1"] == 1.0
    assert [report["end_to_end"][reading]["f1"] for reading in ("strict", "boundaries", "soft")] == [1.0, 1.0, 1.0]
    assert report["calibration"]["ece"] == pytest.approx(0.25)  # stated .8 and .7, both right


def test_thresholds_cut_spans_links_and_chains():
    report = score(parse_docred(json.dumps([DOCUMENT])), [perfect()], Thresholds(7000, 1, 7500), ("PER", "ORG", "LOC"))
    assert report["ner"]["recall"] == 0.75  # the second Anna, at 6000, is gone
    assert report["relations_gold"]["recall"] == 0.5  # P19, at 7000, is gone
    assert report["end_to_end"]["strict"]["recall"] == 0.0  # {Anna} is not {Anna, Anna}
    assert report["end_to_end"]["soft"]["recall"] == 0.5


def test_a_chain_that_loses_its_first_span_keeps_its_links():
    spans = (Span(0, 4, "PER", 100), Span(5, 9, "PER", 9000), Span(10, 12, "ORG", 9000))
    left = cut(Extraction(spans, ((0, 1), (2,)), (Link(0, 2, "P108", 9000), Link(2, 0, "P108", 9000))), Thresholds(5000, 1, 1))
    assert (left.chains, left.links) == (((1,), (2,)), (Link(1, 2, "P108", 9000), Link(2, 1, "P108", 9000)))


def test_labels_that_a_corpus_does_not_know_are_left_out_and_counted():
    found = Found(Extraction((Span(0, 4, "PER", 9000), Span(5, 10, "TIME", 9000)), ((0,), (1,))), ())
    report = score(parse_docred(json.dumps([DOCUMENT])), [found], ALL, ("PER", "TIME"))
    assert report["ner"]["labels_left_out"] == {"TIME": 1}
    assert report["ner"]["precision"] == 1.0


def test_clusters_of_a_type_that_the_model_lacks_are_counted_and_never_related(tiny, tmp_path):
    text = json.dumps([DOCUMENT]).replace('"LOC"', '"Peop"')
    (tmp_path / "dev.json").write_text(text)
    report = evaluate(tiny, tmp_path / "dev.json", threads=1)
    assert report["relations_gold"]["types_left_out"] == {"Peop": 1}


def test_the_report_has_the_documented_keys(tiny, data):
    report = evaluate(tiny, data, threads=1)
    assert {"precision", "recall", "f1", "by_type"} <= report["ner"].keys()
    assert {"precision", "recall", "f1"} <= report["relations_gold"].keys()
    assert all("f1" in report["end_to_end"][reading] for reading in ("strict", "boundaries", "soft"))
    assert "ece" in report["calibration"]
    assert (report["documents"], report["words"]) == (2, 22)
    assert report["seconds"] > 0
    json.dumps(report)


def test_column_corpora_get_the_token_table_and_no_relations(tiny, tmp_path):
    pytest.importorskip("sklearn")
    pytest.importorskip("seqeval")
    path = tmp_path / "eng.testa"
    path.write_text("-DOCSTART- -X- O O\n\nAnna NNP I-NP I-PER\nworks VB O O\n\nBerlin NNP I-NP I-LOC\n")
    report = evaluate(tiny, path, threads=1)
    assert {"micro", "macro", "weighted", "by_tag"} <= report["tokens"].keys()
    assert "relations_gold" not in report
    assert report["words"] == 3


def test_natural_text_is_read_when_asked(tiny, data):
    spaced, natural = evaluate(tiny, data, threads=1), evaluate(tiny, data, threads=1, natural=True)
    assert (spaced["text"], natural["text"]) == ("spaced", "natural")
    assert spaced["ner"]["gold"] == natural["ner"]["gold"]


def test_training_data_is_refused_unless_forced(data, tmp_path):
    path = write_tiny(tmp_path / "model")
    files = [{"role": "train", "file": "dev.json", "digest": digest_file(data)}]
    (path / "training.json").write_text(json.dumps({"files": files}))
    with pytest.raises(UsageError, match="training data"):
        evaluate(path, data, threads=1)
    assert evaluate(path, data, threads=1, force=True)["documents"] == 2
    (path / "training.json").write_text(json.dumps({"files": [{**files[0], "role": "dev"}]}))
    assert evaluate(path, data, threads=1)["documents"] == 2


def test_a_damaged_training_record_is_named(data, tmp_path):
    path = write_tiny(tmp_path / "model")
    (path / "training.json").write_text("{")
    with pytest.raises(ModelError, match=r"training\.json"):
        evaluate(path, data, threads=1)


def test_a_corpus_without_documents_is_refused(tiny, tmp_path):
    (tmp_path / "empty.json").write_text("[]")
    with pytest.raises(UsageError, match="no document"):
        evaluate(tiny, tmp_path / "empty.json", threads=1)

import json
import logging
from dataclasses import replace

import pytest

from kgbuild.corpora.gold import GoldRelation, parse_docred, read_gold, tags_of
from kgbuild.corpora.own import write
from kgbuild.errors import ModelError, UsageError
from kgbuild.evaluation.measures import tally
from kgbuild.evaluation.overlap import document_digest
from kgbuild.evaluation.report import calibration_report, scores
from kgbuild.evaluation.runs import in_runs
from kgbuild.evaluation.vocabulary import notes
from kgbuild.extraction.cutting import cut
from kgbuild.extraction.evaluate import How, evaluate, examine, read_all
from kgbuild.extraction.predicting import Found, _in_tokens
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
ALL = Thresholds(1, 1, 1, 1, 1)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "dev.json"
    path.write_text(json.dumps([DOCUMENT, DOCUMENT]))
    return path


def gold():
    return parse_docred(json.dumps([DOCUMENT]))


def perfect():
    spans = (Span(0, 4, "PER", 9000), Span(15, 24, "ORG", 9000), Span(27, 31, "PER", 6000), Span(41, 47, "LOC", 9000))
    links = (Link(0, 1, "P108", 8000), Link(0, 3, "P19", 7000))
    return Found(Extraction(spans, ((0, 2), (1,), (3,)), links), (Link(0, 1, "P108", 8000), Link(0, 2, "P19", 7000)))


def score(corpus, found, thresholds):
    readings = read_all(corpus, found, thresholds)
    report = scores(readings, tally(readings), ("PER", "ORG", "LOC"), ("P108", "P19"))
    return report | {"calibration": calibration_report(readings, (1.0, 0.0), (1.0, 0.0), (500, 500))}


def test_a_perfect_prediction_scores_one_everywhere():
    report = score(gold(), [perfect()], ALL)
    assert report["ner"]["f1"] == report["relations_gold"]["f1"] == report["relations_gold"]["macro"]["f1"] == 1.0
    assert [report["end_to_end"][reading]["f1"] for reading in ("strict", "boundaries", "soft")] == [1.0, 1.0, 1.0]
    assert report["calibration"]["ece"] == pytest.approx(0.25)  # stated .8 and .7, both right
    assert report["clusters"]["b3"]["f1"] == report["clusters"]["exact"] == 1.0
    assert not any(count for groups in report["errors"].values() for count in groups.values())


def test_thresholds_cut_spans_links_and_chains():
    report = score(gold(), [perfect()], Thresholds(7000, 1, 7500, 1, 7500))
    assert report["ner"]["recall"] == 0.75  # the second Anna, at 6000, is gone
    assert report["relations_gold"]["recall"] == 0.5  # P19, at 7000, is gone
    assert report["end_to_end"]["strict"]["recall"] == 0.0  # {Anna} is not {Anna, Anna}
    assert report["end_to_end"]["soft"]["recall"] == 0.5


def test_a_scope_without_any_fact_has_no_score():
    """A corpus of sentences was said to have an F1 of 0 for what it does not have."""
    sentence = DOCUMENT | {"labels": [{"h": 0, "t": 1, "r": "P108"}]}
    found = Found(replace(perfect().extraction, links=perfect().extraction.links[:1]), perfect().links[:1])
    report = score(parse_docred(json.dumps([sentence])), [found], ALL)
    assert report["relations_gold"]["stated"]["f1"] == report["end_to_end"]["strict"]["stated"]["f1"] == 1.0
    assert not any("inferred" in part for part in (report["relations_gold"], *report["end_to_end"].values()))
    across = replace(found, links=(*found.links, Link(1, 2, "P159", 8000)))
    guessed = score(parse_docred(json.dumps([sentence])), [across], ALL)["relations_gold"]["inferred"]
    assert (guessed["gold"], guessed["predicted"], guessed["f1"]) == (0, 1, 0.0)


def test_the_token_table_is_the_taggers_whatever_the_thresholds():
    (document,) = gold()
    tagged = replace(document, tags=tuple(tags_of(document, [(m.start, m.end, m.type) for m in document.mentions])))
    report = score([tagged], [perfect()], Thresholds(7000, 1, 7500, 1, 7500))
    assert report["ner"]["seqeval"]["recall"] == 0.75
    assert report["tokens"]["macro"]["f1"] == 1.0 and "O" in report["tokens"]["by_tag"]


def test_relations_between_mentions_are_judged_end_to_end_by_their_closest_mentions():
    (document,) = gold()
    mentions = document.mentions
    alone = tuple((i,) for i in range(len(mentions)))
    place = {mention.start: i for i, mention in enumerate(mentions)}
    links = (GoldRelation(place[0], place[15], "P108"), GoldRelation(place[27], place[41], "P19"))
    sentence = replace(document, linked=False, clusters=alone, relations=links)
    report = score([sentence], [perfect()], ALL)["end_to_end"]
    assert report["strict"]["f1"] == report["boundaries"]["f1"] == report["soft"]["f1"] == 1.0
    other = replace(sentence, relations=(links[0], GoldRelation(place[0], place[41], "P19")))
    assert score([other], [perfect()], ALL)["end_to_end"]["strict"]["f1"] == 0.5


def test_spans_of_a_tokenised_corpus_are_read_in_its_tokens():
    (document,) = gold()
    found = perfect().extraction
    short = replace(found, spans=(*found.spans[:3], replace(found.spans[3], end=46)))  # "Berli"
    assert _in_tokens(short, document) == found
    assert _in_tokens(short, replace(document, tokenised=False)) == short


def test_inferred_facts_have_a_threshold_of_their_own():
    """Without the second Anna (at 6000), Anna and Berlin stand in two sentences; given gold clusters they stand in one."""
    report = score(gold(), [perfect()], Thresholds(7000, 1, 1))
    assert report["relations_gold"]["stated"]["recall"] == 1.0
    assert report["end_to_end"]["soft"]["predicted"] == 1
    report = score(gold(), [perfect()], Thresholds(7000, 1, 1, 1, 1))
    assert report["end_to_end"]["soft"]["predicted"] == 2
    assert report["end_to_end"]["soft"]["inferred"]["precision"] == 1.0


def test_a_chain_that_loses_its_first_span_keeps_its_links():
    spans = (Span(0, 4, "PER", 100), Span(5, 9, "PER", 9000), Span(10, 12, "ORG", 9000))
    extraction = Extraction(spans, ((0, 1), (2,)), (Link(0, 2, "P108", 9000), Link(2, 0, "P108", 9000)))
    left = cut(extraction, Thresholds(5000, 1, 1), gold()[0])
    assert (left.chains, left.links) == (((1,), (2,)), (Link(1, 2, "P108", 9000), Link(2, 1, "P108", 9000)))


def test_labels_that_a_corpus_does_not_know_are_left_out_and_counted():
    found = Found(Extraction((Span(0, 4, "PER", 9000), Span(5, 10, "TIME", 9000)), ((0,), (1,))), ())
    report = score(gold(), [found], ALL)
    assert report["ner"]["labels_left_out"] == {"TIME": 1}
    assert report["ner"]["precision"] == 1.0


def test_partial_annotation_is_not_taken_for_complete():
    """A relation that was not looked for is neither right nor wrong; mentions that are not all annotated are not scored."""
    (document,) = gold()
    wrong = Link(1, 2, "P17", 9000)
    found = replace(perfect(), links=(*perfect().links, wrong))
    assert score([document], [found], ALL)["relations_gold"]["precision"] == pytest.approx(2 / 3)
    report = score([replace(document, complete=False, relation_labels=("P19", "P108"))], [found], ALL)
    assert report["relations_gold"]["precision"] == 1.0
    assert not {"ner", "end_to_end", "clusters"} & report.keys()
    assert report["partially_annotated"] == 1


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
    assert {"words_per_second", "cpu_seconds", "words_per_cpu_second"} == report["speed"].keys()
    assert {"ner.f1", "relations_gold.f1", "relations_gold.macro.f1", "end_to_end.strict.f1", "end_to_end.soft.stated.f1"} <= (
        report["intervals"].keys()
    )
    assert all(0 <= bounds["low"] <= bounds["high"] <= 1 for bounds in report["intervals"].values())
    assert {"before", "after"} <= report["calibration"]["spans"].keys()
    json.dumps(report)


def test_ign_f1_needs_known_facts_and_leaves_them_out(tiny, data):
    assert "ign_f1" not in evaluate(tiny, data, threads=1)["relations_gold"]
    report = evaluate(tiny, data, threads=1, known=[data])
    right = sum(row["gold"] for row in report["relations_gold"]["by_relation"].values())
    assert right == 4
    assert report["relations_gold"]["ign_f1"] == 0.0  # every gold fact is known: nothing right is left
    assert "relations_gold.ign_f1" in report["intervals"]


def test_two_models_are_compared_on_the_same_documents(tiny, data, tmp_path):
    other = write_tiny(tmp_path / "other", seed=4)
    said = []
    report = examine(tiny, data, How(threads=1), against=other, progress=lambda *step: said.append(step)).report
    alone = evaluate(other, data, threads=1)
    measures = report["comparison"]["measures"]
    assert measures["ner.f1"]["first"] == report["ner"]["f1"]
    assert measures["ner.f1"]["second"] == alone["ner"]["f1"]
    assert measures["end_to_end.soft.f1"]["second"] == alone["end_to_end"]["soft"]["f1"]
    assert [step for step in said if step[0] == "documents"] == [("documents", 1, 2), ("documents", 2, 2)] * 2
    itself = evaluate(tiny, data, threads=1, against=tiny)["comparison"]["measures"]
    assert {(row["difference"], row["p"]) for row in itself.values()} == {(0.0, 1.0)}


def test_a_single_document_has_no_intervals(tiny, tmp_path):
    (tmp_path / "one.json").write_text(json.dumps([DOCUMENT]))
    report = evaluate(tiny, tmp_path / "one.json", threads=1, against=tiny)
    assert "intervals" not in report
    assert report["comparison"]["measures"] == {}


def test_a_column_file_without_documents_is_read_in_runs(tiny, tmp_path):
    sentence = "Anna B-PER\nworks O\nin O\nBerlin B-LOC\n\n"
    for name, head in (("runs", ""), ("whole", "-DOCSTART- O\n\n")):
        (tmp_path / name).write_text(head + sentence * 150)
    runs, whole = (examine(tiny, tmp_path / name, How(threads=1)) for name in ("runs", "whole"))
    assert runs.report["context"].startswith("runs of whole sentences, at most 280 words")
    assert (runs.report["documents"], runs.report["words"], runs.report["ner"]["gold"]) == (3, 600, 300)
    assert [len(reading.document.tokens) for reading in runs.readings] == [280, 280, 40]
    assert (whole.report["context"], whole.report["documents"]) == ("documents", 1)


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


def test_documents_that_were_trained_on_are_found_in_any_file(tmp_path, caplog):
    path = write_tiny(tmp_path / "model")
    columns = ["".join(f"w{n}{k} O\n" for k in range(5)) for n in range(40)]
    (tmp_path / "dev").write_text("".join(f"-DOCSTART- O\n\n{text}\n" for text in columns))
    trained = [document_digest(f"w{n}{k}" for k in range(5)) for n in (3, 8)]
    (path / "training.json").write_text(json.dumps({"files": [], "documents": [*trained, "another00000"]}))
    with caplog.at_level(logging.WARNING):
        assert evaluate(path, tmp_path / "dev", threads=1)["documents_in_training"] == 2  # 2 of 40 are 5 %
    assert "trained on 2 of the 40 documents" in caplog.text
    trained.append(document_digest(f"w9{k}" for k in range(5)))
    (path / "training.json").write_text(json.dumps({"files": [], "documents": trained}))
    with pytest.raises(UsageError, match="trained on 3 of the 40 documents"):
        evaluate(path, tmp_path / "dev", threads=1)
    with pytest.raises(UsageError, match="trained on 3"):
        evaluate(write_tiny(tmp_path / "other"), tmp_path / "dev", threads=1, against=path)
    assert evaluate(path, tmp_path / "dev", threads=1, force=True)["documents_in_training"] == 3


def test_a_damaged_training_record_is_named(data, tmp_path):
    path = write_tiny(tmp_path / "model")
    (path / "training.json").write_text("{")
    with pytest.raises(ModelError, match=r"training\.json"):
        evaluate(path, data, threads=1)


def test_a_corpus_without_documents_is_refused(tiny, tmp_path):
    (tmp_path / "empty.json").write_text("[]")
    with pytest.raises(UsageError, match="no document"):
        evaluate(tiny, tmp_path / "empty.json", threads=1)


def test_a_column_file_without_documents_that_was_trained_on_is_known_in_another_format(tmp_path):
    """Training reads it in runs, and so it records these; older models recorded the whole."""
    column = tmp_path / "train.conll"
    column.write_text("Anna B-PER\nworks O\nin O\nBerlin B-LOC\n\n" * 150)
    (whole,) = read_gold(column)
    own = tmp_path / "copy.jsonl"
    own.write_text(write([whole]))
    path = write_tiny(tmp_path / "model")
    for documents in ([whole], in_runs(whole)):
        seen = [document_digest(one.tokens) for one in documents]
        (path / "training.json").write_text(json.dumps({"files": [], "documents": seen}))
        with pytest.raises(UsageError, match="was trained on"):
            evaluate(path, own, threads=1)


def test_data_that_shares_no_type_with_a_model_is_refused_before_it_is_read(tiny, data, tmp_path):
    """Every score was 0, and the reason stood in the last lines."""
    (tmp_path / "own.json").write_text(
        json.dumps([DOCUMENT]).replace('"LOC"', '"Place"').replace('"PER"', '"Per"').replace('"ORG"', '"Firm"')
    )
    with pytest.raises(
        UsageError, match=r"no mention type in common, .*Per 2, Firm 1, Place 1, here LOC, ORG, PER.*`types: {Per: PER}`"
    ):
        evaluate(tiny, tmp_path / "own.json", threads=1)
    with pytest.raises(UsageError, match="no mention type in common"):
        evaluate(tiny, data, threads=1, against=write_tiny(tmp_path / "other", types=("Firm",)))


def test_what_the_model_can_never_find_is_told_by_label_and_before_the_scores(tiny, tmp_path):
    (tmp_path / "dev.json").write_text(json.dumps([DOCUMENT] * 2).replace('"LOC"', '"Loc"').replace('"P19"', '"lives in"'))
    report = evaluate(tiny, tmp_path / "dev.json", threads=1)
    assert report["ner"]["types_lacking"] == {"Loc": 2}
    assert report["relations_gold"]["labels_lacking"] == {"lives in": 2}
    assert list(notes(report))[:2] == [
        "2 of 8 mentions have a type that the model does not know, and count as missed: Loc 2 (meant: LOC?)",
        "2 of 4 relations have a label that the model does not know, and count as missed: lives in 2",
    ]

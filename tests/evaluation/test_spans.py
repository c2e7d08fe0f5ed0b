import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.corpora.gold import iob2, parse_columns, spans_of
from kgbuild.errors import MissingExtra
from kgbuild.evaluation.counts import Counts, prf, total
from kgbuild.evaluation.measures import tally
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import Clustered, gold_clustered
from kgbuild.evaluation.report import scores
from kgbuild.evaluation.spans import count_spans, score_seqeval, score_tokens

TAGS = st.lists(
    st.lists(st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]), min_size=1, max_size=8), min_size=1, max_size=4
)


def test_spans_are_sets_so_a_repeated_annotation_counts_once():
    counts = count_spans([(0, 5, "PER"), (0, 5, "PER"), (9, 12, "LOC")], [(0, 5, "PER"), (0, 5, "LOC"), (19, 22, "LOC")])
    assert counts == {"LOC": Counts(0, 2, 0, 1), "PER": Counts(1, 1, 1, 1)}
    assert prf(total(counts.values())) == pytest.approx({"precision": 1 / 3, "recall": 1 / 2, "f1": 0.4})


def test_nothing_predicted_is_zero_and_no_error():
    assert count_spans([], []) == {}
    assert prf(total([])) == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


@settings(deadline=None)  # the first call imports seqeval
@given(TAGS, st.randoms(use_true_random=False))
def test_set_scores_of_tags_are_seqevals_strict_scores(gold, random):
    pytest.importorskip("seqeval")
    gold = [iob2(sentence) for sentence in gold]
    predicted = [iob2([tag if random.random() < 0.7 else "O" for tag in sentence]) for sentence in gold]
    rows = [count_spans(spans_of(one), spans_of(other)) for one, other in zip(gold, predicted, strict=True)]
    theirs = score_seqeval(gold, predicted)
    labels = {label: total(row.get(label, Counts()) for row in rows) for label in ("LOC", "PER")}
    assert_same(labels["LOC"], theirs["by_type"].get("LOC"))
    assert_same(labels["PER"], theirs["by_type"].get("PER"))
    assert_same(total(labels.values()), theirs)


def assert_same(ours, theirs):
    assert theirs is not None or ours == Counts()
    if theirs is not None:
        assert prf(ours) == pytest.approx({key: theirs[key] for key in ("precision", "recall", "f1")})
        assert ours.gold == theirs["gold"]


def test_the_token_table_is_classification_reports_over_all_tags():
    metrics = pytest.importorskip("sklearn.metrics")
    gold = ["O", "O", "B-PER", "I-PER", "O", "B-LOC"]
    predicted = ["O", "B-PER", "B-PER", "O", "O", "B-ORG"]
    table = score_tokens(gold, predicted)
    report = metrics.classification_report(gold, predicted, output_dict=True, zero_division=0)
    for average in ("macro", "weighted"):
        expected = report[f"{average} avg"]
        assert table[average] == pytest.approx(
            {"precision": expected["precision"], "recall": expected["recall"], "f1": expected["f1-score"]}
        )
    assert table["micro"]["f1"] == pytest.approx(report["accuracy"])
    assert set(table["by_tag"]) == {"O", "B-PER", "I-PER", "B-LOC", "B-ORG"}


@pytest.mark.parametrize(("module", "call"), [("seqeval.metrics.v1", score_seqeval), ("sklearn.metrics", score_tokens)])
def test_without_the_extra_the_message_says_which_to_install(monkeypatch, module, call):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"kgbuild\[train\]"):
        call([["O"]], [["O"]])


def test_without_a_document_of_tags_that_is_complete_there_are_no_tables_of_tags():
    """seqeval takes no list of no sentences."""
    pytest.importorskip("seqeval")
    (document,) = parse_columns("Ann B-PER\n")
    nothing = Clustered((), frozenset())
    readings = [
        Reading(one, gold_clustered(one), {}, nothing, {}, frozenset(), (), ())
        for one in (replace(document, tags=()), replace(document, complete=False))
    ]
    report = scores(readings, tally(readings), {"PER"}, ("P108", "P19"))
    assert report["ner"]["gold"] == 1 and "seqeval" not in report["ner"] and "tokens" not in report

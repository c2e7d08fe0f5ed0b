"""Thresholds and scores from hand-made predictions."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.training.corpora import Annotated, Fact, facts_across  # noqa: E402
from kgbuild.training.scoring import Predictions, best_shift, crossed_link_score, halves, link_score, score, span_score  # noqa: E402
from kgbuild.training.tune import best_threshold, calibration_error, measure, precise_threshold, tune  # noqa: E402


def predictions(count=400, seed=0):
    """Links of two relations whose margins follow a known chance; 20 documents; one gold link of an unknown relation each."""
    rng = np.random.default_rng(seed)
    documents = np.arange(count) % 20
    margins = rng.normal(-0.5, 2, count)
    right = rng.random(count) < 1 / (1 + np.exp(-margins))
    gold = np.zeros((20, 3), dtype=np.int64)
    relation = rng.integers(0, 2, count)
    np.add.at(gold, (documents[right], relation[right]), 1)
    gold[:, 2] = 1
    spans = np.zeros((20, 3), dtype=np.int64)
    np.add.at(spans, (documents[right], relation[right]), 1)
    return Predictions(documents, relation, margins, right, documents, relation, margins, right, spans, gold)


def test_precision_recall_and_f1_from_counts():
    assert score(3, 4, 6) == pytest.approx((0.75, 0.5, 0.6))
    assert score(0, 0, 0) == (0, 0, 0)


def test_gold_of_unknown_relations_counts_as_missed():
    found = predictions()
    assert link_score(found, -100.0).recall == pytest.approx(found.link_right.sum() / (found.link_right.sum() + 20))
    assert span_score(found).recall == 1.0


def test_the_best_shift_beats_every_other():
    found = predictions()
    top = link_score(found, best_shift(found)).f1
    assert all(link_score(found, shift).f1 <= top for shift in np.arange(-4, 2, 0.1))
    assert crossed_link_score(found).f1 <= top


def test_halves_share_no_document_and_leave_none_out():
    even, odd = halves(7)
    assert (even ^ odd).all()


@pytest.mark.parametrize(
    ("values", "right", "expected"),
    [
        ([9000] * 30, [True] * 30, 9000),
        ([9000] * 30, [True] * 20 + [False] * 10, None),
        ([9000] * 30 + [8000] * 10, [True] * 30 + [False] * 10, 9000),
        ([9000] * 30 + [8000] * 5, [True] * 30 + [False] * 5, 8000),
        ([9000] * 29, [True] * 29, None),
        ([400] * 40, [True] * 40, None),
    ],
)
def test_the_precise_threshold_is_the_lowest_that_holds(values, right, expected):
    assert precise_threshold(np.array(values), np.array(right), 500) == expected


def test_the_best_threshold_is_between_right_and_wrong():
    values, right = np.array([9000, 8000, 3000, 2000]), np.array([True, True, False, False])
    assert 3000 < best_threshold(values, right, 2, 500) <= 8000


def test_calibration_error_is_the_mean_gap():
    chances, right = np.array([0.5] * 10 + [0.05] * 50), np.array([True] * 10 + [False] * 50)
    assert calibration_error(chances, right) == pytest.approx(0.5)
    assert calibration_error(np.array([0.01]), np.array([True])) == 0.0


def test_tuned_sets_keep_their_promises_on_the_documents_they_were_chosen_on():
    found = predictions(4000)
    tuned = tune(found, ("P17", "P108"), 500)
    metrics = measure(found, found, tuned, ("PER", "LOC"), ("P17", "P108"))
    assert tuned.calibration.links.slope == pytest.approx(1.0, abs=0.15)
    assert metrics["thresholds"]["default"]["measured_links_country"]["precision"] >= 80
    assert metrics["thresholds"]["default"]["measured_links_other"]["precision"] >= 80
    assert tuned.default.spans >= tuned.benchmark.spans
    assert metrics["calibration_error"]["links"] < 0.05
    assert metrics["documents"] == 20


def test_a_model_that_saw_no_fact_across_sentences_gives_none():
    found = predictions(4000)
    for kind in (
        tune(found, ("P17", "P108"), 500, across=False).default,
        tune(found, ("P17", "P108"), 500, across=False).benchmark,
    ):
        assert kind.country is not None and (kind.country_inferred, kind.other_inferred) == (None, None)
    assert tune(found, ("P17", "P108"), 500).benchmark.other_inferred is not None


def test_facts_across_sentences_are_counted():
    places = ((0, 0, 1, "PER"),), ((0, 2, 3, "ORG"), (1, 0, 1, "ORG")), ((1, 2, 3, "LOC"),)
    document = Annotated(
        "x", (("a", "b", "c"), ("d", "e", "f")), places, (Fact(0, "P108", 1), Fact(0, "P19", 2), Fact(1, "P159", 2))
    )
    assert facts_across([document]) == 1


def test_nothing_is_shifted_by_documents_without_a_relation():
    """The strictest shift was taken: half of a dev file of one document, or a threshold without any reason."""
    found = predictions()
    nothing = found.link_document < 0
    assert best_shift(found, np.zeros(20, dtype=bool)) == 0.0
    empty = replace(
        found, link_document=found.link_document[nothing], link_relation=found.link_relation[nothing],
        link_margin=found.link_margin[nothing], link_right=found.link_right[nothing], gold_links=np.zeros_like(found.gold_links),
    )  # fmt: skip
    assert tune(empty, ("P1", "P2"), 500).benchmark.other == 5000

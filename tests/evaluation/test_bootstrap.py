import numpy as np
import pytest

from kgbuild.evaluation.bootstrap import compare, draws, f1_of, interval, intervals, macro_f1_of
from kgbuild.evaluation.counts import Counts, macro, prf, total


def tally(rng, documents, skill):
    rows = []
    for _ in range(documents):
        gold = int(rng.integers(3, 20))
        right = int(rng.binomial(gold, skill))
        rows.append(Counts(right, right + int(rng.integers(0, 5)), right, gold))
    return rows


def test_a_resample_draws_as_many_documents_as_there_are():
    weights = draws(40, resamples=50)
    assert weights.shape == (50, 40)
    assert (weights.sum(axis=1) == 40).all()
    assert (draws(40, resamples=50) == weights).all()
    assert (draws(40, resamples=50, seed=2) != weights).any()


def test_a_resampled_score_is_the_score_of_the_documents_drawn():
    rows = tally(np.random.default_rng(3), 12, 0.7)
    weights = draws(12, resamples=20)
    by_hand = [
        prf(total(row for row, times in zip(rows, one, strict=True) for _ in range(int(times))))["f1"] for one in weights
    ]
    assert f1_of(rows, weights) == pytest.approx(by_hand)


def test_macro_resamples_are_macro_scores_of_the_documents_drawn():
    rng = np.random.default_rng(4)
    labels = [tally(rng, 6, skill) for skill in (0.2, 0.9)] + [[Counts()] * 5 + [Counts(1, 1, 1, 1)]]
    weights = draws(6, resamples=30)
    by_hand = [
        macro(total(r for r, times in zip(rows, one, strict=True) for _ in range(int(times))) for rows in labels)["f1"] for one in weights
    ]  # fmt: skip
    assert macro_f1_of(labels, weights) == pytest.approx(by_hand)


def test_an_interval_holds_the_score_and_narrows_with_more_documents():
    few, many = (tally(np.random.default_rng(1), count, 0.6) for count in (20, 500))
    wide, narrow = (intervals({"ner": rows}, draws(len(rows)))["ner.f1"] for rows in (few, many))
    assert narrow["low"] < prf(total(many))["f1"] < narrow["high"]
    assert narrow["high"] - narrow["low"] < (wide["high"] - wide["low"]) / 2


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """95 % intervals of documents from a source whose F1 is known from very many of them."""
    rng = np.random.default_rng(9)
    truth = prf(total(tally(rng, 20_000, 0.6)))["f1"]
    weights = draws(60)
    bounds = [interval(f1_of(tally(rng, 60, 0.6), weights)) for _ in range(200)]
    assert 0.88 < sum(b["low"] <= truth <= b["high"] for b in bounds) / 200 <= 1.0


def test_a_model_does_not_differ_from_itself_and_a_better_one_does():
    rng = np.random.default_rng(5)
    good, bad = tally(rng, 100, 0.8), tally(rng, 100, 0.6)
    weights = draws(100)
    same = compare({"ner": good}, {"ner": good}, weights)["ner.f1"]
    assert (same["difference"], same["low"], same["high"], same["p"]) == (0.0, 0.0, 0.0, 1.0)
    better = compare({"ner": good, "other": good}, {"ner": bad}, weights)
    assert better.keys() == {"ner.f1"}
    assert 0 < better["ner.f1"]["low"] < better["ner.f1"]["difference"] < better["ner.f1"]["high"]
    assert better["ner.f1"]["p"] == pytest.approx(2 / 1001)
    worse = compare({"ner": bad}, {"ner": good}, weights)["ner.f1"]
    assert worse["difference"] == -better["ner.f1"]["difference"]
    assert worse["p"] == better["ner.f1"]["p"]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.evaluation.clusters import Score, b3, pairs

LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=8)


def test_hand_worked():
    gold, predicted = "aaabb", "xxyyy"
    # precision: x 2/2, 2/2; y 1/3, 2/3, 2/3 -> (2 + 5/3) / 5 = 11/15; recall: a 2/3, 2/3, 1/3; b 1, 1 -> 11/15
    assert b3(gold, predicted) == Score(pytest.approx(11 / 15), pytest.approx(11 / 15), pytest.approx(11 / 15))
    # joined: 1 + 3, wanted: 3 + 1, right: 1 (first two) + 1 (last two)
    assert pairs(gold, predicted) == Score(0.5, 0.5, 0.5)


def test_all_alone_and_all_together():
    assert b3("aabb", "wxyz") == Score(1.0, 0.5, pytest.approx(2 / 3))
    assert b3("aabb", "xxxx") == Score(0.5, 1.0, pytest.approx(2 / 3))
    assert pairs("aabb", "wxyz") == Score(0.0, 0.0, 0.0)
    assert pairs("aabb", "xxxx") == Score(pytest.approx(1 / 3), 1.0, 0.5)


@given(LABELS)
def test_turning_gold_and_predicted_round_turns_precision_and_recall_round(rows):
    gold, predicted = zip(*rows, strict=True)
    for measure in (b3, pairs):
        one, other = measure(gold, predicted), measure(predicted, gold)
        assert (one.precision, one.recall) == pytest.approx((other.recall, other.precision))
    assert b3(gold, gold) == Score(1.0, 1.0, 1.0)


def test_nothing_scores_nothing_and_lengths_must_agree():
    assert b3([], []) == pairs([], []) == Score(0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="2 gold labels and 1 predicted"):
        b3("ab", "x")

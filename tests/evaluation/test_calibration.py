import math
import random

import pytest

from kgbuild.evaluation.calibration import error_of, expected_calibration_error, reliability, uncalibrated


def test_without_items_there_is_no_error_to_state():
    assert expected_calibration_error([]) is None
    assert expected_calibration_error([(0.05, False)] * 100) is None


def test_items_below_the_floor_do_not_count():
    sure = [(0.8, i < 60) for i in range(100)]
    assert expected_calibration_error(sure) == pytest.approx(expected_calibration_error(sure + [(0.09, False)] * 10_000))


def test_two_bins_worked_by_hand():
    items = [(0.2, False), (0.4, True), (0.6, True), (1.0, True)]  # bins (.2, .4): |1 - .6|, (.6, 1.): |2 - 1.6|; over 4 items
    assert expected_calibration_error(items, bins=2) == pytest.approx((0.4 + 0.4) / 4)


def test_bins_hold_equal_mass_so_a_crowd_at_one_end_is_not_one_bin():
    crowd = [(0.9 + i / 10_000, i >= 500) for i in range(1000)]  # one wide bin sees 50 % right at .95 and says .45
    assert expected_calibration_error(crowd, bins=2) == pytest.approx((0.925 + 0.025) / 2, abs=0.001)
    assert expected_calibration_error(crowd, bins=1) == pytest.approx(0.45, abs=0.01)


def test_order_of_items_is_nothing():
    items = [(random.Random(i).random(), i % 3 == 0) for i in range(200)]
    shuffled = random.Random(1).sample(items, len(items))
    assert expected_calibration_error(items) == expected_calibration_error(shuffled)


def test_perfectly_calibrated_items_have_a_small_error():
    rng = random.Random(7)
    items = [(p, rng.random() < p) for p in (rng.random() for _ in range(20_000))]
    assert expected_calibration_error(items) < 0.02


def test_bins_say_what_was_stated_and_what_came_true():
    first, second = reliability([(0.05, True), (0.2, False), (0.4, True), (0.6, True), (1.0, True)], bins=2)
    assert (first.low, first.high, first.count, first.true) == (0.2, 0.4, 2, 0.5)
    assert first.stated == pytest.approx(0.3)
    assert (second.stated, second.true) == (pytest.approx(0.8), 1.0)
    assert error_of([first, second]) == pytest.approx(
        expected_calibration_error([(0.2, 0), (0.4, 1), (0.6, 1), (1.0, 1)], bins=2)
    )


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.65, -0.02), (2.0, 1.5)])
def test_the_bare_margin_comes_back_from_a_calibrated_score(slope, intercept):
    for margin in (-2.0, -0.5, 0.0, 0.7, 2.5):
        score = round(10_000 / (1 + math.exp(-(slope * margin + intercept))))
        assert uncalibrated(score, slope, intercept) == pytest.approx(1 / (1 + math.exp(-margin)), abs=0.002)
    assert 0 < uncalibrated(0, slope, intercept) < uncalibrated(10_000, slope, intercept) < 1


def test_bins_are_those_of_scikit_learns_calibration_curve():
    """Its quantile strategy cuts at interpolated quantiles: the same items, where none of these is an item itself."""
    curve = pytest.importorskip("sklearn.calibration").calibration_curve
    rng = random.Random(3)
    chances = sorted(0.1 + 0.9 * rng.random() for _ in range(150))
    true = [rng.random() < p for p in chances]
    shares, means = curve(true, chances, n_bins=15, strategy="quantile")
    bins = reliability(zip(chances, true, strict=True))
    assert [one.true for one in bins] == pytest.approx(list(shares))
    assert [one.stated for one in bins] == pytest.approx(list(means))


@pytest.mark.parametrize("bins", [1, 2, 7, 15])
def test_equal_probabilities_that_come_true_as_often_as_they_say_have_no_error(bins):
    """The wrong ones of a tie stood in the lower bins, the right ones in the upper: an error of .47 here."""
    ties = [(0.5, i % 2 == 0) for i in range(30)]
    assert expected_calibration_error(ties, bins=bins) == pytest.approx(0.0)
    assert expected_calibration_error([*ties, *((0.9, i % 10 > 0) for i in range(30))], bins=bins) == pytest.approx(0.0)

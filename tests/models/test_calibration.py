"""Platt's parameters are found again, and scores are monotonous integers."""

import numpy as np
import pytest

from kgbuild.models.calibration import fit_platt, probabilities, scores
from kgbuild.models.directory import Platt


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.6, -1.2), (2.5, 1.0)])
def test_the_parameters_that_made_the_data_are_found(slope, intercept):
    rng = np.random.default_rng(7)
    margins = rng.normal(0, 3, 20_000)
    right = rng.random(20_000) < probabilities(margins, Platt(slope, intercept))
    found = fit_platt(margins, right)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept), abs=0.1)


def test_separable_and_one_sided_data_still_give_finite_parameters():
    found = fit_platt(np.array([-3.0, -1.0, 2.0, 4.0]), np.array([False, False, True, True]))
    assert np.isfinite([found.slope, found.intercept]).all()
    assert fit_platt(np.array([1.0, 2.0]), np.array([True, True])) == Platt(1.0, 0.0)


def test_scores_are_ten_thousandths_that_rise_with_the_margin():
    values = scores([-1e9, -1.0, 0.0, 1.0, 1e9], Platt(1.0, 0.0))
    assert values.tolist() == [0, 2689, 5000, 7311, 10000]


@pytest.mark.parametrize("seed", range(12))
def test_the_fit_ends_where_the_likelihood_is_largest(seed):
    """Margins far from 0, as a weak model has them: plain Newton steps go to and fro for ever between slopes of 1 and 3."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(-3, 14, 1500)
    right = rng.random(1500) < 1 / (1 + np.exp(-(0.07 * margins - 0.8)))
    found = fit_platt(margins, right)

    values = found.slope * margins + found.intercept
    target = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))
    gradient = np.stack([margins, np.ones_like(margins)]) @ (1 / (1 + np.exp(-values)) - target)
    assert np.abs(gradient).max() < 1e-3
    assert 0.04 < found.slope < 0.10

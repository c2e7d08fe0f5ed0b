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

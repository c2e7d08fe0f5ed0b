"""Margins -> calibrated scores in ten-thousandths, and the fit of the two parameters (Platt 1999). Plain numpy."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kgbuild.models.spec import Platt
from kgbuild.records import ONE


def scores(margins: ArrayLike, platt: Platt) -> NDArray[np.int64]:
    """Probabilities as integers in ten-thousandths, rounded half to even; the same shape as margins."""
    chances = probabilities(np.asarray(margins, dtype=np.float64), platt)
    return np.rint(chances * ONE).astype(np.int64)


def probabilities(margins: NDArray[np.float64], platt: Platt) -> NDArray[np.float64]:
    """Probabilities in double precision."""
    return 1.0 / (1.0 + np.exp(-np.clip(platt.slope * margins + platt.intercept, -60.0, 60.0)))


def fit_platt(margins: NDArray[np.float64], right: NDArray[np.bool_]) -> Platt:
    """Maximum likelihood by Newton's method with step halving, with Platt's smoothed targets; (1, 0) when there is nothing to fit.

    margins, right: one item a prediction: its margin, and whether it is true.
    """
    positives, negatives = int(right.sum()), int((~right).sum())
    if not positives or not negatives:
        return Platt(1.0, 0.0)
    target = np.where(right, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.stack([margins, np.ones_like(margins)], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(100):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ weights, -60.0, 60.0)))
        gradient = design.T @ (chance - target)
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))  # far steps overshoot where the curve is flat
        loss = _loss(design @ weights, target)
        while _loss(design @ (weights - step), target) > loss and float(np.abs(step).max()) > 1e-9:
            step /= 2  # without this the steps go to and fro for ever where few margins are near 0
        weights -= step
        if float(np.abs(step).max()) < 1e-9:
            break
    return Platt(float(weights[0]), float(weights[1]))


def _loss(values: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    """The negative logarithm of the likelihood of targets, given log-odds."""
    return float(np.sum(np.logaddexp(0.0, values) - target * values))

"""How unsure the machine is of what it decided, on one scale, so that merges, facts and mentions stand in one list.

Uncertainty is twice the chance of being wrong, in ten-thousandths: 10000 is a toss of a coin, 0 is certain. A fact and a mention carry
a calibrated score, the chance that they are right. A merge carries a sum of integer weights; one DOUBLING of weight doubles the
odds that two names are one. The order decides what a person is asked first, and nothing in a build.
"""

from kgbuild.records import ONE

DOUBLING = 20
"""So much weight doubles the odds: 30 (an initial) is 74 %, 60 (a defined acronym) is 89 %, 100 is 97 %."""

RIVAL_WEIGHT = 5
"""The weight that counts for two names of which one fits others as well: the machine keeps them apart because it cannot tell."""

LEAST = 1_000
"""What is less uncertain than this is not asked: the machine is more than 95 % sure."""

SURE = ONE - LEAST // 2
"""The score of the surest fact or mention that is asked."""

_STEPS = tuple(round(ONE * 2 ** (step / DOUBLING)) for step in range(DOUBLING))
"""2 ** (step / DOUBLING) in ten-thousandths, so that the rest is integer."""


def of_score(score: int) -> int:
    """Uncertainty of a calibrated score (0 to 10000)."""
    return 2 * min(score, ONE - score)


def of_weight(weight: int) -> int:
    """Uncertainty of a decision that rests on a sum of weights, whichever side it speaks for."""
    doublings, step = divmod(abs(weight), DOUBLING)
    odds = _STEPS[step] << doublings
    return 2 * ONE * ONE // (ONE + odds)

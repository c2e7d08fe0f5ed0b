"""What a model sees in a passage, and its thresholds -> how unsure it is of it, as an integer.

A mention or a relation is doubtful where its score is close to the threshold that decides on it; all doubts of a passage are added, and
set against its length, since that is what labelling it costs.
"""

from collections.abc import Mapping

from kgbuild.records import ANY, ONE, Extraction, Link, Scope

Thresholds = Mapping[tuple[str, str], int]
"""(label, scope) -> minimum score; ("", "span") for mentions."""

WIDTH = ONE // 4
"""Scores further than this from their threshold are beyond doubt."""
SETTLED = 20
"""Words that every passage is taken to have beside its own: a heading of two words is not worth much."""


def uncertainty(extraction: Extraction, thresholds: Thresholds, words: int) -> int:
    """Doubt per word, in ten-thousandths of a wholly doubtful mention or pair."""
    floor = thresholds.get((ANY, "span"), ONE // 2)
    spans = sum(doubt(span.score, floor) for span in extraction.spans)
    pairs: dict[tuple[int, int], int] = {}
    for link in extraction.links:
        key = (link.head, link.tail)
        pairs[key] = max(pairs.get(key, 0), doubt(link.score, least(link, thresholds)))
    return (spans + sum(pairs.values())) // (words + SETTLED)


def doubt(score: int, threshold: int) -> int:
    """ONE at the threshold, 0 from WIDTH on either side."""
    return max(0, ONE - abs(score - threshold) * ONE // WIDTH)


def least(link: Link, thresholds: Thresholds) -> int:
    """The score from which a link is taken in some scope; where it never is, one half."""
    found = [thresholds[link.label, scope] for scope in Scope if (link.label, scope) in thresholds]
    return min(found, default=ONE // 2)

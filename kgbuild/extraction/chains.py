"""Pairs of written names with scores -> chains: average linkage in integers, so that the order of names changes nothing.

Knows no model. A pair that was no candidate says nothing; the mean is over the candidate pairs between two groups.
"""

from collections.abc import Sequence

FINE = 1000
"""Means are compared in thousandths of a score."""


def join_names(count: int, pairs: Sequence[Sequence[int]], scores: Sequence[int], join: int) -> list[int]:
    """The group of each of `count` names, numbered by first member.

    pairs: two names each, every pair once; scores: of each pair, ten-thousandths. The two groups with the highest mean score are
    joined as long as it is at least `join`; of equal means the groups with the earliest names go first.
    """
    group = list(range(count))
    links = {(min(a, b), max(a, b)): (score, 1) for (a, b), score in zip(pairs, scores, strict=True)}
    while links:
        best = min(links, key=lambda pair: (-_mean(links[pair]), pair))
        if _mean(links[best]) < join * FINE:
            break
        kept, gone = best
        group = [kept if number == gone else number for number in group]
        links = _without(links, kept, gone)
    return group


def _mean(link: tuple[int, int]) -> int:
    return link[0] * FINE // link[1]


def _without(links: dict[tuple[int, int], tuple[int, int]], kept: int, gone: int) -> dict[tuple[int, int], tuple[int, int]]:
    """The links after `gone` became part of `kept`; kept is the smaller number, so groups stay named by their first member."""
    joined: dict[tuple[int, int], tuple[int, int]] = {}
    for (a, b), (total, number) in links.items():
        left, right = (kept if a == gone else a), (kept if b == gone else b)
        if left != right:
            key = (min(left, right), max(left, right))
            before = joined.get(key, (0, 0))
            joined[key] = (before[0] + total, before[1] + number)
    return joined

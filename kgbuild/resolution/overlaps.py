"""Spans that may overlap -> those that stay. The one rule by which extractors, and the entries of one extractor, give way."""

from bisect import bisect_left, insort
from collections.abc import Sequence

Claim = tuple[int, int, int, str]
"""Rank (the smaller one wins), start, end (half-open), and what breaks a tie between claims of one rank and extent."""


def chosen(claims: Sequence[Claim]) -> list[int]:
    """Indices of the claims that stay, by their start. Of two that overlap the one of smaller rank stays; of one rank the longer,
    of one length the earlier, of one extent the one whose tie-breaker is smaller. Empty claims never stay.

    A function of the set of claims: their order does not matter, and no claim that goes is free of overlap with one that stays.
    """
    ends: list[int] = []
    held: list[tuple[int, int]] = []
    kept: list[int] = []
    for index in sorted(range(len(claims)), key=lambda i: _order(claims[i])):
        _, start, end, _ = claims[index]
        at = bisect_left(ends, start + 1)
        if start < end and (at == len(held) or held[at][0] >= end):
            insort(ends, end)
            held.insert(at, (start, end))
            kept.append(index)
    return sorted(kept, key=lambda i: claims[i][1])


def _order(claim: Claim) -> tuple[int, int, int, str]:
    rank, start, end, tie = claim
    return rank, start - end, start, tie


def shared(left: tuple[int, int], right: tuple[int, int]) -> int:
    """How many characters two stretches have in common."""
    return max(0, min(left[1], right[1]) - max(left[0], right[0]))

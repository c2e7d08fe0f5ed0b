"""A rule on persons and parties: the text ties a party to somebody else."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kgbuild.build.claiming.around import ADJECTIVE_GAP, CLAUSE, PREPOSITION, VERB
from kgbuild.build.claiming.claim import PARTY, Claim

BEHIND_PERSON = re.compile(
    r"\s*\(\s*|\s+(?:of|from)\s+(?:the\s+)?|\s*,?\s+(?:is|was|who\s+is|who\s+was)\s+(?:an?|the)\s+(?:[\w-]+\s+){0,3}"
    rf"|\s*,\s*(?:(?:an?|the)\s+)?(?:(?!{PREPOSITION}|{VERB})[\w’'&-]+\s+){{0,5}}(?:(?:of|at|for|with|from)\s+(?:the\s+)?)?"
)
"""Between a person and the party behind: "Trump of the Republican Party", "Tony Evers, a Democrat", "Collins, leader of the Greens"."""
SHARED = re.compile(r"(?:\s*,)?\s*(?:and|or|&|,)\s*")
"""Between two persons who share what stands before the first."""
FELLOW = ("fellow ", "Fellow ")
"""Before a party: it is that of two persons."""
WIDEST = 120
"""Characters between a party and a person."""


def party_of_another(claim: Claim) -> bool:
    """A party that the passage ties to other persons wherever it names the two together, and nowhere to this one."""
    if claim.label != PARTY:
        return False
    owners = {party: set(_owners(claim, party)) for party in claim.tail.spans}
    if any(own in claim.head.spans for each in owners.values() for own in each):
        return False
    near = [party for party in owners if any(_in_one_clause(claim.text, party, head) for head in claim.head.spans)]
    return all(owners[party] for party in near or owners)


def _in_one_clause(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    return not CLAUSE.search(text, min(one[1], other[1]), max(one[0], other[0]))


def _owners(claim: Claim, party: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The persons, by span, who a mention of a party is tied to: those right behind it, those right before it."""
    persons = sorted({*claim.head.spans, *claim.persons})
    behind = [span for span in persons if party[1] <= span[0] <= party[1] + WIDEST]
    is_shared = claim.text.endswith(FELLOW, 0, party[0])
    if behind and not is_shared and ADJECTIVE_GAP.fullmatch(claim.text, party[1], behind[0][0]):
        yield from _together(claim.text, behind)
    before = [span for span in reversed(persons) if party[0] - WIDEST <= span[1] <= party[0]]
    if before and BEHIND_PERSON.fullmatch(claim.text, before[0][1], party[0]):
        yield from _together(claim.text, before)


def _together(text: str, persons: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The first person, and those after whom nothing but "and" or a comma parts from the one before."""
    yield persons[0]
    for near, far in pairwise(persons):
        if not SHARED.fullmatch(text, min(near[1], far[1]), max(near[0], far[0])):
            return
        yield far

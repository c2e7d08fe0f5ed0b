"""A document -> changed documents to train on: cropped, in other case, with disturbed chains. All draws come from the caller.

Crops and case make short and badly written passages familiar; disturbed chains, the mistakes of in-document clustering.
"""

from dataclasses import dataclass, replace

import numpy as np

from kgbuild.training.corpora import Annotated, Fact, Place, chain_type
from kgbuild.training.examples import Taught, Work

LONGEST_PART = 6
"""Sentences: no document of Re-DocRED is as short as what users' pages are cut into."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How often what is done.

    crop_related: share of documents with relations of which 1-6 sentences are read; crop_unrelated: share of documents without
    relations that are cut into parts of 1-6 sentences, all of which are read; lower, upper: share in other case; natural: share detokenised; disturb: share of documents whose chains are changed, from epoch disturb_from on;
    drop, split, merge: share of mentions dropped and of chains split or merged in these; partial_every: documents of which only a
    part was annotated (few relations, some types) take turns, one in so many an epoch: they are many and short.
    """

    crop_related: float = 0.12
    crop_unrelated: float = 0.4
    lower: float = 0.08
    upper: float = 0.04
    natural: float = 0.5
    disturb: float = 0.5
    disturb_from: int = 4
    drop: float = 0.08
    split: float = 0.12
    merge: float = 0.02
    partial_every: int = 4


def augmented(
    document: Annotated, epoch: int, how: Augmentation, rng: np.random.Generator, taught: Taught | None = None
) -> tuple[list[Work], bool]:
    """One epoch's version of a document, in parts, and whether its text is to be detokenised. epoch counts from 1."""
    works = [Work(document, taught=taught)]
    related = document.facts is not None or taught is not None
    if rng.random() < (how.crop_related if related else how.crop_unrelated):
        # the teacher has read the whole document: its word does not hold for a part
        works = [_cropped(document, rng)] if related else _parts(document, rng)
    if related and document.complete and epoch >= how.disturb_from and rng.random() < how.disturb:
        works = [_disturbed(work, how, rng) for work in works]
    draw = rng.random()
    if draw < how.lower + how.upper:
        works = [replace(work, document=_recased(work.document, lower=draw < how.lower)) for work in works]
    return works, bool(rng.random() < how.natural)


def crop(document: Annotated, first: int, count: int) -> Work:
    """Keep `count` sentences from `first`. A fact stays if its evidence does; a pair whose evidence does not is unsure.

    So is a fact without evidence, also where all sentences stay: to keep these brought nothing where it was tried (LOG.md).
    """
    kept = range(first, min(first + count, len(document.sentences)))
    numbers: dict[int, int] = {}
    chains: list[tuple[Place, ...]] = []
    for number, chain in enumerate(document.chains):
        inside = tuple((place[0] - first, *place[1:]) for place in chain if place[0] in kept)
        if inside:
            numbers[number] = len(chains)
            chains.append(inside)
    part = replace(
        document,
        sentences=tuple(document.sentences[i] for i in kept),
        chains=tuple(chains),
        gaps=None if document.gaps is None else tuple(document.gaps[i] for i in kept),
    )
    if document.facts is None:
        return Work(part)
    facts, unsure = [], set()
    for fact in document.facts:
        if fact.head in numbers and fact.tail in numbers:
            head, tail = numbers[fact.head], numbers[fact.tail]
            if fact.evidence and all(sentence in kept for sentence in fact.evidence):
                facts.append(Fact(head, fact.relation, tail, tuple(i - first for i in fact.evidence)))
            else:
                unsure.add((head, tail))
    return Work(replace(part, facts=tuple(facts)), frozenset(unsure))


def _parts(document: Annotated, rng: np.random.Generator) -> list[Work]:
    first, parts = 0, []
    while first < len(document.sentences):
        count = int(rng.integers(1, LONGEST_PART + 1))
        parts.append(crop(document, first, count))
        first += count
    return parts or [Work(document)]


def _cropped(document: Annotated, rng: np.random.Generator) -> Work:
    count = int(rng.integers(1, LONGEST_PART + 1))
    first = int(rng.integers(0, max(len(document.sentences) - count, 0) + 1))
    return crop(document, first, count)


def _recased(document: Annotated, *, lower: bool) -> Annotated:
    change = str.lower if lower else str.upper
    return replace(document, sentences=tuple(tuple(change(token) for token in tokens) for tokens in document.sentences))


def _disturbed(work: Work, how: Augmentation, rng: np.random.Generator) -> Work:
    """Drop mentions, split chains (both parts keep all facts), merge chains of one type (facts of both)."""
    parts: list[tuple[list[int], tuple[Place, ...]]] = []  # original chains that stand in it, and its mentions
    for number, chain in enumerate(work.document.chains):
        kept = tuple(place for place in chain if rng.random() >= how.drop)
        if len(kept) > 1 and rng.random() < how.split:
            side = rng.permutation(len(kept))
            cut = int(rng.integers(1, len(kept)))
            parts += [([number], tuple(kept[i] for i in sorted(half))) for half in (side[:cut], side[cut:])]
        elif kept:
            parts.append(([number], kept))
    for index in range(len(parts) - 1, 0, -1):
        other = int(rng.integers(0, index)) if rng.random() < how.merge else index
        if other != index and chain_type(parts[other][1]) == chain_type(parts[index][1]):
            parts[other] = (parts[other][0] + parts[index][0], tuple(sorted({*parts[other][1], *parts[index][1]})))
            del parts[index]
    return _renumbered(work, parts)


def _renumbered(work: Work, parts: list[tuple[list[int], tuple[Place, ...]]]) -> Work:
    document = work.document
    homes: dict[int, list[int]] = {}
    for index, (numbers, _) in enumerate(parts):
        for number in numbers:
            homes.setdefault(number, []).append(index)
    facts = {
        Fact(head, fact.relation, tail, fact.evidence)
        for fact in document.facts or ()
        for head in homes.get(fact.head, ())
        for tail in homes.get(fact.tail, ())
        if head != tail
    }
    unsure = {(head, tail) for a, b in work.unsure for head in homes.get(a, ()) for tail in homes.get(b, ())}
    ordered = tuple(sorted(facts, key=lambda fact: (fact.head, fact.relation, fact.tail, fact.evidence)))
    changed = replace(document, chains=tuple(chain for _, chain in parts), facts=None if document.facts is None else ordered)
    truth = {place: number for number, chain in enumerate(document.chains) for place in chain}
    origins = tuple(numbers[0] if len(numbers) == 1 else -1 for numbers, _ in parts)
    return Work(changed, frozenset(unsure), truth, origins, work.taught)

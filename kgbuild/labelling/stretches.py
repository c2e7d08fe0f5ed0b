"""A passage and what a model sees in it -> shorter stretches of whole sentences, each with its part of that: what a person labels at once."""

from collections.abc import Sequence

from kgbuild.counts import count_words
from kgbuild.records import Extraction, Link, Span


def stretches(text: str, sentences: Sequence[tuple[int, int]], words: int) -> list[tuple[int, int]]:
    """Half-open offsets of runs of sentences of so many words at most, longer only where one sentence is; all sentences, in order."""
    found: list[tuple[int, int]] = []
    length = 0
    for start, end in sentences:
        here = count_words(text[start:end])
        if found and length + here <= words:
            found[-1] = (found[-1][0], end)
            length += here
        else:
            found.append((start, end))
            length = here
    return found


def within(extraction: Extraction, start: int, end: int) -> Extraction:
    """What lies between two offsets, with offsets from the first; a link stays where both ends have a mention there."""
    inside = [i for i, span in enumerate(extraction.spans) if start <= span.start and span.end <= end]
    place = {old: new for new, old in enumerate(inside)}
    chains = [tuple(place[i] for i in chain if i in place) for chain in extraction.chains]
    first = {before[0]: now[0] for before, now in zip(extraction.chains, chains, strict=True) if now}
    spans = (extraction.spans[i] for i in inside)
    return Extraction(
        tuple(Span(s.start - start, s.end - start, s.label, s.score) for s in spans),
        tuple(sorted(chain for chain in chains if chain)),
        tuple(
            sorted(
                (
                    Link(first[k.head], first[k.tail], k.label, k.score)
                    for k in extraction.links
                    if {k.head, k.tail} <= first.keys()
                ),
                key=lambda link: (link.head, link.tail, link.label),
            )
        ),
    )

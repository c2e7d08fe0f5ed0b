"""One document as the workspace knows it -> its sentences, each with its place and the entities that it names."""

from bisect import bisect_right
from collections import defaultdict

from kgbuild.pipeline.reports import Sentence, Shown


def sentences(shown: Shown) -> list[Sentence]:
    """Sentences in the order of the text; a sentence names the entities whose mentions begin in it, by id, sorted."""
    naming = _naming(shown)
    return [
        Sentence(
            passage.text[start:end],
            shown.source.document or "",
            shown.source.uri,
            passage.start + start,
            passage.start + end,
            passage.index,
            tuple(sorted(naming.get((passage.index, number), ()))),
        )
        for passage in shown.passages
        for number, (start, end) in enumerate(passage.sentences)
    ]


def _naming(shown: Shown) -> dict[tuple[int, int], set[str]]:
    """(passage, number of the sentence) -> ids of entities."""
    starts = {passage.index: [start for start, _ in passage.sentences] for passage in shown.passages}
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for unit, entity in zip(shown.facts.units if shown.facts else (), shown.entities, strict=True):
        for mention in unit.mentions if entity else ():
            found[mention.passage, bisect_right(starts[mention.passage], mention.start) - 1].add(entity)
    return found

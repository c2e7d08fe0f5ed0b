"""Phrases -> what they say of the spans of a page: facts, and names that the words around them vouch for."""

from collections.abc import Iterable, Iterator, Mapping

from kgbuild.build import phrasebook, phrases, pronouns
from kgbuild.build.merge import Merged, Reader
from kgbuild.build.placing.page import Page, at, sentence_of, stretch
from kgbuild.graph.trimming import trim
from kgbuild.records import Passage
from kgbuild.schema import Schema

LEAST = 1500
"""Score that a span needs at least to become a mention where a phrase vouches for it."""


def spoken_of(page: Page, passage: Passage, merged: Merged, floor: int) -> frozenset[int]:
    """Spans that a phrase ties to another one: the words around a name vouch for it, so a lower score is enough."""
    if not page.rules.config.phrases or passage.language != phrases.LANGUAGE:
        return frozenset()
    spans = [(n, s) for n, s in enumerate(merged.extraction.spans) if s.score >= LEAST]
    doubted = {sentence_of(passage, span.start) for _, span in spans if span.score < floor}
    names = [(n, *trim(passage.text, s.start, s.end)) for n, s in spans if sentence_of(passage, s.start) in doubted]
    return frozenset(end for one in _phrases_in(page, passage, merged, names) for end in (one.head, one.tail))


def phrases_of(page: Page, index: int, merged: Merged) -> Iterator[phrases.Said]:
    """What phrases say of the spans that were kept; ends are span indices."""
    kept, units = [], {}
    for number, span in enumerate(merged.extraction.spans):
        if (place := page.of_span.get((index, number))) is not None:
            mention = page.mentions[place]
            kept.append((number, *stretch(mention)))
            units[number] = page.unit_of.get(at(mention))
        elif (index, number) in page.value_spans:
            kept.append((number, span.start, span.end))
    return _phrases_in(page, page.passages[index], merged, kept, units)


def _phrases_in(
    page: Page,
    passage: Passage,
    merged: Merged,
    spans: Iterable[tuple[int, int, int]],
    units: Mapping[int, int | None] | None = None,
) -> Iterator[phrases.Said]:
    """What phrases say of spans (number, start, end), sentence by sentence; units: of spans, for pronouns that mean one of them."""
    found: dict[int, list[phrases.Name]] = {}
    for number, start, end in spans:
        sentence = sentence_of(passage, start)
        offset = passage.sentences[sentence][0]
        label = _known_label(page.rules.schema, merged.span_by[number], merged.extraction.spans[number].label)
        found.setdefault(sentence, []).append(phrases.Name(start - offset, end - offset, label, number))
    if units and pronouns.NAME not in page.rules.config.hygiene_off:
        named = {
            sentence: [pronouns.Named(name, unit) for name in names if (unit := units.get(name.number)) is not None]
            for sentence, names in found.items()
        }
        for sentence, name in tuple(pronouns.stand_ins(passage.text, passage.sentences, passage.blocks, named)):
            found.setdefault(sentence, []).append(name)
    for sentence, names in sorted(found.items()):
        yield from phrases.said(passage.text[slice(*passage.sentences[sentence])], names, page.rules.config.hygiene_off)


def _known_label(schema: Schema, reader: Reader, label: str) -> str:
    """A span's label as phrases know it: the model's own, or of what others found a label that the schema gives to its type."""
    if reader.is_model:
        return label
    type = reader.type_of(schema, label)
    return next((known for known in type.labels if known in phrasebook.TYPES), label) if type else label

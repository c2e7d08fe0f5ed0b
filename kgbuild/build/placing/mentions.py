"""Spans -> mentions, and spans that are values; what the schema, the thresholds or hygiene leave out is counted."""

from collections.abc import Mapping
from dataclasses import replace

from kgbuild.build.echoes import with_echoes
from kgbuild.build.merge import THE_MODEL, Merged, Reader
from kgbuild.build.placing.page import Page, at, floor_of
from kgbuild.build.placing.phrased import spoken_of
from kgbuild.config import Build
from kgbuild.graph import hygiene
from kgbuild.graph.trimming import trim
from kgbuild.records import Mention, Passage, Span
from kgbuild.schema import Kind, Type


def echoed(passages: tuple[Passage, ...], readings: Mapping[int, Merged], floor: int) -> dict[int, Merged]:
    """Readings with the names that the model saw elsewhere in the document; what others saw holds its place and has no echo."""
    others = {
        index: frozenset(n for n, reader in enumerate(merged.span_by) if not reader.is_model)
        for index, merged in readings.items()
    }
    found = with_echoes(passages, {index: merged.extraction for index, merged in readings.items()}, floor, others)
    return {
        index: replace(
            merged,
            extraction=found[index],
            span_by=merged.span_by + (THE_MODEL,) * (len(found[index].spans) - len(merged.span_by)),
        )
        for index, merged in readings.items()
    }


def place_spans(page: Page, passage: Passage, merged: Merged) -> None:
    """Put the mentions and values of one passage on the page."""
    config = page.rules.config
    minimum = dict(config.types)
    floor = floor_of(page.rules)
    spoken = spoken_of(page, passage, merged, floor)
    for index, (span, reader) in enumerate(zip(merged.extraction.spans, merged.span_by, strict=True)):
        type = reader.type_of(page.rules.schema, span.label)
        least = minimum.get(type.name, floor if reader.is_model else config.min_mention_score) if type else 0
        if type is None:
            page.dropped[f"label {span.label} is not in the schema"] += 1
        elif span.score < least and index not in spoken:
            page.dropped["mention below its minimum score"] += 1
        elif rule := hygiene.withheld(passage.text, span.start, span.end, off=config.hygiene_off):
            page.dropped[rule] += 1
        elif type.kind is Kind.VALUE:
            page.value_spans[passage.index, index] = type
        elif isinstance(place := _name_in(passage, span, type, reader, config), str):
            page.dropped[place] += 1
        else:
            mention = Mention(passage.index, *place, passage.text[slice(*place)], span.score, reader.name, span.thing)
            page.of_span[passage.index, index] = len(page.mentions)
            page.mentions.append(mention)
            page.types.append(type.name)
            if reader.is_own:
                page.own.add(at(mention))


def _name_in(passage: Passage, span: Span, type: Type, reader: Reader, config: Build) -> tuple[int, int] | str:
    """Where the name in a span stands, or the rule by which it is none. What a person listed or described is a name as it is."""
    if reader.is_own:
        return span.start, span.end
    start, end = trim(passage.text, span.start, span.end)
    rule = hygiene.verdict(passage.text[start:end], type.name, off=config.hygiene_off)
    return rule or hygiene.cut_from(passage.text, start, end, off=config.hygiene_off) or (start, end)

"""Document + Extractions -> Facts: spans become mentions, mentions units, links statements with their evidence.

The schema, the thresholds and the hygiene rules are applied here, so that changing them extracts nothing again. What is left out
is counted by rule. Knows no other document.
"""

from collections.abc import Iterable, Mapping

from kgbuild.build.merge import Merged, of_model
from kgbuild.build.placing.mentions import echoed, place_spans
from kgbuild.build.placing.page import Page, Rules, at, floor_of
from kgbuild.build.placing.statements import accepted_here, statements_of
from kgbuild.build.placing.units import connected, units_of
from kgbuild.records import Document, Extraction, Facts, Passage
from kgbuild.resolution.document import Apart

__all__ = ["Rules", "laid_out", "place"]


def place(
    document: Document,
    passages: tuple[Passage, ...],
    extractions: Mapping[int, Extraction | Merged],
    repeated: Iterable[int],
    date: str,
    rules: Rules,
    accepted: Iterable[tuple[str, str, str, str, str]] = (),
    apart: Iterable[Apart] = (),
) -> Facts:
    """Facts of one document. extractions: by passage index, of the model or merged; repeated: indices of blocks that recur in many
    documents.

    accepted: facts that a person said are right here, as (type, text, predicate, type or datatype, text): they are kept although
    their score is too low, a rule of claims speaks against them, or they stand on repeated blocks; apart: written names that a
    person says are two things here.
    """
    page = laid_out(document, passages, extractions, repeated, date, rules, apart)
    page.units = units_of(page)
    page.unit_of = {at(mention): index for index, unit in enumerate(page.units) for mention in unit.mentions}
    page.accepted = frozenset(accepted_here(page, accepted))
    units, statements = connected(page, statements_of(page))
    return Facts(units, statements, tuple(sorted(page.dropped.items())))


def laid_out(
    document: Document,
    passages: tuple[Passage, ...],
    extractions: Mapping[int, Extraction | Merged],
    repeated: Iterable[int],
    date: str,
    rules: Rules,
    apart: Iterable[Apart] = (),
) -> Page:
    """The document with its mentions placed, before they become units."""
    merged = {index: found if isinstance(found, Merged) else of_model(found) for index, found in sorted(extractions.items())}
    readings = echoed(passages, merged, floor_of(rules))
    page = Page(document, passages, readings, frozenset(repeated), date, rules, frozenset(apart))
    for passage in passages:
        if passage.index in readings:
            page.dropped.update(dict(readings[passage.index].dropped))
            place_spans(page, passage, readings[passage.index])
    return page

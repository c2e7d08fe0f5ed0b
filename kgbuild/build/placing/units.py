"""Mentions -> units: in-document clusters, without what is no thing of its own: headings, repeated blocks, lone demonyms."""

from kgbuild.build.placing.page import Page, is_own, sentence_of
from kgbuild.graph import hygiene
from kgbuild.records import BlockKind, Mention, Statement, Unit
from kgbuild.resolution.document import joins_of, resolve_document, types_written


def units_of(page: Page) -> tuple[Unit, ...]:
    """In-document clusters, without what stands only in headings or on repeated blocks."""
    texts = {passage.index: passage.text for passage in page.passages}
    found = resolve_document(page.mentions, page.types, _chains(page), texts, page.apart)
    common = frozenset().union(*map(hygiene.common_abbreviations, texts.values()))
    return tuple(unit for unit in found if not (_is_common(page, unit, common) or _only_in_passing(page, unit)))


def unit_joins(page: Page) -> dict[tuple[str, str], tuple[tuple[str, str, str], ...]]:
    """Why names of the document are one unit, by its type and key: see `joins_of`."""
    texts = {passage.index: passage.text for passage in page.passages}
    return joins_of(page.mentions, page.types, _chains(page), texts, page.apart)


def unit_types(page: Page) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
    """The types under which each form of a unit is read: see `types_written`."""
    texts = {passage.index: passage.text for passage in page.passages}
    return types_written(page.mentions, page.types, _chains(page), texts, page.apart)


def _chains(page: Page) -> list[list[int]]:
    """The mentions that a reading joined, by number."""
    chains = (
        [page.of_span[passage, span] for span in chain if (passage, span) in page.of_span]
        for passage, merged in page.readings.items()
        for chain in merged.extraction.chains
    )
    return [chain for chain in chains if len(chain) > 1]


def _is_common(page: Page, unit: Unit, common: frozenset[str]) -> bool:
    """Whether a unit is nothing but abbreviations of common words."""
    if is_own(page, unit):
        return False
    if hygiene.is_abbreviation_of((mention.text for mention in unit.mentions), common, off=page.rules.config.hygiene_off):
        page.dropped[hygiene.ABBREVIATION_RULE] += len(unit.mentions)
        return True
    return False


def _only_in_passing(page: Page, unit: Unit) -> bool:
    """Whether a unit stands nowhere in running text: only on repeated blocks, or only in headings and all-caps lines."""
    config = page.rules.config
    blocks = [_block_of(page, mention) for mention in unit.mentions]
    if not config.keep_repeated and all(block in page.repeated for block in blocks):
        page.dropped["stands only on repeated blocks"] += len(unit.mentions)
        return True
    if hygiene.HEADING_RULE in config.hygiene_off or is_own(page, unit):
        return False
    if all(_is_heading(page, mention, block) for mention, block in zip(unit.mentions, blocks, strict=True)):
        page.dropped[hygiene.HEADING_RULE] += len(unit.mentions)
        return True
    return False


def _block_of(page: Page, mention: Mention) -> int:
    passage = page.passages[mention.passage]
    return passage.blocks[sentence_of(passage, mention.start)]


def _is_heading(page: Page, mention: Mention, block: int) -> bool:
    if page.document.blocks[block].kind is BlockKind.HEADING:
        return True
    if page.document.blocks[block].kind is BlockKind.TABLE_ROW:
        return False
    passage = page.passages[mention.passage]
    start, end = passage.sentences[sentence_of(passage, mention.start)]
    return hygiene.is_all_caps(passage.text[start:end])


def connected(page: Page, statements: tuple[Statement, ...]) -> tuple[tuple[Unit, ...], tuple[Statement, ...]]:
    """Leave out units that count only with a relation (demonyms, languages) and have none here; renumber the rest."""
    used = {s.subject for s in statements} | {s.object for s in statements if isinstance(s.object, int)}
    keep = []
    for index, unit in enumerate(page.units):
        forms = [mention.text for mention in unit.mentions]
        if (
            index in used
            or is_own(page, unit)
            or not hygiene.needs_relation(forms, unit.type, off=page.rules.config.hygiene_off)
        ):
            keep.append(index)
        else:
            page.dropped[hygiene.RELATION_RULE] += len(unit.mentions)
    position = {old: new for new, old in enumerate(keep)}
    renumbered = tuple(
        Statement(
            position[s.subject],
            s.predicate,
            position[s.object] if isinstance(s.object, int) else s.object,
            s.score,
            s.scope,
            s.evidence,
            s.by,
        )
        for s in statements
    )
    return tuple(page.units[index] for index in keep), renumbered

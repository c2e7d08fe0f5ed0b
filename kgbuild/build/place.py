"""Document + Extractions -> Facts: spans become mentions, mentions units, links statements with their evidence.

The schema, the thresholds and the hygiene rules are applied here, so that changing them extracts nothing again. What is left out
is counted by rule. Knows no other document.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kgbuild.build import claims, phrasebook, phrases
from kgbuild.build.echoes import with_echoes
from kgbuild.build.merge import THE_MODEL, Merged, Reader, of_model
from kgbuild.config import Build
from kgbuild.graph import hygiene, values
from kgbuild.records import (
    ANY,
    BlockKind,
    Document,
    Evidence,
    Extraction,
    Facts,
    Mention,
    Passage,
    Scope,
    Span,
    Statement,
    Unit,
    Value,
)
from kgbuild.resolution.document import resolve_document
from kgbuild.schema import Kind, Relation, Schema, Type

LEAST = 1500
"""Score that a span needs at least to become a mention where a phrase vouches for it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What placing applies to every document: schema, settings, minimum score by (relation label, scope)."""

    schema: Schema
    config: Build
    thresholds: Mapping[tuple[str, str], int]


@dataclass(slots=True)
class _Page:
    """A document on the table: what is known of each mention while it is placed."""

    document: Document
    passages: tuple[Passage, ...]
    readings: Mapping[int, Merged]
    repeated: frozenset[int]
    date: str
    rules: Rules
    own: set[tuple[int, int, int]] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    of_span: dict[tuple[int, int], int] = field(default_factory=dict)
    value_spans: dict[tuple[int, int], Type] = field(default_factory=dict)
    accepted: frozenset[tuple[int, str, int | Value]] = frozenset()
    dropped: Counter[str] = field(default_factory=Counter)


def place(
    document: Document,
    passages: tuple[Passage, ...],
    extractions: Mapping[int, Extraction | Merged],
    repeated: Iterable[int],
    date: str,
    rules: Rules,
    accepted: Iterable[tuple[str, str, str, str, str]] = (),
) -> Facts:
    """Facts of one document. extractions: by passage index, of the model or merged; repeated: indices of blocks that recur in many
    documents.

    accepted: facts that a person said are right here, as (type, text, predicate, type or datatype, text): they are kept although
    their score is too low, a rule of claims speaks against them, or they stand on repeated blocks.
    """
    merged = {index: found if isinstance(found, Merged) else of_model(found) for index, found in sorted(extractions.items())}
    readings = _echoed(passages, merged, _floor(rules))
    page = _Page(document, passages, readings, frozenset(repeated), date, rules)
    for passage in passages:
        if passage.index in readings:
            page.dropped.update(dict(readings[passage.index].dropped))
            _place_spans(page, passage, readings[passage.index])
    units = _units(page)
    unit_of = {_at(mention): index for index, unit in enumerate(units) for mention in unit.mentions}
    page.accepted = frozenset(_accepted(page, units, accepted))
    statements = _statements(page, units, unit_of)
    units, statements = _connected(page, units, statements)
    return Facts(units, statements, tuple(sorted(page.dropped.items())))


# mentions ------------------------------------------------------------------------------------------------------------


def _floor(rules: Rules) -> int:
    """The score that a span of the model needs, where its type has none of its own."""
    return max(rules.config.min_mention_score, rules.thresholds.get((ANY, "span"), 0))


def _echoed(passages: tuple[Passage, ...], readings: Mapping[int, Merged], floor: int) -> dict[int, Merged]:
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


def _place_spans(page: _Page, passage: Passage, merged: Merged) -> None:
    config = page.rules.config
    minimum = dict(config.types)
    floor = _floor(page.rules)
    spoken = _spoken_of(page, passage, merged, floor)
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
                page.own.add(_at(mention))


def _name_in(passage: Passage, span: Span, type: Type, reader: Reader, config: Build) -> tuple[int, int] | str:
    """Where the name in a span stands, or the rule by which it is none. What a person listed or described is a name as it is."""
    if reader.is_own:
        return span.start, span.end
    start, end = hygiene.trim(passage.text, span.start, span.end)
    rule = hygiene.verdict(passage.text[start:end], type.name, off=config.hygiene_off)
    return rule or hygiene.cut_from(passage.text, start, end, off=config.hygiene_off) or (start, end)


def _spoken_of(page: _Page, passage: Passage, merged: Merged, floor: int) -> frozenset[int]:
    """Spans that a phrase ties to another one: the words around a name vouch for it, so a lower score is enough."""
    if not page.rules.config.phrases or passage.language != phrases.LANGUAGE:
        return frozenset()
    spans = [(n, s) for n, s in enumerate(merged.extraction.spans) if s.score >= LEAST]
    doubted = {_sentence_of(passage, span.start) for _, span in spans if span.score < floor}
    names = [(n, *hygiene.trim(passage.text, s.start, s.end)) for n, s in spans if _sentence_of(passage, s.start) in doubted]
    return frozenset(end for one in _phrases_in(page, passage, merged, names) for end in (one.head, one.tail))


def _at(mention: Mention) -> tuple[int, int, int]:
    return mention.passage, mention.start, mention.end


def _is_own(page: _Page, unit: Unit) -> bool:
    """Whether a person's terms or patterns name a unit."""
    return bool(page.own) and any(_at(mention) in page.own for mention in unit.mentions)


def _units(page: _Page) -> tuple[Unit, ...]:
    """In-document clusters, without what stands only in headings or on repeated blocks."""
    chains = [
        [page.of_span[passage, span] for span in chain if (passage, span) in page.of_span]
        for passage, merged in page.readings.items()
        for chain in merged.extraction.chains
    ]
    texts = {passage.index: passage.text for passage in page.passages}
    found = resolve_document(page.mentions, page.types, [chain for chain in chains if len(chain) > 1], texts)
    common = frozenset().union(*map(hygiene.common_abbreviations, texts.values()))
    return tuple(unit for unit in found if not (_is_common(page, unit, common) or _only_in_passing(page, unit)))


def _is_common(page: _Page, unit: Unit, common: frozenset[str]) -> bool:
    """Whether a unit is nothing but abbreviations of common words."""
    if _is_own(page, unit):
        return False
    if hygiene.is_abbreviation_of((mention.text for mention in unit.mentions), common, off=page.rules.config.hygiene_off):
        page.dropped[hygiene.ABBREVIATION_RULE] += len(unit.mentions)
        return True
    return False


def _only_in_passing(page: _Page, unit: Unit) -> bool:
    """Whether a unit stands nowhere in running text: only on repeated blocks, or only in headings and all-caps lines."""
    config = page.rules.config
    blocks = [_block_of(page, mention) for mention in unit.mentions]
    if not config.keep_repeated and all(block in page.repeated for block in blocks):
        page.dropped["stands only on repeated blocks"] += len(unit.mentions)
        return True
    if hygiene.HEADING_RULE in config.hygiene_off or _is_own(page, unit):
        return False
    if all(_is_heading(page, mention, block) for mention, block in zip(unit.mentions, blocks, strict=True)):
        page.dropped[hygiene.HEADING_RULE] += len(unit.mentions)
        return True
    return False


def _sentence_of(passage: Passage, offset: int) -> int:
    """Index of the sentence that holds an offset."""
    return max(0, bisect_right(passage.sentences, (offset, len(passage.text) + 1)) - 1)


def _block_of(page: _Page, mention: Mention) -> int:
    passage = page.passages[mention.passage]
    return passage.blocks[_sentence_of(passage, mention.start)]


def _is_heading(page: _Page, mention: Mention, block: int) -> bool:
    if page.document.blocks[block].kind is BlockKind.HEADING:
        return True
    if page.document.blocks[block].kind is BlockKind.TABLE_ROW:
        return False
    passage = page.passages[mention.passage]
    start, end = passage.sentences[_sentence_of(passage, mention.start)]
    return hygiene.is_all_caps(passage.text[start:end])


# statements ----------------------------------------------------------------------------------------------------------


def _statements(page: _Page, units: tuple[Unit, ...], unit_of: Mapping[tuple[int, int, int], int]) -> tuple[Statement, ...]:
    best: dict[tuple[object, ...], Statement] = {}
    for said in _said(page, units, unit_of):
        _keep(best, said)
    for index, merged in page.readings.items():
        extraction = merged.extraction
        chain_of = {span: chain for chain in extraction.chains for span in chain}
        for link, reader in zip(extraction.links, merged.link_by, strict=True):
            relation = reader.relation_of(page.rules.schema, link.label)
            if relation is None:
                page.dropped[f"label {link.label} is not in the schema"] += 1
                continue
            chains = chain_of if reader.is_model else {}  # others name the very spans that they mean
            head = _mentions_of(page, index, chains.get(link.head, (link.head,)), unit_of)
            tail = chains.get(link.tail, (link.tail,))
            statement = _statement(page, extraction, index, relation, head, tail, link.score, units, unit_of)
            if isinstance(statement, str):
                page.dropped[statement] += 1
            elif _is_accepted(page, statement) or not reader.is_model:
                _keep(best, replace(statement, by=reader.name))
            elif not _kept(page, link.label, statement):
                page.dropped["fact below its threshold"] += 1
            elif rule := _unclaimed(page, index, link.label, head, _mentions_of(page, index, tail, unit_of), units):
                page.dropped[rule] += 1
            else:
                _keep(best, statement)
    return tuple(sorted(best.values(), key=_order))


def _said(page: _Page, units: tuple[Unit, ...], unit_of: Mapping[tuple[int, int, int], int]) -> Iterator[Statement]:
    """Facts that set phrases say, whatever the model thinks of them; rules on claims are asked all the same."""
    if not page.rules.config.phrases:
        return
    for index, merged in page.readings.items():
        if page.passages[index].language != phrases.LANGUAGE:
            continue
        for one in _phrases_of(page, index, merged):
            relation = page.rules.schema.relation_of(one.label)
            head, tail = (_mentions_of(page, index, (end,), unit_of) for end in (one.head, one.tail))
            if relation is None or not head:
                continue
            statement = _statement(
                page, merged.extraction, index, relation, head, (one.tail,), phrases.CONFIDENCE, units, unit_of
            )
            if isinstance(statement, Statement) and not _unclaimed(page, index, one.label, head, tail, units):
                yield replace(statement, by=phrases.NAME)


def _phrases_of(page: _Page, index: int, merged: Merged) -> Iterator[phrases.Said]:
    """What phrases say of the spans that were kept; ends are span indices."""
    kept = []
    for number, span in enumerate(merged.extraction.spans):
        if (at := page.of_span.get((index, number))) is not None:
            kept.append((number, *_stretch(page.mentions[at])))
        elif (index, number) in page.value_spans:
            kept.append((number, span.start, span.end))
    return _phrases_in(page, page.passages[index], merged, kept)


def _phrases_in(page: _Page, passage: Passage, merged: Merged, spans: Iterable[tuple[int, int, int]]) -> Iterator[phrases.Said]:
    """What phrases say of spans (number, start, end), sentence by sentence."""
    found: dict[int, list[phrases.Name]] = {}
    for number, start, end in spans:
        sentence = _sentence_of(passage, start)
        offset = passage.sentences[sentence][0]
        label = _known_label(page.rules.schema, merged.span_by[number], merged.extraction.spans[number].label)
        found.setdefault(sentence, []).append(phrases.Name(start - offset, end - offset, label, number))
    for sentence, names in sorted(found.items()):
        yield from phrases.said(passage.text[slice(*passage.sentences[sentence])], names, page.rules.config.hygiene_off)


def _known_label(schema: Schema, reader: Reader, label: str) -> str:
    """A span's label as phrases know it: the model's own, or of what others found a label that the schema gives to its type."""
    if reader.is_model:
        return label
    type = reader.type_of(schema, label)
    return next((known for known in type.labels if known in phrasebook.TYPES), label) if type else label


def _keep(best: dict[tuple[object, ...], Statement], statement: Statement) -> None:
    key = (statement.subject, statement.predicate, statement.object, statement.evidence)
    if key not in best or statement.score > best[key].score:
        best[key] = statement


def _accepted(
    page: _Page, units: tuple[Unit, ...], accepted: Iterable[tuple[str, str, str, str, str]]
) -> Iterator[tuple[int, str, int | Value]]:
    """Accepted facts as units of this document: of each end the first that is written so."""
    first: dict[tuple[str, str], int] = {}
    for index, unit in enumerate(units):
        for mention in unit.mentions:
            first.setdefault((unit.type, mention.text), index)
    for type, text, predicate, kind, target in accepted:
        relation = page.rules.schema.relation(predicate)
        subject = first.get((type, text))
        value = relation is not None and bool(relation.property)
        end: int | Value | None = Value(kind, target) if value else first.get((kind, target))
        if subject is not None and end is not None:
            yield subject, predicate, end
            if isinstance(end, int) and page.rules.schema.is_symmetric(predicate):
                yield end, predicate, subject


def _is_accepted(page: _Page, statement: Statement) -> bool:
    return (statement.subject, statement.predicate, statement.object) in page.accepted


def _order(statement: Statement) -> tuple[object, ...]:
    evidence = tuple((e.passage, e.start, e.end) for e in statement.evidence)
    target = statement.object
    value = ("", "", target) if isinstance(target, int) else (target.datatype, target.text, -1)
    return evidence, statement.subject, statement.predicate, value, statement.score, statement.by


def _mentions_of(
    page: _Page, passage: int, chain: Iterable[int], unit_of: Mapping[tuple[int, int, int], int]
) -> list[tuple[int, Mention]]:
    """Mentions of a chain that became part of a unit, with the unit; the unit of most of them, ties to the first."""
    found = []
    for span in chain:
        index = page.of_span.get((passage, span))
        if index is not None and (unit := unit_of.get(_at(page.mentions[index]))) is not None:
            found.append((unit, page.mentions[index]))
    if not found:
        return []
    counts = Counter(unit for unit, _ in found)
    chosen = max(counts, key=lambda unit: (counts[unit], -unit))
    return [(unit, mention) for unit, mention in found if unit == chosen]


def _statement(
    page: _Page,
    extraction: Extraction,
    passage: int,
    relation: Relation,
    head: list[tuple[int, Mention]],
    tail_chain: Iterable[int],
    score: int,
    units: tuple[Unit, ...],
    unit_of: Mapping[tuple[int, int, int], int],
) -> Statement | str:
    """One statement, or the rule by which there is none."""
    if not head:
        return "an end of the fact was left out"
    subject = head[0][0]
    if relation.property:
        return _property(page, extraction, passage, relation, head, tail_chain, score, units)
    tail = _mentions_of(page, passage, tail_chain, unit_of)
    if not tail:
        return "an end of the fact was left out"
    target = tail[0][0]
    if subject == target:
        return "both ends of the fact are the same"
    if not page.rules.schema.allows(units[subject].type, relation.name, units[target].type):
        return "the schema does not allow these types for the relation"
    scope, evidence = _evidence(page.passages[passage], [_stretch(m) for _, m in head], [_stretch(m) for _, m in tail])
    kept = page.rules.schema.canonical(relation.name)
    if kept != relation.name:  # one direction is kept; the ends of a symmetric relation are ordered when they are entities
        subject, target = target, subject
    return _unless_repeated(page, passage, Statement(subject, kept, target, score, scope, evidence))


def _property(
    page: _Page,
    extraction: Extraction,
    passage: int,
    relation: Relation,
    head: list[tuple[int, Mention]],
    tail_chain: Iterable[int],
    score: int,
    units: tuple[Unit, ...],
) -> Statement | str:
    text = page.passages[passage].text
    spans = [i for i in tail_chain if (passage, i) in page.value_spans]
    if not spans:
        return "an end of the fact was left out"
    for index in spans:
        type, span = page.value_spans[passage, index], extraction.spans[index]
        if not page.rules.schema.allows(units[head[0][0]].type, relation.name, type.name):
            return "the schema does not allow these types for the relation"
        value = values.normalise(type.datatype, text[span.start : span.end], page.date or None)
        if isinstance(value, Value):
            scope, evidence = _evidence(page.passages[passage], [_stretch(m) for _, m in head], [(span.start, span.end)])
            return _unless_repeated(page, passage, Statement(head[0][0], relation.name, value, score, scope, evidence))
    return "the value cannot be normalised"


def _unless_repeated(page: _Page, passage: int, statement: Statement) -> Statement | str:
    if not page.rules.config.keep_repeated and not _is_accepted(page, statement):
        cut = page.passages[passage]
        if all(cut.blocks[_sentence_of(cut, e.start)] in page.repeated for e in statement.evidence):
            return "stands only on repeated blocks"
    return statement


def _kept(page: _Page, label: str, statement: Statement) -> bool:
    minimum = page.rules.thresholds.get((label, statement.scope.value))
    return minimum is not None and statement.score >= minimum


def _unclaimed(
    page: _Page,
    passage: int,
    label: str,
    head: list[tuple[int, Mention]],
    tail: list[tuple[int, Mention]],
    units: tuple[Unit, ...],
) -> str:
    """The rule by which the text bears no fact of these ends, or ''. Rules are about two entities, in a language they know."""
    cut = page.passages[passage]
    if not tail or cut.language != claims.LANGUAGE:
        return ""
    ends = (claims.end(units[end[0][0]].type, [_stretch(mention) for _, mention in end]) for end in (head, tail))
    return claims.verdict(claims.Claim(label, cut.text, *ends), off=page.rules.config.hygiene_off)


def _stretch(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _evidence(
    passage: Passage, heads: list[tuple[int, int]], tails: list[tuple[int, int]]
) -> tuple[Scope, tuple[Evidence, ...]]:
    """The sentence that holds both ends, at their closest; else the closest pair of sentences that hold one each."""
    pairs = [
        (abs(_sentence_of(passage, h[0]) - _sentence_of(passage, t[0])), abs(h[0] - t[0]), h[0], t[0])
        for h in heads
        for t in tails
    ]
    _, _, head, tail = min(pairs)
    chosen = sorted({_sentence_of(passage, head), _sentence_of(passage, tail)})
    evidence = tuple(Evidence(passage.index, *passage.sentences[i]) for i in chosen)
    return (Scope.STATED if len(chosen) == 1 else Scope.INFERRED), evidence


def _connected(
    page: _Page, units: tuple[Unit, ...], statements: tuple[Statement, ...]
) -> tuple[tuple[Unit, ...], tuple[Statement, ...]]:
    """Leave out units that count only with a relation (demonyms, languages) and have none here; renumber the rest."""
    used = {s.subject for s in statements} | {s.object for s in statements if isinstance(s.object, int)}
    keep = []
    for index, unit in enumerate(units):
        forms = [mention.text for mention in unit.mentions]
        if (
            index in used
            or _is_own(page, unit)
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
    return tuple(units[index] for index in keep), renumbered

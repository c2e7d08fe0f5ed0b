"""One link -> one statement with its evidence, or the rule by which there is none."""

from collections import Counter
from collections.abc import Iterable

from kgbuild.build.placing.page import Page, at, sentence_of, stretch
from kgbuild.graph import values
from kgbuild.records import Evidence, Mention, Passage, Scope, Statement, Value
from kgbuild.schema import Relation


def mentions_of(page: Page, passage: int, chain: Iterable[int]) -> list[tuple[int, Mention]]:
    """Mentions of a chain that became part of a unit, with the unit; the unit of most of them, ties to the first."""
    found = []
    for span in chain:
        index = page.of_span.get((passage, span))
        if index is not None and (unit := page.unit_of.get(at(page.mentions[index]))) is not None:
            found.append((unit, page.mentions[index]))
    if not found:
        return []
    counts = Counter(unit for unit, _ in found)
    chosen = max(counts, key=lambda unit: (counts[unit], -unit))
    return [(unit, mention) for unit, mention in found if unit == chosen]


def statement_of(
    page: Page,
    passage: int,
    relation: Relation,
    head: list[tuple[int, Mention]],
    tail_chain: Iterable[int],
    score: int,
) -> Statement | str:
    """One statement, or the rule by which there is none."""
    if not head:
        return "an end of the fact was left out"
    subject = head[0][0]
    if relation.property:
        return _property(page, passage, relation, head, tail_chain, score)
    tail = mentions_of(page, passage, tail_chain)
    if not tail:
        return "an end of the fact was left out"
    target = tail[0][0]
    if subject == target:
        return "both ends of the fact are the same"
    if not page.rules.schema.allows(page.units[subject].type, relation.name, page.units[target].type):
        return "the schema does not allow these types for the relation"
    scope, evidence = _evidence(page.passages[passage], [stretch(m) for _, m in head], [stretch(m) for _, m in tail])
    kept = page.rules.schema.canonical(relation.name)
    if kept != relation.name:  # one direction is kept; the ends of a symmetric relation are ordered when they are entities
        subject, target = target, subject
    return _unless_repeated(page, passage, Statement(subject, kept, target, score, scope, evidence))


def _property(
    page: Page,
    passage: int,
    relation: Relation,
    head: list[tuple[int, Mention]],
    tail_chain: Iterable[int],
    score: int,
) -> Statement | str:
    cut, extraction = page.passages[passage], page.readings[passage].extraction
    spans = [i for i in tail_chain if (passage, i) in page.value_spans]
    if not spans:
        return "an end of the fact was left out"
    for index in spans:
        type, span = page.value_spans[passage, index], extraction.spans[index]
        if not page.rules.schema.allows(page.units[head[0][0]].type, relation.name, type.name):
            return "the schema does not allow these types for the relation"
        value = values.normalise(type.datatype, cut.text[span.start : span.end], page.date or None, cut.language)
        if isinstance(value, Value):
            scope, evidence = _evidence(cut, [stretch(m) for _, m in head], [(span.start, span.end)])
            return _unless_repeated(page, passage, Statement(head[0][0], relation.name, value, score, scope, evidence))
    return "the value cannot be normalised"


def _unless_repeated(page: Page, passage: int, statement: Statement) -> Statement | str:
    if not page.rules.config.keep_repeated and not is_accepted(page, statement):
        cut = page.passages[passage]
        if all(cut.blocks[sentence_of(cut, e.start)] in page.repeated for e in statement.evidence):
            return "stands only on repeated blocks"
    return statement


def is_accepted(page: Page, statement: Statement) -> bool:
    """Whether a person said that this fact is right here."""
    return (statement.subject, statement.predicate, statement.object) in page.accepted


def _evidence(
    passage: Passage, heads: list[tuple[int, int]], tails: list[tuple[int, int]]
) -> tuple[Scope, tuple[Evidence, ...]]:
    """The sentence that holds both ends, at their closest; else the closest pair of sentences that hold one each."""
    pairs = [
        (abs(sentence_of(passage, h[0]) - sentence_of(passage, t[0])), abs(h[0] - t[0]), h[0], t[0])
        for h in heads
        for t in tails
    ]
    _, _, head, tail = min(pairs)
    chosen = sorted({sentence_of(passage, head), sentence_of(passage, tail)})
    evidence = tuple(Evidence(passage.index, *passage.sentences[i]) for i in chosen)
    return (Scope.STATED if len(chosen) == 1 else Scope.INFERRED), evidence

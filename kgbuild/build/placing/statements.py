"""Links, and what phrases say -> the statements of a document: the best of each, above its threshold, borne by the text."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kgbuild.build import claims, phrases
from kgbuild.build.placing.link import is_accepted, mentions_of, statement_of
from kgbuild.build.placing.page import Page, stretch
from kgbuild.build.placing.phrased import phrases_of
from kgbuild.records import Mention, Scope, Statement, Value
from kgbuild.resolution.lexicon import Kind, kind_of


def statements_of(page: Page) -> tuple[Statement, ...]:
    """The statements of all passages, in their order; what is none is counted by rule."""
    best: dict[tuple[object, ...], Statement] = {}
    for said in _said(page):
        _keep(best, said)
    for index, merged in page.readings.items():
        chain_of = {span: chain for chain in merged.extraction.chains for span in chain}
        for link, reader in zip(merged.extraction.links, merged.link_by, strict=True):
            relation = reader.relation_of(page.rules.schema, link.label)
            if relation is None:
                page.dropped[f"label {link.label} is not in the schema"] += 1
                continue
            chains = chain_of if reader.is_model else {}  # others name the very spans that they mean
            head = mentions_of(page, index, chains.get(link.head, (link.head,)))
            tail = chains.get(link.tail, (link.tail,))
            statement = statement_of(page, index, relation, head, tail, link.score)
            if isinstance(statement, str):
                page.dropped[statement] += 1
            elif is_accepted(page, statement) or not reader.is_model:
                _keep(best, replace(statement, by=reader.name))
            elif not _kept(page, link.label, statement):
                page.dropped["fact below its threshold"] += 1
            elif rule := _unclaimed(page, index, link.label, (head, mentions_of(page, index, tail)), statement.scope):
                page.dropped[rule] += 1
            else:
                _keep(best, statement)
    return tuple(sorted(best.values(), key=_order))


def _said(page: Page) -> Iterator[Statement]:
    """Facts that set phrases say, whatever the model thinks of them; rules on claims are asked all the same."""
    if not page.rules.config.phrases:
        return
    for index, merged in page.readings.items():
        if page.passages[index].language != phrases.LANGUAGE:
            continue
        for one in phrases_of(page, index, merged):
            relation = page.rules.schema.relation_of(one.label)
            head, tail = (mentions_of(page, index, (end,)) for end in (one.head, one.tail))
            if relation is None or not head:
                continue
            statement = statement_of(page, index, relation, head, (one.tail,), phrases.CONFIDENCE)
            if not isinstance(statement, Statement):
                continue
            if not _unclaimed(page, index, one.label, (head, tail), statement.scope, is_said=True):
                yield replace(statement, by=phrases.NAME)


def _keep(best: dict[tuple[object, ...], Statement], statement: Statement) -> None:
    key = (statement.subject, statement.predicate, statement.object, statement.evidence)
    if key not in best or statement.score > best[key].score:
        best[key] = statement


def accepted_here(page: Page, accepted: Iterable[tuple[str, str, str, str, str]]) -> Iterator[tuple[int, str, int | Value]]:
    """Accepted facts as units of this document: of each end the first that is written so."""
    first: dict[tuple[str, str], int] = {}
    for index, unit in enumerate(page.units):
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


def _order(statement: Statement) -> tuple[object, ...]:
    evidence = tuple((e.passage, e.start, e.end) for e in statement.evidence)
    target = statement.object
    value = ("", "", target) if isinstance(target, int) else (target.datatype, target.text, -1)
    return evidence, statement.subject, statement.predicate, value, statement.score, statement.by


def _kept(page: Page, label: str, statement: Statement) -> bool:
    minimum = page.rules.thresholds.get((label, statement.scope.value))
    return minimum is not None and statement.score >= minimum


def _unclaimed(
    page: Page,
    passage: int,
    label: str,
    ends: tuple[list[tuple[int, Mention]], list[tuple[int, Mention]]],
    scope: Scope,
    *,
    is_said: bool = False,
) -> str:
    """The rule by which the text bears no fact of these ends, or ''. Rules are about two entities, in a language they know.

    is_said: a phrase says it of these two, so that it matters not who else is named.
    """
    cut = page.passages[passage]
    if not ends[1] or cut.language != claims.LANGUAGE:
        return ""
    first, last = (claims.end(page.units[end[0][0]].type, [stretch(mention) for _, mention in end]) for end in ends)
    persons = () if is_said or label not in claims.OF_PERSONS else tuple(_persons(page, passage, ends[0][0][0]))
    claim = claims.Claim(label, cut.text, first, last, is_inferred=scope is Scope.INFERRED, persons=persons)
    return claims.verdict(claim, off=page.rules.config.hygiene_off)


def _persons(page: Page, passage: int, but: int) -> Iterator[tuple[int, int]]:
    """Where a passage names persons other than one unit."""
    for span in range(len(page.readings[passage].extraction.spans)):
        for unit, mention in mentions_of(page, passage, (span,)):
            if unit != but and kind_of(page.units[unit].type) is Kind.PERSON:
                yield stretch(mention)

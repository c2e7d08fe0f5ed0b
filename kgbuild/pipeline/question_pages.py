"""A question -> the page that a person answers it from: what is asked, the sentences, and why the machine thinks so. Reads only."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kgbuild.build.components import Neighbourhood
from kgbuild.build.entities import unit_rows
from kgbuild.build.judged import UnitRef
from kgbuild.build.words import entity_of
from kgbuild.counts import counted
from kgbuild.errors import NotFound
from kgbuild.pipeline.contexts import SENTENCE, Context, Mark, Piece, Reader
from kgbuild.pipeline.reviewing import Kind, Question, ends_of_key, entity_refs, seam_of, undecided
from kgbuild.pipeline.uncertainty import of_score, of_weight
from kgbuild.records import Entity, Triple, Value
from kgbuild.resolution.compare import explanation
from kgbuild.schema import Schema
from kgbuild.workspace.graph import WorkspaceGraph

MOST_CONTEXTS = 3
"""Sentences shown for each side, or for a fact."""
MOST_FORMS = 6
MOST_MARKED = 40

GONE = "the graph no longer holds what was asked: it was built anew since"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the machine thinks so: a sentence, and the weight or the score that it gives."""

    text: str
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One thing that a question speaks of. forms: (written name, count), most frequent first; entity: its id in the graph."""

    entity: str
    type: str
    name: str
    mentions: int
    documents: int
    forms: tuple[tuple[str, int], ...]
    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A question to be read. sides: two of a merge, the ends of a fact, one of a mention; predicate, value: of a fact."""

    id: str
    kind: Kind
    uncertainty: int
    sides: tuple[Side, ...]
    reasons: tuple[Reason, ...]
    contexts: tuple[Context, ...] = ()
    predicate: str = ""
    value: str = ""


def page_of(graph: WorkspaceGraph, schema: Schema, kind: Kind, key: tuple[str, ...]) -> Page:
    """The page of a question. Raises NotFound if the graph no longer holds what it asks about."""
    match kind:
        case Kind.FACT:
            return _fact(graph, schema, key)
        case Kind.MENTION:
            return _mention(graph, key)
        case Kind.APART:
            return _apart(graph, key)
        case Kind.MERGE:
            return _merge(graph, key)


def title_of(graph: WorkspaceGraph, question: Question) -> tuple[str, str, str]:
    """A question on one line: left, what joins, right. Cheap: no document is opened."""
    derived = graph.derived
    match question.kind:
        case Kind.FACT:
            triple = derived.triple(question.key[0])
            return (_name(graph, triple.subject), triple.predicate, _object_name(graph, triple)) if triple else ("", "", "")
        case Kind.MENTION:
            document, name = question.key
            return (
                _shown_form(graph, (document, name)),
                name.partition("/")[0],
                _name(graph, entity_of(derived.db, document, name)),
            )
        case Kind.APART | Kind.MERGE:
            left, right = ends_of_key(question.key)
            return _shown_form(graph, left), "same" if question.kind is Kind.MERGE else "apart", _shown_form(graph, right)


def _name(graph: WorkspaceGraph, id: str) -> str:
    entity = graph.derived.entity(id)
    return entity.name if entity else ""


def _object_name(graph: WorkspaceGraph, triple: Triple) -> str:
    return triple.object.text if isinstance(triple.object, Value) else _name(graph, triple.object)


def _shown_form(graph: WorkspaceGraph, ref: UnitRef) -> str:
    forms = _forms(graph, [ref])
    return forms[0][0] if forms else ref[1].partition("/")[2]


# the four kinds ------------------------------------------------------------------------------------------------------


def _merge(graph: WorkspaceGraph, key: tuple[str, ...]) -> Page:
    seam = seam_of(graph.derived, key)
    if seam is None:
        raise NotFound(GONE)
    reasons = [Reason(explanation(name), weight) for name, weight in seam.reasons]
    single = sum(weight for _, weight in seam.reasons)
    if seam.weight != single:
        reasons.append(Reason("Other names of the two sides, taken together", seam.weight - single))
    reader = Reader(graph)
    sides = (
        _side(reader, sorted(seam.left_side, key=lambda ref: ref != seam.left), "left"),
        _side(reader, sorted(seam.right_side, key=lambda ref: ref != seam.right), "right"),
    )
    return Page(_id(Kind.MERGE, key), Kind.MERGE, of_weight(max(seam.weight, 0)), sides, tuple(reasons))


def _apart(graph: WorkspaceGraph, key: tuple[str, ...]) -> Page:
    left, right = ends_of_key(key)
    near = Neighbourhood(graph.derived.db)
    between = [e for e in near.edges_of(left[1]) if {e.left, e.right} == {left[1], right[1]}]
    holders = [entity_of(graph.derived.db, *ref) for ref in (left, right)]
    if not between or not all(holders) or holders[0] == holders[1]:
        raise NotFound(GONE)
    best = max(between, key=lambda edge: undecided(edge.weight, edge.reasons))
    reasons = [Reason(explanation(name), weight) for name, weight in best.reasons]
    if others := _rivals(graph, near, (left[1], right[1]), holders):
        reasons.append(Reason(f"Could be meant as well: {', '.join(others)}"))
    if best.weight > 0:
        reasons.append(Reason("What else is known of the two entities speaks against joining them"))
    reader = Reader(graph)
    sides = tuple(
        _side(reader, [end, *(ref for ref in entity_refs(graph.derived, id) if ref != end)], word)
        for id, end, word in ((holders[0], left, "left"), (holders[1], right, "right"))
    )
    return Page(_id(Kind.APART, key), Kind.APART, of_weight(undecided(best.weight, best.reasons)), sides, tuple(reasons))


def _rivals(graph: WorkspaceGraph, near: Neighbourhood, ends: tuple[str, str], holders: Sequence[str]) -> list[str]:
    """Names of other entities that one of the two fits as well, as they are written."""
    edges = [edge for end in ends for edge in near.edges_of(end) if undecided(edge.weight, edge.reasons)]
    names = sorted({name for edge in edges for name in (edge.left, edge.right)})
    others = [name for name in names if entity_of(graph.derived.db, "", name) not in ("", *holders)]
    return list(dict.fromkeys(_shown_form(graph, ("", name)) for name in others))[:MOST_FORMS]


def _fact(graph: WorkspaceGraph, schema: Schema, key: tuple[str, ...]) -> Page:
    triple = graph.derived.triple(key[0])
    subject = graph.derived.entity(triple.subject) if triple else None
    if triple is None or subject is None:
        raise NotFound(GONE)
    target = None if isinstance(triple.object, Value) else graph.derived.entity(triple.object)
    contexts = fact_contexts(Reader(graph), triple, MOST_CONTEXTS)
    sides = tuple(_bare_side(entity) for entity in (subject, target) if entity)
    value = triple.object.text if isinstance(triple.object, Value) else ""
    reasons = tuple(_fact_reasons(triple, schema, len(contexts)))
    return Page(_id(Kind.FACT, key), Kind.FACT, of_score(triple.confidence), sides, reasons, contexts, triple.predicate, value)


def _fact_reasons(triple: Triple, schema: Schema, shown: int) -> Iterable[Reason]:
    scope = "one sentence states it" if triple.scope == "stated" else "it is inferred from two sentences"
    yield Reason(f"The model's confidence; {scope}", triple.confidence)
    if triple.support > shown:
        yield Reason(
            f"It stands in {counted(triple.support, 'sentence')} of {counted(triple.documents, 'document')}; the surest are shown"
        )
    relation = schema.relation(triple.predicate)
    if relation is not None and relation.label:
        yield Reason(f"{triple.predicate} means: {relation.label}")


def fact_contexts(reader: Reader, triple: Triple, most: int) -> tuple[Context, ...]:
    """The sentences of a fact, stated ones and certain ones first, with both ends marked."""
    found = sorted(reader.graph.statements_of(triple), key=lambda s: (s.scope != "stated", -s.confidence, s.id))
    ends = {triple.subject: "left"} | ({} if isinstance(triple.object, Value) else {triple.object: "right"})
    contexts = []
    for s in found[:most]:
        if reader.facts(s.document) is None:
            contexts.append(_quoted(reader, s.document, s.quote, s.start, (s.scope.value, s.confidence)))
            continue
        spans = s.quotes or ((s.start, s.end),)
        context = reader.context(s.document, spans, reader.places(s.document, ends))
        contexts.append(_scored(context, s.scope.value, s.confidence))
    return tuple(contexts)


def _scored(context: Context, scope: str, confidence: int) -> Context:
    return replace(context, scope=scope, confidence=confidence)


def _quoted(reader: Reader, document: str, quote: str, start: int, told: tuple[str, int]) -> Context:
    """A quote of an imported graph, which has no texts."""
    node = reader.graph.derived.document(document)
    return Context(document, node.uri if node else "", node.name if node else "", start, (Piece(quote, (SENTENCE,)),), *told)


def _mention(graph: WorkspaceGraph, key: tuple[str, ...]) -> Page:
    document, name = key
    entity = graph.derived.entity(entity_of(graph.derived.db, document, name))
    row = graph.derived.db.execute("SELECT score FROM unit WHERE document = ? AND name = ?", key).fetchone()
    if entity is None or row is None:
        raise NotFound(GONE)
    reader = Reader(graph)
    marks = reader.unit_places(document, name, "left")
    contexts = tuple(reader.context(document, [(m.start, m.end)], marks) for m in _spread(marks))
    own = _side(reader, [(document, name)], "left", most=0)
    side = Side(entity.id, name.partition("/")[0], own.name, own.mentions, entity.documents, own.forms, ())
    reasons = [Reason(f"The model's score for a {side.type} here", row[0])]
    if entity.documents > 1:
        reasons.append(Reason(f"Part of the entity {entity.name}, which {entity.documents:,} documents mention"))
    return Page(_id(Kind.MENTION, key), Kind.MENTION, of_score(row[0]), (side,), tuple(reasons), contexts)


def _spread(marks: Sequence[Mark]) -> list[Mark]:
    """The first mentions that do not stand close to each other."""
    chosen: list[Mark] = []
    for mark in marks:
        if len(chosen) < MOST_CONTEXTS and all(abs(mark.start - other.start) > 800 for other in chosen):
            chosen.append(mark)
    return chosen


def _id(kind: Kind, key: tuple[str, ...]) -> str:
    return Question(kind, key, 0, 0).id


# sides ---------------------------------------------------------------------------------------------------------------


def _bare_side(entity: Entity) -> Side:
    forms = tuple((alias, 0) for alias in entity.aliases[:MOST_FORMS])
    return Side(entity.id, entity.type, entity.name, entity.mentions, entity.documents, forms, ())


def _side(reader: Reader, refs: Sequence[UnitRef], word: str, most: int = MOST_CONTEXTS) -> Side:
    """What names and units are, with the sentences where they are named most. The first of them names the side."""
    graph, first = reader.graph, refs[0]
    rows = unit_rows(graph.derived.db, [(name, document) for document, name in refs])
    forms = _forms(graph, refs)
    contexts = []
    for document, name, *_ in sorted(rows, key=lambda row: (row[1] != first[1], -row[2], row[0]))[:most]:
        marks = reader.unit_places(document, name, word)
        if marks:
            contexts.append(reader.context(document, [(marks[0].start, marks[0].end)], marks[:MOST_MARKED]))
    entity = entity_of(graph.derived.db, *first)
    return Side(
        entity, first[1].partition("/")[0], _shown_form(graph, first), sum(row[2] for row in rows),
        len({row[0] for row in rows}), tuple(forms[:MOST_FORMS]), tuple(contexts),
    )  # fmt: skip


def _forms(graph: WorkspaceGraph, refs: Iterable[UnitRef]) -> list[tuple[str, int]]:
    """Written forms with their counts: full names before short forms, the most frequent first."""
    counts: dict[str, int] = {}
    short: dict[str, bool] = {}
    for row in unit_rows(graph.derived.db, [(name, document) for document, name in refs]):
        for form, count, is_short in json.loads(row[4]):
            counts[form] = counts.get(form, 0) + count
            short[form] = short.get(form, True) and bool(is_short)
    return [(form, counts[form]) for form in sorted(counts, key=lambda f: (short[f], -counts[f], f))]

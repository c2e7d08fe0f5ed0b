"""A person's word about entities and facts, by name or id -> judgements: merge, split, reject, accept, rename, retype.

Each takes an open workspace and what a person would type, finds the entities or the fact in the built graph, and decides
(`deciding.decide`). Raises NotFound for an unknown name, Ambiguous for one that several have, BuildError for a contradiction.
"""

import getpass
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from kgbuild.build.judged import UnitRef
from kgbuild.build.words import entity_types
from kgbuild.errors import Ambiguous, BuildError, NotFound, UsageError
from kgbuild.pipeline.anchoring import (
    anchor_at,
    anchor_of,
    fact_anchors,
    has_mentions,
    holders_of,
    main_ref,
    refs_of,
    statement_anchors,
    triple_between,
)
from kgbuild.pipeline.building import inputs_of
from kgbuild.pipeline.deciding import Decision, decide
from kgbuild.pipeline.explaining import bare, find_entities, find_facts
from kgbuild.pipeline.listing import about_entity
from kgbuild.pipeline.near import in_words, near_words
from kgbuild.pipeline.reports import FactExplanation
from kgbuild.pipeline.splitting import chosen, inner_judgements, split_judgements
from kgbuild.pipeline.text_joins import types_of
from kgbuild.pipeline.unplaced import kept_statement, seen_statement
from kgbuild.records import Anchor, Entity, Judgement, Triple, Value, Verdict
from kgbuild.schema import Relation, Schema
from kgbuild.workspace.graph import WorkspaceGraph

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

FACT_WORDS = 3
MOST_HITS = 20


def login_name() -> str:
    """Who is logged in; the number of the user where the machine knows no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def merge(ws: "Workspace", a: str, b: str, *, why: str = "", by: str | None = None, preview: bool = False) -> Decision:
    """Say that two entities are one."""
    with ws.source() as graph:
        left, right = one_entity(graph, a), one_entity(graph, b)
        if left.id == right.id:
            raise BuildError(f"{a!r} and {b!r} are one entity already: e:{left.id} {left.name}")
        refs = [ref for id in (left.id, right.id) for ref in refs_of(graph, id) if has_mentions(graph, ref)]
        anchors = {ref: anchor_at(graph, ref) for ref in refs}
        main = main_ref(graph, left)
        ends = anchor_at(graph, main, left.name), anchor_of(graph, right)
        new = Judgement(0, Verdict.SAME, *ends, by=_by(by), reason=why)
    return decide(ws, [new], complete=_all_one(main, ends[0], anchors), preview=preview)


def _all_one(main: UnitRef, first: Anchor, anchors: dict[UnitRef, Anchor]) -> Callable[[WorkspaceGraph], list[Judgement]]:
    """What else has to be said until all names of two entities are one: names that would fall off are named, too."""

    def complete(graph: WorkspaceGraph) -> list[Judgement]:
        held = holders_of(graph, anchors)
        return [Judgement(0, Verdict.SAME, first, anchors[ref]) for ref in anchors if held[ref] != held[main]]

    return complete


def split(
    ws: "Workspace", a: str, mentions: Sequence[str], *, why: str = "", by: str | None = None, preview: bool = False
) -> Decision:
    """Say that some mentions of an entity, together, are another one.

    mentions: each a name as written, a document (URI or glob), or numbers of the list of mentions ("2", "4-6", "2,5").
    """
    with ws.source() as graph:
        entity = one_entity(graph, a)
        found = chosen(graph, entity, mentions, types_of(ws, graph))
        new = inner_judgements(found.inside, _by(by), why)
        complete = None
        if found.parts:
            more, complete = split_judgements(graph, entity, found.parts, found.rest, _by(by), why)
            both = [Judgement(0, Verdict.SAME, new[0].left, more[0].left, by=_by(by), reason=why)] if new else []
            new = [*new, *both, *more]
    return decide(ws, new, complete=complete, preview=preview)


def reject(ws: "Workspace", *words: str, why: str = "", by: str | None = None, preview: bool = False) -> Decision:
    """Say that an entity is none, or that a fact is wrong: words are a name or id, or subject, predicate and object."""
    with ws.source() as graph:
        if not _is_fact(graph, words):
            entity = one_entity(graph, words[0])
            new = Judgement(0, Verdict.WRONG, anchor_of(graph, entity), by=_by(by), reason=why)
            return decide(ws, [new], preview=preview)
        triple = one_fact(ws, graph, words)
        left, right = fact_anchors(graph, triple)
        new = Judgement(0, Verdict.WRONG, left, right, triple.predicate, by=_by(by), reason=why, quote=triple.quote)
    return decide(ws, [new], preview=preview)


def accept(ws: "Workspace", *words: str, why: str = "", by: str | None = None, preview: bool = False) -> Decision:
    """Say that a fact is right, although its score may be too low or a rule drops it: one sentence at least must bear it.

    words: the id of a fact, or subject, predicate and object.
    """
    with ws.source() as graph:
        if not _is_fact(graph, words):
            raise _no_fact(ws, graph, words[0])
        if len(words) == FACT_WORDS:
            subject, predicate, target = _ends(ws, graph, words)
        else:
            triple = one_fact(ws, graph, words)
            subject, predicate, target = triple.subject, triple.predicate, triple.object
        new = _right(ws, graph, subject, predicate, target, (_by(by), why))
    return decide(ws, [new], preview=preview)


def rename(ws: "Workspace", entity: str, name: str, *, why: str = "", by: str | None = None, preview: bool = False) -> Decision:
    """Give an entity the name that is shown."""
    chosen = " ".join(name.split())
    if not chosen:
        raise UsageError("give a name that is not empty")
    return _call(ws, entity, Verdict.NAME, chosen, why, by, preview)


def retype(ws: "Workspace", entity: str, type: str, *, why: str = "", by: str | None = None, preview: bool = False) -> Decision:
    """Give an entity another type of the schema."""
    known = {each.casefold(): each for each in entity_types(ws.schema())}
    if type.casefold() not in known:
        raise UsageError(f"{type!r} is no type of entities in the schema; it has {', '.join(sorted(known.values()))}")
    return _call(ws, entity, Verdict.TYPE, known[type.casefold()], why, by, preview)


def _call(ws: "Workspace", text: str, verdict: Verdict, value: str, why: str, by: str | None, preview: bool) -> Decision:
    """Name or type: said where it was said before, so that the last word counts, else of the entity's main name."""
    with ws.source() as graph:
        entity = one_entity(graph, text)
        if value == (entity.name if verdict is Verdict.NAME else entity.type):
            raise BuildError(f"e:{entity.id} has the {verdict.value} {value!r} already")
        notes = tuple(_unfit(ws.schema(), graph, entity, value)) if verdict is Verdict.TYPE else ()
        before = [j.left for j in about_entity(graph, entity) if j.verdict is verdict]
        anchors = list(dict.fromkeys(before)) or [anchor_of(graph, entity)]
    new = [Judgement(0, verdict, anchor, value=value, by=_by(by), reason=why) for anchor in anchors]
    return decide(ws, new, preview=preview, notes=notes)


def _unfit(schema: Schema, graph: WorkspaceGraph, entity: Entity, type: str) -> Iterable[str]:
    """Facts that the schema does not allow for the new type."""
    for triple in graph.derived.triples_of(entity.id):
        relation = schema.relation(triple.predicate)
        ends = [relation.head] if relation and triple.subject == entity.id else []
        ends += [relation.tail] if relation and triple.object == entity.id else []
        if any(type not in allowed for allowed in ends):
            yield f"the schema does not allow {triple.predicate} for {type}: `kgbuild reject t:{triple.id}` if it is wrong"


# finding -------------------------------------------------------------------------------------------------------------


def one_entity(graph: WorkspaceGraph, text: str) -> Entity:
    """The entity of that id, name or alias. Raises NotFound, or Ambiguous with all that fit."""
    try:
        found = find_entities(graph, text)
    except NotFound as error:
        rejected = [j for j in graph.truth.judgements() if j.verdict is Verdict.WRONG and not j.right and j.left.text == text]
        if not rejected:
            raise
        number = rejected[-1].number
        raise NotFound(
            f"{text!r} was rejected by judgement {number}; `kgbuild judgements undo {number}` takes that back"
        ) from error
    if len(found) > 1:
        hits = tuple(
            (f"e:{e.id}", f"{e.type}  {e.name}  in {e.documents:,} document{'s' * (e.documents != 1)}")
            for e in found[:MOST_HITS]
        )
        raise Ambiguous(f"{len(found)} entities are called {text!r}", hits)
    return found[0]


def one_fact(ws: "Workspace", graph: WorkspaceGraph, words: Sequence[str]) -> Triple:
    """The fact of that id, or of these ends. Raises NotFound, or Ambiguous with all that fit."""
    if len(words) == FACT_WORDS:
        relation = relation_named(ws.schema(), words[1])
        found = [graph.derived.triple(fact.id) for fact in _facts(ws.schema(), graph, words[0], relation, words[2])]
    else:
        found = [graph.derived.triple(bare(words[0]))]
    triples = [triple for triple in found if triple is not None]
    if not triples:
        raise NotFound(f"no fact {words[0]!r} in the graph; `kgbuild explain NAME` lists an entity's facts with their ids")
    if len(triples) > 1:
        hits = tuple((f"t:{t.id}", f"{t.predicate}  {t.quote}") for t in triples[:MOST_HITS])
        raise Ambiguous(f"{len(triples)} facts fit {' '.join(words)!r}", hits)
    return triples[0]


def _facts(schema: Schema, graph: WorkspaceGraph, subject: str, relation: Relation, target: str) -> Iterable[FactExplanation]:
    found = find_facts(graph, subject, relation.inverse or relation.name, target, schema)
    return {fact.id: fact for fact in found}.values()


def relation_named(schema: Schema, name: str) -> Relation:
    """A relation of the schema, however its letters are cased. Raises NotFound naming those that are near."""
    known = {relation.name.casefold(): relation for relation in schema.relations}
    if name.casefold() in known:
        return known[name.casefold()]
    near = near_words(name, [relation.name for relation in schema.relations])
    raise NotFound(f"the schema has no relation {name!r}; {in_words(near, 'see `kgbuild schema`')}")


def _is_fact(graph: WorkspaceGraph, words: Sequence[str]) -> bool:
    """Whether the words name a fact. Raises UsageError unless they are one or three."""
    if len(words) not in (1, FACT_WORDS):
        raise UsageError("give one NAME or ID, or A PREDICATE B; put names of several words in quotes")
    if len(words) == FACT_WORDS or words[0].startswith("t:"):
        return True
    return graph.derived.entity(bare(words[0])) is None and graph.derived.triple(bare(words[0])) is not None


def _no_fact(ws: "Workspace", graph: WorkspaceGraph, text: str) -> Exception:
    """The error for `accept` of an entity."""
    entity = one_entity(graph, text)
    return UsageError(f"e:{entity.id} {entity.name} is an entity, and in the graph: accept takes a fact, t:ID or A PREDICATE B")


def _ends(ws: "Workspace", graph: WorkspaceGraph, words: Sequence[str]) -> tuple[str, str, str | Value]:
    """Subject, predicate and object of a fact that may not be in the graph, as it is kept."""
    relation = relation_named(ws.schema(), words[1])
    subject = one_entity(graph, words[0]).id
    if relation.property:
        return subject, relation.name, Value(relation.datatype, words[2])
    target = one_entity(graph, words[2]).id
    return (target, relation.inverse, subject) if relation.inverse else (subject, relation.name, target)


def _right(
    ws: "Workspace", graph: WorkspaceGraph, subject: str, predicate: str, target: str | Value, said_by: tuple[str, str]
) -> Judgement:
    """The word that a fact is right, anchored in the document that says it best."""
    between = triple_between(ws.schema(), subject, predicate, target)
    if between is None or subject == target:
        raise BuildError("both ends of the fact are the same entity")
    seen = kept_statement(graph, between[0])
    searched = 0
    if seen is None:
        seen, searched = seen_statement(graph, inputs_of(ws, partial=True), subject, predicate, target)
    if seen is None:
        where = "the one document that mentions" if searched == 1 else f"any of the {searched:,} documents that mention"
        raise BuildError(f"the model saw no such fact in {where} both: nothing is there to accept")
    document, head, tail, _, quote, start = seen
    left, right = statement_anchors(graph, document, head, tail)
    return Judgement(0, Verdict.RIGHT, left, right, predicate, by=said_by[0], reason=said_by[1], quote=quote, offset=start)


def _by(by: str | None) -> str:
    return login_name() if by is None else by

"""Why the graph says what it says: an entity's names and joins, a fact's sentences."""

import json
from collections.abc import Iterable
from dataclasses import replace

from kgbuild.build.components import Neighbourhood, component_graph, node_of
from kgbuild.build.judged import resolve_judgements
from kgbuild.build.words import find_unit
from kgbuild.errors import NotFound
from kgbuild.pipeline.anchoring import first_uri, mention_rows
from kgbuild.pipeline.listing import about_entity, about_fact, signed
from kgbuild.pipeline.near import in_words, near_entities, near_words
from kgbuild.pipeline.reports import EntityExplanation, FactExplanation, Join, QuarantinedFact, Quote
from kgbuild.records import Entity, Judgement, Triple, Value
from kgbuild.resolution.judge import said
from kgbuild.schema import Relation, Schema
from kgbuild.workspace.codec import unpack_facts
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.graph import WorkspaceGraph

MAX_QUOTES = 20
"""Sentences shown for one entity or fact; counts always say how many there are."""


def bare(id: str) -> str:
    """An id without its prefix: "e:abc" and "abc" are the same."""
    prefix, colon, rest = id.partition(":")
    return rest if colon and prefix in ("e", "t", "d") else id


def find_entities(graph: WorkspaceGraph, text: str) -> list[Entity]:
    """Entities of that id, name or alias; an id of an earlier graph is followed to who holds its keys now.

    Raises NotFound if there is none.
    """
    derived = graph.derived
    found = derived.find_entities(bare(text)) or derived.find_entities(text)
    if not found:
        holders = derived.holders(graph.truth.published_keys(bare(text)))
        found = [entity for id in holders if (entity := derived.entity(id))]
    if not found:
        raise NotFound(_unknown(derived, text))
    return found


def _unknown(derived: Derived, text: str) -> str:
    """Why no entity is found, and how to find it."""
    if not derived.count("entity"):
        return f"nothing in the graph is called {text!r}: it holds no entities yet; `kgbuild status` says what is to do"
    best = '`kgbuild query "MATCH (e:Entity) RETURN e.name ORDER BY e.documents DESC LIMIT 20"` shows the best known'
    return f"nothing in the graph is called {text!r}; {in_words(map(repr, near_entities(derived, text)), best)}"


def explain_entity(graph: WorkspaceGraph, entity: Entity, schema: Schema, facts: int = 10) -> EntityExplanation:
    """Names, joins, judgements, sentences and best supported facts of an entity."""
    names = _names(graph, entity)
    triples = sorted(graph.derived.triples_of(entity.id), key=lambda t: (-t.support, -t.confidence, t.id))
    told = tuple(explain_fact(graph, triple, schema) for triple in triples[:facts])
    return EntityExplanation(
        entity.id, entity.type, entity.name, entity.aliases, entity.mentions, entity.documents, entity.confidence,
        names,
        tuple(replace(j, left=_place(graph, j.left), right=_place(graph, j.right)) for j in entity_joins(graph, entity)),
        _judgements(about_entity(graph, entity)),
        tuple(_entity_quotes(graph, entity)) or tuple(dict.fromkeys(quote for fact in told for quote in fact.quotes[:1])),
        told,
        tuple((name, value.text) for name, value in entity.values),
        tuple((row.number, row.uri, row.forms) for row in mention_rows(graph, entity.id)),
        entity.external_id, entity.iri,
    )  # fmt: skip


def _names(graph: WorkspaceGraph, entity: Entity) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    rows = []
    for key in entity.keys:
        forms: dict[str, int] = {}
        found = graph.derived.db.execute("SELECT forms FROM unit WHERE name = ?", (key,)).fetchall()
        for (body,) in found:
            for form, count, *_ in json.loads(body):
                forms[form] = forms.get(form, 0) + count
        rows.append((key, len(found), tuple(sorted(forms, key=lambda f: (-forms[f], f)))))
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def entity_joins(graph: WorkspaceGraph, entity: Entity) -> tuple[Join, ...]:
    """The edges inside the entity's component that join two of its own nodes, strongest first."""
    db = graph.derived.db
    nodes = {row[0]: row[1] for row in db.execute("SELECT id, component FROM node WHERE entity = ?", (entity.id,))}
    if len(nodes) < 2:
        return ()
    near = Neighbourhood(db)
    judged = resolve_judgements(graph.truth.judgements(), lambda anchor: find_unit(graph.truth, db, anchor))
    names = {row[0] for row in db.execute("SELECT name FROM node WHERE entity = ?", (entity.id,))}
    units: dict[str, list[tuple[str, str]]] = {}
    for unit in judged.singled_out():
        if unit[1] in names:
            units.setdefault(unit[1], []).append(unit)
    component, _ = component_graph(names, {name: near.edges_of(name) for name in names}, units)
    joins = [
        Join(a, b, data["weight"], tuple(data["reasons"]))
        for a, b, data in component.edges(data=True)
        if a in nodes and b in nodes
    ]
    joins += [
        Join(node_of(a), node_of(b), 0, (("a person said: same", 0),))
        for a, b in judged.same
        if {node_of(a), node_of(b)} <= set(nodes)
    ]
    joins += _one_thing(graph, entity)
    return tuple(sorted(joins, key=lambda j: (-j.weight, j.left, j.right)))


def _place(graph: WorkspaceGraph, node: str) -> str:
    """A node as people read it: a name, with the URI of its document if it was set apart there."""
    name, _, document = node.partition("\t")
    return f"{name} ({first_uri(graph, document)})" if document else name


def _one_thing(graph: WorkspaceGraph, entity: Entity) -> Iterable[Join]:
    """Names that are known to be one thing, by terms or an extractor that knows more than the text."""
    sql = "SELECT id, thing FROM node WHERE entity = ? AND thing <> '' ORDER BY id"
    nodes = graph.derived.db.execute(sql, (entity.id,)).fetchall()
    for node, thing in nodes[1:]:
        yield Join(nodes[0][0], node, 0, ((f"both are known as {thing}", 0),))


def _judgements(judgements: Iterable[Judgement]) -> tuple[str, ...]:
    """Judgements in words, with who, when, why, and how to undo them."""
    return tuple(f"#{j.number} {said(j)}{signed(j)}; undo: kgbuild judgements undo {j.number}" for j in judgements)


def _entity_quotes(graph: WorkspaceGraph, entity: Entity) -> Iterable[Quote]:
    """One sentence a document, for the first documents that mention the entity."""
    sql = "SELECT document FROM mention WHERE entity = ? ORDER BY count DESC, document LIMIT ?"
    for (document,) in graph.derived.db.execute(sql, (entity.id, MAX_QUOTES)).fetchall():
        quote = _first_quote(graph, document, entity.id)
        if quote is not None:
            yield quote


def _first_quote(graph: WorkspaceGraph, document: str, entity: str) -> Quote | None:
    row = graph.derived.db.execute("SELECT facts FROM folded WHERE document = ?", (document,)).fetchone()
    if row is None:  # an imported graph: places of mentions are not in it
        return None
    of_unit = graph.derived.entities_of_unit_rows(document)
    mentions = [m for unit, id in zip(unpack_facts(row[0]).units, of_unit, strict=True) if id == entity for m in unit.mentions]
    if not mentions:
        return None
    mention = min(mentions, key=lambda m: (m.passage, m.start))
    passage = graph.truth.document(document).passages[mention.passage]
    start, end = next((a, b) for a, b in passage.sentences if a <= mention.start < b)
    place = passage.start + start, passage.start + end
    return Quote(passage.text[start:end], document, _uri(graph, document), *place, by=mention.by)


def _by(graph: WorkspaceGraph, extractor: str) -> str:
    """The extractor of a statement; '' for the model."""
    return "" if extractor == graph.derived.meta("model") else extractor


def _uri(graph: WorkspaceGraph, document: str) -> str:
    node = graph.derived.document(document)
    return node.uri if node else ""


def explain_fact(graph: WorkspaceGraph, triple: Triple, schema: Schema) -> FactExplanation:
    """All sentences that a triple stands on, stated ones and certain ones first."""
    statements = sorted(graph.statements_of(triple), key=lambda s: (s.scope != "stated", -s.confidence, s.id))
    quotes = tuple(
        Quote(s.quote, s.document, _uri(graph, s.document), s.start, s.end, s.scope.value, s.confidence, _by(graph, s.model))
        for s in statements
    )
    subject = graph.derived.entity(triple.subject)
    target = triple.object.text if isinstance(triple.object, Value) else triple.object
    other = None if isinstance(triple.object, Value) else graph.derived.entity(target)
    return FactExplanation(
        triple.id, triple.subject, subject.name if subject else "", triple.predicate, target, other.name if other else target,
        triple.confidence, triple.support, triple.documents, triple.scope.value, quotes,
        _judgements(about_fact(graph, schema, triple.id)),
    )  # fmt: skip


def find_facts(graph: WorkspaceGraph, subject: str, predicate: str, target: str, schema: Schema) -> list[FactExplanation]:
    """Facts between two entities (or an entity and a value), by names or ids. Raises NotFound if there is none."""
    left = {entity.id for entity in find_entities(graph, subject)}
    right = {target} | {e.id for e in graph.derived.find_entities(bare(target))}
    relation = next((each for each in schema.relations if each.name.casefold() == predicate.casefold()), None)
    wanted = schema.canonical(relation.name) if relation else predicate
    found = [
        triple
        for id in sorted(left)
        for triple in graph.derived.triples_of(id)
        if triple.predicate.casefold() == wanted.casefold() and _meets(triple, left, right)
    ]
    if not found:
        raise NotFound(_unsaid(graph, schema, (subject, predicate, target), relation, left, right))
    return [explain_fact(graph, triple, schema) for triple in found]


def _unsaid(
    graph: WorkspaceGraph,
    schema: Schema,
    words: tuple[str, str, str],
    relation: Relation | None,
    left: set[str],
    right: set[str],
) -> str:
    """Why no fact is found: a relation that there is not, a name that nothing has, or what is said instead."""
    subject, predicate, target = words
    if relation is None:
        names = [each.name for each in schema.relations]
        return f"the schema has no relation {predicate!r}; {in_words(near_words(predicate, names), 'see `kgbuild schema`')}"
    told = f"the graph does not say {subject} {predicate} {target}"
    between = sorted({t.predicate for id in left for t in graph.derived.triples_of(id) if _meets(t, left, right)})
    if between:
        return f"{told}; between the two it says {', '.join(between)}"
    if right == {target} and not relation.property:
        return f"{told}: {_unknown(graph.derived, target)}"
    return f"{told}; `kgbuild explain {subject!r}` shows what it says"


def _meets(triple: Triple, left: set[str], right: set[str]) -> bool:
    if isinstance(triple.object, Value):
        return triple.subject in left and triple.object.text in right
    return (triple.subject in left and triple.object in right) or (triple.subject in right and triple.object in left)


def fact_of(graph: WorkspaceGraph, id: str) -> Triple:
    """The triple of an id. Raises NotFound."""
    triple = graph.derived.triple(bare(id))
    if triple is None:
        raise NotFound(f"no fact {id!r}")
    return triple


def quarantined_facts(graph: WorkspaceGraph, schema: Schema) -> list[QuarantinedFact]:
    """Facts that are kept out of the graph, each with the rule, the reason and its sentences."""
    return [
        QuarantinedFact(rule, reason, explain_fact(graph, triple, schema))
        for triple, rule, reason in graph.derived.quarantined()
    ]

"""A graph and a schema -> what in the graph breaks a rule of the schema. Reads triples and entities, changes nothing."""

from collections.abc import Iterator

from kgbuild.graph.assemble import agrees
from kgbuild.records import Entity, GraphSource, Triple, Value, Violation
from kgbuild.schema import Relation, Schema

RULES = ("unknown_type", "unknown_relation", "dangling", "domain", "range", "datatype", "direction", "functional", "itself")


def validate(graph: GraphSource, schema: Schema) -> Iterator[Violation]:
    """All violations: first by triple, in the order of ids, then those of functional relations, then of entities' types.

    Dates of different precision that agree are one object. Holds one short text per entity, one counter and one object per functional
    subject in memory, never the triples.
    """
    types = {entity.id: entity.type for entity in graph.entities()}
    first: dict[tuple[str, str], tuple[str, int, str | Value]] = {}
    for triple in graph.triples():
        relation = schema.relation(triple.predicate)
        if relation is None:
            yield Violation(triple.id, "unknown_relation", f"{triple.predicate} is no relation of the schema")
            continue
        yield from _ends(triple, relation, types, schema)
        if relation.functional:
            key = triple.subject, triple.predicate
            first[key] = _counted(*first.get(key, (triple.id, 0, triple.object)), triple.object)
    for (subject, predicate), (id, count, _) in sorted(first.items()):
        if count > 1:
            yield Violation(id, "functional", f"{subject} has {count} objects of {predicate}, which allows one")
    for entity in graph.entities():
        yield from _type(entity, schema)


def _counted(id: str, count: int, known: str | Value, object: str | Value) -> tuple[str, int, str | Value]:
    """One more object of a functional relation; known: the most exact so far."""
    if count and isinstance(object, Value) and agrees(object, known):
        return id, count, known
    if count and isinstance(known, Value) and agrees(known, object):
        return id, count, object
    return id, count + 1, known


def _ends(triple: Triple, relation: Relation, types: dict[str, str], schema: Schema) -> Iterator[Violation]:
    head = types.get(triple.subject)
    if head is None:
        yield Violation(triple.id, "dangling", f"its subject {triple.subject} is no entity of the graph")
        return
    if relation.inverse:
        yield Violation(triple.id, "direction", f"{relation.name} is kept as {relation.inverse}")
        return
    if head not in relation.head:
        yield Violation(triple.id, "domain", f"{relation.name} begins at {_either(relation.head)}, not at a {head}")
    if isinstance(triple.object, Value):
        yield from _value(triple, triple.object, relation)
        return
    tail = types.get(triple.object)
    if tail is None:
        yield Violation(triple.id, "dangling", f"its object {triple.object} is no entity of the graph")
    elif tail not in relation.tail:
        yield Violation(triple.id, "range", f"{relation.name} leads to {_either(relation.tail)}, not to a {tail}")
    if triple.object == triple.subject:
        yield Violation(triple.id, "itself", f"{relation.name} joins {triple.subject} to itself")
    if relation.symmetric and triple.object < triple.subject:
        yield Violation(triple.id, "direction", f"{relation.name} is symmetric: the smaller id comes first")


def _value(triple: Triple, value: Value, relation: Relation) -> Iterator[Violation]:
    if not relation.is_property:
        yield Violation(triple.id, "range", f"{relation.name} leads to {_either(relation.tail)}, not to a {value.datatype}")
    elif value.datatype != relation.datatype:
        yield Violation(triple.id, "datatype", f"{relation.name} holds a {relation.datatype}, not a {value.datatype}")


def _type(entity: Entity, schema: Schema) -> Iterator[Violation]:
    type = schema.type(entity.type)
    if type is None:
        yield Violation(entity.id, "unknown_type", f"{entity.type} is no type of the schema")
    elif type.kind == "value":
        yield Violation(entity.id, "unknown_type", f"{entity.type} is a type of values, and {entity.id} is an entity")


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(names) or "nothing"

"""Triples that cannot all be true -> which of them are kept out of the graph, by which rule, and why.

Each rule is a function of one group of triples, whatever came first: what one subject's functional relations say, or what a
directed relation says between two entities; and of what the ends are: their types, and which places lie in which. The best
supported triple stays. Integers and content decide, nothing else.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kgbuild.graph.assemble import agrees, best_value
from kgbuild.records import ONE, Scope, Triple, Value, Violation
from kgbuild.schema import Relation, Schema

RULES = ("itself", "domain", "range", "functional", "ends_before_it_begins", "both_ways")
"""itself: an entity that is related to itself; domain, range: an end whose type the relation does not begin at or lead to, since
its entity has another type than the name in the text, or a person gave it one; functional: a second object where the schema
allows one (of places that lie in each other the innermost stays); ends_before_it_begins: a death before the birth; both_ways: A
part of B and B part of A."""

SPANS = (("P569", "P570"), ("P571", "P576"), ("P580", "P582"))
"""Wikidata's properties of a beginning and its end: birth and death, inception and dissolution, start and end."""


NESTED = ("P131", "P17", "P30")
"""Wikidata's properties of a place that lies in another: a division, a country, a continent."""


@dataclass(frozen=True, slots=True)
class Ends:
    """What is known of the entities of a group. types: by id; inside: (inner, outer) of places, as facts say one way only."""

    types: Mapping[str, str] = field(default_factory=dict)
    inside: Collection[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Triples that are judged together. of: the subject, or the two ends in order; predicate: of a directed relation, else ''."""

    of: tuple[str, ...]
    predicate: str = ""


def group_of(triple: Triple, schema: Schema) -> Group | None:
    """The group that a triple is judged in; None if no rule looks at it."""
    relation = schema.relation(triple.predicate)
    if triple.object == triple.subject or (relation is not None and relation.functional):
        return Group((triple.subject,))
    if relation is not None and isinstance(triple.object, str) and triple.predicate in directed(schema):
        return Group(tuple(sorted((triple.subject, triple.object))), triple.predicate)
    return None


@lru_cache(maxsize=8)
def directed(schema: Schema) -> frozenset[str]:
    """Relations that hold one way only: another relation is their inverse, so that both ways would say each is the other's part."""
    inverted = {relation.inverse for relation in schema.relations if relation.inverse}
    return frozenset(r.name for r in schema.relations if r.name in inverted and not r.symmetric and not r.functional)


@lru_cache(maxsize=8)
def nesting(schema: Schema) -> frozenset[str]:
    """Relations that say of a place which other one it lies in."""
    return frozenset(r.name for r in schema.relations if any(_is(r, property) for property in NESTED) and not r.symmetric)


@lru_cache(maxsize=8)
def functional(schema: Schema) -> frozenset[str]:
    """Relations that have one object at most."""
    return frozenset(r.name for r in schema.relations if r.functional)


def impossible(
    triples: Iterable[Triple], schema: Schema, off: Collection[str] = (), ends: Ends | None = None
) -> dict[str, Violation]:
    """The triples of one group that are kept out, by id; off: names of rules that do not apply."""
    known = ends or Ends()
    found: dict[str, Violation] = {}
    held = sorted(triples, key=lambda t: t.id)
    for rule, judge in (
        ("itself", _itself),
        ("domain", _domain),
        ("range", _range),
        ("functional", _functional),
        ("ends_before_it_begins", _dates),
        ("both_ways", _both),
    ):
        if rule not in off:
            left = [triple for triple in held if triple.id not in found]
            found |= {triple.id: Violation(triple.id, rule, why) for triple, why in judge(left, schema, known)}
    return found


Verdicts = Iterable[tuple[Triple, str]]


def _itself(triples: list[Triple], schema: Schema, _: Ends) -> Verdicts:
    return [(t, f"{t.predicate} joins an entity to itself") for t in triples if t.object == t.subject]


def _domain(triples: list[Triple], schema: Schema, ends: Ends) -> Verdicts:
    for triple, relation in _unsure(triples, schema):
        type = ends.types.get(triple.subject)
        if type and type not in relation.head:
            yield triple, f"{relation.name} begins at {_either(relation.head)}, not at a {type}"


def _range(triples: list[Triple], schema: Schema, ends: Ends) -> Verdicts:
    for triple, relation in _unsure(triples, schema):
        type = ends.types.get(triple.object) if isinstance(triple.object, str) else None
        if type and type not in relation.tail:
            yield triple, f"{relation.name} leads to {_either(relation.tail)}, not to a {type}"


def _unsure(triples: list[Triple], schema: Schema) -> Iterable[tuple[Triple, Relation]]:
    """Triples that no person has vouched for, with their relations."""
    for triple in triples:
        relation = schema.relation(triple.predicate)
        if relation is not None and triple.confidence != ONE:
            yield triple, relation


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(names) or "nothing"


def _functional(triples: list[Triple], schema: Schema, ends: Ends) -> Verdicts:
    by_predicate: dict[str, list[Triple]] = {}
    for triple in triples:
        relation = schema.relation(triple.predicate)
        if relation is not None and relation.functional:
            by_predicate.setdefault(triple.predicate, []).append(triple)
    for predicate, several in sorted(by_predicate.items()):
        best = _innermost(_best(several), several, ends)
        for triple in several:
            if (best.object, triple.object) in ends.inside:
                yield triple, f"{predicate} allows one object, and another lies in this one and says it more exactly"
            elif not _same_object(triple, best):
                yield (
                    triple,
                    f"{predicate} allows one object, and another is better supported ({best.support} to {triple.support})",
                )


def _innermost(best: Triple, triples: list[Triple], ends: Ends) -> Triple:
    """The triple that says the same place most exactly: of those that lie in the best one the best supported, and so on inwards."""
    left = [t for t in triples if t is not best]
    while best.confidence != ONE and (within := [t for t in left if (t.object, best.object) in ends.inside]):
        best = min(within, key=_rank)
        left.remove(best)
    return best


def _best(triples: list[Triple]) -> Triple:
    """The triple that stays: a person's word, then for values the one that the entity shows, for entities the best supported."""
    certain = [t for t in triples if t.confidence == ONE] or triples
    values = [t for t in certain if isinstance(t.object, Value)]
    if values and len(values) == len(certain):
        shown = best_value(values)
        return min((t for t in values if t.object == shown), key=_rank)
    return min(certain, key=_rank)


def _rank(triple: Triple) -> tuple[bool, bool, int, int, int, str]:
    return (
        triple.confidence != ONE, triple.scope is not Scope.STATED, -triple.documents, -triple.support, -triple.confidence, triple.id
    )  # fmt: skip


def _same_object(triple: Triple, best: Triple) -> bool:
    """Whether two triples say the same object: a date may be said with more or less precision."""
    if isinstance(triple.object, Value) and isinstance(best.object, Value):
        return agrees(triple.object, best.object) or agrees(best.object, triple.object)
    return triple.object == best.object


def _dates(triples: list[Triple], schema: Schema, _: Ends) -> Verdicts:
    for begin, end in SPANS:
        begins, lasts = _dated(triples, schema, begin), _dated(triples, schema, end)
        if begins and lasts and _is_before(_precise(lasts), _precise(begins)):
            first, last = min(begins, key=_rank), min(lasts, key=_rank)
            worse, better = (begins, last) if _rank(last)[:-1] < _rank(first)[:-1] else (lasts, first)
            for triple in worse:
                yield (
                    triple,
                    f"it ends before it begins: {better.predicate} is {_text(better)}, {triple.predicate} {_text(triple)}",
                )


def _dated(triples: list[Triple], schema: Schema, property: str) -> list[Triple]:
    dated = [t for t in triples if isinstance(t.object, Value) and t.object.datatype == "date"]
    return [t for t in dated if _is(schema.relation(t.predicate), property)]


def _is(relation: Relation | None, property: str) -> bool:
    return relation is not None and (property in relation.labels or relation.iri.rpartition("/")[2] == property)


def _text(triple: Triple) -> str:
    assert isinstance(triple.object, Value)
    return triple.object.text


def _precise(triples: list[Triple]) -> str:
    """The most precise of dates that agree."""
    return max(map(_text, triples), key=lambda text: (len(text), text))


def _is_before(left: str, right: str) -> bool:
    """Whether one date is before another as far as both are precise; years have four digits."""
    shared = min(len(left), len(right))
    return left[:4].isdigit() and right[:4].isdigit() and left[:shared] < right[:shared]


def _both(triples: list[Triple], schema: Schema, _: Ends) -> Verdicts:
    pairs = [t for t in triples if isinstance(t.object, str) and t.predicate in directed(schema)]
    if len({t.subject for t in pairs}) == 2:
        best = min(pairs, key=_rank)
        for triple in pairs:
            if triple.subject != best.subject:
                yield triple, f"{triple.predicate} holds one way, and the other way is better supported"

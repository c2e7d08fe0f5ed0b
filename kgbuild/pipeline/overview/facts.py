"""A built graph -> its best supported facts, of several kinds and one a pair of entities: what people read first."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kgbuild.records import Entity, Triple
from kgbuild.schema import Schema
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.rows import TRIPLE, triple_from

SHARE = 4
"""The first choice takes a third at most, rounded up from one in SHARE, of one kind of relation."""
CANDIDATES = 2
"""So many times the wanted facts are looked at of each relation: of one pair only the first counts."""
PLACES = "relations with places"
"""The kind of relations that are country-like: one kind, though of several names."""

ORDER = "scope = 'stated' DESC, support DESC, documents DESC, confidence DESC, id DESC"


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple between entities, with both."""

    triple: Triple
    subject: Entity
    object: Entity


def best_facts(derived: Derived, schema: Schema, count: int) -> list[Fact]:
    """The best supported facts between entities, best first; what a sentence states comes before what was inferred.

    One fact a pair of entities. No kind of relation takes most of the places while others have something to say; relations with
    places (located in, country, citizen of) are one kind.
    """
    kinds = {relation.name: kind(relation.labels, relation.name) for relation in schema.relations}
    found = (fact for triple in _candidates(derived, count) if (fact := _with_ends(derived, triple)))
    return varied(list(found), count, lambda fact: kinds.get(fact.triple.predicate, fact.triple.predicate))


def most_telling(derived: Derived, schema: Schema) -> Fact | None:
    """The best fact of the relation that people ask for first: the most frequent one between entities that is not with places, else
    the most frequent. None if there is no fact between entities.
    """
    kinds = {relation.name: kind(relation.labels, relation.name) for relation in schema.relations}
    rows = derived.db.execute("SELECT predicate, count(*) FROM triple WHERE datatype IS NULL GROUP BY predicate").fetchall()
    for predicate, _ in sorted(rows, key=lambda row: (kinds.get(row[0]) == PLACES, -row[1], row[0])):
        sql = f"SELECT {TRIPLE} FROM triple WHERE predicate = ? AND datatype IS NULL ORDER BY {ORDER} LIMIT 1"
        if fact := _with_ends(derived, triple_from(derived.db.execute(sql, (predicate,)).fetchone())):
            return fact
    return None


def kind(labels: Iterable[str], name: str) -> str:
    """What a relation counts as when facts are chosen; labels: the model's, that become it."""
    from kgbuild.models.spec import COUNTRY_LIKE

    return PLACES if set(COUNTRY_LIKE).intersection(labels) else name


def varied(facts: list[Fact], count: int, kind_of: Callable[[Fact], str]) -> list[Fact]:
    """So many of these, in their order: of each kind a few first, then more, and one of each pair."""
    chosen: dict[frozenset[str], int] = {}
    taken: Counter[str] = Counter()
    step = most = count // SHARE + 1
    while len(chosen) < count and most <= count + step:
        for place, fact in enumerate(facts):
            pair = frozenset((fact.subject.id, fact.object.id))
            if len(chosen) < count and pair not in chosen and taken[kind_of(fact)] < most:
                chosen[pair] = place
                taken[kind_of(fact)] += 1
        most += step
    return [facts[place] for place in sorted(chosen.values())]


def _candidates(derived: Derived, count: int) -> Iterator[Triple]:
    """The first facts of each relation, in the order of all."""
    ranked = (
        f"SELECT id, row_number() OVER (PARTITION BY predicate ORDER BY {ORDER}) AS place FROM triple WHERE datatype IS NULL"
    )
    sql = f"SELECT {TRIPLE} FROM triple WHERE id IN (SELECT id FROM ({ranked}) WHERE place <= ?) ORDER BY {ORDER}"
    return map(triple_from, derived.db.execute(sql, (CANDIDATES * count,)).fetchall())


def _with_ends(derived: Derived, triple: Triple) -> Fact | None:
    subject, target = derived.entity(triple.subject), derived.entity(str(triple.object))
    return Fact(triple, subject, target) if subject is not None and target is not None else None

"""What a person looks for -> entities and facts of the built graph that fit, and who stands around an entity. Reads only.

Every question is SQL on the tables and indexes of graph.db; nothing is held in memory between two of them.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kgbuild.workspace.derived import Derived
from kgbuild.workspace.rows import entity_from

MOST_DOCUMENTS = 5_000
"""So many documents at most are meant by a piece of a URI."""
MOST_LINES = 400
"""Facts among the entities of a drawing."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search. Empty means all.

    types: of entities (of a fact: of either end); predicates: of facts, or that an entity takes part in; confidence: at least,
    in ten-thousandths; document: a piece of a URI or of a document's name.
    """

    types: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    confidence: int = 0
    document: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found. alias: the written form that fits, if it is not the name."""

    id: str
    type: str
    name: str
    alias: str
    mentions: int
    documents: int
    confidence: int


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact in a list. object: id of an entity, or '' for a value, whose text is object_name."""

    id: str
    subject: str
    subject_name: str
    subject_type: str
    predicate: str
    object: str
    object_name: str
    object_type: str
    confidence: int
    support: int
    documents: int
    scope: str
    quote: str
    document: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity in a drawing; distance: in facts from the middle."""

    id: str
    type: str
    name: str
    mentions: int
    distance: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An entity and who stands around it. left_out: how many facts fit that are not drawn."""

    nodes: tuple[Neighbour, ...]
    facts: tuple[FactRow, ...]
    left_out: int


# entities ------------------------------------------------------------------------------------------------------------


def search(derived: Derived, text: str, filters: Filters, limit: int) -> list[Hit]:
    """Entities with this text in their name or an alias (without regard to case): what is called so first, then by mentions."""
    wanted = " ".join(text.split())
    where, values = _entity_filters(derived.db, filters)
    if wanted:
        words, more = _written(wanted)
        where.append(words)
        values += more
    sql = f"""SELECT body FROM entity WHERE {" AND ".join(where) or "1"}
        ORDER BY name LIKE ? ESCAPE '!' OR json_extract(body, '$.aliases') LIKE ? ESCAPE '!' DESC, name LIKE ? ESCAPE '!' DESC,
        json_extract(body, '$.mentions') DESC, id LIMIT ?"""
    exact = f"%{_pattern(json.dumps(wanted, ensure_ascii=False))}%"
    rows = derived.db.execute(sql, [*values, _pattern(wanted), exact, f"{_pattern(wanted)}%", limit])
    return [_hit(body, wanted) for (body,) in rows]


def _written(wanted: str) -> tuple[str, list[Any]]:
    """The condition that a name or an alias holds a text. SQLite ignores the case of ASCII letters alone, so several are tried."""
    one = "(body LIKE ? ESCAPE '!' AND (name LIKE ? ESCAPE '!' OR json_extract(body, '$.aliases') LIKE ? ESCAPE '!'))"
    forms = {wanted, wanted.lower(), wanted.upper(), wanted.title(), wanted.casefold()}
    chosen = [wanted] if wanted.isascii() else sorted(forms)
    values = []
    for form in chosen:
        written = f"%{_pattern(json.dumps(form, ensure_ascii=False)[1:-1])}%"
        values += [written, f"%{_pattern(form)}%", written]
    return "(" + " OR ".join(one for _ in chosen) + ")", values


def _pattern(text: str) -> str:
    """Text as LIKE takes it, with ! as the escape."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _hit(body: str, wanted: str) -> Hit:
    e = entity_from(body)
    folded = wanted.casefold()
    fits = (form for form in e.aliases if folded in form.casefold())
    alias = "" if folded in e.name.casefold() else next(fits, "")
    return Hit(e.id, e.type, e.name, alias, e.mentions, e.documents, e.confidence)


def _entity_filters(db: sqlite3.Connection, filters: Filters) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    values: list[Any] = []
    if filters.types:
        where.append(f"type IN ({_marks(filters.types)})")
        values += filters.types
    if filters.confidence:
        where.append("json_extract(body, '$.confidence') >= ?")
        values.append(filters.confidence)
    if filters.predicates:
        where.append(
            f"""id IN (WITH fact AS MATERIALIZED (SELECT subject, object FROM triple WHERE predicate IN ({_marks(filters.predicates)})
            AND datatype IS NULL) SELECT subject FROM fact UNION SELECT object FROM fact
            UNION SELECT subject FROM triple WHERE predicate IN ({_marks(filters.predicates)}) AND datatype IS NOT NULL)"""
        )
        values += [*filters.predicates, *filters.predicates]
    if filters.document:
        where.append("id IN (SELECT entity FROM mention WHERE document IN (SELECT value FROM json_each(?)))")
        values.append(json.dumps(documents_like(db, filters.document)))
    return where, values


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" for _ in values)


def documents_like(db: sqlite3.Connection, text: str) -> list[str]:
    """Ids of documents with this text in their name or one of their URIs; of the id itself."""
    if db.execute("SELECT 1 FROM docnode WHERE id = ?", (text,)).fetchone():
        return [text]
    sql = "SELECT id FROM docnode WHERE body LIKE ? ESCAPE '!' ORDER BY id LIMIT ?"
    piece = _pattern(json.dumps(text, ensure_ascii=False)[1:-1])
    return [row[0] for row in db.execute(sql, (f"%{piece}%", MOST_DOCUMENTS))]


# facts ---------------------------------------------------------------------------------------------------------------

COLUMNS = """t.id, t.subject, s.name, s.type, t.predicate, CASE WHEN t.datatype IS NULL THEN t.object ELSE '' END,
    coalesce(o.name, t.object), coalesce(o.type, t.datatype, ''), t.confidence, t.support, t.documents, t.scope, t.quote, t.document"""
ORDER = "t.support DESC, t.confidence DESC, t.id"


def facts(derived: Derived, text: str, filters: Filters, limit: int, offset: int = 0) -> list[FactRow]:
    """Facts that fit, best supported first; text stands in the name or an alias of one end."""
    where, values = _fact_filters(derived.db, filters)
    if wanted := " ".join(text.split()):
        written, words = _written(wanted)
        where.append(f"t.id IN ({_ENDS.format(f'IN (SELECT id FROM entity WHERE {written})')})")
        values += words * 2
    return _rows(derived.db, where, values, limit, offset)


def facts_of(derived: Derived, entity: str, filters: Filters, limit: int, offset: int = 0) -> tuple[list[FactRow], int]:
    """Facts with an entity as an end that fit, best supported first, and how many there are."""
    where, values = _fact_filters(derived.db, filters, middle=entity)
    where, values = [f"t.id IN ({_ENDS.format('= ?')})", *where], [entity, entity, *values]
    count = derived.db.execute(f"SELECT count(*) FROM triple t WHERE {' AND '.join(where)}", values).fetchone()[0]
    return _rows(derived.db, where, values, limit, offset), int(count)


_ENDS = "SELECT id FROM triple WHERE subject {0} UNION SELECT id FROM triple WHERE object {0} AND datatype IS NULL"
"""Facts by a condition on either end, found by the indexes of both."""


def _rows(db: sqlite3.Connection, where: Sequence[str], values: Sequence[Any], limit: int, offset: int = 0) -> list[FactRow]:
    """Facts that fit, best supported first. Names are looked up for those alone that are shown."""
    chosen = f"SELECT id FROM triple t WHERE {' AND '.join(where) or '1'} ORDER BY {ORDER} LIMIT ? OFFSET ?"
    sql = f"""SELECT {COLUMNS} FROM triple t JOIN entity s ON s.id = t.subject
        LEFT JOIN entity o ON o.id = t.object AND t.datatype IS NULL WHERE t.id IN ({chosen}) ORDER BY {ORDER}"""
    return [FactRow(*row) for row in db.execute(sql, [*values, limit, offset])]


def _fact_filters(db: sqlite3.Connection, filters: Filters, middle: str = "") -> tuple[list[str], list[Any]]:
    """middle: an entity whose own type does not matter: only that of the other end does."""
    where: list[str] = []
    values: list[Any] = []
    if filters.types:
        typed = f"IN (SELECT id FROM entity WHERE type IN ({_marks(filters.types)}))"
        where.append(f"((t.subject <> ? AND t.subject {typed}) OR (t.object <> ? AND t.datatype IS NULL AND t.object {typed}))")
        values += [middle, *filters.types, middle, *filters.types]
    if filters.predicates:
        where.append(f"t.predicate IN ({_marks(filters.predicates)})")
        values += filters.predicates
    if filters.confidence:
        where.append("t.confidence >= ?")
        values.append(filters.confidence)
    if filters.document:
        where.append("t.id IN (SELECT triple FROM statement WHERE document IN (SELECT value FROM json_each(?)))")
        values.append(json.dumps(documents_like(db, filters.document)))
    return where, values


# around an entity ----------------------------------------------------------------------------------------------------


def neighbourhood(derived: Derived, entity: str, filters: Filters, *, steps: int = 1, most: int = 40) -> Neighbourhood:
    """The best supported facts around an entity, at most so many a step, and the facts among those that they lead to."""
    distance = {entity: 0}
    drawn: dict[str, FactRow] = {}
    left_out, frontier = 0, [entity]
    for step in range(1, steps + 1):
        reached: list[str] = []
        share = most if step == 1 else max(2, most // (4 * max(1, len(frontier))))
        for id in frontier:
            rows, count = facts_of(derived, id, filters, share + 1)
            between = [row for row in rows if row.object][:share]
            left_out += max(0, count - share) if step == 1 else 0
            for row in between:
                drawn[row.id] = row
                for end in (row.subject, row.object):
                    if end not in distance:
                        distance[end] = step
                        reached.append(end)
        frontier = reached
    drawn |= {row.id: row for row in _among(derived, distance, filters)}
    nodes = tuple(_neighbour(derived, id, far) for id, far in distance.items())
    return Neighbourhood(nodes, tuple(drawn.values()), left_out)


def _among(derived: Derived, ids: Iterable[str], filters: Filters) -> list[FactRow]:
    """Facts whose ends are both among these entities."""
    where, values = _fact_filters(derived.db, filters)
    chosen = json.dumps(list(ids))
    inside = (
        "t.subject IN (SELECT value FROM json_each(?)) AND t.datatype IS NULL AND t.object IN (SELECT value FROM json_each(?))"
    )
    return _rows(derived.db, [inside, *where], [chosen, chosen, *values], MOST_LINES)


def _neighbour(derived: Derived, id: str, distance: int) -> Neighbour:
    entity = derived.entity(id)
    assert entity is not None, id
    return Neighbour(id, entity.type, entity.name, entity.mentions, distance)

"""What the ends of triples are while a build goes on: their types as they will be, and which places lie in which."""

import sqlite3
from collections.abc import Collection
from itertools import permutations

from kgbuild.build.entities import type_from_units, unit_rows
from kgbuild.build.judged import Judged
from kgbuild.build.words import triple_id
from kgbuild.graph.impossible import Ends, functional, nesting
from kgbuild.records import Triple
from kgbuild.schema import Schema

TABLES = ("triple", "quarantined")
"""A fact tells where a place lies even if it is kept out: so no verdict on one group hangs on that on another."""


class EndsNow:
    """Asked once names have found their entities. Entities' own rows are written later, so types come from units."""

    def __init__(self, db: sqlite3.Connection, schema: Schema, judged: Judged) -> None:
        self._db, self._schema, self._judged = db, schema, judged
        self._types: dict[str, str] = {}

    def of(self, triples: Collection[Triple]) -> Ends:
        """What the rules on impossible triples need to know about those of one group."""
        named = {end for t in triples for end in (t.subject, t.object) if isinstance(end, str)}
        return Ends({entity: self.type_of(entity) for entity in named}, self._inside(triples))

    def type_of(self, entity: str) -> str:
        """The type that an entity has now; '' for one that is none any more."""
        if entity not in self._types:
            nodes = self._db.execute("SELECT name, document, thing FROM node WHERE entity = ?", (entity,)).fetchall()
            rows = unit_rows(self._db, (node[:2] for node in nodes))
            known = max((thing for *_, thing in nodes), default="")
            self._types[entity] = type_from_units(rows, self._judged, known) if rows else ""
        return self._types[entity]

    def placed_in(self, place: str) -> set[str]:
        """Subjects of functional relations that lead to a place."""
        found: set[str] = set()
        for table in TABLES:
            rows = self._db.execute(f"SELECT subject, predicate FROM {table} WHERE object = ? AND datatype IS NULL", (place,))
            found.update(subject for subject, predicate in rows if predicate in functional(self._schema))
        return found

    def _inside(self, triples: Collection[Triple]) -> set[tuple[str, str]]:
        """Which of the objects that one functional relation has here lie in which others; not where facts say it both ways."""
        objects: dict[str, set[str]] = {}
        for triple in triples:
            if isinstance(triple.object, str) and triple.predicate in functional(self._schema):
                objects.setdefault(triple.predicate, set()).add(triple.object)
        pairs = {pair for some in objects.values() for pair in permutations(sorted(some), 2)}
        told = {pair for pair in pairs if self._is_told(*pair)}
        return {(inner, outer) for inner, outer in told if (outer, inner) not in told}

    def _is_told(self, inner: str, outer: str) -> bool:
        ids = [triple_id((inner, relation, outer, None)) for relation in nesting(self._schema)]
        return any(self._has(table, id) for id in ids for table in TABLES)

    def _has(self, table: str, id: str) -> bool:
        return self._db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)).fetchone() is not None

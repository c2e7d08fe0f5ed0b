"""Rows of units -> one Entity: its name, aliases, counts and confidence. A function of the entity's current units alone."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from kgbuild.build.judged import Judged, UnitRef
from kgbuild.records import Entity, Value
from kgbuild.resolution.countries import country_of
from kgbuild.resolution.names import display

MAX_ALIASES = 50
"""Written forms beyond this many are counted in mentions but not listed; the most frequent are kept."""


def unit_rows(db: sqlite3.Connection, nodes: Iterable[tuple[str, str]]) -> list[tuple[str, str, int, int, str]]:
    """(document, name, mentions, score, forms) of all units of these nodes, given as (name, document or '')."""
    shared = """SELECT document, name, mentions, score, forms FROM unit WHERE name = ?1 AND NOT EXISTS
        (SELECT 1 FROM node WHERE node.name = ?1 AND node.document = unit.document) ORDER BY document, position"""
    single = "SELECT document, name, mentions, score, forms FROM unit WHERE name = ? AND document = ? ORDER BY position"
    rows: list[tuple[str, str, int, int, str]] = []
    for name, document in sorted(nodes):
        rows += db.execute(single, (name, document)) if document else db.execute(shared, (name,))
    return rows


def entity_from_units(
    id: str, rows: list[tuple[str, str, int, int, str]], judged: Judged, values: tuple[tuple[str, Value], ...]
) -> Entity:
    """The entity that these units form; rows as `unit_rows` gives them."""
    forms: Counter[str] = Counter()
    full: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for _, name, mentions, _, body in rows:
        type, _, key = name.partition("/")
        types[type] += 0 if country_of(key) else mentions  # "German" does not make Germany a Miscellaneous
        for form, count, short in json.loads(body):
            forms[form] += count
            if not short:
                full[form] += count
    refs = [(document, name) for document, name, *_ in rows]
    type = _word(judged, judged.types, refs) or min(types, key=lambda t: (-types[t], t))
    name = _word(judged, judged.names, refs) or display(sorted((full or forms).items()), type)
    aliases = sorted((form for form in forms if form != name), key=lambda form: (-forms[form], form))
    return Entity(
        id=id,
        type=type,
        name=name,
        aliases=tuple(aliases[:MAX_ALIASES]),
        keys=tuple(sorted({row[1] for row in rows})),
        mentions=sum(row[2] for row in rows),
        documents=len({row[0] for row in rows}),
        confidence=max(row[3] for row in rows),
        values=values,
    )


def is_rejected(rows: list[tuple[str, str, int, int, str]], judged: Judged) -> bool:
    """Whether a person said that this is no entity: any of its units rejected, and none confirmed."""
    words = judged.words(judged.rejected, ((document, name) for document, name, *_ in rows))
    return any(words) and all(words)


def _word(judged: Judged, words: dict[UnitRef, str], units: list[UnitRef]) -> str:
    """A person's word on any of these units; the smallest where several differ."""
    return min(judged.words(words, units), default="")

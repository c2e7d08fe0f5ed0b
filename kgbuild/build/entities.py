"""Rows of units -> one Entity: its name, aliases, counts and confidence. A function of the entity's current units alone."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from kgbuild.build.judged import Judged, UnitRef
from kgbuild.records import Entity, Thing, Value
from kgbuild.resolution.countries import country_of
from kgbuild.resolution.names import display
from kgbuild.resolution.postal import written_out

MAX_ALIASES = 50
"""Written forms beyond this many are counted in mentions but not listed; the most frequent are kept."""


UnitRow = tuple[str, str, int, int, str, str]
"""Document, name, mentions, score, forms and thing of a unit; the last two as JSON, thing may be ''."""


def unit_rows(db: sqlite3.Connection, nodes: Iterable[tuple[str, str]]) -> list[UnitRow]:
    """Rows of all units of these nodes, given as (name, document or '')."""
    shared = """SELECT document, name, mentions, score, forms, thing FROM unit WHERE name = ?1 AND NOT EXISTS
        (SELECT 1 FROM node WHERE node.name = ?1 AND node.document = unit.document) ORDER BY document, position"""
    single = "SELECT document, name, mentions, score, forms, thing FROM unit WHERE name = ? AND document = ? ORDER BY position"
    rows: list[UnitRow] = []
    for name, document in sorted(nodes):
        rows += db.execute(single, (name, document)) if document else db.execute(shared, (name,))
    return rows


def entity_from_units(
    id: str, rows: list[UnitRow], judged: Judged, values: tuple[tuple[str, Value], ...], known: str = ""
) -> Entity:
    """The entity that these units form; rows as `unit_rows` gives them; known: the id of the thing that it is known to be, or ''.

    The name and type of a known thing win over what texts call it, and a person's word over both.
    """
    thing, _ = _thing(rows, known)
    forms: Counter[str] = Counter()
    full: Counter[str] = Counter()
    for _, _, _, _, body, _ in rows:
        for form, count, short in json.loads(body):
            forms[form] += count
            if not short:
                full[form] += count
    refs = [(document, name) for document, name, *_ in rows]
    type = type_from_units(rows, judged, known)
    keys = sorted({row[1] for row in rows})
    state = written_out((key.partition("/")[2] for key in keys), forms)
    name = _word(judged, judged.names, refs) or thing.name or state or display(sorted((full or forms).items()), type)
    aliases = sorted((form for form in forms if form != name), key=lambda form: (-forms[form], form))
    return Entity(
        id=id,
        type=type,
        name=name,
        aliases=tuple(aliases[:MAX_ALIASES]),
        keys=tuple(keys),
        mentions=sum(row[2] for row in rows),
        documents=len({row[0] for row in rows}),
        confidence=max(row[3] for row in rows),
        values=values,
        iri=thing.iri,
        external_id=thing.id,
    )


def type_from_units(rows: list[UnitRow], judged: Judged, known: str = "") -> str:
    """The type alone of the entity that these units form."""
    types: Counter[str] = Counter()
    for _, name, mentions, *_ in rows:
        type, _, key = name.partition("/")
        types[type] += 0 if country_of(key) else mentions  # "German" does not make Germany a Miscellaneous
    told = _word(judged, judged.types, [(document, name) for document, name, *_ in rows]) or _thing(rows, known)[1]
    return told or min(types, key=lambda t: (-types[t], t))


def _thing(rows: list[UnitRow], known: str) -> tuple[Thing, str]:
    """What is known of a thing, by the units of that id, and the type that most of these have; all empty for no thing."""
    told: set[Thing] = set()
    types: Counter[str] = Counter()
    for _, name, mentions, _, _, body in rows if known else ():
        thing = Thing(*json.loads(body)) if body else None
        if thing is not None and thing.id == known:
            told.add(thing)
            types[name.partition("/")[0]] += mentions
    best = min(told, key=lambda thing: (not thing.name, not thing.iri, thing), default=Thing(""))
    return best, min(types, key=lambda type: (-types[type], type), default="")


def is_rejected(rows: list[UnitRow], judged: Judged) -> bool:
    """Whether a person said that this is no entity."""
    return judged.is_rejected((document, name) for document, name, *_ in rows)


def _word(judged: Judged, words: dict[UnitRef, str], units: list[UnitRef]) -> str:
    """A person's word on any of these units; the smallest where several differ."""
    return min(judged.words(words, units), default="")

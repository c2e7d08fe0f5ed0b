"""Judgements -> what they say of the graph that stands now: units, triples, and why one of them says nothing.

Reads the rows of graph.db; decides nothing that `build` does not decide in the same way.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping

from kgbuild.build.judged import VALUE_MARK, Judged, UnitRef, resolve_judgements
from kgbuild.hashing import digest
from kgbuild.records import ANYWHERE, NOWHERE, Anchor, Judgement, Source, Verdict
from kgbuild.resolution.document import Apart
from kgbuild.resolution.names import normalise
from kgbuild.schema import Kind, Schema
from kgbuild.workspace.truth import Truth

Ends = tuple[str, str, str, str | None]
"""Subject, predicate, object and datatype of a triple; datatype is None if the object is an entity."""
Accepted = tuple[str, str, str, str, str]
"""Type and text of the subject, predicate, type (or datatype) and text of the object: what a person said is right in a document."""


def entity_types(schema: Schema) -> tuple[str, ...]:
    """Names of the types that entities may have."""
    return tuple(type.name for type in schema.types if type.kind is Kind.ENTITY)


def find_unit(truth: Truth, db: sqlite3.Connection, anchor: Anchor) -> UnitRef | None:
    """The unit that an anchor points at: of that document, type and written form; None if it is not there now."""
    if anchor.uri == NOWHERE:
        return f"{VALUE_MARK}{anchor.type}", anchor.text
    if anchor.uri == ANYWHERE:
        name = f"{anchor.type}/{normalise(anchor.type, anchor.text)}"
        return ("", name) if db.execute("SELECT 1 FROM name WHERE id = ?", (name,)).fetchone() else None
    source = truth.source(anchor.uri)
    if source is None or source.document is None:
        return None
    sql = "SELECT name, forms FROM unit WHERE document = ? ORDER BY position"
    for name, forms in db.execute(sql, (source.document,)):
        if name.partition("/")[0] == anchor.type and any(form == anchor.text for form, *_ in json.loads(forms)):
            return source.document, name
    return None


def entity_of(db: sqlite3.Connection, document: str, name: str) -> str:
    """The entity of a unit, or with document '' of a name; '' if it is none."""
    sql = "SELECT entity FROM node WHERE name = ? AND document IN (?, '') ORDER BY document DESC LIMIT 1"
    row = db.execute(sql, (name, document)).fetchone()
    return str(row[0]) if row else ""


def ends_of(schema: Schema, subject: str, predicate: str, target: str, datatype: str | None) -> Ends | None:
    """The ends of a triple, ordered if the relation is symmetric; None if an end is no entity."""
    if not subject or not target:
        return None
    if datatype is None and schema.is_symmetric(predicate) and target < subject:
        subject, target = target, subject
    return subject, predicate, target, datatype


def triple_id(ends: Ends) -> str:
    """Id of the triple with these ends."""
    return digest("triple", *ends)


def triple_words(db: sqlite3.Connection, schema: Schema, judged: Judged) -> dict[str, bool]:
    """Right or wrong by triple. A word that contradicts an earlier one on what has become the same triple is set aside, and so is
    the word that a fact is right an end of which a person says is no entity.
    """
    words: dict[str, bool] = {}
    numbers: dict[str, int] = {}
    for fact, is_right in judged.facts.items():
        left, predicate, right = fact
        is_value = right[0].startswith(VALUE_MARK)
        target = right[1] if is_value else entity_of(db, *right)
        ends = ends_of(schema, entity_of(db, *left), predicate, target, right[0][1:] if is_value else None)
        if ends is None:
            against = _rejections(db, judged, (left,) if is_value else (left, right)) if is_right else ()
            if against:
                judged.set_aside(judged.numbers[fact], against)
            continue
        id = triple_id(ends)
        if words.setdefault(id, is_right) is not is_right:
            judged.set_aside(judged.numbers[fact], (numbers[id],))
        numbers.setdefault(id, judged.numbers[fact])
    return words


def _rejections(db: sqlite3.Connection, judged: Judged, ends: Iterable[UnitRef]) -> tuple[int, ...]:
    """The words by which these ends are no entities: those on the very name, else those on what it hangs together with."""
    found: set[int] = set()
    wrong = [unit for unit, is_wrong in judged.rejected.items() if is_wrong]
    for end in ends:
        if not entity_of(db, *end):
            near = [unit for unit in wrong if _cluster_of(db, *unit) == _cluster_of(db, *end)]
            found.update(judged.numbers[unit] for unit in [u for u in near if u[1] == end[1]] or near)
    return tuple(sorted(found))


def set_entity_words_aside(db: sqlite3.Connection, judged: Judged) -> None:
    """Set aside what contradicts an earlier word on what has become one entity: that it is none, or that it is one."""
    first: dict[tuple[str, str], UnitRef] = {}
    for unit in sorted(judged.rejected, key=lambda unit: judged.numbers[unit]):
        found = first.setdefault(_cluster_of(db, *unit), unit)
        if judged.rejected[found] is not judged.rejected[unit]:
            judged.set_aside(judged.numbers[unit], (judged.numbers[found],))


def _cluster_of(db: sqlite3.Connection, document: str, name: str) -> tuple[str, str]:
    """The entity of a unit or name; of one that is rejected the component, since what was rejected has no id."""
    entity = entity_of(db, document, name)
    sql = "SELECT component FROM node WHERE name = ? AND document IN (?, '') ORDER BY document DESC LIMIT 1"
    row = None if entity else db.execute(sql, (name, document)).fetchone()
    return entity, str(row[0]) if row else ""


def things(db: sqlite3.Connection) -> Callable[[UnitRef], str]:
    """Unit or name -> the id of the thing that it is known to be, or ''."""

    def thing_of(unit: UnitRef) -> str:
        document, name = unit
        if document:
            row = db.execute("SELECT thing FROM unit WHERE document = ? AND name = ?", (document, name)).fetchone()
            return str(json.loads(row[0])[0]) if row and row[0] else ""
        rows = db.execute("SELECT thing FROM known WHERE name = ?", (name,)).fetchall()
        return str(rows[0][0]) if len(rows) == 1 else ""

    return thing_of


def words_now(truth: Truth, db: sqlite3.Connection, judgements: Iterable[Judgement], schema: Schema) -> Judged:
    """What judgements say of the built graph, with all that are asleep or set aside."""
    judged = resolve_judgements(judgements, lambda anchor: find_unit(truth, db, anchor), entity_types(schema), things(db))
    triple_words(db, schema, judged)
    set_entity_words_aside(db, judged)
    return judged


def why_asleep(truth: Truth, db: sqlite3.Connection, judgement: Judgement, schema: Schema) -> str:
    """Why a judgement points at nothing now; '' if it does not sleep."""
    for anchor in (judgement.left, judgement.right):
        if anchor is None or find_unit(truth, db, anchor) is not None:
            continue
        if anchor.uri == ANYWHERE and (other := _another_name(db, anchor)):
            return f"{anchor.text!r} stands only as another name of {other!r}: `kgbuild split` takes it out"
        if anchor.uri == ANYWHERE:
            return f"no document says {anchor.text!r} as {anchor.type} now"
        source = truth.source(anchor.uri)
        if source is None or source.document is None:
            return f"{anchor.uri} is not in the workspace" if source is None else f"{anchor.uri} has no text now"
        return f"{anchor.uri} does not say {anchor.text!r} as {anchor.type} now"
    if judgement.verdict is Verdict.TYPE and judgement.value not in entity_types(schema):
        return f"the schema has no type {judgement.value} of entities"
    return ""


def _another_name(db: sqlite3.Connection, anchor: Anchor) -> str:
    """How the entity is called of which a written name is only an alias inside of documents; '' if it stands nowhere."""
    sql = """SELECT entity.name FROM unit JOIN node ON node.name = unit.name AND node.document IN (unit.document, '')
             JOIN entity ON entity.id = node.entity
             WHERE unit.name GLOB ? AND EXISTS (SELECT 1 FROM json_each(unit.forms) WHERE json_extract(value, '$[0]') = ?)
             ORDER BY unit.document, unit.position LIMIT 1"""
    row = db.execute(sql, (f"{anchor.type}/*", anchor.text)).fetchone()
    return str(row[0]) if row else ""


def accepted_facts(
    judgements: Iterable[Judgement], sources: Mapping[str, tuple[Source, ...]]
) -> dict[str, frozenset[Accepted]]:
    """What a person said is right in one document, by document: such statements are placed whatever their score."""
    right = [j for j in judgements if j.verdict is Verdict.RIGHT and j.right and j.right.uri in (j.left.uri, NOWHERE)]
    found: dict[str, set[Accepted]] = {}
    if not right:
        return {}
    documents = {source.uri: document for document, group in sources.items() for source in group}
    for judgement in right:
        document = documents.get(judgement.left.uri)
        if document is not None and judgement.right is not None:
            left, target = judgement.left, judgement.right
            found.setdefault(document, set()).add((left.type, left.text, judgement.value, target.type, target.text))
    return {document: frozenset(facts) for document, facts in found.items()}


def names_apart(judgements: Iterable[Judgement], sources: Mapping[str, tuple[Source, ...]]) -> dict[str, frozenset[Apart]]:
    """What a person says are two things in one document, by document: no rule and no model makes such names one there."""
    different = [j for j in judgements if j.verdict is Verdict.DIFFERENT and j.right]
    found: dict[str, set[Apart]] = {}
    if not different:
        return {}
    documents = {source.uri: document for document, group in sources.items() for source in group}
    for judgement in different:
        left, right = judgement.left, judgement.right
        document = documents.get(left.uri)
        if document is not None and right is not None and documents.get(right.uri) == document:
            one, other = sorted([(left.type, left.text), (right.type, right.text)])
            if one != other:
                found.setdefault(document, set()).add((one, other))
    return {document: frozenset(pairs) for document, pairs in found.items()}

"""Statements whose document changed or whose ends moved -> the triples that they support, made again."""

import json

from kgbuild.build.steps.quarantine import verdicts, write
from kgbuild.build.steps.state import Fold, as_json
from kgbuild.build.words import ends_of, entity_of, triple_id, triple_words
from kgbuild.graph.assemble import Support, triple_from_supports
from kgbuild.graph.impossible import Group, group_of, nesting
from kgbuild.records import Scope, Triple, Value


def fold_statements(fold: Fold) -> None:
    """Point the statements of changed documents and moved names at their triples."""
    todo: set[tuple[str, int]] = set()
    for document in fold.changed:
        todo.update(
            (document, row[0]) for row in fold.db.execute("SELECT position FROM statement WHERE document = ?", (document,))
        )
    for name in fold.moved:
        sql = "SELECT document, position FROM statement WHERE subject = ?1 OR (object = ?1 AND datatype IS NULL)"
        todo.update(fold.db.execute(sql, (name,)).fetchall())
    for document, position in sorted(todo):
        _point(fold, document, position)
    fold.triples.update(_judged_triples(fold))
    fold.triples.update(_retyped(fold))


def _point(fold: Fold, document: str, position: int) -> None:
    row = fold.db.execute(
        "SELECT subject, predicate, object, datatype, triple FROM statement WHERE document = ? AND position = ?",
        (document, position),
    ).fetchone()
    subject = entity_of(fold.db, document, row[0])
    target = row[2] if row[3] is not None else entity_of(fold.db, document, row[2])
    ends = ends_of(fold.inputs.schema, subject, row[1], target, row[3])
    triple = triple_id(ends) if ends else None
    fold.triples.update(t for t in (row[4], triple) if t)
    if triple != row[4]:
        sql = "UPDATE statement SET triple = ? WHERE document = ? AND position = ?"
        fold.db.execute(sql, (triple, document, position))


def _judged_triples(fold: Fold) -> set[str]:
    """Triples that a person's word stands on now or stood on at the last build."""
    fold.words = words = triple_words(fold.db, fold.inputs.schema, fold.judged)
    old = set(json.loads(fold.derived.meta("judged_triples") or "[]"))
    fold.derived.set_meta("judged_triples", as_json(sorted(words)))
    return old | set(words)


def _retyped(fold: Fold) -> set[str]:
    """Triples at entities that have another type than at the last build."""
    found: set[str] = set()
    for entity in sorted(fold.entities):
        old = fold.db.execute("SELECT type FROM entity WHERE id = ?", (entity,)).fetchone()
        if old is not None and old[0] != fold.ends.type_of(entity):
            for table in ("triple", "quarantined"):
                sql = f"SELECT id FROM {table} WHERE subject = ?1 OR (object = ?1 AND datatype IS NULL)"
                found.update(row[0] for row in fold.db.execute(sql, (entity,)))
    return found


def fold_triples(fold: Fold) -> None:
    """Make the touched triples again from their statements."""
    for count, id in enumerate(sorted(fold.triples)):
        if count % 1000 == 0:
            fold.progress("writing triples", count, len(fold.triples))
        old = fold.stored("triple", id) or fold.stored("quarantined", id)
        fold.see(id)
        fold.drop("triple", id)
        fold.drop("quarantined", id)
        triple, statements = _triple(fold, id, fold.words.get(id))
        if triple is not None:
            is_alone = group_of(triple, fold.inputs.schema) is None
            write(fold, triple, statements, verdicts(fold, [triple]).get(id) if is_alone else None)
        elif fold.shown[id]:
            fold.changes.may_lose(fold.derived, old)
        for each in filter(None, (old, triple)):
            _touch(fold, each)


def _touch(fold: Fold, triple: Triple) -> None:
    """Remember what depends on a triple: the group that it is judged in, and the entity that shows its value."""
    group = group_of(triple, fold.inputs.schema)
    if group is not None:
        fold.groups.add(group)
    if isinstance(triple.object, Value):
        fold.entities.add(triple.subject)
    elif triple.predicate in nesting(fold.inputs.schema):
        fold.groups.update(Group((subject,)) for subject in fold.ends.placed_in(triple.subject))


def _triple(fold: Fold, id: str, word: bool | None) -> tuple[Triple | None, tuple[tuple[str | int, ...], ...]]:
    """A triple from its current statements, and these statements for its digest; None if nothing supports it."""
    rows = fold.db.execute(
        """SELECT document, position, subject, predicate, object, datatype, score, scope, spans, quote, extractor
           FROM statement WHERE triple = ? ORDER BY document, position""",
        (id,),
    ).fetchall()
    if not rows or word is False:
        return None, ()
    document, _, subject, predicate, target, datatype, *_ = rows[0]
    target = target if datatype is not None else entity_of(fold.db, document, target)
    ends = ends_of(fold.inputs.schema, entity_of(fold.db, document, subject), predicate, target, datatype)
    if ends is None:
        return None, ()
    supports = [_support(*r) for r in rows]
    value: str | Value = ends[2] if datatype is None else Value(datatype, ends[2])
    triple = triple_from_supports(id, ends[0], predicate, value, supports, certain=word is True)
    if word is None and not _wanted(fold, triple):
        return None, ()
    return triple, tuple((r[0], *r[6:10], *((r[10],) if r[10] else ())) for r in rows)


def _wanted(fold: Fold, triple: Triple) -> bool:
    config = fold.inputs.config
    minimum = max(config.min_confidence, dict(config.relations).get(triple.predicate, 0))
    return triple.confidence >= minimum and (config.scope == "all" or triple.scope is Scope.STATED)


def _support(
    document: str,
    _: int,
    subject: str,
    predicate: str,
    target: str,
    datatype: str | None,
    score: int,
    scope: str,
    spans: str,
    quote: str,
    __: str,
) -> Support:
    start, end = json.loads(spans)[0]
    return Support(document, quote, start, end, score, Scope(scope))

"""Touched groups of triples -> which of them leave the graph because they cannot be true beside the others, and which come back."""

from collections.abc import Collection
from dataclasses import replace

from kgbuild.build.steps.state import Fold
from kgbuild.build.words import triple_id
from kgbuild.graph.impossible import Group, group_of, impossible
from kgbuild.records import Triple, Value, Violation
from kgbuild.workspace.rows import TRIPLE, quarantined_digest, triple_digest, triple_from, triple_row


def fold_quarantine(fold: Fold) -> None:
    """Judge the touched groups again: what cannot be true beside better supported triples leaves the graph, what can comes back."""
    for group in sorted(fold.groups, key=lambda g: (g.of, g.predicate)):
        held = _group(fold, group)
        found = verdicts(fold, held.values())
        for id, triple in sorted(held.items()):
            _settle(fold, triple, found.get(id))
    for id, before in fold.shown.items():
        _count(fold, id, before, fold.row_of(id))


def _count(fold: Fold, id: str, before: tuple[str, int] | None, now: tuple[str, int] | None) -> None:
    """Note whether a triple came, went, or stands on other evidence than before."""
    triple = fold.stored("triple", id) if now is not None and now != before else None
    if before is None and triple is not None:
        fold.built.triples_added += 1
        fold.changes.triple_added(triple)
    elif before is not None and triple is not None:
        fold.built.triples_changed += 1
        fold.changes.triple_changed(triple, before[1])
    elif before is not None and now is None:
        fold.built.triples_removed += 1
        fold.changes.triple_removed(id)


def _group(fold: Fold, group: Group) -> dict[str, Triple]:
    """The triples of a group, kept out or not."""
    if group.predicate:
        one, other = group.of
        ids = (triple_id((head, group.predicate, tail, None)) for head, tail in ((one, other), (other, one)))
        pair = (fold.stored("triple", id) or fold.stored("quarantined", id) for id in ids)
        return {triple.id: triple for triple in pair if triple is not None}
    sql = " UNION ALL ".join(f"SELECT {TRIPLE} FROM {table} WHERE subject = ?1" for table in ("triple", "quarantined"))
    said = (triple_from(row) for row in fold.db.execute(sql, group.of).fetchall())
    return {triple.id: triple for triple in said if group_of(triple, fold.inputs.schema) == group}


def _settle(fold: Fold, triple: Triple, violation: Violation | None) -> None:
    """Bring a triple to the table that it belongs to."""
    fold.see(triple.id)
    fold.drop("triple", triple.id)
    fold.drop("quarantined", triple.id)
    write(fold, triple, fold.derived.statement_rows(triple.id), violation)
    if isinstance(triple.object, Value):
        fold.entities.add(triple.subject)


def verdicts(fold: Fold, triples: Collection[Triple]) -> dict[str, Violation]:
    """Those of one group that are kept out."""
    return impossible(triples, fold.inputs.schema, fold.inputs.config.hygiene_off, fold.ends.of(triples))


def write(fold: Fold, triple: Triple, statements: tuple[tuple[str | int, ...], ...], violation: Violation | None) -> None:
    """Put a triple into the graph, or among what is kept out of it."""
    row = triple_row(triple)
    if violation is None:
        fold.put("triple", row, triple_digest(row, statements))
        return
    if (before := fold.shown[triple.id]) is not None:
        fold.changes.may_lose(fold.derived, replace(triple, support=before[1]))
    whole = (*row, violation.rule, violation.detail)
    fold.put("quarantined", whole, quarantined_digest(whole))

"""Touched entities -> their rows, from the units and the values that name them."""

from kgbuild.build.entities import entity_from_units, unit_rows
from kgbuild.build.steps.state import Fold, as_json
from kgbuild.graph.assemble import best_value
from kgbuild.hashing import digest
from kgbuild.records import Triple, Value
from kgbuild.workspace.rows import TRIPLE, entity_body, triple_from


def fold_entities(fold: Fold) -> None:
    """Make the touched entities again from their units and the values that name them."""
    for count, id in enumerate(sorted(fold.entities)):
        if count % 1000 == 0:
            fold.progress("writing entities", count, len(fold.entities))
        nodes = fold.db.execute("SELECT name, document, thing FROM node WHERE entity = ?", (id,)).fetchall()
        known = max((thing for *_, thing in nodes), default="")
        rows = unit_rows(fold.db, (node[:2] for node in nodes))
        old = fold.derived.entity(id)
        existed = fold.drop("entity", id)
        if not rows:
            holders = fold.derived.holders(old.keys) if old is not None else []
            fold.built.entities_removed += bool(existed)
            fold.built.entities_redirected += bool(holders)
            fold.changes.entity_removed(old, holders)
            continue
        entity = entity_from_units(id, rows, fold.judged, _values(fold, id), known)
        if old is None or old.keys != entity.keys:
            fold.built.ids.append((id, as_json(entity.keys)))
        body = entity_body(entity)
        mark = digest("row.entity", body)
        fold.put("entity", (id, entity.type, entity.name, body), mark)
        if not existed:
            fold.built.entities_added += 1
            fold.changes.entity_added(entity)
        elif existed != mark:
            fold.built.entities_changed += 1


def _values(fold: Fold, subject: str) -> tuple[tuple[str, Value], ...]:
    sql = f"SELECT {TRIPLE} FROM triple WHERE subject = ? AND datatype IS NOT NULL ORDER BY predicate, id"
    groups: dict[str, list[Triple]] = {}
    for row in fold.db.execute(sql, (subject,)):
        triple = triple_from(row)
        groups.setdefault(triple.predicate, []).append(triple)
    return tuple(sorted((_property(fold, predicate), best_value(triples)) for predicate, triples in groups.items()))


def _property(fold: Fold, predicate: str) -> str:
    relation = fold.inputs.schema.relation(predicate)
    return relation.property if relation is not None else predicate

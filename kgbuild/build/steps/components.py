"""Structural names -> components, clustered again, and the id of each cluster; whose entity moved."""

from kgbuild.build.components import Neighbourhood, assign, closure
from kgbuild.build.entities import UnitRow, is_rejected, unit_rows
from kgbuild.build.steps.state import Fold
from kgbuild.resolution.identify import identify


def fold_components(fold: Fold) -> None:
    """Cluster the touched components again; note which names moved to another entity."""
    near = Neighbourhood(fold.db)
    affected = closure(fold.db, near, fold.structural, fold.judged)
    old: dict[str, tuple[str, str]] = {}
    for name in affected | fold.structural:
        for node, entity in fold.db.execute("SELECT id, entity FROM node WHERE name = ?", (name,)).fetchall():
            old[node] = (name, entity)
        fold.db.execute("DELETE FROM node WHERE name = ?", (name,))
    fold.progress("clustering names", 0, len(affected))
    fold.assigned = assign(near, affected, fold.judged, fold.cluster)
    fold.db.executemany(
        "INSERT INTO node VALUES (?, ?, ?, ?, '', ?)",
        ((a.node, a.name, a.document, a.component, a.thing) for a in fold.assigned),
    )
    new = _identify(fold)
    for node in old.keys() | new.keys():
        before, after = old.get(node), new.get(node)
        if before != after:
            fold.moved.add((before or after)[0])  # type: ignore[index]
        fold.entities.update(entry[1] for entry in (before, after) if entry)
    for name in fold.names:
        rows = fold.db.execute("SELECT entity FROM node WHERE name = ?", (name,)).fetchall()
        fold.entities.update(row[0] for row in rows)
    fold.entities.discard("")


def _identify(fold: Fold) -> dict[str, tuple[str, str]]:
    """Give every cluster its id; '' for one without units or rejected by a person. Returns node -> (name, entity)."""
    place_of = {a.node: (a.name, a.document) for a in fold.assigned}
    groups = {a.members: a.component for a in fold.assigned}
    held = _held(fold, groups, place_of)
    result = {}
    for members in groups:
        rows = unit_rows(fold.db, (place_of[node] for node in members))
        entity = "" if not rows or is_rejected(rows, fold.judged) else _id(fold, members, rows, held)
        for node in members:
            fold.db.execute("UPDATE node SET entity = ? WHERE id = ?", (entity, node))
            result[node] = (place_of[node][0], entity)
    return result


def _held(
    fold: Fold, groups: dict[frozenset[str], str], place_of: dict[str, tuple[str, str]]
) -> dict[str, set[frozenset[str]]]:
    """Which clusters hold a name that was split: only these can contest it."""
    split = {place_of[node][0] for members in groups for node in members if place_of[node][1]}
    held: dict[str, set[frozenset[str]]] = {}
    for members in groups:
        for row in unit_rows(fold.db, (place_of[node] for node in members if place_of[node][0] in split)):
            held.setdefault(row[1], set()).add(members)
    return held


def _id(fold: Fold, members: frozenset[str], rows: list[UnitRow], held: dict[str, set[frozenset[str]]]) -> str:
    own = {row[1] for row in rows}
    naming = [key for key in own if len(held.get(key, ())) < 2]
    units = [] if naming else [(s.uri, row[1]) for row in rows for s in fold.inputs.sources[row[0]]]
    return identify(naming, units)

"""Touched names -> their buckets, what they are known to be, what people say of them; names whose edges may differ are structural."""

import json

from kgbuild.build.components import NAME, name_node, name_row
from kgbuild.build.ends import EndsNow
from kgbuild.build.judged import resolve_judgements
from kgbuild.build.steps.state import Fold, as_json
from kgbuild.build.words import entity_types, find_unit, things
from kgbuild.resolution.keys import buckets


def fold_names(fold: Fold) -> None:
    """Make the touched names again from their units; those whose edges may differ are structural."""
    touched_buckets: set[str] = set()
    for count, name in enumerate(sorted(fold.names)):
        if count % 1000 == 0:
            fold.progress("resolving names", count, len(fold.names))
        rows = fold.db.execute("SELECT acronyms, forms FROM unit WHERE name = ?", (name,)).fetchall()
        old = fold.db.execute(f"SELECT {NAME} FROM name WHERE id = ?", (name,)).fetchone()
        new = name_row(name, rows) if rows else None
        if _known(fold, name):
            fold.structural.add(name)
        if old == new:
            continue
        fold.structural.add(name)
        touched_buckets.update(row[0] for row in fold.db.execute("SELECT bucket FROM bucket WHERE name = ?", (name,)))
        fold.db.execute("DELETE FROM bucket WHERE name = ?", (name,))
        fold.db.execute("DELETE FROM name WHERE id = ?", (name,))
        if new is not None:
            fold.db.execute("INSERT INTO name VALUES (?, ?, ?, ?)", new)
            own = set(buckets(name_node(*new)))
            fold.db.executemany("INSERT INTO bucket VALUES (?, ?)", ((bucket, name) for bucket in own))
            touched_buckets |= own
    for name in fold.names:  # a split name's ids may depend on which documents hold it
        if fold.db.execute("SELECT 1 FROM node WHERE name = ? AND document <> ''", (name,)).fetchone():
            fold.structural.add(name)
    for bucket in touched_buckets:
        fold.structural.update(row[0] for row in fold.db.execute("SELECT name FROM bucket WHERE bucket = ?", (bucket,)))
    fold.built.names_touched = len(fold.names)


def _known(fold: Fold, name: str) -> bool:
    """Bring the table of what a name is known to be up to date; whether that changed."""
    rows = fold.db.execute("SELECT DISTINCT thing FROM unit WHERE name = ? AND thing <> ''", (name,))
    new = {json.loads(body)[0] for (body,) in rows}
    old = {row[0] for row in fold.db.execute("SELECT thing FROM known WHERE name = ?", (name,))}
    if new == old:
        return False
    for thing in old ^ new:  # names of one thing hang together
        fold.structural.update(row[0] for row in fold.db.execute("SELECT name FROM known WHERE thing = ?", (thing,)))
    fold.db.execute("DELETE FROM known WHERE name = ?", (name,))
    fold.db.executemany("INSERT INTO known VALUES (?, ?)", ((thing, name) for thing in sorted(new)))
    return True


def fold_judgements(fold: Fold) -> None:
    """Find what people's words point at now; names of those that came, went or point elsewhere are touched."""
    types = entity_types(fold.inputs.schema)
    fold.judged = resolve_judgements(
        fold.inputs.judgements, lambda anchor: find_unit(fold.truth, fold.db, anchor), types, things(fold.db)
    )
    fold.ends = EndsNow(fold.db, fold.inputs.schema, fold.judged)
    old = {key: json.loads(names) for key, names in fold.db.execute("SELECT key, names FROM judged")}
    new = fold.judged.rows()
    for key in old.keys() ^ new.keys():
        touched = old.get(key) or new[key]
        fold.names.update(touched)
        fold.structural.update(touched)
    fold.db.execute("DELETE FROM judged")
    fold.db.executemany("INSERT INTO judged VALUES (?, ?)", ((key, as_json(names)) for key, names in sorted(new.items())))

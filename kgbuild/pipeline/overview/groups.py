"""Entities of several names -> their names and the few joins that hold them together."""

import json
from collections.abc import Iterable, Iterator

from kgbuild.pipeline.explaining import entity_joins
from kgbuild.pipeline.overview.records import Group, Name
from kgbuild.pipeline.reports import Join
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.rows import entity_from

NAMES = "json_array_length(body, '$.keys')"
FORMS = "json_array_length(body, '$.aliases')"


def groups(graph: WorkspaceGraph, count: int) -> Iterator[Group]:
    """The entities of most names, of an imported graph those of most aliases."""
    is_imported = graph.imported is not None
    size = FORMS if is_imported else NAMES
    sql = f"""SELECT id FROM entity WHERE {size} > {0 if is_imported else 1}
        ORDER BY {size} DESC, json_extract(body, '$.mentions') DESC, id LIMIT ?"""
    for (id,) in graph.derived.db.execute(sql, (count,)).fetchall():
        (body,) = graph.derived.db.execute("SELECT body FROM entity WHERE id = ?", (id,)).fetchone()
        entity = entity_from(body)
        names = () if is_imported else tuple(sorted((_name(graph, key) for key in entity.keys), key=_known_first))
        yield Group(entity, names, tuple(tree(entity_joins(graph, entity))))


def _name(graph: WorkspaceGraph, key: str) -> Name:
    """A name as people write it: its most frequent full form; short forms ("HHS") stand behind it, though they may be more frequent."""
    rows = graph.derived.db.execute("SELECT forms FROM unit WHERE name = ?", (key,)).fetchall()
    counts: dict[tuple[bool, str], int] = {}
    for (body,) in rows:
        for form, count, is_short in json.loads(body):
            counts[is_short, form] = counts.get((is_short, form), 0) + count
    forms = sorted(counts, key=lambda one: (one[0], -counts[one], one[1]))
    written = dict.fromkeys(form for _, form in forms)
    if not forms or forms[0][0]:  # nothing but short forms: the name itself is only known as it is compared
        written = {key.partition("/")[2]: None, **written}
    return Name(key, len(rows), tuple(written))


def _known_first(name: Name) -> tuple[int, str]:
    return -name.documents, name.key


def joined(graph: WorkspaceGraph) -> int:
    """How many entities have more than one name."""
    return int(graph.derived.db.execute(f"SELECT count(*) FROM entity WHERE {NAMES} > 1").fetchone()[0])


def tree(joins: Iterable[Join]) -> Iterator[Join]:
    """Of joins, strongest first, those that join what is not joined yet: names less one at most."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while (above := root.setdefault(name, name)) != name:
            name = above
        return name

    for join in joins:
        left, right = find(join.left), find(join.right)
        if left != right:
            root[left] = right
            yield join

"""A workspace -> its Overview. Everything is asked of the databases; nothing here decides anything about the graph."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from kgbuild.build.changes import read as read_change
from kgbuild.pipeline.explaining import explain_fact
from kgbuild.pipeline.listing import standings
from kgbuild.pipeline.overview.calibration import agreement, bands, measured
from kgbuild.pipeline.overview.facts import PLACES, best_facts, kind
from kgbuild.pipeline.overview.fit import fit
from kgbuild.pipeline.overview.groups import groups, joined
from kgbuild.pipeline.overview.reading import documents_read
from kgbuild.pipeline.overview.records import Documents, LeftOut, Overview, RelationRow, Root, Told, TypeRow
from kgbuild.pipeline.reports import QuarantinedFact
from kgbuild.pipeline.switching import schema_of
from kgbuild.records import Entity
from kgbuild.schema import Schema
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.rows import entity_from

if TYPE_CHECKING:
    from kgbuild.config import Build
    from kgbuild.pipeline.workspace import Workspace

BEST = 25
"""Facts with their sentences."""
GROUPS = 20
KNOWN = 20
KNOWN_OF_TYPE = 5
KEPT_OUT = 25


def gather(ws: "Workspace") -> Overview:
    """Look at all of a workspace. Raises BuildError if nothing is built yet."""
    with ws.source() as graph:
        graph.derived.db.execute("BEGIN")  # one snapshot
        return _gather(ws, graph)


def _gather(ws: "Workspace", graph: WorkspaceGraph) -> Overview:
    derived, schema, status = graph.derived, schema_of(graph), ws.status()
    said = tuple(standings(ws))
    read, unread = documents_read(ws)
    facts = best_facts(derived, schema, BEST)
    return Overview(
        name=ws.path.resolve().name,
        status=status,
        fit=fit(read, status.by_predicate, schema, unread),
        documents=_documents(ws.truth.db, derived.db),
        types=tuple(_types(derived.db)),
        entities_with_facts=_with_facts(derived.db),
        known=tuple(_best_known(derived.db, KNOWN)),
        relations=tuple(_relations(schema, derived.db)),
        best=tuple(Told(fact, derived.document(fact.triple.document)) for fact in facts),
        groups=tuple(groups(graph, GROUPS)),
        joined=joined(graph),
        left_out=tuple(_left_out(derived)),
        kept_out=tuple(_kept_out(graph)),
        bands=bands(derived.db),
        measured=measured(ws),
        judged=agreement(graph, schema, said),
        standings=said,
        change=read_change(derived),
        settings=_settings(ws.config.build),
    )


def _documents(truth: sqlite3.Connection, db: sqlite3.Connection) -> Documents:
    roots: dict[str, dict[str, int]] = {}
    for root, outcome, count in truth.execute(
        "SELECT root, outcome, count(*) FROM source GROUP BY root, outcome ORDER BY root"
    ):
        roots.setdefault(root, {})[outcome] = count
    languages = truth.execute("SELECT language, count(*) FROM passage GROUP BY language ORDER BY 2 DESC, 1").fetchall()
    date = "json_extract(body, '$.published')"
    first, last = db.execute(f"SELECT min({date}), max({date}) FROM docnode WHERE {date} <> ''").fetchone()
    (nodes,) = db.execute("SELECT count(*) FROM docnode").fetchone()
    (telling,) = db.execute("SELECT count(DISTINCT document) FROM statement WHERE triple IN (SELECT id FROM triple)").fetchone()
    return Documents(
        tuple(Root(name, tuple(counts.items())) for name, counts in roots.items()),
        tuple(languages), nodes, (first or "", last or ""), nodes - telling,
    )  # fmt: skip


def _types(db: sqlite3.Connection) -> Iterator[TypeRow]:
    sql = "SELECT type, count(*), sum(json_extract(body, '$.mentions')) FROM entity GROUP BY type ORDER BY 2 DESC, 1"
    for name, entities, mentions in db.execute(sql).fetchall():
        yield TypeRow(name, entities, mentions, tuple(_best_known(db, KNOWN_OF_TYPE, name)))


def _best_known(db: sqlite3.Connection, count: int, type: str | None = None) -> list[Entity]:
    """The entities of a type, or of all, that most documents mention."""
    sql = """SELECT id FROM entity WHERE ?1 IS NULL OR type = ?1
        ORDER BY json_extract(body, '$.documents') DESC, json_extract(body, '$.mentions') DESC, id LIMIT ?2"""
    ids = [row[0] for row in db.execute(sql, (type, count)).fetchall()]
    return [entity_from(db.execute("SELECT body FROM entity WHERE id = ?", (id,)).fetchone()[0]) for id in ids]


def _with_facts(db: sqlite3.Connection) -> int:
    sql = """SELECT count(*) FROM entity WHERE EXISTS (SELECT 1 FROM triple WHERE subject = entity.id)
        OR EXISTS (SELECT 1 FROM triple WHERE object = entity.id AND datatype IS NULL)"""
    return int(db.execute(sql).fetchone()[0])


def _relations(schema: Schema, db: sqlite3.Connection) -> Iterator[RelationRow]:
    known = {relation.name: relation for relation in schema.relations}
    sql = """SELECT predicate, count(*), sum(scope = 'stated'), sum(datatype IS NOT NULL), sum(confidence) / count(*)
        FROM triple GROUP BY predicate ORDER BY 2 DESC, 1"""
    for name, triples, stated, values, confidence in db.execute(sql):
        relation = known.get(name)
        places = relation is not None and kind(relation.labels, name) == PLACES
        yield RelationRow(name, relation.label if relation else "", triples, stated, values, confidence, places)


def _left_out(derived: Derived) -> Iterator[LeftOut]:
    """What each rule left out when documents were placed, most first."""
    counts: dict[str, tuple[int, int, int, str]] = {}
    for document, body in derived.db.execute("SELECT document, dropped FROM folded ORDER BY document"):
        for rule, count in json.loads(body):
            total, documents, most, where = counts.get(rule, (0, 0, 0, ""))
            counts[rule] = (total + count, documents + 1, *((count, document) if count > most else (most, where)))
    for rule, (total, documents, _, where) in sorted(counts.items(), key=lambda item: (-item[1][0], item[0])):
        node = derived.document(where)
        yield LeftOut(rule, total, documents, node.uri if node is not None else "")


def _kept_out(graph: WorkspaceGraph) -> Iterator[QuarantinedFact]:
    schema = schema_of(graph)
    held = sorted(graph.derived.quarantined(), key=lambda row: (-row[0].support, -row[0].confidence, row[0].id))
    for triple, rule, reason in held[:KEPT_OUT]:
        yield QuarantinedFact(rule, reason, explain_fact(graph, triple, schema))


def _settings(build: "Build") -> tuple[tuple[str, str], ...]:
    """Settings of the build that are not the default."""
    standard = type(build)()
    return tuple(
        (f.name, _shown(getattr(build, f.name))) for f in fields(build) if getattr(build, f.name) != getattr(standard, f.name)
    )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(": ".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in value)
    return str(value)

"""Inputs -> graph.db: find what is touched, recompute each touched group from its current rows, write what differs.

    documents ─▶ units, statements ─▶ names ─▶ components ─▶ entities ─▶ triples

Nothing is patched: a touched name, component, entity or triple is made again from the rows that stand there now. A build from
scratch is the same fold from an empty file, so there is no second code path. All writes are one transaction.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from kgbuild.build.changes import Change, Changes
from kgbuild.build.changes import write as write_change
from kgbuild.build.components import Assignment, Cluster, Neighbourhood, assign, closure, name_node
from kgbuild.build.ends import EndsNow
from kgbuild.build.entities import UnitRow, entity_from_units, is_rejected, unit_rows
from kgbuild.build.inputs import REPEATED_DOCUMENTS, VERSION, Inputs, document_key, input_digest, published, repeated_blocks
from kgbuild.build.judged import Judged, resolve_judgements
from kgbuild.build.place import Rules, place
from kgbuild.build.words import (
    Accepted,
    accepted_facts,
    ends_of,
    entity_of,
    entity_types,
    find_unit,
    things,
    triple_id,
    triple_words,
    words_now,
)
from kgbuild.errors import BuildError
from kgbuild.graph.assemble import Support, best_value, triple_from_supports
from kgbuild.graph.impossible import Group, group_of, impossible, nesting
from kgbuild.hashing import digest, number
from kgbuild.records import DocumentNode, Facts, Scope, Source, Statement, Triple, Value, Violation
from kgbuild.resolution.cluster import cluster as default_cluster
from kgbuild.resolution.identify import identify
from kgbuild.resolution.keys import buckets
from kgbuild.resolution.names import VERSION as NAMES_VERSION
from kgbuild.resolution.names import normalise
from kgbuild.workspace.codec import pack_facts
from kgbuild.workspace.database import transaction
from kgbuild.workspace.derived import (
    GRAPH_TABLES,
    TRIPLE,
    Derived,
    docnode_body,
    entity_body,
    mention_digest,
    quarantined_digest,
    triple_digest,
    triple_from,
    triple_row,
)
from kgbuild.workspace.truth import StoredDocument, Truth

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how many done, of how many)."""

RULES = f"{VERSION}.{NAMES_VERSION}"
"""The version of all rules that a build follows; a graph built by others is built anew."""

QUOTE_GAP = " … "

COUNTS = (
    "entities_added", "entities_removed", "entities_redirected", "triples_added", "triples_removed",
    "documents_folded", "documents_removed",
)  # fmt: skip
"""What a build counts of its changes."""


@dataclass(slots=True)
class Built:
    """What a build did. entities, triples: ids of all that were made again, changed or not; change: what came and went."""

    input: str
    state: str
    documents_folded: int = 0
    documents_removed: int = 0
    names_touched: int = 0
    entities_added: int = 0
    entities_removed: int = 0
    entities_redirected: int = 0
    triples_added: int = 0
    triples_removed: int = 0
    sleeping: list[int] = field(default_factory=list)
    conflicting: list[int] = field(default_factory=list)
    against: dict[int, tuple[int, ...]] = field(default_factory=dict)
    changed: bool = False
    ids: list[tuple[str, str]] = field(default_factory=list)
    entities: set[str] = field(default_factory=set)
    triples: set[str] = field(default_factory=set)
    change: Change | None = None


class Preview(Exception):
    """Raised inside the transaction to take everything back."""


def build(
    truth: Truth,
    derived: Derived,
    inputs: Inputs,
    *,
    preview: bool = False,
    look: Callable[[Built], None] | None = None,
    progress: Progress | None = None,
    cluster: Cluster = default_cluster,
    now: str = "",
) -> Built:
    """Bring graph.db to its inputs. Without a difference nothing is opened for writing.

    preview: take everything back in the end; look: called before that, while `derived` shows the graph as it would be; now: the time
    to keep with the record of what changed.
    Raises BuildError when extractions are missing and inputs.partial is not set.
    """
    missing = _missing(truth, inputs)
    name = input_digest(inputs, missing)
    built = Built(name, derived.state)
    if derived.input == name:
        _sleepers(truth, derived, inputs, built)
        return built
    built.changed = True
    try:
        with transaction(derived.db, derived.path) as db:
            fold = _Fold(truth, derived, inputs, db, progress or (lambda *_: None), cluster, built, int(derived.state, 16))
            if derived.meta("version") != RULES:  # other rules made what is there: nothing of it can be built upon
                fold.forget_everything()
            fold.changes.scratch = not fold.state
            fold.run(missing)
            built.change = fold.changes.change(derived, now, {name: getattr(built, name) for name in COUNTS})
            write_change(derived, built.change)
            derived.set_meta("version", RULES)
            built.state = f"{fold.state:032x}"
            derived.set_meta("input", name)
            derived.set_meta("state", built.state)
            derived.set_meta("model", inputs.model.key if inputs.model else "")
            if preview:
                if look is not None:
                    look(built)
                raise Preview
            with transaction(truth.db, truth.path):  # before the graph's own commit: an id that was seen is never unknown
                truth.publish_ids(built.ids)
    except Preview:
        pass
    return built


def _missing(truth: Truth, inputs: Inputs) -> list[str]:
    found: set[str] = set()
    for extractor, _ in inputs.readers():
        missing = truth.missing(extractor.key, inputs.languages(extractor))
        if missing and not inputs.partial:
            documents = len({row[1] for row in missing})
            raise BuildError(
                f"{len(missing)} passages of {documents} documents are not extracted by {extractor.name}: "
                "run `kgbuild extract` first, or `kgbuild build --partial` to go on without them"
            )
        found.update(row[0] for row in missing)
    return sorted(found)


def _sleepers(truth: Truth, derived: Derived, inputs: Inputs, built: Built) -> None:
    _set_aside(built, words_now(truth, derived.db, inputs.judgements, inputs.schema))


def _set_aside(built: Built, judged: Judged) -> None:
    built.sleeping, built.conflicting, built.against = judged.sleeping, sorted(judged.conflicting), judged.against


@dataclass(slots=True)
class _Fold:
    """One build under way. Each step reads current rows and leaves behind the set of what it touched for the next."""

    truth: Truth
    derived: Derived
    inputs: Inputs
    db: sqlite3.Connection
    progress: Progress
    cluster: Cluster
    built: Built
    state: int
    changed: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    structural: set[str] = field(default_factory=set)
    triples: set[str] = field(default_factory=set)
    groups: set[Group] = field(default_factory=set)
    shown: dict[str, bool] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    judged: Judged = field(default_factory=Judged)
    ends: EndsNow = field(init=False)
    words: dict[str, bool] = field(default_factory=dict)
    assigned: list[Assignment] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    def forget_everything(self) -> None:
        """Empty the tables."""
        for table in GRAPH_TABLES:
            self.db.execute(f"DELETE FROM {table}")
        self.state = 0

    def run(self, missing: list[str]) -> None:
        """All steps, in order."""
        self._documents(missing)
        self._names()
        self._judgements()
        self._components()
        self._statements()
        self._triples()
        self._quarantine()
        self._entities()
        self._mentions()
        _set_aside(self.built, self.judged)
        self.built.entities, self.built.triples = self.entities, self.triples

    # documents -------------------------------------------------------------------------------------------------------

    def _documents(self, missing: list[str]) -> None:
        wanted = self.inputs.sources
        folded = dict(self.db.execute("SELECT document, key FROM folded").fetchall())
        self._blocks(set(wanted) - set(folded), set(folded) - set(wanted))
        repeated = self._repeated()
        rules = self.inputs.rules()
        absent = self._documents_missing(missing)
        right = accepted_facts(self.inputs.judgements, wanted)
        found = self.inputs.found(self.truth)
        keys = {
            d: document_key(self.inputs, rules, d, repeated.get(d, ()), absent.get(d, ()), right.get(d, ()), found.get(d, ()))
            for d in wanted
        }
        gone = [document for document in folded if document not in keys]
        todo = [document for document, key in keys.items() if folded.get(document) != key]
        placing = Rules(self.inputs.schema, self.inputs.config, self.inputs.thresholds())
        for document in gone:
            self._forget(document)
        for count, document in enumerate(todo):
            self.progress("placing facts", count, len(todo))
            self._forget(document)
            self._fold_document(document, keys[document], repeated.get(document, set()), placing, right.get(document, ()))
        self.built.documents_folded, self.built.documents_removed = len(todo), len(gone)

    def _documents_missing(self, missing: list[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for text in missing:
            for (document,) in self.truth.db.execute("SELECT document FROM passage WHERE digest = ?", (text,)):
                found.setdefault(document, set()).add(text)
        return found

    def _blocks(self, added: set[str], removed: set[str]) -> None:
        self.db.executemany("DELETE FROM block WHERE document = ?", ((document,) for document in removed))
        for document in sorted(added):
            rows = ((_block_number(block), document) for block in set(self.truth.block_digests(document)))
            self.db.executemany("INSERT OR IGNORE INTO block VALUES (?, ?)", rows)

    def _repeated(self) -> dict[str, set[str]]:
        """Digests of repeated blocks, as text, by document."""
        often = "SELECT digest FROM block GROUP BY digest HAVING count(*) >= ?"
        rows = self.db.execute(
            f"SELECT digest, document FROM block WHERE digest IN ({often}) ORDER BY digest, document", (REPEATED_DOCUMENTS,)
        )
        counts: dict[str, list[str]] = {}
        for block, document in rows:
            counts.setdefault(str(block), []).append(document)
        return repeated_blocks(counts, self.inputs.sources)

    def _forget(self, document: str) -> None:
        """Take a document's rows out, remembering whom that touches."""
        self.names.update(row[0] for row in self.db.execute("SELECT name FROM unit WHERE document = ?", (document,)))
        old = "SELECT triple FROM statement WHERE document = ? AND triple IS NOT NULL"
        self.triples.update(row[0] for row in self.db.execute(old, (document,)))
        for table in ("folded", "unit", "statement"):
            self.db.execute(f"DELETE FROM {table} WHERE document = ?", (document,))
        self._drop("docnode", document)
        self.changed.add(document)

    def _fold_document(self, id: str, key: str, repeated: set[str], rules: Rules, right: Iterable[Accepted]) -> None:
        stored = self.truth.document(id)
        read = self.inputs.read(self.truth, stored)
        marked = [i for i, block in enumerate(stored.block_digests) if str(_block_number(block)) in repeated]
        sources = self.inputs.sources[id]
        facts = place(stored.document, stored.passages, read, marked, published(sources), rules, right)
        self.db.execute(
            "INSERT INTO folded VALUES (?, ?, ?, ?)", (id, key, pack_facts(facts), json.dumps([list(d) for d in facts.dropped]))
        )
        self._insert_units(id, facts)
        self._insert_statements(stored, facts)
        self._put_docnode(document_node(stored, sources))

    def _insert_units(self, document: str, facts: Facts) -> None:
        rows = []
        for position, unit in enumerate(facts.units):
            name = f"{unit.type}/{unit.key}"
            forms = unit_forms(unit.type, unit.key, [m.text for m in unit.mentions])
            score = max(m.score for m in unit.mentions)
            known = _json([unit.thing.id, unit.thing.name, unit.thing.iri]) if unit.thing else ""
            rows.append((document, position, name, len(unit.mentions), score, _json(forms), "\n".join(unit.acronyms), known))
            self.names.add(name)
        self.db.executemany("INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _insert_statements(self, stored: StoredDocument, facts: Facts) -> None:
        rows = []
        for position, s in enumerate(facts.statements):
            spans = [(stored.passages[e.passage].start + e.start, stored.passages[e.passage].start + e.end) for e in s.evidence]
            quote = QUOTE_GAP.join(stored.document.text[start:end] for start, end in spans)
            target, datatype = self._object(facts, s)
            subject = _name_of(facts, s.subject)
            rows.append(
                (
                    stored.document.id,
                    position,
                    subject,
                    s.predicate,
                    target,
                    datatype,
                    s.score,
                    s.scope.value,
                    _json(spans),
                    quote,
                    s.by,
                )
            )
        self.db.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)", rows)

    def _object(self, facts: Facts, statement: Statement) -> tuple[str, str | None]:
        if isinstance(statement.object, Value):
            return statement.object.text, statement.object.datatype
        return _name_of(facts, statement.object), None

    def _put_docnode(self, node: DocumentNode) -> None:
        body = docnode_body(node)
        self._put("docnode", (node.id, body), digest("row.docnode", body))

    # names -----------------------------------------------------------------------------------------------------------

    def _names(self) -> None:
        """Make the touched names again from their units; those whose edges may differ are structural."""
        touched_buckets: set[str] = set()
        for count, name in enumerate(sorted(self.names)):
            if count % 1000 == 0:
                self.progress("resolving names", count, len(self.names))
            rows = self.db.execute("SELECT acronyms FROM unit WHERE name = ?", (name,)).fetchall()
            old = self.db.execute("SELECT acronyms FROM name WHERE id = ?", (name,)).fetchone()
            new = "\n".join(sorted({a for (text,) in rows for a in text.split("\n") if a})) if rows else None
            if self._known(name):
                self.structural.add(name)
            if (old[0] if old else None) == new:
                continue
            self.structural.add(name)
            touched_buckets.update(row[0] for row in self.db.execute("SELECT bucket FROM bucket WHERE name = ?", (name,)))
            self.db.execute("DELETE FROM bucket WHERE name = ?", (name,))
            self.db.execute("DELETE FROM name WHERE id = ?", (name,))
            if new is not None:
                self.db.execute("INSERT INTO name VALUES (?, ?)", (name, new))
                own = set(buckets(name_node(name, new)))
                self.db.executemany("INSERT INTO bucket VALUES (?, ?)", ((bucket, name) for bucket in own))
                touched_buckets |= own
        for name in self.names:  # a split name's ids may depend on which documents hold it
            if self.db.execute("SELECT 1 FROM node WHERE name = ? AND document <> ''", (name,)).fetchone():
                self.structural.add(name)
        for bucket in touched_buckets:
            self.structural.update(row[0] for row in self.db.execute("SELECT name FROM bucket WHERE bucket = ?", (bucket,)))
        self.built.names_touched = len(self.names)

    def _known(self, name: str) -> bool:
        """Bring the table of what a name is known to be up to date; whether that changed."""
        rows = self.db.execute("SELECT DISTINCT thing FROM unit WHERE name = ? AND thing <> ''", (name,))
        new = {json.loads(body)[0] for (body,) in rows}
        old = {row[0] for row in self.db.execute("SELECT thing FROM known WHERE name = ?", (name,))}
        if new == old:
            return False
        for thing in old ^ new:  # names of one thing hang together
            self.structural.update(row[0] for row in self.db.execute("SELECT name FROM known WHERE thing = ?", (thing,)))
        self.db.execute("DELETE FROM known WHERE name = ?", (name,))
        self.db.executemany("INSERT INTO known VALUES (?, ?)", ((thing, name) for thing in sorted(new)))
        return True

    # judgements ------------------------------------------------------------------------------------------------------

    def _judgements(self) -> None:
        types = entity_types(self.inputs.schema)
        self.judged = resolve_judgements(
            self.inputs.judgements, lambda anchor: find_unit(self.truth, self.db, anchor), types, things(self.db)
        )
        old = {key: json.loads(names) for key, names in self.db.execute("SELECT key, names FROM judged")}
        new = self.judged.rows()
        for key in old.keys() ^ new.keys():
            touched = old.get(key) or new[key]
            self.names.update(touched)
            self.structural.update(touched)
        self.ends = EndsNow(self.db, self.inputs.schema, self.judged)
        self.db.execute("DELETE FROM judged")
        self.db.executemany("INSERT INTO judged VALUES (?, ?)", ((key, _json(names)) for key, names in sorted(new.items())))

    # components and entities -----------------------------------------------------------------------------------------

    def _components(self) -> None:
        """Cluster the touched components again; note which names moved to another entity."""
        near = Neighbourhood(self.db)
        affected = closure(self.db, near, self.structural, self.judged)
        old: dict[str, tuple[str, str]] = {}
        for name in affected | self.structural:
            for node, entity in self.db.execute("SELECT id, entity FROM node WHERE name = ?", (name,)).fetchall():
                old[node] = (name, entity)
            self.db.execute("DELETE FROM node WHERE name = ?", (name,))
        self.progress("clustering names", 0, len(affected))
        self.assigned = assign(near, affected, self.judged, self.cluster)
        self.db.executemany(
            "INSERT INTO node VALUES (?, ?, ?, ?, '', ?)",
            ((a.node, a.name, a.document, a.component, a.thing) for a in self.assigned),
        )
        new = self._identify()
        for node in old.keys() | new.keys():
            before, after = old.get(node), new.get(node)
            if before != after:
                self.moved.add((before or after)[0])  # type: ignore[index]
            self.entities.update(entry[1] for entry in (before, after) if entry)
        for name in self.names:
            rows = self.db.execute("SELECT entity FROM node WHERE name = ?", (name,)).fetchall()
            self.entities.update(row[0] for row in rows)
        self.entities.discard("")

    def _identify(self) -> dict[str, tuple[str, str]]:
        """Give every cluster its id; '' for one without units or rejected by a person. Returns node -> (name, entity)."""
        place_of = {a.node: (a.name, a.document) for a in self.assigned}
        groups = {a.members: a.component for a in self.assigned}
        held = self._held(groups, place_of)
        result = {}
        for members in groups:
            rows = unit_rows(self.db, (place_of[node] for node in members))
            entity = "" if not rows or is_rejected(rows, self.judged) else self._id(members, rows, held)
            for node in members:
                self.db.execute("UPDATE node SET entity = ? WHERE id = ?", (entity, node))
                result[node] = (place_of[node][0], entity)
        return result

    def _held(self, groups: dict[frozenset[str], str], place_of: dict[str, tuple[str, str]]) -> dict[str, set[frozenset[str]]]:
        """Which clusters hold a name that was split: only these can contest it."""
        split = {place_of[node][0] for members in groups for node in members if place_of[node][1]}
        held: dict[str, set[frozenset[str]]] = {}
        for members in groups:
            for row in unit_rows(self.db, (place_of[node] for node in members if place_of[node][0] in split)):
                held.setdefault(row[1], set()).add(members)
        return held

    def _id(self, members: frozenset[str], rows: list[UnitRow], held: dict[str, set[frozenset[str]]]) -> str:
        own = {row[1] for row in rows}
        naming = [key for key in own if len(held.get(key, ())) < 2]
        units = [] if naming else [(s.uri, row[1]) for row in rows for s in self.inputs.sources[row[0]]]
        return identify(naming, units)

    def _entities(self) -> None:
        """Make the touched entities again from their units and the values that name them."""
        for count, id in enumerate(sorted(self.entities)):
            if count % 1000 == 0:
                self.progress("writing entities", count, len(self.entities))
            nodes = self.db.execute("SELECT name, document, thing FROM node WHERE entity = ?", (id,)).fetchall()
            known = max((thing for *_, thing in nodes), default="")
            rows = unit_rows(self.db, (node[:2] for node in nodes))
            old = self.derived.entity(id)
            existed = self._drop("entity", id)
            if not rows:
                holders = self.derived.holders(old.keys) if old is not None else []
                self.built.entities_removed += existed
                self.built.entities_redirected += bool(holders)
                self.changes.entity_removed(old, holders)
                continue
            entity = entity_from_units(id, rows, self.judged, self._values(id), known)
            if old is None or old.keys != entity.keys:
                self.built.ids.append((id, _json(entity.keys)))
            body = entity_body(entity)
            self._put("entity", (id, entity.type, entity.name, body), digest("row.entity", body))
            if not existed:
                self.built.entities_added += 1
                self.changes.entity_added(entity)

    def _values(self, subject: str) -> tuple[tuple[str, Value], ...]:
        sql = f"SELECT {TRIPLE} FROM triple WHERE subject = ? AND datatype IS NOT NULL ORDER BY predicate, id"
        groups: dict[str, list[Triple]] = {}
        for row in self.db.execute(sql, (subject,)):
            triple = triple_from(row)
            groups.setdefault(triple.predicate, []).append(triple)
        return tuple(sorted((self._property(predicate), best_value(triples)) for predicate, triples in groups.items()))

    def _property(self, predicate: str) -> str:
        relation = self.inputs.schema.relation(predicate)
        return relation.property if relation is not None else predicate

    # statements and triples ------------------------------------------------------------------------------------------

    def _statements(self) -> None:
        """Point the statements of changed documents and moved names at their triples."""
        todo: set[tuple[str, int]] = set()
        for document in self.changed:
            todo.update(
                (document, row[0]) for row in self.db.execute("SELECT position FROM statement WHERE document = ?", (document,))
            )
        for name in self.moved:
            sql = "SELECT document, position FROM statement WHERE subject = ?1 OR (object = ?1 AND datatype IS NULL)"
            todo.update(self.db.execute(sql, (name,)).fetchall())
        for document, position in sorted(todo):
            self._point(document, position)
        self.triples.update(self._judged_triples())
        self.triples.update(self._retyped())

    def _point(self, document: str, position: int) -> None:
        row = self.db.execute(
            "SELECT subject, predicate, object, datatype, triple FROM statement WHERE document = ? AND position = ?",
            (document, position),
        ).fetchone()
        subject = self._entity_of(document, row[0])
        target = row[2] if row[3] is not None else self._entity_of(document, row[2])
        ends = ends_of(self.inputs.schema, subject, row[1], target, row[3])
        triple = triple_id(ends) if ends else None
        self.triples.update(t for t in (row[4], triple) if t)
        if triple != row[4]:
            sql = "UPDATE statement SET triple = ? WHERE document = ? AND position = ?"
            self.db.execute(sql, (triple, document, position))

    def _entity_of(self, document: str, name: str) -> str:
        return entity_of(self.db, document, name)

    def _judged_triples(self) -> set[str]:
        """Triples that a person's word stands on now or stood on at the last build."""
        self.words = words = triple_words(self.db, self.inputs.schema, self.judged)
        old = set(json.loads(self.derived.meta("judged_triples") or "[]"))
        self.derived.set_meta("judged_triples", _json(sorted(words)))
        return old | set(words)

    def _triples(self) -> None:
        """Make the touched triples again from their statements."""
        for count, id in enumerate(sorted(self.triples)):
            if count % 1000 == 0:
                self.progress("writing triples", count, len(self.triples))
            old = self._stored("triple", id) or self._stored("quarantined", id)
            self.shown[id] = self._drop("triple", id)
            self._drop("quarantined", id)
            triple, statements = self._triple(id, self.words.get(id))
            if triple is not None:
                is_alone = group_of(triple, self.inputs.schema) is None
                self._write(triple, statements, self._impossible([triple]).get(id) if is_alone else None)
            elif self.shown[id]:
                self.changes.may_lose(self.derived, old)
            for each in filter(None, (old, triple)):
                self._touch(each)

    def _touch(self, triple: Triple) -> None:
        """Remember what depends on a triple: the group that it is judged in, and the entity that shows its value."""
        group = group_of(triple, self.inputs.schema)
        if group is not None:
            self.groups.add(group)
        if isinstance(triple.object, Value):
            self.entities.add(triple.subject)
        elif triple.predicate in nesting(self.inputs.schema):
            self.groups.update(Group((subject,)) for subject in self.ends.placed_in(triple.subject))

    def _retyped(self) -> set[str]:
        """Triples at entities that have another type than at the last build."""
        found: set[str] = set()
        for entity in sorted(self.entities):
            old = self.db.execute("SELECT type FROM entity WHERE id = ?", (entity,)).fetchone()
            if old is not None and old[0] != self.ends.type_of(entity):
                for table in ("triple", "quarantined"):
                    sql = f"SELECT id FROM {table} WHERE subject = ?1 OR (object = ?1 AND datatype IS NULL)"
                    found.update(row[0] for row in self.db.execute(sql, (entity,)))
        return found

    def _stored(self, table: str, id: str) -> Triple | None:
        row = self.db.execute(f"SELECT {TRIPLE} FROM {table} WHERE id = ?", (id,)).fetchone()
        return triple_from(row) if row else None

    def _quarantine(self) -> None:
        """Judge the touched groups again: what cannot be true beside better supported triples leaves the graph, what can comes back."""
        for group in sorted(self.groups, key=lambda g: (g.of, g.predicate)):
            held = self._group(group)
            found = self._impossible(held.values())
            for id, triple in sorted(held.items()):
                self._settle(triple, found.get(id))
        for id, was_shown in self.shown.items():
            now = self._stored("triple", id)
            if now is not None and not was_shown:
                self.built.triples_added += 1
                self.changes.triple_added(now)
            elif now is None and was_shown:
                self.built.triples_removed += 1
                self.changes.triple_removed(id)

    def _group(self, group: Group) -> dict[str, Triple]:
        """The triples of a group, kept out or not."""
        if group.predicate:
            one, other = group.of
            ids = (triple_id((head, group.predicate, tail, None)) for head, tail in ((one, other), (other, one)))
            pair = (self._stored("triple", id) or self._stored("quarantined", id) for id in ids)
            return {triple.id: triple for triple in pair if triple is not None}
        sql = " UNION ALL ".join(f"SELECT {TRIPLE} FROM {table} WHERE subject = ?1" for table in ("triple", "quarantined"))
        said = (triple_from(row) for row in self.db.execute(sql, group.of).fetchall())
        return {triple.id: triple for triple in said if group_of(triple, self.inputs.schema) == group}

    def _impossible(self, triples: Collection[Triple]) -> dict[str, Violation]:
        """Those of one group that are kept out."""
        return impossible(triples, self.inputs.schema, self.inputs.config.hygiene_off, self.ends.of(triples))

    def _settle(self, triple: Triple, violation: Violation | None) -> None:
        """Bring a triple to the table that it belongs to."""
        self.shown.setdefault(triple.id, self._stored("triple", triple.id) is not None)
        self._drop("triple", triple.id)
        self._drop("quarantined", triple.id)
        self._write(triple, self.derived.statement_rows(triple.id), violation)
        if isinstance(triple.object, Value):
            self.entities.add(triple.subject)

    def _write(self, triple: Triple, statements: tuple[tuple[str | int, ...], ...], violation: Violation | None) -> None:
        """Into the graph, or among what is kept out of it."""
        row = triple_row(triple)
        if violation is None:
            self._put("triple", row, triple_digest(row, statements))
        else:
            if self.shown[triple.id]:
                self.changes.may_lose(self.derived, triple)
            whole = (*row, violation.rule, violation.detail)
            self._put("quarantined", whole, quarantined_digest(whole))

    def _triple(self, id: str, word: bool | None) -> tuple[Triple | None, tuple[tuple[str | int, ...], ...]]:
        """A triple from its current statements, and these statements for its digest; None if nothing supports it."""
        rows = self.db.execute(
            """SELECT document, position, subject, predicate, object, datatype, score, scope, spans, quote, extractor
               FROM statement WHERE triple = ? ORDER BY document, position""",
            (id,),
        ).fetchall()
        if not rows or word is False:
            return None, ()
        document, _, subject, predicate, target, datatype, *_ = rows[0]
        target = target if datatype is not None else self._entity_of(document, target)
        ends = ends_of(self.inputs.schema, self._entity_of(document, subject), predicate, target, datatype)
        if ends is None:
            return None, ()
        supports = [_support(*r) for r in rows]
        value: str | Value = ends[2] if datatype is None else Value(datatype, ends[2])
        triple = triple_from_supports(id, ends[0], predicate, value, supports, certain=word is True)
        if word is None and not self._wanted(triple):
            return None, ()
        return triple, tuple((r[0], *r[6:10], *((r[10],) if r[10] else ())) for r in rows)

    def _wanted(self, triple: Triple) -> bool:
        config = self.inputs.config
        minimum = max(config.min_confidence, dict(config.relations).get(triple.predicate, 0))
        return triple.confidence >= minimum and (config.scope == "all" or triple.scope is Scope.STATED)

    # mentions --------------------------------------------------------------------------------------------------------

    def _mentions(self) -> None:
        """Make the mention rows of changed documents, and of those that hold a moved name, again."""
        documents = set(self.changed)
        for name in self.moved:
            documents.update(row[0] for row in self.db.execute("SELECT document FROM unit WHERE name = ?", (name,)))
        for document in sorted(documents):
            for row in self.db.execute(
                "SELECT document, entity, count FROM mention WHERE document = ?", (document,)
            ).fetchall():
                self._weigh(mention_digest(*row), -1)
            self.db.execute("DELETE FROM mention WHERE document = ?", (document,))
            counts: dict[str, int] = {}
            for name, count in self.db.execute("SELECT name, mentions FROM unit WHERE document = ?", (document,)).fetchall():
                entity = self._entity_of(document, name)
                if entity:
                    counts[entity] = counts.get(entity, 0) + count
            for entity, count in sorted(counts.items()):
                self.db.execute("INSERT INTO mention VALUES (?, ?, ?)", (document, entity, count))
                self._weigh(mention_digest(document, entity, count), 1)

    # rows ------------------------------------------------------------------------------------------------------------

    def _put(self, table: str, row: Iterable[object], digest: str) -> None:
        values = (*row, digest)
        self.db.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)
        self._weigh(digest, 1)

    def _drop(self, table: str, id: str) -> bool:
        row = self.db.execute(f"SELECT digest FROM {table} WHERE id = ?", (id,)).fetchone()
        if row is None:
            return False
        self.db.execute(f"DELETE FROM {table} WHERE id = ?", (id,))
        self._weigh(row[0], -1)
        return True

    def _weigh(self, digest: str, sign: int) -> None:
        self.state = (self.state + sign * number(digest)) % (1 << 128)


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


def unit_forms(type: str, key: str, texts: Iterable[str]) -> list[tuple[str, int, bool]]:
    """Written forms of a unit with how often, and whether each is a short form: one whose own name is another."""
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return [(text, count, normalise(type, text) != key) for text, count in sorted(counts.items())]


def document_node(stored: StoredDocument, sources: tuple[Source, ...]) -> DocumentNode:
    """A document as a node: named by its first source; its date the earliest, other metadata the first source's."""
    metadata = dict(sources[0].metadata)
    title, url = metadata.pop("title", ""), metadata.pop("url", "")
    metadata.pop("date", None)
    metadata.pop("language", None)
    return DocumentNode(
        id=stored.document.id,
        name=_first(title) or sources[0].uri.rpartition("/")[2],
        uri=sources[0].uri,
        url=_first(url),
        published=published(sources),
        language=stored.language,
        sources=tuple(s.uri for s in sources),
        metadata=tuple(sorted(metadata.items())),
    )


def _first(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else next(iter(value), "")


def _name_of(facts: Facts, index: int) -> str:
    unit = facts.units[index]
    return f"{unit.type}/{unit.key}"


def _block_number(block: str) -> int:
    """A block's digest as a 63-bit integer: one in 10^18 pairs collides, which would at most mark a block as repeated."""
    return number(block) >> 65


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

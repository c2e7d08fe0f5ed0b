"""An imported graph -> graph.db: its rows copied as they are, with the digests that make the state. Nothing is resolved or judged."""

import json
from collections.abc import Iterable

from kgbuild.hashing import digest, number
from kgbuild.records import Progress, StatementNode, Value
from kgbuild.workspace.database import transaction
from kgbuild.workspace.derived import GRAPH_TABLES, Derived
from kgbuild.workspace.imported import Imported, Origin
from kgbuild.workspace.rows import docnode_body, entity_body, mention_digest, triple_digest, triple_row
from kgbuild.workspace.truth import Truth

VERSION = 1
STEP = 10_000


def copy_imported(
    truth: Truth, origin: Origin, derived: Derived, progress: Progress | None = None, *, anew: bool = False
) -> bool:
    """Bring graph.db to the imported graph; False if it is there already, unless it is wanted anew. All writes are one transaction."""
    name = digest("imported", VERSION, origin.content, origin.provenance)
    if derived.input == name and not anew:
        return False
    with transaction(derived.db, derived.path):
        copy = _Copy(truth, derived, progress or (lambda *_: None))
        for table in GRAPH_TABLES:
            derived.db.execute(f"DELETE FROM {table}")
        copy.run()
        derived.set_meta("input", name)
        derived.set_meta("version", f"imported.{VERSION}")
        derived.set_meta("state", f"{copy.state:032x}")
        derived.set_meta("model", "")
    return True


class _Copy:
    """One copy under way: rows go into tables, their digests into the state."""

    def __init__(self, truth: Truth, derived: Derived, progress: Progress) -> None:
        self.state = 0
        self._graph = Imported(truth)
        self._db = derived.db
        self._progress = progress
        self._written = 0

    def run(self) -> None:
        """All tables, statements before the triples that digest them."""
        for document in self._graph.documents():
            body = docnode_body(document)
            self._put("docnode", (document.id, body), digest("row.docnode", body))
        for entity in self._graph.entities():
            body = entity_body(entity)
            self._put("entity", (entity.id, entity.type, entity.name, body), digest("row.entity", body))
        for edge in self._graph.mentions():
            self._weigh(mention_digest(edge.origin, edge.entity, edge.count))
            self._insert("mention", (edge.origin, edge.entity, edge.count))
        self._statements()
        for triple in self._graph.triples():
            row = triple_row(triple)
            rows = self._db.execute(
                "SELECT document, score, scope, spans, quote FROM statement WHERE triple = ? ORDER BY document, position",
                (triple.id,),
            )
            self._put("triple", row, triple_digest(row, tuple(rows.fetchall())))

    def _statements(self) -> None:
        for statement in self._graph.statements():
            self._insert("statement", _statement_row(statement, self._written))

    def _put(self, table: str, row: Iterable[object], of: str) -> None:
        self._weigh(of)
        self._insert(table, (*row, of))

    def _insert(self, table: str, row: tuple[object, ...]) -> None:
        self._db.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        self._written += 1
        if self._written % STEP == 0:
            self._progress("writing the graph", self._written, 0)

    def _weigh(self, of: str) -> None:
        self.state = (self.state + number(of)) % (1 << 128)


def _statement_row(statement: StatementNode, position: int) -> tuple[object, ...]:
    value = statement.object if isinstance(statement.object, Value) else None
    spans = statement.quotes or ((statement.start, statement.end),)
    return (
        statement.document, position, statement.subject, statement.predicate, value.text if value else statement.object,
        value.datatype if value else None, statement.confidence, statement.scope.value,
        json.dumps(spans, separators=(",", ":")), statement.quote, statement.triple, "",
    )  # fmt: skip

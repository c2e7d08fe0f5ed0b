"""Documents -> what a user's graph says of them: a workspace is filled, extracted once and built at any thresholds.

Everything that a user's build applies is applied: the schema, hygiene, values, in-document and cross-document resolution.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from user_matching import Found, Gold, best, canonical, match

from kgbuild.documents.blocks import document_id
from kgbuild.documents.split import block_digests
from kgbuild.documents.walk import File
from kgbuild.evaluation.relations import Mentions
from kgbuild.evaluation.spans import Spot
from kgbuild.extraction.codec import unpack_extraction
from kgbuild.graph import values
from kgbuild.models.spec import Thresholds
from kgbuild.pipeline.adding import SPLIT, cut, put_readings
from kgbuild.pipeline.models import ModelDirectories, threshold_rows
from kgbuild.pipeline.reports import Added
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import (
    ONE,
    Block,
    BlockKind,
    Document,
    Entity,
    Extraction,
    Facts,
    Outcome,
    Passage,
    Reading,
    Scope,
    Source,
    StatementNode,
    Unit,
    Value,
)
from kgbuild.schema import Schema
from kgbuild.workspace.codec import unpack_facts
from kgbuild.workspace.database import transaction
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.stored import StoredDocument, StoredModel

SETTINGS = '[run]\nruntime = "{runtime}"\nthreads = {threads}\n'


class AtThresholds(ModelDirectories):
    """Models whose every set of thresholds is `thresholds`, which may be changed between builds; None leaves them alone."""

    def __init__(self) -> None:
        self.thresholds: Thresholds | None = None

    def describe(self, name: str) -> StoredModel:
        stored = super().describe(name)
        if self.thresholds is None:
            return stored
        rows = threshold_rows(stored.link_labels, self.thresholds)
        return replace(stored, thresholds=tuple((set, rows) for set, _ in stored.thresholds))


@dataclass(frozen=True, slots=True)
class End:
    """One end of a fact in one document: its name and type in the graph, where it is mentioned, the best mention's score."""

    name: str
    type: str
    spans: Mentions = ()
    score: int = ONE
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Emitted:
    """A statement of a built graph, with its ends in its document; label: the model's label of the relation that is kept."""

    document: str
    head: End
    label: str
    tail: End
    score: int
    scope: Scope
    quotes: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Reader:
    """A workspace with one model. key: of its extractions, known once they are made."""

    workspace: Workspace
    model: str
    models: AtThresholds = field(default_factory=AtThresholds)
    key: str = ""

    def extract(self) -> None:
        """Extract what is missing."""
        self.key = self.workspace.use(self.model).key
        self.workspace.extract()

    def build(self, thresholds: Thresholds) -> None:
        """Build at thresholds."""
        self.models.thresholds = thresholds
        self.workspace.use(self.model)
        self.workspace.build()

    def extraction(self, document: str) -> dict[int, Extraction]:
        """Extractions of a document by passage."""
        stored = self.workspace.truth.extractions_of(self.key, document)
        return {index: unpack_extraction(row) for index, row in stored.items()}


def open_reader(folder: Path, model: Path, runtime: str = "openvino", threads: int = 0) -> Reader:
    """A workspace in a folder (made if it is not there) for a model directory. Raises ModelError for a damaged one."""
    models = AtThresholds()
    workspace = Workspace(folder, create=True, models=models)
    (folder / "kgbuild.toml").write_text(SETTINGS.format(runtime=runtime, threads=threads), encoding="utf-8")
    return Reader(workspace, str(model), models)


# ── documents into the workspace ─────────────────────────────────────────────────────────────────────────────────────


def put_passages(workspace: Workspace, passages: Iterable[Gold]) -> dict[str, str]:
    """Annotated passages as documents of one passage each, text and sentences as annotated; their document ids by id."""
    ids = {}
    for gold in passages:
        document, passage = as_document(gold)
        stored = StoredDocument(document, (passage,), passage.language, block_digests(document), (), SPLIT)
        source = Source(f"gold#{gold.id}", gold.uri.split("/", 1)[0], document.id, Outcome.OK, document.id)
        _put(workspace, Reading(source, document), stored)
        ids[gold.id] = document.id
    return ids


def put_documents(workspace: Workspace, readings: Iterable[Reading]) -> None:
    """Documents that were read."""
    for reading in readings:
        if reading.document is not None:
            _put(workspace, reading, cut(reading.document))


def _put(workspace: Workspace, reading: Reading, stored: StoredDocument) -> None:
    file = File(Path(), reading.source.uri, reading.source.root, ".record")
    with transaction(workspace.truth.db, workspace.truth.path):
        workspace.truth.put_document(stored)
        put_readings(workspace.truth, Added(), file, reading.source.content, "benchmark", [reading])


def as_document(gold: Gold) -> tuple[Document, Passage]:
    """A passage as a document: sentences between which a blank line stands are in two blocks; what kind these were is not known."""
    bounds: list[list[int]] = []
    numbers = []
    for start, end in gold.sentences:
        if bounds and "\n\n" not in gold.text[bounds[-1][1] : start]:
            bounds[-1][1] = end
        else:
            bounds.append([start, end])
        numbers.append(len(bounds) - 1)
    blocks = tuple(Block(BlockKind.PARAGRAPH, start, end) for start, end in bounds)
    document = Document(document_id(gold.text, blocks), gold.text, blocks)
    return document, Passage(0, 0, gold.text, "en", gold.sentences, tuple(numbers))


# ── statements out of the graph ──────────────────────────────────────────────────────────────────────────────────────


def emitted(workspace: Workspace) -> Iterator[Emitted]:
    """All statements of the built graph, in the order of triples."""
    schema, graph = workspace.schema(), workspace.source()
    try:
        entities = {entity.id: entity for entity in graph.entities()}
        units = {document: units_of(graph, document) for document in workspace.truth.documents()}
        passages = {id: workspace.truth.document(id).passages for id in units}
        for node in graph.statements():
            relation = schema.relation(node.predicate)
            if relation is not None and relation.labels:
                held, starts = units[node.document], [passage.start for passage in passages[node.document]]
                head, tail = (_end(end, entities, held, starts, schema) for end in (node.subject, node.object))
                yield _emitted(node, head, relation.labels[0], tail)
    finally:
        graph.derived.close()


def _emitted(node: StatementNode, head: End, label: str, tail: End) -> Emitted:
    return Emitted(node.document, head, label, tail, node.confidence, node.scope, node.quotes)


def units_of(graph: WorkspaceGraph, document: str) -> dict[str, list[Unit]]:
    """Units of a document by the entity that they resolve to."""
    row = graph.derived.db.execute("SELECT facts FROM folded WHERE document = ?", (document,)).fetchone()
    facts = unpack_facts(row[0]) if row else Facts()
    held: dict[str, list[Unit]] = {}
    for unit, entity in zip(facts.units, graph.derived.entities_of_unit_rows(document), strict=True):
        held.setdefault(entity, []).append(unit)
    return held


def _end(
    end: str | Value, entities: dict[str, Entity], held: dict[str, list[Unit]], starts: Sequence[int], schema: Schema
) -> End:
    if isinstance(end, Value):
        return End(end.text, end.datatype, value=end)
    mentions = [(mention, _label(schema, unit.type)) for unit in held[end] for mention in unit.mentions]
    spans = tuple((starts[m.passage] + m.start, starts[m.passage] + m.end, label) for m, label in mentions)
    return End(entities[end].name, entities[end].type, spans, max(m.score for m, _ in mentions))


def _label(schema: Schema, type: str) -> str:
    known = schema.type(type)
    return known.labels[0] if known is not None and known.labels else type


def entity_spans(workspace: Workspace, document: str) -> frozenset[Spot]:
    """Mentions of a document that became part of an entity, with the model's label for its type."""
    schema, graph = workspace.schema(), workspace.source()
    try:
        starts = [passage.start for passage in workspace.truth.document(document).passages]
        return frozenset(
            (starts[m.passage] + m.start, starts[m.passage] + m.end, _label(schema, unit.type))
            for entity, units in units_of(graph, document).items()
            for unit in units
            for m in unit.mentions
            if entity
        )
    finally:
        graph.derived.close()


def graph_facts(schema: Schema, gold: Gold, statements: Sequence[Emitted]) -> list[Found]:
    """Statements of a passage as found facts; a fact between two names of one thing stays, and is wrong: a user meets it."""
    ends = tuple(dict.fromkeys(end for one in statements for end in (one.head, one.tail)))
    clusters = match(gold.clusters, tuple(end.spans for end in ends))
    names: dict[End, Hashable] = {}
    for end, cluster in zip(ends, clusters, strict=True):
        index = cluster if end.value is None else _holder(gold, end.value)
        names[end] = ("unmapped", end.name, end.type) if index is None else index
    facts = [(canonical(schema, (names[one.head], one.label, names[one.tail])), one) for one in statements]
    return best(Found(fact, one.scope, one.score, min(one.head.score, one.tail.score)) for fact, one in facts if fact)


def _holder(gold: Gold, value: Value) -> int | None:
    """The first gold cluster with a mention that is written for this value."""
    for index, cluster in enumerate(gold.clusters):
        if any(values.normalise(value.datatype, gold.text[start:end]) == value for start, end, _ in cluster):
            return index
    return None

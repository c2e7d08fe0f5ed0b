"""The built graph, read part by part in the order of ids: records.GraphSource over the two databases."""

from collections.abc import Iterator
from pathlib import Path

from kgbuild.errors import BuildError
from kgbuild.hashing import digest
from kgbuild.records import (
    ChunkNode,
    DocumentNode,
    Entity,
    MentionEdge,
    Scope,
    StatementNode,
    Triple,
)
from kgbuild.workspace.codec import unpack_facts
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.imported import Imported, origin_of
from kgbuild.workspace.truth import Truth


def open_graph(truth: Truth, path: Path) -> "WorkspaceGraph":
    """The graph that was built last, to read. Raises BuildError if nothing is built yet."""
    derived = Derived(path, readonly=True) if path.exists() else None
    if derived is None or not derived.input:
        if derived is not None:
            derived.close()
        raise BuildError("there is no graph yet: run `kgbuild build` first")
    return WorkspaceGraph(truth, derived)


class WorkspaceGraph:
    """The graph of a workspace as sinks take it. Documents and chunks come with it even if nothing was found in them."""

    def __init__(self, truth: Truth, derived: Derived) -> None:
        self.truth = truth
        self.derived = derived
        self.imported = Imported(truth) if origin_of(truth) else None
        """What an imported graph keeps beside graph.db: its statements and chunks, with the ids they came with."""

    def __enter__(self) -> "WorkspaceGraph":
        return self

    def __exit__(self, *_: object) -> None:
        self.derived.close()

    @property
    def state(self) -> str:
        """Digest of all rows."""
        return self.derived.state

    def entities(self) -> Iterator[Entity]:
        """All entities, by id."""
        return self.derived.entities()

    def triples(self) -> Iterator[Triple]:
        """All triples, by id."""
        return self.derived.triples()

    def documents(self) -> Iterator[DocumentNode]:
        """All documents, by id."""
        return self.derived.documents()

    def mentions(self) -> Iterator[MentionEdge]:
        """How often documents mention entities."""
        return self.derived.mentions()

    def statements(self) -> Iterator[StatementNode]:
        """All statements, by triple, then by document and place. One sentence of one document counts once for a triple."""
        if self.imported is not None:
            yield from self.imported.statements()
            return
        model = self.derived.meta("model")
        for triple in self.derived.triples():
            yield from self.statements_of(triple, model)

    def statements_of(self, triple: Triple, model: str = "") -> Iterator[StatementNode]:
        """The statements of one triple, best first where one sentence gives several."""
        if self.imported is not None:
            yield from self.imported.statements(triple.id)
            return
        best: dict[str, StatementNode] = {}
        for document, score, scope, spans, quote, extractor in self.derived.statements_of(triple.id):
            id = digest("statement", triple.id, document, spans)
            if id in best and best[id].confidence >= score:
                continue
            best[id] = StatementNode(
                id, triple.id, triple.subject, triple.predicate, triple.object, document, quote, spans[0][0], spans[-1][1],
                Scope(scope), score, extractor or model or self.derived.meta("model"), spans,
            )  # fmt: skip
        yield from best.values()

    def chunks(self) -> Iterator[ChunkNode]:
        """All passages, by document and position."""
        if self.imported is not None:
            yield from self.imported.chunks()
            return
        for node in self.derived.documents():
            yield from self.chunks_of(node.id)

    def chunks_of(self, document: str) -> Iterator[ChunkNode]:
        """The passages of one document, by position."""
        for p in self.truth.document(document).passages:
            end = p.start + len(p.text)
            yield ChunkNode(chunk_id(document, p.index), document, p.index, p.start, end, p.language, p.text)

    def chunk_mentions(self) -> Iterator[MentionEdge]:
        """How often passages mention entities, by document, position and entity."""
        if self.imported is not None:
            yield from self.imported.chunk_mentions()
            return
        for (document,) in self.derived.db.execute("SELECT document FROM folded ORDER BY document"):
            yield from self.chunk_mentions_of(document)

    def chunk_mentions_of(self, document: str) -> Iterator[MentionEdge]:
        """How often the passages of one document mention entities, by position and entity."""
        (body,) = self.derived.db.execute("SELECT facts FROM folded WHERE document = ?", (document,)).fetchone()
        counts: dict[tuple[int, str], int] = {}
        for unit, entity in zip(unpack_facts(body).units, self.derived.entities_of_unit_rows(document), strict=True):
            for mention in unit.mentions if entity else ():
                counts[mention.passage, entity] = counts.get((mention.passage, entity), 0) + 1
        for (passage, entity), count in sorted(counts.items()):
            yield MentionEdge(chunk_id(document, passage), entity, count)


def chunk_id(document: str, index: int) -> str:
    """Id of a passage as a node."""
    return digest("chunk", document, index)

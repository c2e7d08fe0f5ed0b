"""A whole graph in memory, as sorted tuples: records.GraphSource for tests, for small graphs and for what a user makes by hand."""

from collections.abc import Iterable, Iterator

from kgbuild.counts import counted
from kgbuild.records import ChunkNode, DocumentNode, Entity, GraphSource, MentionEdge, StatementNode, Triple


class Graph:
    """Parts are sorted as a GraphSource gives them, so that graphs made from the same parts in any order are equal."""

    __slots__ = ("_parts",)

    def __init__(
        self,
        entities: Iterable[Entity] = (),
        triples: Iterable[Triple] = (),
        statements: Iterable[StatementNode] = (),
        documents: Iterable[DocumentNode] = (),
        mentions: Iterable[MentionEdge] = (),
        chunks: Iterable[ChunkNode] = (),
        chunk_mentions: Iterable[MentionEdge] = (),
    ) -> None:
        self._parts = (
            tuple(sorted(entities, key=lambda e: e.id)),
            tuple(sorted(triples, key=lambda t: t.id)),
            tuple(sorted(statements, key=lambda s: (s.triple, s.document, s.start, s.end, s.id))),
            tuple(sorted(documents, key=lambda d: d.id)),
            tuple(sorted(mentions, key=lambda m: (m.origin, m.entity))),
            tuple(sorted(chunks, key=lambda c: (c.document, c.index))),
            tuple(sorted(chunk_mentions, key=lambda m: (m.origin, m.entity))),
        )

    def entities(self) -> Iterator[Entity]:
        """All entities, by id."""
        return iter(self._parts[0])

    def triples(self) -> Iterator[Triple]:
        """All triples, by id."""
        return iter(self._parts[1])

    def statements(self) -> Iterator[StatementNode]:
        """All statements, by triple, document and place."""
        return iter(self._parts[2])

    def documents(self) -> Iterator[DocumentNode]:
        """All documents, by id."""
        return iter(self._parts[3])

    def mentions(self) -> Iterator[MentionEdge]:
        """How often documents mention entities, by both."""
        return iter(self._parts[4])

    def chunks(self) -> Iterator[ChunkNode]:
        """All chunks, by document and index."""
        return iter(self._parts[5])

    def chunk_mentions(self) -> Iterator[MentionEdge]:
        """How often chunks mention entities, by both."""
        return iter(self._parts[6])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    def __repr__(self) -> str:
        return f"Graph({counted(len(self._parts[0]), 'entity', 'entities')}, {counted(len(self._parts[1]), 'triple')})"


def collect(source: GraphSource) -> Graph:
    """A graph from anywhere, held in memory."""
    return Graph(
        source.entities(),
        source.triples(),
        source.statements(),
        source.documents(),
        source.mentions(),
        source.chunks(),
        source.chunk_mentions(),
    )

"""A graph and filters -> the part of the graph that they leave, as a graph again: the same filters for every format.

Dropping an entity drops its triples; dropping a triple drops its statements and the value it fills; an entity without triples
stays. Numbers (support, documents, mentions) stay those of the whole graph.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from kgbuild.errors import UsageError
from kgbuild.records import ONE, ChunkNode, DocumentNode, Entity, GraphSource, MentionEdge, Scope, StatementNode, Triple, Value
from kgbuild.schema import Schema

PROVENANCE = ("none", "summary", "full")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What goes into an export.

    provenance: none, summary (documents and mentions) or full (chunks and all statements); empty: the format's own default;
    base: start of all IRIs; min_confidence: a fraction, 0 to 1; scope: all or stated; types, relations: names of the schema;
    documents: patterns of URIs (*, ?). Empty lists leave everything.
    Of RDF alone: part: graph, or ontology or shapes, which the schema gives; annotations: reified or rdf12; graphs: default or
    document (`rdf_model.Layout`).
    """

    provenance: str = ""
    base: str = ""
    min_confidence: float = 0.0
    min_support: int = 0
    scope: str = "all"
    types: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    part: str = "graph"
    annotations: str = "reified"
    graphs: str = "default"


def check_options(options: ExportOptions, schema: Schema) -> None:
    """Raises UsageError for a value that cannot be meant."""
    if options.provenance not in ("", *PROVENANCE):
        raise UsageError(f"provenance is {options.provenance!r}: choose {', '.join(PROVENANCE)}")
    if options.scope not in ("all", "stated"):
        raise UsageError(f"scope is {options.scope!r}: choose all or stated")
    if not 0 <= options.min_confidence <= 1:
        raise UsageError(f"the minimum confidence is {options.min_confidence!r}: give a number between 0 and 1")
    kinds = [type.name for type in schema.types if type.kind == "entity"]
    for name in options.types:
        if name not in kinds:
            raise UsageError(f"{name!r} is no type of entities in the schema; types: {', '.join(kinds)}")
    for name in options.relations:
        if schema.relation(name) is None:
            raise UsageError(f"{name!r} is no relation of the schema; `kgbuild schema` lists them")


def select(graph: GraphSource, schema: Schema, options: ExportOptions) -> GraphSource:
    """The part of a graph that the filters leave; the graph itself, untouched, if they leave everything."""
    check_options(options, schema)
    nothing = ExportOptions()
    filters = ("min_confidence", "min_support", "scope", "types", "relations", "documents")
    is_whole = all(getattr(options, name) == getattr(nothing, name) for name in filters)
    return graph if is_whole else Selection(graph, schema, options)


class Selection:
    """A filtered graph. It holds the ids that stay, and for filtered documents the best statement of each triple, never the rows."""

    def __init__(self, graph: GraphSource, schema: Schema, options: ExportOptions) -> None:
        self._graph = graph
        self._options = options
        self._minimum = round(options.min_confidence * ONE)
        self._documents = self._kept_documents()
        self._entities = self._kept_entities()
        self._quotes = self._best_quotes()
        self._triples: set[str] = set()
        self._values: set[tuple[str, str, Value]] = set()
        properties = {relation.name: relation.property for relation in schema.relations}
        for triple in self.triples():
            self._triples.add(triple.id)
            if isinstance(triple.object, Value):
                self._values.add((triple.subject, properties.get(triple.predicate) or triple.predicate, triple.object))

    def _kept_documents(self) -> set[str] | None:
        """Ids of the documents that stay, None for all of them."""
        patterns = self._options.documents
        if not patterns:
            return None
        kept = {
            node.id
            for node in self._graph.documents()
            if any(uri == pattern or fnmatchcase(uri, pattern) for uri in (node.uri, *node.sources) for pattern in patterns)
        }
        if not kept:
            raise UsageError(f"no document is called {' or '.join(patterns)}; `kgbuild documents` lists them")
        return kept

    def _kept_entities(self) -> set[str]:
        types = set(self._options.types)
        kept = {entity.id for entity in self._graph.entities() if not types or entity.type in types}
        if self._documents is not None:
            kept &= {edge.entity for edge in self._graph.mentions() if edge.origin in self._documents}
        return kept

    def _best_quotes(self) -> dict[str, StatementNode] | None:
        """For filtered documents: the best statement of each triple that is left, None if documents are not filtered."""
        if self._documents is None:
            return None
        best: dict[str, StatementNode] = {}
        for statement in self._graph.statements():
            if self._is_kept(statement):
                held = best.get(statement.triple)
                if held is None or rank(statement) < rank(held):
                    best[statement.triple] = statement
        return best

    def _is_kept(self, statement: StatementNode) -> bool:
        in_scope = self._options.scope == "all" or statement.scope is Scope.STATED
        return in_scope and (self._documents is None or statement.document in self._documents)

    def entities(self) -> Iterator[Entity]:
        """Entities that stay, with the values whose triples stay."""
        for entity in self._graph.entities():
            if entity.id in self._entities:
                values = tuple((name, value) for name, value in entity.values if (entity.id, name, value) in self._values)
                yield entity if values == entity.values else replace(entity, values=values)

    def triples(self) -> Iterator[Triple]:
        """Triples that stay; with filtered documents, quoting one of those."""
        options, relations = self._options, set(self._options.relations)
        for triple in self._graph.triples():
            has_ends = triple.subject in self._entities and (
                isinstance(triple.object, Value) or triple.object in self._entities
            )
            is_sure = triple.confidence >= self._minimum and triple.support >= options.min_support
            if not (has_ends and is_sure) or (relations and triple.predicate not in relations):
                continue
            if options.scope == "stated" and triple.scope is not Scope.STATED:
                continue
            if self._quotes is None:
                yield triple
            elif (best := self._quotes.get(triple.id)) is not None:
                yield replace(triple, scope=best.scope, quote=best.quote, document=best.document)

    def statements(self) -> Iterator[StatementNode]:
        """Statements of triples that stay, in documents that stay."""
        return (each for each in self._graph.statements() if each.triple in self._triples and self._is_kept(each))

    def documents(self) -> Iterator[DocumentNode]:
        """Documents that stay."""
        return (node for node in self._graph.documents() if self._documents is None or node.id in self._documents)

    def mentions(self) -> Iterator[MentionEdge]:
        """Mentions of entities that stay in documents that stay."""
        for edge in self._graph.mentions():
            if edge.entity in self._entities and (self._documents is None or edge.origin in self._documents):
                yield edge

    def chunks(self) -> Iterator[ChunkNode]:
        """Chunks of documents that stay."""
        return (chunk for chunk in self._graph.chunks() if self._documents is None or chunk.document in self._documents)

    def chunk_mentions(self) -> Iterator[MentionEdge]:
        """Mentions of entities that stay in chunks that stay."""
        chunks = None if self._documents is None else {chunk.id for chunk in self.chunks()}
        for edge in self._graph.chunk_mentions():
            if edge.entity in self._entities and (chunks is None or edge.origin in chunks):
                yield edge


def rank(statement: StatementNode) -> tuple[bool, int, str, int, int, str]:
    """Stated first, then the surer, then the earlier in the smaller document: as a triple's own best evidence is chosen."""
    is_inferred = statement.scope is not Scope.STATED
    return is_inferred, -statement.confidence, statement.document, statement.start, statement.end, statement.quote

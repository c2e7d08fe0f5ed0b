"""A graph as labelled nodes and typed relationships with plain properties: what Neo4j and the embedded store hold alike.

It knows no database. Labels and relationship types come from the schema and are checked here; whatever a document says is
only ever the value of a property. Confidence is a fraction here (0.0 to 1.0), an integer in the records.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from kgbuild.errors import SchemaError, UsageError
from kgbuild.records import ONE, DocumentNode, Entity, GraphSource, Metadata, StatementNode, Triple, Value

PROVENANCE = ("none", "summary", "full")
"""How much of where facts come from is in the graph: entities only; documents and MENTIONS; chunks and statements as well."""

DEFAULT_BASE = "http://example.org/kg/"

BASE_LABELS = ("Entity", "Document", "Chunk", "Statement")
STRUCTURE = ("MENTIONS", "FROM_CHUNK", "FROM_DOCUMENT", "NEXT_CHUNK", "HAS_SUBJECT", "HAS_OBJECT")

NEVER = frozenset(("type", "title", "end", "labels", "graph", "kg_key"))
"""No property has one of these names: engines invent the first three, results use labels, shared databases need the others."""
ENTITY_NAMES = frozenset(("id", "name", "aliases", "iri", "external_id", "mentions", "documents", "confidence")) | NEVER
DOCUMENT_NAMES = frozenset(("id", "name", "uri", "url", "published", "published_text", "language", "sources")) | NEVER
FACT_NAMES = frozenset(("id", "predicate", "confidence", "support", "documents", "scope", "quote", "document", "count"))
"""Of relationships, between entities and from documents."""

DATE_PROPERTIES = frozenset(("published",))
"""Properties that are dates and not text."""

IDENTIFIER = re.compile(r"[^\W\d]\w*")
WHOLE_NUMBERS = range(-(2**63), 2**63)
FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Property = str | int | float | date | list[str]
Key = tuple[str, str]
"""A node's base label and id: what relationships point at."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node; labels start with the base label, and properties always hold `id`."""

    labels: tuple[str, ...]
    properties: dict[str, Property]

    @property
    def key(self) -> Key:
        """Base label and id."""
        return self.labels[0], str(self.properties["id"])


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship between two nodes."""

    type: str
    start: Key
    end: Key
    properties: dict[str, Property]


def nodes(graph: GraphSource, provenance: str = "summary", base: str = DEFAULT_BASE) -> Iterator[Node]:
    """All nodes: entities, then documents (summary, full), then chunks and statements (full). `base` starts every `iri`.

    Raises UsageError for another provenance, SchemaError for a type that cannot be a label.
    """
    _check_provenance(provenance)
    for entity in graph.entities():
        yield entity_node(entity, base)
    if provenance == "none":
        return
    for document in graph.documents():
        yield Node(("Document",), document_properties(document))
    if provenance == "full":
        yield from _chunk_nodes(graph)
        for statement in graph.statements():
            yield Node(("Statement",), _statement_properties(statement))


def relationships(graph: GraphSource, provenance: str = "summary") -> Iterator[Relationship]:
    """All relationships, type by type in the order of section 3 of the product page: triples between entities first."""
    _check_provenance(provenance)
    for triple in graph.triples():
        if isinstance(triple.object, str):
            yield triple_relationship(triple)
    if provenance == "none":
        return
    for edge in graph.mentions():
        yield Relationship("MENTIONS", ("Document", edge.origin), ("Entity", edge.entity), {"count": edge.count})
    if provenance == "full":
        yield from _chunk_relationships(graph)
        for statement in graph.statements():
            yield from _statement_relationships(statement)


def entity_node(entity: Entity, base: str = DEFAULT_BASE) -> Node:
    """An entity with its values as properties: numbers as numbers, dates as ISO text (their precision varies), text as text."""
    properties: dict[str, Property] = {
        "id": entity.id,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "iri": entity.iri or f"{base}entity/{entity.id}",
        "mentions": entity.mentions,
        "documents": entity.documents,
        "confidence": entity.confidence / ONE,
    }
    if entity.external_id:
        properties["external_id"] = entity.external_id
    for name, value in entity.values:
        if not IDENTIFIER.fullmatch(name) or name in ENTITY_NAMES:
            raise SchemaError(
                f"a value relation is called {name!r}, which cannot be a property's name: rename it in the schema"
            )
        properties[name] = plain_value(value)
    return Node(("Entity", label(entity.type, BASE_LABELS)), properties)


def triple_relationship(triple: Triple) -> Relationship:
    """A triple between two entities; its type is the relation's name."""
    return Relationship(
        label(triple.predicate, STRUCTURE),
        ("Entity", triple.subject),
        ("Entity", str(triple.object)),
        {
            "id": triple.id,
            "predicate": triple.predicate,
            "confidence": triple.confidence / ONE,
            "support": triple.support,
            "documents": triple.documents,
            "scope": str(triple.scope),
            "quote": triple.quote,
            "document": triple.document,
        },
    )


def document_properties(document: DocumentNode) -> dict[str, Property]:
    """A document's properties: its own, then its metadata under names that cannot meet them (see metadata_properties).

    `published` is a date; a date that is not whole (2018, 2018-05) is kept as `published_text`. What is empty is left out.
    """
    published = whole_date(document.published)
    own: dict[str, Property | None] = {
        "id": document.id,
        "name": document.name,
        "uri": document.uri,
        "url": document.url or None,
        "published": published,
        "published_text": None if published else document.published or None,
        "language": document.language or None,
        "sources": list(document.sources),
    }
    properties = {name: value for name, value in own.items() if value is not None}
    said = {"title": document.name, "url": document.url, "date": document.published, "language": document.language}
    rest = tuple((key, value) for key, value in document.metadata if said.get(key) != value)
    return properties | metadata_properties(rest)


def metadata_properties(metadata: Metadata) -> dict[str, Property]:
    """Metadata under valid names: what is no letter, digit or _ becomes _; reserved, taken or digit-first names get `meta_` before
    them, and a number after them if that is taken too ("Author name" -> Author_name, "title" -> meta_title). Empty lists are left out.
    """
    properties: dict[str, Property] = {}
    for key, value in metadata:
        if value == ():
            continue
        stem = re.sub(r"\W+", "_", unicodedata.normalize("NFC", key)).strip("_") or "unnamed"
        name = stem
        if not IDENTIFIER.fullmatch(name) or name in DOCUMENT_NAMES or name in properties:
            name = f"meta_{stem}"
        number = 2
        while name in properties:
            name, number = f"meta_{stem}_{number}", number + 1
        properties[name] = value if isinstance(value, str) else list(value)
    return properties


def check_names(types: Iterable[str], relations: Iterable[str]) -> None:
    """Raise SchemaError if a type or relation cannot be a label, is one that the graph itself uses, or is both."""
    labels = {label(name, BASE_LABELS) for name in types}
    both = labels & {label(name, STRUCTURE) for name in relations}
    if both:
        raise SchemaError(f"{min(both)!r} is both a type and a relation: rename one of them in the schema")


def label(name: str, reserved: tuple[str, ...] = ()) -> str:
    """The name itself, if it can be a label or relationship type: letters, digits and _, not digit-first, not reserved."""
    if not IDENTIFIER.fullmatch(name):
        raise SchemaError(f"{name!r} cannot be a label: use letters, digits and _, starting with a letter")
    if name in reserved:
        raise SchemaError(f"{name!r} is a name that the graph itself uses: rename it in the schema")
    return name


def whole_date(text: str) -> date | None:
    """The date that the first ten characters of an ISO date or time say; None if they say none."""
    if not FULL_DATE.fullmatch(text[:10]):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def plain_value(value: Value) -> Property:
    """A value as a property: an integer (of 64 bits) or a fraction if it is a number, text otherwise."""
    if value.datatype != "number":
        return value.text
    try:
        whole = int(value.text)
        return whole if whole in WHOLE_NUMBERS else value.text
    except ValueError:
        pass
    try:
        number = float(value.text)
    except ValueError:
        return value.text
    return number if math.isfinite(number) else value.text


def _chunk_nodes(graph: GraphSource) -> Iterator[Node]:
    for chunk in graph.chunks():
        properties: dict[str, Property] = {
            "id": chunk.id,
            "text": chunk.text,
            "index": chunk.index,
            "char_start": chunk.start,
            "char_end": chunk.end,
            "language": chunk.language,
        }
        yield Node(("Chunk",), properties)


def _statement_properties(statement: StatementNode) -> dict[str, Property]:
    properties: dict[str, Property] = {
        "id": statement.id,
        "triple_id": statement.triple,
        "predicate": statement.predicate,
        "quote": statement.quote,
        "char_start": statement.start,
        "char_end": statement.end,
        "scope": str(statement.scope),
        "confidence": statement.confidence / ONE,
        "model": statement.model,
    }
    if isinstance(statement.object, Value):
        properties["value"] = statement.object.text
    return properties


def _chunk_relationships(graph: GraphSource) -> Iterator[Relationship]:
    for edge in graph.chunk_mentions():
        yield Relationship("FROM_CHUNK", ("Entity", edge.entity), ("Chunk", edge.origin), {"count": edge.count})
    places = sorted((chunk.document, chunk.index, chunk.id) for chunk in graph.chunks())
    for document, _, chunk in places:
        yield Relationship("FROM_DOCUMENT", ("Chunk", chunk), ("Document", document), {})
    for (document, _, chunk), (following, _, after) in pairwise(places):
        if document == following:
            yield Relationship("NEXT_CHUNK", ("Chunk", chunk), ("Chunk", after), {})


def _statement_relationships(statement: StatementNode) -> Iterator[Relationship]:
    start: Key = ("Statement", statement.id)
    yield Relationship("HAS_SUBJECT", start, ("Entity", statement.subject), {})
    if isinstance(statement.object, str):
        yield Relationship("HAS_OBJECT", start, ("Entity", statement.object), {})
    yield Relationship("FROM_DOCUMENT", start, ("Document", statement.document), {})


def _check_provenance(provenance: str) -> None:
    if provenance not in PROVENANCE:
        raise UsageError(f"provenance is {provenance!r}: choose none, summary or full")


def plain(properties: dict[str, Property]) -> dict[str, Any]:
    """Properties as JSON can carry them: dates as ISO text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in properties.items()}

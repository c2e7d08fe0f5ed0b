"""A graph -> networkx.MultiDiGraph with the labels and properties of the property graph. networkx is imported on first use."""

from typing import TYPE_CHECKING, Any

from kgbuild.errors import UsageError
from kgbuild.records import ONE, DocumentNode, Entity, GraphSource, Triple, Value
from kgbuild.schema import Schema

if TYPE_CHECKING:
    import networkx as nx

PROVENANCE = ("none", "summary")


def to_networkx(graph: GraphSource, schema: Schema, provenance: str = "summary") -> "nx.MultiDiGraph":
    """The graph in memory: nodes by id, edges by (subject, object, triple id), as wide as memory allows.

    Nodes have `labels` (a tuple: Entity and its type, or Document), `id`, `name` and their properties; edges have `label` (the
    relation, or MENTIONS) and theirs. confidence is a fraction. Entities also have `iri_of_type` where the schema has one.
    provenance none leaves documents out; chunks and statements are in exports and stores, not here.
    """
    import networkx as nx

    if provenance not in PROVENANCE:
        raise UsageError(f"provenance {provenance!r} is not possible here: choose none or summary; statements are in exports")
    view = nx.MultiDiGraph()
    iris = {type.name: type.iri for type in schema.types}
    for entity in graph.entities():
        view.add_node(entity.id, **entity_properties(entity, iris.get(entity.type, "")))
    for triple in graph.triples():
        if isinstance(triple.object, str):
            view.add_edge(triple.subject, triple.object, key=triple.id, **triple_properties(triple))
    if provenance == "summary":
        for document in graph.documents():
            view.add_node(document.id, **document_properties(document))
        for edge in graph.mentions():
            view.add_edge(edge.origin, edge.entity, key="MENTIONS", label="MENTIONS", count=edge.count)
    return view


def entity_properties(entity: Entity, iri: str = "") -> dict[str, Any]:
    """What an entity's node holds; values stand under their property's name."""
    own = {
        "labels": ("Entity", entity.type),
        "id": entity.id,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "mentions": entity.mentions,
        "documents": entity.documents,
        "confidence": entity.confidence / ONE,
    }
    if iri:
        own["iri_of_type"] = iri
    own |= {name: word for name, word in (("iri", entity.iri), ("external_id", entity.external_id)) if word}
    return own | {name: _plain(value) for name, value in entity.values if name not in own}


def triple_properties(triple: Triple) -> dict[str, Any]:
    """What a triple's edge holds."""
    return {
        "label": triple.predicate,
        "id": triple.id,
        "predicate": triple.predicate,
        "confidence": triple.confidence / ONE,
        "support": triple.support,
        "documents": triple.documents,
        "scope": str(triple.scope),
        "quote": triple.quote,
        "document": triple.document,
    }


def document_properties(document: DocumentNode) -> dict[str, Any]:
    """What a document's node holds; metadata stand under their own keys, or meta_KEY where the graph has that word."""
    own: dict[str, Any] = {
        "labels": ("Document",),
        "id": document.id,
        "name": document.name,
        "uri": document.uri,
        "url": document.url,
        "published": document.published,
        "language": document.language,
        "sources": list(document.sources),
    }
    taken = own.keys() | {"type", "title", "end"}
    for key, value in document.metadata:
        own[f"meta_{key}" if key in taken else key] = value if isinstance(value, str) else list(value)
    return own


def _plain(value: Value) -> str | int | float:
    """Numbers as numbers where they are nothing but that."""
    if value.datatype != "number":
        return value.text
    try:
        return float(value.text) if "." in value.text else int(value.text)
    except ValueError:
        return value.text

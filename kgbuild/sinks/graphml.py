"""A graph -> GraphML, as Gephi, yEd and networkx read it: entities and documents as nodes, triples and mentions as edges.

Written as it is read. Lists are joined with " | ", metadata are one JSON text, and characters that XML cannot hold become U+FFFD.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from kgbuild.records import ONE, DocumentNode, Entity, GraphSource, Triple
from kgbuild.schema import Schema
from kgbuild.sinks.jsonl import encode

NODE_KEYS = {
    **dict.fromkeys(("label", "labels", "name", "aliases", "external_id", "iri"), "string"),
    **dict.fromkeys(("uri", "url", "published", "language", "metadata"), "string"),
    **dict.fromkeys(("mentions", "documents"), "int"),
    "confidence": "double",
}
EDGE_KEYS = {
    **dict.fromkeys(("label", "scope", "quote", "document"), "string"),
    **dict.fromkeys(("support", "documents", "count"), "int"),
    **dict.fromkeys(("confidence", "weight"), "double"),
}
forbidden = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graphml_lines(graph: GraphSource, schema: Schema, provenance: str = "summary") -> Iterator[str]:
    """The lines of a GraphML file. provenance: none, or summary with documents and their mentions.

    `label` is what a drawing shows; `weight` of an edge is the number of distinct quotes, or of mentions.
    """
    values = {r.property: "string" for r in schema.relations if r.is_property}
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for target, keys in (("node", NODE_KEYS | {f"value_{k}": v for k, v in values.items()}), ("edge", EDGE_KEYS)):
        for name, kind in keys.items():
            shown = name.removeprefix("value_")
            yield f'<key id="{target}_{name}" for="{target}" attr.name="{shown}" attr.type="{kind}"/>'
    yield '<graph edgedefault="directed">'
    for entity in graph.entities():
        yield _node(entity.id, _entity(entity))
    if provenance != "none":
        for document in graph.documents():
            yield _node(document.id, _document(document))
    for triple in graph.triples():
        if isinstance(triple.object, str):
            yield _edge(triple.id, triple.subject, triple.object, _triple(triple))
    if provenance != "none":
        for edge in graph.mentions():
            data = {"label": "MENTIONS", "count": str(edge.count), "weight": str(edge.count)}
            yield _edge(f"{edge.origin}-{edge.entity}", edge.origin, edge.entity, data)
    yield "</graph>"
    yield "</graphml>"


def _entity(entity: Entity) -> dict[str, str]:
    own = {
        "label": entity.name,
        "labels": f"Entity | {entity.type}",
        "name": entity.name,
        "aliases": " | ".join(entity.aliases),
        "mentions": str(entity.mentions),
        "documents": str(entity.documents),
        "confidence": _fraction(entity.confidence),
        "external_id": entity.external_id,
        "iri": entity.iri,
    }
    return own | {f"value_{name}": value.text for name, value in entity.values}


def _document(document: DocumentNode) -> dict[str, str]:
    return {
        "label": document.name,
        "labels": "Document",
        "name": document.name,
        "uri": " | ".join(document.sources or (document.uri,)),
        "url": document.url,
        "published": document.published,
        "language": document.language,
        "metadata": encode({key: value if isinstance(value, str) else list(value) for key, value in document.metadata}),
    }


def _triple(triple: Triple) -> dict[str, str]:
    return {
        "label": triple.predicate,
        "scope": str(triple.scope),
        "quote": triple.quote,
        "document": triple.document,
        "support": str(triple.support),
        "documents": str(triple.documents),
        "confidence": _fraction(triple.confidence),
        "weight": str(triple.support),
    }


def _fraction(score: int) -> str:
    return f"{score // ONE}.{score % ONE:04d}"


def _node(id: str, data: dict[str, str]) -> str:
    return f"<node id={_attribute(id)}>{_data('node', data)}</node>"


def _edge(id: str, source: str, target: str, data: dict[str, str]) -> str:
    ends = f"id={_attribute(id)} source={_attribute(source)} target={_attribute(target)}"
    return f"<edge {ends}>{_data('edge', data)}</edge>"


def _data(target: str, data: dict[str, str]) -> str:
    return "".join(f'<data key="{target}_{key}">{_text(value)}</data>' for key, value in data.items() if value)


def _text(value: str) -> str:
    return escape(forbidden.sub("\ufffd", value), {"\r": "&#13;"})


def _attribute(value: str) -> str:
    return quoteattr(forbidden.sub("\ufffd", value))

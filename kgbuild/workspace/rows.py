"""Records <-> rows of graph.db, and the digest of each row: what the state of a graph is the sum of."""

import json
from collections.abc import Sequence

from kgbuild.hashing import digest
from kgbuild.records import DocumentNode, Entity, Metadata, Scope, Triple, Value

TRIPLE = "id, subject, predicate, object, datatype, confidence, support, documents, scope, quote, document"
"""Columns of a triple, in the order in which `triple_row` writes and `triple_from` reads them."""


def mention_digest(document: str, entity: str, count: int) -> str:
    """Digest of a row of `mention`."""
    return digest("row.mention", document, entity, count)


def triple_digest(row: Sequence[str | int | None], statements: tuple[tuple[str | int, ...], ...]) -> str:
    """Digest of a triple's row (columns TRIPLE) with its statements (document, score, scope, spans, quote)."""
    return digest("row.triple", *row, statements)


def quarantined_digest(row: Sequence[str | int | None]) -> str:
    """Digest of a row of `quarantined`: columns TRIPLE, rule, reason."""
    return digest("row.quarantined", *row)


def entity_body(entity: Entity) -> str:
    """An entity as canonical JSON."""
    body = {
        "id": entity.id,
        "type": entity.type,
        "name": entity.name,
        "aliases": entity.aliases,
        "keys": entity.keys,
        "mentions": entity.mentions,
        "documents": entity.documents,
        "confidence": entity.confidence,
        "values": [[name, value.datatype, value.text] for name, value in entity.values],
    }
    body |= {name: word for name in ("iri", "external_id") if (word := getattr(entity, name))}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def entity_from(body: str) -> Entity:
    """What `entity_body` wrote."""
    row = json.loads(body)
    row["aliases"], row["keys"] = tuple(row["aliases"]), tuple(row["keys"])
    row["values"] = tuple((name, Value(datatype, text)) for name, datatype, text in row["values"])
    return Entity(**row)


def triple_row(triple: Triple) -> tuple[str | int | None, ...]:
    """A triple as a row of its table, columns TRIPLE."""
    value = triple.object if isinstance(triple.object, Value) else None
    return (
        triple.id, triple.subject, triple.predicate, value.text if value else str(triple.object), value.datatype if value else None,
        triple.confidence, triple.support, triple.documents, triple.scope.value, triple.quote, triple.document,
    )  # fmt: skip


def triple_from(row: tuple[str, str, str, str, str | None, int, int, int, str, str, str]) -> Triple:
    """What `triple_row` made."""
    target: str | Value = Value(row[4], row[3]) if row[4] is not None else row[3]
    return Triple(row[0], row[1], row[2], target, row[5], row[6], row[7], Scope(row[8]), row[9], row[10])


def docnode_body(node: DocumentNode) -> str:
    """A document node as canonical JSON."""
    row = [node.id, node.name, node.uri, node.url, node.published, node.language, node.sources, node.metadata]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def docnode_from(body: str) -> DocumentNode:
    """What `docnode_body` wrote."""
    id, name, uri, url, published, language, sources, metadata = json.loads(body)
    pairs: Metadata = tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in metadata)
    return DocumentNode(id, name, uri, url, published, language, tuple(sources), pairs)

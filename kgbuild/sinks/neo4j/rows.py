"""The property graph -> rows as a shared database holds them: with `graph` and `kg_key`, a key for the ledger and a digest.

In the database a node or relationship is known by kg_key: the workspace's uuid, a slash, and its id; a relationship without an
id of its own has a digest of its type and ends there. In the ledger a row's key says besides where it is, so that it can be
deleted: "n", base label, id; or "r", type, base label and id of both ends, and id.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from kgbuild.hashing import DIGEST_BYTES, digest_encoded, encoded
from kgbuild.records import GraphSource
from kgbuild.sinks import property_graph as pg

log = logging.getLogger(__name__)

GAP = "\t"
"""Between the parts of a ledger key; no id, label or type has one."""
NODE, RELATIONSHIP = "n", "r"

INDEXED = (("Entity", "name"), ("Document", "name"), ("Document", "uri"))
LONGEST = 7_000
"""Bytes of an indexed property; the server refuses a transaction with a longer one than about 8,000."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose rows: the workspace's uuid, and what it is called in the database."""

    uuid: str
    graph: str

    @property
    def prefix(self) -> str:
        """What all its kg_keys begin with."""
        return f"{self.uuid}/"


class NodeRow(NamedTuple):
    """A node: base label, type (empty: none), all properties; size: of its properties in bytes, about."""

    key: str
    base: str
    type: str
    properties: dict[str, Any]
    digest: str
    size: int


class EdgeRow(NamedTuple):
    """A relationship: type, base labels and ids of its ends; names of its properties beside graph and kg_key; and what is sent: ids of
    its ends, its own, and its properties' values.
    """

    key: str
    type: str
    start: pg.Key
    end: pg.Key
    names: tuple[str, ...]
    row: list[Any]
    digest: str
    size: int

    def properties(self, place: Place) -> dict[str, Any]:
        """All properties that it has in the database."""
        own, *values = self.row[2:]
        return dict(zip(self.names, values, strict=True)) | {"graph": place.graph, "kg_key": place.prefix + own}


def node_rows(graph: GraphSource, place: Place, provenance: str, base: str) -> Iterator[NodeRow]:
    """All nodes, in the order of the property graph."""
    for node in pg.nodes(graph, provenance, base):
        label, id = node.key
        properties = _indexable(label, node.properties) | {"graph": place.graph, "kg_key": place.prefix + id}
        type = node.labels[1] if len(node.labels) > 1 else ""
        body = canonical(properties)
        yield NodeRow(node_key(label, id), label, type, properties, node_digest(type, body), len(body))


def edge_rows(graph: GraphSource, place: Place, provenance: str) -> Iterator[EdgeRow]:
    """All relationships, in the order of the property graph."""
    graph_name, prefix = place.graph, place.prefix
    for edge in pg.relationships(graph, provenance):
        type, start, end, properties = edge.type, edge.start, edge.end, edge.properties
        id = str(properties.get("id", ""))
        own = id or edge_id(type, start, end)
        body = canonical({**properties, "graph": graph_name, "kg_key": prefix + own})
        row = [start[1], end[1], own, *properties.values()]
        yield EdgeRow(edge_key(type, start, end, id), type, start, end, tuple(properties), row, edge_digest(body), len(body))


def _indexable(label: str, properties: dict[str, pg.Property]) -> dict[str, Any]:
    """Properties, with what no index takes cut."""
    for base, name in INDEXED:
        value = properties.get(name)
        if base == label and isinstance(value, str) and len(value) * 4 > LONGEST and len(value.encode()) > LONGEST:
            log.warning("the %s of %s %s is longer than an index takes: cut in the database", name, label, properties["id"])
            cut = value.encode()[:LONGEST].decode("utf-8", "ignore")
            properties = properties | {name: f"{cut}…"}
    return properties


def node_key(base: str, id: str) -> str:
    """Of a node in the ledger."""
    return GAP.join((NODE, base, id))


def edge_key(type: str, start: pg.Key, end: pg.Key, id: str) -> str:
    """Of a relationship in the ledger."""
    return GAP.join((RELATIONSHIP, type, *start, *end, id))


def edge_id(type: str, start: pg.Key, end: pg.Key) -> str:
    """Of a relationship that has none of its own: there is one of its type between two nodes."""
    return digest_encoded(_part("relationship", type) + _part(start) + _part(end))


_part = lru_cache(maxsize=1 << 14)(encoded)
"""The same nodes are ends again and again."""


def canonical(properties: dict[str, Any]) -> str:
    """Properties as text that is equal when they are: names sorted, dates apart from texts. An empty list is as good as none, since
    neo4j-admin, whose imports are compared by it, cannot make one.
    """
    if [] in properties.values():
        properties = {name: value for name, value in properties.items() if value != []}
    return "".join(_encoded(properties, 0))


def _tagged(value: object) -> object:
    return {"date": value.isoformat()} if isinstance(value, date) else {type(value).__name__: repr(value)}


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_tagged)
_encoded: Callable[[Any, int], Iterable[str]] = (
    c_make_encoder(
        None, _tagged, encode_basestring, None, ":", ",", True, False, True
    )  # as encode does, but once and not for every row
    if c_make_encoder
    else lambda properties, _: _ENCODER.iterencode(properties)
)


def node_digest(type: str, body: str) -> str:
    """Of a node with that type (several, joined by &, only where somebody else added one) and those properties."""
    return _told_apart(f"node {type} {body}")


def edge_digest(body: str) -> str:
    """Of a relationship with those properties."""
    return _told_apart(f"edge {body}")


def _told_apart(text: str) -> str:
    """A digest that is compared with others of its kind, millions of times, and names nothing: written in hex, which is quicker."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()

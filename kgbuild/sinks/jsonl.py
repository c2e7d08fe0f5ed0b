"""A graph -> canonical JSON Lines, and back: one object a line, its kind first, then its fields in alphabetical order, UTF-8.

The same graph gives the same bytes, so two builds can be compared with `cmp`. Scores are ten-thousandths, as in the records.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any

from kgbuild.records import ChunkNode, DocumentNode, Entity, GraphSource, MentionEdge, StatementNode, Triple, Value

FORMAT = 1
RARE = frozenset(("iri", "external_id"))
"""Fields that stand in a line only if they hold something."""

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode

Record = Entity | Triple | StatementNode | DocumentNode | MentionEdge | ChunkNode


def jsonl_lines(graph: GraphSource, provenance: str = "full") -> Iterator[str]:
    """The lines of a graph, without newlines: a header, then documents, entities, triples, mentions, statements, chunks."""
    yield _line("graph", {"format": FORMAT, "provenance": provenance})
    if provenance != "none":
        yield from _lines("document", graph.documents())
    yield from _lines("entity", graph.entities())
    yield from _lines("triple", graph.triples())
    if provenance != "none":
        yield from _lines("mention", graph.mentions())
    if provenance == "full":
        yield from _lines("statement", graph.statements())
        yield from _lines("chunk", graph.chunks())
        yield from _lines("chunk_mention", graph.chunk_mentions())


def _lines(kind: str, records: Iterable[Record]) -> Iterator[str]:
    names: tuple[str, ...] = ()
    for record in records:
        names = names or tuple(sorted(field.name for field in fields(record)))
        yield _line(kind, {name: _plain(value) for name in names if (value := getattr(record, name)) or name not in RARE})


def _line(kind: str, body: dict[str, Any]) -> str:
    return f'{{"kind":"{kind}",{encode(body)[1:]}'


def _plain(value: Any) -> Any:
    """A field as JSON has it: a value is an object, so that it cannot be taken for an entity's id."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Value):
        return {"datatype": value.datatype, "text": value.text}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value

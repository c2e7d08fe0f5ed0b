"""Canonical JSON Lines -> records: jsonl.py read backwards, a line at a time."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from kgbuild.errors import BuildError
from kgbuild.records import ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value
from kgbuild.sinks.jsonl import FORMAT, RARE, Record
from kgbuild.sinks.rdf_runs import open_input

KINDS: dict[str, type[Record]] = {
    "document": DocumentNode,
    "entity": Entity,
    "triple": Triple,
    "mention": MentionEdge,
    "statement": StatementNode,
    "chunk": ChunkNode,
    "chunk_mention": MentionEdge,
}
PROVENANCE = ("none", "summary", "full")
HEADER = f'{{"kind":"graph","format":{FORMAT},"provenance":"…"}}'


def provenance_of(path: Path) -> str:
    """How much a file holds, as its first line says. Raises BuildError if that is no line of an export."""
    with open_input(path) as stream:
        try:
            head = json.loads(stream.readline() or b"null")
        except (ValueError, OSError, EOFError):
            head = None
    if not isinstance(head, dict) or head.get("kind") != "graph" or head.get("provenance") not in PROVENANCE:
        raise BuildError(f"{path}:1: this is no graph that kgbuild exported: expected the line {HEADER}")
    if head.get("format") != FORMAT:
        raise BuildError(
            f"{path}:1: format {head.get('format')!r}, this kgbuild reads {FORMAT}: upgrade kgbuild, or export anew"
        )
    return str(head["provenance"])


def records(path: Path) -> Iterator[tuple[str, Record]]:
    """All records of a file, each with its kind. Raises BuildError, with the line, for what is no record."""
    with open_input(path) as stream:
        try:
            for number, line in enumerate(stream, 1):
                if number > 1:
                    yield _record(line, f"{path}:{number}")
        except (OSError, EOFError) as error:
            raise BuildError(f"{path}: cannot be read: {error}; is it whole?") from None


def _record(line: bytes, where: str) -> tuple[str, Record]:
    try:
        body = json.loads(line)
        kind = str(body.pop("kind"))
        record = KINDS[kind]
        known = {field.name for field in fields(record)}
        if body.keys() | RARE != known | RARE or not body.keys() <= known:
            raise ValueError(f"its fields are {', '.join(sorted(body))}, expected {', '.join(sorted(known))}")
        return kind, record(**{name: _field(name, value) for name, value in body.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"unknown kind {error}" if isinstance(error, KeyError) else str(error)
        raise BuildError(
            f"{where}: no record of an export: {what}; the file was changed or is not whole: export it again"
        ) from None


def _field(name: str, value: Any) -> Any:
    """A field as records have it: objects are values, lists tuples."""
    if name == "scope":
        return Scope(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return Value(str(value["datatype"]), str(value["text"]))
    return tuple(_plain(item) for item in value) if isinstance(value, list) else value

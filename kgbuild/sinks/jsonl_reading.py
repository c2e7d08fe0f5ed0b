"""Canonical JSON Lines -> records: jsonl.py read backwards, a line at a time."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from kgbuild.errors import BuildError
from kgbuild.records import ONE, ChunkNode, DocumentNode, Entity, MentionEdge, Scope, StatementNode, Triple, Value
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
FIELDS = {kind: get_type_hints(record) for kind, record in KINDS.items()}
"""Kind of record -> what its fields hold."""
PROVENANCE = ("none", "summary", "full")
LONGEST = 40
"""Characters that are shown of what is wrong."""
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
        known = FIELDS[kind]
        if body.keys() | RARE != known.keys() | RARE or not body.keys() <= known.keys():
            raise ValueError(f"its fields are {', '.join(sorted(body))}, expected {', '.join(sorted(known))}")
        held = {name: _field(name, value) for name, value in body.items()}
        for name, value in held.items():
            if not _fits(value, known[name]) or (name == "confidence" and value > ONE):
                raise ValueError(f"its {name} cannot be {str(body[name])[:LONGEST]!r}")
        return kind, record(**held)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"unknown kind {error}" if isinstance(error, KeyError) else str(error)
        raise BuildError(
            f"{where}: no record of an export: {what}; the file was changed or is not whole: export it again"
        ) from None


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of the kind that a record declares; no number of ours is negative."""
    kinds = get_args(kind)
    if get_origin(kind) is UnionType:
        return any(_fits(value, each) for each in kinds)
    if get_origin(kind) is not tuple:
        return type(value) is kind and (kind is not int or value >= 0)
    if not isinstance(value, tuple):
        return False
    if kinds[-1] is Ellipsis:
        return all(_fits(each, kinds[0]) for each in value)
    return len(value) == len(kinds) and all(map(_fits, value, kinds))


def _field(name: str, value: Any) -> Any:
    """A field as records have it: objects are values, lists tuples."""
    if name == "scope":
        return Scope(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return Value(str(value["datatype"]), str(value["text"]))
    return tuple(_plain(item) for item in value) if isinstance(value, list) else value

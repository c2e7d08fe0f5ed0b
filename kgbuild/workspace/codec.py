"""Records <-> compact bytes, for the columns that hold a whole list: blocks, sentences, facts. JSON inside zlib, no pickle."""

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from kgbuild.records import Block, BlockKind, Evidence, Facts, Mention, Scope, Statement, Thing, Unit, Value


def pack(value: Any) -> bytes:
    """Any JSON value as bytes; equal values give equal bytes."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8"), 1)


def unpack(data: bytes) -> Any:
    """What `pack` packed."""
    return json.loads(zlib.decompress(data))


def pack_text(text: str) -> bytes:
    """A document's text, compressed."""
    return zlib.compress(text.encode("utf-8"), 3)


def unpack_text(data: bytes) -> str:
    """What `pack_text` packed."""
    return zlib.decompress(data).decode("utf-8")


def pack_blocks(blocks: tuple[Block, ...]) -> bytes:
    """Blocks of a document."""
    return pack([[b.kind.value, b.start, b.end, b.page] for b in blocks])


def unpack_blocks(data: bytes) -> tuple[Block, ...]:
    """What `pack_blocks` packed."""
    return tuple(Block(BlockKind(kind), start, end, page) for kind, start, end, page in unpack(data))


def pack_facts(facts: Facts) -> bytes:
    """Facts of one document: a row a unit and a row a statement, positions only."""
    units = [
        [u.type, u.key, [_mention_row(m) for m in u.mentions], list(u.acronyms), *_thing_row(u.thing)] for u in facts.units
    ]
    statements = [
        [
            *(s.subject, s.predicate, _object(s.object), s.score, s.scope.value),
            [[e.passage, e.start, e.end] for e in s.evidence],
            *((s.by,) if s.by else ()),
        ]
        for s in facts.statements
    ]
    return pack([units, statements, [list(pair) for pair in facts.dropped]])


def unpack_facts(data: bytes) -> Facts:
    """What `pack_facts` packed."""
    units, statements, dropped = unpack(data)
    return Facts(
        tuple(
            Unit(t, k, tuple(_mention(*m) for m in mentions), tuple(acronyms), *_thing(thing))
            for t, k, mentions, acronyms, *thing in units
        ),
        tuple(
            Statement(
                subject,
                predicate,
                target if isinstance(target, int) else Value(*target),
                score,
                Scope(scope),
                tuple(Evidence(*e) for e in evidence),
                *by,
            )
            for subject, predicate, target, score, scope, evidence, *by in statements
        ),
        tuple((rule, count) for rule, count in dropped),
    )


def _mention_row(m: Mention) -> list[Any]:
    more = [m.by, *_thing_row(m.thing)] if m.by or m.thing else []
    return [m.passage, m.start, m.end, m.text, m.score, *more]


def _mention(passage: int, start: int, end: int, text: str, score: int, by: str = "", *thing: list[str]) -> Mention:
    return Mention(passage, start, end, text, score, by, *_thing(thing))


def _thing_row(thing: Thing | None) -> list[list[str]]:
    return [] if thing is None else [[thing.id, thing.name, thing.iri]]


def _thing(rows: Iterable[list[str]]) -> Iterator[Thing]:
    return (Thing(*row) for row in rows)


def _object(target: int | Value) -> int | list[str]:
    return target if isinstance(target, int) else [target.datatype, target.text]

"""Extraction <-> compact bytes for the workspace: equal extractions give equal bytes, and no pickle.

One JSON list inside zlib: labels once, starts and ends as lengths and gaps, so that most numbers are small.
"""

import json
import zlib
from typing import Any

from kgbuild.errors import WorkspaceError
from kgbuild.records import Extraction, Link, OpenLink, Slot, Span, Thing


def pack_extraction(extraction: Extraction) -> bytes:
    """An extraction as bytes."""
    labels = sorted({span.label for span in extraction.spans} | {link.label for link in extraction.links})
    number = {label: i for i, label in enumerate(labels)}
    spans, at = [], 0
    for span in extraction.spans:
        spans.append([span.start - at, span.end - span.start, number[span.label], span.score])
        at = span.end
    links = [[link.head, link.tail, number[link.label], link.score] for link in extraction.links]
    chains = [list(chain) for chain in extraction.chains if len(chain) > 1]
    rows = [labels, spans, chains, links]
    more = [_things(extraction), [_open_row(link) for link in extraction.open]]
    body = json.dumps(rows + (more if any(more) else []), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(body.encode("utf-8"), 1)


def _things(extraction: Extraction) -> list[list[object]]:
    """Each thing that spans are known to be, with the indices of these spans."""
    found: dict[Thing, list[int]] = {}
    for index, span in enumerate(extraction.spans):
        if span.thing is not None:
            found.setdefault(span.thing, []).append(index)
    return [[thing.id, thing.name, thing.iri, spans] for thing, spans in found.items()]


def _open_row(link: OpenLink) -> list[object]:
    ends = ([slot.start, slot.end, list(slot.types)] for slot in (link.head, link.tail))
    return [*ends, link.label, link.score]


def unpack_extraction(data: bytes) -> Extraction:
    """What pack_extraction packed; WorkspaceError when the bytes are damaged."""
    try:
        labels, rows, chains, links, *more = json.loads(zlib.decompress(data))
        things = {i: Thing(id, name, iri) for id, name, iri, held in (more[0] if more else ()) for i in held}
        spans: list[Span] = []
        at = 0
        for gap, length, label, score in rows:
            spans.append(Span(at + gap, at + gap + length, labels[label], score, things.get(len(spans))))
            at += gap + length
        return Extraction(
            tuple(spans),
            _all_chains(chains, len(spans)),
            tuple(Link(head, tail, labels[label], score) for head, tail, label, score in links),
            tuple(_open(*row) for row in (more[1] if more else ())),
        )
    except (zlib.error, ValueError, IndexError, TypeError) as error:
        raise WorkspaceError(f"a stored extraction is damaged ({error}): run `kgbuild extract --force`") from error


def _open(head: list[Any], tail: list[Any], label: str, score: int) -> OpenLink:
    return OpenLink(_slot(*head), _slot(*tail), label, score)


def _slot(start: int, end: int, types: list[str]) -> Slot:
    return Slot(start, end, tuple(types))


def _all_chains(longer: list[list[int]], count: int) -> tuple[tuple[int, ...], ...]:
    """Chains of one span are not stored: every span is in some chain."""
    held = {index for chain in longer for index in chain}
    return tuple(sorted([*map(tuple, longer), *((i,) for i in range(count) if i not in held)]))

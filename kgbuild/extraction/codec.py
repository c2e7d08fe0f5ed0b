"""Extraction <-> compact bytes for the workspace: equal extractions give equal bytes, and no pickle.

One JSON list inside zlib: labels once, starts and ends as lengths and gaps, so that most numbers are small.
"""

import json
import zlib

from kgbuild.errors import WorkspaceError
from kgbuild.records import Extraction, Link, Span


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
    body = json.dumps([labels, spans, chains, links], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(body.encode("utf-8"), 1)


def unpack_extraction(data: bytes) -> Extraction:
    """What pack_extraction packed; WorkspaceError when the bytes are damaged."""
    try:
        labels, rows, chains, links = json.loads(zlib.decompress(data))
        spans, at = [], 0
        for gap, length, label, score in rows:
            spans.append(Span(at + gap, at + gap + length, labels[label], score))
            at += gap + length
        return Extraction(
            tuple(spans),
            _all_chains(chains, len(spans)),
            tuple(Link(head, tail, labels[label], score) for head, tail, label, score in links),
        )
    except (zlib.error, ValueError, IndexError, TypeError) as error:
        raise WorkspaceError(f"a stored extraction is damaged ({error}): run `kgbuild extract --force`") from error


def _all_chains(longer: list[list[int]], count: int) -> tuple[tuple[int, ...], ...]:
    """Chains of one span are not stored: every span is in some chain."""
    held = {index for chain in longer for index in chain}
    return tuple(sorted([*map(tuple, longer), *((i,) for i in range(count) if i not in held)]))

"""Gold documents -> what a model says of them: as raw text, and given gold mentions and clusters. Knows no threshold and no score."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kgbuild.corpora import gold as golds
from kgbuild.corpora.gold import GoldDocument
from kgbuild.extraction.extractor import Extractor
from kgbuild.extraction.pairs import Chained
from kgbuild.models.pieces import covering
from kgbuild.records import Extraction, Link, Progress


@dataclass(frozen=True, slots=True)
class Found:
    """What the model says of one document: the extraction, and its links between gold clusters (ends are cluster numbers)."""

    extraction: Extraction
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the model says of a corpus, and how long reading the raw text took: on the clock, and of all cores together."""

    found: tuple[Found, ...]
    seconds: float
    cpu_seconds: float


def predict(extractor: Extractor, corpus: Sequence[GoldDocument], progress: Progress | None = None) -> Predicted:
    """Read every document twice: as raw text, which is timed, and given gold where relations are annotated.

    Spans of a tokenised corpus are given in its tokens.
    """
    show = progress or _silence
    started, busy = time.perf_counter(), time.process_time()
    extractions = list(_watched(extractor(d.text for d in corpus), "documents", len(corpus), show))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - busy
    related = [document for document in corpus if document.has_relations]
    asked = extractor.relate((d.text, given(extractor, d)) for d in related)
    links = iter(list(_watched(asked, "relations given gold", len(related), show)))
    found = tuple(
        Found(_in_tokens(extraction, document), next(links) if document.has_relations else ())
        for document, extraction in zip(corpus, extractions, strict=True)
    )
    return Predicted(found, seconds, cpu_seconds)


def _in_tokens(extraction: Extraction, document: GoldDocument) -> Extraction:
    """The extraction with spans of whole tokens, where the corpus is tokenised. Two spans may come to be one."""
    if not document.tokenised:
        return extraction
    places = [golds.on_tokens(document.offsets, span.start, span.end) for span in extraction.spans]
    spans = (replace(span, start=a, end=b) for span, (a, b) in zip(extraction.spans, places, strict=True))
    return replace(extraction, spans=tuple(spans))


def given(extractor: Extractor, document: GoldDocument) -> Chained:
    """Gold mentions as pieces. Without pieces, so never part of a pair: a mention of characters that the tokenizer drops, and a
    cluster of a type that the model lacks (these are counted in the report).
    """
    (prepared,) = extractor.prepare([document.text])
    number = {label: i for i, label in enumerate(extractor.labels)}
    types = [number.get(golds.type_of(document, cluster)) for cluster in document.clusters]
    places: list[tuple[int, int]] = []
    chains = []
    for cluster, kind in zip(document.clusters, types, strict=True):
        spans = sorted({(document.mentions[i].start, document.mentions[i].end) for i in cluster})
        pieces = [found for found in (covering(prepared.pieces, *span) for span in spans) if found and kind is not None]
        chains.append(tuple(range(len(places), len(places) + len(pieces))))
        places += pieces
    return Chained(tuple(places), tuple(chains), tuple(kind or 0 for kind in types))


def _watched(items: Iterator[Any], what: str, count: int, show: Progress) -> Iterator[Any]:
    for done, item in enumerate(items, 1):
        show(what, done, count)
        yield item


def _silence(what: str, done: int, total: int) -> None:
    """Nobody watches."""

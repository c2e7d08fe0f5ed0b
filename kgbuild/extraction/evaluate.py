"""Model directory and annotated corpus -> the numbers of `kgbuild evaluate`, through the same extractor that reads documents.

Each document of the corpus is read as one passage, from its text: tokens joined by one space. Definitions: `evaluation`.
"""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.corpora import gold as golds
from kgbuild.corpora.gold import GoldDocument
from kgbuild.errors import ModelError, UsageError
from kgbuild.evaluation.calibration import expected_calibration_error
from kgbuild.evaluation.relations import (
    LOCATED,
    Clustered,
    Pair,
    by_relation,
    gold_clustered,
    score_end_to_end,
    score_gold,
    without,
)
from kgbuild.evaluation.spans import score_seqeval, score_spans, score_tokens
from kgbuild.extraction.extractor import Extractor, load
from kgbuild.extraction.pairs import Chained
from kgbuild.hashing import digest_file
from kgbuild.models.directory import TRAINING, Thresholds
from kgbuild.models.pieces import covering
from kgbuild.records import ONE, Extraction, Link

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What the model says of one document: the extraction, and its links between gold clusters (ends are cluster numbers)."""

    extraction: Extraction
    links: tuple[Link, ...]


def evaluate(
    model_dir: Path,
    data: Path,
    thresholds: str = "benchmark",
    runtime: str = "openvino",
    threads: int | None = None,
    *,
    force: bool = False,
    natural: bool = False,
) -> Report:
    """Score a model on a corpus; keys as documented for `evaluate MODEL DATA --json`.

    thresholds: which set of the model to cut at; natural: read the detokenised text instead of tokens joined by one space.
    Raises UsageError for data that the model was trained on, unless force is set; for data without documents, always.
    """
    refuse_training_data(Path(model_dir), Path(data), force=force)
    corpus = golds.read_gold(Path(data))
    if not corpus:
        raise UsageError(f"{data} holds no document: nothing to evaluate on")
    if natural:
        corpus = [golds.naturally(document) for document in corpus]
    with load(model_dir, runtime, threads) as extractor:
        started = time.perf_counter()
        found = predict(extractor, corpus)
        seconds = time.perf_counter() - started
        report = score(corpus, found, extractor.directory.thresholds(thresholds), extractor.labels)
    counts = {"documents": len(corpus), "words": sum(len(document.tokens) for document in corpus), "seconds": round(seconds, 3)}
    return (
        report | counts | {"thresholds": thresholds, "numerics": extractor.numerics, "text": "natural" if natural else "spaced"}
    )


def refuse_training_data(model_dir: Path, data: Path, *, force: bool) -> None:
    """UsageError when the file, by its digest, is among the model's training data."""
    path = model_dir / TRAINING
    if force or not path.is_file() or not data.is_file():
        return
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        trained = {item["digest"] for item in files if item["role"] == "train"}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged ({type(error).__name__}: {error}): restore the model directory") from error
    if digest_file(data) in trained:
        raise UsageError(f"{data} is training data of {model_dir}: its scores would mean nothing (--force gives them anyway)")


def predict(extractor: Extractor, corpus: Sequence[GoldDocument]) -> list[Found]:
    """Read every document twice: as raw text, and given its gold mentions and clusters where relations are annotated."""
    extractions = extractor([document.text for document in corpus])
    found = list(extractions)
    links = extractor.relate((document.text, given(extractor, document)) for document in corpus if document.has_relations)
    return [
        Found(extraction, next(links) if document.has_relations else ())
        for document, extraction in zip(corpus, found, strict=True)
    ]


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


# ── scores ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def score(corpus: Sequence[GoldDocument], found: Sequence[Found], thresholds: Thresholds, labels: tuple[str, ...]) -> Report:
    """The report of predictions, cut at thresholds."""
    kept = [cut(one.extraction, thresholds) for one in found]
    report = score_mentions(corpus, kept)
    pairs = [
        Pair(gold_clustered(document), predicted_clustered(extraction))
        for document, extraction in zip(corpus, kept, strict=True)
        if document.has_relations
    ]
    if pairs:
        report |= score_relations(corpus, found, thresholds)
        unknown = Counter(golds.type_of(document, c) for document in corpus for c in document.clusters)
        if left_out := {label: count for label, count in sorted(unknown.items()) if label not in labels}:
            report["relations_gold"]["types_left_out"] = left_out
        report["end_to_end"] = score_end_to_end(pairs)
        fewer = score_end_to_end([Pair(without(pair.gold), without(pair.predicted)) for pair in pairs])
        for reading, numbers in fewer.items():
            report["end_to_end"][reading]["without_located"] = numbers
    return report


def cut(extraction: Extraction, thresholds: Thresholds) -> Extraction:
    """What is left at thresholds: span indices stay, chains lose weak spans, links without a strong span at both ends go."""
    strong = [span.score >= thresholds.spans for span in extraction.spans]
    chains = tuple(left for chain in extraction.chains if (left := tuple(i for i in chain if strong[i])))
    chain_of = {chain[0]: chain for chain in extraction.chains}
    links = []
    for link in extraction.links:
        ends = [next((i for i in chain_of[end] if strong[i]), None) for end in (link.head, link.tail)]
        if is_taken(link, thresholds) and ends[0] is not None and ends[1] is not None:
            links.append(Link(ends[0], ends[1], link.label, link.score))
    return Extraction(extraction.spans, chains, tuple(links))


def is_taken(link: Link, thresholds: Thresholds) -> bool:
    """Whether a link reaches the threshold of its relation."""
    limit = thresholds.link(link.label)
    return limit is not None and link.score >= limit


def score_mentions(corpus: Sequence[GoldDocument], kept: Sequence[Extraction]) -> Report:
    """`ner`, and `tokens` for column corpora. Labels that the corpus does not know are left out, and counted."""
    known = {mention.type for document in corpus for mention in document.mentions}
    spans = [
        [
            (extraction.spans[i].start, extraction.spans[i].end, extraction.spans[i].label)
            for chain in extraction.chains
            for i in chain
        ]
        for extraction in kept
    ]
    left_out = Counter(label for found in spans for _, _, label in found if label not in known)
    spans = [sorted(span for span in found if span[2] in known) for found in spans]
    gold = ((n, m.start, m.end, m.type) for n, document in enumerate(corpus) for m in document.mentions)
    report: Report = {"ner": score_spans(gold, ((n, *span) for n, found in enumerate(spans) for span in found))}
    if left_out:
        report["ner"]["labels_left_out"] = dict(sorted(left_out.items()))
    if any(document.tags for document in corpus):
        report |= _tables(corpus, spans, report["ner"])
    return report


def _tables(corpus: Sequence[GoldDocument], spans: list[list[tuple[int, int, str]]], ner: Report) -> Report:
    guesses = [golds.tags_of(document, found) for document, found in zip(corpus, spans, strict=True)]
    truth = [list(document.tags) for document in corpus]
    sentences = [
        [part for document, tags in zip(corpus, side, strict=True) for part in golds.by_sentence(document, tags)]
        for side in (truth, guesses)
    ]
    tokens = score_tokens([tag for tags in sentences[0] for tag in tags], [tag for tags in sentences[1] for tag in tags])
    return {"ner": ner | {"seqeval": score_seqeval(*sentences)}, "tokens": tokens}


def score_relations(corpus: Sequence[GoldDocument], found: Sequence[Found], thresholds: Thresholds) -> Report:
    """`relations_gold` and `calibration`: given gold mentions and clusters."""
    annotated = [(document, one) for document, one in zip(corpus, found, strict=True) if document.has_relations]
    truth = [{(r.head, r.label, r.tail) for r in document.relations} for document, _ in annotated]
    guesses = [{(li.head, li.label, li.tail) for li in one.links if is_taken(li, thresholds)} for _, one in annotated]
    items = [
        (link.score / ONE, (link.head, link.label, link.tail) in right)
        for (_, one), right in zip(annotated, truth, strict=True)
        for link in one.links
    ]
    fewer = [[{triple for triple in side if triple[1] not in LOCATED} for side in sides] for sides in (truth, guesses)]
    report: Report = dict(score_gold(truth, guesses))
    report["without_located"] = score_gold(*fewer)
    report["by_relation"] = by_relation(truth, guesses)
    return {"relations_gold": report, "calibration": {"ece": expected_calibration_error(items)}}


def predicted_clustered(extraction: Extraction) -> Clustered:
    """The predicted side: chains as clusters, links as triples between them."""
    number = {chain[0]: i for i, chain in enumerate(extraction.chains)}
    spans = [(span.start, span.end, span.label) for span in extraction.spans]
    clusters = tuple(tuple(spans[i] for i in chain) for chain in extraction.chains)
    return Clustered(clusters, frozenset((number[li.head], li.label, number[li.tail]) for li in extraction.links))

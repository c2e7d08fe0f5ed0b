"""Documents in which only the ends of facts are annotated, and a trained model -> the same with the other names in them.

Where annotators looked for a relation in a whole passage (KnowledgeNet), it holds between no other two names there. Without those names
every pair that is learned from is a fact, and a model learns to find that relation everywhere.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kgbuild.corpora.document import GoldDocument, GoldMention
from kgbuild.extraction.extractor import load
from kgbuild.records import ONE, Extraction

log = logging.getLogger(__name__)

SURE = 7 * ONE // 10
"""The least score of a name that is added: one that is none makes a pair that holds no relation either."""


def filled(model: Path, corpora: Sequence[Sequence[GoldDocument]], runtime: str = "openvino") -> list[list[GoldDocument]]:
    """The corpora, with the names that a model finds in documents that are not annotated completely, each a cluster of its own.

    Left out are names that overlap an annotated one, are written like one or belong to its chain: these may hold its facts; and names
    of types that no corpus has.
    """
    lacking = [document for corpus in corpora for document in corpus if needs_names(document)]
    if not lacking:
        return [list(corpus) for corpus in corpora]
    types = {mention.type for corpus in corpora for document in corpus for mention in document.mentions}
    with load(model, runtime) as extractor:
        answers = extractor([document.text for document in lacking])
        found = {id(one): with_names(one, answer, types) for one, answer in zip(lacking, answers, strict=True)}
    added = sum(len(new.mentions) - len(old.mentions) for old, new in zip(lacking, found.values(), strict=True))
    log.info("%d names added by %s to %d documents in which only facts are annotated", added, model, len(lacking))
    return [[found.get(id(document), document) for document in corpus] for corpus in corpora]


def needs_names(document: GoldDocument) -> bool:
    """Whether relations were looked for and names were not."""
    return document.has_relations and not document.complete


def with_names(document: GoldDocument, answer: Extraction, types: set[str]) -> GoldDocument:
    """A document with what a model found in its text."""
    first = {start: number for number, (start, _) in enumerate(document.offsets)}
    last = {end: number + 1 for number, (_, end) in enumerate(document.offsets)}
    new = tuple(
        GoldMention(span.start, span.end, span.label, first[span.start], last[span.end])
        for span in (answer.spans[number] for number in free(document, answer))
        if span.score >= SURE and span.label in types and span.start in first and span.end in last
    )
    known = len(document.mentions)
    clusters = tuple((known + number,) for number in range(len(new)))
    return replace(document, mentions=(*document.mentions, *new), clusters=(*document.clusters, *clusters))


def free(document: GoldDocument, answer: Extraction) -> Iterator[int]:
    """The spans that can be none of the annotated things."""
    written = {document.text[mention.start : mention.end] for mention in document.mentions}
    taken = {
        number
        for number, span in enumerate(answer.spans)
        if document.text[span.start : span.end] in written
        or any(mention.start < span.end and span.start < mention.end for mention in document.mentions)
    }
    held = {number for chain in answer.chains if not taken.isdisjoint(chain) for number in chain}
    return (number for number in range(len(answer.spans)) if number not in taken | held)

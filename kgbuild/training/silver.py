"""Documents without labels and trained models -> documents to learn from: what all models agree on, and are sure of.

Self-training (Yarowsky 1995) with agreement: a passage is taken whole or not at all, so that what was not found is known not to be
there. Relations are left to the teachers' margins (`distill`). Knows no file of annotations.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import annotated, from_text
from kgbuild.corpora.reading import Reading
from kgbuild.counts import count_words
from kgbuild.errors import ConfigError
from kgbuild.extraction.extractor import load
from kgbuild.hashing import digest
from kgbuild.records import ONE, Extraction
from kgbuild.training.corpora import Annotated, from_gold
from kgbuild.training.passages import read_texts

log = logging.getLogger(__name__)

SURE = 9 * ONE // 10
"""Every mention of a passage must have at least this score with every teacher."""


def silver(teachers: Sequence[Path], texts: Sequence[Path], words: int, runtime: str = "openvino") -> list[Annotated]:
    """Passages of documents that all teachers read alike and surely, up to so many words; chosen by content, not by order.

    Mentions and chains are those of the first teacher. Raises ConfigError when no passage is left.
    """
    passages = sorted(read_texts(texts).passages, key=lambda text: digest("silver", text))
    chosen: list[Annotated] = []
    taken = read = 0
    with ExitStack() as stack:
        extractors = [stack.enter_context(load(teacher, runtime)) for teacher in teachers]
        for text, *answers in zip(passages, *(extractor(passages) for extractor in extractors), strict=True):
            read += 1
            if agreed(answers):
                chosen += from_gold([_document(text, answers[0])], "silver")
                taken += count_words(text)
            if taken >= words:
                break
    if not chosen:
        raise ConfigError(f"the teachers agree on none of {read} passages: give more texts, or other teachers")
    log.info("%d of %d passages without labels taken (%d words): the teachers are sure of them", len(chosen), read, taken)
    return chosen


def agreed(answers: Sequence[Extraction]) -> bool:
    """Whether all give the same spans, each of them surely. A passage in which all find nothing is agreed on."""
    found = [tuple((span.start, span.end, span.label) for span in answer.spans) for answer in answers]
    return len(set(found)) == 1 and all(span.score >= SURE for answer in answers for span in answer.spans)


def _document(text: str, answer: Extraction) -> GoldDocument:
    reading = Reading("silver")
    spans = [(span.start, span.end, span.label) for span in answer.spans]
    return annotated(from_text(digest("text", text)[:12], text, spans, reading), reading, answer.chains)

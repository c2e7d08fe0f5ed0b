"""A long column document without boundaries -> runs of consecutive sentences, each read as a passage of its own.

A column file without -DOCSTART- does not say where documents begin; taken as one endless text it would be read in windows that
no user's document has. Training and evaluation cut it alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kgbuild.corpora.gold import GoldDocument

RUN_WORDS = 280
"""Words in a run, at most, where one sentence is not longer by itself: as long as the passages that documents are cut into."""


DOCUMENT_START = b"-DOCSTART-"


def is_endless(corpus: Sequence[GoldDocument], data: Path) -> bool:
    """Whether this, read from `data`, is a long column file that does not say where documents begin."""
    long = len(corpus) == 1 and bool(corpus[0].tags) and len(corpus[0].tokens) > RUN_WORDS
    long = long and not corpus[0].linked and not corpus[0].relations  # columns carry neither, kgbuild's own format may
    return long and data.is_file() and DOCUMENT_START not in data.read_bytes()


def in_runs(document: GoldDocument, words: int = RUN_WORDS) -> list[GoldDocument]:
    """The document in parts of whole sentences with at most that many words; no mention of it may cross a sentence's end."""
    return [_part(document, number, first, last) for number, (first, last) in enumerate(_runs(document.sentences, words), 1)]


def _runs(sentences: tuple[tuple[int, int], ...], words: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of sentences."""
    first = 0
    for last, (_, end) in enumerate(sentences):
        if end - sentences[first][0] > words and last > first:
            yield first, last
            first = last
    if first < len(sentences):
        yield first, len(sentences)


def _part(document: GoldDocument, number: int, first: int, last: int) -> GoldDocument:
    sentences = document.sentences[first:last]
    start, end = sentences[0][0], sentences[-1][1]
    base, limit = document.offsets[start][0], document.offsets[end - 1][1]
    mentions = tuple(
        replace(m, start=m.start - base, end=m.end - base, first=m.first - start, last=m.last - start)
        for m in document.mentions
        if start <= m.first and m.last <= end
    )
    return replace(
        document,
        name=f"{document.name}.{number}",
        text=document.text[base:limit],
        tokens=document.tokens[start:end],
        offsets=tuple((a - base, b - base) for a, b in document.offsets[start:end]),
        sentences=tuple((a - start, b - start) for a, b in sentences),
        mentions=mentions,
        clusters=tuple((i,) for i in range(len(mentions))),
        tags=document.tags[start:end],
    )

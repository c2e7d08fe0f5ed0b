"""Document -> Passages: whole where it is short, else cut at sentence boundaries that content alone chooses.

A cut falls at the boundary with the smallest content hash in the middle half, recursively, so that an inserted sentence moves
few cuts. Length is counted in words; no model is known here. Code and rows of numbers are not read and end a passage.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate

from kgbuild.documents.blocks import squeeze
from kgbuild.documents.language import SURE, UNKNOWN, classify, is_short
from kgbuild.documents.sentences import sentences
from kgbuild.hashing import digest
from kgbuild.records import CELL_GAP, Block, BlockKind, Document, Passage

VERSION = 3

WORDS = 280
"""The most words of a passage. An ideograph, and each begun 40 characters of a long string, count as a word."""
SAMPLE = 4_000
"""Characters by which the language of a document is decided."""
PASSAGE_SAMPLE = 300
"""Characters at both ends of a passage by which its language is decided."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]{{1,40}}")
_NUMBER = re.compile(
    r"[-−–—(+~<>≤≥±$€£¥\s]*(?:US\$)?\d[\d.,:/'’\s-]*(?:[eE]\d+)?(?:bps|pp|x|[KMB])?[%)*†‡\s]*|[-−–—$€£¥%()\s]+|n/?a\.?|nm",
    re.IGNORECASE,
)

Sentence = tuple[int, int, int]
"""Start and end in the document's text, and the index of its block."""


def split(document: Document) -> tuple[Passage, ...]:
    """Passages of a document, in order.

    Each is a stretch of the document's text from the start of a sentence to the end of one, at most WORDS words long, with the
    sentences in it. A sentence longer than that is cut at word gaps, by the same rule.
    """
    whole = document_language(document)
    parts = [part for run in _runs(document) for part in _parts(document.text, run)]
    return tuple(_passage(document.text, part, index, whole, alone=len(parts) == 1) for index, part in enumerate(parts))


def skipped(document: Document) -> dict[str, int]:
    """How many blocks are not read, by rule."""
    return dict(Counter(rule for block in document.blocks if (rule := _unread(document.text, block))))


def block_digests(document: Document) -> tuple[str, ...]:
    """For each block a digest of its text, whatever its case, spacing and numbers of pages."""
    texts = (squeeze(document.text[block.start : block.end]).casefold() for block in document.blocks)
    return tuple(digest("block", text) for text in texts)


def document_language(document: Document) -> str:
    """Language of a document, decided by a bounded sample of what is read of it; "und" without letters."""
    blocks = [block for block in document.blocks if not _unread(document.text, block)]
    running = [block for block in blocks if block.kind is not BlockKind.TABLE_ROW and block.kind is not BlockKind.HEADING]
    sample = _sample(document.text, running) if running else ""
    if is_short(sample):
        sample = _sample(document.text, blocks)
    return classify(sample)[0] if sample else UNKNOWN


def _sample(text: str, blocks: list[Block]) -> str:
    """Blocks from all over the document, up to SAMPLE characters."""
    total = sum(block.end - block.start for block in blocks)
    step = max(1, total // SAMPLE)
    return " ".join(text[block.start : min(block.end, block.start + SAMPLE)] for block in blocks[::step])[:SAMPLE]


def _unread(text: str, block: Block) -> str:
    """The rule by which a block is not read, or ""."""
    if block.kind is BlockKind.CODE:
        return "code block"
    if block.kind is BlockKind.TABLE_ROW and _is_numeric(text[block.start : block.end]):
        return "numeric table row"
    return ""


def _is_numeric(row: str) -> bool:
    """Whether more than half of a row's cells that are not empty are numbers."""
    cells = [cell.strip() for cell in row.split(CELL_GAP) if cell.strip()]
    return 2 * sum(1 for cell in cells if len(cell) < 40 and _NUMBER.fullmatch(cell)) > len(cells)


def _runs(document: Document) -> list[list[Sentence]]:
    """Sentences of neighbouring blocks that are read; a block that is not read ends a run."""
    runs: list[list[Sentence]] = [[]]
    for index, block in enumerate(document.blocks):
        text = document.text[block.start : block.end]
        if _unread(document.text, block):
            runs.append([])
            continue
        runs[-1] += [(block.start + start, block.start + end, index) for start, end in sentences(text)]
    return [run for run in runs if run]


def _parts(text: str, run: list[Sentence]) -> list[list[Sentence]]:
    """A run as stretches of at most WORDS words."""
    sizes = [len(_WORD.findall(text, start, end)) for start, end, _ in run]
    if sum(sizes) <= WORDS:
        return [run]
    run = [piece for sentence, size in zip(run, sizes, strict=True) for piece in _pieces(text, sentence, size)]
    sizes = [len(_WORD.findall(text, start, end)) for start, end, _ in run]
    keys = [digest("cut", text[start:end]) for start, end, _ in run]
    cuts = _cuts(sizes, keys)
    return [run[low:high] for low, high in zip([0, *cuts], [*cuts, len(run)], strict=True)]


def _pieces(text: str, sentence: Sentence, size: int) -> list[Sentence]:
    """A sentence, cut at word gaps if it is longer than a passage may be."""
    if size <= WORDS:
        return [sentence]
    start, end, block = sentence
    words = [(match.start(), match.end()) for match in _WORD.finditer(text, start, end)]
    keys = [digest("cut", text[left : left + 32]) for left, _ in words]
    cuts = _cuts([1] * len(words), keys)
    bounds = zip([0, *cuts], [*cuts, len(words)], strict=True)
    return [(words[low][0], words[high - 1][1], block) for low, high in bounds]


def _cuts(sizes: list[int], keys: list[str]) -> list[int]:
    """Indices before which a sequence is cut, so that no part is larger than WORDS unless it is one item.

    Each cut is at the smallest key in the middle half of its part; of equal keys the one nearest to the middle.
    """
    until = [0, *accumulate(sizes)]
    cuts: list[int] = []
    waiting = [(0, len(sizes))]
    while waiting:
        low, high = waiting.pop()
        total = until[high] - until[low]
        if total <= WORDS or high - low < 2:
            continue
        first = max(low + 1, bisect_left(until, until[low] + total / 4, low, high))
        last = min(high, bisect_right(until, until[low] + 3 * total / 4, low, high))
        middle = until[low] + total / 2
        candidates = range(first, last) if first < last else range(low + 1, high)
        if first < last:
            cut = min(candidates, key=lambda i: (keys[i], abs(until[i] - middle), i))
        else:
            cut = min(candidates, key=lambda i: (abs(until[i] - middle), i))
        cuts.append(cut)
        waiting += [(low, cut), (cut, high)]
    return sorted(cuts)


def _passage(text: str, part: list[Sentence], index: int, whole: str, *, alone: bool) -> Passage:
    start, end = part[0][0], part[-1][1]
    return Passage(
        index=index,
        start=start,
        text=text[start:end],
        language=whole if alone else _language(text[start:end], whole),
        sentences=tuple((left - start, right - start) for left, right, _ in part),
        blocks=tuple(block for _, _, block in part),
    )


def _language(text: str, whole: str) -> str:
    """Language of a passage: that of the document, unless the passage is long enough and surely another."""
    if is_short(text):
        return whole
    ends = text if len(text) <= 2 * PASSAGE_SAMPLE else f"{text[:PASSAGE_SAMPLE]} {text[-PASSAGE_SAMPLE:]}"
    language, certainty = classify(ends)
    return language if language == whole or certainty >= SURE else whole

"""Document -> Passages: whole where it is short, else cut at sentence boundaries that content alone chooses.

A cut falls at the boundary with the smallest content hash in the middle half, recursively, so that an inserted sentence moves
few cuts. Length is counted in words; no model is known here. Code and rows of numbers are not read and end a passage.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate, pairwise

from kgbuild.documents.blocks import squeeze
from kgbuild.documents.language import SURE, classify, is_latin, is_short
from kgbuild.documents.sentences import sentences
from kgbuild.hashing import digest
from kgbuild.records import CELL_GAP, Block, BlockKind, Document, Passage

VERSION = 4

WORDS = 280
"""The most words of a passage. An ideograph, three letters of scripts such as Thai, and each begun 40 characters of a long string count
as a word."""
SAMPLE = 4_000
"""Characters by which the language of a document is decided."""
PASSAGE_SAMPLE = 300
"""Characters at both ends of a passage by which its language is decided."""

_IDEOGRAPHS = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_LETTERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese, Khmer: scripts of letters without spaces between words."""
_MARKS = (
    "\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d"
    "\u1071-\u1074\u1082-\u108d\u109a-\u109d\u17b4-\u17d3\u17dd"
)
"""Of these, what belongs to the letter before it."""
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|(?:[{_LETTERS}][{_MARKS}]*){{1,3}}|[^\s{_IDEOGRAPHS}{_LETTERS}]{{1,40}}")
_GAP = re.compile(rf"(?<=\s)(?=\S)|(?<=[，、；：,;:])(?=[{_IDEOGRAPHS}])")
"""Where a sentence that is too long is best cut: at white space, or behind a comma where none is written."""
LONGEST_STRETCH = WORDS // 4
"""A stretch without such a gap that is longer is cut between any two of its words: the middle half of a text then always holds a gap."""
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
    sample = _spoken(document)
    whole = (classify(sample)[0], is_latin(sample))
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
    return classify(_spoken(document))[0]


def _spoken(document: Document) -> str:
    """The sample by which a document's language is decided; "" where nothing is read."""
    blocks = [block for block in document.blocks if not _unread(document.text, block)]
    running = [block for block in blocks if block.kind is not BlockKind.TABLE_ROW and block.kind is not BlockKind.HEADING]
    sample = _sample(document.text, running) if running else ""
    if is_short(sample):
        sample = _sample(document.text, blocks)
    return sample


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
    """A sentence, cut at gaps if it is longer than a passage may be."""
    if size <= WORDS:
        return [sentence]
    start, end, block = sentence
    gaps = [start, *(match.start() for match in _GAP.finditer(text, start + 1, end)), end]
    words: list[tuple[int, int]] = []
    sizes: list[int] = []
    for low, high in pairwise(gaps):
        found = [match.span() for match in _WORD.finditer(text, low, high)]
        whole = len(found) <= LONGEST_STRETCH
        words += [(found[0][0], found[-1][1])] if whole and found else found
        sizes += [len(found)] if whole and found else [1] * len(found)
    keys = [digest("cut", text[left : left + 32]) for left, _ in words]
    cuts = _cuts(sizes, keys)
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


def _passage(text: str, part: list[Sentence], index: int, whole: tuple[str, bool], *, alone: bool) -> Passage:
    start, end = part[0][0], part[-1][1]
    return Passage(
        index=index,
        start=start,
        text=text[start:end],
        language=whole[0] if alone else _language(text[start:end], whole),
        sentences=tuple((left - start, right - start) for left, right, _ in part),
        blocks=tuple(block for _, _, block in part),
    )


def _language(text: str, whole: tuple[str, bool]) -> str:
    """Language of a passage: that of the document, unless the passage is long enough and surely another, or only one of the two is in
    Latin letters. whole: the document's language, and whether it is.
    """
    if is_short(text):
        return whole[0]
    ends = text if len(text) <= 2 * PASSAGE_SAMPLE else f"{text[:PASSAGE_SAMPLE]} {text[-PASSAGE_SAMPLE:]}"
    language, certainty = classify(ends)
    return language if certainty >= SURE or is_latin(text) != whole[1] else whole[0]

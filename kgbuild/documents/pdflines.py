"""Lines of PDF pages, with their places -> pieces. Pure geometry and text; knows nothing of PDFium.

Repeated headers and footers, page numbers and line numbers go; wrapped lines and words parted at line ends are joined.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kgbuild.documents.blocks import Piece, row, squeeze
from kgbuild.records import CELL_GAP, BlockKind

CELL = "\t"
HYPHEN = "\ufffe"
"""A hyphen that PDFium takes for one that parts a word at the end of a line."""

LARGER = 1.15
"""Type larger than the body's by this factor makes a heading."""
COLUMN, FULL = 12, 4
"""Lines this many type sizes wide, and as many of them, make a column of text; others are cells and captions."""
EDGE = 3
"""How many lines at the top and at the bottom of a page may be its header or footer."""

_NUMBERS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:(?:of|von|/)\s*\d{1,4})?[-–—|\s.]*", re.IGNORECASE
)
_LEADERS = re.compile(r"\s*(?:\.\s?){4,}\s*")
_RULED = re.compile(r"\W*(?:[-_=*.—–][ \t]?){5,}\W*\w?\W*")
_ITEM = re.compile(r"[•●▪◦‣·∙○■□–*-]\s+(?=\S)|\(?\d{1,2}[.)]\s+(?=[A-Z])|\([a-z]\)\s+")
_MARKS = re.compile(r"[•●▪◦‣·∙○■□–*-]\s+")
_ENDS = (".", "!", "?", ":", "。", "؟", ".”", '."', ".)")
_PARTED = re.compile(rf"(\w+){HYPHEN}\s*(\w+)")


@dataclass(slots=True)
class Line:
    """One line of text; places in points from the lower left corner.

    first and last are the base lines of its first and last characters: a word parted by HYPHEN makes one line of two.
    """

    height: float
    text: str = ""
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0
    last: float = 0.0
    size: float = 0.0


def pieces(pages: list[list[Line]]) -> list[Piece]:
    """Pieces of all pages, in order, each with the number of the page that it begins on."""
    pages = _without_edges([_without_line_numbers(_with_raised(lines)) for lines in pages])
    body = _body_size(pages)
    known = _words(pages)
    found: list[Piece] = []
    for number, lines in enumerate(pages, 1):
        for piece in _page(lines, body, known, number):
            if found and _goes_on(found[-1], piece):
                found[-1] = Piece(piece.kind, f"{found[-1].text} {piece.text}", found[-1].page)
            else:
                found.append(piece)
    return found


def _page(lines: list[Line], body: float, known: frozenset[str], number: int) -> Iterator[Piece]:
    """Pieces of one page."""
    spacing = _spacing(lines)
    group: list[Line] = []
    for line, edge in zip(lines, [0.0, *_right_edges(lines)], strict=False):
        if group and not _belongs(group, line, spacing, edge, body):
            yield from _piece(group, body, known, number)
            group = []
        group.append(line)
    yield from _piece(group, body, known, number)


def _right_edges(lines: list[Line]) -> list[float]:
    """For each line how far its column reaches: to where its lines end, if the next column begins beyond, else the page's."""
    page = max((line.right for line in lines), default=0.0)
    tops = [index for index, (before, line) in enumerate(pairwise(lines), 1) if _is_next_column(before, line)]
    edges: list[float] = []
    for begin, end, far in zip([0, *tops], [*tops, len(lines)], [*tops[1:], len(lines), len(lines)], strict=False):
        gutter = lines[end].left if end < len(lines) else page
        inside = [line for line in lines[begin:end] if line.right <= gutter]
        columns = _wide(inside) >= FULL and _wide(lines[end:far]) >= FULL
        reach = max(line.right for line in inside) if columns else page
        edges += [reach if line.right <= gutter else page for line in lines[begin:end]]
    return edges


def _wide(lines: list[Line]) -> int:
    return sum(line.right - line.left > COLUMN * line.size for line in lines)


def _is_next_column(before: Line, line: Line) -> bool:
    """Whether a line is the first one of a column to the right of the line before it."""
    return line.first > before.last + 3 * line.size and line.left > before.left + line.size


def _belongs(group: list[Line], line: Line, spacing: float, width: float, body: float) -> bool:
    """Whether a line goes on with the paragraph of the lines before it. width: how far the column of the last one reaches."""
    before = group[-1]
    if _is_row(before) or _is_row(line) or _ITEM.match(line.text):
        return False
    if abs(before.size - line.size) > 0.12 * max(before.size, line.size):
        return False
    down = before.last - line.first
    ended = before.text.rstrip().endswith(_ENDS)
    broken = not ended and line.text.strip()[:1].islower()
    if _is_next_column(before, line):
        return broken and _wide([before, line]) == 2
    if not broken and line.right <= min(one.left for one in group if abs(one.last - before.last) < before.size):
        return False
    if not 0 < down <= (max(2 * spacing, 2.5 * line.size) if broken else max(1.35 * spacing, 1.2 * line.size)):
        return False
    short = before.right < width - 0.15 * (width - min(before.left, line.left))
    indented = line.left > before.left + 0.8 * line.size
    if line.size > LARGER * body:
        return True
    return not (short and not broken) and not (indented and ended)


def _piece(group: list[Line], body: float, known: frozenset[str], page: int) -> Iterator[Piece]:
    """The piece that some lines make."""
    if not group:
        return
    if _RULED.fullmatch(group[0].text):
        return
    if _is_row(group[0]):
        cells = [cell for cell in _LEADERS.sub(CELL, _whole(group[0].text, known)).split(CELL) if cell.strip(" :|")]
        yield Piece(BlockKind.TABLE_ROW if len(cells) > 1 else BlockKind.PARAGRAPH, row(cells), page)
        return
    text = squeeze(_whole(" ".join(line.text.replace(CELL, " ") for line in group), known))
    if not text:
        return
    if group[0].size > LARGER * body and len(text) < 200 and any(c.isalpha() for c in text):
        yield Piece(BlockKind.HEADING, text, page)
    elif _ITEM.match(group[0].text):
        yield Piece(BlockKind.LIST_ITEM, _MARKS.sub("", text, count=1) if _MARKS.match(text) else text, page)
    else:
        yield Piece(BlockKind.PARAGRAPH, text, page)


def _is_row(line: Line) -> bool:
    return CELL in line.text.strip() or _LEADERS.search(line.text.strip()) is not None


def _goes_on(before: Piece, after: Piece) -> bool:
    """Whether a paragraph goes on over a page's end."""
    paragraphs = before.kind is after.kind is BlockKind.PARAGRAPH
    return paragraphs and before.page != after.page and not before.text.endswith(_ENDS) and after.text[:1].islower()


def _whole(text: str, known: frozenset[str]) -> str:
    """Text with parted words joined; the hyphen stays if the document writes the word so elsewhere, or a capital follows."""

    def join(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        kept = f"{left}-{right}".casefold() in known and f"{left}{right}".casefold() not in known
        return f"{left}-{right}" if kept or right[:1].isupper() or right[:1].isdigit() else left + right

    return _PARTED.sub(join, text).replace(HYPHEN, "-") if HYPHEN in text else text


def _words(pages: list[list[Line]]) -> frozenset[str]:
    """All words and hyphenated words of a document that stand inside of lines."""
    return frozenset(word.casefold() for lines in pages for line in lines for word in re.findall(r"\w+(?:-\w+)*", line.text))


def _body_size(pages: list[list[Line]]) -> float:
    """The type size of most of the text."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=10.0)


def _spacing(lines: list[Line]) -> float:
    """The usual distance of two lines of a paragraph on a page."""
    steps = [a.last - b.first for a, b in pairwise(lines) if 0 < a.last - b.first < 4 * a.size]
    return median(steps) if steps else 0.0


def _with_raised(lines: list[Line]) -> list[Line]:
    """Lines with raised and lowered pieces put back: PDFium makes lines of their own of exponents and what follows them."""
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept else None
        size = max(before.size, line.size) if before else 0.0
        if (
            before is None
            or abs(before.last - line.first) > 0.7 * size
            or not -0.5 * size < line.left - before.right < 2 * size
        ):
            kept.append(line)
            continue
        near = line.left - before.right < 0.15 * size and min(before.size, line.size) > 0.9 * size
        before.text += line.text if near or line.text[:1] in ".,;:)" else " " + line.text.lstrip()
        before.right = line.right
        before.last = line.last if line.size >= before.size else before.last
        before.size = size
    return kept


def _without_line_numbers(lines: list[Line]) -> list[Line]:
    """Lines without a column of line numbers, be they lines of their own or in front of the lines."""
    alone = [index for index, line in enumerate(lines) if line.text.strip().isdigit()]
    if _counts_up([lines[index].text for index in alone]):
        lines = [line for index, line in enumerate(lines) if index not in set(alone)]
    numbered = [match for line in lines if (match := re.match(r"\s*(\d{1,2})[\s\t]+(?=\S)", line.text))]
    if len(numbered) >= 5 and len(numbered) >= 0.8 * len(lines) and _counts_up([match[1] for match in numbered]):
        for line in lines:
            line.text = re.sub(r"^\s*\d{1,2}[\s\t]+(?=\S)", "", line.text)
    return lines


def _counts_up(texts: list[str]) -> bool:
    numbers = [int(text) for text in texts]
    steps = sum(b - a == 1 for a, b in pairwise(numbers))
    return len(numbers) >= 5 and numbers[0] <= 2 and steps >= 0.8 * (len(numbers) - 1)


def _without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without what repeats in their first and last lines, and without their numbers."""
    full = [lines for lines in pages if lines]
    seen = Counter(key for lines in full for key in {_shape(line) for line in _edges(lines)})
    often = max(3, 0.25 * len(full))

    def is_edge(line: Line, lines: list[Line], number: int) -> bool:
        if not any(line is edge for edge in _edges(lines)):
            return False
        if _PAGE_NUMBER.fullmatch(line.text) and any(line is edge for edge in (lines[0], lines[-1])):
            return len(full) > 1 or line.text.strip() == str(number)
        return seen[_shape(line)] >= often

    return [[line for line in lines if not is_edge(line, lines, number)] for number, lines in enumerate(pages, 1)]


def _edges(lines: list[Line]) -> list[Line]:
    """The lines at the top and bottom of a page: its first and last ones, as far as they lie in the outer parts of the page."""
    ends = lines if len(lines) <= 2 * EDGE else lines[:EDGE] + lines[-EDGE:]
    return [line for line in ends if not 0.15 * line.height < line.first < 0.85 * line.height]


def _shape(line: Line) -> str:
    return _NUMBERS.sub("#", squeeze(line.text.replace(CELL_GAP, " ")))

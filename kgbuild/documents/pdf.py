"""PDF -> pieces with their pages: lines of PDFium's text layer, put back together into headings, paragraphs and table rows.

Geometry decides: gaps between lines part paragraphs, wide gaps in a line part cells, larger type makes headings. What repeats at
the edges of pages goes. No OCR: a scanned page has no text. pdflines.py turns lines into pieces; here is all that PDFium does.
"""

import ctypes
import math
import re
import zlib
from collections.abc import Iterator
from typing import Any

from kgbuild.counts import counted
from kgbuild.documents.blocks import Draft, Limits
from kgbuild.documents.dates import iso_date
from kgbuild.documents.pdflines import CELL, HYPHEN, Line, pieces
from kgbuild.documents.pdfrtl import Glyph, is_rtl, reading_order, reads_from_right
from kgbuild.errors import Quarantined

VERSION = 3

_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_CHUNK = 1 << 20
_JUNK_TITLE = re.compile(r"\.(?:\w{2,4})$|^(?:untitled|document\d*|slide \d+|powerpoint presentation)$", re.IGNORECASE)
_PREFIX = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}

WIDE = 1.3
"""A gap in a line wider than this many type sizes parts two cells."""


def read(data: bytes, limits: Limits, password: str = "") -> Draft:
    """One PDF file. Raises Quarantined if it is encrypted, damaged or over a limit."""
    _check_streams(data, limits)
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError as error:
        raise Quarantined(_why(error, password)) from None
    try:
        if len(document) > limits.pages:
            raise Quarantined(f"{len(document):,} pages; the limit is {limits.pages:,}")
        draft = Draft(metadata=_described(document.get_metadata_dict(skip_empty=True)))
        pages, draft.notices = _pages(document, limits)
        draft.pieces = pieces(pages)
        return draft
    finally:
        document.close()


def _why(error: Any, password: str) -> str:
    code = getattr(error, "err_code", None)
    if code == 4:
        return "encrypted; the given --pdf-password does not open it" if password else "encrypted; give --pdf-password"
    return "corrupt: not a PDF file that can be opened" if code == 3 else f"cannot be opened: {error}"


def _described(said: dict[str, str]) -> dict[str, str | tuple[str, ...]]:
    """Title, author, keywords and date of the file, where they look meant."""
    found: dict[str, str | tuple[str, ...]] = {}
    title = _PREFIX.sub("", said.get("Title", "").strip())
    if title and not _JUNK_TITLE.search(title):
        found["title"] = title
    if author := said.get("Author", "").strip():
        found["authors"] = author
    if words := tuple(filter(None, map(str.strip, re.split(r"[,;]", said.get("Keywords", ""))))):
        found["keywords"] = words
    if date := iso_date(said.get("CreationDate", "")):
        found["date"] = date
    return found


def _pages(document: Any, limits: Limits) -> tuple[list[list[Line]], list[str]]:
    """Lines of every page, and what is to be said of pages without text and of forms that cannot be read."""
    pages: list[list[Line]] = []
    characters, lost = 0, list[int]()
    filled = document.get_formtype() != 0
    if filled:
        document.init_forms()
    for number in range(len(document)):
        try:
            page = _page(document, number, lost, filled=filled)
            text = page.get_textpage()
        except Exception as error:  # pypdfium2 raises its own kinds for damaged pages
            raise Quarantined(f"corrupt: page {number + 1} cannot be opened ({error})") from None
        characters += text.count_chars()
        if characters > limits.characters:
            raise Quarantined(f"more than {limits.characters:,} characters; split the document")
        pages.append(list(_lines(text, *page.get_size())))
        text.close()
        page.close()
    said = [f"what is filled into the form on page {lost[0]} cannot be read ({counted(len(lost), 'page')})"] if lost else []
    if empty := sum(not lines for lines in pages):
        said.append(
            f"{empty:,} of {counted(len(pages), 'page')} {'has' if empty == 1 else 'have'} no text (scanned pages need OCR first)"
        )
    return pages, said


def _page(document: Any, number: int, lost: list[int], *, filled: bool) -> Any:
    """A page; what is filled into the fields of a form becomes part of it. Pages where that fails are added to lost."""
    import pypdfium2

    page = document[number]
    if not filled:
        return page
    try:
        page.flatten()
    except pypdfium2.PdfiumError:
        lost.append(number + 1)
    page.close()
    return document[number]


def _lines(textpage: Any, width: float, height: float) -> Iterator[Line]:
    """Lines of a page in PDFium's order."""
    import pypdfium2.raw as pdfium

    raw = textpage.raw
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    edges = (ctypes.byref(left), ctypes.byref(right), ctypes.byref(bottom), ctypes.byref(top))
    x, y = ctypes.c_double(), ctypes.c_double()
    base = (ctypes.byref(x), ctypes.byref(y))
    line, begin, turned = Line(height=height), 0, False
    waiting = 0  # the first half of a character beyond U+FFFF: PDFium gives UTF-16
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if 0xD800 <= code < 0xDC00:
            waiting = code
            continue
        if waiting and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((waiting - 0xD800) << 10) + (code - 0xDC00)
        waiting = 0
        if code in (10, 13):
            if line.text.strip():
                yield _turned(raw, line, range(begin, index), width) if turned else line
            line, begin, turned = Line(height=height), index + 1, False
            continue
        character = _character(code)
        if not character or code <= 32 or code == 0xA0 or not pdfium.FPDFText_GetCharBox(raw, index, *edges):
            line.text += character
            continue
        turned = turned or is_rtl(character[0])
        pdfium.FPDFText_GetCharOrigin(raw, index, *base)
        if not line.size:
            line.size = _size(raw, index)
            line.left, line.first = left.value, y.value
        elif left.value - line.right > WIDE * line.size and abs(y.value - line.last) < line.size:
            line.text = line.text.rstrip() + CELL
        line.text += character
        line.right, line.last = right.value, y.value
    if line.text.strip():
        yield _turned(raw, line, range(begin, pdfium.FPDFText_CountChars(raw)), width) if turned else line


def _turned(raw: Any, line: Line, indices: range, width: float) -> Line:
    """A line with letters from right to left, put in reading order; if it is read from the right, its places are mirrored."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    glyphs: list[Glyph] = []
    word = 0
    for index in indices:
        text = _character(pdfium.FPDFText_GetUnicode(raw, index))
        known = pdfium.FPDFText_GetLooseCharBox(raw, index, ctypes.byref(box)) and box.right > box.left
        if text and known:
            glyphs.append(Glyph(text, box.left, box.right, word))
        word += text == " " and not known
    inked = [glyph for glyph in glyphs if glyph.text.strip()]
    if not inked:
        return line
    line.text = reading_order(glyphs, line.size, WIDE)
    line.left, line.right = min(glyph.left for glyph in inked), max(glyph.right for glyph in inked)
    if reads_from_right(line.text):
        line.left, line.right = width - line.right, width - line.left
    return line


def _size(raw: Any, index: int) -> float:
    """Type size of a character as it appears on the page, in points."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    scale = math.hypot(matrix.c, matrix.d) if pdfium.FPDFText_GetMatrix(raw, index, ctypes.byref(matrix)) else 1.0
    return max(1.0, float(pdfium.FPDFText_GetFontSize(raw, index)) * (scale or 1.0))


def _character(code: int) -> str:
    """A character of PDFium's text layer; a hyphen at the end of a line is HYPHEN, what has no meaning is nothing."""
    if code in (2, 0xFFFE):
        return HYPHEN
    if code in _LIGATURES:
        return _LIGATURES[code]
    if code == 0xFFFF or (code < 32 and code != 9):
        return ""
    return " " if code == 9 else chr(code) if code < 0x110000 else ""


# ── bombs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _check_streams(data: bytes, limits: Limits) -> None:
    """Raise Quarantined if the Flate streams of a file inflate to more than the limit, also through stacked filters."""
    budget = limits.inflated
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - 400) : match.start()]
        head = head[head.rfind(b"obj") + 1 :]
        layers = len(_FLATE.findall(head))
        if layers == 0 or (b"/Image" in head and b"/Width" in head):  # pictures are never unpacked for their text
            continue
        if layers > 8:
            raise Quarantined(f"a stream with {layers} stacked filters")
        end = data.find(b"endstream", match.end())
        budget -= _inflated(data[match.end() : end if end >= 0 else len(data)], layers, budget)
        if budget < 0:
            raise Quarantined(f"streams that inflate to more than {limits.inflated:,} bytes")


def _inflated(data: bytes, layers: int, budget: int) -> int:
    """Bytes that come out of all layers together, counted until the budget is spent; what is no Flate data counts nothing."""
    total = 0
    parts = iter((data,))
    try:
        for _ in range(layers):
            counted = _Counter(budget)
            parts = counted.count(_inflate(parts))
            last = counted
        for _ in parts:
            total = last.total
    except zlib.error:
        return total
    except _Spent:
        return budget + 1
    return total


class _Spent(Exception):
    """More bytes came out than are allowed."""


class _Counter:
    """Counts bytes that flow through, up to a budget."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.total = 0

    def count(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        for part in parts:
            self.total += len(part)
            if self.total > self.budget:
                raise _Spent
            yield part


def _inflate(parts: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    for part in parts:
        while part and not unpack.eof:
            yield unpack.decompress(part, _CHUNK)
            part = unpack.unconsumed_tail
        if unpack.eof:
            return

"""HTML -> pieces: headings, paragraphs, list items, table rows and code, in document order.

Parses with lexbor, walks the tree without recursion. What is script or hidden does not come out; of a page neither what
chrome.py takes for navigation, form or chrome, nor what menus.py takes for a menu. Which part of a page is its main text,
pages.py decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from kgbuild.documents import chrome, menus, sec
from kgbuild.documents.blocks import Limits, Piece, row, squeeze
from kgbuild.documents.chrome import HEADINGS
from kgbuild.documents.text import paragraphs
from kgbuild.errors import Quarantined
from kgbuild.records import BlockKind

VERSION = 3

GONE = frozenset(
    "script style noscript template head meta link base title svg math canvas iframe object embed applet audio video map area "
    "select button input textarea datalist option optgroup progress meter dialog img picture source track frameset frame "
    "ix:header ix:hidden ix:references ix:resources xml -comment !doctype -doctype".split()
)
BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul caption "
    "td th search label".split()
)
KINDS = {
    **dict.fromkeys(HEADINGS, BlockKind.HEADING),
    "li": BlockKind.LIST_ITEM,
    "dt": BlockKind.LIST_ITEM,
    "dd": BlockKind.LIST_ITEM,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
}
LINE = "\v"
"""Stands for <br> until a block is finished; two of them end the block."""

PROSE = 80
"""Characters of a line of running text, at least, and of a title above one, at most."""

_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?][\"'”’)]*(?:\s|$)")
_GOES_ON = re.compile(
    r"[,;:&(\-–—]$|\b(?:and|or|of|the|an?|in|on|at|to|for|by|with|from|that|which|is|are|was|were)$", re.IGNORECASE
)
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\s*[\[(](?:\d{1,3}|[a-z]|note \d+|citation needed)[\])]\s*", re.IGNORECASE)
_NOTED = re.compile(r"(?:[^\W\d_]{4}|[.,;:!?”\"')])\s*$")
_MARK_ONLY = re.compile(r"[•●▪◦‣·∙○■□☐☒–—\-*\u2010\uf0b7o§]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]")
_NESTING = re.compile(
    r"<(/?)(div|span|font|section|article|table|ul|ol|dl|blockquote|b|i|em|strong|a|u|center|small|big|svg|g)\b[^<>]*?(/?)>",
    re.IGNORECASE,
)
_TRAIL = re.compile(r"\s*(?:>|»|›|/|→)\s*")


@dataclass(slots=True)
class Page:
    """What is being read: the pieces so far, the block under way, and the tables around it. whole: characters of all text.

    menus: lists of links in the main text that were left out, other than its contents.
    """

    page: bool
    pieces: list[Piece] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    kinds: list[BlockKind] = field(default_factory=lambda: [BlockKind.PARAGRAPH])
    outer: list[list[Piece]] = field(default_factory=list)
    rows: list[list[list[Piece]]] = field(default_factory=list)
    trail: str = ""
    whole: int = 0
    menus: int = 0


def read_fragment(text: str, limits: Limits) -> tuple[list[Piece], str]:
    """All text of an HTML fragment (a field, a rendered Markdown file), and the end of its breadcrumb, if it has one."""
    tree = parse(text, limits)
    body = tree.body or tree.root
    if body is None:
        return [], ""
    found = walk(body, Page(page=False), limits)
    return found.pieces, found.trail


def parse(text: str, limits: Limits) -> LexborHTMLParser:
    """The tree of an HTML text. Raises Quarantined if it is nested so deeply that the parser's time would not be linear."""
    deepest = depth = 0
    for match in _NESTING.finditer(text):
        depth = max(0, depth - 1) if match[1] else depth + (not match[3])
        deepest = max(deepest, depth)
    if deepest > 10 * limits.depth:
        raise Quarantined(f"HTML nested {deepest:,} levels deep; the limit is {10 * limits.depth:,}")
    return LexborHTMLParser(text.encode("utf-8", "replace"))


# ── the walk ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def walk(top: Any, page: Page, limits: Limits) -> Page:
    """Walk everything below a node in document order."""
    page.whole = len(top.text())
    node, depth = top.first_child, 1
    while node is not None:
        below = _enter(page, node)
        child = node.first_child if below else None
        if child is not None:
            node, depth = child, depth + 1
            if depth > 10 * limits.depth:
                raise Quarantined(f"HTML nested more than {10 * limits.depth:,} levels deep")
            continue
        if below:
            _leave(page, node)
        while (following := node.next) is None:
            node, depth = node.parent, depth - 1
            if depth == 0 or node is None:
                _flush(page)
                return page
            _leave(page, node)
        node = following
    _flush(page)
    return page


def _enter(page: Page, node: Any) -> bool:
    """Take in a node; False if what is below it does not count."""
    tag = node.tag
    if tag == "-text":
        page.buffer.append(node.text_content or "")
        return False
    if tag == "br":
        page.buffer.append(LINE)
        return False
    if tag in GONE:
        return False
    attributes = node.attributes
    if (attributes or page.page) and _dropped(page, node, tag, attributes):
        return False
    if tag == "sup":
        return _superscript(page, node, attributes)
    if tag == "pre":
        return _preformatted(page, node)
    if tag in BLOCKS:
        _flush(page)
        _open(page, tag)
    elif attributes and _SHOWN_AS_BLOCK.search(attributes.get("style") or ""):
        _flush(page)
    return True


def _dropped(page: Page, node: Any, tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether a node is hidden, or chrome of a page. The end of a breadcrumb trail is kept apart."""
    names = chrome.names_of(attributes)
    if chrome.is_hidden(node, attributes, names):
        return True
    if chrome.is_trail(node, names, page.whole):
        page.trail = page.trail or _TRAIL.split(squeeze(node.text()))[-1]
        return True
    if not page.page:
        return False
    if chrome.is_chrome(node, tag, attributes, names, page.whole):
        return True
    if not menus.is_menu(node, tag):
        return False
    page.menus += menus.is_missed(node)
    return True


def _superscript(page: Page, node: Any, attributes: dict[str, str | None]) -> bool:
    """Footnote marks go; a bare number keeps away from the word before it, if that is no unit ("km2")."""
    text = node.text()
    if "reference" in (attributes.get("class") or "") or _FOOTNOTE.fullmatch(text):
        return False
    if text.strip().isdigit() and page.buffer and _NOTED.search(page.buffer[-1]):
        page.buffer.append(" ")
    return True


def _preformatted(page: Page, node: Any) -> bool:
    """Code is a code block; other preformatted text is read as plain text."""
    _flush(page)
    for line in node.css("br"):
        line.replace_with("\n")
    text = node.text().strip("\n")
    if node.css_first("code, samp, kbd") is not None or "highlight" in (node.attributes.get("class") or ""):
        page.pieces.append(Piece(BlockKind.CODE, text))
    else:
        page.pieces += paragraphs(text)
    return False


def _open(page: Page, tag: str) -> None:
    if tag in KINDS:
        page.kinds.append(KINDS[tag])
    elif tag == "tr":
        page.rows.append([])
    elif tag in ("td", "th"):
        page.outer.append(page.pieces)
        page.pieces = []
        page.kinds.append(BlockKind.PARAGRAPH)


def _leave(page: Page, node: Any) -> None:
    tag = node.tag
    if tag not in BLOCKS:
        if _SHOWN_AS_BLOCK.search((node.attributes.get("style") or "") if node.attributes else ""):
            _flush(page)
        return
    _flush(page)
    if tag in KINDS:
        page.kinds.pop()
    elif tag == "tr":
        page.pieces += _row(page.rows.pop())
    elif tag in ("td", "th"):
        cell, page.pieces = page.pieces, page.outer.pop()
        page.kinds.pop()
        if page.rows:
            page.rows[-1].append(cell)
        else:
            page.pieces += cell


def _flush(page: Page) -> None:
    """End the block under way."""
    if not page.buffer:
        return
    text = "".join(page.buffer)
    page.buffer.clear()
    if LINE not in text:
        parts = [text]
    else:
        parts = re.split(rf"{LINE}\s*{LINE}[\s{LINE}]*", text)
    kind = page.kinds[-1]
    if not page.rows and kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
        parts = [text for part in parts for text in _parted(part)]
    for part in parts:
        if part := squeeze(part):
            page.pieces.append(Piece(kind, part))


def _parted(text: str) -> Iterator[str]:
    """The lines that single <br>s make, together as one text, except that a title above running text stands alone: "About Acme<br>Acme
    makes anvils. …" would otherwise begin with the name "About Acme Acme". A name above an office stays with it.
    """
    lines = [line for each in text.split(LINE) if (line := squeeze(each))]
    group: list[str] = []
    for line in lines:
        if group and _is_title_of(group[-1], line):
            yield " ".join(group)
            group = []
        group.append(line)
    yield " ".join(group)


def _is_title_of(line: str, following: str) -> bool:
    """Whether a line ends without a stop, and what follows is a sentence much longer than it. Wrapped lines are of about one length."""
    prose = len(following) >= PROSE and not following[0].islower() and _SENTENCE.search(following)
    return bool(prose) and len(line) * 2 <= len(following) and len(line) <= PROSE and not _GOES_ON.search(line)


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _row(cells: list[list[Piece]]) -> Iterator[Piece]:
    """Pieces of one table row: a row of cells, or what the cells hold if the table only arranges text."""
    full = [cell for cell in cells if cell]
    if not full:
        return
    if len(full) == 1:
        yield from full[0]
        return
    if len(full) == 2 and len(full[0]) == 1 and _MARK_ONLY.fullmatch(full[0][0].text):
        first, *rest = full[1]
        yield Piece(BlockKind.LIST_ITEM, first.text) if first.kind is BlockKind.PARAGRAPH else first
        yield from rest
        return
    if any(_arranges(cell) for cell in full):
        for cell in full:
            yield from cell
        return
    texts = [" ".join(piece.text.replace("\t", " ") for piece in cell) for cell in cells]
    yield Piece(BlockKind.TABLE_ROW, row(sec.join_amounts([text for text in texts if text])))


def _arranges(cell: list[Piece]) -> bool:
    """Whether a cell holds text of several blocks rather than a value."""
    return len(cell) > 1 and (
        any(piece.kind in (BlockKind.HEADING, BlockKind.TABLE_ROW, BlockKind.CODE) for piece in cell)
        or sum(len(piece.text) > 150 for piece in cell) > 1
        or len(cell) > 8
    )

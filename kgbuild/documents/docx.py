"""DOCX -> pieces: the body's headings, paragraphs, list items and tables, then what drawn diagrams say, footnotes, headers and footers.

Deleted and hidden text, field codes and fallbacks are left out. ooxml.py opens the file; which headers are shown, and which of
their text are page numbers, margins.py knows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kgbuild.documents.blocks import Draft, Limits, Piece, row, squeeze
from kgbuild.documents.dates import iso_date
from kgbuild.documents.margins import Shown, once, said_in
from kgbuild.documents.ooxml import UNREAD, Event, events, parts
from kgbuild.documents.text import paragraphs
from kgbuild.errors import Quarantined
from kgbuild.records import BlockKind

VERSION = 4

_LEFT_OUT = frozenset({"delText", "instrText", "delInstrText", "Fallback", "moveFrom", "del", "rt"})
_HEADING = re.compile(r"(?:heading|title|überschrift|titre|título|titolo)\s*\d*", re.IGNORECASE)
LINE = "\v"
"""Stands for a break of the line until a paragraph is finished."""
_COMMENTS = "comments in Word documents are not read"
_CORE = {"title": "title", "creator": "authors", "created": "date", "subject": "subject", "language": "language"}


@dataclass(slots=True)
class _State:
    """What the XML walk is in: open element names, the paragraph under way, the tables around it.

    around: text, kind and pieces of the paragraphs in which text boxes stand; boxed: what these held, to be read after the paragraph.
    """

    headings: frozenset[str]
    pieces: list[Piece] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    kind: BlockKind = BlockKind.PARAGRAPH
    skipping: int = 0
    depth: int = 0
    taking: bool = False
    in_run: bool = False
    hidden: bool = False
    outer: list[list[Piece]] = field(default_factory=list)
    around: list[tuple[list[str], BlockKind, list[Piece]]] = field(default_factory=list)
    boxed: list[Piece] = field(default_factory=list)
    rows: list[list[list[Piece]]] = field(default_factory=list)


def read(data: bytes, limits: Limits) -> Draft:
    """One DOCX file. Raises Quarantined if it is damaged, encrypted, hostile or over a limit."""
    found = parts(data, limits)
    if "document" not in found:
        raise Quarantined("corrupt: no word/document.xml inside; not a Word document")
    headings = _heading_styles(found.get("styles", b""), limits)
    draft = Draft(metadata=_described(found.get("core", b""), limits))
    shown = Shown.of(found.get("settings", b""), limits)
    for name in ("document", "footnotes", "endnotes"):
        if name in found:
            draft.pieces += _pieces(shown.watched(events(found[name], limits)), headings)
        for id in shown.taken_diagrams():
            drawn = _pieces(events(found.get(f"#{id}", b"<none/>"), limits), headings)
            draft.pieces += [Piece(BlockKind.LIST_ITEM, piece.text) for piece in drawn]
    read = {piece.text.casefold() for piece in draft.pieces}
    for id in shown.ids():
        if part := found.get(f"#{id}"):
            draft.pieces += once(_pieces(said_in(events(part, limits)), headings), read)
    draft.notices += [f"{what} in Word documents are not read" for kind, what in UNREAD.items() if kind in found]
    if "comments" in found and _pieces(events(found["comments"], limits), headings):
        draft.notices.append(_COMMENTS)
    return draft


# ── the walk ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pieces(stream: Iterable[Event], headings: frozenset[str]) -> list[Piece]:
    state = _State(headings)
    for event, name, attributes in stream:
        if event == "start":
            _enter(state, name, attributes)
        elif event == "end":
            _leave(state, name)
        elif state.taking and not state.skipping and not state.hidden:
            state.text.append(name)
    _flush(state)
    return state.pieces


def _enter(state: _State, name: str, attributes: dict[str, str]) -> None:
    if state.skipping or name in _LEFT_OUT:
        state.skipping += 1
        return
    match name:
        case "p":
            _flush(state)
            state.kind, state.in_run, state.hidden = BlockKind.PARAGRAPH, False, False
        case "r":
            state.in_run, state.hidden = True, False
        case "vanish" if state.in_run:
            state.hidden = attributes.get("val", "1") not in ("0", "false", "off")
        case "pStyle" if attributes.get("val", "") in state.headings:
            state.kind = BlockKind.HEADING
        case "outlineLvl" if attributes.get("val", "9") < "9":
            state.kind = BlockKind.HEADING
        case "numPr" if state.kind is BlockKind.PARAGRAPH:
            state.kind = BlockKind.LIST_ITEM
        case "pStyle" if attributes.get("val", "").lower() == "caption":
            state.kind = BlockKind.CAPTION
        case "t":
            state.taking = True
        case "br" | "cr":  # a sentence goes on behind the break of a page
            state.text.append(LINE if attributes.get("type", "textWrapping") == "textWrapping" else " ")
        case "tab":
            state.text.append(" ")
        case "noBreakHyphen":
            state.text.append("-")
        case "tr":
            state.rows.append([])
        case "tc":
            state.outer.append(state.pieces)
            state.pieces = []
        case "txbxContent":
            state.around.append((state.text, state.kind, state.pieces))
            state.text, state.pieces = [], []
        case "footnote" | "endnote" if attributes.get("type", "normal") != "normal":
            state.skipping += 1


def _leave(state: _State, name: str) -> None:
    if state.skipping:
        state.skipping -= 1
        return
    match name:
        case "t":
            state.taking = False
        case "r":
            state.in_run = state.hidden = False
        case "p":
            _flush(state)
            if not state.around:
                state.pieces += state.boxed
                state.boxed = []
        case "txbxContent":
            _flush(state)
            state.boxed += state.pieces
            state.text, state.kind, state.pieces = state.around.pop()
        case "tc":
            _flush(state)
            cell, state.pieces = state.pieces, state.outer.pop() if state.outer else []
            if state.rows:
                state.rows[-1].append(cell)
        case "tr" if state.rows:
            state.pieces += _row(state.rows.pop())


def _flush(state: _State) -> None:
    """End the paragraph under way; the lines of an address or a signature, which only breaks part, stay apart as in a plain text."""
    text = "".join(state.text)
    state.text.clear()
    if LINE in text and state.kind is BlockKind.PARAGRAPH:
        lines = map(squeeze, text.split(LINE))
        state.pieces += paragraphs("\n".join(lines))
    elif text := squeeze(text):
        state.pieces.append(Piece(state.kind, text))


def _row(cells: list[list[Piece]]) -> list[Piece]:
    """A table row; a row with a single full cell is the text in it, as is one that only arranges long text."""
    full = [cell for cell in cells if cell]
    long = any(len(cell) > 1 and sum(len(piece.text) > 150 for piece in cell) > 1 for cell in full)
    if len(full) < 2 or long:
        return [piece for cell in full for piece in cell]
    texts = [" ".join(piece.text.replace("\t", " ") for piece in cell) for cell in cells]
    return [Piece(BlockKind.TABLE_ROW, row(texts))]


def _heading_styles(data: bytes, limits: Limits) -> frozenset[str]:
    """Ids of the styles that are headings by their name or outline level."""
    found, style = {"Title", *(f"Heading{level}" for level in range(1, 10))}, ""
    for event, name, attributes in events(data, limits) if data else ():
        if event != "start":
            continue
        if name == "style":
            style = attributes.get("styleId", "")
        elif (name == "name" and _HEADING.fullmatch(attributes.get("val", ""))) or name == "outlineLvl":
            found.add(style)
    return frozenset(found - {""})


def _described(data: bytes, limits: Limits) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    key = ""
    for event, name, _ in events(data, limits) if data else ():
        if event == "start":
            key = _CORE.get(name, "")
        elif event == "end":
            key = ""
        elif key and (text := squeeze(name)):
            found[key] = iso_date(text) or text if key == "date" else text
    return found

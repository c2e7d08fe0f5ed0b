"""DOCX -> pieces: the body's headings, paragraphs, list items and tables, with footnotes at the end.

A zip of XML, read with guards: counted inflation, no overlapping entries, no DTD (OOXML forbids them; they carry bombs and
reach for files). Deleted text, field codes and fallbacks are left out.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from kgbuild.documents.blocks import Draft, Limits, Piece, row, squeeze
from kgbuild.documents.dates import iso_date
from kgbuild.errors import Quarantined
from kgbuild.records import BlockKind

VERSION = 2

_LEFT_OUT = frozenset({"delText", "instrText", "delInstrText", "Fallback", "pict", "moveFrom", "del", "rt"})
_HEADING = re.compile(r"(?:heading|title|überschrift|titre|título|titolo)\s*\d*", re.IGNORECASE)
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
    outer: list[list[Piece]] = field(default_factory=list)
    around: list[tuple[list[str], BlockKind, list[Piece]]] = field(default_factory=list)
    boxed: list[Piece] = field(default_factory=list)
    rows: list[list[list[Piece]]] = field(default_factory=list)


def read(data: bytes, limits: Limits) -> Draft:
    """One DOCX file. Raises Quarantined if it is damaged, encrypted, hostile or over a limit."""
    parts = _unzip(data, limits)
    if "word/document.xml" not in parts:
        raise Quarantined("corrupt: no word/document.xml inside; not a Word document")
    headings = _heading_styles(parts.get("word/styles.xml", b""), limits)
    draft = Draft(metadata=_described(parts.get("docProps/core.xml", b""), limits))
    for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if name in parts:
            draft.pieces += _pieces(parts[name], headings, limits)
    return draft


def _unzip(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The XML parts that are read, unpacked."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Quarantined("encrypted, or an old Word file; save it as .docx without a password")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        _check_entries(entries, len(data), limits)
        wanted = [e for e in entries if e.filename.startswith(("word/", "docProps/")) and e.filename.endswith(".xml")]
        needed = ("document.xml", "styles.xml", "footnotes.xml", "endnotes.xml", "core.xml")
        return {e.filename: _unpacked(archive, e, limits) for e in wanted if e.filename.rsplit("/", 1)[1] in needed}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise Quarantined(f"corrupt: {error}") from None
    except RuntimeError:
        raise Quarantined("encrypted; save it without a password") from None
    except Exception as error:
        if type(error).__name__ != "error" or isinstance(error, Quarantined):  # zlib.error, struct.error
            raise
        raise Quarantined(f"corrupt: {error}") from None


def _check_entries(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(entries) > 10_000:
        raise Quarantined(f"{len(entries):,} files inside")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Quarantined("two files of the same name inside")
    total = sum(entry.file_size for entry in entries)
    if total > limits.inflated:
        raise Quarantined(f"inflates to {total:,} bytes; the limit is {limits.inflated:,}")
    reached = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < reached:
            raise Quarantined("overlapping files inside: a zip bomb")
        reached = entry.header_offset + 30 + len(entry.filename.encode("utf-8", "replace")) + entry.compress_size
        if entry.file_size > 1_000_000 and entry.file_size > limits.ratio * max(1, entry.compress_size):
            raise Quarantined(f"{entry.filename} inflates more than {limits.ratio} times: a zip bomb")
    if reached > size:
        raise Quarantined("corrupt: files inside are cut off")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> bytes:
    """One part; it may be no larger than its entry says."""
    with archive.open(entry) as part:
        data = part.read(entry.file_size + 1)
    if len(data) > entry.file_size or len(data) > limits.inflated:
        raise Quarantined(f"{entry.filename} is larger than its entry says: a zip bomb")
    return data


# ── XML ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

Event = tuple[str, str, dict[str, str]]


def _events(data: bytes, limits: Limits) -> Iterator[Event]:
    """("start" | "end" | "text", local name or text, attributes by local name) of an XML part, a slice at a time."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    waiting: list[Event] = []
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.depth:
            raise Quarantined(f"XML nested more than {limits.depth:,} levels deep")
        waiting.append(("start", _local(name), {_local(key): value for key, value in attributes.items()}))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        waiting.append(("end", _local(name), {}))

    def refuse(*_: object) -> None:
        raise Quarantined("a DTD inside, which Word documents may not have")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: waiting.append(("text", text, {}))
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        for offset in range(0, max(1, len(data)), 1 << 16):
            parser.Parse(data[offset : offset + (1 << 16)], offset + (1 << 16) >= len(data))
            yield from waiting
            waiting.clear()
    except expat.ExpatError as error:
        raise Quarantined(f"corrupt: the XML inside is not well-formed ({error})") from None


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1]


def _pieces(data: bytes, headings: frozenset[str], limits: Limits) -> list[Piece]:
    state = _State(headings)
    for event, name, attributes in _events(data, limits):
        if event == "start":
            _enter(state, name, attributes)
        elif event == "end":
            _leave(state, name)
        elif state.taking and not state.skipping:
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
            state.kind = BlockKind.PARAGRAPH
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
        case "tab" | "br" | "cr":
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
    text = squeeze("".join(state.text))
    state.text.clear()
    if text:
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
    for event, name, attributes in _events(data, limits) if data else ():
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
    for event, name, _ in _events(data, limits) if data else ():
        if event == "start":
            key = _CORE.get(name, "")
        elif event == "end":
            key = ""
        elif key and (text := squeeze(name)):
            found[key] = iso_date(text) or text if key == "date" else text
    return found

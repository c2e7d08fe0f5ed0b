"""An Office file -> its XML parts by what they are, and their events.

A zip of XML, read with guards: counted inflation, no overlapping entries, no DTD (OOXML forbids them; they carry bombs and
reach for files). What is not read, as pictures, is never unpacked.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from kgbuild.documents.blocks import Limits
from kgbuild.errors import Quarantined

_MAIN = "word/document.xml"
_KINDS = ("styles", "settings", "footnotes", "endnotes", "comments")
_MANY = ("header", "footer", "diagramData")
UNREAD = {"chart": "charts", "aFChunk": "embedded files", "package": "embedded files", "oleObject": "embedded files"}
"""Relations to parts with text that is not read, and what these are."""


def parts(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The parts that are read, unpacked: document, styles, settings, footnotes, endnotes, comments and core (the properties), as far
    as they are there; headers, footers and drawn diagrams under the ids by which the document calls them, prefixed with "#". Kinds of
    UNREAD are there, and empty, where the document calls such a part.

    Their names are those that the relations of the file say, else the usual ones. Raises Quarantined for what is no such file.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Quarantined("encrypted, or an old Word file; save it as .docx without a password")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        _check_entries(entries, len(data), limits)
        return _read(archive, {entry.filename: entry for entry in entries}, limits)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise Quarantined(f"corrupt: {error}") from None
    except RuntimeError:
        raise Quarantined("encrypted; save it without a password") from None
    except Exception as error:
        if type(error).__name__ != "error" or isinstance(error, Quarantined):  # zlib.error, struct.error
            raise
        raise Quarantined(f"corrupt: {error}") from None


def _read(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], limits: Limits) -> dict[str, bytes]:
    left = limits.inflated

    def unpacked(name: str) -> bytes:
        nonlocal left
        data = _unpacked(archive, entries[name], limits) if name in entries else b""
        if (left := left - len(data)) < 0:
            raise Quarantined(f"inflates to more than {limits.inflated:,} bytes")
        return data

    main = {kind: name for kind, _, name in _relations(unpacked("_rels/.rels"), "", limits)}.get("officeDocument", _MAIN)
    main = main if main.startswith("word/") else _MAIN  # a renamed workbook is no Word document
    folder, name = posixpath.split(main)
    relations = _relations(unpacked(f"{folder}/_rels/{name}.rels"), folder, limits)
    said = {kind: name for kind, _, name in reversed(relations)}
    names = {"document": main, "core": "docProps/core.xml"} | {kind: said.get(kind, f"word/{kind}.xml") for kind in _KINDS}
    names |= {f"#{id}": name for kind, id, name in relations if kind in _MANY}
    unread = {kind: b"" for kind, *_ in relations if kind in UNREAD}
    return {kind: unpacked(name) for kind, name in names.items() if name in entries} | unread


def _relations(data: bytes, folder: str, limits: Limits) -> list[tuple[str, str, str]]:
    """(kind, id, name of the part) of each relation that a part of relations says."""
    found: list[tuple[str, str, str]] = []
    for event, name, attributes in events(data, limits) if data else ():
        if event == "start" and name == "Relationship" and "Target" in attributes:
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            found.append((attributes.get("Type", "").rsplit("/", 1)[-1], attributes.get("Id", ""), target))
    return found


def _check_entries(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(entries) > 10_000:
        raise Quarantined(f"{len(entries):,} files inside")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Quarantined("two files of the same name inside")
    reached = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < reached:
            raise Quarantined("overlapping files inside: a zip bomb")
        reached = entry.header_offset + 30 + len(entry.filename.encode("utf-8", "replace")) + entry.compress_size
    if reached > size:
        raise Quarantined("corrupt: files inside are cut off")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> bytes:
    """One part; it may be no larger than its entry says, nor much larger than it is packed."""
    if entry.file_size > limits.inflated:
        raise Quarantined(f"{entry.filename} inflates to {entry.file_size:,} bytes; the limit is {limits.inflated:,}")
    if entry.file_size > 1_000_000 and entry.file_size > limits.ratio * max(1, entry.compress_size):
        raise Quarantined(f"{entry.filename} inflates more than {limits.ratio} times: a zip bomb")
    with archive.open(entry) as part:
        data = part.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise Quarantined(f"{entry.filename} is larger than its entry says: a zip bomb")
    return data


# ── XML ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

Event = tuple[str, str, dict[str, str]]


def events(data: bytes, limits: Limits) -> Iterator[Event]:
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

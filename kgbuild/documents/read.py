"""One file's bytes, or one Python dict -> Readings: which reader for which suffix, and what all readings have in common.

A pure function of URI, bytes and options: no clock, no disk, no machine. What is wrong with the bytes is quarantined.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kgbuild.counts import counted
from kgbuild.documents import columns, html, json_records, markdown, pages, tables, text
from kgbuild.documents.blocks import Draft, Limits, Piece, compose, replace_unfit, same_words, squeeze
from kgbuild.documents.walk import DOCX, HTML, MARKDOWN, PDF, RECORDS, TABLES, TEXT, File
from kgbuild.errors import Quarantined, UsageError
from kgbuild.hashing import digest
from kgbuild.records import BlockKind, Metadata, Outcome, Reading, Source

NO_FIELD = columns.NO_FIELD
_NOWHERE = Path()
_GZIP_STEP = 1 << 14

COMMON_VERSION = 5
"""Of blocks.py, dates.py (with months), encoding.py and this file."""

READER_VERSION = {
    **dict.fromkeys(TEXT, text.VERSION),
    **dict.fromkeys(MARKDOWN, markdown.VERSION + html.VERSION),
    **dict.fromkeys(HTML, pages.VERSION + html.VERSION),
    **dict.fromkeys(TABLES, tables.VERSION + columns.VERSION + html.VERSION),
    **dict.fromkeys(RECORDS, json_records.VERSION + columns.VERSION + html.VERSION),
    **dict.fromkeys(PDF, 3),  # pdf.py and docx.py are imported when needed; a test holds these to their VERSION
    **dict.fromkeys(DOCX, 4),
}
"""Version of the reader of a suffix: a verdict holds for these bytes, this version and these options."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a user may say about the reading of files. Names of fields are those of CSV columns and JSON keys."""

    text: tuple[str, ...] = ()
    """Fields that hold the text, in this order; empty: guess."""
    id: str = ""
    title: str = ""
    date: str = ""
    html: tuple[str, ...] = ()
    """Text fields that hold HTML; empty: guess."""
    pdf_password: str = ""
    drafts: bool = False
    """Read Markdown posts marked `draft: true`."""
    limits: Limits = field(default_factory=Limits)


def reading_digest(suffix: str, options: ReadOptions) -> str:
    """Digest of all but the bytes that a reading depends on: reader version and options."""
    version = READER_VERSION.get(suffix.removesuffix(".gz"), 0)
    limits = tuple(getattr(options.limits, f.name) for f in fields(options.limits))
    said = (options.text, options.id, options.title, options.date, options.html, options.pdf_password, options.drafts)
    return digest("reading", COMMON_VERSION, version, said, limits)


def read_file(file: File, data: bytes, options: ReadOptions) -> list[Reading]:
    """Readings of one file: one, or one a record, in the file's order. Bad bytes give one quarantined reading, as does a file
    that lacks a field which options name (its reason begins with NO_FIELD).

    Raises UsageError for a suffix that is not read, MemoryError if the file does not fit.
    """
    content = digest("bytes", data)
    try:
        if len(data) > options.limits.bytes:
            raise Quarantined(f"larger than {options.limits.bytes:,} bytes; split it")
        suffix = file.suffix
        if suffix.endswith(".gz"):
            data, suffix = inflate(data, options.limits), suffix.removesuffix(".gz")
        drafts = _drafts(suffix, data, options)
        return [_reading(draft, file, content, options.limits) for draft in drafts]
    except Quarantined as error:
        return [Reading(Source(file.uri, file.root, content, Outcome.QUARANTINED, reason=str(error)))]
    except RecursionError:
        return [Reading(Source(file.uri, file.root, content, Outcome.QUARANTINED, reason="nested too deeply"))]


def read_record(root: str, mapping: Mapping[str, Any], options: ReadOptions) -> Reading:
    """The reading of one Python dict, with the URI root#key; keys as in CSV rows.

    Fields that options name may be missing or empty, but one of those for text must be there, else the reading is quarantined (its
    reason begins with NO_FIELD). Raises UsageError without a usable root.
    """
    if not root or "#" in root:
        raise UsageError(f"{root!r} cannot name a root; give another name")
    file = File(path=_NOWHERE, uri=root, root=root, suffix=".record")
    content = digest("record", columns.canonical(mapping))
    try:
        flat = json_records.flatten({str(key): value for key, value in mapping.items()})
        roles = columns.choose([flat], **_present(options, flat))
        roles = replace(roles, text=tuple(n for n in options.text if n in flat), guessed=False) if options.text else roles
        (draft,) = columns.drafts([flat], roles, options.limits)
        if options.text and not any(name in flat or name in mapping for name in options.text):
            draft.broken = columns.no_field(options.text[0], flat)
        draft.notices = [notice for notice in draft.notices if "a guess" not in notice] if options.text else draft.notices
        reading = _reading(draft, file, content, options.limits)
        return reading
    except Quarantined as error:
        return Reading(Source(f"{root}#{content}", root, content, Outcome.QUARANTINED, reason=str(error)))


def inflate(data: bytes, limits: Limits) -> bytes:
    """Unpacked gzip data. Raises Quarantined if it is damaged, or inflates too far."""
    cap = min(limits.inflated, max(1_000_000, limits.ratio * len(data)))
    parts: list[bytes] = []
    size = 0
    unpack: Any = None
    for start in range(0, len(data), _GZIP_STEP):
        left = data[
            start : start + _GZIP_STEP
        ]  # a step at a time: what follows a member is copied, and there may be many members
        while left:
            if unpack is None and not (left := left.lstrip(b"\0") if parts else left):
                break
            unpack = unpack or zlib.decompressobj(wbits=31)
            try:
                part = unpack.decompress(left, cap - size + 1)
            except zlib.error as error:
                raise Quarantined(f"damaged gzip data: {error}") from None
            parts.append(part)
            size += len(part)
            if size > cap:
                raise Quarantined(f"gzip data that inflates to more than {cap:,} bytes")
            left = unpack.unused_data
            unpack = None if unpack.eof else unpack
    if unpack is not None:
        raise Quarantined("gzip data that breaks off")
    return b"".join(parts)


def _drafts(suffix: str, data: bytes, options: ReadOptions) -> list[Draft]:
    limits = options.limits
    match suffix:
        case ".txt" | ".text":
            return [text.read(data)]
        case ".md" | ".markdown":
            return [markdown.read(data, limits, drafts=options.drafts)]
        case ".html" | ".htm" | ".xhtml":
            return [pages.read(data, limits)]
        case ".csv" | ".tsv":
            return tables.read(data, limits, tabs=suffix == ".tsv", **_named(options))
        case ".json" | ".jsonl" | ".ndjson":
            return json_records.read(data, limits, lines=suffix != ".json", **_named(options))
        case ".pdf":
            from kgbuild.documents import pdf

            return [pdf.read(data, limits, options.pdf_password)]
        case ".docx":
            from kgbuild.documents import docx

            return [docx.read(data, limits)]
        case _:
            raise UsageError(f"files of kind {suffix or '(no suffix)'} are not read")


def _named(options: ReadOptions) -> dict[str, Any]:
    return {"text": options.text, "id": options.id, "title": options.title, "date": options.date, "html": options.html}


def _present(options: ReadOptions, record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that options name, as far as a record has them."""
    return {
        role: tuple(n for n in said if n in record) if isinstance(said, tuple) else said if said in record else ""
        for role, said in _named(options).items()
    }


def _reading(draft: Draft, file: File, content: str, limits: Limits) -> Reading:
    """A draft as a reading: its title put first, its document composed, its outcome decided."""
    uri = f"{file.uri}#{draft.key}" if draft.key else file.uri
    if draft.content:
        content = digest("record", draft.content)
    notices = tuple(dict.fromkeys(draft.notices))
    if draft.skipped:
        source = Source(uri, file.root, content, Outcome.SKIPPED, reason=draft.skipped, metadata=_sorted(draft.metadata))
        return Reading(source, notices=notices)
    try:
        if draft.broken:
            raise Quarantined(draft.broken)
        document, replaced = compose(_titled(draft), limits)
    except Quarantined as error:
        return Reading(Source(uri, file.root, content, Outcome.QUARANTINED, reason=str(error)), notices=notices)
    if replaced:
        notices += (
            counted(replaced, "character that no text may hold was", "characters that no text may hold were")
            + " replaced by U+FFFD",
        )
    outcome = Outcome.NO_TEXT if document is None else Outcome.OK
    reason = "" if document else "no body, no title, no summary"
    source = Source(uri, file.root, content, outcome, document.id if document else None, reason, _sorted(draft.metadata))
    return Reading(source, document, notices)


def _titled(draft: Draft) -> list[Piece]:
    """The pieces with the title as first heading; a draft without a title takes it from a heading at its start."""
    title = draft.metadata.get("title", "")
    pieces = draft.pieces
    if isinstance(title, str) and squeeze(title) and draft.titled:
        if not any(same_words(piece.text, title) for piece in pieces[:3]):
            return [Piece(BlockKind.HEADING, squeeze(title)), *pieces]
        return [Piece(BlockKind.HEADING, p.text, p.page) if same_words(p.text, title) else p for p in pieces[:3]] + pieces[3:]
    if not title:
        first = next((piece.text for piece in pieces[:3] if piece.kind is BlockKind.HEADING), "")
        if first:
            draft.metadata["title"] = first
    return pieces


def _sorted(metadata: Mapping[str, str | tuple[str, ...]]) -> Metadata:
    def clean(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return tuple(replace_unfit(item)[0] for item in value) if isinstance(value, tuple) else replace_unfit(value)[0]

    return tuple(sorted((replace_unfit(key)[0], clean(value)) for key, value in metadata.items() if value))

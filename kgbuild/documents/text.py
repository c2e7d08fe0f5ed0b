"""Plain text -> pieces: paragraphs, headings, list items. Wrapped lines are joined; what is a line by itself stays one."""

import re
from collections.abc import Iterator

from kgbuild.documents.blocks import Draft, Piece, squeeze
from kgbuild.documents.encoding import decode
from kgbuild.records import BlockKind

VERSION = 2

WRAPPED = (45, 130)
"""A line this long that does not end its paragraph was broken by its writer's editor."""

_ITEM = re.compile(r"\s*(?:[-*+•▪◦‣·–]|\d{1,3}[.)]|\((?:\d{1,3}|[a-z]|[ivx]{1,4})\)|[a-z]\))\s+(?=\S)")
_RULE = re.compile(r"\s*([=\-~*_#])\1{2,}\s*")
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)*\n|\f")


def read(data: bytes) -> Draft:
    """One text file."""
    text, notices = decode(data)
    return Draft(list(paragraphs(text)), notices=list(notices))


def paragraphs(text: str) -> Iterator[Piece]:
    """Pieces of a plain text: blank lines part paragraphs, list marks part items, wrapped lines are joined."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for chunk in _BLANK.split(text):
        yield from _chunk([line for line in chunk.split("\n") if line.strip()])


def _chunk(lines: list[str]) -> Iterator[Piece]:
    """Pieces of the lines between two blank ones."""
    kind, current = BlockKind.PARAGRAPH, [""]
    for number, line in enumerate(lines):
        if _RULE.fullmatch(line):
            kind = BlockKind.HEADING if number and current[-1] and line.strip()[0] in "=-~" else kind
            yield from _piece(kind, current)
            kind, current = BlockKind.PARAGRAPH, [""]
            continue
        item = _ITEM.match(line)
        if current[-1] and (item or not _continues(current[-1], line)):
            yield from _piece(kind, current)
            current = [""]
        if not current[-1]:
            kind, current = (BlockKind.LIST_ITEM, []) if item else (BlockKind.PARAGRAPH, [])
        current.append(line[item.end() :] if item and kind is BlockKind.LIST_ITEM and not current else line)
    yield from _piece(kind, current)


def _continues(line: str, following: str) -> bool:
    """Whether a line goes on in the next: it is of a wrapped line's length, or breaks off before a small letter."""
    shortest, longest = WRAPPED
    length = len(line.rstrip())
    if length > longest:
        return False
    return length >= shortest or following.lstrip()[:1].islower() or line.rstrip()[-1:] in ",-"


def _piece(kind: BlockKind, lines: list[str]) -> Iterator[Piece]:
    text = squeeze(" ".join(lines))
    if text:
        yield Piece(kind, text)

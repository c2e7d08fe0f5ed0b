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
_PARTED = re.compile(r"[^\W\d_]-\n\s*[^\W\d_]")
_FIRST_HALF = re.compile(r"(?<!\w)([^\W\d_]+)-\s*\Z")
_SECOND_HALF = re.compile(r"\s*((?!(?:and|or|to|und|oder|bis|et|ou|y|o|e)\b)[^\W\d_]+)")
"""Not what goes on after "pre-" in "pre- and post-war"."""
_RULE = re.compile(r"\s*([=\-~*_#])\1{2,}\s*")
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)*\n|\f")


def read(data: bytes) -> Draft:
    """One text file."""
    text, notices = decode(data)
    return Draft(list(paragraphs(text)), notices=list(notices))


def paragraphs(text: str) -> Iterator[Piece]:
    """Pieces of a plain text: blank lines part paragraphs, list marks part items, wrapped lines are joined."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    words = frozenset(re.findall(r"\w+", text.casefold())) if _PARTED.search(text) else frozenset[str]()
    for chunk in _BLANK.split(text):
        yield from _chunk([line for line in chunk.split("\n") if line.strip()], words)


def _chunk(lines: list[str], words: frozenset[str]) -> Iterator[Piece]:
    """Pieces of the lines between two blank ones. words: of the whole text, if it has words that are parted at line ends."""
    kind, current = BlockKind.PARAGRAPH, [""]
    for number, line in enumerate(lines):
        if _RULE.fullmatch(line):
            kind = BlockKind.HEADING if number and current[-1] and line.strip()[0] in "=-~" else kind
            yield from _piece(kind, current, words)
            kind, current = BlockKind.PARAGRAPH, [""]
            continue
        item = _ITEM.match(line)
        if current[-1] and (item or not _continues(current[-1], line)):
            yield from _piece(kind, current, words)
            current = [""]
        if not current[-1]:
            kind, current = (BlockKind.LIST_ITEM, []) if item else (BlockKind.PARAGRAPH, [])
        current.append(line[item.end() :] if item and kind is BlockKind.LIST_ITEM and not current else line)
    yield from _piece(kind, current, words)


def _continues(line: str, following: str) -> bool:
    """Whether a line goes on in the next: it is of a wrapped line's length, or breaks off before a small letter."""
    shortest, longest = WRAPPED
    length = len(line.rstrip())
    if length > longest:
        return False
    return length >= shortest or following.lstrip()[:1].islower() or line.rstrip()[-1:] in ",-"


def _piece(kind: BlockKind, lines: list[str], words: frozenset[str]) -> Iterator[Piece]:
    text = squeeze("".join(_joined(lines, words)) if words else " ".join(lines))
    if text:
        yield Piece(kind, text)


def _joined(lines: list[str], words: frozenset[str]) -> list[str]:
    """Lines, each with what parts it from the next; the hyphen of a parted word goes if the text has the word without it."""
    parts: list[str] = []
    for line in lines:
        first = _FIRST_HALF.search(parts[-1][-200:]) if parts else None
        second = _SECOND_HALF.match(line)
        if first and second and second[1][0].islower():
            whole = f"{first[1]}{second[1]}".casefold() in words
            parts[-1] = parts[-1].rstrip()[: -1 if whole else None]
            parts.append(line.lstrip())
        else:
            parts += [" ", line] if parts else [line]
    return parts

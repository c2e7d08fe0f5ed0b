"""Pieces that a format's reader found -> a Document: clean text, blocks with offsets, the content id.

Knows nothing of formats. Every reader ends in a list of Drafts; here is what all of them have in common.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

from kgbuild.errors import Quarantined
from kgbuild.hashing import digest
from kgbuild.records import BLOCK_GAP, CELL_GAP, Block, BlockKind, Document

REPLACEMENT = "\ufffd"

MARK_RUN = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{64}")
"""No language stacks this many combining marks on one letter."""

_REFERENCE = re.compile(r"&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNFIT = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_CONTROLS = {code: " " for code in (*range(1, 9), *range(14, 28), *range(127, 160)) if code != 0x85}
_INVISIBLE = dict.fromkeys(
    (0xAD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_TRANSLATION: dict[int, str | None] = {**_CONTROLS, **_INVISIBLE}


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts above which a document is quarantined; they depend on its bytes alone, never on the machine."""

    bytes: int = 200_000_000
    inflated: int = 500_000_000
    ratio: int = 200
    characters: int = 20_000_000
    pages: int = 5_000
    depth: int = 1_000
    records: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One block before it has a place. The cells of a table row are joined by CELL_GAP."""

    kind: BlockKind
    text: str
    page: int | None = None


@dataclass(slots=True)
class Draft:
    """What a format's reader makes of one file or record.

    key: what names the record inside its file, "" for the file itself; content: bytes or JSON that the record's digest is
    taken of; titled: whether the title stands among the document's own words and belongs into its text; broken: what is wrong
    with this record alone.
    """

    pieces: list[Piece] = field(default_factory=list)
    metadata: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    key: str = ""
    content: str = ""
    titled: bool = True
    skipped: str = ""
    broken: str = ""


def squeeze(text: str) -> str:
    """Text on one line: white space runs become one space; controls, soft hyphens and direction marks go."""
    return " ".join(text.translate(_TRANSLATION).split())


def row(cells: Iterable[str]) -> str:
    """Cells of a table row as one text; empty cells at the end are left out."""
    return CELL_GAP.join(squeeze(cell) for cell in cells).rstrip(CELL_GAP)


def references(text: str) -> str:
    """Text with the character references of HTML decoded; without its semicolon none is one: "?a=1&section=2" stays an address."""
    return _REFERENCE.sub(lambda match: unescape(match[0]), text) if "&" in text else text


def replace_unfit(text: str) -> tuple[str, int]:
    """NUL, lone surrogates and non-characters replaced one for one by U+FFFD, and how many there were."""
    return _UNFIT.subn(REPLACEMENT, text)


def compose(pieces: Iterable[Piece], limits: Limits) -> tuple[Document | None, int]:
    """A document of these pieces, and how many characters had to be replaced; None if no letter or digit is in them.

    Piece texts must be squeezed, except for code. Raises Quarantined above the limits of characters or combining marks.
    """
    blocks: list[Block] = []
    texts: list[str] = []
    position = replaced = 0
    for piece in pieces:
        text, count = replace_unfit(_fit(piece))
        if not text:
            continue
        replaced += count
        if blocks:
            position += len(BLOCK_GAP)
        blocks.append(Block(piece.kind, position, position + len(text), piece.page))
        texts.append(text)
        position += len(text)
        if position > limits.characters:
            raise Quarantined(f"more than {limits.characters:,} characters; split the document")
    text = BLOCK_GAP.join(texts)
    if MARK_RUN.search(text):
        raise Quarantined("a letter carries 64 or more combining marks: not a text")
    if not any(character.isalnum() for character in text):
        return None, replaced
    return Document(document_id(text, tuple(blocks)), text, tuple(blocks)), replaced


def document_id(text: str, blocks: tuple[Block, ...]) -> str:
    """The content id of a text with its blocks."""
    return digest("document", text, tuple((block.kind.value, block.start, block.end, block.page) for block in blocks))


def same_words(left: str, right: str) -> bool:
    """Whether two titles say the same, whatever the case, the punctuation and the spacing."""
    return _letters(left) == _letters(right)


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _fit(piece: Piece) -> str:
    """A block holds no gap: no blank line, and no tab outside of table rows. One without letters and digits is a rule or a dot: ""."""
    if piece.kind is BlockKind.TABLE_ROW:
        return piece.text if piece.text.strip() else ""
    if piece.kind is BlockKind.CODE:
        lines = (line.expandtabs(4).rstrip() for line in piece.text.translate(_CONTROLS).splitlines())
        return "\n".join(line for line in lines if line)
    return piece.text.strip() if any(character.isalnum() for character in piece.text) else ""

"""SEC filings: what has to be done to their HTML before and after it is read like any other.

Filings come wrapped in SGML headers, as XHTML with inline XBRL (`ix:` tags, hidden facts), and spread amounts over cells.
"""

import re
from collections import Counter
from itertools import pairwise
from typing import Any

from kgbuild.documents.blocks import Draft, Piece, row, squeeze
from kgbuild.documents.dates import iso_date
from kgbuild.records import CELL_GAP, BlockKind

_WRAPPED = re.compile(r"\s*(?:<SEC-DOCUMENT>|<DOCUMENT>|<TYPE>)", re.IGNORECASE)
_TYPE = re.compile(r"<TYPE>([^\s<]{1,20})", re.IGNORECASE)
_START = re.compile(r"<html[\s>]|<!doctype", re.IGNORECASE)
_WORKED = re.compile(r"<!--\s*(?:Document created using Wdesk|XBRL Document Created)|<ix:header|xmlns:ix=", re.IGNORECASE)
_EMPTY = re.compile(
    r"<((?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[a-zA-Z][\w:.-]*)((?:\s[^<>]*)?)/>"
)
_VISIBLE_FACT = "ix\\:nonnumeric[name='{}'], ix\\:nonfraction[name='{}']"
_PAGE_NUMBER = re.compile(r"(?:F-|S-|page )?\d{1,3}\.?|[ivx]{1,6}", re.IGNORECASE)
_MARKS = re.compile(r"(?<=[^\W\d_].)(?:\s*\(\d{1,2}\))+$")
_NOTE = re.compile(r"^(\(\w{1,3}\)|\d{1,2}\.)(?=[A-Z“])")
RUNNING = 5
"""A text that follows page numbers this often is a running head."""
_AFTER = frozenset({")", "%", ")%", "%)", "x"})
_BEFORE = frozenset({"$", "€", "£", "¥", "("})


def is_filing(text: str) -> bool:
    """Whether an HTML text is a filing or one of its exhibits."""
    head = text[:20_000]
    return bool(_WRAPPED.match(head) or _WORKED.search(head))


def unwrap(text: str) -> str:
    """A filing's HTML without the SGML or XML in front of it; its type stays as a meta element."""
    start = _START.search(text)
    type = _TYPE.search(text[: start.start() if start else 2_000])
    body = text[start.start() :] if start else text
    return f"<!-- {type[0]} -->{body}" if type else body


def close_empty(text: str) -> str:
    """XHTML's `<a id="x"/>` as `<a id="x"></a>`: an HTML parser would take all that follows into it."""
    if "/>" not in text or "xhtml" not in text[:20_000].lower():
        return text
    return _EMPTY.sub(r"<\1\2></\1>", text)


def describe(tree: Any, text: str, draft: Draft) -> None:
    """Title and date of a filing from its cover facts and header; they are not put into its text."""
    facts: dict[str, str] = {}
    for node in tree.css("*[name^='dei:']")[:200]:
        name = (node.attributes.get("name") or "")[4:]
        facts.setdefault(name, squeeze(node.text()))
    type = _TYPE.search(text[:200])
    form = facts.get("DocumentType") or (type[1] if type else "")
    company = facts.get("EntityRegistrantName", "")
    draft.titled = False
    draft.metadata.pop("title", None)
    if form:
        draft.metadata["form"] = form
    if company:
        draft.metadata["company"] = company
    if title := " ".join(filter(None, (company, form))):
        draft.metadata["title"] = title
    if date := iso_date(facts.get("DocumentPeriodEndDate", "")):
        draft.metadata["date"] = date


def tidy(pieces: list[Piece]) -> list[Piece]:
    """Pieces of a filing without page numbers, the running heads after them and footnote marks on cells."""
    after = Counter(piece.text for before, piece in pairwise(pieces) if _PAGE_NUMBER.fullmatch(before.text))
    kept: list[Piece] = []
    paged = False
    for piece in pieces:
        if _PAGE_NUMBER.fullmatch(piece.text) and piece.kind is not BlockKind.TABLE_ROW:
            paged = True
            continue
        if paged and after[piece.text] >= RUNNING:
            continue
        paged = False
        kept.append(Piece(piece.kind, _unmarked(piece)))
    return kept


def _unmarked(piece: Piece) -> str:
    if piece.kind is BlockKind.TABLE_ROW:
        return row(_MARKS.sub("", cell) if _MARKS.search(cell) else cell for cell in piece.text.split(CELL_GAP))
    return _NOTE.sub(r"\1 ", piece.text)


def join_amounts(cells: list[str]) -> list[str]:
    """Cells of a row with signs put back to their amounts: "$", "1,234", ")" is one cell."""
    joined: list[str] = []
    for cell in cells:
        if (joined and cell in _AFTER) or (joined and joined[-1] in _BEFORE):
            joined[-1] += cell
        else:
            joined.append(cell)
    return joined

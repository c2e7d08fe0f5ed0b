"""Headers and footers of a Word document -> which are shown, and what they say besides page numbers.

A letterhead names who writes. Each text of a margin counts once, however many pages and sections carry it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kgbuild.documents.blocks import Limits, Piece
from kgbuild.documents.ooxml import Event, events
from kgbuild.records import BlockKind

NUMBER = "\ufdd0"
"""Stands for what a field for a number of pages holds; no text has this character."""

_COUNTS = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION)\b", re.IGNORECASE)
_WORD = r"(?:pages?|pg\.?|p\.|seiten?|s\.|página|pagina|pág\.|pag\.|strona|str\.)"
_OF = r"(?:of|out of|von|de|di|sur|van|z|/)"
_NUMBERED = re.compile(rf"(?:\b{_WORD})?\s*{NUMBER}(?:\s*{_OF}\s*(?:{NUMBER}|\d+\b))?", re.IGNORECASE)
_NUMBER_ONLY = re.compile(rf"\W*{_WORD}?\W*\d+(?:\s*{_OF}\s*\d+)?\W*", re.IGNORECASE)
_RULES = " \t|/·•,;:–—-"


@dataclass(slots=True)
class Shown:
    """Which headers, footers and diagrams a document shows.

    even, first: whether such pages have margins of their own; calls: (type, id) of each margin that a section names; diagrams: ids.
    """

    even: bool = False
    first: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, settings: bytes, limits: Limits) -> "Shown":
        """Nothing yet, but whether even pages have margins of their own, as the part of settings says."""
        found = events(settings, limits) if settings else ()
        return cls(even=any(event == "start" and name == "evenAndOddHeaders" and _is_on(said) for event, name, said in found))

    def watched(self, stream: Iterable[Event]) -> Iterator[Event]:
        """The events of the document, as they come."""
        for event in stream:
            kind, name, said = event
            if kind == "start" and name in ("headerReference", "footerReference"):
                self.calls.append((said.get("type", "default"), said.get("id", "")))
            elif kind == "start" and name == "titlePg":
                self.first |= _is_on(said)
            elif kind == "start" and name == "relIds" and "dm" in said:
                self.diagrams.append(said["dm"])
            yield event

    def taken_diagrams(self) -> list[str]:
        """Ids of the diagrams met so far, each once; there are none of them any more."""
        found = list(dict.fromkeys(self.diagrams))
        self.diagrams.clear()
        return found

    def ids(self) -> list[str]:
        """Ids of the headers and footers that are shown, in the document's order, each once."""
        left_out = {"even": not self.even, "first": not self.first}
        return list(dict.fromkeys(id for type, id in self.calls if not left_out.get(type, False)))


def said_in(stream: Iterable[Event]) -> Iterator[Event]:
    """The events of a margin, with NUMBER for what its fields for numbers of pages hold."""
    fields: list[str] = []  # what the fields around begin with: their instructions
    simple = 0  # elements that are open since a field of one element began
    for kind, name, said in stream:
        if kind == "start" and name == "fldChar":
            fields = _around(said.get("fldCharType", ""), fields)
        elif kind == "text" and fields:
            fields[-1] += name
        counts = simple or any(_COUNTS.match(field) for field in fields)
        yield (kind, NUMBER if kind == "text" and counts and name.strip() else name, said)
        simple += (kind == "start") - (kind == "end") if simple else _COUNTS.match(said.get("instr", "")) is not None


def _around(step: str, fields: list[str]) -> list[str]:
    """The fields around after a step of one."""
    match step:
        case "begin":
            return [*fields, ""]
        case "end":
            return fields[:-1]
    return fields


def once(pieces: Iterable[Piece], read: set[str]) -> Iterator[Piece]:
    """What a margin says that was not read before, as plain paragraphs and rows; read: texts that were, which grows."""
    for piece in pieces:
        text = _NUMBERED.sub(" ", piece.text).strip(_RULES) if NUMBER in piece.text else piece.text
        if not _NUMBER_ONLY.fullmatch(text) and any(map(str.isalnum, text)) and text.casefold() not in read:
            read.add(text.casefold())
            yield Piece(BlockKind.PARAGRAPH if piece.kind is BlockKind.HEADING else piece.kind, text)


def _is_on(said: dict[str, str]) -> bool:
    return said.get("val", "1") not in ("0", "false", "off")

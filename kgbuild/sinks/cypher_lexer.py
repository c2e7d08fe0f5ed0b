"""Cypher text -> tokens with their places, and which bracket closes which. It knows no clause and no engine.

Strings, backticked names and comments are taken whole, so that nothing written inside them is ever mistaken for Cypher.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kgbuild.errors import QueryError


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    PARAMETER = "parameter"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """text[start:end] of the query. word: upper case for a bare word, "" for everything else, so that it can be a keyword."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The word in upper case; empty for whatever cannot be a keyword."""
        return self.text.upper() if self.kind is Kind.WORD else ""

    @property
    def name(self) -> str:
        """The name that a word, backticked name or parameter stands for; empty for the rest."""
        match self.kind:
            case Kind.WORD:
                return self.text
            case Kind.QUOTED:
                return self.text[1:-1].replace("``", "`")
            case Kind.PARAMETER:
                bare = self.text[1:].strip()
                return bare[1:-1].replace("``", "`") if bare.startswith("`") else bare
            case _:
                return ""


SPACE = re.compile(r"(?:\s|//[^\n\r]*|/\*.*?\*/)+", re.DOTALL)
PIECES = (
    (Kind.STRING, re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)),
    (Kind.QUOTED, re.compile(r"`(?:[^`]|``)+`")),
    (Kind.PARAMETER, re.compile(r"\$(?:\w+|`(?:[^`]|``)+`)")),
    (Kind.NUMBER, re.compile(r"0[xX][0-9a-fA-F]+|0o[0-7]+|(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d+)?|\d[\d_]*(?:[eE][+-]?\d+)?")),
    (Kind.WORD, re.compile(r"[^\W\d]\w*")),
    (Kind.SIGN, re.compile(r"=~|<>|<=|>=|\.\.|\|\||[-+*/%^=<>(){}\[\],.;:|&!?@]")),
)
PAIRS = {"(": ")", "[": "]", "{": "}"}

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query. Raises QueryError, with line and column, for a string or comment that does not end and for what
    cannot stand in Cypher.
    """
    found: list[Token] = []
    place = 0
    while place < len(text):
        if space := SPACE.match(text, place):
            place = space.end()
            continue
        token = _token(text, place, found)
        found.append(token)
        place = token.end
    return tuple(found)


def closers(found: Sequence[Token], text: str) -> dict[int, int]:
    """Index of each opening bracket -> index of the one that closes it. Raises QueryError if they do not match."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(found):
        if token.kind is not Kind.SIGN:
            continue
        if token.text in PAIRS:
            opened.append(index)
        elif token.text in PAIRS.values():
            if not opened or PAIRS[found[opened[-1]].text] != token.text:
                raise QueryError(f"{at(text, token.start)}: {token.text!r} closes nothing")
            partner[opened.pop()] = index
    if opened:
        raise QueryError(f"{at(text, found[opened[-1]].start)}: {found[opened[-1]].text!r} is never closed")
    return partner


def string_value(token: Token) -> str:
    """What a string literal says."""
    return ESCAPE.sub(_escaped, token.text[1:-1])


def at(text: str, place: int) -> str:
    """A place for a person: "line 2, column 5"."""
    return f"line {text.count(chr(10), 0, place) + 1}, column {place - text.rfind(chr(10), 0, place)}"


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"
    return ESCAPES.get(match[3], match[3])


def _token(text: str, place: int, before: Sequence[Token]) -> Token:
    if text.startswith("/*", place):
        raise QueryError(f"{at(text, place)}: the comment never ends")
    for kind, pattern in PIECES:
        match = pattern.match(text, place)
        if match is None:
            continue
        # `1..3` and `*..4` are ranges, not the fractions `1.` and `.4`
        if (
            kind is Kind.NUMBER
            and match[0].startswith(".")
            and before
            and before[-1].end == place
            and before[-1].text in (".", "]", ")")
        ):
            continue
        if kind is Kind.QUOTED and "\\" in match[0]:
            raise QueryError(f"{at(text, place)}: a name in backticks cannot hold a backslash; give names as they are")
        return Token(kind, match[0], place, match.end())
    if text[place] in "'\"`":
        raise QueryError(f"{at(text, place)}: what begins with {text[place]} never ends")
    dynamic = ": write the name of a label or type, or WHERE $label IN labels(n), type(r) = $type" if text[place] == "$" else ""
    raise QueryError(f"{at(text, place)}: {text[place]!r} cannot stand here{dynamic}")

"""The words around a name, up to the end of its clause."""

import re

CLAUSE = re.compile(r"[;:!?()\[\]\n\t\"“”]|^[.](?=\s)|(?:\b[a-z]{2,}|\d|\b[A-Z][a-z]{4,}|\b[A-Z]{3,})[.](?=\s|$)")
"""Where the words that belong to a name end."""
VERB = r"(?:said|says|told|tells|met|meets|with|that|when|who|will|has|have|had|by|and|but)\b"
"""Words that end what is said about somebody's office."""
PREPOSITION = r"(?:in|on|at|of|to|from|as|for|after|before|outside|near|against|over)\b"
ADJECTIVE_GAP = re.compile(
    r"(?:[’']s?)?\s+(?:(?!(?:in|on|at|by|with|from|to|as|after|before|when|that|is|was|were|are|has|have|had|said|says)\b)[\w.&’'/-]+\s+){0,7}"
)
"""Between a country or party and the person behind it: "US Senator", "Democratic vice presidential nominee", "Greens’"."""


def words_before(text: str, start: int, limit: int = 90) -> str:
    """What stands before an offset in its clause, behind the last comma that is not right before the name."""
    piece = text[max(0, start - limit) : start]
    ends = [match.end() for match in CLAUSE.finditer(piece)]
    return piece[max(ends, default=0) :].rstrip(", ").rpartition(",")[2].lstrip() + " "


def words_after(text: str, stop: int, limit: int = 90) -> str:
    """What stands behind an offset in its clause, commas included."""
    piece = text[stop : stop + limit]
    found = CLAUSE.search(piece)
    return piece[: found.end() - 1] if found else piece

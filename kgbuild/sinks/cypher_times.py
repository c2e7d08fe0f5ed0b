"""Times as text: the engine leaves out seconds that are zero and fills fractions up with zeros; Neo4j does neither.

toString() of what may be a time is written so that both give the same: `10:00:00`, `10:00:01.5`.
"""

from collections.abc import Iterator

from kgbuild.sinks.cypher_clauses import Query
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import Edit

MAKERS = frozenset(("DATETIME", "LOCALDATETIME", "TIME", "LOCALTIME"))
"""Functions that give a time of day."""
TEXTS = {"TOSTRING": "toString", "TOSTRINGORNULL": "toStringOrNull"}
VALUE = "kgbuild_v"
"""A variable for the value that is written as text, so that it is computed once."""


def timed_texts(query: Query, dated: frozenset[str]) -> Iterator[Edit]:
    """The edits for each toString() in a query that can hold a time of day; dated: the parameters that hold dates or times."""
    if not _may_hold_times(query, dated):
        return
    for index, token in enumerate(query.tokens):
        if query.sign(index + 1) != "(" or query.sign(index - 1) == ".":
            continue
        opener, closer = query.tokens[index + 1], query.tokens[query.closers[index + 1]]
        if token.word in TEXTS:
            yield token.start, opener.end, f"head([{VALUE} IN ["
            yield closer.start, closer.end, f"] | {_text(TEXTS[token.word])}])"
        elif token.word == "TOSTRINGLIST":
            yield token.start, opener.end, f"[{VALUE} IN "
            yield closer.start, closer.end, f" | {_text('toStringOrNull')}]"


def _may_hold_times(query: Query, dated: frozenset[str]) -> bool:
    for index, token in enumerate(query.tokens):
        if token.kind is Kind.PARAMETER and token.name in dated:
            return True
        if token.word in MAKERS and query.sign(index + 1) in ("(", ".") and query.sign(index - 1) != ".":
            return True
    return False


def _text(function: str) -> str:
    plain = f"{function}({VALUE})"
    kind = f"valueType({VALUE})"
    local = f"toString(CASE WHEN {kind} CONTAINS 'DATETIME' THEN localdatetime({VALUE}) ELSE localtime({VALUE}) END)"
    is_whole = f"{VALUE}.nanosecond = 0"
    seconds = f"CASE WHEN {VALUE}.second = 0 AND {is_whole} THEN {local} + ':00' WHEN {is_whole} THEN {local} ELSE rtrim({local}, '0') END"
    return f"CASE WHEN {kind} CONTAINS 'TIME' THEN {seconds} + substring({plain}, size({local})) ELSE {plain} END"

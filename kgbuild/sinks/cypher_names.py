"""Names that a query uses and gives to nothing. The engine takes some of them for null without a word; Neo4j refuses them all."""

from collections.abc import Iterator

from kgbuild.sinks.cypher_clauses import CLAUSES, SHORTEST, Query, refuse
from kgbuild.sinks.cypher_functions import FUNCTIONS
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import RESERVED

TYPE_WORDS = frozenset(
    (
        *(
            "INTEGER",
            "INT",
            "STRING",
            "VARCHAR",
            "FLOAT",
            "BOOLEAN",
            "BOOL",
            "DATE",
            "LIST",
            "ARRAY",
            "MAP",
            "NODE",
            "VERTEX",
            "EDGE",
        ),
        *(
            "RELATIONSHIP",
            "PATH",
            "ANY",
            "DURATION",
            "LOCAL",
            "ZONED",
            "DATETIME",
            "TIME",
            "TIMESTAMP",
            "POINT",
            "PROPERTY",
            "VALUE",
        ),
        *("NOTHING", "WITHOUT", "TIMEZONE", "ZONE"),
    )
)
OTHER_WORDS = frozenset(("BOTH", "LEADING", "TRAILING", "FROM", "FINISH", "BY", "PATHS", "GROUPS", "GROUP", "SHORTEST"))
WORDS = RESERVED | CLAUSES | TYPE_WORDS | OTHER_WORDS | SHORTEST
AFTER_VARIABLE = frozenset((")", "]", ":", "{", "*", "-"))


def refuse_unknown(query: Query) -> None:
    """Raise QueryError for a name that stands as a variable and is bound nowhere in the query."""
    if any(token.word == "USING" for token in query.tokens):  # hints name indexes
        return
    found = set(bound(query, 0, len(query.tokens)))
    for index in used(query, 0, len(query.tokens)):
        token = query.tokens[index]
        if token.name not in found:
            raise refuse(query, token, f"{token.text} is not defined: no pattern, WITH, UNWIND or list gives it a value")


def _names(query: Query, begin: int, end: int) -> Iterator[int]:
    return (index for index in range(begin, end) if query.tokens[index].kind in (Kind.WORD, Kind.QUOTED))


def bound(query: Query, begin: int, end: int) -> Iterator[str]:
    """The names to which patterns, lists, aliases and procedures in a range of tokens give a value."""
    yielding = False
    for index in _names(query, begin, end):
        token = query.tokens[index]
        before, after = query.sign(index - 1), query.sign(index + 1)
        yielding = token.word == "YIELD" or (yielding and token.word not in CLAUSES)
        in_pattern = before in ("(", "[") and (after in AFTER_VARIABLE or query.word(index + 1) in ("WHERE", "IS"))
        is_argument = before == "(" and query.tokens[index - 2].name.lower() in FUNCTIONS and index > 1
        in_list = before in ("[", "(", ",") and query.word(index + 1) == "IN"
        is_path = after == "=" and (query.word(index - 1) == "MATCH" or before in (",", "[", "(", "{"))
        if yielding or query.word(index - 1) == "AS" or (in_pattern and not is_argument) or in_list or is_path:
            yield token.name


def used(query: Query, begin: int, end: int) -> Iterator[int]:
    """Where names stand as variables in a range of tokens."""
    for index in _names(query, begin, end):
        token = query.tokens[index]
        before, after = query.sign(index - 1), query.sign(index + 1)
        is_key = after == ":" and before in ("{", ",")
        if before == "." or is_key or query.is_label(index) or query.word(index - 1) in ("AS", "IS", "TYPED"):
            continue
        if token.word in WORDS or _is_called(query, index) or query.word(index - 1) == "CALL":
            continue
        yield index


def _is_called(query: Query, index: int) -> bool:
    while query.sign(index + 1) == ".":
        index += 2
    return query.sign(index + 1) == "("

"""What SKIP and LIMIT take: a whole number that is not negative. The engine takes texts and floats for one, where Neo4j refuses.

A literal is checked at once, a parameter by its value, and what is computed by the engine, before it pages.
"""

from collections.abc import Iterator
from typing import Any

from kgbuild.errors import QueryError
from kgbuild.sinks.cypher_clauses import Clause, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import Edit

WORDS = ("SKIP", "OFFSET", "LIMIT")
LARGEST = 2**31 - 1
"""The engine counts rows in 32 bits."""
TAKES = "takes a whole number that is not negative"


def paging(query: Query) -> Iterator[Edit]:
    """The edits that give the engine nothing else than whole numbers to page by. Raises QueryError for literals that are none."""
    for clause in _clauses(query):
        if clause.end - clause.begin == 1 and query.tokens[clause.begin].kind is Kind.PARAMETER:
            continue
        if clause.end - clause.begin == 1:
            _check_literal(query, clause)
            continue
        _refuse_patterns(query, clause)
        value = query.source(clause.begin, clause.end)
        start, end = query.tokens[clause.begin].start, query.tokens[clause.end - 1].end
        yield start, end, f"CASE WHEN valueType({value}) STARTS WITH 'INTEGER' THEN {value} END"


def paging_parameters(query: Query) -> tuple[tuple[str, str], ...]:
    """The parameters that stand alone behind SKIP, OFFSET or LIMIT: (which of these, name)."""
    alone = (clause for clause in _clauses(query) if clause.end - clause.begin == 1)
    found = ((clause.word, query.tokens[clause.begin]) for clause in alone)
    return tuple(dict.fromkeys((word, token.name) for word, token in found if token.kind is Kind.PARAMETER))


def check_page(word: str, name: str, value: Any) -> None:
    """Raise QueryError if a parameter's value is nothing to page by."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        hint = (
            f": give the number without quotation marks, or write {word} toInteger(${name})" if isinstance(value, str) else ""
        )
        raise QueryError(f"{word} {TAKES}, and ${name} is {value!r}{hint}")
    if value > LARGEST:
        raise QueryError(f"{word} takes at most {LARGEST}, and ${name} is {value}: leave {word} out")


def _clauses(query: Query) -> Iterator[Clause]:
    for begin, end in query.blocks:
        for clause in query.clauses(begin, end):
            if clause.word in WORDS and clause.begin < clause.end:
                yield clause


def _check_literal(query: Query, clause: Clause) -> None:
    token = query.tokens[clause.begin]
    digits = token.text.replace("_", "").lower()
    if token.kind is Kind.STRING or token.word in ("NULL", "TRUE", "FALSE") or (digits[:1].isdigit() and not _is_whole(digits)):
        raise refuse(query, token, f"{clause.word} {TAKES}, and this is {token.text}")
    if token.kind is Kind.NUMBER and _is_whole(digits) and int(digits, 0 if digits[1:2] in ("x", "o") else 10) > LARGEST:
        raise refuse(query, token, f"{clause.word} takes at most {LARGEST}: leave it out")


def _is_whole(digits: str) -> bool:
    return digits.isdecimal() or digits[1:2] in ("x", "o")


def _refuse_patterns(query: Query, clause: Clause) -> None:
    for index in range(clause.begin, clause.end):
        if query.opens_block(index):
            raise refuse(
                query, query.tokens[index - 1], f"no subquery can stand in {clause.word}: count in WITH, and cut a list"
            )

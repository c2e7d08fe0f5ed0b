"""Rewrites for the engine that leave the shape of a query as it is: each names what would be answered otherwise without it."""

from collections.abc import Iterator
from itertools import pairwise

from kgbuild.sinks.cypher_clauses import QUANTIFIERS, Clause, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind, Token, string_value
from kgbuild.sinks.cypher_returns import Edit
from kgbuild.sinks.embedded_child import SEARCH

FULL_TEXT = "entity_names"
"""The full-text index over names and aliases, by the name it has in Neo4j too."""

ITEM = "kgbuild_item"
"""A variable for rewrites: the engine loses backticked ones in comprehensions."""


def rewrites(query: Query) -> list[Edit]:
    """All that change single tokens; none lies inside another."""
    return [
        *_hidden_keys(query), *_full_text(query), *_last_semicolon(query), *_plain_numbers(query), *_bracketed_counts(query),
        *_variable_all(query),
    ]  # fmt: skip


def refuse_tangled_optional(query: Query) -> None:
    """Raises QueryError for a WHERE of OPTIONAL MATCH that would need a barrier: there is none for it."""
    for match, where in _tangled(query):
        if match.word == "OPTIONAL MATCH":
            hint = "put it into OPTIONAL CALL (*) { MATCH … WHERE … RETURN … }"
            what = "OR, XOR, NOT or CASE with a subquery or a list's predicate in the WHERE of OPTIONAL MATCH"
            raise refuse(query, query.tokens[where.keyword], f"{what} would be answered wrongly: {hint}")


def barriers(query: Query) -> list[Edit]:
    """`WITH *` before a WHERE that mixes OR, XOR or NOT with subqueries, quantifiers or nested access.

    The engine would plan such a predicate apart from the variables that it needs, and lose rows. Its plain conjuncts stay where
    they are, so that they still find their index. A barrier replaces the whole WHERE: nothing else may be changed inside it.
    """
    return [
        _barrier(query, where) for match, where in _tangled(query) if match.word == "MATCH" and query.names_something(match)
    ]


def _tangled(query: Query) -> Iterator[tuple[Clause, Clause]]:
    """The MATCH clauses whose WHERE is tangled, and that WHERE."""
    for begin, end in query.call_blocks:
        for clauses in query.branches(begin, end):
            for match, where in pairwise(clauses):
                if match.word in ("MATCH", "OPTIONAL MATCH") and where.word == "WHERE" and _is_tangled(query, where):
                    yield match, where


def _bracketed_counts(query: Query) -> Iterator[Edit]:
    """`COUNT { … }` in brackets: beside AND, OR and NOT the engine would compare the count of the first row with all rows."""
    for index, token in enumerate(query.tokens):
        if token.word == "COUNT" and query.sign(index + 1) == "{":
            closer = query.tokens[query.closers[index + 1]]
            yield token.start, token.start, "("
            yield closer.end, closer.end, ")"


def _variable_all(query: Query) -> Iterator[Edit]:
    """A variable called `all` in brackets, where the engine would take it for the opposite of DISTINCT: RETURN all[0]."""
    for index, token in enumerate(query.tokens):
        if token.word == "ALL" and query.word(index - 1) in ("RETURN", "WITH") and query.sign(index + 1) in ("[", "+", "-"):
            yield token.start, token.end, f"({token.text})"


def _barrier(query: Query, where: Clause) -> Edit:
    parts = query.conjuncts(where)
    tangled = [part for part in parts if _mixes(query, *part)]
    plain = [part for part in parts if part not in tangled]
    before = "WHERE " + " AND ".join(query.source(*part) for part in plain) + " " if plain else ""
    after = " AND ".join(query.source(*part) for part in tangled)
    start, end = query.tokens[where.keyword].start, query.tokens[where.end - 1].end
    return start, end, f"{before}WITH * WHERE {after}"


def _is_tangled(query: Query, where: Clause) -> bool:
    return where.begin < where.end and any(_mixes(query, *part) for part in query.conjuncts(where))


def _mixes(query: Query, begin: int, end: int) -> bool:
    words = {query.tokens[index].word for index in range(begin, end) if query.is_keyword(index)}
    return bool(words & {"OR", "XOR", "NOT", "CASE"}) and any(_is_intricate(query, index) for index in range(begin, end))


def _is_intricate(query: Query, index: int) -> bool:
    token = query.tokens[index]
    if token.kind is not Kind.SIGN:
        return token.word in QUANTIFIERS and query.is_keyword(index)
    before = query.tokens[index - 1] if index else token
    match token.text:
        case "{":
            return True
        case "[":
            closes = query.closers[index]
            inner = {query.tokens[i].word for i in range(index, closes)} | {query.tokens[i].text for i in range(index, closes)}
            return (
                (before.kind in (Kind.WORD, Kind.QUOTED) and before.word != "IN")
                or before.text in (")", "]", "-")
                or bool(inner & {"IN", "|"})
            )
        case ".":
            return query.sign(index - 2) == "." or before.text in (")", "]")
        case "-":
            return before.text in (")", "<")
        case _:
            return False


def _hidden_keys(query: Query) -> Iterator[Edit]:
    """keys(n) without the property that only the full-text index needs."""
    for index, token in enumerate(query.tokens):
        if token.word == "KEYS" and query.sign(index + 1) == "(" and query.sign(index - 1) != ".":
            closer = query.tokens[query.closers[index + 1]]
            yield token.start, token.start, f"[{ITEM} IN "
            yield closer.end, closer.end, f" WHERE {ITEM} <> '{SEARCH}']"


def _full_text(query: Query) -> Iterator[Edit]:
    for opened in _searches(query):
        name = query.tokens[opened + 1]
        if name.kind is not Kind.STRING or string_value(name) != FULL_TEXT:
            raise refuse(query, name, f"the full-text index is '{FULL_TEXT}': write its name as text")
        yield name.start, name.end, f"'Entity[{SEARCH}]'"


def searched(query: Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What full-text calls look for: texts, and names of parameters that hold texts."""
    after = [query.tokens[opened + 3] for opened in _searches(query) if query.sign(opened + 2) == ","]
    return _texts_and_names(after)


def _searches(query: Query) -> Iterator[int]:
    """The opening brackets of full-text calls."""
    for index, token in enumerate(query.tokens):
        if token.word == "CALL" and query.dotted(index + 1).lower() == "db.index.fulltext.querynodes":
            opener = index + 2 * "db.index.fulltext.querynodes".count(".") + 2
            if query.sign(opener) != "(":
                what = "write CALL db.index.fulltext.queryNodes('entity_names', 'words') YIELD node"
                raise refuse(query, token, f"the full text needs its arguments: {what}")
            yield opener


def matched(query: Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Regular expressions behind =~: texts, and names of parameters that hold them."""
    return _texts_and_names([query.tokens[index + 1] for index in range(len(query.tokens) - 1) if query.sign(index) == "=~"])


def _texts_and_names(found: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    texts = (string_value(token) for token in found if token.kind is Kind.STRING)
    names = (token.name for token in found if token.kind is Kind.PARAMETER)
    return tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(names))


def _last_semicolon(query: Query) -> Iterator[Edit]:
    last = query.tokens[-1]
    if last.text == ";" and last.kind is Kind.SIGN:
        yield last.start, last.end, ""


def _plain_numbers(query: Query) -> Iterator[Edit]:
    """1_000 as 1000."""
    for token in query.tokens:
        if token.kind is Kind.NUMBER and "_" in token.text:
            yield token.start, token.end, token.text.replace("_", "")

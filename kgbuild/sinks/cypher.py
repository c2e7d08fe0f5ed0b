"""A user's Cypher -> Cypher that the embedded engine answers as Neo4j would, or a refusal that says what to write instead.

Checks and rewrites work on tokens and clauses (cypher_clauses.py), never on raw text. What is refused or rewritten was found by
comparing the engine with a Neo4j 5.26; the tests hold a query for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kgbuild.errors import QueryError
from kgbuild.sinks.cypher_clauses import Clause, Item, Query, parse, refuse
from kgbuild.sinks.cypher_lexer import Kind, Token, string_value
from kgbuild.sinks.cypher_returns import ITEM, Edit, PathColumn, return_items, returned
from kgbuild.sinks.embedded_child import SEARCH

FULL_TEXT = "entity_names"
"""The full-text index over names and aliases, by the name it has in Neo4j too."""

WRITES = frozenset(
    ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "FOREACH", "INSERT", "ALTER", "GRANT", "DENY", "REVOKE")
)
AGGREGATES = frozenset(("COUNT", "SUM", "AVG", "MIN", "MAX", "COLLECT", "STDEV", "STDEVP", "PERCENTILECONT", "PERCENTILEDISC"))
PREDICATE_WORDS = frozenset(("AND", "OR", "XOR", "NOT", "IS", "CASE", "STARTS", "ENDS", "CONTAINS"))
PREDICATE_SIGNS = frozenset(("=", "<>", "<", ">", "<=", ">=", "=~"))
QUANTIFIERS = frozenset(("EXISTS", "COUNT", "COLLECT", "ANY", "ALL", "NONE", "SINGLE", "REDUCE", "CASE"))
PATH_FUNCTIONS = frozenset(("NODES", "RELATIONSHIPS", "RELS", "LENGTH", "SIZE", "TOSTRING"))

PROCEDURES = frozenset(("db.labels", "db.relationshiptypes", "db.index.fulltext.querynodes"))
INSTEAD = {
    "db.propertykeys": "MATCH (n) UNWIND keys(n) AS key RETURN DISTINCT key",
    "db.schema.visualization": "MATCH (a)-[r]->(b) RETURN DISTINCT labels(a), type(r), labels(b)",
}
COMMANDS = {
    "EXPLAIN": "the query store shows no plans: leave EXPLAIN out",
    "PROFILE": "the query store shows no plans: leave PROFILE out",
    "SHOW": "SHOW is a command of servers: CALL db.labels() and CALL db.relationshipTypes() say what there is",
    "USE": "there is one graph: leave USE out",
    "CYPHER": "there is one version of Cypher: leave the CYPHER prefix out",
    "TERMINATE": "TERMINATE is a command of servers",
    "START": "START is a command of servers",
    "STOP": "STOP is a command of servers",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What runs, and how to read what comes back.

    columns: as the user wrote them; after_star: `*` stands before them, for all variables in alphabetical order; patterns and pattern_parameters: regular expressions to check first;
    dates: columns that are dates.
    """

    text: str
    columns: tuple[str, ...]
    after_star: bool
    parameters: tuple[str, ...]
    patterns: tuple[str, ...]
    pattern_parameters: tuple[str, ...]
    paths: tuple[PathColumn, ...]
    dates: frozenset[str]


def prepare(text: str, dates: frozenset[str] = frozenset()) -> Prepared:
    """Check a query and rewrite it for the engine; `dates` are the properties that are dates.

    Raises QueryError, with the place and what to write instead, for what is not a read, what does not return, and what the
    engine would answer wrongly.
    """
    query = parse(text)
    _refuse_commands(query)
    _refuse_writes(query)
    _refuse_procedures(query)
    _refuse_shortest(query)
    _refuse_quoted_items(query)
    for begin, end in query.blocks:
        for clauses in query.branches(begin, end):
            _refuse_path_filter(query, clauses)
            _refuse_aggregates(query, clauses)
    branches = query.branches(0, len(query.tokens))
    for clauses in branches:
        _require_return(query, clauses)
    edits = [*_barriers(query), *_hidden_keys(query), *_full_text(query), *_last_semicolon(query)]
    columns, paths, date_columns = returned(query, dates, edits)
    parameters = dict.fromkeys(token.name for token in query.tokens if token.kind is Kind.PARAMETER)
    patterns, pattern_parameters = _patterns(query)
    return Prepared(
        text=_apply(text, edits),
        columns=columns,
        after_star=any(item.is_star for item in return_items(query, branches[0])),
        parameters=tuple(parameters),
        patterns=patterns,
        pattern_parameters=pattern_parameters,
        paths=paths,
        dates=date_columns,
    )


def _apply(text: str, edits: list[Edit]) -> str:
    for start, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + new + text[end:]
    return text


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_commands(query: Query) -> None:
    if not query.tokens:
        raise QueryError("the query is empty")
    first = query.tokens[0]
    if first.word in COMMANDS:
        raise refuse(query, first, COMMANDS[first.word])
    for token in query.tokens[:-1]:
        if token.text == ";" and token.kind is Kind.SIGN:
            raise refuse(query, token, "one query at a time: take out what follows the semicolon")


def _refuse_writes(query: Query) -> None:
    for index, token in enumerate(query.tokens):
        if not query.is_keyword(index):
            continue
        if token.word in WRITES:
            hint = "the graph changes only by its documents and by judgements"
            raise refuse(query, token, f"{token.word} writes, and queries only read: {hint}; a name goes into backticks")
        if token.word == "LOAD" and query.word(index + 1) == "CSV":
            raise refuse(query, token, "LOAD CSV reads files, and queries read only the graph: give data as a parameter (-p)")
        if token.word == "TRANSACTIONS" and query.word(index - 1) in ("IN", "CONCURRENT"):
            raise refuse(query, token, "IN TRANSACTIONS is for writing, and queries only read: leave it out")


def _refuse_procedures(query: Query) -> None:
    for index, token in enumerate(query.tokens):
        if token.word != "CALL" or not query.is_keyword(index) or query.sign(index + 1) in ("{", "("):
            continue
        name = query.dotted(index + 1)
        if name.lower() in PROCEDURES:
            continue
        instead = INSTEAD.get(name.lower())
        known = "the procedures here are db.labels, db.relationshipTypes and db.index.fulltext.queryNodes"
        raise refuse(query, token, f"{name}: " + (f"write {instead}" if instead else known))


def _refuse_shortest(query: Query) -> None:
    for index, token in enumerate(query.tokens):
        if token.word != "SHORTEST" or not query.is_keyword(index):
            continue
        if query.word(index - 1) in ("ANY", "ALL", "MATCH") or query.sign(index - 1) in ("=", ","):
            raise refuse(
                query, token, "SHORTEST is not supported here: use shortestPath((a)-[:TYPE*]-(b)) or allShortestPaths(…)"
            )


def _refuse_quoted_items(query: Query) -> None:
    for index, token in enumerate(query.tokens):
        if token.kind is not Kind.QUOTED or query.word(index + 1) != "IN" or query.sign(index - 1) not in ("[", "(", ","):
            continue
        opener = query.opener_of(index)
        if query.sign(index - 1) == "[" or query.word(opener - 1) in QUANTIFIERS:
            raise refuse(query, token, f"{token.text} would be lost: name the variable of a list without backticks")


def _refuse_path_filter(query: Query, clauses: list[Clause]) -> None:
    # The engine filters after the search where Neo4j searches on; with types in the pattern both search the same paths.
    for match, where in pairwise(clauses):
        if not match.word.endswith("MATCH") or where.word != "WHERE":
            continue
        names = query.shortest_path_names(match)
        for index in range(where.begin, where.end):
            token = query.tokens[index]
            if token.name in names and token.kind is not Kind.PARAMETER and query.sign(index - 1) != ".":
                hint = "name the relationship types in the pattern instead, or filter afterwards: … WITH * WHERE …"
                raise refuse(
                    query, token, f"WHERE on {token.name}, which shortestPath finds, would not steer the search: {hint}"
                )


def _refuse_aggregates(query: Query, clauses: list[Clause]) -> None:
    for clause in clauses:
        if clause.word not in ("WITH", "RETURN"):
            continue
        for item in query.items(clause):
            calls = list(_aggregate_calls(query, item))
            fault = _around_aggregate(query, item, calls) if calls else None
            if fault is not None:
                hint = f"aggregate in WITH first: … WITH {query.source(*calls[0])} AS x RETURN …"
                raise refuse(query, fault, f"{fault.text} around an aggregate would be answered wrongly: {hint}")


def _aggregate_calls(query: Query, item: Item) -> Iterator[tuple[int, int]]:
    index = item.begin
    while index < item.end:
        if query.opens_block(index):
            index = query.closers[index]
        elif query.tokens[index].word in AGGREGATES and query.sign(index + 1) == "(" and query.sign(index - 1) != ".":
            yield index, query.closers[index + 1] + 1
            index = query.closers[index + 1]
        index += 1


def _around_aggregate(query: Query, item: Item, calls: list[tuple[int, int]]) -> Token | None:
    inside = {index for begin, end in calls for index in range(begin, end)}
    ends = {end - 1 for _, end in calls}
    for index in range(item.begin, item.end):
        token = query.tokens[index]
        if index in inside:
            continue
        if query.is_keyword(index) and token.word in PREDICATE_WORDS:
            return token
        if token.word == "IN" and query.sign(index - 2) not in ("[", "("):
            return token
        if token.kind is Kind.SIGN and token.text in PREDICATE_SIGNS and not query.in_reduce_head(index):
            return token
        if query.sign(index) == "." and index > item.begin and query.sign(index - 1) in ("]", ")"):
            opened = query.openers[index - 1]
            if index - 1 in ends or any(opened <= end for end in ends if end < index) or opened - 1 in ends:
                return token
    return None


def _require_return(query: Query, clauses: list[Clause]) -> None:
    words = [clause.word for clause in clauses if clause.word not in ("ORDER BY", "SKIP", "OFFSET", "LIMIT")]
    if words and words[-1] == "RETURN":
        return
    if words in (["CALL"], ["CALL", "YIELD"]):
        return
    raise QueryError("the query returns nothing: end it with RETURN …")


# ── rewrites ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _barriers(query: Query) -> Iterator[Edit]:
    """`WITH *` before a WHERE that mixes OR, XOR or NOT with subqueries, quantifiers or nested access.

    The engine would plan such a predicate apart from the variables that it needs, and lose rows. Its plain conjuncts stay where
    they are, so that they still find their index.
    """
    for begin, end in query.call_blocks:
        for clauses in query.branches(begin, end):
            for match, where in pairwise(clauses):
                if (
                    match.word == "MATCH"
                    and where.word == "WHERE"
                    and query.names_something(match)
                    and _is_tangled(query, where)
                ):
                    yield _barrier(query, where)


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
    return bool(words & {"OR", "XOR", "NOT"}) and any(_is_intricate(query, index) for index in range(begin, end))


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
    for index, token in enumerate(query.tokens):
        if token.word == "CALL" and query.dotted(index + 1).lower() == "db.index.fulltext.querynodes":
            opened = next(i for i in range(index, len(query.tokens)) if query.sign(i) == "(")
            name = query.tokens[opened + 1]
            if name.kind is not Kind.STRING or string_value(name) != FULL_TEXT:
                raise refuse(query, name, f"the full-text index is '{FULL_TEXT}': write its name as text")
            yield name.start, name.end, f"'Entity[{SEARCH}]'"


def _last_semicolon(query: Query) -> Iterator[Edit]:
    last = query.tokens[-1]
    if last.text == ";" and last.kind is Kind.SIGN:
        yield last.start, last.end, ""


def _patterns(query: Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    after = [query.tokens[index + 1] for index in range(len(query.tokens) - 1) if query.sign(index) == "=~"]
    literals = (string_value(token) for token in after if token.kind is Kind.STRING)
    names = (token.name for token in after if token.kind is Kind.PARAMETER)
    return tuple(dict.fromkeys(literals)), tuple(dict.fromkeys(names))

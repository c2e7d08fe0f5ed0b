"""What a user's Cypher may not hold: what is no read, what does not return, and what the engine would answer wrongly.

What is refused was found by comparing the engine with a Neo4j 5.26 (tests/conformance); every refusal says what to write instead.
"""

from itertools import pairwise

from kgbuild.errors import QueryError
from kgbuild.sinks.cypher_clauses import QUANTIFIERS, Clause, Query, refuse
from kgbuild.sinks.cypher_functions import FUNCTIONS
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_names import refuse_unknown

WRITES = frozenset(
    ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "FOREACH", "INSERT", "ALTER", "GRANT", "DENY", "REVOKE")
)
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

BEFORE_BRACKETS = frozenset(
    (
        *(
            "MATCH",
            "WHERE",
            "AND",
            "OR",
            "XOR",
            "NOT",
            "IN",
            "RETURN",
            "WITH",
            "UNWIND",
            "BY",
            "LIMIT",
            "SKIP",
            "OFFSET",
            "CASE",
            "WHEN",
        ),
        *(
            "THEN",
            "ELSE",
            "END",
            "DISTINCT",
            "CONTAINS",
            "IS",
            "AS",
            "UNION",
            "CALL",
            "OPTIONAL",
            "ANY",
            "ALL",
            "SHORTEST",
            "ACYCLIC",
        ),
        *(
            "TRAIL",
            "WALK",
            "PATH",
            "PATHS",
            "EXISTS",
            "COUNT",
            "COLLECT",
            "SINGLE",
            "NONE",
            "REDUCE",
            "TRIM",
            "BOTH",
            "FROM",
            "USING",
        ),
        *("YIELD", "ASC", "DESC", "GROUP", "GROUPS", "TYPED"),
    )
)
"""Keywords that a bracket may follow."""


def check(query: Query) -> None:
    """Raise QueryError, with the place and what to write instead, for what is not answered here."""
    _refuse_commands(query)
    _refuse_writes(query)
    _refuse_procedures(query)
    _refuse_functions(query)
    refuse_unknown(query)
    _refuse_shortest(query)
    _refuse_property_existence(query)
    _refuse_quoted_items(query)
    for begin, end in query.blocks:
        for clauses in query.branches(begin, end):
            _refuse_path_filter(query, clauses)
            _refuse_unnamed(query, clauses)
            _refuse_cased_quantifiers(query, clauses)
    for clauses in query.branches(0, len(query.tokens)):
        _require_return(query, clauses)


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


def _refuse_property_existence(query: Query) -> None:
    """`exists(a.name)`, which Cypher 5 no longer has; exists((a)-->()) it has."""
    for index, token in enumerate(query.tokens):
        if token.word != "EXISTS" or query.sign(index + 1) != "(" or query.sign(index - 1) == ".":
            continue
        begin, end = index + 2, query.closers[index + 1]
        while query.sign(begin) == "(" and query.closers[begin] == end - 1:
            begin, end = begin + 1, end - 1
        if query.sign(begin) != "(" or query.sign(query.closers[begin] + 1) not in ("-", "<", "<-"):
            what = query.source(begin, end) if begin < end else "…"
            raise refuse(query, token, f"exists({what}) is no longer in Cypher: write {what} IS NOT NULL")


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


def _refuse_functions(query: Query) -> None:
    """Functions that Neo4j has not: the engine knows some of its own, and a query should mean the same on both."""
    called = {index for index, token in enumerate(query.tokens) if token.word == "CALL" and query.is_keyword(index)}
    for index, token in enumerate(query.tokens):
        if not token.word or query.sign(index - 1) in (".", ":", "|", "&", "!") or index - 1 in called:
            continue
        name = query.dotted(index)
        after = index + 2 * name.count(".") + 1
        if query.sign(after) != "(" or (name.count(".") == 0 and name.upper() in BEFORE_BRACKETS):
            continue
        if name.lower() not in FUNCTIONS and not (query.sign(index - 1) == "-" or query.word(index - 1) == "AS"):
            raise refuse(query, token, f"there is no function {name}() in Cypher for Neo4j")


def _refuse_cased_quantifiers(query: Query, clauses: list[Clause]) -> None:
    """`WHERE CASE WHEN all(x IN …) THEN …`: the engine takes the list's predicate for the whole one."""
    for clause in clauses:
        depth = 0
        for index in range(clause.begin, clause.end) if clause.word == "WHERE" else ():
            token = query.tokens[index]
            if query.is_keyword(index):
                depth += (token.word == "CASE") - (token.word == "END")
            if depth and token.word in ("ANY", "ALL", "NONE", "SINGLE") and query.sign(index + 1) == "(":
                hint = "name it first: … WITH *, CASE … END AS holds WHERE holds"
                raise refuse(query, token, f"{token.text}(…) in a CASE in WHERE would be answered wrongly: {hint}")


def _refuse_unnamed(query: Query, clauses: list[Clause]) -> None:
    for clause in clauses:
        if clause.word != "WITH":
            continue
        for item in query.items(clause):
            if not item.is_star and item.value_end == item.end and item.end - item.begin > 1:
                source = query.source(item.begin, item.end)
                raise refuse(query, query.tokens[item.begin], f"an expression in WITH needs a name: {source} AS x")


def _require_return(query: Query, clauses: list[Clause]) -> None:
    words = [clause.word for clause in clauses if clause.word not in ("ORDER BY", "SKIP", "OFFSET", "LIMIT")]
    if words and words[-1] == "RETURN":
        return
    if words in (["CALL"], ["CALL", "YIELD"]):
        return
    raise QueryError("the query returns nothing: end it with RETURN …")

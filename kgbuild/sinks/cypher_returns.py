"""What a query returns: its columns, and the rewrite that has the engine say what its values are.

The engine gives a path or a time that is computed as text. Where a query can return one, its RETURN becomes WITH, and a RETURN is
put behind it that gives each column and, in one more column, their kinds: valueType() of all that is in them.
"""

from collections.abc import Iterator

from kgbuild.sinks.cypher_clauses import SHORTEST, Clause, Item, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind, Token, tokens

COLUMN = "kgbuild_c"
"""Names of columns on their way, with a number: the engine cannot take every name that a user may give."""

KINDS = "kgbuild_kinds"
"""The column that says what the others hold: see kgbuild.sinks.values."""

DEPTH = 3
"""Lists and maps inside each other for which kinds are told; a time that lies deeper is given as text."""

TEMPORAL = frozenset(("DATE", "DATETIME", "LOCALDATETIME", "TIME", "LOCALTIME", "DURATION"))
PAGING = ("ORDER BY", "SKIP", "OFFSET", "LIMIT")
VARIABLE_ENDS = frozenset((")", "]", ":", "{", "*", "-"))

Edit = tuple[int, int, str]


def columns(query: Query) -> tuple[str, ...]:
    """The columns of the rows, as Neo4j names them; none for a procedure that stands alone."""
    clauses = query.branches(0, len(query.tokens))[0]
    return tuple(name for name, _ in projected(query, clauses))


def projected(query: Query, clauses: list[Clause]) -> list[tuple[str, str]]:
    """Name and source of each column that the RETURN of these clauses gives; `*` is all variables in alphabetical order."""
    clause = next((clause for clause in clauses if clause.word == "RETURN"), None)
    return expanded(query, clause, variables(query, clauses[: clauses.index(clause)])) if clause else []


def expanded(query: Query, clause: Clause, scope: list[str]) -> list[tuple[str, str]]:
    """Name and source of each item of WITH or RETURN, `*` taken apart."""
    found: list[tuple[str, str]] = []
    for item in query.items(clause):
        if item.is_star:
            found.extend((name, quoted(name)) for name in sorted(scope))
        else:
            found.append((query.column(item), query.source(item.begin, item.value_end)))
    return found


def returning(query: Query, dates: frozenset[str], dated: frozenset[str]) -> Iterator[Edit]:
    """The edits that have the kinds of columns told, where they are not clear; dated: parameters that hold times."""
    for clauses in query.branches(0, len(query.tokens)):
        clause = next((clause for clause in clauses if clause.word == "RETURN"), None)
        if clause is None:
            continue
        items = projected(query, clauses)
        if not items:
            raise refuse(query, query.tokens[clause.keyword], "there is nothing to return: name a variable or an expression")
        if _may_need_kinds(query, dates, dated):
            yield from _with_kinds(query, clauses, clause, items)
        elif any(item.is_star for item in query.items(clause)):
            # the engine returns `*` alone where more stands beside it
            distinct = "DISTINCT " if query.word(clause.begin) == "DISTINCT" else ""
            yield _span(
                query, clause, f"RETURN {distinct}" + ", ".join(f"{source} AS {quoted(name)}" for name, source in items)
            )


def _span(query: Query, clause: Clause, text: str) -> Edit:
    return query.tokens[clause.keyword].start, query.tokens[clause.end - 1].end, text


def _may_need_kinds(query: Query, dates: frozenset[str], dated: frozenset[str]) -> bool:
    for index, token in enumerate(query.tokens):
        if token.kind is Kind.STRING:
            named = token.text[1:-1]
        else:
            named = token.name
        if named in (dated if token.kind is Kind.PARAMETER else dates):
            return True
        if token.word in TEMPORAL and query.sign(index + 1) in ("(", ".") and query.sign(index - 1) != ".":
            return True
        if token.kind is Kind.PARAMETER and query.sign(index - 1) == "[" and query.sign(index + 1) == "]":
            return True  # a property whose name is not known yet
        if token.word in SHORTEST:
            return True
    return any(
        clause.word.endswith("MATCH") and query.path_names(clause)
        for begin, end in query.blocks
        for clauses in query.branches(begin, end)
        for clause in clauses
    )


def _with_kinds(query: Query, clauses: list[Clause], clause: Clause, items: list[tuple[str, str]]) -> Iterator[Edit]:
    named = [(_carried(name, source, number), source) for number, (name, source) in enumerate(items)]
    distinct = "DISTINCT " if query.word(clause.begin) == "DISTINCT" else ""
    yield _span(query, clause, f"WITH {distinct}" + ", ".join(f"{source} AS {name}" for name, source in named))
    names = {name: carried for (name, _), (carried, _) in zip(items, named, strict=True) if carried != name}
    sources = {source: carried for carried, source in named if carried != source}
    last = clause
    for following in clauses[clauses.index(clause) + 1 :]:
        if following.word in PAGING:
            last = following
            if following.word == "ORDER BY":
                yield from renamed(query, following, names, sources)
    shown = ", ".join(f"{name} AS {COLUMN}{number}" for number, (name, _) in enumerate(named))
    kinds = ", ".join(kind_of(name) for name, _ in named)
    end = query.tokens[last.end - 1].end
    yield end, end, f" RETURN {shown}, [{kinds}] AS {KINDS}"


def _carried(name: str, source: str, number: int) -> str:
    return name if name.isidentifier() and (source == name or name.upper() not in RESERVED) else f"{COLUMN}{number}"


RESERVED = frozenset(
    (
        *(
            "AND",
            "OR",
            "XOR",
            "NOT",
            "IN",
            "IS",
            "NULL",
            "TRUE",
            "FALSE",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "STARTS",
            "ENDS",
        ),
        *(
            "CONTAINS",
            "DISTINCT",
            "WITH",
            "RETURN",
            "WHERE",
            "MATCH",
            "ORDER",
            "BY",
            "SKIP",
            "LIMIT",
            "AS",
            "UNION",
            "UNWIND",
            "CALL",
        ),
        *("EXISTS", "COUNT", "COLLECT", "ALL", "ANY", "NONE", "SINGLE", "REDUCE", "ASC", "DESC", "ASCENDING", "DESCENDING"),
        *("OPTIONAL", "YIELD", "OFFSET", "TYPED", "NFC", "NFD", "NFKC", "NFKD", "NORMALIZED", "NAN", "INF", "INFINITY"),
    )
)
"""Words that are no variable where they stand bare."""


def renamed(query: Query, clause: Clause, names: dict[str, str], sources: dict[str, str]) -> Iterator[Edit]:
    """Items' names and expressions inside a clause, replaced by what they are called now; the longest expression first."""
    patterns = sorted(((tokens(source), new) for source, new in sources.items()), key=lambda pair: -len(pair[0]))
    index = clause.begin
    while index < clause.end:
        token = query.tokens[index]
        found = next((pair for pair in patterns if _stands_at(query, clause, index, pair[0])), None)
        if found is not None:
            yield token.start, query.tokens[index + len(found[0]) - 1].end, found[1]
            index += len(found[0])
            continue
        if token.kind in (Kind.WORD, Kind.QUOTED) and query.sign(index - 1) != "." and token.name in names:
            yield token.start, token.end, names[token.name]
        index += 1


def _stands_at(query: Query, clause: Clause, index: int, pattern: tuple[Token, ...]) -> bool:
    end = index + len(pattern)
    if len(pattern) == 1 or end > clause.end or query.sign(index - 1) == "." or query.sign(end) == "(":
        return False
    if any(token.text != other.text for token, other in zip(query.tokens[index:end], pattern, strict=True)):
        return False
    if _holds_together(query, index, end):
        return True
    # `a + b` is no part of `a + b * c`, and one of `a + b > c`
    weaker = WEAKER if _is_arithmetic(query, index, end) else frozenset[str]()
    before, after = query.sign(index - 1) or query.word(index - 1), query.sign(end) or query.word(end)
    return (index == clause.begin or before in ("(", "[", "{", ",", ":") or before in weaker) and (
        end == clause.end or after in (")", "]", "}", ",") or after in weaker
    )


WEAKER = frozenset(("=", "<>", "<", ">", "<=", ">=", "AND", "OR", "XOR", "WHEN", "THEN", "ELSE"))
"""What binds weaker than arithmetic."""


def _is_arithmetic(query: Query, begin: int, end: int) -> bool:
    return not any(
        query.sign(index) in WEAKER or query.word(index) in RESERVED
        for index in query.outer(begin, end)
        if query.sign(index + 1) != "("
    )


def _holds_together(query: Query, begin: int, end: int) -> bool:
    return all(
        query.tokens[index].kind in (Kind.WORD, Kind.QUOTED) or query.sign(index) in (".", "(", "[")
        for index in query.outer(begin, end)
    ) and not any(query.word(index) in RESERVED and query.sign(index + 1) != "(" for index in query.outer(begin, end))


def kind_of(source: str, depth: int = DEPTH) -> str:
    """An expression that says what the value of another one is, and what is in it."""
    plain = f"valueType({source})"
    path = f"WHEN {plain} STARTS WITH 'PATH' THEN {{nodes: nodes({source}), relationships: relationships({source})}}"
    if depth == 0:
        return f"CASE {path} ELSE {plain} END"
    item, key = f"kgbuild_i{depth}", f"kgbuild_k{depth}"
    return (
        f"CASE WHEN {plain} STARTS WITH 'LIST' THEN [{item} IN {source} | {kind_of(item, depth - 1)}] "
        f"WHEN {plain} STARTS WITH 'MAP' THEN [{key} IN keys({source}) | [{key}, {kind_of(f'{source}[{key}]', depth - 1)}]] "
        f"{path} ELSE {plain} END"
    )


def quoted(name: str) -> str:
    """A name that the user may have given, as Cypher."""
    return name if name.isidentifier() and name.upper() not in RESERVED else "`" + name.replace("`", "``") + "`"


# ── which variables there are ────────────────────────────────────────────────────────────────────────────────────────


def variables(query: Query, clauses: list[Clause]) -> list[str]:
    """The variables that are known behind these clauses, each once."""
    known: dict[str, None] = {}
    for clause in clauses:
        match clause.word:
            case "MATCH" | "OPTIONAL MATCH":
                known |= dict.fromkeys(pattern_variables(query, clause))
            case "UNWIND" | "YIELD":
                known |= dict.fromkeys(query.column(item) for item in query.items(clause) if not item.is_star)
            case "CALL" | "OPTIONAL CALL":
                known |= dict.fromkeys(called(query, clause))
            case "WITH":
                known = dict.fromkeys(name for name, _ in expanded(query, clause, list(known)))
    return list(known)


def pattern_variables(query: Query, clause: Clause) -> Iterator[str]:
    """The variables of a MATCH, of its paths too."""
    yield from query.path_names(clause)
    yield from (query.tokens[index].name for index in pattern_places(query, clause))


def pattern_places(query: Query, clause: Clause) -> Iterator[int]:
    """Where the variables of nodes and relationships stand in a MATCH."""
    inner = {i for begin, end in query.blocks if clause.begin < begin <= clause.end for i in range(begin, end)}
    for index in range(clause.begin, clause.end):
        token = query.tokens[index]
        if index in inner or token.kind not in (Kind.WORD, Kind.QUOTED) or query.sign(index - 1) not in ("(", "["):
            continue
        if (
            query.word(index - 2)
            and query.sign(index - 1) == "("
            and query.word(index - 2) not in SHORTEST | {"ANY", "SHORTEST", "ALL", "MATCH"}
        ):
            continue  # a function's argument
        if query.sign(index + 1) in VARIABLE_ENDS or query.word(index + 1) in ("WHERE", "IS"):
            yield index


def called(query: Query, clause: Clause) -> list[str]:
    """The variables that a CALL { … } gives."""
    for index in range(clause.begin, clause.end):
        if query.opens_block(index):
            return [name for name, _ in projected(query, query.branches(index + 1, query.closers[index])[0])]
    return []


def return_items(query: Query, clauses: list[Clause]) -> list[Item]:
    """The items of RETURN; none if there is no RETURN."""
    return next((query.items(clause) for clause in clauses if clause.word == "RETURN"), [])

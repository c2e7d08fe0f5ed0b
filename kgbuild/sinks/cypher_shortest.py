"""shortestPath and allShortestPaths: what Neo4j says of two ends that are the same, and the variable of their relationships.

The engine gives a path of length 0 from a node to itself, where Neo4j fails unless the pattern allows it (`*0..`); and it gives null
for r in `shortestPath((a)-[r*]-(b))`. The first is looked for behind the MATCH, the second is read from the path.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kgbuild.sinks.cypher_clauses import SHORTEST, Clause, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import Edit, quoted
from kgbuild.sinks.embedded_engine import raised

MATCHES = ("MATCH", "OPTIONAL MATCH")
SAME = raised(
    "a shortest path from a node to itself is none in Neo4j: keep equal ends out (WHERE a <> b), or allow length 0 (*0..)"
)


@dataclass(frozen=True, slots=True)
class Search:
    """One shortestPath(…). path: its variable; start and end: those of its ends; edge: place of its relationships' variable or -1."""

    index: int
    path: str
    start: str
    end: str
    edge: int
    least: int


def guarded_paths(query: Query) -> Iterator[Edit]:
    """The edits for shortest paths in MATCH. Raises QueryError where a path must have a name first."""
    for begin, end in query.blocks:
        for clauses in query.patterned(begin, end):
            for place, clause in enumerate(clauses):
                if clause.word in MATCHES:
                    yield from _match(query, clauses, place, is_inner=(begin, end) not in query.call_blocks)


def guarded_expressions(query: Query) -> Iterator[Edit]:
    """The edits for shortest paths in expressions, whose ends are known variables."""
    matched = {
        search.index for begin, end in query.blocks for found in query.patterned(begin, end) for search in _of(query, found)
    }
    for index in range(len(query.tokens)):
        if _opens(query, index) and index not in matched:
            search = _search(query, index)
            if search.least and search.start and search.end:
                start, end = query.tokens[index].start, query.tokens[query.closers[index + 1]].end
                yield start, start, f"CASE WHEN {quoted(search.start)} = {quoted(search.end)} THEN {SAME} ELSE "
                yield end, end, " END"


def _of(query: Query, clauses: list[Clause]) -> Iterator[Search]:
    for clause in clauses:
        if clause.word in MATCHES:
            yield from _searches(query, clause)


def _opens(query: Query, index: int) -> bool:
    return query.word(index) in SHORTEST and query.sign(index + 1) == "("


def _searches(query: Query, match: Clause) -> Iterator[Search]:
    return (_search(query, index) for index in query.outer(match.begin, match.end) if _opens(query, index))


def _search(query: Query, index: int) -> Search:
    closer = query.closers[index + 1]
    outer = list(query.outer(index + 2, closer))
    nodes = [i for i in outer if query.sign(i) == "("]
    bracket = next((i for i in outer if query.sign(i) == "["), -1)
    names = [query.tokens[i + 1].name for i in nodes]
    edge = bracket + 1 if bracket >= 0 and query.tokens[bracket + 1].name else -1
    inside = query.outer(bracket + 1, query.closers[bracket]) if bracket >= 0 else ()
    star = next((i for i in inside if query.sign(i) == "*"), -1)
    least = _least(query, star)
    if least > 1:
        hint = "leave the lower bound out, and filter afterwards: … WITH * WHERE length(p) > 1"
        raise refuse(query, query.tokens[star], f"a shortest path has no lower bound but 0 and 1: {hint}")
    path = query.tokens[index - 2].name if query.sign(index - 1) == "=" else ""
    return Search(index, path, names[0] if names else "", names[-1] if names else "", edge, least)


def _least(query: Query, star: int) -> int:
    bound = query.tokens[star + 1].text if star >= 0 and query.tokens[star + 1].kind is Kind.NUMBER else ""
    return int(bound) if bound.isdecimal() else 1


def _match(query: Query, clauses: list[Clause], place: int, *, is_inner: bool) -> Iterator[Edit]:
    match = clauses[place]
    searches = list(_searches(query, match))
    guards = [_same(query, match, search) for search in searches if search.least]
    named = [search for search in searches if search.edge >= 0 and _names_edge(query, search)]
    for search in named:
        token = query.tokens[search.edge]
        yield token.start, token.end, ""
    if not guards and not named:
        return
    first = query.tokens[match.begin]
    if match.keyword == match.begin:  # EXISTS { shortestPath(…) }
        yield first.start, first.start, "MATCH "
    following = clauses[place + 1] if place + 1 < len(clauses) else None
    last = following if following is not None and following.word == "WHERE" else match
    end = query.tokens[last.end - 1].end
    edges = "".join(f", relationships({quoted(search.path)}) AS {query.tokens[search.edge].text}" for search in named)
    filtered = f" WHERE CASE WHEN {' OR '.join(guards)} THEN {SAME} IS NULL ELSE true END" if guards else ""
    returned = " RETURN 1" if is_inner and not any(clause.word == "RETURN" for clause in clauses) else ""
    is_last = last is clauses[-1]
    yield end, end, f" WITH *{edges}{filtered}" + (returned if is_last else "")
    if returned and not is_last:
        end = query.tokens[clauses[-1].end - 1].end
        yield end, end, returned


def _same(query: Query, match: Clause, search: Search) -> str:
    """What holds where both ends of what was found are one node."""
    if search.path:
        return f"length({quoted(search.path)}) = 0"
    if search.start and search.end and match.word == "MATCH":
        return f"{quoted(search.start)} = {quoted(search.end)}"
    raise refuse(query, query.tokens[search.index], f"name the path: p = {query.tokens[search.index].text}(…)")


def _names_edge(query: Query, search: Search) -> bool:
    """Whether the variable of the relationships must be given its value. Raises QueryError where there is no path to read it from."""
    if search.path:
        return True
    name = query.tokens[search.edge].name
    others = (token for index, token in enumerate(query.tokens) if index != search.edge)
    is_starred = any(
        query.sign(i) == "*" and query.word(i - 1) in ("RETURN", "WITH", "DISTINCT") for i in range(len(query.tokens))
    )
    if is_starred or any(token.name == name for token in others):
        hint = f"name the path and write relationships(p): p = {query.tokens[search.index].text}(…)"
        raise refuse(query, query.tokens[search.edge], f"{name} would be null: {hint}")
    return False

"""Variables that are used where they are no more known: `MATCH (a)-[r]->(b) WITH a UNWIND r.x AS y`. The engine takes some for null.

Checked clause by clause in the query and its CALL subqueries: what a clause uses must be known before or behind it, or be bound in it.
"""

from collections.abc import Iterator

from kgbuild.sinks.cypher_clauses import Clause, Query, refuse
from kgbuild.sinks.cypher_names import bound, used
from kgbuild.sinks.cypher_returns import variables

TAIL = ("ORDER BY", "SKIP", "OFFSET", "LIMIT", "WHERE")
"""What follows WITH and RETURN, and sees what was known before them, too."""


def refuse_out_of_scope(query: Query) -> None:
    """Raise QueryError for a variable that is bound in the query, and not known where it stands."""
    if any(token.word == "USING" for token in query.tokens):  # hints name indexes
        return
    for begin, end in query.call_blocks:
        imported = _imported(query, begin)
        for clauses in query.branches(begin, end) if imported is not None else ():
            _check(query, clauses, imported or frozenset())


def _imported(query: Query, begin: int) -> frozenset[str] | None:
    """What a CALL subquery gets from around it; None where that is everything."""
    if begin == 0 or query.sign(begin - 2) != ")":
        return frozenset()
    listed = range(query.openers[begin - 2] + 1, begin - 2)
    return None if any(query.sign(i) == "*" for i in listed) else frozenset(query.tokens[i].name for i in listed)


def _check(query: Query, clauses: list[Clause], imported: frozenset[str]) -> None:
    projected: frozenset[str] = frozenset()
    for place, clause in enumerate(clauses):
        before = frozenset(variables(query, clauses[:place]))
        if clause.word in ("WITH", "RETURN"):
            projected = before | {query.column(item) for item in query.items(clause)}
        known = imported | before | frozenset(variables(query, clauses[: place + 1]))
        known |= projected if clause.word in TAIL else frozenset()
        if clause.word == "YIELD" or _imports(query, clauses, place):
            continue
        for index in _strange(query, clause, known):
            token = query.tokens[index]
            kept = "WITH, CALL (…) { … } and UNION keep only what they name"
            raise refuse(query, token, f"{token.text} is not known here: {kept}")


def _imports(query: Query, clauses: list[Clause], place: int) -> bool:
    """Whether a clause is the WITH by which `CALL { WITH a … }` takes variables in."""
    return place == 0 and clauses[0].word == "WITH" and query.opens_block(clauses[0].keyword - 1)


def _strange(query: Query, clause: Clause, known: frozenset[str]) -> Iterator[int]:
    inner = set(bound(query, clause.begin, clause.end))
    return (index for index in used(query, clause.begin, clause.end) if query.tokens[index].name not in known | inner)

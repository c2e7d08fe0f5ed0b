"""Variables that may be null, in patterns: the engine takes null for "any node", where Neo4j finds nothing.

Behind `OPTIONAL MATCH (a)-->(b)`, `MATCH (a)-->(b)` must give no row where b is null, and `NOT (b)-->()` must hold there. Each such
pattern is guarded: `WITH * WHERE b IS NOT NULL MATCH …`, `(b IS NOT NULL AND (b)-->())`. In MATCH a path that begins at a variable
and goes on needs no guard for it: there the engine does as Neo4j.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kgbuild.sinks.cypher_clauses import SHORTEST, Clause, Query
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_refusals import BEFORE_BRACKETS
from kgbuild.sinks.cypher_returns import Edit, called, pattern_places, pattern_variables, quoted, variables

HELD = "kgbuild_held"
"""Variables, with a number, that say whether what an OPTIONAL MATCH needs is there."""
MATCHES = ("MATCH", "OPTIONAL MATCH")
NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Scope:
    """Variables that are known, and those that may be null."""

    known: frozenset[str] = NOTHING
    nullable: frozenset[str] = NOTHING

    def matched(self, names: frozenset[str]) -> "Scope":
        """The same where a pattern has found these."""
        return Scope(self.known | names, self.nullable - names)

    def given(self, names: frozenset[str], nullable: frozenset[str]) -> "Scope":
        """The same with further variables."""
        return Scope(self.known | names, (self.nullable - names) | nullable)

    def only(self, names: frozenset[str]) -> "Scope":
        """What is left of it where only these are taken along."""
        return Scope(self.known & names, self.nullable & names)


def null_guards(query: Query) -> Iterator[Edit]:
    """The edits that guard patterns. Those that replace tokens lie apart; all others insert."""
    yield from _block(query, 0, len(query.tokens), Scope())


def _block(query: Query, begin: int, end: int, scope: Scope) -> Iterator[Edit]:
    for clauses in query.patterned(begin, end):
        yield from _branch(query, clauses, scope)


def _branch(query: Query, clauses: list[Clause], scope: Scope) -> Iterator[Edit]:
    inside, is_marked = scope, False
    for place, clause in enumerate(clauses):
        if clause.word == "WHERE":
            yield from _expressions(query, clause.begin, clause.end, inside)
        elif clause.word in MATCHES:
            names = frozenset(pattern_variables(query, clause))
            needed = {query.tokens[index].name for index in _exposed(query, clause, scope)}
            if needed:
                yield from _guarded(query, clauses, place, " AND ".join(_held(name) for name in sorted(needed)))
                is_marked |= clause.word == "OPTIONAL MATCH"
            inside = scope.matched(names)
            for begin, end in _inline_filters(query, clause):
                yield from _expressions(query, begin, end, inside)
            scope = inside if clause.word == "MATCH" else scope.given(names - scope.known, names - scope.known)
        else:
            yield from _expressions(query, clause.begin, clause.end, scope)
            if clause.word == "RETURN" and is_marked:
                yield from _without_marks(query, clause, clauses[:place])
            scope = inside = _after(query, clause, scope)


def _after(query: Query, clause: Clause, scope: Scope) -> Scope:
    """What is known behind a clause that is no MATCH."""
    match clause.word:
        case "WITH":
            return _projected(query, clause, scope)
        case "UNWIND":
            names = frozenset(query.column(item) for item in query.items(clause))
            return scope.given(names, names)
        case "YIELD":
            return scope.given(frozenset(query.column(item) for item in query.items(clause)), NOTHING)
        case "CALL" | "OPTIONAL CALL":
            names = frozenset(called(query, clause))
            return scope.given(names, names)
        case _:
            return scope


def _projected(query: Query, clause: Clause, scope: Scope) -> Scope:
    known, nullable = set[str](), set[str]()
    for item in query.items(clause):
        if item.is_star:
            known |= scope.known
            nullable |= scope.nullable
            continue
        source = query.tokens[item.begin].name if item.value_end - item.begin == 1 else ""
        known.add(query.column(item))
        if source not in scope.known or source in scope.nullable:
            nullable.add(query.column(item))
    return Scope(frozenset(known), frozenset(nullable))


# ── MATCH ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _exposed(query: Query, clause: Clause, scope: Scope) -> Iterator[int]:
    """Where a variable stands that may be null and does not begin a path that goes on."""
    for index in pattern_places(query, clause):
        if query.tokens[index].name in scope.nullable and not _begins_path(query, clause, index):
            yield index


def _begins_path(query: Query, clause: Clause, index: int) -> bool:
    opener = query.opener_of(index)
    if query.sign(opener) != "(" or not _goes_on(query, query.closers[opener]):
        return False
    return opener == clause.begin or query.sign(opener - 1) in (",", "=")


def _goes_on(query: Query, closer: int) -> bool:
    """Whether a relationship follows the node that ends here."""
    start = closer + 1 + (query.sign(closer + 1) == "<")
    return query.sign(start) == "-" and query.sign(start + 1) in ("[", "-")


def _guarded(query: Query, clauses: list[Clause], place: int, condition: str) -> Iterator[Edit]:
    clause = clauses[place]
    start = query.tokens[clause.keyword].start
    if clause.word == "MATCH":
        has_word = query.word(clause.keyword) == "MATCH"
        yield start, start, f"WITH * WHERE {condition} " + ("" if has_word else "MATCH ")
        return
    mark = f"{HELD}{clause.keyword}"
    yield start, start, f"WITH *, {condition} AS {mark} "
    following = clauses[place + 1] if place + 1 < len(clauses) else None
    if following is not None and following.word == "WHERE":
        word, end = query.tokens[following.keyword], query.tokens[following.end - 1].end
        yield word.start, word.end, f"WHERE {mark} AND ("
        yield end, end, ")"
    else:
        end = query.tokens[clause.end - 1].end
        yield end, end, f" WHERE {mark}"


def _without_marks(query: Query, clause: Clause, before: list[Clause]) -> Iterator[Edit]:
    """`RETURN *` by name: the marks are not the user's."""
    for item in query.items(clause):
        if item.is_star:
            star = query.tokens[item.begin]
            yield star.start, star.end, ", ".join(quoted(name) for name in sorted(variables(query, before)))


def _inline_filters(query: Query, clause: Clause) -> Iterator[tuple[int, int]]:
    """The predicates that stand inside a pattern: (a WHERE …)."""
    inner = {i for begin, end in query.blocks if clause.begin < begin <= clause.end for i in range(begin, end)}
    for index in range(clause.begin, clause.end):
        opener = query.opener_of(index)
        if query.word(index) == "WHERE" and index not in inner and opener >= 0 and query.is_keyword(index):
            yield index + 1, query.closers[opener]


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _expressions(query: Query, begin: int, end: int, scope: Scope) -> Iterator[Edit]:
    """Guards for subqueries, and for patterns as predicates and in lists."""
    index = begin
    while index < end:
        if query.opens_block(index):
            yield from _block(query, index + 1, query.closers[index], _imported(query, index, scope))
            index = query.closers[index]
        elif _is_pattern(query, index):
            last = _last(query, index)
            names = {query.tokens[i].name for i in range(index, last) if query.sign(i - 1) in ("(", "[")} & scope.nullable
            if names:
                yield from _guarded_pattern(query, index, last, " AND ".join(_held(name) for name in sorted(names)))
            index = last
        index += 1


def _imported(query: Query, index: int, scope: Scope) -> Scope:
    """What a subquery sees of what is around it."""
    if query.word(index - 1) == "CALL":
        return scope if query.word(index + 1) == "WITH" else Scope()
    if query.sign(index - 1) != ")":
        return scope
    listed = range(query.openers[index - 1] + 1, index - 1)
    is_all = any(query.sign(i) == "*" for i in listed)
    return scope if is_all else scope.only(frozenset(query.tokens[i].name for i in listed))


def _is_pattern(query: Query, index: int) -> bool:
    if query.sign(index) != "(" or not _goes_on(query, query.closers[index]):
        return False
    before = query.tokens[index - 1]
    return before.kind not in (Kind.WORD, Kind.QUOTED) or before.word in BEFORE_BRACKETS


def _last(query: Query, index: int) -> int:
    """The bracket that ends a path which begins here."""
    closer = query.closers[index]
    while _goes_on(query, closer):
        following = closer + 1
        while query.sign(following) in ("<", "-", ">", "["):
            following = query.closers.get(following, following) + 1
        if query.sign(following) != "(":
            break
        closer = query.closers[following]
    return closer


def _guarded_pattern(query: Query, first: int, last: int, condition: str) -> Iterator[Edit]:
    before, after = f"({condition} AND ", ")"
    begin, end = first, last
    if query.sign(first - 1) == "[" or (query.sign(first - 1) == "=" and query.sign(first - 3) == "["):
        begin = query.opener_of(first)
        before, after = f"CASE WHEN {condition} THEN ", " ELSE [] END"
        end = query.closers[begin]
    elif query.sign(first - 1) == "(" and query.word(first - 2) in SHORTEST:
        begin, end = first - 2, query.closers[first - 1]
        before, after = f"CASE WHEN {condition} THEN ", " END"
    elif query.sign(first - 1) == "(" and query.word(first - 2) == "EXISTS":
        begin, end = first - 2, query.closers[first - 1]
    yield query.tokens[begin].start, query.tokens[begin].start, before
    yield query.tokens[end].end, query.tokens[end].end, after


def _held(name: str) -> str:
    return f"{quoted(name)} IS NOT NULL"

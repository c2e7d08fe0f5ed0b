"""Variables in the maps of patterns, `MATCH ()-[r]->() MATCH (d:Document {id: r.document})`, and in sort keys, `WITH a ORDER BY r.support`.

The engine does not look into such maps and keys. It takes a relationship that nothing else uses for unused, does not keep it and
compares with null, so that no row is left, or sorts by nothing: a use in the WHERE of the MATCH that finds it keeps it, `r IS NOT NULL`, which holds of all that is
found. Where the variable is found only behind the map, or a pattern as predicate begins with it, there is no such cure: refused.
"""

from collections.abc import Iterator

from kgbuild.sinks.cypher_clauses import Clause, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import Edit, pattern_places, quoted, variables

MATCHES = ("MATCH", "OPTIONAL MATCH")
BEFORE_PREDICATES = frozenset(("WHERE", "AND", "OR", "XOR", "NOT", "WHEN", "THEN", "ELSE", "EXISTS"))


def kept(query: Query) -> Iterator[Edit]:
    """The edits that have the engine keep such relationships; all of them insert."""
    unseen = {query.tokens[index].name for opener in _maps(query) for index in _names(query, opener)}
    unseen |= {query.tokens[index].name for _, clauses in _branches(query) for index in _sorting(clauses)}
    for _, clauses in _branches(query) if unseen else ():
        for match, following in _matches(clauses):
            names = [name for name in dict.fromkeys(_relationships(query, match)) if name in unseen]
            if names:
                test = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)
                yield from _used(query, match, following, test)


def refuse_maps(query: Query) -> None:
    """Raises QueryError for a map that the engine would compare with null."""
    maps = list(_maps(query))
    found = {name for _, clauses in _branches(query) for match, _ in _matches(clauses) for name in _relationships(query, match)}
    for opener in maps if found else ():
        for index in _names(query, opener):
            if query.tokens[index].name in found and _begins_predicate(query, query.opener_of(opener)):
                what = f"a pattern as predicate that begins with a map of {query.tokens[index].text}"
                raise refuse(query, query.tokens[index], f"{what} would be answered wrongly: write EXISTS {{ … }} around it")
    for begin, clauses in _branches(query) if maps else ():
        for place, clause in enumerate(clauses):
            if clause.word in MATCHES and not begin:
                _refuse_early(query, clause, set(variables(query, clauses[:place])), maps)


def _refuse_early(query: Query, match: Clause, known: set[str], maps: list[int]) -> None:
    """Raises QueryError for a map with a variable of the same MATCH, where the engine does not wait until it is found."""
    places = {query.tokens[index].name: index for index in reversed(list(pattern_places(query, match)))}
    for opener in maps:
        for index in _names(query, opener) if match.begin <= opener < match.end else ():
            name = query.tokens[index].name
            place = places.get(name, -1)
            if place < 0 or name in known or not _is_early(query, match, query.opener_of(opener), place):
                continue
            hint = f"compare in WHERE, or find {query.tokens[index].text} in a MATCH before"
            raise refuse(query, query.tokens[index], f"{name} stands in a map, and the pattern beside it finds it: {hint}")


def _is_early(query: Query, match: Clause, bracket: int, place: int) -> bool:
    """bracket: of the node or relationship that has the map; place: where its variable stands in the same MATCH."""
    commas = [index for index in query.outer(match.begin, match.end) if query.sign(index) == ","]
    if place > bracket and (query.sign(bracket) == "[" or any(bracket < comma < place for comma in commas)):
        return True
    low, high = sorted((bracket, place))
    is_beside = query.sign(place - 1) == "[" and not any(query.sign(index) == "(" for index in range(low + 1, high))
    return query.sign(bracket) == "(" and is_beside


def _sorting(clauses: list[Clause]) -> Iterator[int]:
    """What stands in sort keys."""
    return (index for clause in clauses if clause.word == "ORDER BY" for index in range(clause.begin, clause.end))


def _branches(query: Query) -> Iterator[tuple[int, list[Clause]]]:
    """Where each block begins, and the clauses of each of its branches."""
    return ((begin, clauses) for begin, end in query.blocks for clauses in query.patterned(begin, end))


def _matches(clauses: list[Clause]) -> Iterator[tuple[Clause, Clause | None]]:
    """Each MATCH, and its WHERE."""
    for clause, following in zip(clauses, [*clauses[1:], None], strict=True):
        if clause.word in MATCHES:
            yield clause, following if following is not None and following.word == "WHERE" else None


def _maps(query: Query) -> Iterator[int]:
    """Where maps in brackets begin, as those of patterns are."""
    for opener in query.closers:
        if query.sign(opener) == "{" and not query.opens_block(opener) and query.sign(query.opener_of(opener)) in ("(", "["):
            yield opener


def _names(query: Query, opener: int) -> Iterator[int]:
    """Where names stand in a map that are neither its keys nor properties."""
    for index in range(opener + 1, query.closers[opener]):
        if (
            query.tokens[index].kind in (Kind.WORD, Kind.QUOTED)
            and query.sign(index - 1) != "."
            and query.sign(index + 1) != ":"
        ):
            yield index


def _relationships(query: Query, match: Clause) -> Iterator[str]:
    for index in pattern_places(query, match):
        if query.sign(index - 1) == "[" and query.sign(index - 2).endswith("-"):
            yield query.tokens[index].name


def _begins_predicate(query: Query, opener: int) -> bool:
    """Whether a bracket is the first node of a pattern that is a predicate: WHERE NOT (…)-->(b)."""
    if query.sign(opener) != "(" or query.sign(query.closers[opener] + 1) not in ("-", "<", "<-"):
        return False
    before = opener - 1
    while query.sign(before) == "(":
        before -= 1
    return query.word(before) in BEFORE_PREDICATES


def _used(query: Query, match: Clause, where: Clause | None, test: str) -> Iterator[Edit]:
    if where is None:
        end = query.tokens[match.end - 1].end
        yield end, end, f" WHERE {test}"
        return
    start, end = query.tokens[where.begin].start, query.tokens[where.end - 1].end
    is_whole = len(query.conjuncts(where)) == 1
    if is_whole:
        yield start, start, "("
    yield end, end, f"{')' if is_whole else ''} AND {test}"

"""Expressions around aggregates: `collect(x)[0] IS NOT NULL` in WITH or RETURN is answered wrongly by the engine.

Such a clause is taken apart as its meaning says: a WITH that groups and aggregates, then the clause over the groups' values. What
an expression may use beside aggregates is what the rows are grouped by, as in Neo4j.
"""

import re
from collections.abc import Iterator

from kgbuild.sinks.cypher_clauses import Clause, Item, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind, Token
from kgbuild.sinks.cypher_returns import RESERVED, Edit, quoted, renamed, variables

AGGREGATES = frozenset(("COUNT", "SUM", "AVG", "MIN", "MAX", "COLLECT", "STDEV", "STDEVP", "PERCENTILECONT", "PERCENTILEDISC"))
PREDICATE_WORDS = frozenset(("AND", "OR", "XOR", "NOT", "IS", "CASE", "STARTS", "ENDS", "CONTAINS"))
PREDICATE_SIGNS = frozenset(("=", "<>", "<", ">", "<=", ">=", "=~"))
SIMPLE = re.compile(r"(\w+|`[^`]+`)(\s*\.\s*(\w+|`[^`]+`))*")
"""The source of a variable or of a property: other expressions Neo4j does not know again beside aggregates."""
GROUP = "kgbuild_g"
AGGREGATE = "kgbuild_a"


def aggregating(query: Query) -> Iterator[Edit]:
    """The edits that take expressions around aggregates apart. Raises QueryError where the rows are not grouped by what is used."""
    for begin, end in query.blocks:
        for clauses in query.branches(begin, end):
            for place, clause in enumerate(clauses):
                if clause.word in ("WITH", "RETURN"):
                    yield from _clause(query, clauses, place)


def _clause(query: Query, clauses: list[Clause], place: int) -> Iterator[Edit]:
    clause = clauses[place]
    items = query.items(clause)
    calls = {item: list(aggregate_calls(query, item.begin, item.end)) for item in items}
    _refuse_nested(query, [call for found in calls.values() for call in found])
    mixed = [item for item in items if calls[item] and not _is_bare(item, calls[item])]
    groups = _groups(query, clauses[:place], items, calls) if mixed else {}
    for item in mixed:
        stray = next(iter(_stray(query, item, calls[item], groups)), None)
        if stray is not None:
            hint = f"aggregate in WITH first: … WITH {stray.text}, {query.source(*calls[item][0])} AS x RETURN …"
            raise refuse(query, stray, f"{stray.text} stands beside an aggregate, and the rows are not grouped by it: {hint}")
    if any(_is_fault(query, item, calls[item], groups) for item in mixed):
        yield from _apart(query, clauses, place, groups, calls)
    elif clause.word == "WITH" and any(calls.values()):
        yield from _starless(query, clauses[:place], items)


def _refuse_nested(query: Query, calls: list[tuple[int, int]]) -> None:
    """`sum(count(*))`: the engine would count nothing."""
    for begin, end in calls:
        inner = next(aggregate_calls(query, begin + 2, end - 1), None)
        if inner is not None:
            call = query.source(*inner)
            raise refuse(query, query.tokens[inner[0]], f"an aggregate of an aggregate: count first, WITH {call} AS x")


def _is_fault(query: Query, item: Item, calls: list[tuple[int, int]], groups: dict[str, str]) -> bool:
    """Whether the engine would answer an expression wrongly, or not at all: `coalesce(a.x, 0) * count(*)` beside a.x."""
    return _around_aggregate(query, item, calls) is not None or any(_covered(query, item, groups))


def _starless(query: Query, before: list[Clause], items: list[Item]) -> Iterator[Edit]:
    """`WITH *, count(…)`: the engine would group by nothing. Raises QueryError in a subquery, where more is known than it matched."""
    for item in items:
        if item.is_star:
            star = query.tokens[item.begin]
            if query.opener_of(item.begin) >= 0:
                raise refuse(query, star, "* beside an aggregate in the WITH of a subquery: name the variables instead")
            yield star.start, star.end, ", ".join(quoted(name) for name in variables(query, before))


def _is_bare(item: Item, calls: list[tuple[int, int]]) -> bool:
    return len(calls) == 1 and calls[0] == (item.begin, item.value_end)


def _groups(query: Query, before: list[Clause], items: list[Item], calls: dict[Item, list[tuple[int, int]]]) -> dict[str, str]:
    """Source of each expression that rows are grouped by -> what it is called from then on."""
    groups: dict[str, str] = {}
    for number, item in enumerate(items):
        if item.is_star:
            groups |= {quoted(name): quoted(name) for name in variables(query, before)}
        elif not calls[item]:
            source = query.source(item.begin, item.value_end)
            is_variable = item.value_end - item.begin == 1 and query.tokens[item.begin].kind in (Kind.WORD, Kind.QUOTED)
            groups[source] = source if is_variable else f"{GROUP}{number}"
    return groups


def _apart(
    query: Query,
    clauses: list[Clause],
    place: int,
    groups: dict[str, str],
    calls: dict[Item, list[tuple[int, int]]],
) -> Iterator[Edit]:
    clause = clauses[place]
    names = {source: name for source, name in groups.items() if source != name}
    grouped = dict(names)
    carried = [f"{source} AS {name}" if source != name else source for source, name in groups.items()]
    for found in calls.values():
        for begin, end in found:
            source = query.source(begin, end)
            if source not in names:
                names[source] = f"{AGGREGATE}{len(names)}"
                carried.append(f"{source} AS {names[source]}")
    bare = {query.source(*found[0]): names[query.source(*found[0])] for item, found in calls.items() if _is_bare(item, found)}
    distinct = "DISTINCT " if query.word(clause.begin) == "DISTINCT" else ""
    start = query.tokens[clause.keyword].start
    yield start, start, f"WITH {', '.join(carried)} "
    first = query.items(clause)[0]
    yield start, query.tokens[first.begin].start, f"{clause.word} {distinct}"
    for item in calls:
        if item.is_star:  # what the WITH carries beside is not the user's
            star = query.tokens[item.begin]
            yield star.start, star.end, ", ".join(quoted(name) for name in variables(query, clauses[:place]))
            continue
        yield from renamed(query, Clause("", item.begin, item.begin, item.value_end), {}, names)
        if item.value_end == item.end and item.end - item.begin > 1:
            end = query.tokens[item.end - 1].end
            yield end, end, f" AS {quoted(query.column(item))}"
    for following in clauses[place + 1 :]:
        if following.word == "ORDER BY":
            yield from renamed(query, following, {}, grouped | bare)
        elif following.word not in ("SKIP", "LIMIT", "OFFSET"):
            break


def aggregate_calls(query: Query, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Where aggregates are called, outside subqueries."""
    index = begin
    while index < end:
        if query.opens_block(index):
            index = query.closers[index]
        elif query.tokens[index].word in AGGREGATES and query.sign(index + 1) == "(" and query.sign(index - 1) != ".":
            yield index, query.closers[index + 1] + 1
            index = query.closers[index + 1]
        index += 1


def _around_aggregate(query: Query, item: Item, calls: list[tuple[int, int]]) -> Token | None:
    """What around an aggregate would make the engine's answer wrong."""
    inside = {index for begin, end in calls for index in range(begin, end)}
    ends = {end - 1 for _, end in calls}
    for index in range(item.begin, item.end):
        token = query.tokens[index]
        if index in inside:
            continue
        if query.is_keyword(index) and token.word in PREDICATE_WORDS:
            return token
        if token.word == "IN":
            return token
        if token.kind is Kind.SIGN and token.text in PREDICATE_SIGNS and not query.in_reduce_head(index):
            return token
        if query.sign(index) == "." and index > item.begin and query.sign(index - 1) in ("]", ")"):
            opened = query.openers[index - 1]
            if index - 1 in ends or any(opened <= end for end in ends if end < index) or opened - 1 in ends:
                return token
    return None


def _stray(query: Query, item: Item, calls: list[tuple[int, int]], groups: dict[str, str]) -> Iterator[Token]:
    """Variables beside the aggregates that are neither grouped by nor bound inside the expression."""
    inside = {index for begin, end in calls for index in range(begin, end)}
    known = {source.strip("`") for source in groups} | _bound(query, item)
    simple = {source: name for source, name in groups.items() if SIMPLE.fullmatch(source)}
    grouped = set(_covered(query, item, simple))
    for index in _variables(query, item.begin, item.value_end):
        if index not in inside and index not in grouped and query.tokens[index].name not in known:
            yield query.tokens[index]


def strays(query: Query, part: Clause, lost: frozenset[str], *, are_visible: bool = False) -> Iterator[int]:
    """Where variables stand that are no more known: none that a list binds anew, or a pattern, unless they are visible to it."""
    found = lost - _bound(query, Item(part.begin, part.end, part.end, False)) if lost else lost
    places = [index for index in _variables(query, part.begin, part.end) if query.tokens[index].name in found]
    patterns = {
        query.tokens[index].name for index in places if query.sign(index - 1) in ("(", "[") and _ends_name(query, index)
    }
    return (index for index in places if are_visible or query.tokens[index].name not in patterns)


def _ends_name(query: Query, index: int) -> bool:
    opener = query.tokens[index - 2] if index > 1 else query.tokens[index]
    is_argument = query.sign(index - 1) == "(" and opener.kind is Kind.WORD and opener.word not in RESERVED
    return query.sign(index + 1) in (")", ":", "{", "]", "*") and not is_argument


def _variables(query: Query, begin: int, end: int) -> Iterator[int]:
    """Where variables are used."""
    for index in range(begin, end):
        token = query.tokens[index]
        if token.kind not in (Kind.WORD, Kind.QUOTED):
            continue
        is_key = query.sign(index + 1) == ":" and query.sign(index - 1) in ("{", ",")
        if is_key or query.is_label(index) or query.sign(index - 1) == "." or token.word in RESERVED:
            continue
        if not _names_function(query, index):
            yield index


def _names_function(query: Query, index: int) -> bool:
    while query.sign(index + 1) == ".":
        index += 2
    return query.sign(index + 1) == "("


def _bound(query: Query, item: Item) -> set[str]:
    bound = set()
    for index in range(item.begin, item.value_end):
        name = query.tokens[index].name
        if name and (query.word(index + 1) == "IN" or query.in_reduce_head(index + 1)):
            bound.add(name)
    return bound


def _covered(query: Query, item: Item, groups: dict[str, str]) -> Iterator[int]:
    """Where what the rows are grouped by stands in an item."""
    places = {token.start: index for index, token in enumerate(query.tokens)}
    ends = {token.end: index for index, token in enumerate(query.tokens)}
    for start, end, _ in renamed(query, Clause("", item.begin, item.begin, item.value_end), {}, groups):
        yield from range(places[start], ends[end] + 1)

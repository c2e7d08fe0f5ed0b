"""Behind aggregates and DISTINCT: `RETURN o.name AS org, count(*) AS n ORDER BY count(*) % 7, size(o.name)`, and WHERE behind WITH.

There the engine finds an item only where it is a whole sort key; inside an expression it takes it for null, without a word. It is
written by the name that it has from there on; what has none is refused, as by Neo4j.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kgbuild.sinks.cypher_aggregates import aggregate_calls, strays
from kgbuild.sinks.cypher_clauses import Clause, Item, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import Edit, quoted, renamed, variables

NAME = "kgbuild_o"
"""Names, with a number, for items that have none."""
TAIL = ("ORDER BY", "SKIP", "OFFSET", "LIMIT", "WHERE")
"""What may follow WITH or RETURN as a part of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known behind a clause. items: by their source; names: of items; variables: their new names; lost: variables no more known."""

    items: dict[str, Item]
    names: dict[Item, str]
    variables: dict[str, str]
    lost: frozenset[str]


def ordering(query: Query) -> Iterator[Edit]:
    """The edits that name items in sort keys and behind WITH. Raises QueryError for what is not known there."""
    for begin, end in query.blocks:
        for clauses in query.branches(begin, end):
            for place, clause in enumerate(clauses):
                if clause.word in ("WITH", "RETURN") and _is_grouping(query, clause):
                    yield from _behind(query, clauses, place)


def paged_filters(query: Query) -> Iterator[Edit]:
    """`WITH … LIMIT 5 WHERE …`: the engine would filter before it pages. The filter gets a WITH of its own."""
    for begin, end in query.blocks:
        for clauses in query.branches(begin, end):
            for place, where in enumerate(clauses):
                if where.word == "WHERE" and place and clauses[place - 1].word in ("SKIP", "OFFSET", "LIMIT"):
                    _refuse_lost(query, clauses, place)
                    start = query.tokens[where.keyword].start
                    yield start, start, "WITH * "


def _refuse_lost(query: Query, clauses: list[Clause], place: int) -> None:
    """Raises QueryError for a variable in the WHERE at a place that its WITH does not take along."""
    projection = next((index for index in reversed(range(place)) if clauses[index].word == "WITH"), None)
    if projection is None:  # no Cypher: the engine says so
        return
    known = _known(query, clauses, projection)
    is_grouping = _is_grouping(query, clauses[projection])
    for stray in strays(query, clauses[place], known.lost | known.variables.keys(), are_visible=not is_grouping):
        name = query.tokens[stray].text
        raise refuse(query, query.tokens[stray], f"{name} is not known behind {clauses[place - 1].word}: take it along in WITH")


def _is_grouping(query: Query, clause: Clause) -> bool:
    return query.word(clause.begin) == "DISTINCT" or any(aggregate_calls(query, clause.begin, clause.end))


def _behind(query: Query, clauses: list[Clause], place: int) -> Iterator[Edit]:
    known = _known(query, clauses, place)
    used: set[str] = set()
    for following in clauses[place + 1 :]:
        if following.word not in TAIL:
            break
        parts = _keys(query, following) if following.word == "ORDER BY" else iter((following,))
        for part in parts if following.word in ("ORDER BY", "WHERE") else ():
            if following.word == "WHERE" or query.source(part.begin, part.end) not in known.items:
                yield from _named(query, part, known, used)
    for source in sorted(used):
        item = known.items[source]
        if item.value_end == item.end and _is_expression(item):
            end = query.tokens[item.end - 1].end
            yield end, end, f" AS {known.names[item]}"


def _known(query: Query, clauses: list[Clause], place: int) -> Known:
    items = [item for item in query.items(clauses[place]) if not item.is_star]
    names = {
        item: quoted(query.column(item)) if item.value_end < item.end or not _is_expression(item) else f"{NAME}{number}"
        for number, item in enumerate(items)
    }
    before = frozenset(variables(query, clauses[:place]))
    is_starred = len(items) < len(query.items(clauses[place]))
    after = frozenset(query.column(item) for item in items) | (before if is_starred else frozenset())
    renamed_to = {
        query.tokens[item.begin].name: names[item]
        for item in items
        if not _is_expression(item) and query.tokens[item.begin].kind in (Kind.WORD, Kind.QUOTED)
    }
    return Known(
        items={query.source(item.begin, item.value_end): item for item in items},
        names=names,
        variables={name: new for name, new in renamed_to.items() if name not in after and name in before},
        lost=before - after - renamed_to.keys(),
    )


def _is_expression(item: Item) -> bool:
    return item.value_end - item.begin > 1


def _keys(query: Query, order: Clause) -> Iterator[Clause]:
    """The sort keys, without ASC and DESC."""
    for item in query.items(order):
        end = item.end
        while end > item.begin + 1 and query.word(end - 1) in ("ASC", "DESC", "ASCENDING", "DESCENDING"):
            end -= 1
        yield Clause("", item.begin, item.begin, end)


def _named(query: Query, part: Clause, known: Known, used: set[str]) -> Iterator[Edit]:
    sources = {source: known.names[item] for source, item in known.items.items()}
    edits = list(renamed(query, part, known.variables, sources))
    places = [(start, end) for start, end, _ in edits]
    for begin, end in aggregate_calls(query, part.begin, part.end):
        if not _is_inside(query, begin, end, places):
            call = query.source(begin, end)
            raise refuse(query, query.tokens[begin], f"{call} is not returned here: name it first, {call} AS x, and take x")
    for stray in strays(query, part, known.lost):
        if not _is_inside(query, stray, stray + 1, places):
            name = query.tokens[stray].text
            raise refuse(query, query.tokens[stray], f"{name} is not known behind an aggregate or DISTINCT: take it along")
    used.update(source for source, name in sources.items() for edit in edits if edit[2] == name)
    yield from edits


def _is_inside(query: Query, begin: int, end: int, places: list[tuple[int, int]]) -> bool:
    return any(start <= query.tokens[begin].start and query.tokens[end - 1].end <= stop for start, stop in places)

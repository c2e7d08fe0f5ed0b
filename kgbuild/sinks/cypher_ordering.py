"""ORDER BY behind aggregates: `RETURN o.name AS org, count(*) AS n ORDER BY count(*) % 7, size(o.name)`.

The engine finds an item there only where it is a whole sort key; inside an expression it takes it for null, without a word. There
it is written by the name that it has behind RETURN or WITH.
"""

from collections.abc import Iterator

from kgbuild.sinks.cypher_aggregates import aggregate_calls
from kgbuild.sinks.cypher_clauses import Clause, Item, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_returns import Edit, quoted, renamed

NAME = "kgbuild_o"
"""Names, with a number, for items that have none."""


def ordering(query: Query) -> Iterator[Edit]:
    """The edits that name items in sort keys. Raises QueryError for an aggregate in a sort key that is no item."""
    for begin, end in query.blocks:
        for clauses in query.branches(begin, end):
            for clause, order in zip(clauses, clauses[1:], strict=False):
                if clause.word in ("WITH", "RETURN") and order.word == "ORDER BY":
                    yield from _ordered(query, clause, order)


def _ordered(query: Query, clause: Clause, order: Clause) -> Iterator[Edit]:
    items = [item for item in query.items(clause) if not item.is_star]
    if not any(True for item in items for _ in aggregate_calls(query, item.begin, item.value_end)):
        return
    sources = {query.source(item.begin, item.value_end): item for item in items}
    named: dict[Item, str] = {}
    for number, item in enumerate(items):
        named[item] = quoted(query.column(item)) if item.value_end < item.end else f"{NAME}{number}"
    used: set[str] = set()
    for key in _keys(query, order):
        if query.source(key.begin, key.end) not in sources:
            yield from _named(query, key, sources, named, used)
    for source in sorted(used):
        item = sources[source]
        if item.value_end == item.end:
            end = query.tokens[item.end - 1].end
            yield end, end, f" AS {named[item]}"


def _keys(query: Query, order: Clause) -> Iterator[Clause]:
    """The sort keys, without ASC and DESC."""
    for item in query.items(order):
        end = item.end
        while end > item.begin + 1 and query.word(end - 1) in ("ASC", "DESC", "ASCENDING", "DESCENDING"):
            end -= 1
        yield Clause("", item.begin, item.begin, end)


def _named(query: Query, key: Clause, sources: dict[str, Item], named: dict[Item, str], used: set[str]) -> Iterator[Edit]:
    names = {query.column(item) for item in sources.values()}
    variables = {
        source: named[item]
        for source, item in sources.items()
        if item.value_end - item.begin == 1 and item.value_end < item.end and source not in names and _is_name(query, item)
    }
    edits = list(renamed(query, key, variables, {source: named[item] for source, item in sources.items()}))
    places = {(start, end) for start, end, _ in edits}
    for begin, end in aggregate_calls(query, key.begin, key.end):
        if not any(start <= query.tokens[begin].start and query.tokens[end - 1].end <= stop for start, stop in places):
            call = query.source(begin, end)
            raise refuse(query, query.tokens[begin], f"ORDER BY {call}: return it, {call} AS x, and order by x")
    for start, end, name in edits:
        used.update(source for source, item in sources.items() if named[item] == name and query.text[start:end])
        yield start, end, name


def _is_name(query: Query, item: Item) -> bool:
    return query.tokens[item.begin].kind in (Kind.WORD, Kind.QUOTED)

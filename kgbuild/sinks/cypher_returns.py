"""What a query returns: its columns, which are dates and which are paths, and the rewrites without which paths come back as text.

What a variable is gets followed through WITH, UNWIND and CALL, by the shape of expressions; a shape it does not know is nothing
special.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kgbuild.sinks.cypher_clauses import Clause, Item, Query, refuse
from kgbuild.sinks.cypher_lexer import Kind

PATH = "@path"
"""The key under which a path travels as [nodes, relationships]: the engine itself gives a path only as text."""

ITEM = "kgbuild_item"
"""A variable for rewrites: the engine loses backticked ones in comprehensions."""

Edit = tuple[int, int, str]
Scope = dict[str, str]
"""Names of variables -> what they are, as far as it matters: "path", "paths", "date", "dates"."""


@dataclass(frozen=True, slots=True)
class PathColumn:
    """A column of the query that is a path, and the column that carries its nodes and relationships."""

    column: str
    carrier: str


def returned(
    query: Query, dates: frozenset[str], edits: list[Edit]
) -> tuple[tuple[str, ...], tuple[PathColumn, ...], frozenset[str]]:
    """Columns, which of them are paths and dates; adds the edits that make paths travel."""
    branches = query.branches(0, len(query.tokens))
    scopes = [_scope(query, clauses, {}, dates) for clauses in branches]
    lists = [return_items(query, clauses) for clauses in branches]
    columns = tuple(query.column(item) for item in lists[0] if not item.is_star)
    kinds = [_column_kinds(query, items, scope, dates) for items, scope in zip(lists, scopes, strict=True)]
    paths = tuple(dict.fromkeys(name for found in kinds for name, kind in found.items() if kind in ("path", "paths")))
    for items, scope, found in zip(lists, scopes, kinds, strict=True):
        if not items:
            continue
        carried = "".join(
            f", {_carrier_source(query, items, name, found.get(name))} AS `{PATH} {index}`" for index, name in enumerate(paths)
        )
        if any(item.is_star for item in items):
            edits.extend(_star(query, items, carried))
        else:
            place = query.tokens[items[-1].end - 1].end
            edits.extend([(place, place, carried)] if carried else [])
            edits.extend(_nested_paths(query, items, scope))
    carriers = tuple(PathColumn(name, f"{PATH} {index}") for index, name in enumerate(paths))
    return columns, carriers, frozenset(name for found in kinds for name, kind in found.items() if kind in ("date", "dates"))


def return_items(query: Query, clauses: list[Clause]) -> list[Item]:
    return next((query.items(clause) for clause in clauses if clause.word == "RETURN"), [])


def _star(query: Query, items: list[Item], carried: str) -> Iterator[Edit]:
    """RETURN *, x as WITH *, x RETURN *: the engine would return `*` alone, without a word."""
    rest = [item for item in items if not item.is_star]
    if not rest and not carried:
        return
    named = "".join(f", {query.source(item.begin, item.value_end)} AS {_quoted(query.column(item))}" for item in rest)
    returns = items[0].begin - 1
    distinct = query.word(returns) == "DISTINCT"
    start = query.tokens[returns - distinct].start
    yield start, query.tokens[items[-1].end - 1].end, f"WITH *{named}{carried} RETURN {'DISTINCT ' * distinct}*"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _column_kinds(query: Query, items: list[Item], scope: Scope, dates: frozenset[str]) -> Scope:
    kinds = dict(scope) if any(item.is_star for item in items) else {}
    for item in items:
        if not item.is_star:
            kinds[query.column(item)] = _kind_of(query, item.begin, item.value_end, scope, dates)
    return {name: kind for name, kind in kinds.items() if kind}


def _carrier_source(query: Query, items: list[Item], name: str, kind: str | None) -> str:
    if kind is None:
        return "null"
    item = next((item for item in items if not item.is_star and query.column(item) == name), None)
    source = query.source(item.begin, item.value_end) if item else _quoted(name)
    if kind == "path":
        return _travelling(source)
    return f"[{ITEM} IN {source} | {_travelling(ITEM)}]"


def _travelling(source: str) -> str:
    return f"{{`{PATH}`: [nodes({source}), relationships({source})]}}"


def _nested_paths(query: Query, items: list[Item], scope: Scope) -> Iterator[Edit]:
    """Paths inside lists and maps of RETURN, where no column can carry them."""
    for item in items:
        if item.is_star or item.value_end - item.begin == 1:
            continue
        for index in _bare_paths(query, item.begin, item.value_end, scope):
            token = query.tokens[index]
            if query.sign(index - 1) in ("[", ",", ":") and query.sign(index + 1) in ("]", ",", "}"):
                yield token.start, token.end, _travelling(token.text)
                if item.value_end == item.end:
                    place = query.tokens[item.end - 1].end
                    yield place, place, f" AS {_quoted(query.column(item))}"


def _bare_paths(query: Query, begin: int, end: int, scope: Scope) -> Iterator[int]:
    for index in range(begin, end):
        token = query.tokens[index]
        if token.kind in (Kind.WORD, Kind.QUOTED) and scope.get(token.name) == "path" and query.sign(index - 1) != ".":
            yield index


def _scope(query: Query, clauses: list[Clause], scope: Scope, dates: frozenset[str]) -> Scope:
    """What the variables are when RETURN is reached."""
    scope = dict(scope)
    for clause in clauses:
        match clause.word:
            case "MATCH" | "OPTIONAL MATCH":
                scope |= dict.fromkeys(query.path_names(clause), "path")
            case "UNWIND":
                item = query.items(clause)[0]
                kind = _kind_of(query, item.begin, item.value_end, scope, dates)
                scope[query.column(item)] = {"paths": "path", "dates": "date"}.get(kind, "")
            case "CALL":
                scope |= _called(query, clause, scope, dates)
            case "WITH":
                _refuse_lost_paths(query, clause, scope)
                scope = _column_kinds(query, query.items(clause), scope, dates)
    return scope


def _called(query: Query, clause: Clause, scope: Scope, dates: frozenset[str]) -> Scope:
    for index in range(clause.begin, clause.end):
        if query.opens_block(index):
            inner = query.branches(index + 1, query.closers[index])[0]
            return _column_kinds(query, return_items(query, inner), _scope(query, inner, scope, dates), dates)
    return {}


def _refuse_lost_paths(query: Query, clause: Clause, scope: Scope) -> None:
    for item in query.items(clause):
        if item.is_star or item.value_end - item.begin == 1:
            continue
        for index in _bare_paths(query, item.begin, item.value_end, scope):
            if query.sign(index - 1) in ("[", ",", ":") and query.sign(index + 1) in ("]", ",", "}"):
                hint = "a path goes through WITH as itself or in collect(); make lists and maps of it in RETURN"
                raise refuse(query, query.tokens[index], hint)


def _kind_of(query: Query, begin: int, end: int, scope: Scope, dates: frozenset[str]) -> str:
    """What an expression is: by its shape, for the few shapes that matter."""
    some = query.tokens[begin:end]
    if len(some) == 1 and some[0].kind in (Kind.WORD, Kind.QUOTED):
        return scope.get(some[0].name, "")
    if len(some) == 3 and some[1].text == "." and some[2].name in dates:
        return "date"
    if len(some) < 4 or some[1].text != "(" or query.closers[begin + 1] != end - 1:
        return ""
    inner = begin + 3 if query.word(begin + 2) == "DISTINCT" else begin + 2
    function = some[0].word
    kind = _kind_of(query, inner, end - 1, scope, dates)
    match function:
        case "DATE":
            return "date"
        case "COLLECT":
            return {"path": "paths", "date": "dates"}.get(kind, "")
        case "HEAD" | "LAST":
            return {"paths": "path", "dates": "date"}.get(kind, "")
        case "MIN" | "MAX":
            return kind if kind == "date" else ""
        case _:
            return ""

"""A user's Cypher -> Cypher that the embedded engine answers as Neo4j would, or a refusal that says what to write instead.

Checks and rewrites work on tokens and clauses (cypher_clauses.py), never on raw text. What is refused or rewritten was found by
comparing the engine with a Neo4j 5.26; tests/conformance holds a query for each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kgbuild.sinks.cypher_aggregates import aggregating
from kgbuild.sinks.cypher_clauses import Query, parse
from kgbuild.sinks.cypher_components import components
from kgbuild.sinks.cypher_fulltext import check_search
from kgbuild.sinks.cypher_kept import kept, refuse_maps
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_moments import expressed, replaced
from kgbuild.sinks.cypher_nulls import null_guards
from kgbuild.sinks.cypher_ordering import ordering, paged_filters
from kgbuild.sinks.cypher_paging import paging, paging_parameters
from kgbuild.sinks.cypher_refusals import check
from kgbuild.sinks.cypher_returns import Edit, columns, returning
from kgbuild.sinks.cypher_rewrites import FULL_TEXT, barriers, matched, refuse_tangled_optional, rewrites, searched
from kgbuild.sinks.cypher_scopes import refuse_out_of_scope
from kgbuild.sinks.cypher_shortest import guarded_expressions, guarded_paths
from kgbuild.sinks.cypher_times import timed_texts
from kgbuild.sinks.cypher_types import refuse_types, uncoerced, untexted
from kgbuild.sinks.values import holds_time

__all__ = ["FULL_TEXT", "Prepared", "prepare"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What runs, and how to read what comes back.

    columns: as Neo4j names them, none for a procedure that stands alone; parameters: those that the query needs; patterns and
    pattern_parameters: regular expressions to check first; search_parameters: texts for the full-text index, to check too; paging_parameters: SKIP or LIMIT, and
    the parameter that stands alone behind it; values: of the parameters that the text has now.
    """

    text: str
    columns: tuple[str, ...]
    parameters: tuple[str, ...]
    patterns: tuple[str, ...]
    pattern_parameters: tuple[str, ...]
    search_parameters: tuple[str, ...]
    paging_parameters: tuple[tuple[str, str], ...]
    values: dict[str, Any]


def prepare(
    text: str,
    dates: frozenset[str] = frozenset(),
    given: Mapping[str, Any] | None = None,
) -> Prepared:
    """Check a query and rewrite it for the engine; dates: the properties that are dates; given: the parameters' values.

    Raises QueryError, with the place and what to write instead, for what is not a read, what does not return, and what the
    engine would answer wrongly.
    """
    given = given or {}
    dated = frozenset(name for name, value in given.items() if holds_time(value))
    others = untexted(given)
    query = parse(text)
    check(query)
    refuse_out_of_scope(query)
    refuse_types(query, dates, others)
    searches, search_parameters = searched(query)
    for search in searches:
        check_search(search)
    patterns, pattern_parameters = matched(query)
    refuse_tangled_optional(query)
    refuse_maps(query)
    local = _apply(query, [*rewrites(query), *components(query, dates)])
    paged = _apply(local, paging(local))
    found = _apply(paged, guarded_paths(paged))
    searching = _apply(found, guarded_expressions(found))
    timed = _apply(searching, timed_texts(searching, dated))
    refuse_tangled_optional(timed)
    typed = _apply(timed, uncoerced(timed, dates, others))
    whole = _apply(typed, kept(typed))
    guarded = _apply(whole, null_guards(whole))
    rewritten = _apply(guarded, barriers(guarded))
    ordered = _apply(rewritten, ordering(rewritten))
    filtered = _apply(ordered, paged_filters(ordered))
    grouped = _apply(filtered, aggregating(filtered))
    told = _apply(grouped, returning(grouped, dates, dated))
    expressions, values = expressed(given)
    return Prepared(
        text=_apply(told, replaced(told, expressions)).text,
        columns=columns(query),
        parameters=tuple(dict.fromkeys(token.name for token in query.tokens if token.kind is Kind.PARAMETER)),
        patterns=patterns,
        pattern_parameters=pattern_parameters,
        search_parameters=search_parameters,
        paging_parameters=paging_parameters(query),
        values=values,
    )


def _apply(query: Query, edits: Iterable[Edit]) -> Query:
    text = query.text
    made = sorted(edits, key=lambda edit: edit[:2], reverse=True)
    for start, end, new in made:
        text = text[:start] + new + text[end:]
    return parse(text) if made else query

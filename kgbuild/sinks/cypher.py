"""A user's Cypher -> Cypher that the embedded engine answers as Neo4j would, or a refusal that says what to write instead.

Checks and rewrites work on tokens and clauses (cypher_clauses.py), never on raw text. What is refused or rewritten was found by
comparing the engine with a Neo4j 5.26; tests/conformance holds a query for each.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kgbuild.sinks.cypher_aggregates import aggregating
from kgbuild.sinks.cypher_clauses import Query, parse
from kgbuild.sinks.cypher_fulltext import check_search
from kgbuild.sinks.cypher_kept import kept, refuse_maps
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_nulls import null_guards
from kgbuild.sinks.cypher_refusals import check
from kgbuild.sinks.cypher_returns import Edit, columns, returning
from kgbuild.sinks.cypher_rewrites import FULL_TEXT, barriers, matched, refuse_tangled_optional, rewrites, searched

__all__ = ["FULL_TEXT", "Prepared", "prepare"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What runs, and how to read what comes back.

    columns: as Neo4j names them, none for a procedure that stands alone; parameters: those that the query needs; patterns and
    pattern_parameters: regular expressions to check first; search_parameters: texts for the full-text index, to check too.
    """

    text: str
    columns: tuple[str, ...]
    parameters: tuple[str, ...]
    patterns: tuple[str, ...]
    pattern_parameters: tuple[str, ...]
    search_parameters: tuple[str, ...]


def prepare(text: str, dates: frozenset[str] = frozenset(), dated: frozenset[str] = frozenset()) -> Prepared:
    """Check a query and rewrite it for the engine; dates: the properties that are dates; dated: the parameters that hold times.

    Raises QueryError, with the place and what to write instead, for what is not a read, what does not return, and what the
    engine would answer wrongly.
    """
    query = parse(text)
    check(query)
    searches, search_parameters = searched(query)
    for search in searches:
        check_search(search)
    patterns, pattern_parameters = matched(query)
    refuse_tangled_optional(query)
    refuse_maps(query)
    local = _apply(query, rewrites(query))
    whole = _apply(local, kept(local))
    guarded = _apply(whole, null_guards(whole))
    rewritten = _apply(guarded, barriers(guarded))
    grouped = _apply(rewritten, aggregating(rewritten))
    return Prepared(
        text=_apply(grouped, returning(grouped, dates, dated)).text,
        columns=columns(query),
        parameters=tuple(dict.fromkeys(token.name for token in query.tokens if token.kind is Kind.PARAMETER)),
        patterns=patterns,
        pattern_parameters=pattern_parameters,
        search_parameters=search_parameters,
    )


def _apply(query: Query, edits: Iterable[Edit]) -> Query:
    text = query.text
    made = sorted(edits, key=lambda edit: edit[:2], reverse=True)
    for start, end, new in made:
        text = text[:start] + new + text[end:]
    return parse(text) if made else query

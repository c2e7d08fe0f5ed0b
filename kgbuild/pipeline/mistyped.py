"""A Cypher query -> the labels, relationship types and properties in it that the graph does not have, with those that may be meant.

Cypher answers such a query with no rows, or with nulls, and no word. Documents bring properties of their own: those that only they
could have are asked of the store.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from kgbuild.errors import QueryError
from kgbuild.pipeline.near import in_words, near_words
from kgbuild.schema import Kind, Schema
from kgbuild.sinks.cypher_lexer import Kind as LexKind
from kgbuild.sinks.cypher_lexer import Token, tokens
from kgbuild.sinks.property_graph import BASE_LABELS, DOCUMENT_NAMES, ENTITY_NAMES, FACT_NAMES, NEVER, STRUCTURE

if TYPE_CHECKING:
    from kgbuild.sinks.query import Reader

OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
NAMES = (LexKind.WORD, LexKind.QUOTED)
BEFORE_PATTERNS = frozenset(("MATCH", "WHERE", "AND", "OR", "XOR", "NOT", "EXISTS", "COUNT"))
"""What may stand right before a pattern's bracket and is no function."""
AFTER_VARIABLES = frozenset((":", ")", "]", "{", "*"))
INSTEAD = {
    "type": "what a node is, labels(n) says, and type(r) what a relationship is",
    "label": "labels(n) gives those of a node",
    "labels": "labels(n) gives those of a node",
    "title": "name is that of a document",
}
"""What says that for which people ask by these names, which no property has."""
PATIENCE = 5.0
"""Seconds for one look at whether anything has a property."""


def mistyped(text: str, schema: Schema) -> list[str]:
    """One sentence for each name after a colon in a pattern that is no label and no relationship type of a graph of this schema."""
    turned = {r.name: r.inverse for r in schema.relations if r.inverse}
    held = {r.name: r.property for r in schema.relations if r.property}
    known = {*BASE_LABELS, *STRUCTURE, *(t.name for t in schema.types if t.kind is Kind.ENTITY)}
    known |= {r.name for r in schema.relations if r.name not in turned and r.name not in held}
    said = []
    for name in dict.fromkeys(_names(text)):
        if name in turned:
            said.append(f"no relationship has the type {name}: its facts stand as {turned[name]}, the other way round")
        elif name in held:
            said.append(f"no relationship has the type {name}: its values are the property {held[name]}")
        elif name not in known:
            near = in_words(near_words(name, sorted(known)), "see `kgbuild schema`")
            said.append(f"no node has the label and no relationship the type {name!r}; {near}")
    return said


def unheld(text: str, schema: Schema, store: "Reader") -> list[str]:
    """One sentence for each property that a query reads of a node or relationship, and that nothing in a store has."""
    known = (ENTITY_NAMES | DOCUMENT_NAMES | FACT_NAMES | {r.property for r in schema.relations if r.property}) - NEVER
    said = []
    for name in dict.fromkeys(properties_read(text)):
        if name not in known and not _is_held(name, store):
            near = near_words(name, sorted(known | INSTEAD.keys()))
            told = INSTEAD.get(name) or INSTEAD.get(near[0] if near else "")
            told = told or in_words((each for each in near if each in known), "properties(n) gives all that there are")
            said.append(f"nothing in the graph has a property {name!r}: {told}")
    return said


def properties_read(text: str) -> Iterator[str]:
    """Names of properties after variables that a pattern binds (n.name), and in the maps of patterns (n {name: …})."""
    try:
        found = tokens(text)
    except QueryError:
        return
    bound = set(_bound(found))
    inside: list[tuple[str, bool]] = []  # each open bracket, and whether it is a pattern's
    for place, token in enumerate(found):
        before, after = found[max(0, place - 1)], found[place + 1] if place + 1 < len(found) else None
        if token.text in OPENING:
            is_map = token.text == "{" and bool(inside) and inside[-1][1] and inside[-1][0] != "{"
            inside.append((token.text, is_map or _opens_pattern(found, place)))
        elif token.text in CLOSING and inside:
            inside.pop()
        elif token.kind in NAMES and after is not None and after.text == ":" and inside and inside[-1] == ("{", True):
            if before.text in ("{", ","):
                yield token.name
        elif token.text == "." and before.name in bound and after is not None and after.kind in NAMES:
            is_path = place >= 2 and found[place - 2].text == "."
            is_call = place + 2 < len(found) and found[place + 2].text == "("
            if not (is_path or is_call):
                yield after.name


def _bound(found: tuple[Token, ...]) -> Iterator[str]:
    """Variables right after a bracket that opens a pattern."""
    for place, (token, after) in enumerate(pairwise(found[1:]), 1):
        if token.kind in NAMES and after.text in AFTER_VARIABLES and _opens_pattern(found, place - 1):
            yield token.name


def _opens_pattern(found: tuple[Token, ...], place: int) -> bool:
    """Whether a bracket may open a node or a relationship of a pattern, and neither a list nor what a function is given."""
    token, before = found[place], found[place - 1] if place else None
    if token.text == "[":
        return before is not None and before.text == "-"
    if token.text != "(":
        return False
    return before is None or before.kind not in NAMES or before.word in BEFORE_PATTERNS or before.end < token.start


def _is_held(name: str, store: "Reader") -> bool:
    """Whether a node or relationship has a property; also where looking takes too long."""
    quoted = f"`{name.replace('`', '``')}`"
    try:
        return any(
            store.query(f"MATCH {pattern} WHERE n.{quoted} IS NOT NULL RETURN 1 LIMIT 1", timeout=PATIENCE).rows
            for pattern in ("(n)", "()-[n]->()")
        )
    except QueryError:
        return True


def _names(text: str) -> Iterator[str]:
    """Names after a colon, or after | and & that follow one in a pattern; not in map literals."""
    try:
        found = tokens(text)
    except QueryError:
        return
    inside = [""]
    expected = follows = False
    for before, token in zip(("", *(t.text for t in found)), found, strict=False):
        if token.text in OPENING:
            inside.append(before + token.text if token.text == "[" else token.text)
        elif token.text in CLOSING and len(inside) > 1:
            inside.pop()
        named = expected and bool(token.name) and token.kind in NAMES
        if named:
            yield token.name
        joined = follows and token.text in "|&" and inside[-1] in ("(", "-[")
        colon = token.text == ":" and before != ":" and inside[-1] != "{"
        expected = colon or joined or (expected and token.text in "!(:")
        follows = named

"""A Cypher query -> the labels and relationship types in it that the graph cannot have, with those that may be meant.

Cypher answers such a query with no rows and no word. Properties are not looked at: documents bring their own.
"""

from collections.abc import Iterator

from kgbuild.errors import QueryError
from kgbuild.pipeline.near import in_words, near_words
from kgbuild.schema import Kind, Schema
from kgbuild.sinks.cypher_lexer import Kind as LexKind
from kgbuild.sinks.cypher_lexer import tokens
from kgbuild.sinks.property_graph import BASE_LABELS, STRUCTURE

OPENING, CLOSING = frozenset("([{"), frozenset(")]}")


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
        named = expected and bool(token.name) and token.kind in (LexKind.WORD, LexKind.QUOTED)
        if named:
            yield token.name
        joined = follows and token.text in "|&" and inside[-1] in ("(", "-[")
        colon = token.text == ":" and before != ":" and inside[-1] != "{"
        expected = colon or joined or (expected and token.text in "!(:")
        follows = named

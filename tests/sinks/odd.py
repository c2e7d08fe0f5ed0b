"""Texts that break writers: controls, quotes, backslashes, bidi, astral characters, percent signs, and what Unicode leaves out."""

from dataclasses import replace

from hypothesis import strategies as st

from kgbuild.records import DocumentNode, Value
from tests.sinks.small_graph import DOCUMENTS, ENTITIES, STATEMENTS, TRIPLES, small_graph

NASTY = (
    '"', "'", "\\", "\n", "\r", "\r\n", "\t", "\x00", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\u2028", "\u200f", "\u202e",
    "\u2066", "\ufeff", "\ufffe", "\uffff", "\U0001f642", "\U0010ffff", "e\u0301", "%", "%20", "%zz", "<", ">", "&", "{", "}", "|", "^",
    "`", " ", "]]>", "<!--", "\\u0041", "\\n", '"""', '"^^<x>', "@en", "_:b", "?x", "$", "#", "/", "..", "=",
)  # fmt: skip
EVERYTHING = "".join(NASTY)

texts = st.one_of(
    st.lists(st.sampled_from(NASTY) | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
)
addresses = texts.map(lambda text: f"https://example.org/{text}")


def odd_graph(name, quote=None, key=None, url=None):
    """The small graph with odd texts wherever a document may put one."""
    quote, key, url = quote or name, key or name, url or f"https://example.org/{name}"
    document = DocumentNode(
        "d1", name, f"root/{name}", url, name[:10], "en", (f"root/{name}",), ((key, (name, quote)), ("k", name))
    )
    entity = replace(ENTITIES[0], name=name, aliases=(f"{name}2", quote + "!"), keys=(f"Person/{name}",))
    value = replace(TRIPLES[3], object=Value("text", quote))
    statements = tuple(replace(s, quote=quote) if s.document == "d1" else s for s in STATEMENTS)
    triples = tuple(replace(t, quote=quote) if t.document == "d1" else t for t in (*TRIPLES[:3], value, *TRIPLES[4:]))
    return small_graph(
        entities=(entity, *ENTITIES[1:]), documents=(document, *DOCUMENTS[1:]), statements=statements, triples=triples
    )  # fmt: skip

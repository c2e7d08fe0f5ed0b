"""Ids, texts, values -> RDF terms, each as the token that N-Triples has for it: <http://…>, "text", "0.9"^^<…decimal>.

A block is one node with what is said of it, and the graph it stands in; all models here are streams of blocks, and all writers
take them. Whatever comes from a document is only ever an escaped literal, a percent-encoded id or a checked web address.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from kgbuild.errors import SchemaError, UsageError
from kgbuild.records import ONE, Value
from kgbuild.schema import PREFIXES, Relation, Schema, absolute_iri

DEFAULT_BASE = "http://example.org/kg/"

NAMESPACES = PREFIXES | {
    "dcat": "http://www.w3.org/ns/dcat#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "sh": "http://www.w3.org/ns/shacl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
}
KINDS = ("entity", "document", "chunk", "mention", "triple", "statement", "model", "shape")
"""Kinds of things that have IRIs under the base: {base}entity/{id}."""

Pair = tuple[str, str]
Block = tuple[str, list[Pair], str]
"""Subject, (predicate, object) pairs, graph; all tokens, the graph empty for the default one."""

DEFAULT_GRAPH = ""


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a stencil (`rdf_stencil`) for an argument: before + argument + after is a token."""

    number: int
    before: str = ""
    after: str = ""


number = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
year = re.compile(r"-?(?!0000)[0-9]{4}")
year_month = re.compile(r"-?(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")
full_date = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
date_time = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?")
forbidden = re.compile(r"[\x00-\x20\s<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]|%(?![0-9A-Fa-f]{2})")
surrogate = re.compile("[\ud800-\udfff]")

ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    ord(character): f"\\{letter}" for character, letter in zip('\b\t\n\f\r"\\', 'btnfr"\\', strict=True)
}
UNESCAPES = dict(zip('btnfr"\\', '\b\t\n\f\r"\\', strict=True))
escape = re.compile(r"\\(?:u([0-9A-F]{4})|(.))")


@lru_cache(maxsize=1024)
def word(name: str) -> str:
    """rdf:type -> its token."""
    prefix, _, rest = name.partition(":")
    return f"<{NAMESPACES[prefix]}{rest}>"


A = word("rdf:type")
LABEL = word("rdfs:label")


def literal(text: str) -> str:
    """A text as a token. Lone surrogates, which no encoding has, become U+FFFD."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{surrogate.sub("�", text).translate(ESCAPES)}"'


def typed(text: str, datatype: str) -> str:
    """A text without anything to escape, under a datatype such as xsd:date."""
    return f'"{text}"^^{word(datatype)}'


def parts(token: str) -> tuple[str, str]:
    """A literal's token -> its text, and its datatype's token (empty for plain text)."""
    if token[-1] == '"':
        return _unescaped(token[1:-1]), ""
    body, _, datatype = token.rpartition('"^^')
    return _unescaped(body[1:]), datatype


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return escape.sub(lambda m: chr(int(m[1], 16)) if m[1] else UNESCAPES[m[2]], text)


@lru_cache(maxsize=ONE + 1)
def decimal(score: int) -> str:
    """A score as a decimal between 0 and 1, in the one form that all stores give back: 0.95, 1."""
    return f'"{score // ONE}.{score % ONE:04d}'.rstrip("0").rstrip(".") + '"^^<http://www.w3.org/2001/XMLSchema#decimal>'


def integer(count: int) -> str:
    """A count as a token."""
    return f'"{count}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def offset(position: int) -> str:
    """A place in a text, under the datatype that Web Annotation demands."""
    return f'"{position}"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>'


def value_literal(value: Value) -> str:
    """A value under the narrowest type that it fits, text otherwise."""
    if value.datatype == "date":
        return date_literal(value.text)
    if value.datatype == "number" and number.fullmatch(value.text):
        return typed(value.text, "xsd:decimal")
    return literal(value.text)


def date_literal(text: str) -> str:
    """A date with as much precision as it has."""
    if year.fullmatch(text):
        return typed(text, "xsd:gYear")
    if year_month.fullmatch(text):
        return typed(text, "xsd:gYearMonth")
    if full_date.fullmatch(text) and _is_valid(date.fromisoformat, text):
        return typed(text, "xsd:date")
    if date_time.fullmatch(text) and _is_valid(datetime.fromisoformat, text):
        return typed(text, "xsd:dateTime")
    return literal(text)


def _is_valid(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def link(text: str) -> str:
    """A web address as an IRI, with what no IRI may hold percent-encoded; as text if it is no whole address even so.

    Blanks of all kinds are encoded too: RFC 3987 allows some (U+2028), and rdflib reads none.
    """
    if text.startswith(("http://", "https://")):
        encoded = forbidden.sub(lambda m: quote(m[0], errors="replace"), text)
        if is_iri(encoded):
            return f"<{encoded}>"
    return literal(text)


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI by RFC 3987."""
    import pyoxigraph

    return absolute_iri.fullmatch(text) is not None and _is_valid(pyoxigraph.NamedNode, text)


class Terms:
    """What a base and a schema turn into IRIs. Raises UsageError if the base cannot begin IRIs, SchemaError for a schema's IRI."""

    def __init__(self, base: str, schema: Schema) -> None:
        if base[-1:] not in ("/", "#") or not is_iri(f"{base}entity/a"):
            raise UsageError(f"{base!r} cannot begin IRIs: give an address that ends in / or #, as http://example.org/kg/")
        for name, iri in [(t.name, t.iri) for t in schema.types] + [(r.name, r.iri) for r in schema.relations]:
            if iri and not is_iri(iri):
                raise SchemaError(f"{schema.source}: {name} has the IRI {iri!r}, which is none; correct `iri:`")
        self.base = base
        self.schema = schema
        self.start = f"<{base}"
        self.mark = "/" if "#" in base else "#"
        self.entity = self._maker("entity")
        self.document = self._maker("document")
        self.chunk = self._maker("chunk")
        self.triple = self._maker("triple")
        self.statement = self._maker("statement")
        self.model = self._maker("model")
        self.kg = lru_cache(maxsize=None)(self._maker("schema"))
        self.types = {t.name: f"<{t.iri}>" if t.iri else self.kg(t.name) for t in schema.types if t.kind == "entity"}
        self.relations = {r.name: f"<{r.iri}>" if r.iri else self.kg(r.name) for r in schema.relations}
        counts = Counter((*self.types.values(), *(self.relations[r.name] for r in kept_relations(schema))))
        self.alike = frozenset(n for n, iri in (self.types | self.relations).items() if counts[iri] > 1)

    def _maker(self, kind: str) -> Callable[[str], str]:
        start = f"<{self.base}{kind}/"
        return lambda id: f"{start}{path_id(id)}>"

    def hole(self, number: int, kind: str, part: str = "") -> Hole:
        """The node of a kind, or a part of it, whose id (by `path_id`) is an argument of a stencil."""
        return Hole(number, f"{self.start}{kind}/", f"{self.mark}{part}>" if part else ">")

    def part(self, node: str, name: str) -> str:
        """A part of a node: …/statement/x#quote (/quote under a base that has a # already)."""
        return f"{node[:-1]}{self.mark}{name}>"

    def under(self, path: str) -> str:
        """{base}path, for a path that is part of an IRI already."""
        return f"<{self.base}{path}>"

    def type(self, name: str) -> str:
        """Class of a type; of one that the schema lacks too."""
        return self.types.get(name) or self.kg(name)

    def relation(self, name: str) -> str:
        """Property of a relation; of one that the schema lacks too."""
        return self.relations.get(name) or self.kg(name)


def path_id(id: str) -> str:
    """An id as a part of an IRI's path: percent-encoded, unless it is letters and digits, as those that kgbuild makes."""
    return id if id.isalnum() and id.isascii() else quote(id, safe="", errors="replace")


def kept_relations(schema: Schema) -> list[Relation]:
    """Relations that facts are kept under: neither turned round into another one nor without a model."""
    return [r for r in schema.relations if not r.inverse and not r.untrained]


def numbered(terms: Terms, owner: str, items: list[str]) -> tuple[str, list[Block]]:
    """An RDF list whose nodes are owner#1, owner#2, …, as blank nodes are not used: its first node, and its blocks."""
    nodes = [*(terms.part(owner, str(index)) for index in range(1, len(items) + 1)), word("rdf:nil")]
    pairs = [[(word("rdf:first"), item), (word("rdf:rest"), nodes[i + 1])] for i, item in enumerate(items)]
    return nodes[0], [(nodes[i], each, DEFAULT_GRAPH) for i, each in enumerate(pairs)]


def path_ids(*ids: str) -> tuple[str, ...]:
    """`path_id` of several at once."""
    together = "".join(ids)
    return ids if together.isalnum() and together.isascii() else tuple(map(path_id, ids))

"""A graph -> Turtle or N-Triples: entities, documents, each triple plain and as an rdf:Statement with its evidence.

Written as it is read, nothing held: documents, entities, the schema's words, then triples with their statements, each in the
order of ids. No blank node, no clock. pyoxigraph writes; rdflib is the object API only. Both are imported on first use.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from kgbuild.errors import UsageError
from kgbuild.records import ONE, DocumentNode, Entity, GraphSource, StatementNode, Triple, Value
from kgbuild.schema import PREFIXES, Schema, absolute_iri

if TYPE_CHECKING:
    import rdflib

DEFAULT_BASE = "http://example.org/kg/"

OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
RDF, RDFS, SKOS, SCHEMA = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["skos"], PREFIXES["schema"]
DCTERMS, XSD = PREFIXES["dcterms"], PREFIXES["xsd"]

number = re.compile(r"[+-]?\d+(\.\d+)?")
year = re.compile(r"-?\d{4}")
year_month = re.compile(r"-?\d{4}-(0[1-9]|1[0-2])")
full_date = re.compile(r"\d{4}-\d\d-\d\d")


def write_rdf(
    graph: GraphSource, schema: Schema, stream: IO[bytes], format: str, base: str = DEFAULT_BASE, provenance: str = "summary"
) -> None:
    """Write a graph as ttl or nt to a binary stream. Raises UsageError if base is no IRI that ends in / or #.

    provenance none: entities and plain triples; summary: also documents, their mentions, and each triple with its best evidence;
    full: with all its evidence.
    """
    import pyoxigraph

    terms = Terms(base)
    formats = {"ttl": pyoxigraph.RdfFormat.TURTLE, "nt": pyoxigraph.RdfFormat.N_TRIPLES}
    prefixes = {key: PREFIXES[key] for key in ("dcterms", "rdf", "rdfs", "schema", "skos", "wdt", "xsd")}
    prefixes |= {"oa": OA, "prov": PROV, "kg": f"{base}schema/"}
    pyoxigraph.serialize(rdf_triples(graph, schema, terms, provenance), stream, format=formats[format], prefixes=prefixes)


def to_rdflib(graph: GraphSource, schema: Schema, base: str = DEFAULT_BASE, provenance: str = "summary") -> "rdflib.Graph":
    """The same triples as an rdflib.Graph, for some 300,000 of them at most (it takes a kilobyte or more for each)."""
    import io

    import rdflib

    stream = io.BytesIO()
    write_rdf(graph, schema, stream, "nt", base, provenance)
    return rdflib.Graph().parse(data=stream.getvalue(), format="nt")


class Terms:
    """IRIs and literals as pyoxigraph has them; what recurs is made once. Whatever comes from a document is only ever a literal."""

    def __init__(self, base: str) -> None:
        import pyoxigraph

        if not absolute_iri.fullmatch(base) or base[-1] not in "/#":
            raise UsageError(f"{base!r} cannot begin IRIs: give an address that ends in / or #, as http://example.org/kg/")
        self.base = base
        self.triple = pyoxigraph.Triple
        self.literal = pyoxigraph.Literal
        self.node = pyoxigraph.NamedNode
        self.word = lru_cache(maxsize=None)(pyoxigraph.NamedNode)

    def iri(self, kind: str, id: str, part: str = "") -> Any:
        """{base}kind/id, or with #part; the id is percent-encoded."""
        return self.node(f"{self.base}{kind}/{quote(id, safe='')}{part}")

    def typed(self, text: str, datatype: str) -> Any:
        """A literal of one of XSD's types."""
        return self.literal(text, datatype=self.word(XSD + datatype))

    def score(self, value: int) -> Any:
        """A score as a decimal between 0 and 1, in the one form that all stores give back: 0.95, 1."""
        return self.typed(f"{value // ONE}.{value % ONE:04d}".rstrip("0").rstrip("."), "decimal")

    def value(self, value: Value) -> Any:
        """A value under the narrowest type that it fits, text otherwise."""
        if value.datatype == "date":
            return self.date(value.text)
        return (
            self.typed(value.text, "decimal")
            if value.datatype == "number" and number.fullmatch(value.text)
            else self.literal(value.text)
        )

    def date(self, text: str) -> Any:
        """A date with as much precision as it has."""
        if year.fullmatch(text):
            return self.typed(text, "gYear")
        if year_month.fullmatch(text):
            return self.typed(text, "gYearMonth")
        return self.typed(text[:10], "date") if _is_day(text[:10]) else self.literal(text)

    def link(self, text: str) -> Any:
        """A web address as an IRI if it is a whole one, as text otherwise."""
        return self.node(text) if text.startswith(("http://", "https://")) and _is_iri(text) else self.literal(text)


def rdf_triples(graph: GraphSource, schema: Schema, terms: Terms, provenance: str) -> Iterator[Any]:
    """All triples as pyoxigraph.Triple."""
    if provenance != "none":
        for document in graph.documents():
            yield from _document(document, terms)
        mentions = terms.word(SCHEMA + "mentions")
        for edge in graph.mentions():
            yield terms.triple(terms.iri("document", edge.origin), mentions, terms.iri("entity", edge.entity))
    types = {type.name: terms.word(type.iri or f"{terms.base}schema/{type.name}") for type in schema.types}
    for entity in graph.entities():
        yield from _entity(entity, types.get(entity.type) or terms.word(f"{terms.base}schema/{quote(entity.type)}"), terms)
    yield from _vocabulary(schema, terms)
    yield from _facts(graph, schema, terms, provenance)


def _document(document: DocumentNode, terms: Terms) -> Iterator[Any]:
    subject = terms.iri("document", document.id)
    yield terms.triple(subject, terms.word(RDF + "type"), terms.word(SCHEMA + "CreativeWork"))
    yield terms.triple(subject, terms.word(DCTERMS + "title"), terms.literal(document.name))
    if document.published:
        yield terms.triple(subject, terms.word(DCTERMS + "issued"), terms.date(document.published))
    if document.language:
        yield terms.triple(subject, terms.word(DCTERMS + "language"), terms.literal(document.language))
    if document.url:
        yield terms.triple(subject, terms.word(DCTERMS + "source"), terms.link(document.url))
    for uri in document.sources or (document.uri,):
        yield terms.triple(subject, terms.word(DCTERMS + "identifier"), terms.literal(uri))
        if not document.url:
            yield terms.triple(subject, terms.word(DCTERMS + "source"), terms.literal(uri))


def _entity(entity: Entity, type: Any, terms: Terms) -> Iterator[Any]:
    subject = terms.iri("entity", entity.id)
    name = terms.literal(entity.name)
    yield terms.triple(subject, terms.word(RDF + "type"), type)
    yield terms.triple(subject, terms.word(RDFS + "label"), name)
    yield terms.triple(subject, terms.word(SKOS + "prefLabel"), name)
    for alias in sorted(set(entity.aliases) - {entity.name}):
        yield terms.triple(subject, terms.word(SKOS + "altLabel"), terms.literal(alias))


def _vocabulary(schema: Schema, terms: Terms) -> Iterator[Any]:
    """What the schema's words mean, so that the file can be read without it."""
    label, kind = terms.word(RDFS + "label"), terms.word(RDF + "type")
    for type in schema.types:
        if type.kind == "entity" and not type.iri:
            subject = terms.word(f"{terms.base}schema/{type.name}")
            yield terms.triple(subject, kind, terms.word(RDFS + "Class"))
            yield terms.triple(subject, label, terms.literal(type.name))
    for relation in schema.relations:
        if not relation.inverse and not relation.untrained:
            subject = terms.word(relation.iri or f"{terms.base}schema/{relation.name}")
            yield terms.triple(subject, kind, terms.word(RDF + "Property"))
            yield terms.triple(subject, label, terms.literal(relation.label))


def _facts(graph: GraphSource, schema: Schema, terms: Terms, provenance: str) -> Iterator[Any]:
    predicates = {r.name: terms.word(r.iri or f"{terms.base}schema/{r.name}") for r in schema.relations}
    evidence = groupby(graph.statements(), key=lambda s: s.triple) if provenance != "none" else iter(())
    ahead: tuple[str, list[StatementNode]] | None = None
    models: set[str] = set()
    for triple in graph.triples():
        subject = terms.iri("entity", triple.subject)
        predicate = predicates.get(triple.predicate) or terms.word(f"{terms.base}schema/{quote(triple.predicate)}")
        object = terms.value(triple.object) if isinstance(triple.object, Value) else terms.iri("entity", triple.object)
        yield terms.triple(subject, predicate, object)
        if provenance == "none":
            continue
        while ahead is None or ahead[0] < triple.id:  # both come in the order of the triples' ids
            following = next(evidence, None)
            ahead = ("\U0010ffff", []) if following is None else (following[0], list(following[1]))
        held = ahead[1] if ahead[0] == triple.id else []
        kept = held if provenance == "full" else _best(triple, held)
        yield from _reified(triple, (subject, predicate, object), kept, terms)
        for statement in kept:
            yield from _evidence(statement, terms)
            models.add(statement.model)
    for model in sorted(models):
        yield terms.triple(terms.iri("model", model), terms.word(RDF + "type"), terms.word(PROV + "SoftwareAgent"))


def _best(triple: Triple, statements: list[StatementNode]) -> list[StatementNode]:
    """The statement that the triple quotes."""
    quoted = [s for s in statements if (s.document, s.quote) == (triple.document, triple.quote)]
    return sorted(quoted or statements, key=lambda s: (-s.confidence, s.document, s.start, s.id))[:1]


def _reified(triple: Triple, ends: tuple[Any, Any, Any], statements: Iterable[StatementNode], terms: Terms) -> Iterator[Any]:
    node, kg = terms.iri("triple", triple.id), f"{terms.base}schema/"
    yield terms.triple(node, terms.word(RDF + "type"), terms.word(RDF + "Statement"))
    for name, end in zip(("subject", "predicate", "object"), ends, strict=True):
        yield terms.triple(node, terms.word(RDF + name), end)
    yield terms.triple(node, terms.word(kg + "confidence"), terms.score(triple.confidence))
    yield terms.triple(node, terms.word(kg + "support"), terms.typed(str(triple.support), "integer"))
    yield terms.triple(node, terms.word(kg + "documents"), terms.typed(str(triple.documents), "integer"))
    yield terms.triple(node, terms.word(kg + "scope"), terms.literal(str(triple.scope)))
    for statement in statements:
        yield terms.triple(node, terms.word(PROV + "wasDerivedFrom"), terms.iri("statement", statement.id))


def _evidence(statement: StatementNode, terms: Terms) -> Iterator[Any]:
    """Where the document says it: Web Annotation, positions in code points of the stored text."""
    node, kind, kg = terms.iri("statement", statement.id), terms.word(RDF + "type"), f"{terms.base}schema/"
    quoted, position = terms.iri("statement", statement.id, "#quote"), terms.iri("statement", statement.id, "#position")
    yield terms.triple(node, kind, terms.word(OA + "SpecificResource"))
    yield terms.triple(node, terms.word(OA + "hasSource"), terms.iri("document", statement.document))
    yield terms.triple(node, terms.word(OA + "hasSelector"), quoted)
    yield terms.triple(node, terms.word(OA + "hasSelector"), position)
    yield terms.triple(node, terms.word(kg + "confidence"), terms.score(statement.confidence))
    yield terms.triple(node, terms.word(kg + "scope"), terms.literal(str(statement.scope)))
    yield terms.triple(node, terms.word(PROV + "wasAttributedTo"), terms.iri("model", statement.model))
    yield terms.triple(quoted, kind, terms.word(OA + "TextQuoteSelector"))
    yield terms.triple(quoted, terms.word(OA + "exact"), terms.literal(statement.quote))
    yield terms.triple(position, kind, terms.word(OA + "TextPositionSelector"))
    yield terms.triple(position, terms.word(OA + "start"), terms.typed(str(statement.start), "integer"))
    yield terms.triple(position, terms.word(OA + "end"), terms.typed(str(statement.end), "integer"))


def _is_day(text: str) -> bool:
    try:
        return full_date.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_iri(text: str) -> bool:
    import pyoxigraph

    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return absolute_iri.fullmatch(text) is not None

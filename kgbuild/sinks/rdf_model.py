"""A graph -> blocks of RDF: documents, entities, each triple plain and annotated, its evidence, and with provenance full all else.

With provenance full every field of the records has its place, so that a reader of the file gets the same graph back:

    schema/    kg:provenance, kg:schemaText: how much the file holds, and the schema in YAML
    entity     a Class; rdfs:label = skos:prefLabel; skos:altLabel in the order of aliases; kg:confidence, mentions, documents;
               kg:{property} for the value that the entity shows; kg:key (full); of a person's own table owl:sameAs (schema:url
               where that is no IRI as it stands), dcterms:identifier
    document   a schema:CreativeWork; dcterms:title, issued, language, source, identifier (its URIs, the naming one first);
               schema:mentions entity; schema:additionalProperty document#metadata-1 [schema:name, value; kg:listValue for lists];
               kg:publishedText where the date says more than a day, schema:url where the address had to be encoded
    triple     plain; and an rdf:Statement (or rdf:reifies, --annotations rdf12) with kg:confidence, support, documents, scope and
               prov:wasDerivedFrom statement (summary: the best one); kg:valueDatatype of values; kg:bestEvidence (full)
    statement  an oa:SpecificResource; oa:hasSource document; oa:hasSelector #quote [oa:exact], #position [oa:start, oa:end] in
               code points; kg:hasStretch #stretch-1, #stretch-2 where it stands on two sentences; prov:wasAttributedTo model
    mention    an oa:Annotation; oa:hasTarget document or chunk; oa:hasBody entity; kg:mentionCount (full)
    chunk      a kg:Chunk, schema:isPartOf document; kg:chunkIndex; oa:start, oa:end; dcterms:language; schema:text (full)

Written as it is read, nothing held but the statements of one triple; no blank node, no clock. In the order of the source: of ids.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from kgbuild.records import ChunkNode, DocumentNode, Entity, GraphSource, MentionEdge, StatementNode, Triple, Value
from kgbuild.sinks.rdf_evidence import annotator, witness
from kgbuild.sinks.rdf_ontology import ontology_blocks
from kgbuild.sinks.rdf_stencil import Item, Stencil, Term
from kgbuild.sinks.rdf_terms import (
    DEFAULT_GRAPH,
    LABEL,
    A,
    Block,
    Hole,
    Pair,
    Terms,
    date_literal,
    decimal,
    integer,
    is_iri,
    link,
    literal,
    offset,
    path_id,
    value_literal,
    word,
)
from kgbuild.sinks.select import rank

ANNOTATIONS = ("reified", "rdf12")
GRAPHS = ("default", "document")


@dataclass(frozen=True, slots=True)
class Layout:
    """How much is written, and how.

    provenance: none (entities and plain triples), summary (also documents, their mentions, each triple with its best evidence)
    or full (everything); annotations: reified (rdf:Statement) or rdf12 (triple terms of RDF 1.2); graphs: default (all in the
    default graph) or document (what one document says, in a graph of the document's name).
    """

    provenance: str = "summary"
    annotations: str = "reified"
    graphs: str = "default"


def graph_items(graph: GraphSource, terms: Terms, layout: Layout) -> Iterator[Item]:
    """All of a graph, and what its words mean, so that the file can be read without the schema."""
    place = _places(terms, layout)
    is_full = layout.provenance == "full"
    yield _about(terms, layout)
    if layout.provenance != "none":
        for document in graph.documents():
            yield from _document(document, terms, place(document.id))
        yield from _mentions(graph.mentions(), terms, place)
    yield from _entities(graph.entities(), terms, layout)
    yield from _facts(graph, terms, layout, place)
    if is_full:
        yield from _counts(graph.mentions(), terms, "document", place)
        for chunk in graph.chunks():
            yield _chunk(chunk, terms, place(chunk.document))
        yield from _counts(graph.chunk_mentions(), terms, "chunk", lambda _: DEFAULT_GRAPH)
    yield from ontology_blocks(terms)


def _about(terms: Terms, layout: Layout) -> Block:
    """What a reader of the file has to know first: where its IRIs begin, how much it holds, and the schema as it was written."""
    pairs = [(terms.kg("provenance"), literal(layout.provenance))]
    if terms.schema.text:
        pairs.append((terms.kg("schemaText"), literal(terms.schema.text)))
    return terms.under("schema/"), pairs, DEFAULT_GRAPH


def _places(terms: Terms, layout: Layout) -> Callable[[str], str]:
    """A document's id -> the graph of what it says."""
    return terms.document if layout.graphs == "document" else lambda _: DEFAULT_GRAPH


# ── documents, chunks, mentions ──────────────────────────────────────────────────────────────────────────────────────


def _document(document: DocumentNode, terms: Terms, place: str) -> Iterator[Block]:
    subject = terms.document(document.id)
    pairs = [(A, word("schema:CreativeWork")), (word("dcterms:title"), literal(document.name))]
    pairs += _issued(document.published, terms)
    if document.language:
        pairs.append((word("dcterms:language"), literal(document.language)))
    uris = [literal(uri) for uri in dict.fromkeys((document.uri, *document.sources))]
    pairs += _source(document.url, terms) if document.url else [(word("dcterms:source"), uri) for uri in uris]
    pairs += [(word("dcterms:identifier"), uri) for uri in uris]
    properties = [terms.part(subject, f"metadata-{number}") for number in range(1, len(document.metadata) + 1)]
    pairs += [(word("schema:additionalProperty"), node) for node in properties]
    yield subject, pairs, place
    for node, (key, value) in zip(properties, document.metadata, strict=True):
        yield node, _metadata(key, value, terms), place


def _issued(published: str, terms: Terms) -> Iterator[Pair]:
    """The date; of a point in time its day, beside it as it was."""
    day = date_literal(published[:10])
    if published and day.endswith("#date>"):
        yield word("dcterms:issued"), day
        if len(published) > 10:
            yield terms.kg("publishedText"), literal(published)
    elif published:
        yield word("dcterms:issued"), date_literal(published)


def _source(url: str, terms: Terms) -> Iterator[Pair]:
    address = link(url)
    yield word("dcterms:source"), address
    if address[0] == "<" and address != f"<{url}>":
        yield word("schema:url"), literal(url)


def _metadata(key: str, value: str | tuple[str, ...], terms: Terms) -> list[Pair]:
    values = (value,) if isinstance(value, str) else value
    pairs = [(A, word("schema:PropertyValue")), (word("schema:name"), literal(key))]
    pairs += [(word("schema:value"), literal(text)) for text in dict.fromkeys(values)]
    if not isinstance(value, str):
        pairs.append((terms.kg("listValue"), literal(json.dumps(value, ensure_ascii=False))))
    return pairs


def _chunk(chunk: ChunkNode, terms: Terms, place: str) -> Block:
    pairs = [
        (A, terms.kg("Chunk")),
        (word("schema:isPartOf"), terms.document(chunk.document)),
        (terms.kg("chunkIndex"), integer(chunk.index)),
        (word("oa:start"), offset(chunk.start)),
        (word("oa:end"), offset(chunk.end)),
        (word("dcterms:language"), literal(chunk.language)),
        (word("schema:text"), literal(chunk.text)),
    ]
    return terms.chunk(chunk.id), pairs, place


def _mentions(edges: Iterable[MentionEdge], terms: Terms, place: Callable[[str], str]) -> Iterator[Block]:
    mentions = word("schema:mentions")
    for origin, held in groupby(edges, key=attrgetter("origin")):
        yield terms.document(origin), [(mentions, terms.entity(edge.entity)) for edge in held], place(origin)


def _counts(edges: Iterable[MentionEdge], terms: Terms, kind: str, place: Callable[[str], str]) -> Iterator[Item]:
    """How often each entity is mentioned: an annotation of the document or chunk with the entity."""
    pairs: list[tuple[str, Term]] = [
        (A, word("oa:Annotation")),
        (word("oa:hasTarget"), terms.hole(1, kind)),
        (word("oa:hasBody"), terms.hole(2, "entity")),
        (terms.kg("mentionCount"), Hole(3, '"', f'"^^{word("xsd:integer")}')),
    ]
    stencil = Stencil([(Hole(0), pairs)])
    for edge in edges:
        origin, entity = path_id(edge.origin), path_id(edge.entity)
        yield stencil, (terms.under(f"mention/{origin}/{entity}"), origin, entity, str(edge.count), place(edge.origin))


# ── entities ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _entities(entities: Iterable[Entity], terms: Terms, layout: Layout) -> Iterator[Block]:
    preferred, other, key = word("skos:prefLabel"), word("skos:altLabel"), terms.kg("key")
    confidence, mentions, documents, type = map(terms.kg, ("confidence", "mentions", "documents", "type"))
    for entity in entities:
        name = literal(entity.name)
        pairs = [(A, terms.type(entity.type)), (LABEL, name), (preferred, name)]
        pairs += _same(entity.iri) if entity.iri else ()
        if entity.external_id:
            pairs.append((word("dcterms:identifier"), literal(entity.external_id)))
        pairs += [(other, literal(alias)) for alias in dict.fromkeys(entity.aliases) if alias != entity.name]
        if layout.provenance != "none":
            pairs += [
                (confidence, decimal(entity.confidence)),
                (mentions, integer(entity.mentions)),
                (documents, integer(entity.documents)),
            ]
            pairs += [(terms.kg(name), value_literal(value)) for name, value in entity.values]
            if entity.type in terms.alike:
                pairs.append((type, literal(entity.type)))
        if layout.provenance == "full":
            pairs += [(key, literal(word)) for word in entity.keys]
        yield terms.entity(entity.id), pairs, DEFAULT_GRAPH


def _same(iri: str) -> Iterator[Pair]:
    """What a table of terms calls the thing; a stray % or a second # is in many an address and in no IRI."""
    address = f"<{iri}>" if is_iri(iri) else link(iri)
    if address[0] == "<":
        yield word("owl:sameAs"), address
    if address != f"<{iri}>":
        yield word("schema:url"), literal(iri)


# ── triples and their evidence ───────────────────────────────────────────────────────────────────────────────────────


def _facts(graph: GraphSource, terms: Terms, layout: Layout, place: Callable[[str], str]) -> Iterator[Item]:
    """Each triple plain, annotated, and followed by its evidence."""
    if layout.provenance == "none":
        for triple in graph.triples():
            subject, predicate, object = _ends(triple, terms)
            yield subject, [(predicate, object)], DEFAULT_GRAPH
        return
    is_full = layout.provenance == "full"
    annotate, evidence = annotator(terms, has_best=is_full, rdf12=layout.annotations == "rdf12"), witness(terms)
    models: set[str] = set()
    for triple, statements in together(graph.triples(), graph.statements()):
        best = best_of(triple, statements)
        kept = statements if is_full else [best] if best else []
        yield annotate(triple, kept, best)
        if _is_rare(triple, best, terms):
            yield terms.triple(triple.id), list(_rare(triple, best, terms)), DEFAULT_GRAPH
        for statement in kept:
            yield evidence(statement, place(statement.document))
            models.add(statement.model)
    for model in sorted(models):
        yield terms.model(model), [(A, word("prov:SoftwareAgent")), (word("dcterms:identifier"), literal(model))], DEFAULT_GRAPH


def _ends(triple: Triple, terms: Terms) -> tuple[str, str, str]:
    object = value_literal(triple.object) if isinstance(triple.object, Value) else terms.entity(triple.object)
    return terms.entity(triple.subject), terms.relation(triple.predicate), object


def together(triples: Iterable[Triple], statements: Iterable[StatementNode]) -> Iterator[tuple[Triple, list[StatementNode]]]:
    """Each triple with its statements; both come in the order of the triples' ids."""
    groups = groupby(statements, key=attrgetter("triple"))
    id, held = next(groups, ("", None))
    for triple in triples:
        while held is not None and id < triple.id:
            id, held = next(groups, ("", None))
        yield triple, list(held) if held is not None and id == triple.id else []


def best_of(triple: Triple, statements: list[StatementNode]) -> StatementNode | None:
    """The statement that the triple quotes, else the best one."""
    if len(statements) == 1:
        return statements[0]
    quoted = [s for s in statements if s.document == triple.document and s.quote == triple.quote]
    return min(quoted or statements, key=rank, default=None)


def _is_rare(triple: Triple, best: StatementNode | None, terms: Terms) -> bool:
    """Whether `_rare` has something to say."""
    is_quoted = best is not None and best.quote == triple.quote and best.document == triple.document
    is_unnamed = not is_quoted and bool(triple.quote or triple.document)
    return is_unnamed or triple.predicate in terms.alike or isinstance(triple.object, Value)


def _rare(triple: Triple, best: StatementNode | None, terms: Terms) -> Iterator[Pair]:
    """What few triples need: a quote that no statement has, the relation where two share an IRI, the kind of a value."""
    if best is None or best.quote != triple.quote or best.document != triple.document:
        if triple.quote:
            yield terms.kg("quote"), literal(triple.quote)
        if triple.document:
            yield word("dcterms:source"), terms.document(triple.document)
    if triple.predicate in terms.alike:
        yield terms.kg("predicate"), literal(triple.predicate)
    if isinstance(triple.object, Value):
        yield terms.kg("valueDatatype"), literal(triple.object.datatype)

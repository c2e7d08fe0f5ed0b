"""A schema -> its ontology: classes and properties in RDFS and OWL, and what kgbuild's own words mean. No blank node.

A relation that the schema turns round is here as owl:inverseOf the one it is kept as, so that a reasoner finds it. An end with
several types is a named union class, {base}schema/Location-Organization. A value relation has a second property,
{base}schema/date_of_birth: the one value that an entity shows. Scopes are a small SKOS scheme.
"""

from collections.abc import Iterator

from kgbuild.schema import Relation
from kgbuild.sinks.rdf_terms import DEFAULT_GRAPH, LABEL, A, Block, Pair, Terms, literal, numbered
from kgbuild.sinks.rdf_terms import word as w

COMMENT = w("rdfs:comment")

WORDS = (
    ("confidence", "xsd:decimal", "How sure the model is, from 0 to 1."),
    ("support", "xsd:integer", "In how many distinct sentences a triple stands."),
    ("documents", "xsd:integer", "In how many documents."),
    ("mentions", "xsd:integer", "How often an entity is mentioned."),
    ("scope", "xsd:string", "stated: one sentence states the fact; inferred: it was inferred from several."),
    ("key", "xsd:string", "A type and a normalised name that lead to an entity."),
    ("type", "xsd:string", "The schema's name of an entity's type, where two types share an IRI."),
    ("predicate", "xsd:string", "The schema's name of a triple's relation, where two relations share an IRI."),
    ("valueDatatype", "xsd:string", "Of which kind a value is: date, number or text."),
    ("quote", "xsd:string", "The sentence of a triple whose statements are not in the graph."),
    ("publishedText", "xsd:string", "A document's date as it was given."),
    ("listValue", "xsd:string", "A list of a document's metadata as JSON, in its order."),
    ("mentionCount", "xsd:integer", "How often a document or chunk mentions an entity."),
    ("chunkIndex", "xsd:integer", "Which passage of its document a chunk is, from 0."),
    ("provenance", "xsd:string", "How much of where facts come from is in the file: none, summary or full."),
    ("schemaText", "xsd:string", "The schema as it was written, in YAML."),
)
"""Own properties with literals: name, range, meaning."""

SCOPES = (
    ("stated", "One sentence of the document states the fact."),
    ("inferred", "The fact was inferred from several sentences, or from one that does not hold both ends."),
)
DATATYPES = {"date": "rdfs:Literal", "number": "rdfs:Literal", "text": "xsd:string"}
"""Ranges of values: a date is a day, a month or a year, and what is no number stays text, so that no one datatype holds."""


def ontology_blocks(terms: Terms) -> Iterator[Block]:
    """The ontology, each node once, though several entries of a schema may share an IRI."""
    held: dict[str, dict[Pair, None]] = {}
    for subject, pairs, _ in _all(terms):
        held.setdefault(subject, {}).update(dict.fromkeys(pairs))
    for subject, found in held.items():
        yield subject, list(found), DEFAULT_GRAPH


def _all(terms: Terms) -> Iterator[Block]:
    yield _node(
        terms.under("schema/"), (A, w("owl:Ontology")), (LABEL, literal("Types and relations of a graph that kgbuild built")),
        (w("owl:versionInfo"), literal(terms.schema.digest)),
    )  # fmt: skip
    for type in terms.schema.types:
        if type.kind == "entity":
            yield _named(terms.type(type.name), type.name, type.name, type.labels, "rdfs:Class", "owl:Class")
    yield from _unions(terms)
    for relation in terms.schema.relations:
        if not relation.untrained:
            yield from _relation(terms, relation)
    yield from _own(terms)
    yield from _scopes(terms)


def _node(subject: str, *pairs: Pair) -> Block:
    return subject, list(pairs), DEFAULT_GRAPH


def _named(subject: str, name: str, label: str, labels: tuple[str, ...], *kinds: str) -> Block:
    """A class or property: what it is, for people, in the schema (identifier) and for the model (notation)."""
    notations = [(w("skos:notation"), literal(each)) for each in labels]
    return _node(
        subject,
        *[(A, w(kind)) for kind in kinds],
        (LABEL, literal(label)),
        (w("dcterms:identifier"), literal(name)),
        *notations,
    )


def _relation(terms: Terms, relation: Relation) -> Iterator[Block]:
    subject = terms.relation(relation.name)
    kinds = ["rdf:Property", "owl:DatatypeProperty" if relation.is_property else "owl:ObjectProperty"]
    kinds += ["owl:SymmetricProperty"] if relation.symmetric else []
    # a year and a day in it are two literals, which a functional property would call a contradiction
    is_single = relation.functional and not (relation.is_property and relation.datatype == "date")
    kinds += ["owl:FunctionalProperty"] if is_single else []
    yield _named(subject, relation.name, relation.label, relation.labels, *kinds)
    if relation.inverse:
        yield _node(subject, (w("owl:inverseOf"), terms.relation(relation.inverse)))
        return
    tail = w(DATATYPES[relation.datatype]) if relation.is_property else _union(terms, relation.tail)
    yield _node(subject, (w("rdfs:domain"), _union(terms, relation.head)), (w("rdfs:range"), tail))
    if relation.property:
        yield _node(
            terms.kg(relation.property), (A, w("rdf:Property")), (A, w("owl:DatatypeProperty")), (LABEL, literal(relation.label)),
            (w("rdfs:subPropertyOf"), subject), (COMMENT, literal("The value that an entity shows: the best supported one.")),
        )  # fmt: skip


def _union(terms: Terms, names: tuple[str, ...]) -> str:
    """The class of what is of one of these types."""
    return terms.type(names[0]) if len(names) == 1 else terms.kg("-".join(names))


def _unions(terms: Terms) -> Iterator[Block]:
    used = [r for r in terms.schema.relations if not r.untrained and not r.inverse]
    ends = {r.head for r in used} | {r.tail for r in used if not r.is_property}
    for names in sorted(end for end in ends if len(end) > 1):
        subject = _union(terms, names)
        first, blocks = numbered(terms, subject, [terms.type(name) for name in names])
        yield _node(subject, (A, w("owl:Class")), (LABEL, literal(" or ".join(names))), (w("owl:unionOf"), first))
        yield from blocks


def _own(terms: Terms) -> Iterator[Block]:
    for name, datatype, meaning in WORDS:
        kinds = (A, w("rdf:Property")), (A, w("owl:DatatypeProperty"))
        yield _node(terms.kg(name), *kinds, (LABEL, literal(name)), (w("rdfs:range"), w(datatype)), (COMMENT, literal(meaning)))
    yield _node(
        terms.kg("bestEvidence"), (A, w("rdf:Property")), (A, w("owl:ObjectProperty")), (LABEL, literal("best evidence")),
        (w("rdfs:subPropertyOf"), w("prov:wasDerivedFrom")), (COMMENT, literal("The statement that a triple quotes.")),
    )  # fmt: skip
    yield _node(
        terms.kg("hasStretch"), (A, w("rdf:Property")), (A, w("owl:ObjectProperty")), (LABEL, literal("has stretch")),
        (w("rdfs:range"), w("oa:TextPositionSelector")),
        (COMMENT, literal("One of the two sentences of an evidence that stands in two places.")),
    )  # fmt: skip
    yield _node(
        terms.kg("Chunk"), (A, w("rdfs:Class")), (A, w("owl:Class")), (LABEL, literal("Chunk")),
        (COMMENT, literal("A passage of a document, as the model read it.")),
    )  # fmt: skip


def _scopes(terms: Terms) -> Iterator[Block]:
    scheme = terms.kg("scopes")
    yield _node(scheme, (A, w("skos:ConceptScheme")), (LABEL, literal("How a document says a fact")))
    for name, meaning in SCOPES:
        yield _node(
            terms.kg(name), (A, w("skos:Concept")), (LABEL, literal(name)), (w("skos:notation"), literal(name)),
            (w("skos:definition"), literal(meaning)), (w("skos:inScheme"), scheme), (w("skos:topConceptOf"), scheme),
        )  # fmt: skip

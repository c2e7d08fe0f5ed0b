"""A schema -> SHACL shapes for a graph that was exported under it: one shape a rule, {base}shape/BORN_IN#domain.

The part after the # is the rule's name as `kgbuild.graph.validate` has it (domain, range, datatype, functional, direction,
unknown_type, unknown_relation; of dates functional_gYear and so on) or, of the graph's own nodes, the part that is off. Core SHACL only, without blank nodes.
"""

from collections.abc import Iterator
from dataclasses import replace

from kgbuild.records import ONE
from kgbuild.schema import Relation, Schema
from kgbuild.sinks.rdf_terms import (
    DEFAULT_BASE,
    DEFAULT_GRAPH,
    A,
    Block,
    Pair,
    Terms,
    decimal,
    integer,
    kept_relations,
    literal,
    numbered,
)
from kgbuild.sinks.rdf_terms import word as w

LITERALS = {"date": ("date", "gYearMonth", "gYear", "dateTime"), "number": ("decimal", "quantity"), "text": ("string",)}
"""Kind of a value -> what its literal may be: a datatype of XML Schema, or a quantity."""
QUANTITY = r"^-?[0-9]+(\.[0-9]+)? \S"
"""A number with its unit, as `graph.values` writes it: 2000000 USD. No datatype is for it, so that its literal is text."""


def shapes(schema: Schema, base: str = DEFAULT_BASE) -> Iterator[tuple[str, str, str]]:
    """The shapes as triples of N-Triples tokens; `" ".join(triple) + " ."` is a line that every reader takes."""
    for subject, pairs, _ in shape_blocks(Terms(base, schema)):
        for predicate, object in pairs:
            yield subject, predicate, object


def shape_blocks(terms: Terms) -> Iterator[Block]:
    """The shapes as blocks: classes and kinds of values, rules of entities, of each relation, of evidence, of documents."""
    relations = _by_property(terms)
    yield from _classes(terms)
    yield from _lists(terms, relations)
    yield from _entities(terms)
    for relation in relations:
        yield from _relation(terms, relation)
    kept = {terms.relation(relation.name) for relation in relations}
    for relation in terms.schema.relations:
        if relation.inverse and terms.relation(relation.name) not in kept:
            yield _direction(terms, relation)
    yield from _statements(terms, relations)
    yield from _evidence(terms)
    yield from _documents(terms)


def _by_property(terms: Terms) -> list[Relation]:
    """One relation for each property: those that share an IRI cannot be told apart by a shape, so what one allows, all do."""
    held: dict[str, Relation] = {}
    for relation in kept_relations(terms.schema):
        first = held.setdefault(terms.relation(relation.name), relation)
        if first is not relation:
            held[terms.relation(relation.name)] = replace(
                first,
                head=tuple(sorted({*first.head, *relation.head})),
                tail=tuple(sorted({*first.tail, *relation.tail})),
                functional=first.functional and relation.functional,
                is_property=first.is_property and relation.is_property and first.datatype == relation.datatype,
            )
    return list(held.values())


def _classes(terms: Terms) -> Iterator[Block]:
    """What the members of a list of alternatives ask: to be of a class, to be of a datatype."""
    for name, type in terms.types.items():
        yield _block(_is(terms, name), [(A, w("sh:NodeShape")), (w("sh:class"), type)])
    for name in sorted({name for names in LITERALS.values() for name in names}):
        yield _block(_is(terms, name), [(A, w("sh:NodeShape")), *_literal(name)])


def _lists(terms: Terms, relations: list[Relation]) -> Iterator[Block]:
    """Lists of alternatives, one for each set of types that a relation has at an end."""
    ends = {end for r in relations for end in (r.head, r.tail if _leads_to_entities(terms, r) else ())}
    ends |= set(LITERALS.values())
    for names in sorted(end for end in ends if len(end) > 1):
        yield from numbered(terms, terms.under(f"shape/any/{'-'.join(names)}"), [_is(terms, name) for name in names])[1]


def _is(terms: Terms, name: str) -> str:
    return terms.under(f"shape/is/{name}")


def _any(terms: Terms, names: tuple[str, ...]) -> str:
    return terms.part(terms.under(f"shape/any/{'-'.join(names)}"), "1")


def _one_of(terms: Terms, types: tuple[str, ...]) -> Pair:
    """Being of one of some classes."""
    return (w("sh:class"), terms.type(types[0])) if len(types) == 1 else (w("sh:or"), _any(terms, types))


def _literal(name: str) -> list[Pair]:
    """Being a literal of one of LITERALS."""
    if name == "quantity":
        return [(w("sh:datatype"), w("xsd:string")), (w("sh:pattern"), literal(QUANTITY))]
    return [(w("sh:datatype"), w(f"xsd:{name}"))]


def _holds(terms: Terms, datatype: str) -> list[Pair]:
    """Being one of the literals that a kind of value may have."""
    names = LITERALS[datatype]
    return _literal(names[0]) if len(names) == 1 else [(w("sh:or"), _any(terms, names))]


def _rule(terms: Terms, owner: str, rule: str, *pairs: Pair, message: str, kind: str = "sh:PropertyShape") -> Block:
    subject = terms.part(terms.under(f"shape/{owner}"), rule)
    return _block(subject, [(A, w(kind)), *pairs, (w("sh:message"), literal(message))])


def _block(subject: str, pairs: list[Pair]) -> Block:
    return subject, pairs, DEFAULT_GRAPH


def _entities(terms: Terms) -> Iterator[Block]:
    """An entity is of one known class and has a name."""
    target = (w("sh:targetSubjectsOf"), w("skos:prefLabel"))
    known, blocks = numbered(terms, terms.under("shape/types"), list(dict.fromkeys(terms.types.values())))
    yield from blocks
    yield _rule(
        terms, "entity", "unknown_type", target, (w("sh:path"), A), (w("sh:minCount"), integer(1)), (w("sh:in"), known),
        message="its type is no type of the schema",
    )  # fmt: skip
    yield _rule(terms, "entity", "name", target, *_one(w("rdfs:label"), "xsd:string"), message="an entity has one name")
    yield _rule(
        terms, "entity", "confidence", target, *_fraction(terms, at_least=0),
        message="the confidence of an entity is a decimal from 0 to 1",
    )  # fmt: skip


def _one(path: str, datatype: str = "") -> list[Pair]:
    """Exactly one value."""
    pairs = [(w("sh:path"), path), (w("sh:minCount"), integer(1)), (w("sh:maxCount"), integer(1))]
    return [*pairs, (w("sh:datatype"), w(datatype))] if datatype else pairs


def _fraction(terms: Terms, at_least: int) -> list[Pair]:
    pairs = [(w("sh:path"), terms.kg("confidence")), (w("sh:maxCount"), integer(1)), (w("sh:datatype"), w("xsd:decimal"))]
    pairs += [(w("sh:minInclusive"), decimal(0)), (w("sh:maxInclusive"), decimal(ONE))]
    return [*pairs, (w("sh:minCount"), integer(at_least))] if at_least else pairs


def _relation(terms: Terms, relation: Relation) -> Iterator[Block]:
    predicate, name = terms.relation(relation.name), relation.name
    target = (w("sh:targetSubjectsOf"), predicate)
    yield _rule(
        terms, name, "domain", target, _one_of(terms, relation.head), kind="sh:NodeShape",
        message=f"{name} begins at {_either(relation.head)}",
    )  # fmt: skip
    if relation.is_property:
        yield _rule(
            terms, name, "datatype", target, (w("sh:path"), predicate), (w("sh:nodeKind"), w("sh:Literal")),
            *_holds(terms, relation.datatype), message=f"{name} holds a {relation.datatype}",
        )  # fmt: skip
    elif _leads_to_entities(terms, relation):
        yield _rule(
            terms, name, "range", target, (w("sh:path"), predicate), (w("sh:nodeKind"), w("sh:IRI")),
            _one_of(terms, relation.tail), message=f"{name} leads to {_either(relation.tail)}",
        )  # fmt: skip
    if relation.functional:
        yield from _functional(terms, relation, target)


def _functional(terms: Terms, relation: Relation, target: Pair) -> Iterator[Block]:
    """One object; of dates one of each precision, since a year and a day in it say the same."""
    name, path = relation.name, (w("sh:path"), terms.relation(relation.name))
    if relation.is_property and relation.datatype == "date":
        for datatype in LITERALS["date"]:
            most = ((w("sh:qualifiedValueShape"), _is(terms, datatype)), (w("sh:qualifiedMaxCount"), integer(1)))
            yield _rule(terms, name, f"functional_{datatype}", target, path, *most, message=f"{name} allows one {datatype}")
    else:
        yield _rule(
            terms, name, "functional", target, path, (w("sh:maxCount"), integer(1)), message=f"{name} allows one object"
        )


def _leads_to_entities(terms: Terms, relation: Relation) -> bool:
    return all(name in terms.types for name in relation.tail)


def _direction(terms: Terms, relation: Relation) -> Block:
    predicate = terms.relation(relation.name)
    pairs = [(w("sh:targetSubjectsOf"), predicate), (w("sh:path"), predicate), (w("sh:maxCount"), integer(0))]
    return _rule(terms, relation.name, "direction", *pairs, message=f"{relation.name} is kept as {relation.inverse}")


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(names)


def _statements(terms: Terms, relations: list[Relation]) -> Iterator[Block]:
    """A reified triple has its three parts, numbers in their bounds and evidence."""
    target = (w("sh:targetClass"), w("rdf:Statement"))
    known, blocks = numbered(terms, terms.under("shape/relations"), [terms.relation(r.name) for r in relations])
    yield from blocks
    for part in ("subject", "predicate", "object"):
        yield _rule(terms, "triple", part, target, *_one(w(f"rdf:{part}")), message=f"a triple has one {part}")
    yield _rule(
        terms, "triple", "unknown_relation", target, (w("sh:path"), w("rdf:predicate")), (w("sh:in"), known),
        message="its predicate is no relation of the schema",
    )  # fmt: skip
    yield _rule(
        terms, "triple", "dangling", (w("sh:targetObjectsOf"), w("rdf:subject")), (w("sh:path"), w("skos:prefLabel")),
        (w("sh:minCount"), integer(1)), message="the subject of a triple is an entity of the graph",
    )  # fmt: skip
    yield _rule(
        terms, "triple", "confidence", target, *_fraction(terms, at_least=1),
        message="the confidence of a triple is one decimal from 0 to 1",
    )  # fmt: skip
    yield _rule(
        terms, "triple", "support", target, *_one(terms.kg("support"), "xsd:integer"), (w("sh:minInclusive"), integer(1)),
        message="a triple stands on one sentence at least",
    )  # fmt: skip
    yield from _scope(terms, target)
    yield _rule(
        terms, "triple", "evidence", target, (w("sh:path"), w("prov:wasDerivedFrom")), (w("sh:minCount"), integer(1)),
        (w("sh:class"), w("oa:SpecificResource")), message="a triple is derived from a sentence of a document",
    )  # fmt: skip


def _scope(terms: Terms, target: Pair) -> Iterator[Block]:
    scopes, blocks = numbered(terms, terms.under("shape/scopes"), [literal("stated"), literal("inferred")])
    yield from blocks
    yield _rule(
        terms, "triple", "scope", target, *_one(terms.kg("scope")), (w("sh:in"), scopes),
        message="a triple is stated or inferred",
    )  # fmt: skip


def _evidence(terms: Terms) -> Iterator[Block]:
    """Evidence is a stretch of a document: its words, and where they stand."""
    target = (w("sh:targetObjectsOf"), w("prov:wasDerivedFrom"))
    yield _rule(
        terms, "statement", "document", target, *_one(w("oa:hasSource")), (w("sh:class"), w("schema:CreativeWork")),
        message="evidence stands in one document",
    )  # fmt: skip
    yield _rule(
        terms, "statement", "selectors", target, (w("sh:path"), w("oa:hasSelector")), (w("sh:minCount"), integer(2)),
        message="evidence has its words and its place",
    )  # fmt: skip
    quote = (w("sh:targetClass"), w("oa:TextQuoteSelector"))
    yield _rule(
        terms, "statement", "quote", quote, *_one(w("oa:exact"), "xsd:string"), (w("sh:minLength"), integer(1)),
        message="a quote has words",
    )  # fmt: skip
    place = (w("sh:targetClass"), w("oa:TextPositionSelector"))
    for end, other in (("start", [(w("sh:lessThan"), w("oa:end"))]), ("end", [])):
        yield _rule(
            terms, "statement", end, place, *_one(w(f"oa:{end}")), (w("sh:minInclusive"), integer(0)), *other,
            message=f"a place in a text has one {end}, in code points, and ends after it starts",
        )  # fmt: skip


def _documents(terms: Terms) -> Iterator[Block]:
    target = (w("sh:targetClass"), w("schema:CreativeWork"))
    yield _rule(terms, "document", "title", target, *_one(w("dcterms:title"), "xsd:string"), message="a document has one title")
    yield _rule(
        terms, "document", "identifier", target, (w("sh:path"), w("dcterms:identifier")), (w("sh:minCount"), integer(1)),
        message="a document has the URI that it was read from",
    )  # fmt: skip
    yield _rule(
        terms, "document", "issued", target, (w("sh:path"), w("dcterms:issued")), (w("sh:maxCount"), integer(1)),
        message="a document has one date",
    )  # fmt: skip

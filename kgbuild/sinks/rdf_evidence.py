"""A triple and its statements -> stencils: the millions of nodes of a graph. What they say is told in rdf_model."""

from collections.abc import Callable
from functools import lru_cache

from kgbuild.records import StatementNode, Triple, Value
from kgbuild.sinks.rdf_stencil import Item, Shape, Stencil, Term
from kgbuild.sinks.rdf_terms import DEFAULT_GRAPH, A, Hole, Terms, decimal, literal, path_ids, value_literal
from kgbuild.sinks.rdf_terms import word as w

Annotator = Callable[[Triple, list[StatementNode], StatementNode | None], Item]
Pairs = list[tuple[str, Term]]


def annotator(terms: Terms, *, has_best: bool, rdf12: bool) -> Annotator:
    """A function that makes a triple, plain and as a node of its own, derived from its statements.

    has_best: the best statement is pointed out; rdf12: by a triple term of RDF 1.2, not as an rdf:Statement.
    """

    @lru_cache(maxsize=4096)
    def stencil(predicate: str, count: int) -> Stencil:
        return Stencil(_annotation(terms, terms.relation(predicate), count, has_best=has_best, rdf12=rdf12))

    def annotate(triple: Triple, kept: list[StatementNode], best: StatementNode | None) -> Item:
        value = triple.object if isinstance(triple.object, Value) else None
        witnesses = [*kept, best] if has_best and best else kept
        node, subject, target, *evidence = path_ids(
            triple.id, triple.subject, "x" if value else str(triple.object), *[statement.id for statement in witnesses]
        )
        object = value_literal(value) if value else f"{terms.start}entity/{target}>"
        term = f"{terms.start}entity/{subject}> {terms.relation(triple.predicate)} {object}" if rdf12 else ""
        return stencil(triple.predicate, len(kept)), (
            node, subject, object, decimal(triple.confidence), str(triple.support), str(triple.documents), triple.scope, term,
            *evidence, DEFAULT_GRAPH,
        )  # fmt: skip

    return annotate


def _annotation(terms: Terms, predicate: str, count: int, *, has_best: bool, rdf12: bool) -> list[Shape]:
    subject, object, integer = terms.hole(1, "entity"), Hole(2), f'"^^{w("xsd:integer")}'
    reified: Pairs = [
        (A, w("rdf:Statement")),
        (w("rdf:subject"), subject),
        (w("rdf:predicate"), predicate),
        (w("rdf:object"), object),
    ]
    numbers: Pairs = [
        (terms.kg("confidence"), Hole(3)), (terms.kg("support"), Hole(4, '"', integer)), (terms.kg("documents"), Hole(5, '"', integer)),
        (terms.kg("scope"), Hole(6, '"', '"')),
    ]  # fmt: skip
    derived: Pairs = [(w("prov:wasDerivedFrom"), terms.hole(8 + number, "statement")) for number in range(count)]
    best: Pairs = [(terms.kg("bestEvidence"), terms.hole(8 + count, "statement"))] if has_best and count else []
    start: Pairs = [(w("rdf:reifies"), Hole(7, "<<( ", " )>>"))] if rdf12 else reified
    return [(subject, [(predicate, object)]), (terms.hole(0, "triple"), [*start, *numbers, *derived, *best])]


def witness(terms: Terms) -> Callable[[StatementNode, str], Item]:
    """A function that makes evidence, given the graph that it stands in: Web Annotation, positions in code points."""

    @lru_cache(maxsize=16)
    def stencil(stretches: int) -> Stencil:
        return Stencil(_evidence(terms, stretches))

    def evidence(statement: StatementNode, place: str) -> Item:
        count = len(statement.quotes)
        stretches = [str(end) for stretch in statement.quotes for end in stretch] if count > 1 else ()
        node, document, model = path_ids(statement.id, statement.document, statement.model)
        return stencil(count), (
            node, document, decimal(statement.confidence), statement.scope, model, literal(statement.quote), str(statement.start), str(statement.end), *stretches, place,
        )  # fmt: skip

    return evidence


def _evidence(terms: Terms, stretches: int) -> list[Shape]:
    def node(part: str = "") -> Hole:
        return terms.hole(0, "statement", part)

    def place(part: str, start: int) -> Shape:
        ends = [Hole(number, '"', f'"^^{w("xsd:nonNegativeInteger")}') for number in (start, start + 1)]
        return node(part), [(A, w("oa:TextPositionSelector")), (w("oa:start"), ends[0]), (w("oa:end"), ends[1])]

    parts = [f"stretch-{number}" for number in range(1, stretches + 1)] if stretches > 1 else []
    said: Pairs = [
        (A, w("oa:SpecificResource")), (w("oa:hasSource"), terms.hole(1, "document")), (w("oa:hasSelector"), node("quote")),
        (w("oa:hasSelector"), node("position")), *[(terms.kg("hasStretch"), node(part)) for part in parts],
        (terms.kg("confidence"), Hole(2)), (terms.kg("scope"), Hole(3, '"', '"')),
        (w("prov:wasAttributedTo"), terms.hole(4, "model")),
    ]  # fmt: skip
    quote: Shape = node("quote"), [(A, w("oa:TextQuoteSelector")), (w("oa:exact"), Hole(5))]
    return [(node(), said), quote, place("position", 6), *[place(part, 8 + 2 * n) for n, part in enumerate(parts)]]

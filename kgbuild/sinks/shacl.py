"""RDF and a schema's SHACL shapes -> what breaks which rule, by pySHACL on a graph in memory (extra `shacl`).

The shapes come from rdf_shapes.py; a rule's name is the end of its shape's IRI: {base}shape/BORN_IN#range is "BORN_IN range".
Inference is off: the export says what it means. pySHACL takes about 1.5 kB and 30 µs a triple.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kgbuild.errors import BuildError, MissingExtra
from kgbuild.schema import Schema
from kgbuild.sinks.rdf_runs import XSD_STRING
from kgbuild.sinks.rdf_shapes import shapes
from kgbuild.sinks.rdf_terms import NAMESPACES

if TYPE_CHECKING:
    import rdflib

log = logging.getLogger(__name__)

LARGE = 300_000
BYTES_A_TRIPLE = 1_500
SECONDS_A_TRIPLE = 32e-6
"""Measured at a million triples: 1.5 GB; 25 s to load, 7 s to validate."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that something breaks. examples: (name, IRI, value) of the first few nodes, by IRI; value is what is wrong, or ''."""

    rule: str
    shape: str
    message: str
    count: int
    examples: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found. broken: by falling number; report: the sh:ValidationReport."""

    triples: int
    rules: int
    broken: tuple[Broken, ...]
    report: "rdflib.Graph"

    @property
    def violations(self) -> int:
        """How many there are in all."""
        return sum(each.count for each in self.broken)


def load(quads: Iterable[Any], progress: Progress) -> "rdflib.Graph":
    """Triples as pyoxigraph has them -> a graph in memory; graph names are left out. Says so if the graph is a large one."""
    import rdflib

    graph, count = rdflib.Graph(), 0
    iri = lru_cache(maxsize=100_000)(rdflib.URIRef)
    for count, quad in enumerate(quads, 1):
        graph.add((_term(quad.subject, iri), iri(quad.predicate.value), _term(quad.object, iri)))
        if count == LARGE:
            log.warning(
                "more than %s triples: pySHACL holds all of them in memory, about %.1f GB and %.0f s a million",
                f"{LARGE:,}", BYTES_A_TRIPLE / 1e3, SECONDS_A_TRIPLE * 1e6,
            )  # fmt: skip
        if count % 20_000 == 0:
            progress("loading triples", count, 0)
    return graph


def _term(term: Any, iri: Callable[[str], Any]) -> Any:
    import pyoxigraph
    import rdflib

    if isinstance(term, pyoxigraph.NamedNode):
        return iri(term.value)
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = term.datatype.value  # rdflib tells "a" and "a"^^xsd:string apart, RDF does not
        return rdflib.Literal(term.value, datatype=None if datatype == XSD_STRING else iri(datatype), normalize=False)
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    raise BuildError("SHACL knows no triple terms of RDF 1.2: export with --annotations reified, and validate that")


def shapes_graph(schema: Schema, base: str) -> "rdflib.Graph":
    """The shapes of a schema as a graph."""
    import rdflib

    text = "".join(f"{' '.join(triple)} .\n" for triple in shapes(schema, base))
    return rdflib.Graph().parse(data=text, format="nt")


def validate(data: "rdflib.Graph", schema: Schema, base: str, *, examples: int = 3) -> Validation:
    """All violations of a graph in memory. Raises MissingExtra if pySHACL is not installed."""
    try:
        import pyshacl
    except ModuleNotFoundError as error:
        if error.name != "pyshacl":
            raise
        raise MissingExtra("validating with SHACL", "shacl") from None
    rules = shapes_graph(schema, base)
    _, report, words = pyshacl.validate(data, shacl_graph=rules, inference="none", advanced=False, meta_shacl=False)
    if isinstance(report, Exception | bytes):
        raise BuildError(f"pySHACL failed: {words}")
    found: dict[str, list[Any]] = {}
    sh = NAMESPACES["sh"]
    import rdflib

    def one(node: Any, name: str) -> Any:
        return report.value(node, rdflib.URIRef(sh + name))

    for result in report.subjects(rdflib.RDF.type, rdflib.URIRef(f"{sh}ValidationResult")):
        found.setdefault(str(one(result, "sourceShape")), []).append(
            (str(one(result, "focusNode")), one(result, "value"), str(one(result, "resultMessage") or ""))
        )
    broken = [_broken(data, shape, held, base, examples) for shape, held in found.items()]
    number = len(set(rules.subjects(rdflib.URIRef(f"{sh}message"))))
    return Validation(len(data), number, tuple(sorted(broken, key=lambda b: (-b.count, b.rule))), report)


def _broken(data: "rdflib.Graph", shape: str, held: list[Any], base: str, examples: int) -> Broken:
    ordered = sorted(held, key=lambda row: (row[0], str(row[1])))
    shown = tuple((named(data, focus), focus, _shown(data, value)) for focus, value, _ in ordered[:examples])
    rule = shape.removeprefix(f"{base}shape/").replace("#", " ").replace("/", " ")
    return Broken(rule, shape, ordered[0][2], len(held), shown)


def _shown(data: "rdflib.Graph", value: Any) -> str:
    import rdflib

    return "" if value is None else named(data, str(value)) if isinstance(value, rdflib.URIRef) else str(value)


def named(data: "rdflib.Graph", iri: str) -> str:
    """A node in words: its label or title; of a reified triple its parts; else its IRI."""
    import rdflib

    node = rdflib.URIRef(iri)
    for name in ("rdfs:label", "dcterms:title", "oa:exact"):
        label = data.value(node, _word(name), any=True)
        if label is not None:
            return str(label)
    parts = [data.value(node, _word(f"rdf:{name}"), any=True) for name in ("subject", "predicate", "object")]
    if parts[0] is None:
        return iri
    return " ".join(
        str(part) if not isinstance(part, rdflib.URIRef) else _short(data, part) for part in parts if part is not None
    )


def _short(data: "rdflib.Graph", node: Any) -> str:
    return str(data.value(node, _word("rdfs:label"), any=True) or node)


def _word(name: str) -> Any:
    import rdflib

    prefix, _, rest = name.partition(":")
    return rdflib.URIRef(NAMESPACES[prefix] + rest)

"""RDF and a schema's SHACL shapes -> what breaks which rule, by pySHACL on a graph in memory (extra `shacl`).

The shapes come from rdf_shapes.py; a rule's name is the end of its shape's IRI: {base}shape/BORN_IN#range is "BORN_IN range".
Inference is off: the export says what it means. pySHACL takes about 1.5 kB a triple, so a large graph comes in parts (shacl_parts.py).
"""

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

LARGE = 100_000
"""Triples that are held in memory at once: 410 MB at most for 2.7 million in all; three times as many took more, and no less time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A graph, or some of its nodes with all their triples. triples: how many these are; data: they and what else is known of their
    neighbours; owns: whether a node, as N-Triples write it, is one of them.
    """

    data: "rdflib.Graph"
    triples: int
    owns: Callable[[str], bool] = lambda _: True


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


def load(quads: Iterable[Any], data: "rdflib.Graph | None" = None) -> tuple["rdflib.Graph", int]:
    """Triples as pyoxigraph has them -> a graph in memory, or more of one, and how many it holds; graph names are left out."""
    import rdflib

    graph = rdflib.Graph() if data is None else data
    iri = lru_cache(maxsize=100_000)(rdflib.URIRef)
    for quad in quads:
        graph.add((_term(quad.subject, iri), iri(quad.predicate.value), _term(quad.object, iri)))
    return graph, len(graph)


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


def validate(parts: Iterable[Part], schema: Schema, base: str, *, examples: int = 3) -> Validation:
    """All violations of a graph, a part of it after the other. Raises MissingExtra if pySHACL is not installed."""
    try:
        import pyshacl
    except ModuleNotFoundError as error:
        if error.name != "pyshacl":
            raise
        raise MissingExtra("validating with SHACL", "shacl") from None
    rules, found, triples = shapes_graph(schema, base), _Found(base, examples), 0
    number, marks = len(set(rules.subjects(_word("sh:message")))), _taken_targets(rules)
    for part in parts:
        _mark(part, marks)
        _, report, words = pyshacl.validate(
            part.data, shacl_graph=rules, inference="none", advanced=False, meta_shacl=False, inplace=True
        )
        if isinstance(report, Exception | bytes):
            raise BuildError(f"pySHACL failed: {words}")
        found.add(part, report)
        triples += part.triples
        del part, report  # before the next one is loaded
    return Validation(triples, number, found.broken(), found.report())


Marks = dict[tuple[str, Any], Any]
"""How a shape finds its nodes, and by what -> the property that marks them."""


def _taken_targets(rules: "rdflib.Graph") -> Marks:
    """Have all shapes target what is marked, so that a part's shapes look at its own nodes, not at what is told of others."""
    import rdflib

    marks: Marks = {}
    for how in ("sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf"):
        for shape, what in list(rules.subject_objects(_word(how))):
            mark = marks.setdefault((how, what), rdflib.URIRef(f"urn:kgbuild:target:{len(marks)}"))
            rules.remove((shape, _word(how), what))
            rules.add((shape, _word("sh:targetSubjectsOf"), mark))
    return marks


def _mark(part: Part, marks: Marks) -> None:
    """Mark the part's own nodes that shapes look at; a literal is where it stands."""
    import rdflib

    for (how, what), mark in marks.items():
        for node in _targets(part.data, how, what):
            if isinstance(node, rdflib.Literal) or part.owns(node.n3()):
                part.data.add((node, mark, mark))


def _targets(data: "rdflib.Graph", how: str, what: Any) -> set[Any]:
    """The nodes of a target, as SHACL has it: of a class and those below it, what has a property, what a property leads to."""
    if how == "sh:targetObjectsOf":
        return set(data.objects(predicate=what))
    if how == "sh:targetSubjectsOf":
        return set(data.subjects(what))
    classes = data.transitive_subjects(_word("rdfs:subClassOf"), what)
    return {node for each in classes for node in data.subjects(_word("rdf:type"), each)}


class _Found:
    """What the reports of all parts say."""

    def __init__(self, base: str, examples: int) -> None:
        import rdflib

        self._base, self._examples = base, examples
        self._counts: dict[str, int] = {}
        self._messages: dict[str, str] = {}
        self._shown: dict[str, list[tuple[tuple[str, str], tuple[str, str, str]]]] = {}
        self._results = rdflib.Graph()
        self._node = rdflib.BNode()

    def add(self, part: Part, report: "rdflib.Graph") -> None:
        """The violations of a part."""
        held: dict[str, list[tuple[str, str, Any]]] = {}
        for result in report.subjects(_word("rdf:type"), _word("sh:ValidationResult")):
            focus = report.value(result, _word("sh:focusNode"))
            if focus is not None:
                shape, value = str(report.value(result, _word("sh:sourceShape"))), report.value(result, _word("sh:value"))
                held.setdefault(shape, []).append((str(focus), str(value), value))
                self._messages[shape] = str(report.value(result, _word("sh:resultMessage")) or "")
                self._keep(report, result)
        for shape, rows in held.items():
            self._counts[shape] = self._counts.get(shape, 0) + len(rows)
            first = sorted(rows, key=lambda row: row[:2])[: self._examples]
            more = [((focus, text), (named(part.data, focus), focus, _shown(part.data, value))) for focus, text, value in first]
            self._shown[shape] = sorted([*self._shown.get(shape, ()), *more])[: self._examples]

    def _keep(self, report: "rdflib.Graph", result: Any) -> None:
        """One result of one report for the report on all parts."""
        import rdflib

        self._results.add((self._node, _word("sh:result"), result))
        todo = [result]
        while todo:
            node = todo.pop()
            for predicate, object in report.predicate_objects(node):
                self._results.add((node, predicate, object))
                if isinstance(object, rdflib.BNode):
                    todo.append(object)

    def broken(self) -> tuple[Broken, ...]:
        """By falling number."""
        found = [
            Broken(
                shape.removeprefix(f"{self._base}shape/").replace("#", " ").replace("/", " "),
                shape, self._messages[shape], count, tuple(shown for _, shown in self._shown[shape]),
            ) for shape, count in self._counts.items()
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda b: (-b.count, b.rule)))

    def report(self) -> "rdflib.Graph":
        """The sh:ValidationReport."""
        import rdflib

        self._results.bind("sh", NAMESPACES["sh"])
        self._results.add((self._node, _word("rdf:type"), _word("sh:ValidationReport")))
        self._results.add((self._node, _word("sh:conforms"), rdflib.Literal(not self._counts)))
        return self._results


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

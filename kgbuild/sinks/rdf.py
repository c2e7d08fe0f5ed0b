"""A graph -> N-Triples, N-Quads, Turtle, TriG, JSON-LD or RDF/XML, written as it is read: memory does not grow with the graph.

No blank node, no clock; the same graph gives the same bytes. Beside the graph, a schema's ontology and its SHACL shapes.
Everything is a stream of blocks (`rdf_terms.Block`, `rdf_stencil.Item`); rdflib is an object API at the edge, imported on first use.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, TYPE_CHECKING

from kgbuild.errors import UsageError
from kgbuild.records import GraphSource
from kgbuild.schema import Schema
from kgbuild.sinks.rdf_dataset import Run, Tally, dataset_blocks
from kgbuild.sinks.rdf_jsonld import jsonld
from kgbuild.sinks.rdf_lines import quad_lines, triple_lines
from kgbuild.sinks.rdf_model import ANNOTATIONS, GRAPHS, Layout, graph_items
from kgbuild.sinks.rdf_ontology import ontology_blocks
from kgbuild.sinks.rdf_shapes import shape_blocks
from kgbuild.sinks.rdf_stencil import Item, expanded
from kgbuild.sinks.rdf_terms import DEFAULT_BASE, Terms
from kgbuild.sinks.rdf_turtle import trig, turtle
from kgbuild.sinks.rdf_xml import rdf_xml

if TYPE_CHECKING:
    import rdflib

__all__ = ["DEFAULT_BASE", "PARTS", "RDF_FORMATS", "Layout", "to_rdflib", "write_dataset", "write_rdf"]

Items = Iterable[Item]
WRITERS: dict[str, Callable[[Items, Terms], Iterator[str]]] = {
    "ttl": lambda items, terms: turtle(expanded(items), terms),
    "nt": lambda items, _: triple_lines(items),
    "nq": lambda items, _: quad_lines(items),
    "trig": lambda items, terms: trig(expanded(items), terms),
    "jsonld": lambda items, terms: jsonld(expanded(items), terms),
    "rdf": lambda items, terms: rdf_xml(expanded(items), terms),
}
RDF_FORMATS = tuple(WRITERS)
QUADS = ("nq", "trig", "jsonld")
"""Formats that have named graphs."""
RDF12 = ("ttl", "nt", "nq", "trig")
"""Formats that have triple terms; rdflib reads none of them, pyoxigraph and Jena 6 do."""
PARTS = ("graph", "ontology", "shapes")

PIECES = 64
"""So many items are written at once: about 100 kB."""


def write_rdf(
    graph: GraphSource,
    schema: Schema,
    stream: IO[bytes],
    format: str,
    base: str = DEFAULT_BASE,
    provenance: str = "summary",
    *,
    annotations: str = "reified",
    graphs: str = "default",
    part: str = "graph",
    watch: Callable[[Items], Items] = iter,
) -> None:
    """Write a graph to a binary stream. What provenance, annotations and graphs mean: `rdf_model.Layout`.

    part: graph, or what the schema alone says: ontology, shapes (SHACL); watch sees all items on their way.
    Raises UsageError if base is no IRI that ends in / or #, or if the format cannot hold what is asked for.
    """
    layout = Layout(provenance, annotations, graphs)
    check_layout(layout, format)
    terms = Terms(base, schema)
    items: Items
    match part:
        case "ontology":
            items = ontology_blocks(terms)
        case "shapes":
            items = shape_blocks(terms)
        case _:
            items = graph_items(graph, terms, layout)
    write_pieces(stream, WRITERS[format](watch(items), terms))


def write_dataset(stream: IO[bytes], schema: Schema, base: str, tally: Tally, run: Run) -> None:
    """Write the description of an export, as Turtle."""
    terms = Terms(base, schema)
    write_pieces(stream, turtle(dataset_blocks(terms, tally, run), terms))


def check_layout(layout: Layout, format: str) -> None:
    """Raises UsageError if the format cannot hold what is asked for, or nobody knows what that is."""
    if layout.annotations not in ANNOTATIONS:
        raise UsageError(f"annotations are {layout.annotations!r}: choose {' or '.join(ANNOTATIONS)}")
    if layout.graphs not in GRAPHS:
        raise UsageError(f"graphs are {layout.graphs!r}: choose {' or '.join(GRAPHS)}")
    if layout.annotations == "rdf12" and format not in RDF12:
        raise UsageError(
            f"{format} cannot hold the triple terms of RDF 1.2: choose {', '.join(RDF12)}, or --annotations reified"
        )
    if layout.graphs == "document" and format not in QUADS:
        raise UsageError(f"{format} has no named graphs: choose {', '.join(QUADS)}, or --graphs default")


def write_pieces(stream: IO[bytes], pieces: Iterator[str]) -> None:
    """Texts in UTF-8, many at a time; each is encoded by itself, as one character beyond ASCII makes a long text slow."""
    while held := list(map(str.encode, islice(pieces, PIECES))):
        stream.write(b"".join(held))


def to_rdflib(graph: GraphSource, schema: Schema, base: str = DEFAULT_BASE, provenance: str = "summary") -> "rdflib.Graph":
    """The same triples as an rdflib.Graph, for some 300,000 of them at most (it takes a kilobyte or more for each)."""
    import io

    import rdflib

    stream = io.BytesIO()
    write_rdf(graph, schema, stream, "nt", base, provenance)
    return rdflib.Graph().parse(data=stream.getvalue(), format="nt")

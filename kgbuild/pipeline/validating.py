"""A workspace's graph, or a file of RDF -> what breaks the rules of its schema."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.errors import BuildError
from kgbuild.records import GraphSource, Progress
from kgbuild.schema import Schema, parse_schema
from kgbuild.sinks.rdf import write_rdf
from kgbuild.sinks.rdf_runs import parse
from kgbuild.sinks.rdf_terms import DEFAULT_BASE, NAMESPACES

if TYPE_CHECKING:
    from kgbuild.sinks.shacl import Part, Validation


def validate_graph(graph: GraphSource, schema: Schema, base: str, *, examples: int, progress: Progress) -> "Validation":
    """What breaks the rules in a graph, in its export with all provenance. Raises MissingExtra without pySHACL."""
    from kgbuild.sinks import shacl

    base = base or DEFAULT_BASE
    with tempfile.TemporaryDirectory(prefix="kgbuild-") as folder:
        path = Path(folder, "graph.nt")
        with path.open("wb") as stream:
            write_rdf(graph, schema, stream, "nt", base, "full")
        return shacl.validate(_parts(parse(path, "nt"), Path(folder), progress), schema, base, examples=examples)


def validate_file(
    path: Path, format: str, schema: Schema | None, base: str, *, examples: int, progress: Progress
) -> "Validation":
    """What breaks the rules in a file. schema, base: None and "" for what the file says itself.

    Raises BuildError if the file is no RDF, or neither it nor the caller says the schema.
    """
    from kgbuild.sinks import shacl

    said = _Said()
    with tempfile.TemporaryDirectory(prefix="kgbuild-") as folder:
        parts = _parts(said.heard(parse(path, format)), Path(folder), progress)
        parts = chain([next(parts)], parts)  # all has been read by now; no name keeps the first part beside the others
        if schema is None and not said.text:
            raise BuildError(f"{path} does not hold its schema (kg:schemaText): give it with --schema FILE")
        schema = schema or parse_schema(said.text, f"{path} (kg:schemaText)")
        return shacl.validate(parts, schema, base or said.base or DEFAULT_BASE, examples=examples)


def _parts(quads: Iterator[Any], folder: Path, progress: Progress) -> Iterator["Part"]:
    """A graph as one part if it is small."""
    from kgbuild.sinks import shacl
    from kgbuild.sinks.shacl_parts import parts

    progress("loading triples", 0, 0)
    held = list(islice(quads, shacl.LARGE + 1))
    if len(held) > shacl.LARGE:
        begun = iter(held)
        del held  # the list goes once it has been passed on
        yield from parts(chain(begun, quads), folder, shacl.LARGE, progress)
        return
    part = shacl.Part(*shacl.load(held))
    progress("validating", 0, 0)
    yield part


class _Said:
    """What an export says of itself, in passing: where its IRIs begin, and its schema; empty for other RDF."""

    def __init__(self) -> None:
        self.base = self.text = ""

    def heard(self, quads: Iterable[Any]) -> Iterator[Any]:
        """The same quads."""
        ontology, rdf_type = f"{NAMESPACES['owl']}Ontology", f"{NAMESPACES['rdf']}type"
        for quad in quads:
            if quad.predicate.value.endswith("schema/schemaText") and quad.predicate.value == f"{quad.subject.value}schemaText":
                self.text = quad.object.value
            elif quad.predicate.value == rdf_type and quad.object.value == ontology and quad.subject.value.endswith("schema/"):
                self.base = quad.subject.value.removesuffix("schema/")
            yield quad

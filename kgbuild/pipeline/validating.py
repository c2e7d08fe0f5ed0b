"""A workspace's graph, or a file of RDF -> what breaks the rules of its schema."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import BuildError
from kgbuild.records import GraphSource
from kgbuild.schema import Schema, parse_schema
from kgbuild.sinks.rdf import write_rdf
from kgbuild.sinks.rdf_runs import parse
from kgbuild.sinks.rdf_terms import DEFAULT_BASE

if TYPE_CHECKING:
    import rdflib

    from kgbuild.sinks.shacl import Validation

Progress = Callable[[str, int, int], None]


def validate_graph(graph: GraphSource, schema: Schema, base: str, *, examples: int, progress: Progress) -> "Validation":
    """What breaks the rules in a graph, in its export with all provenance. Raises MissingExtra without pySHACL."""
    from kgbuild.sinks import shacl

    base = base or DEFAULT_BASE
    with tempfile.TemporaryDirectory(prefix="kgbuild-") as folder:
        path = Path(folder, "graph.nt")
        with path.open("wb") as stream:
            write_rdf(graph, schema, stream, "nt", base, "full")
        data = shacl.load(parse(path, "nt"), progress)
    progress("validating", 0, 0)
    return shacl.validate(data, schema, base, examples=examples)


def validate_file(
    path: Path, format: str, schema: Schema | None, base: str, *, examples: int, progress: Progress
) -> "Validation":
    """What breaks the rules in a file. schema, base: None and "" for what the file says itself.

    Raises BuildError if the file is no RDF, or neither it nor the caller says the schema.
    """
    from kgbuild.sinks import shacl

    data = shacl.load(parse(path, format), progress)
    own_base, text = _said(data)
    if schema is None and not text:
        raise BuildError(f"{path} does not hold its schema (kg:schemaText): give it with --schema FILE")
    schema = schema or parse_schema(text, f"{path} (kg:schemaText)")
    progress("validating", 0, 0)
    return shacl.validate(data, schema, base or own_base or DEFAULT_BASE, examples=examples)


def _said(data: "rdflib.Graph") -> tuple[str, str]:
    """Where the IRIs of an export begin, and its schema; empty for other RDF."""
    import rdflib

    for node in data.subjects(rdflib.RDF.type, rdflib.OWL.Ontology):
        if str(node).endswith("schema/"):
            text = data.value(node, rdflib.URIRef(f"{node}schemaText"))
            return str(node).removesuffix("schema/"), str(text or "")
    return "", ""

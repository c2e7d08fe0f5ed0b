"""A graph as an embedded RDF store (Oxigraph) on disk, in folders named by their state (folders.py): what SPARQL is asked of.

It holds the triples of the RDF export with all provenance. The engine fills it in a process of its own, from N-Triples that are
written into a pipe, so memory stays flat and an interrupted build leaves nothing.
"""

from pathlib import Path
from typing import Any

from kgbuild.errors import BuildError
from kgbuild.hashing import digest
from kgbuild.records import GraphSource, Progress
from kgbuild.schema import Schema
from kgbuild.sinks import folders
from kgbuild.sinks.embedded_engine import Engine
from kgbuild.sinks.rdf import DEFAULT_BASE, write_rdf

VERSION = 1
"""Of the folder's layout and of what the RDF export says: a store of another version is built anew."""

LAYOUT = folders.Layout(VERSION, "RDF store", "kgbuild sparql")
PROVENANCE = "full"
SCRIPT = "sparql_child.py"
LINES_AT_ONCE = 20_000


def state_of(graph_state: str, schema: Schema, base: str, *more: str) -> str:
    """The name of the store of a graph: IRIs and labels come from the schema and the base, so they are in it.

    more: what else decides rows that the state of the graph does not say, as the model and how texts are cut.
    """
    return f"{graph_state}-{digest('sparql', schema.digest, base, *more)}"


def write(
    graph: GraphSource,
    schema: Schema,
    root: Path,
    *,
    state: str,
    base: str = DEFAULT_BASE,
    progress: Progress | None = None,
) -> int:
    """Make `state` the current store, building it if it is not there whole; returns its number of triples.

    progress gets ("triples", done, 0). One writer at a time: hold the workspace's lock. Raises BuildError if the engine fails,
    WorkspaceError if the disk does.
    """

    def fill(folder: Path) -> dict[str, Any]:
        with Engine("load", folder, SCRIPT) as engine:
            stream = _Counting(engine, progress)
            try:
                write_rdf(graph, schema, stream, "nt", base, PROVENANCE)  # type: ignore[arg-type]
            except OSError:
                raise BuildError(f"the RDF store cannot be built: {engine.receive_or_none() or engine.last_words()}") from None
            stream.finish()
            return {"triples": engine.receive()["triples"]}

    folders.make(root, state, LAYOUT, fill)
    with folders.Lease(root, LAYOUT) as folder:
        return int(folders.marker(folder)["triples"])


class _Counting:
    """The engine's input as a stream that counts lines."""

    def __init__(self, engine: Engine, progress: Progress | None) -> None:
        assert engine.process.stdin is not None
        self._pipe = engine.process.stdin.buffer  # type: ignore[attr-defined]
        self._progress = progress
        self._lines = self._told = 0

    def write(self, data: bytes) -> int:
        self._pipe.write(data)
        self._lines += data.count(b"\n")
        if self._progress is not None and self._lines - self._told >= LINES_AT_ONCE:
            self._told = self._lines
            self._progress("triples", self._lines, 0)
        return len(data)

    def flush(self) -> None:
        self._pipe.flush()

    def finish(self) -> None:
        self._pipe.close()

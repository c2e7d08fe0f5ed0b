"""SPARQL on a workspace: bring the RDF store to the built graph, then ask it."""

from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import WorkspaceBusy, WorkspaceReadOnly
from kgbuild.pipeline.refreshing import ask_older
from kgbuild.records import Progress
from kgbuild.schema import Schema
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.lock import writer_lock

if TYPE_CHECKING:
    from kgbuild.sinks.query import Result


FOLDER = "sparql"


def ask(
    path: Path,
    graph: WorkspaceGraph,
    schema: Schema,
    base: str,
    text: str,
    *,
    limit: int | None,
    timeout: float | None,
    progress: Progress | None,
) -> "Result":
    """The answer to one query on the graph of the workspace at `path`. The store is made first if it is not there, or of another graph;
    while another process writes, or where nobody may, the one of an older graph is asked.

    Raises QueryError if the query is refused, fails or takes longer than timeout (seconds, without making the store), WorkspaceBusy or
    WorkspaceReadOnly if the store has to be made and cannot be.
    """
    from kgbuild.sinks import folders, sparql, sparql_store
    from kgbuild.sinks.rdf import DEFAULT_BASE

    sparql.check(text)  # before minutes are spent on the store
    base = base or DEFAULT_BASE
    more = (graph.derived.meta("model"), graph.derived.meta("cut"))
    root, state = path / FOLDER, sparql_store.state_of(graph.state, schema, base, *more)
    if folders.current(root, sparql_store.LAYOUT) != state:
        try:
            with writer_lock(path, brief=True):
                if folders.current(root, sparql_store.LAYOUT) != state:  # nobody else made it meanwhile
                    sparql_store.write(graph, schema, root, state=state, base=base, progress=progress)
        except (WorkspaceBusy, WorkspaceReadOnly) as error:
            ask_older(error, there_is_one=folders.current(root, sparql_store.LAYOUT) is not None)
    return sparql.query(root, text, sparql.prefixes(base), limit=limit, timeout=timeout)

"""The built graph -> the embedded store that holds it: nothing to do, a copy that follows the difference, or all of it anew.

The store's name is the state of the graph and what else decides its rows; with full provenance that is how texts are cut, too. graph.db's journal says what changed since a store of
some name; a store whose name is another one, or that turns out not to be what it should, is made anew.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.config import Config
from kgbuild.errors import BuildError, WorkspaceBusy, WorkspaceError, WorkspaceReadOnly
from kgbuild.hashing import digest
from kgbuild.records import Progress
from kgbuild.schema import Schema
from kgbuild.sinks import embedded
from kgbuild.sinks.property_graph import DEFAULT_BASE
from kgbuild.workspace import journal
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.lock import writer_lock

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace
    from kgbuild.sinks.query import Reader

log = logging.getLogger(__name__)


FEW = 2_000
SHARE = 20
"""A store follows a difference of up to FEW touched entities, documents and facts, or of one in SHARE of its nodes."""


def refresh(workspace: Path, graph: WorkspaceGraph, schema: Schema, config: Config, progress: Progress | None) -> str:
    """Bring the store to the graph and return its name. Raises WorkspaceBusy if there is something to do while another one writes."""
    store = workspace / "store"
    name = _name(graph, config)
    if embedded.current(store) == name:
        if journal.since(graph) != name:  # a new graph.db of the same graph, or the last refresh was killed at its end
            with suppress(WorkspaceBusy, WorkspaceReadOnly), writer_lock(workspace, brief=True):
                if _name(graph, config) == name:
                    journal.start(graph, name)
        return name
    with writer_lock(workspace, brief=True):
        name = _name(graph, config)  # nobody changes it from here on
        if embedded.current(store) != name and not _follow(store, graph, config, name):
            base = config.base or DEFAULT_BASE
            embedded.write(graph, schema, store, state=name, provenance=config.provenance, base=base, progress=progress)
        journal.start(graph, name)
    return name


@contextmanager
def opened_store(ws: "Workspace", progress: Progress | None) -> Iterator["Reader"]:
    """The store of a workspace, brought to the graph and open for queries; as it is, where another process writes or nobody may.

    Raises WorkspaceBusy or WorkspaceReadOnly if it has to be made and cannot be.
    """
    from kgbuild.sinks.query import Reader

    try:
        ws.refresh(progress=progress)
    except (WorkspaceBusy, WorkspaceReadOnly) as error:
        ask_older(error, there_is_one=embedded.current(ws.path / "store") is not None)
    with Reader(ws.path / "store") as reader:
        yield reader


def ask_older(error: WorkspaceError, *, there_is_one: bool) -> None:
    """Warn that the store of an older graph is asked, since a newer one cannot be made now. Raises the error where there is none."""
    if not there_is_one:
        raise type(error)(f"there is no query store of this graph yet, and none can be made now: {error}") from None
    if isinstance(error, WorkspaceBusy):
        log.warning("another process writes in this workspace: the answer is from the graph before that")
    else:
        log.warning("the store is older than the graph and cannot be written: the answer is from the graph before that")


def _name(graph: WorkspaceGraph, config: Config) -> str:
    cut = graph.derived.meta("cut")[:8] if config.provenance == "full" else ""
    return f"{graph.state}-{f'{cut}-' if cut else ''}{_settings(graph, config)}"


def _settings(graph: WorkspaceGraph, config: Config) -> str:
    """What decides the rows beside the graph: provenance, the base of IRIs, and in statements the model."""
    model = graph.derived.meta("model") if config.provenance == "full" else ""
    return f"{config.provenance}-{digest('store', config.base or DEFAULT_BASE, model)[:8]}"


def _follow(store: Path, graph: WorkspaceGraph, config: Config, name: str) -> bool:
    """Let the store follow the graph, if it can and few enough rows were touched. False: it must be made anew."""
    old = embedded.current(store)
    if old is None or journal.since(graph) != old or not old.endswith(f"-{_settings(graph, config)}"):
        return False
    if journal.size(graph) > max(FEW, embedded.counts(store).nodes // SHARE):
        return False
    delta = journal.delta(graph, config.provenance)
    if delta is None:
        return False
    base = config.base or DEFAULT_BASE
    try:
        embedded.follow(delta, store, state=name, provenance=config.provenance, base=base, held=_held(graph, config.provenance))
    except BuildError as error:
        log.warning("the query store cannot follow the change and is made anew: %s", error)
        return False
    return True


def _held(graph: WorkspaceGraph, provenance: str) -> dict[str, int]:
    """How many records of some types the store must hold."""
    rows = {"Entity": "entity"} if provenance == "none" else {"Entity": "entity", "Document": "docnode", "MENTIONS": "mention"}
    return {type: graph.derived.count(table) for type, table in rows.items()}

"""One folder with its documents, extractions, judgements and graph: the Python face of kgbuild.

with kgbuild.Workspace("kg", create=True) as ws:
    ws.run(["documents"])
    for row in ws.query("MATCH (p:Person) RETURN p.name LIMIT 5").rows: ...
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from kgbuild.config import Config, load_config
from kgbuild.errors import UsageError, WorkspaceError
from kgbuild.pipeline import using
from kgbuild.pipeline.by_model import extracting_ahead
from kgbuild.pipeline.connecting import find_path
from kgbuild.pipeline.explaining import explain_entity, explain_fact, fact_of, find_entities, find_facts, quarantined_facts
from kgbuild.pipeline.loaded import Loaded
from kgbuild.pipeline.making import init
from kgbuild.pipeline.models import ModelDirectories, Models
from kgbuild.pipeline.privacy import withheld
from kgbuild.pipeline.reports import (
    Added,
    BuildReport,
    EntityExplanation,
    Extracted,
    FactExplanation,
    QuarantinedFact,
    Sentence,
    Shown,
    Status,
)
from kgbuild.pipeline.switching import schema_in_use, schema_of, wanted_schema
from kgbuild.records import Entity, Judgement, Progress, Source
from kgbuild.schema import Schema
from kgbuild.workspace.graph import WorkspaceGraph, open_graph
from kgbuild.workspace.imported import origin_of
from kgbuild.workspace.lock import writer_lock
from kgbuild.workspace.stored import StoredModel
from kgbuild.workspace.truth import Truth

if TYPE_CHECKING:
    import networkx

    from kgbuild.documents.read import ReadOptions
    from kgbuild.pipeline.collecting import Collected
    from kgbuild.pipeline.deciding import Decision
    from kgbuild.pipeline.extracting import Beside
    from kgbuild.pipeline.importing import ImportReport
    from kgbuild.pipeline.listing import Standing
    from kgbuild.pipeline.models import Extractor
    from kgbuild.pipeline.overview.facts import Fact
    from kgbuild.pipeline.overview.fit import Fit
    from kgbuild.pipeline.overview.records import Overview
    from kgbuild.pipeline.running import Ran
    from kgbuild.sinks.neo4j.connection import Target
    from kgbuild.sinks.neo4j.publish import Published
    from kgbuild.sinks.query import Reader, Result


class Workspace:
    """A workspace on disk. Methods that write hold the writer's lock while they run; others may run beside them.

    path: the folder; create: make it if it is not there; keep_model: hold the model in memory from the first extraction until
    `close`, so that the next one begins at once (False: some 300 MB less between them). It belongs to the thread that opened it: others
    open one of their own. Raises WorkspaceError for a missing, damaged
    or newer workspace, WorkspaceBusy (from writing methods) if another process writes.
    """

    def __init__(
        self, path: str | Path = "kg", *, create: bool = False, models: Models | None = None, keep_model: bool = True
    ) -> None:
        self.path = Path(path)
        self._models: Models = models or ModelDirectories()
        self._loaded = Loaded(self._models, keep=keep_model)
        if create and not (self.path / "workspace.db").exists():
            init(self.path)
        if not (self.path / "workspace.db").exists():
            raise WorkspaceError(f"no workspace at {self.path}; `kgbuild run PATH` makes one")
        self._truth, self._thread, self._closed = Truth(self.path / "workspace.db"), get_ident(), False
        self._ahead: Beside | None = None

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the databases and let go of the model; safe to call twice. What is called then raises WorkspaceError."""
        if self._ahead is not None:
            self._ahead.worker.close()
        self._loaded.close()
        self._truth.close()
        self._closed = True

    @property
    def truth(self) -> Truth:
        """The database of documents, extractions and judgements. Raises WorkspaceError after `close`, and in another thread."""
        if self._closed:
            raise WorkspaceError(f"{self.path}: this workspace was closed; open it again with kgbuild.Workspace")
        if get_ident() != self._thread:
            raise WorkspaceError(f"{self.path}: this workspace was opened in another thread; open one in each thread")
        return self._truth

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The writer's lock of a workspace of documents. Raises UsageError if it holds an imported graph."""
        with writer_lock(self.path):
            origin = origin_of(self.truth)
            if origin is not None:
                raise UsageError(
                    f"{self.path} holds the graph that was imported from {origin.file}, and nothing can be added to it, extracted "
                    "or judged: read documents into a workspace of their own with -w"
                )
            yield

    @property
    def config(self) -> Config:
        """The settings of kgbuild.toml, read anew each time."""
        return load_config(self.path / "kgbuild.toml")

    def run(
        self,
        paths: Iterable[str | Path] = (),
        *,
        name: str | None = None,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        sync: bool = False,
        accept: bool = False,
        options: "ReadOptions | None" = None,
        when_added: Callable[[Added], None] | None = None,
        progress: Progress | None = None,
    ) -> "Ran":
        """Add, extract (it begins while documents are being read), build and refresh the store; only what changed is done.

        Without paths: what was added before. Names, globs and options as for `add`; when_added: is told what adding did before the
        rest begins, and may raise to end there. Raises what the steps raise; what is done by then stays done.
        """
        from kgbuild.pipeline.running import run

        return run(
            self, paths, name=name, include=include, exclude=exclude, sync=sync, accept=accept,
            options=options, when_added=when_added, progress=progress,
        )  # fmt: skip

    # documents -------------------------------------------------------------------------------------------------------

    def add(
        self,
        paths: Iterable[str | Path],
        *,
        name: str | None = None,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        sync: bool = False,
        accept: bool = False,
        options: "ReadOptions | None" = None,
        extract_ahead: bool = False,
        progress: Progress | None = None,
    ) -> Added:
        """Read files and folders; what has not changed since the last time is not read again.

        name: of the root in URIs (default: the folder's name); include, exclude: globs on the path under the root; sync: remove
        what has vanished from the folders (accept: even above a fifth). One bad document never stops the rest: see
        `Added.problems`. Raises UsageError for a path that does not exist or cannot be read.
        """
        from kgbuild.pipeline.adding import add_paths

        with (
            self._writing(),
            withheld(self, create=True) as withholding,
            extracting_ahead(self, extract_ahead) as stored,
        ):
            return add_paths(
                self.truth,
                [Path(path) for path in paths],
                name=name,
                include=tuple(include),
                exclude=tuple(exclude),
                avoid=(self.path,),
                sync=sync,
                accept=accept,
                options=options,
                readers=self.config.run.readers,
                progress=progress,
                stored=stored,
                withholding=withholding,
            )

    def add_records(
        self, records: Iterable[Mapping[str, Any]], *, name: str = "records", options: "ReadOptions | None" = None
    ) -> Added:
        """Add Python dicts (keys as the columns of a table: text, id, title, date, …) under the root `name`."""
        from kgbuild.documents.read import ReadOptions
        from kgbuild.pipeline.adding_records import add_mappings

        with self._writing(), withheld(self, create=True) as withholding:
            return add_mappings(self.truth, records, name, options or ReadOptions(), withholding)

    def remove(self, patterns: Iterable[str]) -> Added:
        """Remove documents by URI or glob, all or none. Raises NotFound if a pattern hits nothing."""
        from kgbuild.pipeline.removing import remove

        with self._writing():
            return remove(self.truth, patterns)

    def documents(self, pattern: str = "*") -> list[Source]:
        """Sources whose URI is this one or fits it as a glob, by URI."""
        return [source for source in self.truth.sources() if source.uri == pattern or fnmatchcase(source.uri, pattern)]

    # models and extraction -------------------------------------------------------------------------------------------

    def use(self, model: str | None = None, *, schema: str | Path | None = None) -> StoredModel:
        """Name the model and the schema to use. The model becomes current when `extract` has no passage left to do, and the schema
        with it; a schema for the model in use holds at once.

        `default` is the shipped model, and the shipped schema. Without a schema a model takes the one in use; what an earlier call
        left waiting for another model is forgotten.

        Raises ModelError or SchemaError if they cannot be used, or do not fit each other.
        """
        with self._writing():
            return using.use(self, model, schema)

    def name_extractors(self, *, terms: Iterable[str | Path] = (), patterns: Iterable[str | Path] = ()) -> bool:
        """Let files of terms and patterns read beside what reads already: written into kgbuild.toml. False if they stand there.

        Raises ConfigError for a file that is not there, or whose rows are wrong.
        """
        from kgbuild.pipeline.readers import name_files

        with self._writing():
            return name_files(self.path, terms, patterns)

    def schema(self) -> Schema:
        """The schema in use: that of `use`, else the shipped one."""
        return schema_in_use(self.truth)

    def wanted_schema(self) -> Schema:
        """The schema that waits for its model to take over, else the one in use."""
        return wanted_schema(self.truth)

    def load_model(self, model: StoredModel) -> "Extractor":
        """A model's extractor; close it when done."""
        return self._models.load(model, self.config.run)

    def wanted_model(self) -> StoredModel:
        """The model that extraction works for; the shipped one in a fresh workspace."""
        return using.wanted(self)

    def extract(
        self,
        *,
        documents: str | None = None,
        force: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Extracted:
        """Extract what is missing under the wanted model and the extractors beside it; each text once by each, committed every few
        seconds.

        documents: only those whose URI fits this glob; force: make their extractions anew; dry_run: only count. Raises NotFound if
        no document with text fits.
        """
        from kgbuild.pipeline.unread import extract

        with self._writing():
            return extract(self, documents, force=force, dry_run=dry_run, progress=progress)

    # the graph -------------------------------------------------------------------------------------------------------

    def build(
        self, *, rebuild: bool = False, partial: bool = False, preview: bool = False, progress: Progress | None = None
    ) -> BuildReport:
        """Bring the graph to the documents, extractions, judgements and settings. Without a difference nothing is written.

        rebuild: from an empty graph.db (the same bytes come out); partial: go on although extractions are missing;
        preview: say what would change and change nothing. Raises BuildError if extractions are missing.
        """
        from kgbuild.pipeline.building import build

        return build(self, rebuild=rebuild, partial=partial, preview=preview, progress=progress)

    def source(self) -> WorkspaceGraph:
        """The built graph, part by part: what sinks and views take. Close it when done: `with ws.source() as graph: …`.

        Raises BuildError if nothing is built yet.
        """
        return open_graph(self.truth, self.path / "graph.db")

    def graph(self) -> "networkx.MultiDiGraph":
        """The built graph in memory, with the labels and properties of the property graph."""
        from kgbuild.graph.view import to_networkx

        with self.source() as graph:
            return to_networkx(graph, schema_of(graph))

    def import_file(
        self, path: str | Path, *, format: str | None = None, schema: str | Path | None = None, progress: Progress | None = None
    ) -> "ImportReport":
        """Take in a graph that kgbuild exported, as JSON Lines or RDF; the workspace must be a fresh one.

        format: where the file's name does not say it; schema: for a file that holds none (default: the one in use). Raises
        UsageError if the workspace holds documents or a graph, BuildError if the file is no whole export.
        """
        from kgbuild.pipeline.importing import import_file

        return import_file(self, Path(path), format, Path(schema) if schema else None, progress)

    # a person's word -------------------------------------------------------------------------------------------------

    def judge(self, judgement: Judgement) -> int:
        """Append a judgement and return its number; the next build follows it.

        Raises BuildError, naming the path, if it contradicts what earlier ones imply.
        """
        from kgbuild.pipeline.deciding import append

        with self._writing():
            return append(self.truth, judgement)

    def undo(self, number: int) -> None:
        """Revoke a judgement. Raises NotFound if there is none of that number in force."""
        from kgbuild.pipeline.deciding import revoke

        with self._writing():
            revoke(self.truth, number)

    def judgements(self) -> list[Judgement]:
        """Judgements in force, oldest first."""
        return self.truth.judgements()

    def take_back(self, numbers: Iterable[int], *, preview: bool = False) -> "Decision":
        """Revoke judgements, all or none, and say what the next build will change. Raises NotFound for one not in force."""
        from kgbuild.pipeline.deciding import decide

        return decide(self, undo=numbers, preview=preview)

    def entity(self, text: str) -> Entity:
        """The one entity of that id, name or alias. Raises NotFound, or Ambiguous with the ids of all that fit."""
        from kgbuild.pipeline.judging import one_entity

        with self.source() as graph:
            return one_entity(graph, text)

    def standings(self, *, revoked: bool = False) -> "list[Standing]":
        """Judgements with what becomes of them: in force, asleep, set aside (with why); with revoked also those undone."""
        from kgbuild.pipeline.listing import standings

        return standings(self, revoked=revoked)

    def merge(self, a: str, b: str, *, why: str = "", by: str | None = None, preview: bool = False) -> "Decision":
        """Say that two entities (names or ids) are one. by: default the login name; preview: keep nothing."""
        from kgbuild.pipeline import judging

        return judging.merge(self, a, b, why=why, by=by, preview=preview)

    def split(
        self, a: str, mentions: Iterable[str], *, why: str = "", by: str | None = None, preview: bool = False
    ) -> "Decision":
        """Say that some mentions of an entity (names as written, documents, numbers of `explain`) are another entity."""
        from kgbuild.pipeline import judging

        return judging.split(self, a, list(mentions), why=why, by=by, preview=preview)

    def reject(self, *words: str, why: str = "", by: str | None = None, preview: bool = False) -> "Decision":
        """Say that an entity (name or id) is none, or that a fact (its id, or subject, predicate, object) is wrong."""
        from kgbuild.pipeline import judging

        return judging.reject(self, *words, why=why, by=by, preview=preview)

    def accept(self, *words: str, why: str = "", by: str | None = None, preview: bool = False) -> "Decision":
        """Say that a fact (its id, or subject, predicate, object) is right, whatever its score; the model must have seen it."""
        from kgbuild.pipeline import judging

        return judging.accept(self, *words, why=why, by=by, preview=preview)

    def rename(self, entity: str, name: str, *, why: str = "", by: str | None = None, preview: bool = False) -> "Decision":
        """Give an entity the name that is shown."""
        from kgbuild.pipeline import judging

        return judging.rename(self, entity, name, why=why, by=by, preview=preview)

    def retype(self, entity: str, type: str, *, why: str = "", by: str | None = None, preview: bool = False) -> "Decision":
        """Give an entity another type of the schema."""
        from kgbuild.pipeline import judging

        return judging.retype(self, entity, type, why=why, by=by, preview=preview)

    def export_judgements(self, out: str | Path | TextIO) -> int:
        """Write the judgements in force as CSV; returns how many."""
        from kgbuild.pipeline.judgement_file import export_judgements

        return export_judgements(self, out)

    def import_judgements(self, file: str | Path, *, by: str | None = None, preview: bool = False) -> "Decision":
        """Append the judgements of a CSV file, all or none. Raises UsageError naming the lines that cannot be meant."""
        from kgbuild.pipeline.judgement_file import import_judgements

        return import_judgements(self, file, by=by, preview=preview)

    # the store -------------------------------------------------------------------------------------------------------

    def refresh(self, *, progress: Progress | None = None) -> str:
        """Bring the embedded Cypher store to the built graph, if it is not there already. Returns the store's state.

        After an edit of a few documents the store follows from a copy of itself, else it is made anew.
        """
        from kgbuild.pipeline.refreshing import refresh

        with self.source() as graph:
            return refresh(self.path, graph, schema_of(graph), self.config, progress)

    def query(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        limit: int | None = None,
        timeout: float | None = 60.0,
        progress: Progress | None = None,
    ) -> "Result":
        """Run a Cypher query, read-only, on the embedded store; the store is brought up to date first if it has to be.

        While another process writes in this workspace, the store is asked as it is. Raises QueryError if the query is refused, fails
        or takes longer than timeout (seconds, without the refresh), WorkspaceBusy if there is no store yet and another process writes.
        """
        with self.store(progress=progress) as store:
            return store.query(text, dict(parameters or {}), limit=limit, timeout=timeout)

    def mistyped(self, text: str, store: "Reader | None" = None) -> list[str]:
        """What a Cypher query names that this graph cannot have, one sentence each: labels and types with a slip, or turned ones; with
        a store, also properties that nothing in it has.
        """
        from kgbuild.pipeline.mistyped import mistyped, unheld

        schema = self.schema()
        return [*mistyped(text, schema), *(unheld(text, schema, store) if store is not None else ())]

    def store(self, *, progress: Progress | None = None) -> AbstractContextManager["Reader"]:
        """The embedded store, brought up to date and open for many queries: `with ws.store() as store: store.query(…).rows`.

        One engine answers them all, where each `query` starts its own; all see the graph of the moment that it was opened.
        """
        from kgbuild.pipeline.refreshing import opened_store

        return opened_store(self, progress)

    def sparql(
        self,
        text: str,
        *,
        limit: int | None = None,
        timeout: float | None = 60.0,
        progress: Progress | None = None,
    ) -> "Result":
        """Run a SPARQL query, read-only, on the embedded RDF store, which is made on the first query and when the graph has changed.

        Rows of SELECT hold Python values, the one row of ASK a truth, rows of CONSTRUCT and DESCRIBE three terms in N-Triples.
        Raises QueryError if the query is refused, fails or takes longer than timeout (seconds).
        """
        from kgbuild.pipeline.asking import ask

        with self.source() as graph:
            options: dict[str, Any] = {"limit": limit, "timeout": timeout, "progress": progress}
            return ask(self.path, graph, schema_of(graph), self.config.base, text, **options)

    # housekeeping ----------------------------------------------------------------------------------------------------

    def gc(self, *, purge: bool = False, keep_judgements: bool = False, dry_run: bool = False) -> "Collected":
        """Drop what nobody needs: extractions of texts that are gone, old stores, free pages.

        purge: forget removed documents and older texts of edited ones everywhere in the workspace, with the judgements that name
        what no document says now (keep_judgements: these stay, and are listed); the graph is built first. Raises BuildError if
        extractions are missing, WorkspaceBusy if a reader holds what was to go.
        """
        from kgbuild.pipeline.collecting import collect

        return collect(self, purge=purge, keep_judgements=keep_judgements, dry_run=dry_run)

    # exports ---------------------------------------------------------------------------------------------------------

    def export(self, out: str | Path | BinaryIO, *, format: str | None = None, dataset: bool = False, **filters: Any) -> None:
        """Write the built graph to a file (atomically), a folder (csv), or an open binary stream.

        format: one of `kgbuild.sinks.export.FORMATS`; default by suffix, `.gz` compresses; dataset: also write dataset.ttl beside
        an RDF file, with counts and run times; filters: the fields of `kgbuild.sinks.export.ExportOptions` (provenance, base,
        min_confidence, min_support, scope, types, relations, documents; of RDF: part, annotations, graphs).
        """
        from kgbuild.pipeline.exporting import export

        export(self, out, format, dataset=dataset, filters=filters)

    def export_for_neo4j_admin(
        self, folder: str | Path, *, graph: str = "", database: str = "neo4j", **filters: Any
    ) -> list[str]:
        """Write the built graph as the files that `neo4j-admin database import full` takes; returns the words of that command.

        graph: what the workspace is called in the database, by default as its folder; filters: as for `export`. A publish
        afterwards, with the same filters, finds nothing to send.
        """
        from kgbuild.pipeline.publishing import export_admin_files
        from kgbuild.sinks.select import ExportOptions

        filters.setdefault("base", self.config.base)
        name = graph or self.path.resolve().name
        with self.source() as source:
            source.derived.db.execute("BEGIN")
            options = ExportOptions(**filters)
            return export_admin_files(source, schema_of(source), Path(folder), options, name=name, database=database)

    def publish(
        self,
        target: "Target",
        *,
        graph: str = "",
        accept: bool = False,
        verify: bool = False,
        progress: Progress | None = None,
        **filters: Any,
    ) -> "Published":
        """Bring a Neo4j database (kgbuild.sinks.neo4j.connection.Target) to the built graph; only what differs is sent.

        graph: what it is called there, by default as before, else as the workspace's folder; accept: even if more than a tenth of
        what is there would be deleted; verify: read everything back first; filters: as for `export`. Raises SinkError.
        """
        from kgbuild.pipeline.publishing import publish_graph
        from kgbuild.sinks.select import ExportOptions

        filters.setdefault("base", self.config.base)
        with writer_lock(self.path), self.source() as source:
            return publish_graph(
                source, schema_of(source), target, ExportOptions(**filters), name=graph, folder=self.path.resolve().name,
                accept=accept, verify=verify, progress=progress,
            )  # fmt: skip

    # looking ---------------------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """What the workspace holds and what is still to do. Reads only."""
        from kgbuild.pipeline.status import status_of

        return status_of(self)

    def quarantined(self) -> list[QuarantinedFact]:
        """Facts that are kept out of the graph because they cannot be true beside others, each with the rule and the reason."""
        with self.source() as graph:
            return quarantined_facts(graph, schema_of(graph))

    def overview(self) -> "Overview":
        """All that a report tells of the workspace, as records. Raises BuildError if nothing is built yet."""
        from kgbuild.pipeline.overview.gather import gather

        return gather(self)

    def report(self, out: str | Path) -> "Overview":
        """Write the report: one HTML page that needs nothing else (atomically, `-` to standard output). Returns what it tells."""
        from kgbuild.pipeline.overview.page import render
        from kgbuild.sinks.files import open_output

        look = self.overview()
        with open_output(out) as file:
            file.write(render(look).encode("utf-8"))
        return look

    def schema_fit(self) -> "Fit":
        """How well the schema fits the documents. Raises BuildError if nothing is built yet."""
        from kgbuild.pipeline.overview.fit import fit
        from kgbuild.pipeline.overview.reading import documents_read

        read, unread = documents_read(self)
        with self.source() as graph:
            return fit(read, graph.derived.triples_by_predicate(), schema_of(graph), unread)

    def best_facts(self, count: int = 10) -> "list[Fact]":
        """The best supported facts between entities, of several relations and one of each pair. Raises BuildError without a graph."""
        from kgbuild.pipeline.overview.facts import best_facts

        with self.source() as graph:
            return best_facts(graph.derived, schema_of(graph), count)

    def show(self, reference: str) -> Shown:
        """A document by URI, id or (unique) end of a URI: its text, blocks, metadata, mentions and what was dropped.

        Raises NotFound if there is none, UsageError if several fit.
        """
        from kgbuild.pipeline.showing import show

        return show(self.truth, self.path / "graph.db", reference)

    def sentences(self, reference: str) -> list[Sentence]:
        """Sentences of a document (as for `show`), each with its place and the ids of the entities that it names."""
        from kgbuild.pipeline.sentences import sentences

        return sentences(self.show(reference))

    def explain(self, text: str) -> list[EntityExplanation]:
        """Entities of that id, name or alias, best known first, each with its joins and sentences. Raises NotFound."""
        from kgbuild.pipeline.text_joins import with_text_joins

        with self.source() as graph:
            return [
                with_text_joins(self, graph, entity, explain_entity(graph, entity, schema_of(graph)))
                for entity in find_entities(graph, text)
            ]

    def explain_fact(self, subject: str, predicate: str | None = None, object: str | None = None) -> list[FactExplanation]:
        """Facts between two entities, or the fact of one id, with all their sentences. Raises NotFound."""
        with self.source() as graph:
            if predicate is not None and object is not None:
                return find_facts(graph, subject, predicate, object, schema_of(graph))
            return [explain_fact(graph, fact_of(graph, subject), schema_of(graph))]

    def connect(self, start: str, goal: str) -> list[FactExplanation]:
        """How two entities are connected: a shortest chain of facts. Raises NotFound if nothing connects them."""
        with self.source() as graph:
            return find_path(graph, start, goal, schema_of(graph))

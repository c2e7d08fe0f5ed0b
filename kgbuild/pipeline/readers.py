"""Extractors beside the model: those that kgbuild.toml names, what they still have to read, and how the build knows them."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.build.merge import OTHERS, PATTERNS, TERMS, Reader
from kgbuild.counts import counted
from kgbuild.errors import BuildError
from kgbuild.extraction.named import MODEL, Named, TextExtractor, named
from kgbuild.pipeline.extracting import extract, forget
from kgbuild.pipeline.reports import Extracted, ReadBeside
from kgbuild.pipeline.settings import name_extractors, relative
from kgbuild.records import Progress
from kgbuild.schema import Schema
from kgbuild.workspace.database import transaction
from kgbuild.workspace.stored import StoredModel

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

RANKS = {"terms": TERMS, "patterns": PATTERNS}
CHEAP = tuple(RANKS)
"""Kinds whose extractions are forgotten when the workspace no longer uses them: making them again costs seconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An extractor beside the model. stored: as the workspace knows it, None if its file is new or has changed."""

    named: Named
    key: str
    reader: Reader
    stored: StoredModel | None


def name_files(workspace: Path, terms: Iterable[str | Path], patterns: Iterable[str | Path]) -> bool:
    """Name files of terms and patterns in kgbuild.toml, each read first; see `Workspace.name_extractors`."""
    files = [("terms", Path(file)) for file in terms] + [("patterns", Path(file)) for file in patterns]
    specs = [f"{kind}:{relative(workspace, file)}" for kind, file in files]
    for spec in specs:
        named(spec, workspace).open()
    return name_extractors(workspace, specs)


def uses_model(ws: "Workspace") -> bool:
    """Whether the workspace's model is among its extractors."""
    return MODEL in ws.config.extractors.use


def beside(ws: "Workspace") -> list[Wanted]:
    """The extractors beside the model, by name. Raises ConfigError for a missing file, UsageError for an unknown name."""
    config = ws.config.extractors
    labels = dict(config.labels)
    found = []
    for spec in config.use:
        if spec != MODEL:
            one = named(spec, ws.path)
            key = one.key()
            found.append(Wanted(one, key, Reader(spec, RANKS.get(one.kind, OTHERS), labels), ws.truth.model(key)))
    return found


def others(ws: "Workspace", *, partial: bool) -> tuple[tuple[StoredModel, Reader], ...]:
    """The extractors beside the model for a build. Raises BuildError if one has not been read; with partial it is left out."""
    found = []
    for each in beside(ws):
        if each.stored is not None:
            found.append((each.stored, each.reader))
        elif not partial:
            raise BuildError(
                f"{each.named.spec} is new, or has changed since it was last read: run `kgbuild extract` first, "
                "or `kgbuild build --partial` to go on without it"
            )
    return tuple(found)


def missing_beside(ws: "Workspace") -> int:
    """How many passages extractors beside the model have still to read."""
    total = 0
    for each in beside(ws):
        key, reads = each.key, each.stored.reads if each.stored else None
        total += len(ws.truth.missing(key, None if ws.config.build.all_languages else reads))
    return total


def unmapped(schema: Schema, found: Iterable[tuple[StoredModel, Reader]]) -> list[str]:
    """Labels of extractors beside the model that the schema drops, sorted."""
    lost = {label for stored, reader in found for label in stored.span_labels if reader.type_of(schema, label) is None}
    lost |= {label for stored, reader in found for label in stored.link_labels if reader.relation_of(schema, label) is None}
    return sorted(lost)


def extract_beside(
    ws: "Workspace", report: Extracted, documents: list[str] | None, *, force: bool, dry_run: bool, progress: Progress
) -> None:
    """Let the extractors beside the model read what they have not read; what each did is told in report.beside.

    Files whose rows are wrong are refused before anything is written. Raises ConfigError, ModelError, MissingExtra.
    """
    found = beside(ws)
    ready = [(each, each.named.open() if each.stored is None and not dry_run else None) for each in found]
    for each, opened in ready:
        _read(ws, each, opened, report, documents, force, dry_run, progress)
    if not dry_run:
        _forget_superseded(ws, {each.key for each in found})


def _read(
    ws: "Workspace",
    each: Wanted,
    opened: TextExtractor | None,
    report: Extracted,
    documents: list[str] | None,
    force: bool,
    dry_run: bool,
    progress: Progress,
) -> None:
    stored = each.stored or (_described(each, opened) if opened else None)
    languages = stored.reads if stored and not ws.config.build.all_languages else None
    if stored is not None and force and not dry_run:
        forget(ws.truth, stored, documents)
    missing = ws.truth.missing("" if force and dry_run else each.key, languages, documents)
    done = ReadBeside(each.named.spec, len(missing), ws.truth.passage_counts(languages)[0] - len(missing))
    report.beside.append(done)
    if dry_run or stored is None:
        return
    if each.stored is None:
        with transaction(ws.truth.db, ws.truth.path):
            ws.truth.put_model(stored)
    if opened is not None:
        report.notices += _notices(each, opened, ws.schema())
    if missing:
        with closing(opened or each.named.open()) as extractor:
            extract(ws.truth, stored, extractor, missing, Extracted(), progress)


def _described(each: Wanted, opened: TextExtractor) -> StoredModel:
    """What the workspace keeps of an extractor."""
    return StoredModel(
        key=each.key,
        path=each.named.argument,
        fingerprint=opened.fingerprint,
        name=each.named.spec,
        span_labels=opened.span_labels,
        link_labels=opened.link_labels,
        languages=opened.languages,
        thresholds=(),
        kind=each.named.kind,
    )


def _notices(each: Wanted, opened: TextExtractor, schema: Schema) -> list[str]:
    """What a person should know of an extractor that is read for the first time."""
    told = list(getattr(opened, "notices", ()))
    more = getattr(opened, "shared", len(told)) - len(told)
    if more > 0:
        told.append(f"{each.named.spec}: and {counted(more, 'more name', 'more names')} that several rows have")
    lost = unmapped(schema, [(_described(each, opened), each.reader)])
    if lost:
        told.append(
            f"{each.named.spec}: the schema has no {', '.join(lost[:12])}: what is called so is left out; "
            "name it as the schema does, or map it under [extractors.labels] in kgbuild.toml"
        )
    return told


def _forget_superseded(ws: "Workspace", wanted: set[str]) -> None:
    """Forget what cheap extractors gave that the workspace uses no more: earlier states of an edited file."""
    old = [stored.key for stored in ws.truth.extractors(CHEAP) if stored.key not in wanted]
    if old:
        with transaction(ws.truth.db, ws.truth.path):
            for key in old:
                ws.truth.forget_extractor(key)

"""A workspace -> the same workspace without what nobody needs, or (purge) without a trace of what its documents no longer say.

Each step is all or nothing and may be taken again, so that a run that is killed is finished by the next. The graph stays the same: what
goes here decides nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.build import changes
from kgbuild.build.steps.documents import QUOTE_GAP
from kgbuild.build.words import find_unit
from kgbuild.errors import WorkspaceBusy
from kgbuild.pipeline.asking import FOLDER as RDF_FOLDER
from kgbuild.pipeline.readers import beside
from kgbuild.records import NOWHERE, Anchor, Judgement
from kgbuild.resolution.judge import said
from kgbuild.sinks import folders
from kgbuild.workspace import journal
from kgbuild.workspace.database import compact, free_bytes, transaction
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.lock import writer_lock
from kgbuild.workspace.sent import sinks

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

STORES = ("store", RDF_FOLDER)
LEFTOVERS = ("workspace.db.new*", "publish.plan*", "import.partial*", ".privacy.salt")
"""What a process that was killed may have left; nothing reads it."""
PATIENCE = 10.0
"""Seconds to wait for readers of an older state of a database."""


@dataclass(slots=True)
class Collected:
    """What `gc` dropped, or would drop. bytes: by which the workspace shrank (dry run: at least);

    judgements: forgotten, in words; kept: judgements that name what no document holds and that stay; databases: elsewhere, that
    hold what was published before.
    """

    extractions: int = 0
    ids: int = 0
    quotes: int = 0
    stores: int = 0
    bytes: int = 0
    judgements: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    databases: list[str] = field(default_factory=list)
    purged: bool = False


def collect(ws: "Workspace", *, purge: bool, keep_judgements: bool, dry_run: bool, patience: float = PATIENCE) -> Collected:
    """Drop extractions, stores and files that nobody needs; with purge all that stems from removed documents and older texts.

    Purge builds the graph first if it has to. Raises BuildError if extractions are missing, WorkspaceBusy if a reader still holds what
    was to go: all else is done by then.
    """
    if dry_run:
        return _estimate(ws, purge=purge, keep_judgements=keep_judgements)
    had_store = folders.pointed(ws.path / "store") is not None
    if purge:
        ws.build()
    with writer_lock(ws.path):
        before = size_of(ws.path)
        report = Collected(purged=purge)
        _forget_extractions(ws, report)
        if purge:
            _purge_words(ws, report, keep_judgements=keep_judgements)
        busy = [*_drop_stores(ws.path, report, purge=purge), *_compact(ws, purge=purge, patience=patience)]
        _leftovers(ws.path, Path.unlink)
        report.bytes = max(0, before - size_of(ws.path))
    if busy:
        raise WorkspaceBusy(
            f"{', '.join(busy)}: read by another process, and still as before; run this again when it has finished"
        )
    if purge and had_store:
        ws.refresh()
    return report


def size_of(folder: Path) -> int:
    """Bytes of all files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _models(ws: "Workspace") -> list[str]:
    """Keys of what reads this workspace: the current model, the wanted one, the extractors beside them."""
    keys = {ws.truth.meta(key) or "" for key in ("current_model", "wanted_model")}
    return sorted(keys | {each.key for each in beside(ws)})


def _forget_extractions(ws: "Workspace", report: Collected) -> None:
    models = _models(ws)
    if ws.truth.unused_extractions(models)[0]:
        with transaction(ws.truth.db, ws.truth.path):
            report.extractions = ws.truth.delete_unused_extractions(models)


def _drop_stores(path: Path, report: Collected, *, purge: bool) -> list[str]:
    """Remove stores; the names of those that somebody reads although they were to go."""
    busy: list[str] = []
    for root in (path / name for name in STORES):
        old = len(folders.superseded(root)) + (purge and folders.pointed(root) is not None)
        if purge:
            busy += [str(folder) for folder in folders.remove_all(root)]
        else:
            folders.remove_superseded(root)
        report.stores += old - (0 if purge else len(folders.superseded(root)))
    return busy


def _compact(ws: "Workspace", *, purge: bool, patience: float) -> list[str]:
    """Give free pages and logs back; the files that a reader keeps from it, which matters to a purge only."""
    busy = []
    with _derived(ws) as derived:
        for one in (ws.truth, derived):
            if one is not None and not compact(one.db, one.path, patience, anew=purge or bool(free_bytes(one.db))):
                busy.append(str(one.path))
    return busy if purge else []


@contextmanager
def _derived(ws: "Workspace") -> Iterator[Derived | None]:
    """graph.db, or None if there is none."""
    if not (ws.path / "graph.db").exists():
        yield None
        return
    derived = Derived(ws.path / "graph.db")
    try:
        yield derived
    finally:
        derived.close()


def _leftovers(path: Path, act: Callable[[Path], object]) -> None:
    for pattern in LEFTOVERS:
        for leftover in list(path.glob(pattern)):
            act(leftover)


# ── purge ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _purge_words(ws: "Workspace", report: Collected, *, keep_judgements: bool) -> None:
    """Forget what names or quotes texts that are gone: judgements, ids that were built, roots without files, the journal."""
    with _derived(ws) as derived:
        assert derived is not None
        gone, quoting = _speaking_of_the_gone(ws, derived), _quoting_the_gone(ws)
        words = [f"#{j.number} {said(j)}" for j in gone]
        report.kept, report.judgements = (words, []) if keep_judgements else ([], words)
        forgotten = set() if keep_judgements else {j.number for j in gone}
        with transaction(ws.truth.db, ws.truth.path):
            ws.truth.delete_judgements(forgotten)
            report.quotes = len(quoting - forgotten)
            for number in quoting - forgotten:
                ws.truth.delete_quote(number)
            report.ids = ws.truth.delete_published(entity.id for entity in derived.entities())
            _forget_roots(ws)
        journal.forget(WorkspaceGraph(ws.truth, derived))
        with transaction(derived.db, derived.path):
            changes.forget(derived)
    report.databases = [f"{sink.address}/{sink.database}" for sink in sinks(ws.truth)]


def _forget_roots(ws: "Workspace") -> None:
    """Where a root lay that has no file any more."""
    sql = "DELETE FROM meta WHERE key LIKE 'root:%' AND substr(key, 6) NOT IN (SELECT root FROM file)"
    ws.truth.db.execute(sql)


def _all_judgements(ws: "Workspace") -> list[Judgement]:
    return [*ws.truth.judgements(), *(judgement for judgement, _ in ws.truth.revoked_judgements())]


def _speaking_of_the_gone(ws: "Workspace", derived: Derived) -> list[Judgement]:
    """Judgements, also revoked ones, that name what no document says now."""
    return [j for j in _all_judgements(ws) if any(_is_gone(ws, derived, anchor) for anchor in (j.left, j.right))]


def _is_gone(ws: "Workspace", derived: Derived, anchor: Anchor | None) -> bool:
    if anchor is None:
        return False
    if anchor.uri == NOWHERE:
        sql = "SELECT 1 FROM statement WHERE object = ? AND datatype = ? LIMIT 1"
        return derived.db.execute(sql, (anchor.text, anchor.type)).fetchone() is None
    return find_unit(ws.truth, derived.db, anchor) is None


def _quoting_the_gone(ws: "Workspace") -> set[int]:
    """Numbers of judgements whose quote stands in no document now."""
    quotes = {j.number: j.quote.split(QUOTE_GAP) for j in _all_judgements(ws) if j.quote}
    parts = {part for split in quotes.values() for part in split}
    for document in ws.truth.documents() if parts else ():
        text = ws.truth.text(document)
        parts = {part for part in parts if part not in text}
        if not parts:
            break
    return {number for number, split in quotes.items() if parts.intersection(split)}


# ── before ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _estimate(ws: "Workspace", *, purge: bool, keep_judgements: bool) -> Collected:
    """What would go, of the workspace as it stands: a purge builds first, and may then find more."""
    report = Collected(purged=purge)
    report.extractions, report.bytes = ws.truth.unused_extractions(_models(ws))
    report.bytes += free_bytes(ws.truth.db)
    for root in (ws.path / name for name in STORES):
        old = folders.superseded(root)
        report.stores += len(old)
        report.bytes += sum(map(size_of, old))
    _leftovers(ws.path, lambda leftover: _add(report, leftover.stat().st_size))
    with _derived(ws) as derived:
        if derived is None:
            return report
        report.bytes += free_bytes(derived.db)
        if purge:
            words = [f"#{j.number} {said(j)}" for j in _speaking_of_the_gone(ws, derived)]
            report.kept, report.judgements = (words, []) if keep_judgements else ([], words)
    report.databases = [f"{sink.address}/{sink.database}" for sink in sinks(ws.truth)] if purge else []
    return report


def _add(report: Collected, size: int) -> None:
    report.bytes += size

"""A reference as a user writes it -> one document as the workspace holds it: text, blocks, passages, and what the graph made of it."""

from pathlib import Path

from kgbuild.errors import NotFound, UsageError
from kgbuild.pipeline.explaining import bare
from kgbuild.pipeline.reports import Shown
from kgbuild.records import Source
from kgbuild.workspace.codec import unpack_facts
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.truth import Truth


def show(truth: Truth, graph: Path, reference: str) -> Shown:
    """A document by URI, id or (unique) end of a URI. graph: path of graph.db, which need not be there.

    Raises NotFound if there is none, UsageError if several fit.
    """
    source = find_source(truth, reference)
    shown = Shown(source, tuple(truth.sources_of_document(source.document)) if source.document else (source,))
    if source.document is None:
        return shown
    stored = truth.document(source.document)
    shown.text, shown.blocks, shown.language = stored.document.text, stored.document.blocks, stored.language
    shown.passages, shown.unread = stored.passages, stored.unread
    if graph.exists():
        _show_facts(shown, graph, source.document)
    return shown


def find_source(truth: Truth, reference: str) -> Source:
    """The source that a reference names. Raises NotFound, UsageError."""
    exact = truth.source(reference)
    if exact is not None:
        return exact
    by_id = truth.sources_of_document(bare(reference))
    if by_id:
        return by_id[0]
    hits = [s for s in truth.sources() if s.uri.endswith(reference)]
    if not hits:
        raise NotFound(f"no document {reference!r}; `kgbuild documents` lists them")
    if len(hits) > 1:
        raise UsageError(
            f"{len(hits)} documents end in {reference!r}: {', '.join(s.uri for s in hits[:5])}; give more of the URI"
        )
    return hits[0]


def _show_facts(shown: Shown, graph: Path, document: str) -> None:
    derived = Derived(graph, readonly=True)
    try:
        row = derived.db.execute("SELECT facts FROM folded WHERE document = ?", (document,)).fetchone()
        if row is not None:
            shown.facts = unpack_facts(row[0])
            shown.entities = tuple(derived.entities_of_unit_rows(document))
    finally:
        derived.close()

"""URIs and globs -> documents that the workspace forgets, with their files and sources."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from kgbuild.errors import NotFound
from kgbuild.pipeline.reports import Added
from kgbuild.workspace.database import transaction
from kgbuild.workspace.truth import Truth


def remove(truth: Truth, patterns: Iterable[str]) -> Added:
    """Forget the files whose URI fits a pattern, or where none does the single sources. Raises NotFound if a pattern hits nothing."""
    report = Added()
    for pattern in patterns:
        files = [uri for uri in truth.files() if fnmatchcase(uri, pattern)]
        single = [s.uri for s in truth.sources() if fnmatchcase(s.uri, pattern)] if not files else []
        if not files and not single:
            raise NotFound(f"no document {pattern!r}; `kgbuild documents` lists them")
        remove_files(truth, files, report)
        with transaction(truth.db, truth.path):
            for uri in single:
                truth.delete_source(uri)
            truth.delete_orphans()
        report.removed += len(single)
    return report


def remove_files(truth: Truth, uris: Iterable[str], report: Added) -> None:
    """Forget files with their sources and documents."""
    with transaction(truth.db, truth.path):
        for uri in uris:
            report.removed += len(truth.sources_of_file(uri))
            truth.delete_file(uri)
        truth.delete_orphans()

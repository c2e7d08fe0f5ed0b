"""URIs and globs -> documents that the workspace forgets, with their files and sources."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from kgbuild.errors import NotFound
from kgbuild.pipeline.reports import Added
from kgbuild.workspace.database import transaction
from kgbuild.workspace.truth import Truth


def remove(truth: Truth, patterns: Iterable[str]) -> Added:
    """Forget the files whose URI fits a pattern, or where none does the single sources; a URI fits itself alone.

    Raises NotFound if a pattern hits nothing: then nothing is removed.
    """
    report = Added()
    files: dict[str, None] = {}
    single: dict[str, None] = {}
    for pattern in patterns:
        some = _fitting(pattern, truth.files())
        alone = [] if some else _fitting(pattern, [source.uri for source in truth.sources()])
        if not some and not alone:
            raise NotFound(f"no document {pattern!r}; `kgbuild documents` lists them")
        files.update(dict.fromkeys(some))
        single.update(dict.fromkeys(alone))
    with transaction(truth.db, truth.path):
        _forget_files(truth, files, report)
        for uri in single:
            report.removed += truth.source(uri) is not None
            truth.read_again(uri)  # as a file that was removed comes back when it is added again
            truth.delete_source(uri)
        truth.delete_orphans()
    return report


def _fitting(pattern: str, uris: list[str]) -> list[str]:
    return [pattern] if pattern in uris else [uri for uri in uris if fnmatchcase(uri, pattern)]


def remove_files(truth: Truth, uris: Iterable[str], report: Added) -> None:
    """Forget files with their sources and documents."""
    with transaction(truth.db, truth.path):
        _forget_files(truth, uris, report)
        truth.delete_orphans()


def _forget_files(truth: Truth, uris: Iterable[str], report: Added) -> None:
    for uri in uris:
        report.removed += len(truth.sources_of_file(uri))
        truth.delete_file(uri)

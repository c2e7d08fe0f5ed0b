"""A path -> the files under it that kgbuild reads, and what is passed over, in the same order on every machine.

Names files by root and relative path, so that two machines agree. Knows suffixes, never contents. A file that is added by itself
is its own root: its root and its URI are its name ("report.pdf"); with a given name they are NAME and NAME/report.pdf, as if the
folder had been added.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from kgbuild.errors import UsageError

TEXT = (".txt", ".text")
MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm", ".xhtml")
TABLES = (".csv", ".tsv")
RECORDS = (".json", ".jsonl", ".ndjson")
PDF = (".pdf",)
DOCX = (".docx",)
SUFFIXES = frozenset(TEXT + MARKDOWN + HTML + TABLES + RECORDS + PDF + DOCX)
"""What can be read; each also with .gz behind it."""

KNOWN_UNREAD = {
    ".xlsx": "spreadsheets are not read: save the sheet as .csv",
    ".xls": "spreadsheets are not read: save the sheet as .csv",
    ".pptx": "presentations are not read: save as .pdf",
    ".eml": "mail is not read: save the message as .txt or .html",
    ".msg": "mail is not read: save the message as .txt or .html",
    ".doc": "old Word files are not read: save as .docx",
    ".rtf": "rich text is not read: save as .docx",
    ".odt": "OpenDocument is not read: save as .docx",
    ".ppt": "presentations are not read: save as .pdf",
    ".mht": "saved pages in one file are not read: save as .html",
    ".mhtml": "saved pages in one file are not read: save as .html",
    ".docm": "Word files with macros are not read: save as .docx",
    ".epub": "books are not read: convert to .html or .txt",
}
"""Suffixes of documents that a user may expect to be read, with what to do instead."""

UNREADABLE, LINK, PARTS, OWN = "/", "@", "+", "="
"""What stands for the suffix of a folder that cannot be read, of a link that is not followed, of a folder with the parts of a page, of
what kgbuild wrote itself."""
OUTSIDE = "a link that leads out of the folder is not followed; add what it leads to by itself"
NOWHERE = "a link that leads nowhere"
SAVED = "what a browser saved with a page is not read; add the folder by itself if it holds documents"

ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
NEVER_WALKED = frozenset({"node_modules", "__pycache__", "site-packages"})
WORKSPACE_MARK = "workspace.db"
PARTS_FOLDERS = ("_files", "_fichiers", "_archivos", "-Dateien", "-filer")
"""How browsers name the folder with a saved page's pictures and frames, after the page."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read. uri: root + relative path with slashes; suffix: lower case, ".csv.gz" for packed files."""

    path: Path
    uri: str
    root: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that a walk passes over, and why; suffix is "" if it has none."""

    path: Path
    uri: str
    root: str
    suffix: str
    reason: str


def suffix_of(name: str) -> str:
    """The suffix of a file name in lower case, with the one before ".gz": "News.CSV.gz" -> ".csv.gz"."""
    stem, suffix = os.path.splitext(name.lower())
    return os.path.splitext(stem)[1] + suffix if suffix == ".gz" else suffix


def written(name: str) -> str:
    r"""A file's name as text: bytes of it that are not UTF-8 are written as \xE9, so that two names stay two."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def kind_of(suffix: str, count: int = 2) -> str:
    """What files of a suffix are called that a walk passes over; count: how many there are."""
    if suffix == UNREADABLE:
        return "folder that cannot be read" if count == 1 else "folders that cannot be read"
    if suffix == LINK:
        return "link not followed" if count == 1 else "links not followed"
    if suffix == PARTS:
        return "folder of a saved page" if count == 1 else "folders of saved pages"
    if suffix == OWN:
        return "export of kgbuild" if count == 1 else "exports of kgbuild"
    return suffix or "without suffix"


def readable(suffix: str) -> bool:
    """Whether a file with this suffix can be read."""
    return suffix.removesuffix(".gz") in SUFFIXES


def walk(
    path: Path,
    *,
    name: str | None = None,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    avoid: tuple[Path, ...] = (),
) -> Iterator[File | Skipped]:
    """Files under a folder in code point order of their relative paths, or the one file that path is.

    include and exclude are globs on the relative path ("*" also crosses slashes); avoid lists paths that are never entered
    (the workspace, exports). Hidden folders, node_modules, environments, workspaces and links out of the root are not walked.
    Raises UsageError if path is missing, unreadable, or one file with an unknown suffix; an unreadable folder inside
    gives a Skipped with the suffix UNREADABLE, a link that is not followed one with LINK, the folder of a saved page one with PARTS.
    """
    path = Path(path)
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder; check the path")
    if not path.is_dir():
        yield _single(path, name)
        return
    root = name or written(path.resolve().name)
    if not root or "#" in root or "/" in root:
        raise UsageError(f"{path}: {root!r} cannot name a root; give another name with --as NAME")
    if not os.access(path, os.R_OK | os.X_OK):
        raise UsageError(f"{path}: the folder cannot be read; check its permissions")
    top = path.resolve()
    shunned = {place.resolve() for place in avoid}
    found = _files(top, top, shunned)
    for relative, place, reason in sorted(found, key=lambda entry: entry[0]):
        if _chosen(relative, include, exclude):
            yield _entry(relative, path / place, root, reason)


def _single(path: Path, name: str | None) -> File:
    suffix = suffix_of(path.name)
    if not readable(suffix):
        hint = KNOWN_UNREAD.get(suffix, f"known are {' '.join(sorted(SUFFIXES))}, each also with .gz")
        raise UsageError(f"{path}: files of kind {suffix or '(no suffix)'} are not read; {hint}")
    if not os.access(path, os.R_OK):
        raise UsageError(f"{path}: the file cannot be read; check its permissions")
    own = written(path.name)
    return File(path, f"{name}/{own}" if name else own, name or own, suffix)


def _entry(relative: str, path: Path, root: str, reason: str) -> File | Skipped:
    suffix = {"": suffix_of(relative), OUTSIDE: LINK, NOWHERE: LINK, SAVED: PARTS}.get(reason, UNREADABLE)
    relative = written(relative)
    if reason or not readable(suffix):
        return Skipped(path, f"{root}/{relative}", root, suffix, reason or KNOWN_UNREAD.get(suffix, "unknown suffix"))
    return File(path, f"{root}/{relative}", root, suffix)


def _files(top: Path, folder: Path, avoid: set[Path]) -> Iterator[tuple[str, str, str]]:
    """(relative path with slashes, relative path, reason if it is passed over) of every file below a folder, in no order.

    A folder is read once: under its own name, and under a link's only where that is the one way to it (the first by name), whatever
    the order in which a disk lists them. It asks os.path: methods of Path raise where a folder's rights let nobody look.
    """
    waiting = [folder]
    links: list[Path] = []
    seen = {folder}
    while waiting or links:
        if not waiting:
            links.sort(reverse=True)
            if (real := Path(os.path.realpath(link := links.pop()))) in seen:
                continue
            seen.add(real)
            waiting.append(link)
        here = waiting.pop()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            yield here.relative_to(top).as_posix(), str(here.relative_to(top)), f"cannot be read: {error.strerror}"
            continue
        pages = {os.path.splitext(entry.name)[0] for entry in entries if entry.name.lower().endswith(HTML)}
        for entry in entries:
            place, real = Path(entry.path), Path(os.path.realpath(entry.path))  # a link to itself is no error here
            if entry.name.startswith(".") or real in avoid:
                continue
            if entry.is_symlink() and not (real.is_relative_to(top) and os.path.exists(real)):  # noqa: PTH110
                reason = NOWHERE if real.is_relative_to(top) else OUTSIDE
                yield place.relative_to(top).as_posix(), str(place.relative_to(top)), reason
                continue
            if os.path.isfile(place) if entry.is_symlink() else entry.is_file():  # noqa: PTH113
                yield place.relative_to(top).as_posix(), str(place.relative_to(top)), ""
            elif any(entry.name.removesuffix(end) in pages for end in PARTS_FOLDERS if entry.name.endswith(end)):
                yield place.relative_to(top).as_posix(), str(place.relative_to(top)), SAVED
            elif real not in seen and os.path.isdir(place) and _walked(place):  # noqa: PTH112
                if entry.is_symlink():
                    links.append(place)
                else:
                    seen.add(real)
                    waiting.append(place)


def _walked(folder: Path) -> bool:
    if folder.name in NEVER_WALKED:
        return False
    return not any(os.path.exists(folder / mark) for mark in (*ENVIRONMENTS, WORKSPACE_MARK))  # noqa: PTH110


def _chosen(relative: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    def fits(patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(relative, p) or fnmatchcase(relative.rsplit("/", 1)[-1], p) for p in patterns)

    return (not include or fits(include)) and not fits(exclude)

"""Read a folder of folders of documents as kgbuild does, and print what came of it: outcomes, notices, checks, speed.

    python benchmarks/documents.py FOLDER [--readers N] [--list-languages]

Every sub-folder is a root of its own. The checks are those of the corpora that kgbuild is developed with (digitalgov, hhs,
wikinews, sec-html, pdf, wikipedia-html); a corpus that is not there is left out.
"""

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from kgbuild.documents.blocks import Limits
from kgbuild.documents.html import read_fragment
from kgbuild.documents.pages import read as read_page
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions, read_file
from kgbuild.documents.split import document_language, skipped, split
from kgbuild.documents.walk import File, Skipped, walk
from kgbuild.records import Document, Reading

RESIDUE = re.compile(r"\{\{[<%]|[>%]\}\}|\{%|^(?:expirydate|slug|topics|authors): ", re.MULTILINE)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--readers", type=int, default=2)
    arguments.add_argument("--list-languages", action="store_true", help="every document and passage that is not English")
    options = arguments.parse_args()
    found: dict[str, list[Reading]] = {}
    started = time.perf_counter()
    for folder in sorted(path for path in options.folder.iterdir() if path.is_dir()):
        found[folder.name] = read_folder(folder, options.readers)
    print(f"read all: {time.perf_counter() - started:.2f} s wall")
    documents = list({r.document.id: r.document for readings in found.values() for r in readings if r.document}.values())
    cut(documents)
    if options.list_languages:
        list_languages(found)
    check(found, options.folder)


def read_folder(folder: Path, readers: int) -> list[Reading]:
    """All readings of a folder, with a line on what became of them."""
    files, passed = [], Counter()
    for entry in walk(folder):
        if isinstance(entry, Skipped):
            passed[f"skipped {entry.suffix or '(no suffix)'}"] += 1
        else:
            files.append(entry)
    started = time.perf_counter()
    with ReaderPool(readers) as pool:
        readings = [reading for _, _, part in pool.read((file, ReadOptions()) for file in files) for reading in part]
    outcomes = Counter(reading.source.outcome.value for reading in readings) + passed
    print(f"{folder.name:16} {len(files):5} files {time.perf_counter() - started:7.2f} s  {dict(outcomes)}")
    for text, count in Counter(notice for reading in readings for notice in reading.notices).most_common(5):
        print(f"{'':18}{count} x {text}")
    for reading in readings:
        if reading.source.outcome not in ("ok", "skipped"):
            print(f"{'':18}{reading.source.uri}: {reading.source.outcome.value}: {reading.source.reason}")
    return readings


def cut(documents: list[Document]) -> None:
    """Passages of all documents, with their number, size, languages and speed."""
    words = sum(len(document.text.split()) for document in documents)
    started = time.perf_counter()
    split(documents[0])
    print(f"spaCy and the language model loaded in {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    passages = [passage for document in documents for passage in split(document)]
    seconds = time.perf_counter() - started
    unread = sum((Counter(skipped(document)) for document in documents), Counter())
    print(
        f"{len(documents)} documents, {words:,} words, {len(passages):,} passages in {seconds:.2f} s: {words / seconds:,.0f} words/s"
    )
    print(
        f"languages of passages: {dict(Counter(passage.language for passage in passages).most_common())}; not read: {dict(unread)}"
    )


def list_languages(found: dict[str, list[Reading]]) -> None:
    for reading in (r for readings in found.values() for r in readings if r.document):
        whole = document_language(reading.document)
        if whole != "en":
            print(f"  {whole} {reading.source.uri}: {reading.document.text[:80]!r}")
        for passage in split(reading.document):
            if passage.language not in (whole, "en"):
                print(f"  {passage.language} passage of {reading.source.uri}: {passage.text[:80]!r}")


def check(found: dict[str, list[Reading]], folder: Path) -> None:
    """The promises about each corpus, one line each."""
    checks: dict[str, Callable[[list[Reading], Path], Iterable[tuple[str, object, object]]]] = {
        "digitalgov": check_digitalgov,
        "hhs": check_hhs,
        "wikinews": check_wikinews,
        "sec-html": check_filings,
        "pdf": check_pdf,
        "wikipedia-html": check_wikipedia,
    }
    for name, function in checks.items():
        if name in found:
            for what, is_, should in function(found[name], folder / name):
                print(f"{'ok   ' if is_ == should or should is None else 'WRONG'} {name}: {what}: {is_}")


def outcomes(readings: list[Reading]) -> dict[str, int]:
    return dict(Counter(reading.source.outcome.value for reading in readings))


def texts(readings: list[Reading]) -> dict[str, str]:
    return {r.source.uri.split("/", 1)[1].split("#")[0]: r.document.text for r in readings if r.document}


def check_digitalgov(readings, folder):
    yield "ok and drafts", sum(n for o, n in outcomes(readings).items() if o in ("ok", "skipped")), 2281
    yield "drafts", outcomes(readings).get("skipped", 0), 7
    yield "quarantined", outcomes(readings).get("quarantined", 0), 0
    residue = [r.source.uri for r in readings if r.document and RESIDUE.search(outside_code(r.document))]
    yield "texts with shortcodes or front matter left", residue, []
    references = sum(bool(re.search(r"&(?:#\d+|[a-z]+);", str(dict(r.source.metadata).get("title", "")))) for r in readings)
    yield "titles with character references", references, 0


def outside_code(document: Document) -> str:
    return "\n".join(document.text[block.start : block.end] for block in document.blocks if block.kind != "code")


def check_hhs(readings, folder):
    yield "ok", outcomes(readings), {"ok": 171}
    yield (
        "starting 'Today the Department of Health and Human Services'",
        sum("\n\nToday the Department of Health and Human Services" in r.document.text for r in readings) > 0,
        True,
    )
    yield "with title and date", sum({"title", "date"} <= dict(r.source.metadata).keys() for r in readings), 171
    yield "with 'Home > About'", sum("Home > About" in r.document.text for r in readings), 0
    yield "with literal escapes", sum("\\u20" in r.document.text for r in readings), 0


def check_wikinews(readings, folder):
    yield "ok", outcomes(readings), {"ok": 124}


def check_filings(readings, folder):
    found = texts(readings)
    yield "with text", len(found), 10
    oracle = found["Oracle.8-K.html"]
    yield (
        "Oracle",
        [word in oracle for word in ("Oracle Corporation", "Delaware", "ORCL", "us-gaap:")],
        [True, True, True, False],
    )
    yield "10-K without fasb.org", "fasb.org" in found["googl-10-k-2025-02-05.html"], False
    rows = [line.split("\t") for line in found["ex21_xom.html"].split("\n\n") if "\t" in line]
    names = [row[0] for row in rows if len(row) == 3]
    yield "subsidiaries of three cells", len(names), None
    yield "names of subsidiaries with footnote marks", [name for name in names if re.search(r"\(\d+\)", name)], []
    started = time.perf_counter()
    path = folder / "googl-10-k-2025-02-05.html"
    read_file(File(path, path.name, path.name, ".html"), path.read_bytes(), ReadOptions())
    yield f"10-K in {time.perf_counter() - started:.2f} s, under 3", time.perf_counter() - started < 3, True


def check_pdf(readings, folder):
    yield "outcomes", outcomes(readings), {"ok": 10, "quarantined": 1}
    (locked,) = (r.source for r in readings if r.source.outcome == "quarantined")
    yield "reason", locked.reason, "encrypted; give --pdf-password"
    path = folder / locked.uri.split("/", 1)[1]
    (opened,) = read_file(File(path, locked.uri, "pdf", ".pdf"), path.read_bytes(), ReadOptions(pdf_password="openpassword"))
    yield "with its password", opened.source.outcome.value, "ok"
    languages = {name: document_language(r.document) for r in readings if r.document for name in [r.source.uri.split("/")[1]]}
    yield "not English", sorted({language for language in languages.values() if language != "en"}), ["ar", "de", "la"]


def check_wikipedia(readings, folder):
    for number in (2, 3):
        source = read_page((folder / f"wikipedia-{number}.source.html").read_bytes(), Limits()).pieces
        expected, _ = read_fragment((folder / f"wikipedia-{number}.expected.html").read_text("utf-8"), Limits())
        ours, theirs = (Counter(re.findall(r"\w+", " ".join(p.text for p in part).lower())) for part in (source, expected))
        shared = sum((ours & theirs).values())
        f1 = 2 * shared / (sum(ours.values()) + sum(theirs.values()))
        yield f"word F1 with the main text expected of page {number}", round(f1, 4), None


if __name__ == "__main__":
    main()

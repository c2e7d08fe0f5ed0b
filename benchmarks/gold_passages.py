"""The annotated passages of real documents: draw them, check them.

    python benchmarks/gold_passages.py draw FOLDER OUT   60 passages of a folder of folders of documents, as raw JSON lines
    python benchmarks/gold_passages.py check FILE        what is wrong with an annotated file; exit code 1 if anything is

FOLDER holds digitalgov, wikinews, hhs, sec-html and pdf. The draw is by content digest: the order of files means nothing, and the
same documents give the same passages on every machine. What is annotated and how is in benchmarks/gold/GUIDELINES.md.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.split import split
from kgbuild.documents.walk import File, walk
from kgbuild.hashing import digest
from kgbuild.records import BlockKind, Document, Passage

SEED = "gold-1"
GROUPS = {"digitalgov": ("digitalgov",), "wikinews": ("wikinews",), "hhs": ("hhs",), "sec-pdf": ("sec-html", "pdf")}
"""What is drawn from, each PER_GROUP passages; filings and PDFs are few and stand together."""
DOCUMENTS_FIRST = frozenset({"wikinews"})
"""Where documents are drawn, then a passage of each: a few long interviews hold most passages of this folder."""
FILLER = frozenset({"pdf/pdflatex-4-pages.pdf", "pdf/minimal-document.pdf"})
"""Documents that say of themselves that their text means nothing."""
PER_GROUP = 15
PER_DOCUMENT = 2
WORDS = range(80, 281)
RUNNING = 0.8
"""The least share of a passage's characters that stand in paragraphs and list items."""
DIGITS = 0.08
"""The largest share of digits among the characters of a passage: above it stand tables written as text."""
SENTENCE = 6
"""Words of the mean sentence of running text, at least."""

TYPES = frozenset({"PER", "ORG", "LOC", "TIME", "NUM", "MISC"})
LABELS = frozenset(
    f"P{n}"
    for n in (
        *(6, 17, 19, 20, 22, 25, 26, 27, 30, 31, 35, 36, 37, 39, 40, 50, 54, 57, 58, 69, 86, 102, 108, 112, 118, 123, 127, 131),
        *(
            136,
            137,
            140,
            150,
            155,
            156,
            159,
            161,
            162,
            166,
            169,
            170,
            171,
            172,
            175,
            176,
            178,
            179,
            190,
            194,
            205,
            206,
            241,
            264,
        ),
        *(
            272,
            276,
            279,
            355,
            361,
            364,
            400,
            403,
            449,
            463,
            488,
            495,
            527,
            551,
            569,
            570,
            571,
            576,
            577,
            580,
            582,
            585,
            607,
            674,
        ),
        *(676, 706, 710, 737, 740, 749, 800, 807, 840, 937, 1001, 1056, 1198, 1336, 1344, 1365, 1366, 1376, 1412, 1441, 3373),
    )
)
"""The 96 relations of Re-DocRED, and P169 (chief executive officer)."""
SCOPES = frozenset({"stated", "inferred"})
SPLITS = ("thresholds", "report")

Drawn = tuple[str, str, str, Passage]
"""Order in the draw, folder, source URI, passage."""


def main() -> int:
    """Run one of the two commands; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("folder", type=Path)
    drawing.add_argument("out", type=Path)
    commands.add_parser("check").add_argument("file", type=Path)
    options = parser.parse_args()
    if options.command == "check":
        return report(load(options.file))
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in draw(options.folder)]
    options.out.write_text("".join(lines), encoding="utf-8")
    return 0


def load(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def draw(folder: Path) -> Iterator[dict[str, Any]]:
    """Raw records of all groups, in the order in which they were drawn; splits alternate within a group."""
    for group, names in GROUPS.items():
        found = [drawn for name in names for drawn in candidates(folder / name)]
        print(f"{group}: {len(found)} passages to draw from", file=sys.stderr)
        for number, (key, name, uri, passage) in enumerate(choose(found, documents_first=group in DOCUMENTS_FIRST)):
            yield {
                "id": f"{name}-{key[:8]}",
                "folder": name,
                "uri": uri,
                "text": passage.text,
                "sentences": passage.sentences,
                "split": SPLITS[number % 2],
            }


def candidates(folder: Path) -> Iterator[Drawn]:
    """Every passage of a folder's documents that may be drawn; equal passages count once, under their first URI."""
    seen = set()
    for uri, document in sorted(documents(folder), key=lambda pair: pair[0]):
        if uri in FILLER:
            continue
        for passage in split(document):
            key = digest(SEED, passage.text)
            if key not in seen and is_running_text(document, passage):
                seen.add(key)
                yield key, folder.name, uri, passage


def documents(folder: Path) -> Iterator[tuple[str, Document]]:
    files = [(entry, ReadOptions()) for entry in walk(folder) if isinstance(entry, File)]
    with ReaderPool(1) as pool:
        for _, _, readings in pool.read(files):
            yield from ((r.source.uri, r.document) for r in readings if r.document is not None)


def is_running_text(document: Document, passage: Passage) -> bool:
    """Whether a passage is English prose of the wanted length."""
    words = len(passage.text.split())
    if passage.language != "en" or words not in WORDS or words < SENTENCE * len(passage.sentences):
        return False
    kinds = Counter[BlockKind]()
    for (start, end), block in zip(passage.sentences, passage.blocks, strict=True):
        kinds[document.blocks[block].kind] += end - start
    running = kinds[BlockKind.PARAGRAPH] + kinds[BlockKind.LIST_ITEM]
    digits = len(re.findall(r"\d", passage.text))
    return running >= RUNNING * kinds.total() and digits <= DIGITS * len(passage.text)


def choose(found: list[Drawn], *, documents_first: bool = False) -> list[Drawn]:
    """The first PER_GROUP in the order of their digests, at most PER_DOCUMENT of one document.

    With documents_first the digest of the URI comes before that of the passage, and one passage is taken of a document.
    """
    most, taken, of = 1 if documents_first else PER_DOCUMENT, list[Drawn](), Counter[str]()
    for drawn in sorted(found, key=lambda entry: (digest(SEED, entry[2]) if documents_first else "", entry[0])):
        if of[drawn[2]] < most and len(taken) < PER_GROUP:
            of[drawn[2]] += 1
            taken.append(drawn)
    return taken


# ── checking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def report(records: list[dict[str, Any]]) -> int:
    """Print the problems and the counts of annotated passages; 1 if there are problems."""
    problems = [f"{record['id']}: {problem}" for record in records for problem in check(record)]
    problems += [f"{id}: {count} records with this id" for id, count in Counter(r["id"] for r in records).items() if count > 1]
    print("\n".join([*problems, counts(records)]))
    return int(bool(problems))


def counts(records: list[dict[str, Any]]) -> str:
    sizes = {key: sum(len(record[key]) for record in records) for key in ("mentions", "clusters", "relations")}
    scopes = Counter(relation["scope"] for record in records for relation in record["relations"])
    return f"{len(records)} passages, {sizes}, {dict(scopes)}"


def check(record: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one annotated passage, in words."""
    yield from check_mentions(record)
    places = [index for cluster in record["clusters"] for index in cluster]
    if sorted(places) != list(range(len(record["mentions"]))) or not all(record["clusters"]):
        yield "clusters are not a partition of the mentions"
    yield from check_relations(record)
    if record["meta"].get("split") not in SPLITS or not {"folder", "uri"} <= record["meta"].keys():
        yield f"meta is {record['meta']}"


def check_mentions(record: dict[str, Any]) -> Iterator[str]:
    text, before = record["text"], (-1, 0)
    for start, end in [*record["sentences"], [len(text), len(text)]]:
        if not before[1] <= start <= end <= len(text) or text[before[1] : start].strip():
            yield f"sentence {start}-{end} overlaps, or text before it is in no sentence"
        before = (start, end)
    spans = [(mention["start"], mention["end"], mention["type"]) for mention in record["mentions"]]
    for start, end, kind in spans:
        if not 0 <= start < end <= len(text) or text[start:end] != text[start:end].strip():
            yield f"mention {start}-{end} is out of bounds, empty or blank at an edge"
        elif not any(left <= start and end <= right for left, right in record["sentences"]):
            yield f"mention {text[start:end]!r} is in no sentence"
        if kind not in TYPES:
            yield f"mention {text[start:end]!r} has the unknown type {kind!r}"
    if spans != sorted(spans):
        yield "mentions are not in text order"
    for (_, end, _), (start, _, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
        if start < end:
            yield f"two mentions overlap at {start}"


def check_relations(record: dict[str, Any]) -> Iterator[str]:
    seen = Counter((relation["head"], relation["label"], relation["tail"]) for relation in record["relations"])
    yield from (f"relation {key} stands {count} times" for key, count in seen.items() if count > 1)
    for relation in record["relations"]:
        head, tail, label = relation["head"], relation["tail"], relation["label"]
        if head == tail or not all(0 <= end < len(record["clusters"]) for end in (head, tail)):
            yield f"relation {label} has the ends {head} and {tail}"
        if label not in LABELS or relation["scope"] not in SCOPES:
            yield f"relation {head} {label} {tail}: unknown label or scope {relation['scope']!r}"
        if not all(0 <= index < len(record["sentences"]) for index in relation["evidence"]):
            yield f"relation {head} {label} {tail}: evidence {relation['evidence']} is out of bounds"
        if relation["scope"] == "stated" and len(relation["evidence"]) != 1:
            yield f"relation {head} {label} {tail} is stated, by {len(relation['evidence'])} sentences"


if __name__ == "__main__":
    sys.exit(main())

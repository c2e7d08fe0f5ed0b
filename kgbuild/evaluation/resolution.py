"""A column corpus, a table of the page that each mention is about, and a resolver -> how well its clusters are the pages.

Mentions and types are gold, so that only resolution is measured. The resolver is given as a function: this room knows none.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.evaluation.clusters import b3, pairs
from kgbuild.records import ONE, Mention

NIL = "NIL"
"""What the table writes for a mention without a page."""

NUMBERS = ("doc", "sent", "start", "end")
COLUMNS = (*NUMBERS, "mention", "conll_type", "url")


@dataclass(frozen=True, slots=True)
class Columns:
    """A document of a column file: tokens with their tags, and where sentences start (and the last one ends)."""

    tokens: list[str]
    tags: list[str]
    starts: list[int]


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A document with gold mentions: text (one passage, number 0), mentions in text order, their types and pages (or NIL)."""

    text: str
    mentions: tuple[Mention, ...]
    types: tuple[str, ...]
    pages: tuple[str, ...]


Resolver = Callable[[Sequence[LinkedDocument]], Sequence[Sequence[str]]]
"""Documents -> for each the label of each mention's cluster; labels are shared by all documents."""


def evaluate_resolution(corpus: Path, links: Path, resolver: Resolver) -> dict[str, dict[str, float] | int]:
    """B³ and pairwise scores of a resolver on all mentions that have a page; it sees the others too, as it would in a text.

    corpus: CoNLL columns with -DOCSTART- lines; links: tab-separated, with columns doc (the n-th document, counted from the table's
    first), sent, start, end (tokens), mention, conll_type, url. Keys: b3 and pairs (each precision, recall, f1),
    entities (clusters found), mentions. Raises KgbuildError when the files do not fit each other, or a row cannot be read.
    """
    documents = read_linked(corpus, links)
    gold: list[str] = []
    predicted: list[str] = []
    for document, labels in zip(documents, resolver(documents), strict=True):
        for page, label in zip(document.pages, labels, strict=True):
            if page != NIL:
                gold.append(page)
                predicted.append(label)
    return {
        "b3": asdict(b3(gold, predicted)),
        "pairs": asdict(pairs(gold, predicted)),
        "entities": len(set(predicted)),
        "mentions": len(gold),
    }


def read_linked(corpus: Path, links: Path) -> list[LinkedDocument]:
    """The documents of a corpus with the mentions of a table. A table may hold several corpora, told apart by a column `split`."""
    documents = list(read_columns(corpus))
    rows = _read_table(links)
    for first in _firsts(rows):
        chosen: list[list[dict[str, str]]] = [[] for _ in documents]
        for row in rows:
            if first <= int(row["doc"]) < first + len(documents):
                chosen[int(row["doc"]) - first].append(row)
        if any(chosen) and all(_fits(d, row) for d, own in zip(documents, chosen, strict=True) for row in own):
            return [_linked(document, own) for document, own in zip(documents, chosen, strict=True)]
    raise KgbuildError(
        f"{links} does not fit {corpus}: no document number makes its mentions stand at their tokens; give its own table"
    )


def read_columns(corpus: Path) -> Iterator[Columns]:
    """Documents of a column file; a file without -DOCSTART- is one document."""
    document = Columns([], [], [0])
    for line in [*_text(corpus).split("\n"), ""]:  # other line ends may stand inside of a token
        cells = line.split()
        if cells and cells[0] != "-DOCSTART-":
            document.tokens.append(cells[0])
            document.tags.append(cells[-1])
            continue
        if document.starts[-1] != len(document.tokens):
            document.starts.append(len(document.tokens))
        if cells and document.tokens:
            yield document
            document = Columns([], [], [0])
    if document.tokens:
        yield document


def _read_table(links: Path) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(_text(links), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise KgbuildError(f"{links} lacks the column {missing[0]}; it needs {', '.join(COLUMNS)}, separated by tabs")
    return [_checked(row, f"{links}:{reader.line_num}") for row in reader]


def _checked(row: dict[str, str], place: str) -> dict[str, str]:
    """A row, if it has all columns and its numbers are numbers."""
    for column in COLUMNS:
        if row[column] is None or (column in NUMBERS and not row[column].isdecimal()):
            what = "missing" if row[column] is None else f"{row[column]!r}, not a whole number"
            raise KgbuildError(f"{place}: {column} is {what}; correct the row")
    return row


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise KgbuildError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None


def _firsts(rows: list[dict[str, str]]) -> list[int]:
    """Document numbers that may be a corpus's first: the smallest of each split, one, the smallest of all."""
    smallest: dict[str, int] = {}
    for row in rows:
        split = row.get("split", "")
        smallest[split] = min(smallest.get(split, int(row["doc"])), int(row["doc"]))
    return sorted({*smallest.values(), 1}, reverse=True)


def _stretch(document: Columns, row: dict[str, str]) -> tuple[int, int]:
    """First and last token (half-open) of a row; a mention may run over a line that the corpus takes for a sentence's end."""
    base = document.starts[int(row["sent"])] if int(row["sent"]) < len(document.starts) else len(document.tokens)
    return base + int(row["start"]), base + int(row["end"])


def _fits(document: Columns, row: dict[str, str]) -> bool:
    start, end = _stretch(document, row)
    return " ".join(document.tokens[start:end]) == row["mention"]


def _linked(document: Columns, rows: list[dict[str, str]]) -> LinkedDocument:
    offsets = [0]
    for token in document.tokens:
        offsets.append(offsets[-1] + len(token) + 1)
    placed = sorted((_stretch(document, row), number) for number, row in enumerate(rows))
    mentions, types = [], []
    for (start, _), number in placed:
        text, type = rows[number]["mention"], rows[number]["conll_type"]
        mentions.append(Mention(0, offsets[start], offsets[start] + len(text), text, ONE))
        types.append(type if type.isalpha() else document.tags[start].rpartition("-")[2])
    breaks = set(document.starts)
    text = "".join(t + ("\n" if i + 1 in breaks else " ") for i, t in enumerate(document.tokens))
    return LinkedDocument(text, tuple(mentions), tuple(types), tuple(rows[number]["url"] for _, number in placed))

"""terms.csv, a person's own master data -> an extractor that finds its names in texts: exactly, in one pass, without a model.

A row is a thing: name, type, and if known id, iri, aliases. A table from the first word of the written forms to their lengths, and
one from the whole form to its row, make the search one look-up a word, however many terms there are.
"""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import ConfigError
from kgbuild.extraction.listed import read_bytes, refuse_if_any, text_of
from kgbuild.extraction.words import GAP, Word, keys_of, spelled, spellings_of, words_of
from kgbuild.hashing import digest
from kgbuild.records import ONE, Extraction, Span, Thing
from kgbuild.resolution.overlaps import chosen
from kgbuild.schema import absolute_iri

VERSION = 3
"""Part of the fingerprint: raised when the same file would find something else."""

COLUMNS = ("name", "type", "id", "iri", "aliases")
ALIAS_GAP = "|"
MAX_WORDS = 40
MOST_NOTICES = 10
SHORT = 3
"""A form with no more letters is found only exactly as it is written: "IT" is not "it", and "Us" is not "US"."""

_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""What spreadsheets and web pages leave in a cell and no text writes in a name; joiners belong to letters and stay."""


@dataclass(frozen=True, slots=True)
class Term:
    """A row of terms.csv. id: its own, else its IRI, else type and name; line: where it stands in the file."""

    name: str
    type: str
    id: str
    iri: str
    aliases: tuple[str, ...]
    line: int


class Terms:
    """Terms as an extractor: `terms(texts)` yields spans, each with the thing that it names.

    notices: the first forms that several rows have, shared: how many there are. Such a form of one type is a mention that names none of them; of several types it is read
    as the type of the row that comes first.
    """

    languages: tuple[str, ...] = ()
    link_labels: tuple[str, ...] = ()
    numerics = "exact"

    def __init__(self, terms: Sequence[Term], fingerprint: str = "", source: str = "terms") -> None:
        self.terms, self.fingerprint, self.source = terms, fingerprint, source
        self.span_labels = tuple(sorted({term.type for term in terms}))
        self.shared = 0
        self.notices: list[str] = []
        self._rows: dict[str, int | list[int]] = {}
        self._written: dict[str, tuple[int, ...]] = {}
        self._lengths: dict[str, int] = {}
        self._forms: dict[int, tuple[list[str], ...]] = {}
        for number, term in enumerate(terms):
            for form in (term.name, *term.aliases):
                keys = keys_of(form)
                self._enter(number, keys)
                if keys[-1] == "." and len(keys) > 1:
                    self._enter(number, keys[:-1])

    def _enter(self, number: int, keys: list[str]) -> None:
        key = " ".join(keys)
        held = self._rows.setdefault(key, number)
        rows = held if isinstance(held, list) else [held]
        if rows[-1] != number:  # rows come in their order
            rows.append(number)
            self._rows[key] = rows
            self._note(key, self.terms[rows[0]], self.terms[number])
        self._lengths[keys[0]] = self._lengths.get(keys[0], 0) | 1 << len(keys)

    def _note(self, form: str, first: Term, other: Term) -> None:
        self.shared += 1
        if len(self.notices) < MOST_NOTICES:
            what = f"{form!r} is also a name of {first.id!r} (line {first.line})"
            self.notices.append(f"{self.source}:{other.line}: {what}")

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """The terms in each text, in order."""
        return map(self.find, texts)

    def find(self, text: str) -> Extraction:
        """The terms in a text; of overlapping ones the longest, then the earliest."""
        words, keys = words_of(text)
        lengths = self._lengths
        starts = [at for at, key in enumerate(keys) if key in lengths]
        found = [hit for at in starts for hit in self._at(text, words, keys, at)]
        kept = chosen([(0, start, end, "") for start, end, _ in found])
        spans = tuple(self._span(*found[index]) for index in kept)
        return Extraction(spans, tuple((index,) for index in range(len(spans))))

    def close(self) -> None:
        """Nothing is held open."""

    def _at(self, text: str, words: list[Word], keys: list[str], at: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """(start, end, rows) of every form that begins at a word."""
        lengths = self._lengths[keys[at]]
        while lengths:
            size = lengths.bit_length() - 1
            lengths ^= 1 << size
            held = self._rows.get(" ".join(keys[at : at + size])) if at + size <= len(words) else None
            if held is None:
                continue
            spelling = [spelled(text[start:end]) for start, end in words[at : at + size]]
            rows = self._writers(held, spelling)
            start, end = words[at][0], words[at + size - 1][1]
            if rows and not GAP.search(text, start, end):
                yield start, end, rows

    def _writers(self, held: int | list[int], spelling: list[str]) -> tuple[int, ...]:
        """Those of the rows of a form that a text writes so; of a form that many rows have, remembered: a column may say "N/A" in all."""
        if isinstance(held, int):
            return (held,) if self._is_written(held, spelling) else ()
        form = " ".join(spelling)
        if form not in self._written:
            self._written[form] = tuple(number for number in held if self._is_written(number, spelling))
        return self._written[form]

    def _is_written(self, number: int, words: list[str]) -> bool:
        """Whether a text writes one of a row's forms as these words: in its own capitals, or in more of them, not in fewer."""
        forms = self._forms.get(number)
        if forms is None:
            term = self.terms[number]
            forms = self._forms[number] = tuple(spellings_of(form) for form in (term.name, *term.aliases))
        return any(_fits(form, words) for form in forms)

    def _span(self, start: int, end: int, rows: tuple[int, ...]) -> Span:
        first = self.terms[rows[0]]
        same = [self.terms[row] for row in rows if self.terms[row].type == first.type]
        thing = Thing(first.id, first.name, first.iri) if len(same) == 1 else None
        return Span(start, end, first.type, ONE, thing)


def _fits(form: Sequence[str], words: Sequence[str]) -> bool:
    size = len(words)
    if len(form) != size and not (len(form) == size + 1 and form[-1] == "."):
        return False
    if sum(map(str.isalpha, "".join(words))) <= SHORT:
        return all(word == own for own, word in zip(form, words, strict=False))
    return all(word in (own, own.upper(), own[:1].upper() + own[1:]) for own, word in zip(form, words, strict=False))


# ── reading the file ─────────────────────────────────────────────────────────────────────────────────────────────────


def load_terms(path: Path) -> Terms:
    """The terms of a CSV file. Raises ConfigError that names every bad row (the first ten) with file, line and what is wrong."""
    data = read_bytes(path)
    return Terms(read_terms(data, path), terms_fingerprint(data), str(path))


def terms_fingerprint(data: bytes) -> str:
    """Digest of all that decides what a file of terms finds."""
    return digest("extractor.terms", VERSION, data)


def read_terms(data: bytes, path: Path) -> list[Term]:
    """The rows of a CSV file (UTF-8, separated by comma, semicolon or tab, with a header). Raises ConfigError."""
    rows = _rows(data, path)
    header = _header(next(rows, (1, []))[1], path)
    found: list[Term] = []
    lines: dict[str, int] = {}
    problems: list[str] = []
    for line, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        term, wrong = _term(line, cells, header)
        if not wrong and (before := lines.setdefault(term.id, line)) != line:
            wrong = f"the id {term.id!r} stands in line {before} already: put further names of one thing into its aliases"
        if wrong:
            problems.append(f"{path}:{line}: {wrong}")
        else:
            found.append(term)
    refuse_if_any(problems)
    return found


def _rows(data: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number of the line on which each row begins, and its cells."""
    text = text_of(data, path)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ConfigError(
            f"{path}:{line}: {error}; put cells that hold quotes or line ends in quotes, and double the quotes"
        ) from None


def _header(cells: list[str], path: Path) -> dict[str, int]:
    """Column -> its position. Raises ConfigError for unknown, double or missing columns."""
    names = [cell.strip().casefold() for cell in cells]
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            what = "stands twice" if name in COLUMNS else "is no column of terms"
            raise ConfigError(f"{path}:1: {name!r} {what}; the columns are {', '.join(COLUMNS)}")
    if missing := [name for name in COLUMNS[:2] if name not in names]:
        raise ConfigError(f"{path}:1: there is no column {missing[0]!r}; the first line names the columns {', '.join(COLUMNS)}")
    return {name: position for position, name in enumerate(names)}


def _term(line: int, cells: list[str], header: dict[str, int]) -> tuple[Term, str]:
    """A row as a term, and what is wrong with it, or ''."""
    if len(cells) > len(header) or len(cells) < 2:
        return Term("", "", "", "", (), line), f"{len(cells)} cells where the header has {len(header)}"
    row = {name: _plain(cells[at]) if at < len(cells) else "" for name, at in header.items()}
    iri = row.get("iri", "")
    aliases = tuple(filter(None, (alias.strip() for alias in row.get("aliases", "").split(ALIAS_GAP))))
    term = Term(
        row["name"], sys.intern(row["type"]), row.get("id", "") or iri or f"{row['type']}/{row['name']}", iri, aliases, line
    )
    return term, _wrong(term)


def _plain(cell: str) -> str:
    return _SPACES.sub(" ", _INVISIBLE.sub("", cell)).strip()


def _wrong(term: Term) -> str:
    if not term.name:
        return "the name is empty"
    if not term.type:
        return "the type is empty: write a type of the schema, such as Organization"
    if term.iri and not absolute_iri.fullmatch(term.iri):
        return f"{term.iri!r} is no IRI: write it in full, such as https://example.com/id/7"
    for form in (term.name, *term.aliases):
        if not any(map(str.isalnum, form)):
            return f"{form!r} has neither letter nor digit"
        if len(form) > 2 * MAX_WORDS and len(keys_of(form)) > MAX_WORDS:
            return f"{form[:40]!r}… has more than {MAX_WORDS} words"
    return ""

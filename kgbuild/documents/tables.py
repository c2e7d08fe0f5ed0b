"""CSV and TSV -> one Draft a row; a file in which no column holds text is one document, a table."""

import csv
import io
import threading
from typing import Any

from kgbuild.documents import columns
from kgbuild.documents.blocks import Draft, Limits
from kgbuild.documents.encoding import decode
from kgbuild.errors import Quarantined

VERSION = 2

_FIELD_LIMIT = threading.Lock()
_END = "\U0010fffd"
"""A line that is read after the last one: no text holds it."""


def read(data: bytes, limits: Limits, *, tabs: bool, **named: Any) -> list[Draft]:
    """One CSV or TSV file; named: options of `columns.choose`."""
    text, notices = decode(data)
    rows, said = _rows(text, "\t" if tabs else _delimiter(text), limits)
    if len(rows) > limits.records:
        raise Quarantined(f"more than {limits.records:,} rows; split the file")
    if not rows:
        return [Draft(notices=[*notices, *said])]
    header, body = (rows[0], rows[1:]) if _is_header(rows[0]) else ([f"column {i + 1}" for i in range(len(rows[0]))], rows)
    ragged = sum(len(cells) != len(header) for cells in body)
    records = [{name: cell for name, cell in zip(header, cells, strict=False) if name or cell} for cells in body]
    roles = columns.choose(records, **named) if records else columns.Roles(())
    notes = [*notices, *said, *([f"{ragged} rows have more or fewer cells than the header"] if ragged else [])]
    if not roles.text:
        notes.append("no column holds text: the file is read as one table (name a column with --text)")
        return [Draft(columns.table(rows), notices=notes)]
    found = columns.drafts(records, roles, limits)
    found[0].notices += notes
    return found


def _rows(text: str, delimiter: str, limits: Limits) -> tuple[list[list[str]], list[str]]:
    """All rows that are not empty, and what is to be said of them. Quoting that is not strictly right is read as most programs do.

    A quote that is never closed takes all rows that follow into its cell. Between tabs few programs write quotes: they are text there.
    """
    rows, opened = _parsed(text, delimiter, csv.QUOTE_MINIMAL, limits)
    said = []
    if opened and delimiter == "\t":
        rows, _ = _parsed(text, delimiter, csv.QUOTE_NONE, limits)
        said.append(f"the quote that opens in line {opened} is never closed: quotes are read as text")
    elif opened:
        said.append(f"the quote that opens in line {opened} is never closed: all that follows is one cell; close it")
    return [cells for cells in rows if any(cell.strip() for cell in cells)], said


def _parsed(text: str, delimiter: str, quoting: Any, limits: Limits) -> tuple[list[list[str]], int]:
    """Rows, and the line on which the last one begins if it ends inside of quotes, else 0."""
    with _FIELD_LIMIT:
        old = csv.field_size_limit(limits.characters)
        reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=delimiter, quoting=quoting)
        rows: list[list[str]] = []
        line = last = 0
        try:
            for cells in reader:
                rows.append(cells)
                line, last = last, reader.line_num
        except csv.Error as error:
            raise Quarantined(f"row {reader.line_num}: {error}") from None
        finally:
            csv.field_size_limit(old)
    *rows, (*cells, end) = rows
    return (rows, 0) if end == _END else ([*rows, [*cells, end.removesuffix(f"\n{_END}")]], line + 1)


def _delimiter(text: str) -> str:
    """Comma, semicolon, tab or bar: the one that is most frequent outside of quotes in the first line."""
    line = text[:10_000].lstrip().split("\n", 1)[0]
    outside = "".join(line.split('"')[::2])
    return max(",;\t|", key=lambda mark: (outside.count(mark), mark == ","))


def _is_header(cells: list[str]) -> bool:
    """A header has short names, all different, that are no numbers."""
    named = [cell.strip() for cell in cells if cell.strip()]
    short = all(len(cell) <= 60 and not cell.replace(".", "").isdigit() for cell in named)
    return short and len(set(named)) == len(named)

"""CSV and TSV -> one Draft a row; a file in which no column holds text is one document, a table."""

import csv
import io
import re
import threading
from itertools import count
from typing import Any

from kgbuild.counts import counted
from kgbuild.documents import columns
from kgbuild.documents.blocks import Draft, Limits
from kgbuild.documents.encoding import decode
from kgbuild.errors import Quarantined

VERSION = 3

_FIELD_LIMIT = threading.Lock()
_SEPARATOR = re.compile(r"sep=([,;|\t])[,;|\t]*\r?(?:\n|\Z)", re.IGNORECASE)
"""The line by which Excel is told the delimiter."""
_END = "\U0010fffd"
"""A line that is read after the last one: no text holds it."""


def read(data: bytes, limits: Limits, *, tabs: bool, **named: Any) -> list[Draft]:
    """One CSV or TSV file; named: options of `columns.choose`."""
    text, notices = decode(data)
    said = _SEPARATOR.match(text)
    lines, body_text = (1, text[said.end() :]) if said else (0, text)
    delimiter = "\t" if tabs else said[1] if said else _delimiter(body_text)
    rows, told = _rows(body_text, delimiter, limits)
    notes = [*notices, *told]
    if len(rows) > limits.records:
        raise Quarantined(f"more than {limits.records:,} rows; split the file")
    if not rows:
        return [Draft(notices=notes)]
    wanted = [*named.get("text", ()), *filter(None, _single(named))]
    header, body = _header([cells for _, cells in rows], set(wanted))
    if not body and (lacking := next((name for name in wanted if name not in header), "")):
        raise Quarantined(columns.no_field(lacking, header))
    records = [{name: cell for name, cell in zip(header, cells, strict=False) if name or cell} for cells in body]
    roles = columns.choose(records, **named) if records else columns.Roles(())
    if not roles.text:
        notes.append("no column holds text: the file is read as one table (name a column with --text)")
        return [Draft(columns.table([cells for _, cells in rows]), notices=notes)]
    numbers = [lines + line for line, _ in rows[-len(body) :]]
    notes += _evened(records, header, list(zip(numbers, body, strict=True)), delimiter, roles.text)
    found = columns.drafts(records, roles, limits)
    found[0].notices += notes
    return found


def _single(named: dict[str, Any]) -> list[str]:
    return [*named.get("html", ()), *(named.get(role, "") for role in ("id", "title", "date"))]


def _header(rows: list[list[str]], named: set[str]) -> tuple[list[str], list[list[str]]]:
    """Names of the columns, all different, and the rows below them."""
    if not _is_header(rows[0], named):
        return [f"column {i + 1}" for i in range(len(rows[0]))], rows
    header: list[str] = []
    for name in rows[0]:
        twin = next((one for n in count(2) if (one := f"{name} {n}") not in (*header, *rows[0])), name)
        header.append(twin if name.strip() and name in header else name)
    return header, rows[1:]


def _evened(
    records: list[dict[str, Any]], header: list[str], body: list[tuple[int, list[str]]], delimiter: str, texts: tuple[str, ...]
) -> list[str]:
    """Put cells beyond the header into their records, and say so: to the last column if that is text, else under names of their own."""
    few = [line for line, cells in body if len(cells) < len(header)]
    many: list[int] = []
    for record, (line, cells) in zip(records, body, strict=True):
        surplus = cells[len(header) :]
        if not any(cell.strip() for cell in surplus):
            continue
        many.append(line)
        if header[-1] in texts:
            record[header[-1]] = delimiter.join(cells[len(header) - 1 :]).rstrip(f"{delimiter} ")
        else:
            record |= {f"column {i}": cell for i, cell in enumerate(surplus, len(header) + 1) if cell.strip()}
    where = f"put to the last column, {header[-1]!r}" if header[-1] in texts else "kept as metadata of their own"
    notes = (
        [f"{counted(len(few), 'row has', 'rows have')} fewer cells than the header, the first in line {few[0]}"] if few else []
    )
    if many:
        notes.append(
            f"{counted(len(many), 'row has', 'rows have')} more cells than the header, the first in line {many[0]}: the surplus is {where}; "
            "put quotes around cells that hold the delimiter"
        )
    return notes


def _rows(text: str, delimiter: str, limits: Limits) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """All rows that are not empty, with their lines, and what is to be said of them. Quoting that is not strictly right is read
    as most programs do.

    A quote that is never closed takes all rows that follow into its cell. Between tabs few programs write quotes: they are text there.
    """
    rows, opened = _parsed(text, delimiter, csv.QUOTE_MINIMAL, limits)
    said = []
    if opened and delimiter == "\t":
        rows, _ = _parsed(text, delimiter, csv.QUOTE_NONE, limits)
        said.append(f"the quote that opens in line {opened} is never closed: quotes are read as text")
    elif opened:
        said.append(f"the quote that opens in line {opened} is never closed: all that follows is one cell; close it")
    return [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)], said


def _parsed(text: str, delimiter: str, quoting: Any, limits: Limits) -> tuple[list[tuple[int, list[str]]], int]:
    """Rows with the lines on which they begin, and the line of the last one if it ends inside of quotes, else 0."""
    with _FIELD_LIMIT:
        old = csv.field_size_limit(limits.characters)
        reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=delimiter, quoting=quoting)
        rows: list[tuple[int, list[str]]] = []
        line = 1
        try:
            for cells in reader:
                rows.append((line, cells))
                line = reader.line_num + 1
        except csv.Error as error:
            raise Quarantined(f"row {reader.line_num}: {error}") from None
        finally:
            csv.field_size_limit(old)
    *rows, (last, (*cells, end)) = rows
    return (rows, 0) if end == _END else ([*rows, (last, [*cells, end.removesuffix(f"\n{_END}")])], last)


def _delimiter(text: str) -> str:
    """Comma, semicolon, tab or bar: the one that is most frequent outside of quotes in the first line."""
    line = text[:10_000].lstrip().split("\n", 1)[0]
    outside = "".join(line.split('"')[::2])
    return max(",;\t|", key=lambda mark: (outside.count(mark), mark == ","))


def _is_header(cells: list[str], named: set[str]) -> bool:
    """A header has short names that are no numbers, all different unless one of them is the name of a role or is asked for."""
    found = [cell.strip() for cell in cells if cell.strip()]
    short = all(len(cell) <= 60 and not cell.replace(".", "").isdigit() for cell in found)
    known = named | {name for names in columns.NAMES.values() for name in names}
    return short and (len(set(found)) == len(found) or any(cell in named or cell.lower() in known for cell in found))

"""CSV and TSV -> one Draft a row; a file in which no column holds text is one document, a table."""

import csv
import io
import threading
from typing import Any

from kgbuild.documents import columns
from kgbuild.documents.blocks import Draft, Limits
from kgbuild.documents.encoding import decode
from kgbuild.errors import Quarantined

VERSION = 1

_FIELD_LIMIT = threading.Lock()


def read(data: bytes, limits: Limits, *, tabs: bool, **named: Any) -> list[Draft]:
    """One CSV or TSV file; named: options of `columns.choose`."""
    text, notices = decode(data)
    rows = _rows(text, "\t" if tabs else _delimiter(text), limits)
    if len(rows) > limits.records:
        raise Quarantined(f"more than {limits.records:,} rows; split the file")
    if not rows:
        return [Draft(notices=list(notices))]
    header, body = (rows[0], rows[1:]) if _is_header(rows[0]) else ([f"column {i + 1}" for i in range(len(rows[0]))], rows)
    ragged = sum(len(cells) != len(header) for cells in body)
    records = [{name: cell for name, cell in zip(header, cells, strict=False) if name or cell} for cells in body]
    roles = columns.choose(records, **named) if records else columns.Roles(())
    notes = [*notices, *([f"{ragged} rows have more or fewer cells than the header"] if ragged else [])]
    if not roles.text:
        notes.append("no column holds text: the file is read as one table (name a column with --text)")
        return [Draft(columns.table(rows), notices=notes)]
    found = columns.drafts(records, roles, limits)
    found[0].notices += notes
    return found


def _rows(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    """All rows that are not empty. Quoting that is not strictly right is read as most programs do."""
    with _FIELD_LIMIT:
        old = csv.field_size_limit(limits.characters)
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            return [cells for cells in reader if any(cell.strip() for cell in cells)]
        except csv.Error as error:
            raise Quarantined(f"row {reader.line_num}: {error}") from None
        finally:
            csv.field_size_limit(old)


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

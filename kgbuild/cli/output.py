"""Rows, records and counts -> words on the screen: tables, JSON, CSV. Knows no graph and no command.

Results go to standard output; with --json they are one object there, and nothing else is.
"""

import csv
import io
import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kgbuild.records import ONE

if TYPE_CHECKING:
    from rich.console import Console

Rows = Iterable[Sequence[Any]]

PIPE_WIDTH = 160
"""Columns of a table that goes to a file or a pipe."""
NARROWEST = 20
"""Columns below which nothing can be shown."""
SHORT = 10
"""Letters of a cell that is never broken: dates, outcomes, numbers stay whole in a narrow terminal."""
NUMERIC = (int, float)


def score(ten_thousandths: int) -> float:
    """A score of a record as it is shown: 0 to 1, four digits."""
    return round(ten_thousandths / ONE, 4)


def percent(ten_thousandths: int) -> str:
    """A score in a sentence: .93"""
    return f"{ten_thousandths / ONE:.2f}".removeprefix("0")


def certainty(confidence: int) -> str:
    """A confidence in a sentence. Certain is only what a person asserted."""
    return "asserted" if confidence == ONE else f"confidence {percent(confidence)}"


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as ISO text, tuples as lists, numbers that JSON lacks (NaN, infinities) as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def as_json(value: Any, indent: int | None = None) -> str:
    """A value as valid JSON: what JSON lacks never gets there."""
    return json.dumps(plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def put_json(value: Any) -> None:
    """One JSON value on standard output."""
    sys.stdout.write(as_json(value, indent=2 if sys.stdout.isatty() else None) + "\n")


def put(text: str = "") -> None:
    """One line (or several) of a result."""
    sys.stdout.write(text + "\n")


def console() -> "Console":
    """Standard output as rich sees it; brackets in texts are texts, nothing is coloured by guess."""
    from rich.console import Console

    return Console(file=sys.stdout, width=screen_width(), markup=False, highlight=False, emoji=False)


def screen_width() -> int | None:
    """Columns of a table: those of the terminal (None), else $COLUMNS where that is a number one can print in, else PIPE_WIDTH."""
    if sys.stdout.isatty():
        return None
    told = os.environ.get("COLUMNS", "")
    return int(told) if told.isascii() and told.isdigit() and int(told) >= NARROWEST else PIPE_WIDTH


def put_table(columns: Sequence[str], rows: Rows) -> None:
    """A table; long cells are wrapped and never cut, numbers stand right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = [list(row) for row in rows]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, name in enumerate(columns):
        cells = [row[index] for row in shown if row[index] is not None]
        right = bool(cells) and all(isinstance(cell, NUMERIC) and not isinstance(cell, bool) for cell in cells)
        short = all(len(text) <= SHORT for text in (name, *map(cell_text, cells)))
        table.add_column(Text(name), justify="right" if right else "left", overflow="fold", no_wrap=short)
    for row in shown:
        table.add_row(*(Text(cell_text(cell)) for cell in row))
    with (screen := console()).capture() as printed:
        screen.print(table)
    put("\n".join(line.rstrip() for line in printed.get().splitlines()))


def cell_text(value: Any) -> str:
    """A value in a cell: text as it is, null as nothing, what is made of parts as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    simple = plain(value)
    return simple if isinstance(simple, str) else as_json(simple)


def put_csv(columns: Sequence[str], rows: Rows) -> None:
    """Rows as CSV (RFC 4180) on standard output."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell_text(cell) for cell in row])
    sys.stdout.write(out.getvalue().replace("\r\n", "\n"))


def put_json_lines(columns: Sequence[str], rows: Rows) -> None:
    """One JSON object a row on standard output."""
    for row in rows:
        sys.stdout.write(as_json(dict(zip(columns, row, strict=True))) + "\n")


def shortened(text: str, longest: int) -> str:
    """A text on one line, with … in its end if it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 3 min 05 s, 2 h 10 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"

"""What `query` and `sparql` share: where a question comes from, how long it may take, and how its rows are printed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.output import put_csv, put_json, put_json_lines, put_table
from kgbuild.cli.session import Session
from kgbuild.counts import counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.sinks.query import Result

STDIN = "-"

Text = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="The query; - reads it from standard input.", show_default=False)
]
File = Annotated[Path | None, typer.Option("--file", "-f", metavar="FILE", help="Read the query from a file.")]
Limit = Annotated[int | None, typer.Option("--limit", min=0, help="At most so many rows.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0.001, metavar="SECONDS", help="Stop the query after this time.")]
RowsAsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
SECONDS = 60.0
"""How long a question may take where the user does not say."""


def query_text(text: str | None, file: Path | None) -> str:
    """The query from where the user put it. Raises UsageError if that is nowhere, two places, or cannot be read."""
    if (text is None) == (file is None):
        raise UsageError("give one query: as TEXT, as -f FILE, or as - to read it from standard input")
    if file is not None and str(file) != STDIN:
        try:
            question = file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: {getattr(error, 'strerror', None) or error}; give a text file with one query") from None
    else:
        question = sys.stdin.read() if file is not None or text == STDIN else str(text)
    if not question.strip():
        raise UsageError("the query is empty")
    return question


def put_rows(session: Session, result: "Result", format: str) -> None:
    """Rows as table, json, jsonl or csv."""
    match format:
        case "json":
            put_json({"columns": result.columns, "rows": result.rows, "truncated": result.truncated})
        case "jsonl":
            put_json_lines(result.columns, result.rows)
        case "csv":
            put_csv(result.columns, result.rows)
        case _:
            put_table(result.columns, result.rows)
            session.note(counted(len(result.rows), "row"))


def note_cut(session: Session, result: "Result", limit: int | None) -> None:
    """Say so where --limit left rows out."""
    if result.truncated and limit is not None:
        session.note(f"more than {counted(limit, 'row')}: --limit cut the rest")

"""Judgements <-> a CSV file: one row a judgement, in order. What is written reads back the same, byte for byte.

A URI of * means the name wherever it stands, an empty one a value (text, with its datatype as type).
"""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kgbuild.build.words import entity_types
from kgbuild.errors import UsageError
from kgbuild.pipeline.deciding import Decision, decide
from kgbuild.pipeline.judging import login_name
from kgbuild.records import NOWHERE, Anchor, Judgement, Verdict
from kgbuild.resolution.judge import check_all, meaning
from kgbuild.schema import Schema

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

COLUMNS = (
    "verdict", "left_uri", "left_text", "left_type", "value", "right_uri", "right_text", "right_type",
    "by", "at", "reason", "quote", "offset",
)  # fmt: skip
NEEDED = COLUMNS[:8]
"""Columns that decide; the others may be missing."""
MOST_PROBLEMS = 20
PAIRS = (Verdict.SAME, Verdict.DIFFERENT)
CALLS = (Verdict.NAME, Verdict.TYPE)


def export_judgements(ws: "Workspace", out: str | Path | TextIO) -> int:
    """Write the judgements in force as CSV (RFC 4180, UTF-8), oldest first. Returns how many."""
    judgements = ws.truth.judgements()
    text = written(judgements)
    if isinstance(out, str | Path):
        _write(Path(out), text)
    else:
        out.write(text)
    return len(judgements)


def _write(path: Path, text: str) -> None:
    """A file, whole or as it was. Raises UsageError where it cannot be."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, "utf-8", newline="")
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}; choose another place") from None


def written(judgements: Iterable[Judgement]) -> str:
    """Judgements as the text of a CSV file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows(map(_row, judgements))
    return stream.getvalue()


def _row(j: Judgement) -> tuple[str, ...]:
    right = (j.right.uri, j.right.text, j.right.type) if j.right else ("", "", "")
    offset = "" if j.offset < 0 else str(j.offset)
    return (
        j.verdict.value, j.left.uri, j.left.text, j.left.type, j.value, *right, j.by, j.at, j.reason, j.quote, offset
    )  # fmt: skip


def import_judgements(ws: "Workspace", file: str | Path, *, by: str | None = None, preview: bool = False) -> Decision:
    """Append the judgements of a CSV file, all or none; rows that are in force already are skipped.

    by: who answers for rows that name nobody (default: the login name). Raises UsageError naming the lines that cannot be meant,
    BuildError for a row that contradicts an earlier one, naming both.
    """
    path = Path(file)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; give a CSV file as `judgements export` writes it") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
    rows = read(text, str(path), ws.schema())
    earlier = ws.truth.judgements()
    new = _new(rows, {meaning(judgement) for judgement in earlier})
    check_all(earlier, new)  # while each is still known by its line
    who = login_name() if by is None else by
    signed = [_signed(judgement, who) for judgement in new]
    skipped = len(rows) - len(new)
    if not signed:
        return Decision(saved=not preview, skipped=skipped)
    return decide(ws, signed, preview=preview, skipped=skipped)


def _new(rows: Iterable[Judgement], known: Collection[tuple[object, ...]]) -> list[Judgement]:
    """Rows that are not in force already, each once; a name or type that was given, changed and given again stands as often."""
    said: set[tuple[object, ...]] = set()
    calls: dict[tuple[object, ...], object] = {}
    found = []
    for judgement in rows:
        key = meaning(judgement)
        again = calls.get(key[:2]) == judgement.value if judgement.verdict in CALLS else key in said
        if key not in known and not again:
            found.append(judgement)
        said.add(key)
        calls[key[:2]] = judgement.value
    return found


def _signed(judgement: Judgement, who: str) -> Judgement:
    return judgement if judgement.by else replace(judgement, by=who)


def read(text: str, name: str, schema: Schema) -> list[Judgement]:
    """Judgements of a CSV text, numbered by their lines as -line. Raises UsageError with every line that is wrong."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Judgement] = []
    problems: list[str] = []
    line = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(header, name)
        line = reader.line_num + 1
        for cells in reader:
            if any(cells):
                row = dict(zip(header, cells, strict=False))
                wrong = _wrong(cells, header, row, schema)
                if wrong:
                    problems.append(f"line {line}: {wrong}")
                else:
                    found.append(_judgement(row, line))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(f"line {line}: not CSV ({error})")
    if problems:
        rest = f"; and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
        raise UsageError(f"{name}: nothing is imported: {'; '.join(problems[:MOST_PROBLEMS])}{rest}")
    return found


def _check_header(header: Sequence[str], name: str) -> None:
    missing = [column for column in NEEDED if column not in header]
    if missing or len(set(header)) < len(header):
        what = f"no column {', '.join(missing)}" if missing else "two columns have one name"
        raise UsageError(f"{name}: line 1: {what}; the first line names the columns: {','.join(COLUMNS)}")


def _judgement(row: dict[str, str], line: int) -> Judgement:
    right = Anchor(row["right_uri"], row["right_text"], row["right_type"]) if row["right_text"] else None
    offset = row.get("offset", "")
    return Judgement(
        -line,
        Verdict(row["verdict"]),
        Anchor(row["left_uri"], row["left_text"], row["left_type"]),
        right,
        row["value"],
        row.get("by", ""),
        row.get("at", ""),
        row.get("reason", ""),
        row.get("quote", ""),
        int(offset) if offset else -1,
    )


def _wrong(cells: Sequence[str], header: Sequence[str], row: dict[str, str], schema: Schema) -> str:
    """What is wrong with a row; '' if nothing."""
    if len(cells) != len(header):
        return f"{len(cells)} cells, not {len(header)}"
    if row["verdict"] not in tuple(Verdict):
        return f"verdict {row['verdict']!r} is none of {', '.join(Verdict)}"
    verdict = Verdict(row["verdict"])
    return (
        _wrong_left(row, schema) or _wrong_right(verdict, row, schema) or _wrong_value(verdict, row, schema) or _wrong_hint(row)
    )


def _wrong_left(row: dict[str, str], schema: Schema) -> str:
    for column in ("left_uri", "left_text", "left_type"):
        if not row[column]:
            return f"{column} is empty" + (" (* is everywhere)" if column == "left_uri" else "")
    return _wrong_type(row["left_type"], schema)


def _wrong_type(type: str, schema: Schema) -> str:
    known = entity_types(schema)
    return "" if type in known else f"{type!r} is no type of entities in the schema ({', '.join(known)})"


def _wrong_right(verdict: Verdict, row: dict[str, str], schema: Schema) -> str:
    right = [row[column] for column in ("right_uri", "right_text", "right_type")]
    if verdict in CALLS or (verdict not in PAIRS and not row["value"]):
        return "the right end must be empty" if any(right) else ""
    if not row["right_text"] or not row["right_type"]:
        return "right_text and right_type must be given"
    if right[0] == NOWHERE:
        return "right_uri is empty (* is everywhere)" if verdict in PAIRS else ""
    return _wrong_type(right[2], schema)


def _wrong_value(verdict: Verdict, row: dict[str, str], schema: Schema) -> str:
    value = row["value"]
    match verdict:
        case Verdict.SAME | Verdict.DIFFERENT:
            return "value must be empty" if value else ""
        case Verdict.NAME:
            return "" if value.strip() else "value, the name, is empty"
        case Verdict.TYPE:
            return _wrong_type(value, schema)
        case _ if value:
            return _wrong_relation(row, schema)
        case _:
            return ""


def _wrong_relation(row: dict[str, str], schema: Schema) -> str:
    relation = schema.relation(row["value"])
    if relation is None:
        return f"the schema has no relation {row['value']!r}"
    if relation.inverse:
        return f"{relation.name} is kept as {relation.inverse}: write that, with the ends changed"
    if bool(relation.property) != (row["right_uri"] == NOWHERE):
        end = "a value: right_uri must be empty" if relation.property else "an entity: right_uri must be given"
        return f"the object of {relation.name} is {end}"
    if relation.property and row["right_type"] != relation.datatype:
        return f"the object of {relation.name} has the datatype {relation.datatype}"
    return ""


def _wrong_hint(row: dict[str, str]) -> str:
    offset, at = row.get("offset", ""), row.get("at", "")
    if offset and not (offset.isascii() and offset.isdigit()):
        return f"offset {offset!r} is no number"
    if at:
        try:
            datetime.fromisoformat(at)
        except ValueError:
            return f"at {at!r} is no ISO 8601 time"
    return ""

"""JSON and JSON Lines -> one Draft an object; json_values.py says which objects a file holds."""

from datetime import date
from typing import Any

from kgbuild.documents import columns
from kgbuild.documents.blocks import Draft, Limits
from kgbuild.documents.encoding import decode
from kgbuild.documents.json_values import Broken, values
from kgbuild.errors import Quarantined
from kgbuild.hashing import digest

VERSION = 3


def read(data: bytes, limits: Limits, *, lines: bool, **named: Any) -> list[Draft]:
    """One file; named: options of `columns.choose`. A broken line among good ones is quarantined by itself."""
    text, notices = decode(data)
    if not text.strip():
        return [Draft(notices=list(notices))]
    rows, left = values(text, lines=lines)
    if len(rows) > limits.records:
        raise Quarantined(f"more than {limits.records:,} records; split the file")
    broken = [row for row in rows if isinstance(row, Broken)]
    found = of_values([row for row in rows if not isinstance(row, Broken)], limits, alone=not broken, **named)
    found[:1] = [_noted(draft, [*notices, *filter(None, [left])]) for draft in found[:1]]
    return _in_order(rows, found, _drafts_of(broken)) if broken else found


def _noted(draft: Draft, notices: list[str]) -> Draft:
    draft.notices += notices
    return draft


def _drafts_of(broken: list[Broken]) -> list[Draft]:
    """A draft a broken line, named by its content."""
    seen: dict[str, int] = {}
    found = []
    for line in broken:
        key = digest("record", line.text)
        seen[key] = seen.get(key, 0) + 1
        found.append(Draft(key=f"{key}~{seen[key]}" if seen[key] > 1 else key, content=line.text, broken=line.reason))
    return found


def _in_order(rows: list[Any], good: list[Draft], bad: list[Draft]) -> list[Draft]:
    """Good and bad drafts in the order of the file; the good ones are fewer than the rows if no field holds text."""
    if len(good) + len(bad) < len(rows):
        return [*good, *bad]
    left, right = iter(good), iter(bad)
    return [next(right) if isinstance(row, Broken) else next(left) for row in rows]


def of_values(values: list[Any], limits: Limits, *, alone: bool, **named: Any) -> list[Draft]:
    """One draft a value; a value that is only a text is its own text. alone: whether a single value is the file itself."""
    records = [flatten(value) if isinstance(value, dict) else {"text": _text(value)} for value in values]
    roles = columns.choose(records, **named)
    if not roles.text and not roles.title:
        return [Draft(notices=["no field holds text (name one with --text)"])]
    found = columns.drafts(records, roles, limits)
    if len(found) == 1 and alone:
        found[0].key = ""
    return found


def flatten(record: dict[str, Any]) -> dict[str, columns.Value]:
    """An object with text values only: objects inside get dotted names, in lists too; lists of plain values become tuples.

    Values of Python's own types are written as JSON files have them: dates in ISO form, an UUID or a Decimal as its digits.
    """
    flat: dict[str, list[str]] = {}
    many: set[str] = set()
    waiting = [(name, value, False, False) for name, value in reversed(record.items())]
    while waiting:
        name, value, listed, item = waiting.pop()  # item: stands in a list itself; listed: below one
        if isinstance(value, dict):
            waiting += [(f"{name}.{key}", inner, listed, False) for key, inner in reversed(value.items())]
        elif isinstance(value, list | tuple | set | frozenset) and not item:
            flat.setdefault(name, [])
            many.add(name)
            waiting += [(name, inner, True, True) for inner in reversed(columns.in_order(value))]
        elif text := _text(value):
            flat.setdefault(name, []).append(text)
            many |= {name} if listed else set()
    return {name: tuple(texts) if name in many else texts[-1] for name, texts in flat.items()}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple | set | frozenset):
        return columns.canonical({"": value})[4:-1]
    if _is_missing(value):
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_missing(value: Any) -> bool:
    """Whether a value stands for none: None, and NaN, NaT and NA of tables, none of which is equal to itself."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124
    except TypeError:  # NA is not even unequal
        return True
    except ValueError:  # an array
        return False

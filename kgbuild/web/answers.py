"""Records -> what the page reads: JSON of dictionaries and lists. Long differences are cut, and say how many there were."""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from kgbuild.pipeline.deciding import Decision
from kgbuild.pipeline.difference import Difference
from kgbuild.records import Judgement
from kgbuild.resolution.judge import said

if TYPE_CHECKING:
    from kgbuild.pipeline.listing import Standing

Json = dict[str, Any]

MOST_LINES = 60
"""Rows of one part of a difference that are sent."""


def record(value: Any) -> Json:
    """Any frozen record."""
    return asdict(value)


def judgement(j: Judgement) -> Json:
    """A judgement, and in words."""
    return {"number": j.number, "said": said(j), "verdict": j.verdict.value, "by": j.by, "at": j.at, "reason": j.reason}


def standing(one: "Standing") -> Json:
    """A judgement with what becomes of it."""
    return judgement(one.judgement) | {"state": one.state.value, "because": one.reason}


def decision(d: Decision) -> Json:
    """What is decided, and what the next build makes of it."""
    return {
        "saved": d.saved,
        "judgements": [judgement(j) for j in d.judgements],
        "undone": [judgement(j) for j in d.undone],
        "difference": difference(d.difference) if d.difference is not None else None,
        "notes": list(d.notes),
    }


def difference(d: Difference) -> Json:
    """Each part as {count, rows}."""
    found = {}
    for field in fields(d):
        rows = getattr(d, field.name)
        shown = [[asdict(a), asdict(b)] if isinstance(row, tuple) and (a := row[0]) and (b := row[1]) else asdict(row)
                 for row in rows[:MOST_LINES]]  # fmt: skip
        found[field.name] = {"count": len(rows), "rows": shown}
    return found

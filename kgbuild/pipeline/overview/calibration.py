"""Scores of statements, numbers of a model directory and people's judgements -> how far the graph's confidence can be trusted."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kgbuild.pipeline.listing import Standing, State, triple_of
from kgbuild.pipeline.overview.records import Band, Judged, Measured, Precision
from kgbuild.records import ONE, Scope, Verdict
from kgbuild.schema import Schema
from kgbuild.workspace.graph import WorkspaceGraph

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

WIDTH = 500
"""Of a band of scores, in ten-thousandths."""
LIMITS = (0, 6000, 7000, 8000, 9000, ONE + 1)
"""Of the bands in which judged facts are counted: these are few, so the bands are wide."""
PARTS = (("spans", "mentions"), ("links", "facts"))


def bands(db: sqlite3.Connection) -> tuple[Band, ...]:
    """How many statements of the graph have which score, from the lowest band that has one up to certainty."""
    group = f"min(score, {ONE - 1}) / {WIDTH}, scope"
    counts: Counter[tuple[int, bool]] = Counter()
    for band, scope, count in db.execute(f"SELECT {group}, count(*) FROM statement WHERE triple IS NOT NULL GROUP BY {group}"):
        counts[band, scope == Scope.STATED] += count
    # what stands on no triple of the graph is little: quarantined, below a minimum, rejected
    gone = (
        "SELECT DISTINCT triple FROM statement WHERE triple IS NOT NULL AND NOT EXISTS (SELECT 1 FROM triple WHERE id = triple)"
    )
    for (triple,) in db.execute(gone).fetchall():
        for band, scope in db.execute(f"SELECT {group} FROM statement WHERE triple = ?", (triple,)):
            counts[band, scope == Scope.STATED] -= 1
    lowest = min((band for band, _ in +counts), default=ONE // WIDTH)
    return tuple(Band(n * WIDTH, counts[n, True], counts[n, False]) for n in range(lowest, ONE // WIDTH))


def measured(ws: "Workspace") -> Measured:
    """What the current model's directory says of its calibration; nothing where it says nothing or is not there any more."""
    from kgbuild.pipeline.models import model_path

    model = ws.truth.model(ws.truth.meta("current_model") or "")
    file = model_path(model.path) / "metrics.json" if model is not None else None
    if file is None or not file.is_file():
        return Measured()
    try:
        told = json.loads(file.read_text("utf-8"))
    except (ValueError, OSError):
        return Measured()
    return _measured(told) if isinstance(told, dict) else Measured()


def _measured(told: dict[str, Any]) -> Measured:
    errors = told.get("calibration_error")
    errors = errors if isinstance(errors, dict) else {}
    found = tuple((words, float(errors[part])) for part, words in PARTS if isinstance(errors.get(part), int | float))
    documents = told.get("documents")
    return Measured(found, documents if isinstance(documents, int) else 0, tuple(_precision(told.get("user_documents"))))


def _precision(told: Any) -> Iterator[Precision]:
    groups = told.get("groups") if isinstance(told, dict) else None
    for name, group in (groups or {}).items():
        report = group.get("report") if isinstance(group, dict) and group.get("threshold") is not None else None
        if isinstance(report, dict) and report.get("items"):
            yield Precision(name, report["precision"], report["right"], report["items"], report["low"], report["high"])


def agreement(graph: WorkspaceGraph, schema: Schema, said: Iterable[Standing]) -> tuple[Judged, ...]:
    """What people said of facts, against the scores that the model gave them; the last word on a fact counts."""
    verdicts: dict[str, bool] = {}
    for standing in said:
        judgement = standing.judgement
        if standing.state is State.IN_FORCE and judgement.verdict in (Verdict.RIGHT, Verdict.WRONG) and judgement.right:
            verdicts[triple_of(graph, schema, judgement)] = judgement.verdict is Verdict.RIGHT
    scored = [(score, right) for id, right in verdicts.items() if (score := _score(graph, id)) is not None]
    return tuple(_counted(scored))


def _counted(scored: list[tuple[int, bool]]) -> Iterator[Judged]:
    for low, high in pairwise(LIMITS):
        inside = [(score, right) for score, right in scored if low <= score < high]
        if inside:
            right = sum(right for _, right in inside)
            yield Judged(low, min(high, ONE), right, len(inside) - right, sum(score for score, _ in inside) // len(inside))


def _score(graph: WorkspaceGraph, triple: str) -> int | None:
    row = graph.derived.db.execute("SELECT max(score) FROM statement WHERE triple = ?", (triple,)).fetchone()
    return None if row is None or row[0] is None else int(row[0])

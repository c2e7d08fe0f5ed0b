"""One sitting of a person before a workspace: which questions are open, skipped and judged, and what was said last.

Held in memory for as long as the server runs; what was judged is in the workspace. Methods may be called from several threads.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import NotFound
from kgbuild.pipeline.answering import Answer, answer
from kgbuild.pipeline.deciding import Decision
from kgbuild.pipeline.reviewing import Kind, Question, Questions, is_open, parse_id, questions, said_now
from kgbuild.workspace.graph import WorkspaceGraph

if TYPE_CHECKING:
    from kgbuild.pipeline.models import Models
    from kgbuild.pipeline.reports import BuildReport
    from kgbuild.pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Told:
    """What was said in this sitting: the question, the answer and the numbers of the judgements."""

    question: str
    answer: Answer
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a person stands. left: open questions, with those that were skipped; judged: in this sitting."""

    left: int
    judged: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Entities, triples and documents; entities by type and triples by predicate, most first."""

    sizes: dict[str, int]
    types: list[tuple[str, int]]
    predicates: list[tuple[str, int]]


SIZES = {"entities": "entity", "triples": "triple", "documents": "docnode"}


class Sitting:
    """A workspace folder and who sits before it. by: who is named in judgements; models: what stands in for them in tests."""

    def __init__(self, path: Path, by: str, models: "Models | None" = None) -> None:
        self.path = path
        self.by = by
        self.models = models
        self.told: list[Told] = []
        self._skipped: dict[str, None] = {}
        self._found: Questions | None = None
        self._open: tuple[tuple[str, tuple[int, ...]], list[Question]] | None = None
        self._counts: tuple[str, Counts] | None = None
        self._counting = threading.Lock()
        self.writing = threading.Lock()

    @contextmanager
    def workspace(self) -> Iterator["Workspace"]:
        """The workspace, opened for one request: connections of SQLite belong to one thread."""
        from kgbuild.pipeline.workspace import Workspace

        with Workspace(self.path, models=self.models) as ws:
            yield ws

    def prepare(self) -> None:
        """Count, and find the questions, before somebody asks."""
        with self.workspace() as ws, ws.source() as graph:
            self.counts(graph)
            if graph.imported is None:
                self.questions(ws, graph)

    # what is open ----------------------------------------------------------------------------------------------------

    def questions(self, ws: "Workspace", graph: WorkspaceGraph, kind: str = "") -> tuple[list[Question], Progress]:
        """Open questions, least certain first, skipped ones last; kind: only these."""
        with self._counting:
            found = self._open_questions(ws, graph)
        left = len(found) + self._beyond()
        if kind:
            found = [question for question in found if question.kind == kind]
        waiting = [question for question in found if question.id not in self._skipped]
        by_id = {question.id: question for question in found}
        again = [by_id[id] for id in self._skipped if id in by_id]
        return waiting + again, Progress(left, len(self.told), len(again))

    def _open_questions(self, ws: "Workspace", graph: WorkspaceGraph) -> list[Question]:
        """Worked out once for a state of the graph, and filtered once for what was said."""
        judgements = ws.judgements()
        known = graph.state, tuple(judgement.number for judgement in judgements)
        if self._found is None or self._found.state != graph.state:
            self._found = questions(graph.derived)
        if self._open is None or self._open[0] != known:
            said = said_now(graph, judgements, ws.schema()) if judgements else None
            self._open = known, [q for q in self._found.found if said is None or is_open(graph.derived, said, q)]
        return self._open[1]

    def counts(self, graph: WorkspaceGraph) -> "Counts":
        """How much of what there is; counted once for a state of the graph."""
        with self._counting:
            if self._counts is None or self._counts[0] != graph.state:
                derived = graph.derived
                sizes = {name: derived.count(table) for name, table in SIZES.items()}
                self._counts = graph.state, Counts(sizes, derived.entities_by_type(), derived.triples_by_predicate())
            return self._counts[1]

    def _beyond(self) -> int:
        """Questions that are counted and not held."""
        return self._found.total - len(self._found.found) if self._found else 0

    def skip(self, id: str) -> None:
        """Put a question at the end, until the server stops."""
        self._skipped.pop(id, None)
        self._skipped[id] = None

    # what is said ----------------------------------------------------------------------------------------------------

    def preview(self, id: str, said: Answer, why: str) -> Decision:
        """What an answer would change; nothing is kept."""
        with self.writing, self.workspace() as ws:
            kind, key = parsed(id)
            return answer(ws, kind, key, said, why=why, by=self.by, preview=True)

    def judge(self, id: str, said: Answer, why: str) -> Decision:
        """Save an answer as judgements."""
        with self.writing, self.workspace() as ws:
            kind, key = parsed(id)
            decision = answer(ws, kind, key, said, why=why, by=self.by)
        self.told.append(Told(id, said, tuple(judgement.number for judgement in decision.judgements)))
        self._skipped.pop(id, None)
        return decision

    def undo(self, numbers: Iterable[int] = ()) -> tuple[Decision, str]:
        """Take judgements back, by default those of the last answer of this sitting; and the question that is open again."""
        wanted = tuple(numbers)
        if not wanted and not self.told:
            raise NotFound("nothing was judged in this sitting; the list of judgements undoes earlier ones by number")
        last = None if wanted else self.told[-1]
        with self.writing, self.workspace() as ws:
            decision = ws.take_back(wanted or (last.numbers if last else ()))
        gone = {judgement.number for judgement in decision.undone}
        self.told = [told for told in self.told if not gone & set(told.numbers)]
        return decision, last.question if last else ""

    def build(self) -> "BuildReport":
        """Build the graph anew, so that it follows what was said."""
        with self.writing, self.workspace() as ws:
            return ws.build()


def parsed(id: str) -> tuple[Kind, tuple[str, ...]]:
    """Kind and key of a question's name. Raises NotFound for what names none."""
    try:
        return parse_id(id)
    except (ValueError, KeyError, TypeError):
        raise NotFound(f"no question is called {id[:80]!r}") from None

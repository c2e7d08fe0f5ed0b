"""Judgements -> appended (or taken back), with what the next build will make of them, and refused if it would set one aside.

The difference is that of a real build inside transactions that are taken back, so what is shown is what happens. All commands and
pages come this way; `Workspace.judge` and `undo` write one judgement without a look ahead.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kgbuild.build.built import Built
from kgbuild.build.fold import build
from kgbuild.build.inputs import input_digest
from kgbuild.build.words import words_now
from kgbuild.counts import counted
from kgbuild.errors import BuildError, NotFound
from kgbuild.pipeline.building import inputs_of
from kgbuild.pipeline.difference import Difference, Seen, difference
from kgbuild.records import Judgement, Verdict
from kgbuild.resolution.judge import check, check_all, contradiction, meaning, numbered, said
from kgbuild.workspace.database import transaction
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.graph import WorkspaceGraph
from kgbuild.workspace.lock import writer_lock
from kgbuild.workspace.truth import Truth

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

Complete = Callable[[WorkspaceGraph], list[Judgement]]
"""Given the graph as it would be, which further judgements it takes until the word is followed wholly."""

ROUNDS = 8
"""So often a word is completed by further judgements before it is refused."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided. judgements: new, with their numbers; undone: revoked; saved: False for a preview.

    difference: what the next build will change, None if that cannot be told yet (see notes); skipped: rows of a file that were in
    force already.
    """

    judgements: tuple[Judgement, ...] = ()
    undone: tuple[Judgement, ...] = ()
    difference: Difference | None = None
    saved: bool = True
    notes: tuple[str, ...] = ()
    skipped: int = 0


class _TakenBack(Exception):
    """Raised inside the transaction of a preview."""


@dataclass(slots=True)
class _Ahead:
    """The next build, looked at: what it changes, which judgements it sets aside, which further ones it takes."""

    difference: Difference | None = None
    against: dict[int, tuple[int, ...]] | None = None
    more: tuple[Judgement, ...] = ()
    notes: tuple[str, ...] = ()


def append(truth: Truth, judgement: Judgement) -> int:
    """Write one judgement; see `Workspace.judge`. Needs the writer's lock."""
    check(truth.judgements(), judgement)
    with transaction(truth.db, truth.path):
        return truth.put_judgement(replace(judgement, at=judgement.at or _now()))


def revoke(truth: Truth, number: int) -> None:
    """Revoke one judgement; see `Workspace.undo`. Needs the writer's lock."""
    with transaction(truth.db, truth.path):
        if not truth.revoke_judgement(number, _now()):
            raise NotFound(f"no judgement {number} in force")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def decide(
    ws: "Workspace",
    new: Sequence[Judgement] = (),
    *,
    undo: Iterable[int] = (),
    complete: Complete | None = None,
    preview: bool = False,
    notes: tuple[str, ...] = (),
    skipped: int = 0,
) -> Decision:
    """Append judgements and revoke others, all or nothing; with preview nothing is kept.

    Raises BuildError, naming the path, if a new one contradicts earlier ones; NotFound for a number that is not in force.
    """
    decision = Decision()
    with writer_lock(ws.path):
        earlier = ws.truth.judgements()
        undone = _in_force(earlier, undo)
        kept = [judgement for judgement in earlier if judgement not in undone]
        new = _unsaid(kept, new)
        at = _now()
        try:
            with transaction(ws.truth.db, ws.truth.path):
                for judgement in undone:
                    ws.truth.revoke_judgement(judgement.number, at)
                written, ahead = _write(ws, kept, [replace(j, at=j.at or at) for j in new], earlier, complete)
                decision = Decision(
                    tuple(written), tuple(undone), ahead.difference, not preview, (*notes, *ahead.notes), skipped
                )
                if preview:
                    raise _TakenBack
        except _TakenBack:
            pass
    return decision


def _unsaid(earlier: Iterable[Judgement], new: Sequence[Judgement]) -> Sequence[Judgement]:
    """Those that say something new. Raises BuildError if there are some, and none does."""
    said_before: dict[tuple[object, ...], Judgement] = {}
    called: dict[tuple[object, ...], tuple[object, ...]] = {}
    for judgement in earlier:
        key = meaning(judgement)
        if judgement.verdict in (Verdict.NAME, Verdict.TYPE):  # the last word counts
            said_before.pop(called.get(key[:2], ()), None)
            called[key[:2]] = key
        said_before[key] = judgement
    fresh = [judgement for judgement in new if meaning(judgement) not in said_before]
    if new and not fresh:
        before = said_before[meaning(new[0])]
        raise BuildError(f"{numbered(before)} says so already: {said(before)}; the next `kgbuild build` follows it")
    return fresh


def _in_force(judgements: Iterable[Judgement], numbers: Iterable[int]) -> list[Judgement]:
    known = {judgement.number: judgement for judgement in judgements}
    wanted = sorted(set(numbers))
    lost = [str(number) for number in wanted if number not in known]
    if lost:
        raise NotFound(f"no judgement {', '.join(lost)} in force; `kgbuild judgements` lists those that are")
    return [known[number] for number in wanted]


def _write(
    ws: "Workspace", kept: list[Judgement], new: list[Judgement], earlier: list[Judgement], complete: Complete | None
) -> tuple[list[Judgement], _Ahead]:
    """Write judgements, with what completes them; refuse them if the next build would set one aside."""
    written: list[Judgement] = []
    for _ in range(ROUNDS):
        check_all([*kept, *written], new)
        written += [replace(judgement, number=ws.truth.put_judgement(judgement)) for judgement in new]
        ahead = _look_ahead(ws, earlier, complete)
        if written:
            _refuse_conflicts(ahead, [*kept, *written], written)
        new = [replace(j, at=written[0].at, by=written[0].by, reason=written[0].reason) for j in ahead.more]
        if not new:
            return written, ahead
    raise BuildError(f"cannot judge {said(written[0])}: other names would follow; name them one by one")


def _refuse_conflicts(ahead: _Ahead, judgements: list[Judgement], written: list[Judgement]) -> None:
    """Raise the contradiction that the next build would meet."""
    known = {judgement.number: judgement for judgement in judgements}
    for number, against in (ahead.against or {}).items():
        path = [known[other] for other in against if other in known]
        if known[number] in written:
            raise contradiction(known[number], path)
        for new in (other for other in path if other in written):
            raise contradiction(new, [known[number], *(other for other in path if other not in written)])
        both = " and ".join(f"{numbered(j)}: {said(j)}" for j in (known[number], *path))
        raise BuildError(f"cannot judge {said(written[0])}: then these contradict each other: {both}; undo one of these first")


def _look_ahead(ws: "Workspace", earlier: list[Judgement], complete: Complete | None) -> _Ahead:
    """The next build, taken back in the end. What is not built yet for other reasons is no part of the difference."""
    behind = why_not_buildable(ws)
    if behind:
        return _Ahead(notes=(f"{behind}: what this changes is seen after that",))
    old, new = Derived(ws.path / "graph.db", readonly=True), Derived(ws.path / "graph.db")
    ahead = _Ahead(against={})
    before, after = Seen(), Seen()
    try:
        inputs = inputs_of(ws, partial=False)
        without = replace(inputs, judgements=tuple(earlier))
        already: set[int] = set()

        def look(built: Built) -> None:
            after.look(new, built.entities, built.triples)
            ahead.against = {number: others for number, others in built.against.items() if number not in already}
            ahead.more = tuple(complete(WorkspaceGraph(ws.truth, new))) if complete else ()

        def look_before(built: Built) -> None:
            before.look(new, built.entities, built.triples)
            already.update(built.against)

        if old.input == input_digest(without):
            already.update(words_now(ws.truth, old.db, earlier, inputs.schema).against)
        else:
            ahead.notes = ("other changes wait for `kgbuild build`, too; they are no part of this difference",)
            build(ws.truth, new, without, preview=True, look=look_before)
        build(ws.truth, new, inputs, preview=True, look=look)
        before.look(old, after.entities, after.facts)
        after.look(old, before.entities, before.facts)
        ahead.difference = difference(before, after)
    finally:
        old.close()
        new.close()
    return ahead


def why_not_buildable(ws: "Workspace") -> str:
    """What has to come before the next build; '' if nothing."""
    if not (ws.path / "graph.db").exists():
        return "there is no graph yet (`kgbuild build` makes it)"
    try:
        inputs = inputs_of(ws, partial=False)
    except BuildError:
        return "not everything is extracted yet (`kgbuild extract` does it)"
    missing = sum(len(ws.truth.missing(each.key, inputs.languages(each))) for each, _ in inputs.readers())
    return f"{counted(missing, 'passage is', 'passages are')} not extracted yet (`kgbuild extract` does it)" if missing else ""

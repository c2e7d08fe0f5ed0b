"""Commands that take a person's word: merge, split, reject, accept, rename, retype, judgements.

Each says what the next build will change; with --preview it says so in full and keeps nothing.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.decisions import decision_json, put_decision, standing_json, standing_rows
from kgbuild.cli.facts import put_written
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.session import Session, begin, opened
from kgbuild.counts import counted
from kgbuild.errors import Ambiguous, UsageError

if TYPE_CHECKING:
    from kgbuild.pipeline.deciding import Decision
    from kgbuild.pipeline.workspace import Workspace

STDOUT = "-"
NUMBERS = re.compile(r"(\d+)(?:-(\d+))?")

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with the judgement.", show_default=False)]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who says so [default: the login name].", show_default=False)
]
Preview = Annotated[bool, typer.Option("--preview", help="Show what the graph would change, and keep nothing.")]


class Action(StrEnum):
    """What `judgements` does."""

    LIST = "list"
    EXPORT = "export"
    IMPORT = "import"
    UNDO = "undo"


def merge(
    ctx: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", help="Name or id of an entity.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="Name or id of another one.", show_default=False)],
    why: Why = "",
    by: By = None,
    preview: Preview = False,
    json: AsJson = False,
) -> None:
    """Say that two entities are one.

    Stronger than any score; it stays through edits and other models until it is undone.

    kgbuild merge "Dan Best" "Daniel Best" --why "one adviser"
    """
    _decided(ctx, lambda ws: ws.merge(a, b, why=why, by=by, preview=preview), json=json)


def split(
    ctx: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", help="Name or id of an entity.", show_default=False)],
    mentions: Annotated[
        list[str] | None,
        typer.Option("--mentions", "-m", metavar="WHICH", help="A written name, a document, or numbers; repeatable."),
    ] = None,
    why: Why = "",
    by: By = None,
    preview: Preview = False,
    json: AsJson = False,
) -> int:
    """Say that some mentions of an entity are another one.

    WHICH is a name as written, the URI of a document (or a glob), or numbers (2,5-7) of the list that explain A shows. Without
    --mentions the list is shown.

    kgbuild split "Congress" --mentions "*Pranab_Mukherjee*" --why "the Indian party"
    """
    if not mentions:
        return _show_mentions(begin(ctx), a, json=json)
    _decided(ctx, lambda ws: ws.split(a, mentions, why=why, by=by, preview=preview), json=json)
    return 0


def _show_mentions(session: Session, name: str, *, json: bool) -> int:
    """The numbered mentions of an entity, and that some have to be named."""
    with opened(session) as ws, listed_hits(session):
        entity = ws.explain(ws.entity(name).id)[0]
    if json:
        raise UsageError("say which mentions are another entity: --mentions NAME, DOCUMENT or NUMBER")
    put(f"{entity.name}  {entity.type}  e:{entity.id}")
    put_written(entity, everything=True)
    session.note(f"say which of these are another entity: {session.command('split', name)} --mentions NUMBER, NAME or DOCUMENT")
    return UsageError.exit_code


def reject(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="ENTITY | t:ID | A PREDICATE B", help="An entity, or a fact.", show_default=False)
    ],
    why: Why = "",
    by: By = None,
    preview: Preview = False,
    json: AsJson = False,
) -> None:
    """Say that an entity is none, or that a fact is wrong.

    An entity goes with its mentions and facts, and stays away wherever its name stands.

    kgbuild reject "Inline" --why "half a name"
    kgbuild reject "United States" HAS_HEAD_OF_GOVERNMENT "Woodrow Wilson"
    """
    _decided(ctx, lambda ws: ws.reject(*words, why=why, by=by, preview=preview), json=json)


def accept(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="t:ID | A PREDICATE B", help="A fact.", show_default=False)],
    why: Why = "",
    by: By = None,
    preview: Preview = False,
    json: AsJson = False,
) -> None:
    """Say that a fact is right.

    It is kept although its score is too low or a rule drops it, and shown as asserted; the model must have seen it somewhere.

    kgbuild accept "Abu Mahdi al-Muhandis" CITIZEN_OF "Iraq"
    """
    _decided(ctx, lambda ws: ws.accept(*words, why=why, by=by, preview=preview), json=json)


def rename(
    ctx: typer.Context,
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Name or id of an entity.", show_default=False)],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to show.", show_default=False)],
    why: Why = "",
    by: By = None,
    preview: Preview = False,
    json: AsJson = False,
) -> None:
    """Give an entity the name that is shown.

    The written names stay as aliases.

    kgbuild rename "HHS" "Department of Health and Human Services"
    """
    _decided(ctx, lambda ws: ws.rename(entity, name, why=why, by=by, preview=preview), json=json)


def retype(
    ctx: typer.Context,
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Name or id of an entity.", show_default=False)],
    type: Annotated[str, typer.Argument(metavar="TYPE", help="A type of the schema.", show_default=False)],
    why: Why = "",
    by: By = None,
    preview: Preview = False,
    json: AsJson = False,
) -> None:
    """Give an entity another type.

    kgbuild retype "Islam" Miscellaneous
    """
    _decided(ctx, lambda ws: ws.retype(entity, type, why=why, by=by, preview=preview), json=json)


def judgements(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="[list|export|import|undo]", help="What to do.")] = Action.LIST,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="FILE | N…", help="A CSV file (- streams), or numbers.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="list: also what was undone.")] = False,
    by: By = None,
    preview: Preview = False,
    json: AsJson = False,
) -> None:
    """List, export, import or undo what people said.

    The list says which are in force, asleep or set aside, and why.

    kgbuild judgements
    kgbuild judgements export words.csv
    kgbuild judgements import words.csv --preview
    kgbuild judgements undo 3 5-7
    """
    given = words or []
    match action:
        case Action.LIST:
            if given:
                raise UsageError("judgements list takes no further words")
            _list(ctx, everything=everything, json=json)
        case Action.EXPORT:
            _export(ctx, _one(given, "export"))
        case Action.IMPORT:
            file = _one(given, "import")
            _decided(ctx, lambda ws: ws.import_judgements(file, by=by, preview=preview), json=json)
        case Action.UNDO:
            numbers = undone(given)
            _decided(ctx, lambda ws: ws.take_back(numbers, preview=preview), json=json)


def _one(words: Sequence[str], action: str) -> str:
    if len(words) != 1:
        raise UsageError(f"judgements {action} takes one FILE")
    return words[0]


def undone(words: Sequence[str]) -> list[int]:
    """Numbers and ranges (5-7) as numbers. Raises UsageError for anything else, or nothing."""
    found: list[int] = []
    for word in words:
        match = NUMBERS.fullmatch(word.removeprefix("#"))
        if match is None:
            raise UsageError(f"judgements undo takes numbers as `judgements list` shows them, not {word!r}")
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    if not found:
        raise UsageError("judgements undo takes numbers, as `judgements list` shows them")
    return found


def _list(ctx: typer.Context, *, everything: bool, json: bool) -> None:
    session = begin(ctx)
    with opened(session) as ws:
        found = ws.standings(revoked=everything)
    if json:
        put_json({"judgements": [standing_json(standing) for standing in found]})
    elif found:
        put_table(("n", "judgement", "by", "at", "why", "state"), standing_rows(found))
    else:
        put("no judgements yet")


def _export(ctx: typer.Context, out: str) -> None:
    session = begin(ctx)
    with opened(session) as ws:
        count = ws.export_judgements(sys.stdout if out == STDOUT else out)
    session.note(f"wrote {counted(count, 'judgement')}" + ("" if out == STDOUT else f" to {out}"))


def _decided(ctx: typer.Context, decide: "Callable[[Workspace], Decision]", *, json: bool) -> None:
    """Run one decision and say what came of it."""
    session = begin(ctx)
    with opened(session) as ws, listed_hits(session):
        decision = decide(ws)
    for note in decision.notes:
        session.note(f"note: {note}")
    if json:
        put_json(decision_json(decision))
    elif not session.quiet:
        put_decision(session, decision)


@contextmanager
def listed_hits(session: Session) -> Iterator[None]:
    """Where several things fit a name, list them with their ids on standard error before the error."""
    try:
        yield
    except Ambiguous as error:
        for id, told in error.hits:
            print(f"  {id}  {told}", file=sys.stderr)
        raise

"""Commands that say why: explain (an entity or a fact, with its sentences) and path (how two entities are connected)."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.facts import entity_json, fact_json, hits, put_entity, put_fact
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import plain, put, put_json, put_table
from kgbuild.cli.session import begin, opened
from kgbuild.counts import counted
from kgbuild.errors import NotFound, UsageError

if TYPE_CHECKING:
    from kgbuild.pipeline.reports import EntityExplanation, FactExplanation
    from kgbuild.pipeline.workspace import Workspace

FACT_WORDS = 3


def explain(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="NAME | ID | A PREDICATE B", help="An entity, or a fact.", show_default=False)
    ],
    json: AsJson = False,
) -> int:
    """Say why an entity or a fact is in the graph.

    Which names are one entity, and why; which sentences a fact stands on.

    kgbuild explain "United States"
    kgbuild explain "Alex Azar" EMPLOYED_BY "HHS"
    """
    session = begin(ctx)
    if len(words) not in (1, FACT_WORDS):
        raise UsageError("give one NAME or ID, or A PREDICATE B; put names of several words in quotes")
    if words[0].startswith("d:") and len(words) == 1:
        raise UsageError(f"{words[0]} is a document: `{session.command('show', words[0])}`")
    with opened(session) as ws:
        facts, entities = explained(ws, words)
    if json:
        put_json({"entities": [entity_json(e) for e in entities], "facts": [fact_json(f) for f in facts]})
        return 0
    for fact in facts:
        put_fact(fact, everything=session.verbose)
    if len(entities) > 1:
        put_table(("id", "type", "name", "documents", "mentions"), hits(entities))
        session.note(
            f"{counted(len(entities), 'entity', 'entities')} fit {words[0]!r}: {session.command('explain')} ID tells of one"
        )
    for entity in entities if len(entities) == 1 else ():
        put_entity(entity, everything=session.verbose)
    return 0


def explained(ws: "Workspace", words: list[str]) -> "tuple[list[FactExplanation], list[EntityExplanation]]":
    """What the words name: facts, or entities. A bare id may be a fact's, so what no entity has is looked up there."""
    if len(words) == FACT_WORDS or words[0].startswith("t:"):
        return ws.explain_fact(*words), []
    try:
        return [], ws.explain(words[0])
    except NotFound:
        with suppress(NotFound):
            return ws.explain_fact(words[0]), []
        raise


def path(
    ctx: typer.Context,
    start: Annotated[str, typer.Argument(metavar="A", help="Name or id of an entity.", show_default=False)],
    goal: Annotated[str, typer.Argument(metavar="B", help="Name or id of another one.", show_default=False)],
    json: AsJson = False,
) -> None:
    """Say how two entities are connected.

    A shortest chain of facts, with the sentences.

    kgbuild path "Alex Azar" "United States"
    """
    session = begin(ctx)
    with opened(session) as ws:
        facts = ws.connect(start, goal)
    if json:
        put_json({"facts": plain([fact_json(fact) for fact in facts])})
        return
    if not facts:
        put(f"{start} and {goal} are one and the same entity")
    for fact in facts:
        put_fact(fact, everything=session.verbose)

"""`kgbuild try`: a text -> all that a model sees in it, with scores, and what of it a build would take."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json, put_table, score
from kgbuild.cli.session import Session, begin, models
from kgbuild.errors import UsageError
from kgbuild.records import ANY, Extraction, Link, Scope

if TYPE_CHECKING:
    from kgbuild.config import Run
    from kgbuild.workspace.stored import StoredModel

DEFAULT = "default"
"""The name of the shipped model, and of the set of thresholds that builds use."""
Row = tuple[Any, ...]


def try_text(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A text; - reads it from standard input.", show_default=False)],
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="`default`, or the folder of a trained model.")
    ] = DEFAULT,
    json: AsJson = False,
) -> None:
    """Show all that a model sees in a text.

    Spans, chains and links with their scores, those that a build would leave out included. Needs no workspace.

    kgbuild try "Ada Lovelace was born in London."
    """
    begin(ctx)
    words = sys.stdin.read() if text == "-" else text
    if not words.strip():
        raise UsageError("the text is empty")
    described, extraction = extracted(model, words, runtime_settings(ctx.obj))
    if json:
        put_json({"model": described.name, **extraction_json(words, extraction, taken_scores(described))})
    else:
        put_extraction(words, extraction, taken_scores(described))


def runtime_settings(session: Session) -> "Run":
    """Settings of the runtime: those of the workspace if there is one, else the defaults."""
    from kgbuild.config import load_config

    return load_config(session.path / "kgbuild.toml").run


def extracted(model: str, text: str, run: "Run") -> tuple["StoredModel", Extraction]:
    """What a model sees in a text."""
    source = models()
    described = source.describe(model)
    extractor = source.load(described, run)
    try:
        return described, next(iter(extractor([text])))
    finally:
        extractor.close()


def taken_scores(model: "StoredModel") -> dict[tuple[str, str], int]:
    """(label, scope) -> the score from which a build takes it, with the model's default thresholds; absent: never."""
    return {(label, scope): least for label, scope, least in dict(model.thresholds)[DEFAULT]}


def taken(link: Link, least: dict[tuple[str, str], int]) -> bool:
    """Whether a build takes a link of this score in one of the scopes."""
    return any(link.score >= least[link.label, scope] for scope in Scope if (link.label, scope) in least)


def extraction_json(text: str, extraction: Extraction, least: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Spans, chains and links as JSON; `taken`: the model's default thresholds let it into a graph."""
    spans = extraction.spans
    floor = least.get((ANY, "span"), 0)
    return {
        "spans": [
            {"start": s.start, "end": s.end, "text": text[s.start : s.end], "label": s.label, "score": score(s.score), "taken": s.score >= floor}
            for s in spans
        ],
        "chains": extraction.chains,
        "links": [
            {"head": k.head, "tail": k.tail, "label": k.label, "score": score(k.score), "taken": taken(k, least)}
            for k in extraction.links
        ],
    }  # fmt: skip


def put_extraction(text: str, extraction: Extraction, least: dict[tuple[str, str], int]) -> None:
    """Spans, chains of several spans, and links, best first."""
    spans = extraction.spans
    words = [text[span.start : span.end] for span in spans]
    floor = least.get((ANY, "span"), 0)
    if not spans:
        put("the model sees no name in this text")
        return
    rows: list[Row] = [
        (n, words[n], s.label, s.start, s.end, score(s.score), mark(s.score >= floor)) for n, s in enumerate(spans)
    ]
    put_table(("#", "span", "label", "start", "end", "score", "taken"), rows)
    for chain in extraction.chains:
        if len(chain) > 1:
            put("the same: " + ", ".join(f"#{index} {words[index]}" for index in chain))
    links = sorted(extraction.links, key=lambda k: (-k.score, k.head, k.tail, k.label))
    if links:
        put()
        put_table(
            ("head", "relation", "tail", "score", "taken"),
            [(words[k.head], relation_words(k.label), words[k.tail], score(k.score), mark(taken(k, least))) for k in links],
        )


def mark(yes: bool) -> str:
    """A tick in a table."""
    return "yes" if yes else "no"


def relation_words(label: str) -> str:
    """A model's label with its words in the shipped schema: P108 (EMPLOYED_BY)."""
    from kgbuild.schema import load_schema

    relation = load_schema(None).relation_of(label)
    return f"{label} {relation.name}" if relation and relation.name != label else label

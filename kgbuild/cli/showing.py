"""The command show: one document, where it comes from and what was made of it."""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.documents import first, source_json
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json, put_table, score, shortened
from kgbuild.cli.session import begin, opened
from kgbuild.counts import count_words, counted
from kgbuild.errors import UsageError
from kgbuild.records import Unit

if TYPE_CHECKING:
    from kgbuild.pipeline.reports import Shown


def show(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="DOC", help="URI, the end of a URI, or id.", show_default=False)],
    text: Annotated[bool, typer.Option("--text", help="The stored text, to the letter.")] = False,
    blocks: Annotated[bool, typer.Option("--blocks", help="Its blocks with their kinds and places.")] = False,
    mentions: Annotated[bool, typer.Option("--mentions", help="What is mentioned, where, and which entity it became.")] = False,
    dropped: Annotated[bool, typer.Option("--dropped", help="What was left out, by rule.")] = False,
    metadata: Annotated[bool, typer.Option("--metadata", help="What the source says of itself.")] = False,
    json: AsJson = False,
) -> None:
    """Show one document.

    Where it comes from, and on demand its text, blocks, mentions, metadata and what was left out.

    kgbuild show reports/2019/opening.md --mentions
    """
    session = begin(ctx)
    with opened(session) as ws:
        shown = ws.show(document)
    parts = {"text": text, "blocks": blocks, "mentions": mentions, "dropped": dropped, "metadata": metadata}
    wanted = [name for name, given in parts.items() if given]
    if json:
        put_json(shown_json(shown, wanted))
        return
    if text and len(wanted) > 1:
        raise UsageError("--text gives the text to the letter and stands alone; --json gives all parts at once")
    if not wanted:
        put_overview(shown)
    for name in wanted:
        PARTS[name](shown)


def shown_json(shown: "Shown", wanted: list[str]) -> dict[str, Any]:
    """A document as JSON, with the parts asked for; all of them if none is named."""
    parts: dict[str, Any] = {
        "text": lambda: shown.text,
        "blocks": lambda: [{"kind": b.kind.value, "start": b.start, "end": b.end, "page": b.page} for b in shown.blocks],
        "mentions": lambda: [
            dict(zip(("type", "key", "entity", "start", "end", "text", "score", "by"), row, strict=True))
            for row in mention_rows(shown)
        ],
        "dropped": lambda: dict(dropped_rows(shown)),
        "metadata": lambda: dict(shown.source.metadata),
    }
    chosen = {name: parts[name]() for name in parts if name in wanted or not wanted}
    return source_json(shown.source) | {"sources": [s.uri for s in shown.sources], "language": shown.language} | chosen


def put_overview(shown: "Shown") -> None:
    """Where a document comes from and what is known of it."""
    source = shown.source
    put(f"{source.uri}  {source.outcome.value}" + (f": {source.reason}" if source.reason else ""))
    if source.document is None:
        return
    kinds = Counter(block.kind.value for block in shown.blocks)
    lines = [
        ("id", f"d:{source.document}"),
        ("title", first(source.metadata, "title")),
        ("date", first(source.metadata, "date")),
        ("also as", ", ".join(s.uri for s in shown.sources if s.uri != source.uri)),
        ("language", shown.language),
        ("text", f"{counted(count_words(shown.text), 'word')} in {counted(len(shown.passages), 'passage')}"),
        ("blocks", ", ".join(counted(count, kind.replace("_", " ")) for kind, count in kinds.most_common())),
        ("begins", shortened(shown.text, 100)),
    ]
    if shown.facts is not None:
        units = shown.facts.units
        lines.append(("mentions", f"{sum(len(unit.mentions) for unit in units)} of {counted(len(units), 'name')}"))
        lines.append(("says", counted(len(shown.facts.statements), "statement")))
        lines.append(("dropped", ", ".join(f"{count} {rule}" for rule, count in dropped_rows(shown))))
    for name, value in lines:
        if value:
            put(f"  {name:<9} {value}")


def put_text(shown: "Shown") -> None:
    """The text to the letter: offsets of quotes count its characters."""
    sys.stdout.write(shown.text + ("\n" if sys.stdout.isatty() else ""))


def put_blocks(shown: "Shown") -> None:
    """Blocks with their places in the text."""
    rows = [(b.kind.value, b.start, b.end, b.page, shown.text[b.start : b.end]) for b in shown.blocks]
    put_table(("block", "start", "end", "page", "text"), rows)


def put_mentions(shown: "Shown") -> None:
    """Mentions in text order, with the entity that each became."""
    put_table(("type", "name", "entity", "start", "end", "text", "score", "by"), mention_rows(shown))


def mention_rows(shown: "Shown") -> list[tuple[Any, ...]]:
    """(type, key, entity, start, end, text, score, extractor) of each mention, in text order; offsets in the document's text."""
    units: tuple[Unit, ...] = shown.facts.units if shown.facts else ()
    entities = shown.entities or ("",) * len(units)
    starts = {passage.index: passage.start for passage in shown.passages}
    rows = [
        (
            u.type,
            u.key,
            f"e:{entity}" if entity else "",
            starts[m.passage] + m.start,
            starts[m.passage] + m.end,
            m.text,
            score(m.score),
            m.by or "model",
        )
        for u, entity in zip(units, entities, strict=True)
        for m in u.mentions
    ]
    return sorted(rows, key=lambda row: (row[3], row[4]))


def dropped_rows(shown: "Shown") -> list[tuple[str, int]]:
    """(rule, count) of what was left out: blocks that are not read, then what build dropped."""
    dropped = shown.facts.dropped if shown.facts else ()
    return [*((f"not read: {rule}", count) for rule, count in shown.unread), *dropped]


def put_dropped(shown: "Shown") -> None:
    """What was left out, by rule."""
    put_table(("rule", "count"), dropped_rows(shown))


def put_metadata(shown: "Shown") -> None:
    """What the sources say of themselves."""
    for source in shown.sources:
        put_table((source.uri, ""), [(key, first(source.metadata, key)) for key, _ in source.metadata])


PARTS = {"text": put_text, "blocks": put_blocks, "mentions": put_mentions, "dropped": put_dropped, "metadata": put_metadata}

"""An Overview -> one HTML page for a stranger. Its content is a function of the overview: no clock, no machine, no path."""

from pathlib import Path

from kgbuild.counts import counted
from kgbuild.pages.markup import element, text
from kgbuild.pages.sheet import contents, section, sheet
from kgbuild.pipeline.overview import holds, trust
from kgbuild.pipeline.overview.fit import ADVICE
from kgbuild.pipeline.overview.records import Overview

STYLE = Path(__file__).with_name("page.css")
SECTIONS = (
    holds.facts, holds.entities, holds.relations, holds.groups, holds.documents,
    trust.left_out, trust.sureness, trust.people, trust.changes, trust.making,
)  # fmt: skip


def render(look: Overview) -> str:
    """The page."""
    parts = [make(look) for make in SECTIONS]
    title = f"The knowledge graph {look.name}"
    header = element(
        "header",
        element("h1", f"The knowledge graph {element('em', text(look.name))}") + _short(look) + _tiles(look) + _misfit(look),
    )
    return sheet(title, (header, contents(parts), *map(section, parts)), (STYLE,))


def _short(look: Overview) -> str:
    status = look.status
    read = (
        f"{counted(status.words, 'word')} in {counted(look.documents.nodes, 'document')}"
        if status.words
        else counted(look.documents.nodes, "document")
    )
    made = f"imported from {text(status.imported)}" if status.imported else f"made from {read}"
    return element(
        "p",
        f"{made[0].upper()}{made[1:]}. It holds the people, organizations, places and other things that are named there, and facts between "
        "them. Every fact names the sentences it stands on; nothing here was made up beyond what the model read in them, but it can "
        'misread: <a href="#sure">how sure</a> the graph is, and what was <a href="#left-out">left out</a>, is told below.',
        kind="lead",
    )  # fmt: skip


def _tiles(look: Overview) -> str:
    status = look.status
    tiles = (
        (look.documents.nodes, "documents", "#documents"),
        (status.mentions, "mentions", "#entities"),
        (status.entities, "entities", "#entities"),
        (status.triples, "facts between entities", "#relations"),
        (status.values, "facts with a value", "#relations"),
        (status.statements, "statements in documents", "#sure"),
    )
    return element("ul", "".join(_tile(*tile) for tile in tiles), kind="tiles")


def _tile(count: int, words: str, leads: str) -> str:
    return element("li", element("a", element("b", f"{count:,}") + element("span", text(words)), href=leads))


def _misfit(look: Overview) -> str:
    """What to say when the schema hardly fits, or nothing was read."""
    if look.fit.unread:
        return element("div", element("p", text(look.fit.unread.replace("`", ""))), kind="warning", role="note")
    if look.fit.fits:
        return ""
    reasons = "; ".join(look.fit.reasons)
    advice = text(ADVICE).split("`")
    told = "".join(element("code", part) if index % 2 else part for index, part in enumerate(advice))
    return element(
        "div",
        element(
            "p", f"{element('b', 'The schema hardly fits these documents.')} {text(reasons[:1].upper() + reasons[1:])}. {told}"
        ),
        kind="warning",
        role="note",
    )

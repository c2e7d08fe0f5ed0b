"""Sections -> one HTML page that needs nothing else: no script, no request, dark or light as the reader's screen is, printable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.pages.markup import element, text

STYLE = Path(__file__).with_name("base.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""What a browser may do for a page: show it. Whatever a text might smuggle in, nothing is run and nothing is asked for."""

BEGINNING = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">"""
"""How every page begins, and nobody else's: what tells one in a folder of documents."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page. title: text; about, content: safe HTML; id: what links lead to."""

    title: str
    about: str
    content: str
    id: str = ""


def sheet(title: str, body: Iterable[str], styles: Sequence[Path] = ()) -> str:
    """The page around safe pieces. title: text; styles: files of CSS that come after what all pages share."""
    style = "".join(file.read_text(encoding="utf-8") for file in (STYLE, *styles))
    head = f'<meta name="viewport" content="width=device-width, initial-scale=1">{element("title", text(title))}{element("style", style)}'
    return f"{BEGINNING}{head}</head>\n<body><main>\n" + "\n".join(filter(None, body)) + "\n</main></body></html>\n"


def section(part: Section) -> str:
    """A section with its heading."""
    about = element("p", part.about, kind="about") if part.about else ""
    return element("section", element("h2", text(part.title)) + about + part.content, id=part.id or None)


def contents(parts: Iterable[Section], label: str = "On this page") -> str:
    """Links to the sections that have an id."""
    items = (element("li", element("a", text(part.title), href=f"#{part.id}")) for part in parts if part.id)
    return element("nav", element("ul", "".join(items)), aria_label=label, kind="contents")

"""Texts and rows -> pieces of HTML. Everything that comes from outside passes `text`; what is returned here is safe to join."""

import html
from collections.abc import Iterable, Sequence

Cell = str | int | float | None


def text(value: object) -> str:
    """A value as escaped text."""
    return html.escape(str(value), quote=True)


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element around safe content; the attribute `kind` is written as class."""
    shown = "".join(
        f' {"class" if key == "kind" else key.replace("_", "-")}="{text(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{shown}>{content}</{name}>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kinds: Sequence[str] | None = None) -> str:
    """A table of safe cells; columns after the first stand right. kinds: a class for each row."""
    top = element("thead", element("tr", "".join(element("th", text(name)) for name in head)))
    body = []
    for number, row in enumerate(rows):
        kind = {"kind": kinds[number]} if kinds else {}
        body.append(element("tr", "".join(element("td", cell) for cell in row), **kind))
    return element("div", element("table", top + element("tbody", "\n".join(body))), kind="wide")


def number(value: Cell, digits: int = 1) -> str:
    """A fraction in per cent, a count with separators; nothing for None."""
    if value is None:
        return ""
    return f"{100 * value:.{digits}f}" if isinstance(value, float) else f"{value:,}"

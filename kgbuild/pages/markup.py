"""Texts and rows -> pieces of HTML. Everything that comes from outside passes `text`; what is returned here is safe to join."""

import html
import re
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit

Cell = str | int | float | None

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no page may hold, escaped or not."""
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that would turn round what follows them on the page."""


def text(value: object) -> str:
    """A value as escaped text."""
    return html.escape(DIRECTIONS.sub("", FORBIDDEN.sub("\ufffd", str(value))), quote=True)


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element around safe content; the attribute `kind` is written as class, None is left out."""
    shown = "".join(
        f' {"class" if key == "kind" else key.replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}>{content}</{name}>"


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    kinds: Sequence[str] | None = None,
    caption: str = "",
    words: Collection[int] = (),
) -> str:
    """A table of safe cells; the first column names the row, those after it stand right.

    kinds: a class for each row; words: columns (from 0) that hold words: they stand left and are wrapped.
    """
    named = element("caption", text(caption)) if caption else ""
    top = element("thead", element("tr", "".join(_head(name, at in words) for at, name in enumerate(head))))
    body = []
    for number, row in enumerate(rows):
        cells = element("th", row[0], scope="row") + "".join(_cell(cell, at in words) for at, cell in enumerate(row[1:], 1))
        body.append(element("tr", cells, kind=kinds[number] if kinds else None))
    region = {"role": "region", "aria_label": caption, "tabindex": 0} if caption else {}
    return element("div", element("table", named + top + element("tbody", "\n".join(body))), kind="wide", **region)


def _head(name: str, is_words: bool) -> str:
    kind = "words" if is_words else None
    return element("th", text(name), scope="col", kind=kind) if name else element("td", kind=kind)


def _cell(cell: str, is_words: bool) -> str:
    return element("td", cell, kind="words" if is_words else None)


def link(label: str, address: str) -> str:
    """A label (safe) that leads to an address of the web; without a link where the address is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return label
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return label
    return element("a", label, href=address, rel="noreferrer noopener")


def number(value: Cell, digits: int = 1) -> str:
    """A fraction in per cent, a count with separators; nothing for None."""
    if value is None:
        return ""
    return f"{100 * value:.{digits}f}" if isinstance(value, float) else f"{value:,}"

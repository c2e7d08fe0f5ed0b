"""One HTML file -> a Draft: its main text, title, date and what else its head says; filings as sec.py prepares them.

The main text is the largest of the elements that pages mark as such; where that is a sliver, all visible text is taken.
"""

from typing import Any

from selectolax.lexbor import LexborHTMLParser

from kgbuild.documents import sec
from kgbuild.documents.blocks import Draft, Limits, Piece, squeeze
from kgbuild.documents.chrome import in_chrome
from kgbuild.documents.dates import date_in_url, iso_date
from kgbuild.documents.encoding import declared_in_html, decode
from kgbuild.documents.html import Page, parse, walk

VERSION = 3

MAIN_SHARE = 0.2
"""Where the main text is a smaller share of the visible text, the visible text is taken."""
BESIDE = 0.25
"""Of several articles side by side those are read that are at least this part as long as the longest; shorter ones are teasers."""
MENUS = "lists of links in the main text are left out as menus"


def read(data: bytes, limits: Limits) -> Draft:
    """One HTML file: its main text, title and date."""
    text, notices = decode(data, declared_in_html(data))
    filing = sec.is_filing(text)
    if filing:
        text = sec.unwrap(text)
    text = sec.close_empty(text)
    tree = parse(text, limits)
    draft = Draft(notices=list(notices))
    draft.metadata.update(_described(tree))
    body = tree.body or tree.root
    if body is None:
        return draft
    if filing:
        draft.pieces = sec.tidy(walk(body, Page(page=False), limits).pieces)
        sec.describe(tree, text, draft)
        return draft
    draft.pieces, notice, trail = _main_text(tree, body, limits)
    draft.notices += notice
    _entitle(tree, draft, trail)
    return draft


def _main_text(tree: LexborHTMLParser, body: Any, limits: Limits) -> tuple[list[Piece], list[str], str]:
    """Pieces of a page's main text, a notice where the visible text was taken instead, and the breadcrumb's end."""
    visible = walk(body, Page(page=True), limits)
    everything = _letters(visible.pieces)
    nodes = tree.css("main, [role=main], article, #content, #mw-content-text, #main, #main-content, .main-content")[:50]
    found = [(node, walk(node, Page(page=True), limits)) for node in nodes if not in_chrome(node, visible.whole)]
    node, best = max(found, key=lambda one: _letters(one[1].pieces), default=(None, visible))
    pieces = best.pieces if node is None or node.tag != "article" else _articles(found, _letters(best.pieces))
    most = _letters(pieces)
    if node is None or not most:
        return visible.pieces, [], visible.trail
    if most < MAIN_SHARE * everything:
        share = f"{most / everything:.0%}"
        return visible.pieces, [f"the main text is only {share} of the visible text: the visible text is taken"], visible.trail
    return pieces, [MENUS] if best.menus else [], best.trail or visible.trail


def _articles(found: list[tuple[Any, Page]], most: int) -> list[Piece]:
    """Pieces of the longest article and of those beside it that are no teasers, in document order."""
    pieces: list[Piece] = []
    for node, page in found:
        if node.tag == "article" and not _is_in_article(node) and _letters(page.pieces) >= BESIDE * most:
            pieces += page.pieces
    return pieces


def _is_in_article(node: Any) -> bool:
    while (node := node.parent) is not None:
        if node.tag == "article":
            return True
    return False


def _letters(pieces: list[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)


def _described(tree: LexborHTMLParser) -> dict[str, str | tuple[str, ...]]:
    """What a page's head says about it."""
    said: dict[str, str] = {}
    for node in tree.css("meta[content]")[:200]:
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        said.setdefault(name.lower(), squeeze(attributes.get("content") or ""))
    found: dict[str, str | tuple[str, ...]] = {}
    for key, names in (
        ("date", ("article:published_time", "datepublished", "dc.date", "dcterms.date", "dcterms.issued", "date", "pubdate")),
        ("authors", ("author", "article:author", "dc.creator", "dcterms.creator")),
        ("url", ("og:url",)),
        ("title", ("og:title", "dc.title", "dcterms.title")),
    ):
        value = next((said[name] for name in names if said.get(name)), "")
        if key == "date":
            value = iso_date(value) or ""
        if value:
            found[key] = value
    html, canonical = tree.css_first("html"), tree.css_first("link[rel=canonical]")
    if html is not None and (language := (html.attributes.get("lang") or "").strip()):
        found["language"] = language
    if canonical is not None and (href := canonical.attributes.get("href")):
        found.setdefault("url", href)
    return found


def _entitle(tree: LexborHTMLParser, draft: Draft, trail: str) -> None:
    """Title and date of a page, from what it shows if its head does not say."""
    headings = [squeeze(node.text()) for node in tree.css("h1")[:5]]
    head = tree.css_first("head > title") or tree.css_first("title")
    title = squeeze(head.text()) if head is not None else ""
    shown = next((heading for heading in headings if heading and heading in title), "") or next(filter(None, headings), "")
    best = shown or str(draft.metadata.get("title", "")) or title or trail
    if best:
        draft.metadata["title"] = best
    if "date" not in draft.metadata:
        times = [node.attributes.get("datetime") or "" for node in tree.css("time[datetime]")[:1]]
        date = next(filter(None, map(iso_date, times)), None) or date_in_url(str(draft.metadata.get("url", "")))
        if date:
            draft.metadata["date"] = date

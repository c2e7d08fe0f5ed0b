"""A list or box of a page that is hardly more than links -> whether it is a menu, or a list that the page's text speaks of.

What its links are called and where they lead says it, what stands before it, and whether it stands in the main text. A list that
repeats the page's own headings (contents), pages of results, buttons for sharing and links of a site's frame are menus anywhere.
"""

import re
from typing import Any

from kgbuild.documents.blocks import squeeze

LISTS = frozenset({"ul", "ol", "div"})
CELLS = frozenset({"td", "p", "center"})
"""Boxes of old pages: only what a site's frame holds makes them menus."""
MAIN = frozenset({"main", "article"})
MOST = 0.85
"""A box whose links hold a larger share of its letters is hardly more than links."""
FAR = 60
"""Boxes around a list that are looked at: no page nests its text deeper, and a hostile one shall not cost its square."""
SENTENCE = 40
"""Characters outside of links that make a paragraph prose."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "legend", "summary"})
_WRAPPERS = frozenset({"div", "section", "ul", "ol", "dl", "span", "center", "font", "blockquote"})
_MAIN_NAMES = re.compile(
    r"(?:^|\s)(?:content|main|main-content|mw-content-text|entry-content|post-content|article-body)(?:$|\s)"
)
_HELD = "h1, main, article, [role=main]"
"""What a menu does not hold."""
_FRAME = re.compile(
    r"home|start|startseite|about(?: us)?|über uns|contact(?: us)?|kontakt|impressum|imprint|datenschutz(?:erklärung)?|login|log in|"
    r"log out|sign (?:in|up|out)|register|subscribe|search|suche|help|faqs?|site ?map|privacy(?: policy| notice)?|terms(?: of (?:use|service))?|"
    r"cookies?(?: policy| settings)?|accessibility|careers|jobs|news(?:letter)?|blog|press|rss|next|previous|prev|back|top|menu|more|"
    r"skip to .{3,20}",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"(?:share |tweet |post )?(?:on |by |via |to )?(?:facebook|twitter|x|linkedin|e-?mail|print|whats ?app|pinterest|reddit|telegram|instagram|"
    r"youtube|tumblr|flickr|mastodon|bluesky|copy link|link|share|tweet)",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"(?:share|tags?|tagged|filed under|follow us|connect with us|menu|navigation|contents?|table of contents|on this page|in this section|"
    r"quick ?links|useful links|most (?:read|popular|recent|viewed)(?: \w+)?|(?:related|more|latest|recent|recommended|popular|trending|similar|"
    r"other|further)(?: (?:articles?|posts?|stories|news|content|links|pages|topics|reading|items|videos))|archives?|blogroll|languages?|inhalt)\W*",
    re.IGNORECASE,
)
"""What stands above lists that lead away from a text."""


def is_menu(node: Any, tag: str) -> bool:
    """Whether a list or box of links is there to lead elsewhere, and not to tell."""
    if tag in CELLS:
        if (first := node.first_child) is None or first.next is None:  # a box of one thing: most cells of tables
            return False
    elif tag not in LISTS:
        return False
    if not 0 < len(text := node.text()) < 3_000:
        return False
    links = node.css("a")
    if len(links) < 5:
        return False
    labels = [squeeze(link.text()) for link in links]
    linked = sum(map(len, labels))
    if linked <= MOST * len(squeeze(text)) or linked >= 40 * len(links) or node.css_first(_HELD) is not None:
        return False
    return _is_frame(labels) if tag in CELLS else not _tells(node, links, labels)


def is_missed(menu: Any) -> bool:
    """Whether a menu stands in the main text and does not only repeat its headings, so that a person should know of it."""
    return _in_main(menu) and not _lead_here(menu.css("a"))


def _in_main(node: Any) -> bool:
    for _ in range(FAR):
        if (node := node.parent) is None:
            return False
        if _is_main(node):
            return True
    return False


def _is_main(node: Any) -> bool:
    if node.tag in MAIN:
        return True
    said = node.attributes if node.tag in ("div", "section", "td") else {}
    return said.get("role") == "main" or bool(_MAIN_NAMES.search(f"{said.get('class') or ''} {said.get('id') or ''}"))


def _tells(node: Any, links: list[Any], labels: list[str]) -> bool:
    """Whether a list of links belongs to the text around it."""
    if _leads_about(links, labels):
        return False
    before, tells = _before(node)
    if before.endswith(":") and tells:
        return True
    own = node.css_first("h2, h3, h4, h5, h6")
    if _BESIDE.fullmatch(before if own is None else squeeze(own.text())) or _share(_SHARING, labels) > 0.6:
        return False
    return _in_main(node) or tells


def _leads_about(links: list[Any], labels: list[str]) -> bool:
    """Whether links lead about the page itself, through pages of results, or to what a site's frame names."""
    short = sum(len(label) < 3 for label in labels)
    return _lead_here(links) or 2 * short > len(links) or _is_frame(labels)


def _is_frame(labels: list[str]) -> bool:
    """Whether links are those that a site has on all its pages."""
    return _share(_FRAME, labels) > max(1, len(labels) / 10) / len(labels)


def _lead_here(links: list[Any]) -> bool:
    """Whether most links lead to places of the same page."""
    here: int = sum((link.attributes.get("href") or "#").startswith("#") for link in links)
    return 2 * here > len(links)


def _share(pattern: re.Pattern[str], labels: list[str]) -> float:
    return sum(bool(pattern.fullmatch(label)) for label in labels) / len(labels)


def _before(node: Any) -> tuple[str, bool]:
    """What stands right before a list, lists like it left out, and whether that leads to it: prose, or a heading below prose."""
    said, heading = "", False
    for _ in range(5):
        node = _previous(node)
        if node is None:
            return said, False
        text = squeeze(node.text())
        said = said or text
        if node.tag in _HEADINGS:
            heading = True
        elif _is_prose(node, text):
            return said, True
        elif heading:
            continue
        elif node.tag not in _WRAPPERS or not node.css_first("a"):
            return said, False
    return said, False


def _previous(node: Any) -> Any:
    """The element or text before one that holds letters; where there is none, the one before its wrapper."""
    for _ in range(FAR):
        while (before := node.prev) is not None:
            node = before
            if (not node.tag.startswith("-") or node.tag == "-text") and squeeze(node.text() or ""):
                return node
        if (node := node.parent) is None or node.tag not in _WRAPPERS or _is_main(node) or _is_column(node):
            break
    return None


def _is_column(node: Any) -> bool:
    """Whether a box holds several lists of links under headings of their own, and nothing else: what stands beside a text."""
    headings = node.css("h2, h3, h4, h5, h6")
    if len(headings) < 2:
        return False
    links = [link for link in node.css("a") if link.css_first("h2, h3, h4, h5, h6") is None]
    told = sum(len(squeeze(one.text())) for one in (*links, *headings))
    return told > MOST * len(squeeze(node.text()))


def _is_prose(node: Any, text: str) -> bool:
    if node.tag == "-text":
        return len(text) >= SENTENCE or text.endswith(":")
    said: int = len(text) - sum(len(squeeze(link.text())) for link in node.css("a"))
    return "©" not in text and (said >= SENTENCE or (text.endswith(":") and 2 * said > len(text)))

"""An element of a page -> whether it is hidden, and whether it is chrome: navigation, advert, form. Knows nothing of pieces.

Names of classes and ids say it, roles and tags. A wrapper around the page's text is no chrome, whatever it is called
("has-sidebar"), nor is a section that is called after its own heading ("metadata").
"""

import re
from typing import Any

from kgbuild.documents.blocks import squeeze

CHROME = frozenset({"nav", "aside", "footer", "menu", "form", "search"})
CHROME_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar", "dialog", "alert"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BESIDE = frozenset({"aside", "footer"})
"""In the main text these hold boxes of facts and lines on the author, as well as teasers."""
PROSE = 40
"""Characters outside of links that make a box prose."""
MOST = 0.5
"""An element with a larger share of the text around it, and its main heading, is no chrome."""

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navbox\S*|navigation|menu|sidebar|breadcrumbs?|footer|masthead|cookies?|"
    r"share(?!-(?:capital|price|holder))|sharing|social(?!-(?:security|scien|studies|work|care|polic|welfare|insurance|justice|impact))|"
    r"related-posts|comments|toc|toclimit\S*|mw-editsection|mw-jump-link|noprint|metadata|ambox|catlinks|printfooter|advert\w*|"
    r"ads?(?!-hoc)|promo|skip|skipnav|skip-link|pager|pagination|sistersitebox|authority-control)(?:$|[\s_-])",
    re.IGNORECASE,
)
_STATES = re.compile(r"(?<!\S)(?:\S{1,80}-)?(?:has|with|without|no)-\S+", re.IGNORECASE)
"""Names that say what stands in or beside an element, not what it is: "has-sidebar"."""
_POST = re.compile(r"(?<!\S)(?:hentry|type-post|type-page)(?!\S)", re.IGNORECASE)
"""WordPress names a post after its categories and tags, whatever they are called."""
_UNSEEN_NAMES = re.compile(
    r"(?:^|\s)(?:visually-hidden|sr-only|screen-reader-text|usa-sr-only|mw-editsection|mw-jump-link|noprint)(?:$|\s)",
    re.IGNORECASE,
)
_MAIN = "h1, main, [role=main], #content, #main"
_WHOLE_PAGE = f"{_MAIN}, [name^=__VIEWSTATE]"
"""What stands in a form that holds a page and not only its fields: ASP.NET puts every page into one."""

_FIELDS = "input:not([type=hidden]), select, textarea, button"

Attributes = dict[str, str | None]


def names_of(attributes: Attributes) -> str:
    """Classes and id of an element, with a space between."""
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def is_hidden(node: Any, attributes: Attributes, names: str) -> bool:
    """Whether nobody sees an element. What is shown to eyes and spoken to ears in two elements counts once."""
    if "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
        return True
    if attributes.get("aria-hidden") == "true":
        return not _is_spoken_beside(node)
    return bool(_UNSEEN_NAMES.search(names))


def is_trail(node: Any, names: str, whole: int) -> bool:
    """Whether an element is a breadcrumb trail, and not a wrapper that is named after one. whole: as of `is_chrome`."""
    return "breadcrumb" in names.lower() and not _STATES.search(names) and not _is_wrapper(node, whole)


def is_chrome(node: Any, tag: str, attributes: Attributes, names: str, whole: int) -> bool:
    """Whether an element of a page is chrome. whole: how many characters the page's text has."""
    if tag in ("body", "main", "article"):
        return False
    if tag == "header":
        return not _inside(node, ("main", "article")) and not (node.css_first("h1") is not None and _is_prose(node))
    if tag == "form":
        return len(node.text()) < 2_000 and node.css_first(_WHOLE_PAGE) is None and not _is_page(node, whole)
    told = tag in BESIDE and _inside(node, ("main", "article")) and _is_prose(node)
    if not told and (tag in CHROME or attributes.get("role") in CHROME_ROLES):
        return True
    return tag not in HEADINGS and _is_named(node, tag, attributes, names, whole)


def in_chrome(node: Any, whole: int) -> bool:
    """Whether an element stands inside of chrome, or of what is hidden."""
    while (node := node.parent) is not None and node.tag not in ("body", "html", "-undef", "-document"):
        attributes = node.attributes
        names = names_of(attributes)
        if is_hidden(node, attributes, names) or is_chrome(node, node.tag, attributes, names, whole):
            return True
    return False


def _is_wrapper(node: Any, whole: int) -> bool:
    """Whether an element holds a page's main heading and most of its text."""
    return node.css_first(_MAIN) is not None and len(node.text()) > MOST * whole


def _is_page(form: Any, whole: int) -> bool:
    """Whether a form holds text and nothing to fill in, or most of a page with its paragraphs or lists."""
    if form.css_first("p, li, td, h2, h3") is None:
        return False
    return form.css_first(_FIELDS) is None or len(form.text()) > MOST * whole


def _is_named(node: Any, tag: str, attributes: Attributes, names: str, whole: int) -> bool:
    if names == " " or not _CHROME_NAMES.search(names):
        return False
    if _POST.search(names) or not _CHROME_NAMES.search(_STATES.sub(" ", names)):
        return False
    if (tag == "section" or "section" in names.split()) and _is_called_after_heading(node, attributes):
        return False
    return not _is_wrapper(node, whole)


def _is_called_after_heading(node: Any, attributes: Attributes) -> bool:
    """Whether a section's id is its heading's text, as tools for documentation make it."""
    first = node.first_child
    while first is not None and first.tag == "-text" and not (first.text_content or "").strip():
        first = first.next
    if first is None or first.tag not in HEADINGS:
        return False
    id = _letters(attributes.get("id") or "")
    return bool(id) and id == _letters(first.text())


def _is_prose(node: Any) -> bool:
    """Whether a box says something itself, more than its links do."""
    text = squeeze(node.text())
    linked = sum(len(squeeze(link.text())) for link in node.css("a"))
    return len(text) - linked >= max(PROSE, linked) and node.css_first("form, input, nav") is None and "©" not in text


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _is_spoken_beside(node: Any) -> bool:
    """Whether the next or the last element beside one says the same to screen readers alone."""
    text = squeeze(node.text())
    for beside in (_element(node, "next"), _element(node, "prev")):
        if text and beside is not None and _UNSEEN_NAMES.search(names_of(beside.attributes)):
            return squeeze(beside.text()) == text
    return False


def _element(node: Any, side: str) -> Any:
    """The next or previous element beside one; None if there is none."""
    node = getattr(node, side)
    while node is not None and node.tag.startswith("-"):
        node = getattr(node, side)
    return node


def _inside(node: Any, tags: tuple[str, ...]) -> bool:
    for _ in range(100):
        node = node.parent
        if node is None:
            return False
        if node.tag in tags:
            return True
    return False

"""Markdown with YAML front matter and Hugo shortcodes -> pieces and metadata.

Shortcodes go first, then CommonMark with tables is rendered to HTML, and the HTML reader makes the pieces: the HTML that
posts are full of is so read by the same rules.
"""

import re
from functools import cache
from html import unescape
from typing import Any

from kgbuild.documents import frontmatter, html
from kgbuild.documents.blocks import Draft, Limits, Piece, row, squeeze
from kgbuild.documents.dates import iso_date
from kgbuild.documents.encoding import decode
from kgbuild.records import CELL_GAP, BlockKind

VERSION = 3

SUMMARIES = ("deck", "summary", "description")
"""Metadata that is read as text where a post has no body."""
QUOTES = frozenset({"quote-block", "quote"})
TEXT_ARGUMENTS = ("kicker", "title", "intro", "caption", "text", "heading", "subtitle")
"""Arguments of a paired shortcode that a reader sees."""

_CODE = re.compile(
    r"{{([<%])\s{0,50}(/?)\s{0,50}([\w./-]{0,80}+)"
    r"((?:(?!{{[<%])[^\"`>%}]|\"(?:[^\"\\]|\\.){0,2000}+\"|`[^`]{0,2000}+`|[>%}](?!\s{0,9}})){0,4000}?)\s{0,50}/?\s{0,50}[>%]}}"
)
"""A shortcode: its brackets, the slash of a closing one, its name and its arguments. Bounded, so that no text takes long."""
_ARGUMENT = re.compile(r"([\w-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`)")
_LEFT = re.compile(r"{{[<%][^{}]{0,2000}[>%]}}|{%[^{}%]{0,2000}%}|{#[^{}#]{0,2000}#}")
_REPEATED = re.compile(r"^([\w-]+: .+)\n---+[ \t]*$", re.MULTILINE)
_VERBATIM = (
    r"((?:^|\n)[ \t]{0,3}(?P<fence>`{3,}+|~{3,}+)[^`\n]*\n.*?(?:\n[ \t]{0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<tick>`{1,3}+)(?!`)[^\n]{1,2000}?(?<!`)(?P=tick)(?!`))"
)
_COMMENT = re.compile(_VERBATIM + r"|<!--.*?(?:-->|\Z)", re.DOTALL)
"""A comment; or code (group 1), in which none begins."""
_NOTED = re.compile(
    _VERBATIM + r"|(?P<begins>^[ ]{0,3})?\[\^(?P<note>[^\[\]\s]{1,60})\](?(begins)(?P<defines>:[ \t]*)?)"
    r"|(?P<embed>!?)\[\[(?!\d+\]\])(?P<link>[^\[\]\n]{1,300})\]\](?![(\[])",
    re.DOTALL | re.MULTILINE,
)
"""A footnote's mark or the beginning of its text, or a link of a wiki; or code (group 1), in which there is none."""
_DEFINED = re.compile(r"^[ ]{0,3}\[\^([^\[\]\s]{1,60})\]:", re.MULTILINE)
_BOX = re.compile(r"\[[ xX]\]\s+(?=\S)")
_CALLOUT = re.compile(r"\[![A-Za-z][\w-]{0,30}\][+-]?\s*")
_IN_TARGET = re.compile(r"\]\(\s*<?[^()\s]*$|=\s*[\"']?[^\"'<>\s]*$")
_EMBED = re.compile(
    r"\[/?(?:(?:youtube|vimeo|caption|embed|gallery|slideshare|iframe|audio|video|tweet|wpvideo|toc)"
    r"(?:\s*|[\s=:][^\]\n]*(?:=|://|\s\d)[^\]\n]*|[\s=:]+\d+\s*)|[a-z_]+ [a-z_]+=[\"“”'′″][^\]\n]*)\](?!\(|\[[^\]/\n]{1,80}\])",
    re.IGNORECASE,
)
"""A shortcode of WordPress: a known name alone, or with an address or settings; "[Audio quality]" is text, and [video][1] a link."""
_STRAY = re.compile(
    r"\*{2,}|(?<![^\W_])_{2,}(?![^\W_])|(?<!\S)_(?=\S)|(?<=\S)_(?=[\s,.;:!?)]|$)|(?<=[.,!?])_(?=\w)|"
    r"(?<=\S)\s?\{[.#:][^{}]{1,80}\}|\]\s?\((?:https?:|mailto:|#|/)[^()]*\)"
)
"""What Markdown's rules leave standing where a writer broke them: emphasis not closed, attributes, targets of broken links."""
_BROKEN_LINK = re.compile(r"\[([^\[\]]{1,300})(?=\]\s?\((?:https?:|mailto:|#|/)[^()]*\))")
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff]")


def read(data: bytes, limits: Limits, *, drafts: bool = False) -> Draft:
    """One Markdown file. A post marked `draft: true` is skipped unless drafts is given."""
    text, notices = decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front, body = frontmatter.part_toml(text)
    said, problem = frontmatter.parse_toml(front)
    if not front:
        front, body = frontmatter.part(text)
        said, problem = frontmatter.parse(front)
    draft = Draft(notices=[*notices, *filter(None, [problem])], metadata=_metadata(said))
    if said.get("draft") == "true" and not drafts:
        draft.skipped = "draft: true"
        return draft
    draft.pieces = _pieces(_without_repeats(body, front), limits)
    if not any(_WORD.search(piece.text) for piece in draft.pieces):
        summary = next((said[key] for key in SUMMARIES if said.get(key)), "")
        if isinstance(summary, str) and summary:
            draft.pieces = _pieces(summary, limits)
    return draft


def _pieces(text: str, limits: Limits) -> list[Piece]:
    """Pieces of Markdown; marks of emphasis that their writer did not close are taken away."""
    pieces, _ = html.read_fragment(render(text), limits)
    return [piece if piece.kind is BlockKind.CODE else Piece(piece.kind, _tidy(_unboxed(piece))) for piece in pieces]


def _unboxed(piece: Piece) -> str:
    """A piece's text without the box of a task, or the kind of a call-out, at its beginning."""
    mark = (_BOX if piece.kind is BlockKind.LIST_ITEM else _CALLOUT).match(piece.text)
    return piece.text[mark.end() :] if mark else piece.text


def _without_repeats(body: str, front: str) -> str:
    """A body without lines of the front matter that some tool has copied before its rules ("key: value" above "---")."""
    lines = {line for line in front.split("\n") if re.match(r"[\w-]+: \S", line)}
    return _REPEATED.sub(lambda match: match[0] if match[1] not in lines else "\n", body)


def _tidy(text: str) -> str:
    if not _STRAY.search(text):
        return text
    cells = _STRAY.sub("", _BROKEN_LINK.sub(r"\1", text)).split(CELL_GAP)
    return row(cells)


def render(text: str) -> str:
    """HTML of Markdown; shortcodes, comments and template tags are gone."""
    text = _COMMENT.sub(lambda match: match[1] or "", shortcodes(text))
    text = _LEFT.sub("", _EMBED.sub("", _without_marks(text)))
    return str(_parser().render(text))


def _without_marks(text: str) -> str:
    """Text without the marks of footnotes that it has, whose texts become paragraphs, and with links of wikis as their text."""
    if "[^" not in text and "[[" not in text:
        return text
    defined = set(_DEFINED.findall(text))

    def plain(match: re.Match[str]) -> str:
        if match[1] is not None or (match["note"] and match["note"] not in defined):
            return match[0]
        if match["note"]:
            return "\n\n" if match["defines"] else (match["begins"] or "")
        target, _, shown = match["link"].replace("\\|", "|").partition("|")
        return "" if match["embed"] else shown or target.partition("#")[0] or target.strip("#")

    return _NOTED.sub(plain, text)


def shortcodes(text: str) -> str:
    """Text without Hugo shortcodes; what stands inside paired ones stays, as do a quotation and its source.

    In the target of a link a shortcode becomes "#", so that the link stays one.
    """
    paired = {match[3] for match in _CODE.finditer(text) if match[2]}
    out, last = [], 0
    for match in _CODE.finditer(text):
        before = text[last : match.start()]
        out.append(before)
        if _IN_TARGET.search(text[max(0, match.start() - 200) : match.start()]):
            out.append("#")
        else:
            out.append(_spoken(match[3], bool(match[2]), dict(_arguments(match[4])), match[3] in paired))
        last = match.end()
    out.append(text[last:])
    return "".join(out)


def _arguments(text: str) -> list[tuple[str, str]]:
    return [(m[1], (m[2] or m[3] or "").replace('\\"', '"')) for m in _ARGUMENT.finditer(text)]


def _spoken(name: str, closing: bool, arguments: dict[str, str], paired: bool) -> str:
    """What of a shortcode a reader would read, as Markdown on lines of its own."""
    if closing:
        return "\n\n"
    if name in QUOTES:
        quote, cite = arguments.get("text", ""), arguments.get("cite", "")
        return f"\n\n{quote}{' — ' if quote and cite else ''}{cite}\n\n"
    if paired:
        return "".join(f"\n\n{arguments[key]}" for key in TEXT_ARGUMENTS if arguments.get(key)) + "\n\n"
    return ""


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    # posts are full of indented HTML and prose; code stands in fences
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("code")


def _metadata(said: frontmatter.Values) -> frontmatter.Values:
    """Front matter with character references decoded, empty values gone, and the date in ISO form."""
    found: frontmatter.Values = {}
    for key, value in said.items():
        if isinstance(value, tuple):
            value = tuple(filter(None, (squeeze(unescape(item)) for item in value)))
        else:
            value = squeeze(unescape(unescape(value)))
        if value:
            found[key] = value
    if isinstance(date := found.get("date"), str) and (iso := iso_date(date)):
        found["date"] = iso
    if "author" in found:
        found.setdefault("authors", found.pop("author"))
    return found

"""Rows or objects with named fields -> one Draft each: which field is text, id, title and date, by option or by guess.

A guess is said in a notice and kept with every source. Knows nothing of files.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from kgbuild.documents import html
from kgbuild.documents.blocks import Draft, Limits, Piece, references, replace_unfit, squeeze
from kgbuild.documents.dates import date_in_url, iso_date
from kgbuild.documents.text import paragraphs
from kgbuild.errors import Quarantined
from kgbuild.hashing import digest
from kgbuild.records import BlockKind

VERSION = 3

Value = str | tuple[str, ...]
Record = Mapping[str, Value]

NAMES = {
    "text": ("text", "content", "body", "article", "fulltext", "full_text", "article_text", "document", "contents", "story", "html",
             "description", "abstract", "summary", "message"),
    "id": ("id", "_id", "uuid", "guid", "doc_id", "docid", "document_id", "article_id", "key"),
    "url": ("url", "link", "uri", "permalink", "source_url", "href"),
    "title": ("title", "headline", "heading", "subject", "name"),
    "date": ("date", "published", "published_at", "pubdate", "publication_date", "publish_date", "date_published", "datetime",
             "created_at", "created", "timestamp", "time"),
}  # fmt: skip
"""Names by which the roles of fields are guessed, best first, compared in lower case."""
SURE_NAMES = frozenset({"text", "content", "body", "article", "fulltext", "full_text", "article_text"})
"""Fields of these names are text, however short."""
LONGEST_VALUE = 1_000
"""Longer values are no metadata: they are left out, and it is said."""
SAMPLE = 200
MOST_NAMED = 20
NO_FIELD = "no field "

_TAG = re.compile(
    r"</?(?:p|br|div|a|span|li|ul|ol|h[1-6]|table|tr|td|strong|em|b|i|img|section|article)\b[^<>]*>", re.IGNORECASE
)
_WRITTEN = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}")
"""Without one of these a backslash is a backslash: C:\\new is a folder."""
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([nrt])")
_ITEM = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|None|nan|True|False|[-+.\deE]*)\s*(?:,|\]\Z)""", re.DOTALL)
"""An item of a printed list, with what ends it; what is no text is none."""
_BRACKET = re.compile(r"[\[\]]")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True, slots=True)
class Roles:
    """Which field is what; "" for none. html: fields that hold HTML; guessed: roles that nobody named."""

    text: tuple[str, ...]
    id: str = ""
    url: str = ""
    title: str = ""
    date: str = ""
    html: tuple[str, ...] = ()
    guessed: bool = False

    def __str__(self) -> str:
        named = [("text", "+".join(self.text)), ("id", self.id), ("url", self.url), ("title", self.title), ("date", self.date)]
        return ", ".join(f"{role} from {name!r}" for role, name in [*named, ("HTML", "+".join(self.html))] if name)


def choose(
    records: Sequence[Record],
    *,
    text: tuple[str, ...] = (),
    id: str = "",
    title: str = "",
    date: str = "",
    html: tuple[str, ...] = (),
) -> Roles:
    """Roles of the fields of these records: what is given, and a guess for the rest; text is () if no field looks like one.

    Raises Quarantined, with a reason that begins with NO_FIELD, if a given field is in no record.
    """
    known = dict.fromkeys(name for record in records[:SAMPLE] for name in record if name.strip())
    for name in (*text, id, title, date, *html):
        if name and name not in known and not any(name in record for record in records):
            raise Quarantined(no_field(name, known))
    texts = text or _text_field(records, list(known))
    taken = {*texts, id, title, date}

    inside = texts[0].rpartition(".")[0] if texts else ""

    def guess(role: str, given: str) -> str:
        if given:
            return given
        names = {name.lower().strip(): name for name in known if name not in taken}
        wanted = [*NAMES[role], *(f"{inside}.{n}".lower() for n in NAMES[role] if inside)]
        return next((names[n] for n in wanted if n in names and _usable(records, names[n], role)), "")

    roles = {"id": guess("id", id), "url": guess("url", ""), "title": guess("title", title), "date": guess("date", date)}
    marked = html or tuple(name for name in texts if _is_html(records, name))
    return Roles(texts, **roles, html=marked, guessed=not text)


def no_field(name: str, known: Iterable[str]) -> str:
    """Why a file or record is not read that lacks a field; a long list of what it has is cut."""
    names = list(map(repr, known))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{NO_FIELD}{name!r}; there are {', '.join(names[:MOST_NAMED])}{more}"


def drafts(records: Sequence[Record], roles: Roles, limits: Limits) -> list[Draft]:
    """One draft a record, each with a key of its own: id, else url, else digest of its content and ordinal."""
    found = [_draft(record, roles, limits) for record in records]
    seen: dict[str, int] = {}
    taken = {_key(record, roles) for record in records}
    for draft, record in zip(found, records, strict=True):
        key = _key(record, roles) or digest("record", draft.content)
        seen[key] = seen.get(key, 0) + 1
        draft.key = key
        if seen[key] > 1:
            draft.key = next(one for n in count(seen[key]) if (one := f"{key}~{n}") not in taken)
        taken.add(draft.key)
        if seen[key] == 2 and (roles.id or roles.url):
            draft.notices.append(f"several records are called {key!r}; the later ones are numbered ~2, ~3, …")
    told: set[str] = set()
    for draft in found:
        draft.notices = [notice for notice in draft.notices if notice not in told and not told.add(notice)]  # type: ignore[func-returns-value]
    if found and roles.guessed:
        found[0].notices.insert(0, f"{roles} (a guess; name others with --text, --id, --title, --date)")
    return found


def canonical(record: Mapping[str, object]) -> str:
    """A record as JSON with sorted keys: what its digest is taken of."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    return in_order(value) if isinstance(value, set | frozenset) else str(value)


def in_order(values: Iterable[Any]) -> list[Any]:
    """A list as it stands; of a set, which has no order of its own, the same one each time."""
    return sorted(values, key=str) if isinstance(values, set | frozenset) else list(values)


def decoded(value: Value) -> Value:
    r"""A value with literal \uXXXX escapes, the brackets of a printed list and outer space taken away."""
    if isinstance(value, tuple):
        return tuple(str(decoded(item)) for item in value)
    value = value.strip()
    if value.startswith("[") and value.endswith("]") and not _closes_early(value):
        return _printed_list(value)
    return unescaped(value)


def _closes_early(value: str) -> bool:
    """Whether the bracket that opens a value closes before its end: "[Applause] Thank you. [Laughter]"."""
    depth = 0
    for match in _BRACKET.finditer(value, 0, len(value) - 1):
        depth += 1 if match[0] == "[" else -1
        if not depth:
            return True
    return False


def unescaped(text: str) -> str:
    r"""Text with literal \uXXXX and \n escapes decoded, pairs of surrogates joined."""
    if not _WRITTEN.search(text):
        return text
    text = _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else {"n": "\n", "r": " ", "t": " "}[m[3]], text)
    return _SURROGATES.sub(lambda m: m[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


def _printed_list(value: str) -> Value:
    """A list as Python prints it: its texts, or, if it is no such list, what stands between the brackets."""
    if value[1:2] in "'\"" and len(value) < 20_000:
        items: list[str] = []
        at = 1
        while match := _ITEM.match(value, at):
            items += [] if match[1] is None and match[2] is None else [match[1] or match[2] or ""]
            at = match.end()
        if at == len(value):  # nothing else stands in it: a text in brackets may begin with a quotation
            return tuple(map(unescaped, items))
    return unescaped(value[1:-1].strip())


def _draft(record: Record, roles: Roles, limits: Limits) -> Draft:
    draft = Draft(content=canonical(record))
    values = {name: decoded(value) for name, value in record.items()}
    if any(values[name] != _stripped(value) for name, value in record.items()):
        draft.notices.append("literal \\uXXXX escapes or list brackets in values were decoded")
    trail = ""
    for name in roles.text:
        pieces, end = _pieces(_flat(values.get(name, "")), name in roles.html, limits)
        draft.pieces += pieces
        trail = trail or end
    draft.metadata = _metadata(values, roles, draft)
    title = _field(values, roles.title) or trail
    if title:
        draft.metadata["title"] = squeeze(references(title))
    url = _field(values, roles.url)
    if url:
        draft.metadata["url"] = url
    date = iso_date(_field(values, roles.date)) or date_in_url(url or _field(values, roles.id))
    if date:
        draft.metadata["date"] = date
    if roles.guessed:
        draft.metadata["fields"] = str(roles)
    return draft


def _metadata(values: Mapping[str, Value], roles: Roles, draft: Draft) -> dict[str, Value]:
    """All fields that have no role; unnamed and overlong ones are left out."""
    found: dict[str, Value] = {}
    for name, value in values.items():
        if not name.strip() or name in roles.text or name in (roles.title, roles.url) or not value:
            continue
        if len(value if isinstance(value, str) else "".join(value)) > LONGEST_VALUE:
            draft.notices.append(f"field {name!r} is not kept where it is longer than {LONGEST_VALUE:,} characters")
            continue
        found[squeeze(name)] = squeeze(references(value)) if isinstance(value, str) else tuple(squeeze(item) for item in value)
    return found


def _pieces(text: str, marked: bool, limits: Limits) -> tuple[list[Piece], str]:
    if marked:
        return html.read_fragment(text, limits)
    return list(paragraphs(references(text))), ""


def _key(record: Record, roles: Roles) -> str:
    return replace_unfit(_field(record, roles.id).strip() or _field(record, roles.url).strip())[0]


def _field(record: Record, name: str) -> str:
    """A field as one text; "" if no field has that role (some files do have a field without a name)."""
    return _flat(record.get(name, "")) if name else ""


def _flat(value: Value) -> str:
    return value if isinstance(value, str) else "\n\n".join(value)


def _stripped(value: Value) -> Value:
    return value.strip() if isinstance(value, str) else value


def _text_field(records: Sequence[Record], names: list[str]) -> tuple[str, ...]:
    """The field that is text by its name, else the longest one if it holds sentences."""
    lower = {name.lower().strip(): name for name in names}
    sample = records[:SAMPLE]
    lengths = {name: sum(len(_flat(record.get(name, ""))) for record in sample) / max(1, len(sample)) for name in names}
    for name in NAMES["text"]:
        if name in lower and lengths[lower[name]] >= (1 if name in SURE_NAMES else 20):
            return (lower[name],)
    for name in names:
        last = name.rpartition(".")[2].lower().strip()
        if "." in name and last in NAMES["text"] and lengths[name] >= (1 if last in SURE_NAMES else 20):
            return (name,)
    longest = max(names, key=lambda name: lengths[name], default="")
    return (longest,) if longest and lengths[longest] >= 80 else ()


def _usable(records: Sequence[Record], name: str, role: str) -> bool:
    """Ids and URLs must be there and unlike; a date must be one."""
    values = [_flat(record.get(name, "")).strip() for record in records]
    if role in ("id", "url"):
        return all(values) and len(set(values)) == len(values) and max(map(len, values)) < 500
    if any(isinstance(record.get(name), tuple) for record in records[:SAMPLE]):
        return False
    if role == "date":
        return any(iso_date(value) for value in values[:SAMPLE])
    return any(values)


def _is_html(records: Sequence[Record], name: str) -> bool:
    sample = [_flat(record.get(name, "")) for record in records[:SAMPLE]]
    return sum(len(_TAG.findall(text)) >= 2 for text in sample) * 2 >= max(1, sum(map(bool, sample)))


def table(records: Sequence[Sequence[str]]) -> list[Piece]:
    """Rows as a table: what is done with a file in which no field is a text."""
    from kgbuild.documents.blocks import row

    return [Piece(BlockKind.TABLE_ROW, text) for cells in records if (text := row(map(str, cells)))]

"""Front matter in YAML or TOML -> metadata. YAML from the parser's events: no object is ever constructed, no alias expanded.

All scalars stay text as written. Nested mappings become dotted keys. Knows the two languages, not what the keys mean.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kgbuild.errors import Quarantined

Values = dict[str, str | tuple[str, ...]]

LIMIT = 200_000
DEPTH = 50
_FENCED = re.compile(r"\ufeff?\s*^---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FENCED_TOML = re.compile(r"\ufeff?\s*^\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def part(text: str) -> tuple[str, str]:
    """(front matter, body) of a Markdown text; the front matter is "" if there is none. It may stand after blank lines."""
    match = _FENCED.match(text)
    if match is None or not re.search(r"^[\w-]+[ \t]*:|\A(?:\s*#.*\n)*\s*\Z", match[1], re.MULTILINE):
        return "", text  # rules around a heading and its text
    return match[1], text[match.end() :]


def part_toml(text: str) -> tuple[str, str]:
    """As `part`, for front matter in TOML, between two lines of +++."""
    match = _FENCED_TOML.match(text)
    if match is None or not re.search(r"^[ \t]*[\w.\"'-]+[ \t]*=", match[1], re.MULTILINE):
        return "", text
    return match[1], text[match.end() :]


def parse_toml(text: str) -> tuple[Values, str]:
    """As `parse`, for TOML. Front matter that is not valid gives no metadata."""
    import tomllib

    if len(text) > LIMIT:
        raise Quarantined(f"front matter of more than {LIMIT:,} characters")
    try:
        said = tomllib.loads(text)
    except ValueError as error:
        return {}, f"the front matter is not valid TOML: {error}"
    found: Values = {}
    waiting: list[tuple[str, Any]] = [*said.items()]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{key}.{inner}", item) for inner, item in value.items()]
        elif isinstance(value, list):
            found[key] = tuple(_toml_text(item) for item in value if not isinstance(item, dict | list))
        else:
            found[key] = _toml_text(value)
    return found, ""


def _toml_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def parse(text: str) -> tuple[Values, str]:
    """Metadata of front matter, and what is wrong with it ("" if nothing is).

    Front matter that is not valid YAML gives the metadata up to the error. An alias gives nothing: most are stars that want
    quotes, and others can stand for gigabytes. Raises Quarantined above the limits of size and depth.
    """
    if len(text) > LIMIT:
        raise Quarantined(f"front matter of more than {LIMIT:,} characters")
    found: dict[str, list[str]] = {}
    lists: set[str] = set()
    aliases: list[str] = []
    try:
        for key, value, listed in _scalars(text, aliases):
            found.setdefault(key, []).append(value)
            if listed:
                lists.add(key)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark is not None else ""
        problem = getattr(error, "problem", None) or "cannot be parsed"
        return _values(found, lists), "; ".join([*aliases[:1], f"the front matter is not valid YAML{where}: {problem}"])
    return _values(found, lists), "".join(aliases[:1])


def _values(found: dict[str, list[str]], lists: set[str]) -> Values:
    return {key: tuple(values) if key in lists else values[-1] for key, values in found.items()}


def _scalars(text: str, aliases: list[str]) -> Iterator[tuple[str, str, bool]]:
    """(dotted key, text, whether it stands in a list) of every scalar that is not null; what there is to say of aliases is added."""
    path: list[str | None] = []  # per open collection: None in a list, else the key that waits for its value ("" for none)
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 2 if event.start_mark else 1
            aliases.append(
                f"the front matter has a YAML alias, *{event.anchor} (line {line}), which is not read: put quotes around it"
            )
            if path and path[-1] is not None:
                path[-1] = "_" if path[-1] == "" else ""
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            path.append("" if isinstance(event, yaml.MappingStartEvent) else None)
            if len(path) > DEPTH:
                raise Quarantined(f"front matter nested more than {DEPTH} levels deep")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            path.pop()
            if path and path[-1]:
                path[-1] = ""
        elif isinstance(event, yaml.ScalarEvent):
            if not path:
                continue
            if path[-1] == "":
                path[-1] = event.value or "_"
                continue
            if event.value.strip() and not (event.implicit[0] and event.value in _NULLS):
                yield ".".join(key for key in path if key), event.value, None in path
            if path[-1] is not None:
                path[-1] = ""

"""YAML that knows where it stands: each node of a schema file with its line, read as what is expected there or refused."""

import re
from dataclasses import dataclass

import yaml

from kgbuild.errors import SchemaError

absolute_iri = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML node that knows where it stands. Scalars are read as written: `NO` is a label, never false."""

    node: yaml.Node
    source: str

    def error(self, what: str, advice: str) -> SchemaError:
        """What is wrong at this place, and what to do."""
        return SchemaError(f"{self.source}:{self.node.start_mark.line + 1}: {what}; {advice}")

    def mapping(self, known: tuple[str, ...] = ()) -> dict[str, "Node"]:
        """The nodes of a mapping by key; known: the keys that it may have."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("a mapping is expected here", "write `key: value` lines")
        found: dict[str, Node] = {}
        for key_node, value in self.node.value:
            key = Node(key_node, self.source)
            name = key.text()
            if name in found:
                raise key.error(f"{name} stands here twice", "remove one of them")
            if known and name not in known:
                raise key.error(f"unknown key {name!r}", f"known keys: {', '.join(known)}")
            found[name] = Node(value, self.source)
        return found

    def text(self) -> str:
        """One plain text."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.error("a word is expected here", "write one plain text")
        return str(self.node.value).strip()

    def texts(self) -> tuple[str, ...]:
        """A list of texts, or a single one; none twice."""
        if isinstance(self.node, yaml.ScalarNode):
            return (self.text(),)
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("a list is expected here", "write [A, B]")
        found = [Node(item, self.source).text() for item in self.node.value]
        for index, item in enumerate(found):
            if item in found[:index]:
                raise self.error(f"{item} stands twice in this list", "remove one of them")
        return tuple(found)

    def flag(self) -> bool:
        """True or false."""
        if (value := self.text().lower()) not in ("true", "false"):
            raise self.error(f"{value!r} is neither true nor false", "write true or false")
        return value == "true"

    def iri(self, prefixes: dict[str, str]) -> str:
        """An IRI, written in full or with a prefix."""
        value = self.text()
        prefix, colon, rest = value.partition(":")
        if colon and prefix in prefixes:
            value = prefixes[prefix] + rest
        elif not colon or ("/" not in rest and prefix.lower() not in ("urn", "tag", "mailto")):
            raise self.error(f"{value!r} is no IRI", f"write it in full, or with one of {', '.join(sorted(prefixes))}")
        if not absolute_iri.fullmatch(value):
            raise self.error(f"{value!r} is no IRI", "percent-encode spaces, quotes and angle brackets")
        return value


def compose(text: str, source: str) -> yaml.Node:
    """The root node of a YAML text without aliases. Raises SchemaError with source and line."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
                raise SchemaError(f"{source}:{event.start_mark.line + 1}: a schema has no YAML aliases; write the value out")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise SchemaError(f"{source}:{line}: not valid YAML: {error.problem or error.context}; correct this line") from None
    except yaml.YAMLError as error:
        raise SchemaError(f"{source}:1: not valid YAML: {' '.join(str(error).split())}; correct the file") from None
    except RecursionError:
        raise SchemaError(f"{source}:1: nested too deep; a schema has three levels") from None
    if node is None:
        raise SchemaError(f"{source}:1: the file is empty; add `types:` and `relations:`")
    return node

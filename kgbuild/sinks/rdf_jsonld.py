"""Blocks -> JSON-LD: a context of prefixes, then an array of node objects, one a line, written as they come."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kgbuild.sinks.rdf_names import prefixes, shortener
from kgbuild.sinks.rdf_terms import A, Block, Pair, Terms, parts

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def jsonld(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """JSON-LD, a block at a time. A node of a named graph stands in the @graph of that graph's object."""
    yield f'{{"@context":{json.dumps(prefixes(terms), indent=1)},\n"@graph":[\n'
    abbreviate = shortener(terms, "")

    def short(token: str) -> str:
        return abbreviate(token).strip("<>")

    start = ""
    for subject, pairs, graph in blocks:
        node = _node(subject, pairs, short)
        yield start + encode({"@id": short(graph), "@graph": [node]} if graph else node)
        start = ",\n"
    yield "\n]}\n"


def _node(subject: str, pairs: list[Pair], short: Callable[[str], str]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": short(subject)}
    for predicate, token in pairs:
        key = "@type" if predicate == A else short(predicate)
        value = short(token) if predicate == A else _value(token, short)
        if key not in node:
            node[key] = value
        elif isinstance(node[key], list):
            node[key].append(value)
        else:
            node[key] = [node[key], value]
    return node


def _value(token: str, short: Callable[[str], str]) -> str | dict[str, str]:
    if token[0] == "<":
        return {"@id": short(token)}
    text, datatype = parts(token)
    return {"@value": text, "@type": short(datatype)} if datatype else text

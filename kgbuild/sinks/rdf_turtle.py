"""Blocks -> Turtle or TriG: a paragraph for each block, in its order, nothing held."""

import re
from collections.abc import Callable, Iterable, Iterator

from kgbuild.sinks.rdf_names import prefixes, shortener
from kgbuild.sinks.rdf_terms import A, Block, Pair, Terms

XSD = "http://www.w3.org/2001/XMLSchema#"
plain = re.compile(rf'"([+-]?[0-9]+)"\^\^<{XSD}integer>|"([+-]?[0-9]*\.[0-9]+)"\^\^<{XSD}decimal>')


def turtle(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """Turtle, a block at a time; graphs are left out."""
    yield from _header(terms)
    short = shortener(terms, "\\")
    for subject, pairs, _ in blocks:
        yield f"\n{_paragraph(subject, pairs, short)}"


def trig(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """TriG, a block at a time; blocks of one graph that follow each other share its braces."""
    yield from _header(terms)
    short = shortener(terms, "\\")
    current = ""
    for subject, pairs, graph in blocks:
        if graph != current:
            yield ("}\n" if current else "") + (f"\n{short(graph)} {{\n" if graph else "")
            current = graph
        yield f"\n{_paragraph(subject, pairs, short)}"
    yield "}\n" if current else ""


def _header(terms: Terms) -> Iterator[str]:
    for prefix, start in prefixes(terms).items():
        yield f"@prefix {prefix}: <{start}> .\n"


def _paragraph(subject: str, pairs: list[Pair], short: Callable[[str], str]) -> str:
    text, last = short(subject), ""
    for predicate, object in pairs:
        if predicate == last:
            text += f", {_object(object, short)}"
        else:
            verb = "a" if predicate == A else short(predicate)
            text += f"{' ;' if last else ''}{f'{chr(10)}    ' if last else ' '}{verb} {_object(object, short)}"
            last = predicate
    return f"{text} .\n"


def _object(token: str, short: Callable[[str], str]) -> str:
    if token[0] == "<":
        return short(token) if token[1] != "<" else f"<<( {' '.join(_object(t, short) for t in token[4:-4].split(' ', 2))} )>>"
    if token[-1] == '"':
        return token
    number = plain.fullmatch(token)
    if number is not None:
        return number[1] or number[2]
    text, _, datatype = token.rpartition("^^")
    return f"{text}^^{short(datatype)}"

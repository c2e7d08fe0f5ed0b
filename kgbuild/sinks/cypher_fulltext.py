"""Texts for the full-text index that the engine would take otherwise than Neo4j's Lucene: refused, with what to write instead."""

import re

from kgbuild.errors import QueryError

PIECE = re.compile(
    r"""\s+|"(?:[^"\\]|\\.)*"?|[()]|&&|\|\||[+!-]|[\[{](?=\S)|(?:[^\s()"\\!+\[{]|\\.)(?:[^\s()"\\]|\\.)*|.""", re.DOTALL
)
FIELD = re.compile(r"(?:name|aliases):")


def check_search(text: str) -> None:
    """Raise QueryError for a search that would find something else than in Neo4j.

    The engine takes `smith -ada`, where no word must occur, for everything but ada; its index is over one text, so that it knows
    no fields; and it orders words otherwise, so that ranges differ.
    """
    required, excluded = [False], [False]
    for piece in PIECE.findall(text):
        if piece == "(":
            required.append(False)
            excluded.append(False)
        elif piece == ")" and len(required) > 1:
            _check_group(text, required.pop(), excluded.pop())
        elif piece in ("+", "AND", "&&"):
            required[-1] = True
        elif piece in ("-", "!", "NOT"):
            excluded[-1] = True
        elif piece in ("[", "{"):
            raise QueryError(
                f"the search {text!r} has a range, which is not supported here: name the words, or write \\{piece}"
            )
        elif FIELD.match(piece):
            raise QueryError(f"the search {text!r} names a field: the index takes names and aliases together, leave it out")
    for one, other in zip(required, excluded, strict=True):
        _check_group(text, one, other)


def _check_group(text: str, required: bool, excluded: bool) -> None:
    if excluded and not required:
        raise QueryError(f"the search {text!r} excludes words and requires none: put + before a word that must occur")

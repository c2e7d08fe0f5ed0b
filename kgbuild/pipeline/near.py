"""A name that nothing has -> those that come nearest, for a message that helps. Knows no command; asked only when something failed."""

import json
from collections.abc import Iterable

from kgbuild.resolution.names import fold
from kgbuild.workspace.derived import Derived

MOST = 3
"""Names in one message."""
ALIKE = 50
"""Percent of letter groups that two names share, at least, to be near."""


def near_entities(derived: Derived, text: str) -> list[str]:
    """Names of entities that are `text` but for case and accents, hold its words, or are written alike; the best known first."""
    wanted, groups = fold(text), _groups(fold(text))
    rows = derived.db.execute("SELECT name, json_extract(body, '$.aliases'), json_extract(body, '$.documents') FROM entity")
    found: dict[str, tuple[int, int]] = {}
    for name, aliases, documents in rows if wanted else ():
        rank = min(_rank(form, wanted, groups) for form in (name, *json.loads(aliases)))
        if rank <= 100 - ALIKE:
            found[name] = min(found.get(name, (rank, 0)), (rank, -documents))
    return sorted(found, key=lambda name: (found[name], name))[:MOST]


def near_words(word: str, known: Iterable[str]) -> list[str]:
    """Words of a schema that are written like `word`, whatever its case; the nearest first."""
    from difflib import get_close_matches

    by_fold = {fold(each): each for each in known}
    return [by_fold[each] for each in get_close_matches(fold(word), by_fold, MOST)]


def in_words(names: Iterable[str], otherwise: str) -> str:
    """The end of a message: the names that are near, or another way on."""
    told = ", ".join(names)
    return f"near: {told}" if told else otherwise


def _rank(form: str, wanted: str, groups: set[str]) -> int:
    """0 for the same letters, 1 if one holds the words of the other, else how many percent of the letter groups differ."""
    name = fold(form)
    if name == wanted:
        return 0
    if f" {wanted} " in f" {name} " or (" " in name and f" {name} " in f" {wanted} "):
        return 1
    own = _groups(name)
    return 100 - 200 * len(own & groups) // (len(own) + len(groups) or 1)


def _groups(name: str) -> set[str]:
    """All pairs of neighbouring letters, with the beginning and the end."""
    framed = f" {name} "
    return {framed[i : i + 2] for i in range(len(framed) - 1)}

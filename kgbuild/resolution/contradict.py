"""Two written names -> whether their writing forbids that they are one thing, whatever a model that read them says.

A learned chain joins what stands in like places: "NIH" and "HHS", an agency and its neighbour in a list. Acronyms are names by
their letters, so two different ones, or one whose letters a long name does not hold, are two things. Of persons and places it says nothing:
they have pen names, nicknames and codes.
"""

import re
from collections.abc import Collection

from kgbuild.resolution.countries import split_country
from kgbuild.resolution.lexicon import Kind, kind_of
from kgbuild.resolution.names import SHORT, core, fold

ACRONYM = re.compile(r"[A-Z][A-Z0-9&]{1,7}(?:s)?")
LONG = 2
"""Words from which a name is a full one."""


def contradict(left: tuple[str, str], right: tuple[str, str]) -> bool:
    """Whether two names, each (type, written form), cannot be one thing."""
    (left_type, a), (right_type, b) = left, right
    if {kind_of(left_type), kind_of(right_type)} & {Kind.PLACE, Kind.PERSON}:
        return False
    if is_acronym(a) and is_acronym(b):
        return not _within(_letters(a), _letters(b))
    short, long = (a, b) if is_acronym(a) else (b, a)
    return is_acronym(short) and len(fold(long).split()) >= LONG and not _held(_letters(short), long)


def splits(chain: Collection[tuple[str, str]]) -> list[list[int]]:
    """A chain of written names -> the parts of it that hold no contradiction, as indices; each name goes to the first that takes it."""
    names, parts = list(chain), list[list[int]]()
    for index, name in enumerate(names):
        part = next((part for part in parts if not any(contradict(names[other], name) for other in part)), None)
        if part is None:
            parts.append([index])
        else:
            part.append(index)
    return parts


def is_acronym(text: str) -> bool:
    """Whether a name is written as an acronym: "GSA", "U.S.", "APIs"."""
    return ACRONYM.fullmatch(text.replace(".", "")) is not None and SHORT.fullmatch(text) is not None


def _letters(text: str) -> str:
    return "".join(
        character for character in fold(text.removesuffix("s") if text[:-1].isupper() else text) if character.isalnum()
    )


def _within(a: str, b: str) -> bool:
    """Whether one acronym's letters stand in the other's, in order: "EPA" in "USEPA", "FDA" in "USFDA"."""
    return _in_order(a, b) or _in_order(b, a)


def _held(letters: str, long: str) -> bool:
    """Whether a long name holds the letters in order, the first at the beginning of a word, or is the acronym with its country or legal form."""
    words = fold(long).split()
    if letters in words:  # "HHS Office of Inspector General" is a part of HHS, "U.S. EPA" is the EPA
        rest = [word for word in core(" ".join(words)).split() if word != letters]
        return not rest or not split_country((*rest, ""))[1][:-1]
    return any(word[0] == letters[0] and _in_order(letters, "".join(words[place:])) for place, word in enumerate(words))


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)

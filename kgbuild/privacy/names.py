"""Text and a list of names -> where they stand in it, whatever the spacing, the case and how accents are encoded."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kgbuild.privacy.finders import Finding

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
"""Accents may be characters of their own."""
_GAP = re.compile(r"[\s.,'’\u2010\u2011-]{1,3}")


@dataclass(slots=True)
class Names:
    """Names of one kind, by their first word. A name of one word counts only with a capital: "Will", and not "will"."""

    kind: str
    by_first: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """One more name; a single letter is none."""
        words = tuple(words_of(name))
        if sum(map(len, words)) > 1 and words not in (known := self.by_first.setdefault(words[0], [])):
            known.append(words)
            known.sort(key=len, reverse=True)

    def __call__(self, text: str) -> Iterator[Finding]:
        """A finder."""
        if not self.by_first:
            return
        words = [(m.start(), m.end(), _folded(m[0])) for m in _WORD.finditer(text)]
        for index, (start, _, first) in enumerate(words):
            for name in self.by_first.get(first, ()):
                end = _matches(text, words[index : index + len(name)], name)
                if end and (len(name) > 1 or not text[start].islower()):
                    yield Finding(start, end, self.kind, " ".join(name))
                    break


def names_of(kind: str, names: Iterable[str]) -> Names:
    """A finder of these names."""
    found = Names(kind)
    for name in names:
        found.add(name)
    return found


def words_of(name: str) -> list[str]:
    """The words of a name without regard to case; a possessive s at its end is none."""
    words = [_folded(match[0]) for match in _WORD.finditer(name)]
    return words[:-1] if len(words) > 1 and re.search(r"['’]s$", name) else words


def _folded(word: str) -> str:
    return (word if word.isascii() else unicodedata.normalize("NFC", word)).casefold()


def _matches(text: str, words: list[tuple[int, int, str]], name: tuple[str, ...]) -> int:
    """Where the name ends that begins with these words; 0 if it does not."""
    if tuple(word for _, _, word in words) != name:
        return 0
    gaps = (text[before[1] : after[0]] for before, after in pairwise(words))
    return words[-1][1] if all(_GAP.fullmatch(gap) for gap in gaps) else 0

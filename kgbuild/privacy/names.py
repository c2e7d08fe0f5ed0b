"""Text and a list of names -> where they stand in it, whatever the spacing, the case and how accents are encoded, in all scripts."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kgbuild.privacy.finders import Finding

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts in which nothing parts a name from what stands beside it: each letter is a word here. Korean parts it from no particle."""
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0df3\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u102b-\u103e"
    "\u1056-\u1059\u17b4-\u17d3\u200c\u200d"
)
"""Accents and vowel signs may be characters of their own. Of the scripts of India all that is no danda: their letters are words anyway."""
_WORD = re.compile(rf"[{_UNSPACED}][{_MARKS}]*|(?:(?![{_UNSPACED}])[^\W_][{_MARKS}]*)+")
_ALONE = re.compile(f"[{_UNSPACED}]")
_GAP = re.compile(r"[\s.,'’·・‧\u2010\u2011-]{1,3}")
_PREFIXES = re.compile(r"[ולבכמשה]{1,2}(?=[א-ת]{2})|[وفبلك]{1,2}(?=[ء-ي]{2})")
"""What Hebrew and Arabic write together with the word that follows: "and", "to", "in"."""
_UNWRITTEN = re.compile(
    r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u0652\u0670\u200c\u200d]|(?<=[\u0370-\u03ff])[\u0300\u0301\u0342]|(?<=i)\u0307"
)
"""Vowel signs of Hebrew and Arabic, Greek accents, the dot of a Turkish capital: with another case, or elsewhere, they are left out."""
_SAME = str.maketrans("ёıأإآٱىیک", "еiااااييك")


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
            for name in self._beginning(first):
                end = _matches(text, words[index + 1 : index + len(name)], name, words[index][1])
                if end and (len(name) > 1 or not _is_small(text[start])):
                    yield Finding(start, end, self.kind, " ".join(name))
                    break

    def _beginning(self, word: str) -> Iterator[tuple[str, ...]]:
        """The names that begin with a word, also behind a prefix that is written together with it."""
        yield from self.by_first.get(word, ())
        if prefix := _PREFIXES.match(word):
            for size in range(1, prefix.end() + 1):
                yield from self.by_first.get(word[size:], ())


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


def _is_small(letter: str) -> bool:
    """Whether a letter is a small one, in a script that has capitals: Georgian, to Unicode all small, uses none."""
    return letter.islower() and not "\u10d0" <= letter <= "\u10ff"


def _folded(word: str) -> str:
    if word.isascii():
        return word.casefold()
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    return unicodedata.normalize("NFC", _UNWRITTEN.sub("", apart)).translate(_SAME)


def _matches(text: str, words: list[tuple[int, int, str]], name: tuple[str, ...], end: int) -> int:
    """Where the name ends whose first word ends at `end` and whose others are these words; 0 if they are not."""
    if tuple(word for _, _, word in words) != name[1:]:
        return 0
    for start, after, _ in words:
        beside = start == end and _ALONE.match(text, start) is not None
        if not beside and not _GAP.fullmatch(text, end, start):
            return 0
        end = after
    return end

"""The words between two names of a sentence -> facts that these words say: "NASA Administrator Bill Nelson", "X, a unit of Y".

A model trained on encyclopaedia articles is unsure of what press releases, filings and posts say in set phrases. A phrase here is a
regular expression over a sentence in which each name is one sign that tells its type; one that matches says a fact by itself,
whatever the model thinks of it. Phrases are English, know the model's labels of types and the relations by their Wikidata
labels, and are switched off one by one (`hygiene_off` in kgbuild.toml) or all (`phrases = false`).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kgbuild.build.phrasebook import FIRST, PHRASES, ROOM, TYPES, Phrase

LANGUAGE = "en"
"""The language of the words below."""

NAME = "phrases"
"""Who says these facts, beside the model and other extractors."""
POSSESSIVE = frozenset(("his", "her", "its"))
"""Pronouns that stand for a name and its 's."""
CONFIDENCE = 8500
"""Score of a fact that a phrase says, in ten-thousandths: below the share of right ones among those read (LOG.md)."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence: half-open offsets, the model's label of its type, a number that its owner knows it by."""

    start: int
    end: int
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Said:
    """A fact that a phrase says: relation label, the numbers of the names at its ends, the phrase's name."""

    label: str
    head: int
    tail: int
    phrase: str


def said(sentence: str, names: Sequence[Name], off: Collection[str] = ()) -> Iterator[Said]:
    """What the phrases say of the names of one sentence, in the order of the phrases, each fact once by each phrase."""
    if len(names) < 2:
        return
    signed, owners = _signed(sentence, names)
    for phrase in _possible(frozenset(name.label for name in owners.values())):
        if phrase.name in off:
            continue
        for match in phrase.pattern.finditer(signed):
            for ends in phrase.pairs(match):
                head, tail = (owners[sign] for sign in ends)
                if _bears(phrase, sentence, signed, match, head, tail):
                    yield from (Said(label, head.number, tail.number, phrase.name) for label in phrase.labels)
                    yield from (Said(label, tail.number, head.number, phrase.name) for label in phrase.inverse)


@cache
def _possible(labels: frozenset[str]) -> tuple[Phrase, ...]:
    """The phrases whose two ends can be names of these types."""
    signs = "".join(chr(FIRST + TYPES.index(label) * ROOM) for label in labels)
    return tuple(phrase for phrase in PHRASES if all(re.search(end, signs) for end in phrase.ends))


def _signed(sentence: str, names: Sequence[Name]) -> tuple[str, dict[str, Name]]:
    """The sentence with one sign a name, white space made plain, and whose sign it is."""
    parts, owners, counts, at = [], {}, dict.fromkeys(TYPES, 0), 0
    for name in sorted(names, key=lambda name: (name.start, name.end)):
        if name.label not in counts or name.start < at or counts[name.label] == ROOM:
            continue
        sign = chr(FIRST + TYPES.index(name.label) * ROOM + counts[name.label])
        counts[name.label] += 1
        owners[sign] = name
        parts += [_plain(sentence[at : name.start]), sign]
        if sentence[name.start : name.end].casefold() in POSSESSIVE:
            parts.append("'s")
        at = name.end
    return re.sub(r"\s+", " ", "".join([*parts, _plain(sentence[at:])])), owners


def _plain(text: str) -> str:
    """Words without signs of their own, dashes and quotes in one form."""
    return re.sub(r"[\ue000-\uf8ff]", " ", text).replace("’", "'").replace("“", '"').replace("”", '"')


def _bears(phrase: Phrase, sentence: str, signed: str, match: re.Match[str], head: Name, tail: Name) -> bool:
    written = (sentence[name.start : name.end] for name in (head, tail))
    if any(
        wanted is not None and not wanted.search(form) for wanted, form in zip((phrase.head, phrase.tail), written, strict=True)
    ):
        return False
    return phrase.veto is None or not phrase.veto.search(_with_two_words_before(signed, match))


def _with_two_words_before(signed: str, match: re.Match[str]) -> str:
    before = signed[: match.start()].split(" ")[-3:]
    return " ".join(before) + match.group()

"""Names of one document -> for each short form the one longer name it stands for. Knows names (as keys), no text and no mention.

"Azar" is Alex Azar and "Buckle" The Buckle, Inc. if the document holds no other name that it could be. Where two could be meant the
short form stays alone, unless it stands with a title that only one of them has.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from kgbuild.resolution.compare import country_free
from kgbuild.resolution.countries import country_of, split_country
from kgbuild.resolution.lexicon import DIRECTIONS, GENERATIONS, GENERIC, PARTICLES, PARTS, Kind, kind_of
from kgbuild.resolution.names import core, legal_form, undated

Name = tuple[str, str]
"""Type and key."""


SHORT_FORM = "a short form that fits no other name there"
"""Why `expand` joins two names."""
LINKS = frozenset(("of", "for", "at", "in"))
NAMED_BY_MATTER = frozenset("department departments dept ministry university office bureau center centre institute".split())
"""Bodies that what follows "of" or "for" may be short for: "Treasury", "Oxford"."""
ACRONYM_LETTERS = 4
"""A single word as short as this is most likely an acronym: whole in itself, not short for a name that begins with it."""


@dataclass(slots=True)
class Names:
    """The names of a document while they are joined: a forest in which every name leads to a fuller one.

    titles: titles that stand with a person's name; heads: of a place "Portland, Oregon" the key before the comma; things: ids of
    what names are known to be: names of two ids never become one; joined: which two were joined, in order, and why; apart: pairs
    that a person told apart; members: persons that were joined, by their fullest name.
    """

    names: Iterable[Name]
    titles: Mapping[Name, frozenset[str]] = field(default_factory=dict)
    heads: Mapping[Name, frozenset[str]] = field(default_factory=dict)
    parent: dict[Name, Name] = field(default_factory=dict)
    things: dict[Name, str] = field(default_factory=dict)
    joined: list[tuple[Name, Name, str]] = field(default_factory=list)
    apart: frozenset[tuple[Name, Name]] = frozenset()
    members: dict[Name, list[Name]] = field(default_factory=dict)

    def root(self, name: Name) -> Name:
        """The fullest name that a name is joined with."""
        while (above := self.parent.get(name, name)) != name:
            name = above
        return name

    def join(self, left: Name, right: Name, why: str, chain: Collection[Name] = ()) -> None:
        """Make two names one, unless they are known, or were said, to be two things, or would make two relatives one by a name that both
        have; the fuller root stays root. chain: names that a model reads as one: it may know a nickname.
        """
        low, high = sorted((self.root(left), self.root(right)), key=fullness)
        one, other = self.things.get(low, ""), self.things.get(high, "")
        if low != high and not (one and other and one != other) and not self._told_apart(low, high):
            if not one and not other and self._two_persons(low, high, chain):
                return
            self.parent[low] = high
            self.members.setdefault(high, [high]).extend(self.members.pop(low, [low]))
            self.joined.append((left, right, why))
            if one:
                self.things[high] = one

    def _two_persons(self, low: Name, high: Name, chain: Collection[Name]) -> bool:
        own, others = self.members.get(low, [low]), self.members.get(high, [high])
        pairs = [(a, b) for a in own for b in others if (a not in chain or b not in chain) and relatives(a, b)]
        wholes = [set(name[1].split()) for name in (*own, *others)] if pairs else []
        return any(not any({a[1].split()[0], b[1].split()[0]} <= whole for whole in wholes) for a, b in pairs)

    def _told_apart(self, *roots: Name) -> bool:
        return any({self.root(left), self.root(right)} == set(roots) for left, right in self.apart)


def fullness(name: Name) -> tuple[object, ...]:
    """Order of names from short forms to full ones: demonyms, then by words that are no initials, by length."""
    words = name[1].split()
    return country_of(name[1]) == "", sum(len(word) > 1 for word in words), len(words), len(name[1]), name


def expand(names: Names, wholes: frozenset[Name]) -> None:
    """Join every short form with the one longer name that it can stand for; fuller names first.

    A known name is short for none; nothing is short for one of wholes: names that are made up of two others (see `merged`).
    """
    known = frozenset(names.things)
    fuller: dict[tuple[str, ...], list[Name]] = defaultdict(list)
    for name in sorted(names.names, key=fullness, reverse=True):
        # a longer name holds all words of its short form (initials aside, never the last): look where fewest names are
        places = min(_sought(name), key=lambda keys: sum(len(fuller[key]) for key in keys))
        near = [other for key in places for other in fuller[key] if other not in wholes]
        target = None if name in known else _target(name, near, names)
        if target is not None:
            names.join(name, target, SHORT_FORM)
        for key in _held(name):
            fuller[key].append(name)


def _sought(name: Name) -> list[list[tuple[str, ...]]]:
    """Keys in `_held` under which any longer name must stand, in several ways: each alone is enough."""
    type, words = name[0], _index_words(name)
    if kind_of(type) is not Kind.PERSON:
        return [[(type, word)] for word in words]
    *others, last = words
    if not others:
        return [[(type, last)]]
    return [[(type, last, w), (type, last, w[0])] if len(w) > 1 else [(type, last, f"{w}-")] for w in others]


def _held(name: Name) -> set[tuple[str, ...]]:
    """Keys under which a name is found: its words; of a person also pairs of words, and of a word and how another begins."""
    type, words = name[0], _index_words(name)
    keys: set[tuple[str, ...]] = {(type, word) for word in words}
    if kind_of(type) is Kind.PERSON:
        pairs = [(word, other) for i, word in enumerate(words) for j, other in enumerate(words) if i != j]
        keys.update((type, word, key) for word, other in pairs for key in (other, f"{other[0]}-"))
    return keys


def merged(names: Iterable[Name]) -> frozenset[Name]:
    """Names of firms that two others became: "Brightwater Tallis Inc.", where a Brightwater Dental Group and a Tallis Ltd stand as well.

    "HHS Genentech", "ExxonMobil Australia", "White House" and "Seattle Mariners" are no such firms: these have a legal form, and each
    half begins another name, and is no acronym and no country.
    """
    firms = {name: core(name[1]) for name in names if kind_of(name[0]) is Kind.ORGANIZATION}
    pairs = {name: own.split() for name, own in firms.items() if own != name[1] and len(own.split()) == len(("one", "other"))}
    begun: dict[str, set[Name]] = defaultdict(set)
    for name in firms:
        first, *rest = name[1].split()
        if rest and len(first) > ACRONYM_LETTERS and not country_of(first):
            begun[first].add(name)
    return frozenset(name for name, words in pairs.items() if all(begun[word] - {name} for word in words))


def _index_words(name: Name) -> list[str]:
    """Words by which a name is found: without generation or legal form."""
    match kind_of(name[0]):
        case Kind.PERSON:
            return _person_words(name[1])
        case Kind.ORGANIZATION:
            return core(name[1]).split()
        case _:
            return name[1].split()


def _target(name: Name, near: Iterable[Name], names: Names) -> Name | None:
    """The one fuller name that fits best; with several, the one that shares a title with it; else None."""
    ranked = [
        (rank, other)
        for other in near
        if (rank := fit(name, other, names.heads.get(other, frozenset()))) and not _other_generation(name, names.root(other))
    ]
    best = max((rank for rank, _ in ranked), default=0)
    chosen = [other for rank, other in ranked if rank == best]
    roots = {names.root(other) for other in chosen}
    if len(roots) > 1:
        own = names.titles.get(name, frozenset())
        roots = {names.root(other) for other in chosen if own & names.titles.get(other, frozenset())}
    return roots.pop() if len(roots) == 1 else None


def fit(short: Name, long: Name, heads: frozenset[str] = frozenset()) -> int:
    """How well a short form can stand for a longer name of its type: 0 not at all, else the larger the better."""
    if short[0] != long[0] or short == long:
        return 0
    match kind_of(short[0]):
        case Kind.PERSON:
            if _other_generation(short, long):
                return 0
            return _fit_person(_person_words(short[1]), _person_words(long[1]))
        case Kind.ORGANIZATION:
            return _fit_organization(short[1], long[1])
        case Kind.PLACE:
            return 1 if short[1] in heads else 0
        case Kind.MISC | Kind.OTHER:  # "the Privacy Act" where the text says of which year
            law, year = undated(long[1])
            return 1 if year and short[1] == law else 0


def relatives(left: Name, right: Name) -> bool:
    """Whether two full names of persons have the same last name and other first names: "Jim Brady", "Sarah Brady".

    Not where a first name begins alike ("Mikhail", "Michael"), or stands in the other name as well ("C. Bechstein", Friedrich Wilhelm
    Carl Bechstein), or where there is none ("de Gaulle").
    """
    if not kind_of(left[0]) is kind_of(right[0]) is Kind.PERSON:
        return False
    one, other = _person_words(left[1]), _person_words(right[1])
    if len(one) < 2 or len(other) < 2 or one[-1] != other[-1] or PARTICLES.intersection((one[0], other[0])):
        return False
    return not _holds(one[:-1], other[0]) and not _holds(other[:-1], one[0])


def _holds(words: list[str], first: str) -> bool:
    """Whether words in front of a last name hold a first name, or begin as it does."""
    return words[0][0] == first[0] or first in words or (len(first) == 1 and any(word[0] == first for word in words))


def _person_words(key: str) -> list[str]:
    words = key.split()
    while len(words) > 1 and words[-1] in GENERATIONS:
        words.pop()
    return words


def _other_generation(left: Name, right: Name) -> bool:
    """Whether two persons are of two generations: "John Smith Jr.", "Smith Sr."."""
    one, other = _generation(left[1]), _generation(right[1])
    return kind_of(left[0]) is Kind.PERSON and bool(one and other) and one != other


def _generation(key: str) -> str:
    last = key.rpartition(" ")[2]
    return last if last in GENERATIONS else ""


def _fit_person(short: list[str], long: list[str]) -> int:
    """3 by last name (other words in order, initials allowed), 2 by first name, 1 by a name in between."""
    if len(short) > len(long) or len(long) < 2:
        return 0
    if short[-1] == long[-1] and len(short[-1]) > 1:  # an initial at the end is no last name: "Иванов А.", "Иванов В. А."
        return 3 if _in_order(short[:-1], long[:-1]) and not _other_initials(short, long) else 0
    if short == long[: len(short)] and len(short[0]) > 1:
        return 2
    return 1 if len(short) == 1 and len(short[0]) > 1 and short[0] in long[1:-1] else 0


def _other_initials(short: list[str], long: list[str]) -> bool:
    """Whether two names of one first name have other middle initials: George W. Bush is not George H. W. Bush."""
    middle = short[1:-1]
    if not middle or any(len(word) > 1 for word in middle) or not _same_word(short[0], long[0]):
        return False
    return not all(map(_same_word, middle, long[1:-1]))


def _in_order(short: list[str], long: list[str]) -> bool:
    """Whether short is found in long, word by word; an initial matches the word that it begins."""
    rest = iter(long)
    return all(any(_same_word(word, other) for other in rest) for word in short)


def _same_word(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[0] == other[0])


def _fit_organization(short: str, long: str) -> int:
    """4 without legal form or country, 3 by the first words, 2 by the last words ("Mariners": Seattle Mariners).

    A part of a body is not the body ("U.N.", "U.N. Security Council"), nor is "X" the "X of Y", nor Melbourne North Melbourne, nor the
    college its alumni ("Alumnae Association of Spelman College"); but "Treasury" is the Department of the Treasury.
    """
    if legal_form(short):
        return 0
    whole = core(long)
    if short == whole or (short == country_free(long)[1]) or short == " ".join(split_country(tuple(long.split()))[1]):
        return 4
    words, full = short.split(), whole.split()
    if len(words) >= len(full) or GENERIC.issuperset(words):
        return 0
    if full[: len(words)] == words:
        rest = full[len(words) :]
        if len(words) == 1 and len(short) <= ACRONYM_LETTERS:  # "GSA" is not the GSA CFO, "NASA" not the NASA Headquarters
            return 0
        return 0 if rest[0] == "of" or PARTS.intersection(rest) else 3
    lead = full[: -len(words)]
    if full[-len(words) :] != words or len(words[-1]) <= 2 or DIRECTIONS.issuperset(lead):
        return 0
    return 0 if _is_of_another(lead) else 2


def _is_of_another(lead: list[str]) -> bool:
    """Whether what stands before the last words of a body's name makes these another body: "Graduate School of", "Branch at the"."""
    *before, link = lead[:-1] if lead[-1] == "the" and len(lead) > 1 else lead
    return bool(before) and link in LINKS and not (link in ("of", "for") and before[-1] in NAMED_BY_MATTER)

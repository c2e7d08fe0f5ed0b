"""Mentions of one document -> units: what one text calls by several names is one thing. Knows no other document.

Written names (type, key) are the nodes here. A short form joins the one longer name of the document that it can stand for; where
two could be meant it stays alone. Rules, not learned; the same rules make the chains of one passage (`chain_spans`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kgbuild.records import Mention, Span, Thing, Unit
from kgbuild.resolution.contradict import splits
from kgbuild.resolution.countries import country_of, shown
from kgbuild.resolution.expand import Name, Names, expand, merged
from kgbuild.resolution.lexicon import TITLES, Kind, kind_of
from kgbuild.resolution.names import SHORT, fold, initials_match, normalise, split_definition, titles_of
from kgbuild.resolution.postal import state_of
from kgbuild.resolution.senses import is_language

AFTER = re.compile(r"\s?[(\[]\s?(?:the\s)?[\"“'‘]?(?P<short>[^()\[\]\"“”'‘’\n\t]{2,14}?)[\"”'’]?\s?[)\]]")
BEFORE = re.compile(r"\s?[(\[]\s?")
TITLE_BEFORE = re.compile(r"(?:^|\s)([A-Z][a-z]{1,12})\.?\s$")
LANGUAGE = " language"
"""Ends the key of a language that is written as what belongs to its country is."""
KNOWN, DEFINED, READ = "known to be one thing", "the text defines the short form", "the model reads them as one"
STATE = "the code of a state, by the city or the zip code beside it"
"""Why names of a document are joined, beside expand.SHORT_FORM."""
Apart = tuple[Name, Name]
"""Two written names, each with its type, that a person says are two things in a document."""
SPOKEN, READ_AS_PLACE = (Kind.MISC,), (Kind.MISC, Kind.PLACE)
"""Kinds of types under which a country's word may be a language. Inside of a passage what a model reads as a place may be one as well,
and is in no chain with the country; in a graph it is the country."""
MAJORITY = (2, 3)
"""A name written with several types gets the most frequent one if that has this share of its mentions."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A mention as this module sees it: where it stands, its text and its type; place orders it in the document."""

    index: int
    passage: int
    start: int
    end: int
    text: str
    type: str
    key: str

    @property
    def name(self) -> Name:
        return self.type, self.key


def resolve_document(
    mentions: Sequence[Mention],
    types: Sequence[str],
    chains: Iterable[Sequence[int]],
    texts: Mapping[int, str],
    apart: Iterable[Apart] = (),
) -> tuple[Unit, ...]:
    """Units of a document, by their first mention. types: of each mention; chains: indices of mentions that a model joined;
    texts: passage index -> text, for what stands beside a mention ("Long Name (ABC)", "Secretary"); apart: what no rule and no
    chain makes one.

    A mention whose key is empty belongs to no unit. The order of mentions does not matter.
    """
    resolved = _of_document(mentions, types, chains, texts, apart)
    units = []
    for (type, key), members in resolved.groups.items():
        found = sorted((mentions[w.index] for w in members), key=lambda m: (m.passage, m.start, m.end))
        known = min((mention.thing for mention in found if mention.thing), key=_known_best, default=None)
        units.append(Unit(type, key, tuple(found), tuple(sorted(resolved.acronyms.get((type, key), ()))), known))
    return tuple(
        sorted(units, key=lambda unit: (unit.mentions[0].passage, unit.mentions[0].start, unit.mentions[0].end, unit.type))
    )


def joins_of(
    mentions: Sequence[Mention],
    types: Sequence[str],
    chains: Iterable[Sequence[int]],
    texts: Mapping[int, str],
    apart: Iterable[Apart] = (),
) -> dict[Name, tuple[tuple[str, str, str], ...]]:
    """Why a document's names are one unit, by its type and key: two names as they are first written, and the reason."""
    resolved = _of_document(mentions, types, chains, texts, apart)
    first = {w.name: w.text for members in resolved.groups.values() for w in sorted(members, key=_place, reverse=True)}
    joins: dict[Name, list[tuple[str, str, str]]] = defaultdict(list)
    for left, right, why in resolved.names.joined:
        joins[resolved.names.root(left)].append((first[left], first[right], why))
    for name, members in resolved.groups.items():
        codes = {w.text: state for w in members if (state := _state(w, texts)) and normalise(w.type, w.text) != state}
        joins[name] += [(code, shown(state), STATE) for code, state in codes.items()]
    return {name: tuple(found) for name, found in joins.items() if found}


def _state(w: _Written, texts: Mapping[int, str]) -> str:
    return state_of(texts[w.passage], w.start, w.end) if kind_of(w.type) is Kind.PLACE else ""


def types_written(
    mentions: Sequence[Mention],
    types: Sequence[str],
    chains: Iterable[Sequence[int]],
    texts: Mapping[int, str],
    apart: Iterable[Apart] = (),
) -> dict[Name, dict[str, frozenset[str]]]:
    """The types under which each form of a document's units is read there, before what joins names of two types: by unit."""
    read: dict[Name, dict[str, frozenset[str]]] = {}
    for name, members in _of_document(mentions, types, chains, texts, apart).groups.items():
        forms = read[name] = {}
        for w in members:
            forms[w.text] = forms.get(w.text, frozenset()) | {w.type}
    return read


def _of_document(
    mentions: Sequence[Mention],
    types: Sequence[str],
    chains: Iterable[Sequence[int]],
    texts: Mapping[int, str],
    apart: Iterable[Apart],
) -> "_Resolved":
    things = {index: mention.thing for index, mention in enumerate(mentions) if mention.thing is not None}
    written = _told_apart(
        _written([(m.passage, m.start, m.end, m.text) for m in mentions], types, texts, frozenset(things)), things
    )
    known = {w.name: things[w.index].id for w in written if w.index in things}
    return _resolve(written, chains, texts, known, _parted(written, apart))


def _parted(written: list[_Written], apart: Iterable[Apart]) -> frozenset[tuple[Name, Name]]:
    """The names of the document that are meant by pairs of written ones."""
    names: dict[Name, set[Name]] = defaultdict(set)
    for w in written:
        names[w.type, w.text].add(w.name)
    pairs = ((one, other) for left, right in apart for one in names.get(left, ()) for other in names.get(right, ()))
    return frozenset(pair for pair in pairs if pair[0] != pair[1])


def _place(w: _Written) -> tuple[int, int, int]:
    return w.passage, w.start, w.end


def _known_best(thing: Thing) -> tuple[bool, bool, Thing]:
    """Order of what is known of one thing: with a name and an IRI first."""
    return not thing.name, not thing.iri, thing


def _told_apart(written: list[_Written], things: Mapping[int, Thing]) -> list[_Written]:
    """Mentions of one name that are known to be several things have that in their key: they are several names here."""
    ids: dict[Name, set[str]] = defaultdict(set)
    for w in written:
        if w.index in things:
            ids[w.name].add(things[w.index].id)
    return [
        replace(w, key=f"{w.key} #{things[w.index].id}") if w.index in things and len(ids[w.name]) > 1 else w for w in written
    ]


def chain_spans(text: str, spans: Sequence[Span]) -> tuple[tuple[int, ...], ...]:
    """Chains of the spans of one passage, by the rules of a document: a partition of their indices, each sorted, sorted by first."""
    places = [(0, s.start, s.end, text[s.start : s.end]) for s in spans]
    written = _written(places, [s.label for s in spans], {0: text}, languages=READ_AS_PLACE)
    groups = _resolve(written, (), {0: text}).groups
    chained = {w.index for members in groups.values() for w in members}
    alone: list[tuple[int, ...]] = [(index,) for index in range(len(spans)) if index not in chained]
    return tuple(sorted([*(tuple(sorted(w.index for w in members)) for members in groups.values()), *alone]))


def named_spans(text: str, spans: Sequence[Span]) -> tuple[list[Name], list[int]]:
    """For each span of one passage its name (type settled; key "" when nothing is left), and the first span of its chain by rule."""
    places = [(0, s.start, s.end, text[s.start : s.end]) for s in spans]
    written = {w.index: w.name for w in _written(places, [s.label for s in spans], {0: text}, languages=READ_AS_PLACE)}
    first = {index: chain[0] for chain in chain_spans(text, spans) for index in chain}
    return [written.get(i, (span.label, "")) for i, span in enumerate(spans)], [first[i] for i in range(len(spans))]


def _written(
    places: Sequence[tuple[int, int, int, str]],
    types: Sequence[str],
    texts: Mapping[int, str],
    known: frozenset[int] = frozenset(),
    languages: tuple[Kind, ...] = SPOKEN,
) -> list[_Written]:
    """Mentions in text order, each with the type that most mentions of its writing have, or that of a known thing (see `known`)."""
    settled = _settled_types([place[3] for place in places], types, known)
    found = [
        _Written(index, *place, type=type, key=_key(type, place, texts, languages))
        for index, (place, type) in enumerate(zip(places, settled, strict=True))
    ]
    return sorted((w for w in found if w.key), key=lambda w: (w.passage, w.start, w.end, w.type))


def _key(type: str, place: tuple[int, int, int, str], texts: Mapping[int, str], languages: tuple[Kind, ...]) -> str:
    """The key of a mention: of its text, but where the text beside it says that "German" is a language, or that "TX" is Texas."""
    passage, start, end, text = place
    key = normalise(type, text)
    if kind_of(type) is Kind.PLACE and (state := state_of(texts[passage], start, end)):
        return state
    if country_of(key) and kind_of(type) in languages and is_language(texts[passage], start, end):
        return f"{key}{LANGUAGE}"
    return key


def _is_language(w: _Written) -> bool:
    """Whether a word for what belongs to a country is a language here: a model's chains make it the country, or the country it."""
    return w.key.endswith(LANGUAGE) and not fold(w.text).endswith(LANGUAGE)


def _settled_types(texts: Sequence[str], types: Sequence[str], known: frozenset[int] = frozenset()) -> list[str]:
    """The type of each mention. known: indices of mentions whose type is no guess: it holds for all that are written so."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for index, (text, type) in enumerate(zip(texts, types, strict=True)):
        counts[fold(text)][type] += len(texts) * MAJORITY[1] if index in known else 1
    settled = []
    for index, (text, type) in enumerate(zip(texts, types, strict=True)):
        of_name = counts[fold(text)]
        first = max(of_name, key=lambda t: (of_name[t], t))
        is_clear = of_name[first] * MAJORITY[1] >= of_name.total() * MAJORITY[0]
        settled.append(first if is_clear and index not in known else type)
    return settled


@dataclass(frozen=True, slots=True)
class _Resolved:
    """Mentions by the full name of their unit, the acronyms that the document defines for it, and the names with what joined them."""

    groups: dict[Name, list[_Written]]
    acronyms: dict[Name, set[str]]
    names: Names


def _resolve(
    written: list[_Written],
    chains: Iterable[Sequence[int]],
    texts: Mapping[int, str],
    things: Mapping[Name, str] | None = None,
    apart: frozenset[tuple[Name, Name]] = frozenset(),
) -> _Resolved:
    by_name: dict[Name, list[_Written]] = defaultdict(list)
    for w in written:
        by_name[w.name].append(w)
    names = Names(tuple(by_name), _titles(written, texts), _heads(written), things=dict(things or {}), apart=apart)
    first: dict[str, Name] = {}
    for name, thing in sorted(names.things.items()):
        names.join(first.setdefault(thing, name), name, KNOWN)
    defined = _join_definitions(names, _definitions(written, texts), by_name)
    wholes = merged(names.names)
    expand(names, wholes)
    by_index = {w.index: w for w in written if w.name not in wholes and not _is_language(w)}
    for chain in chains:
        present = [by_index[index] for index in chain if index in by_index]
        for part in splits([(w.type, w.text) for w in present]):
            own = {present[index].name for index in part}
            for other in part[1:]:
                names.join(present[part[0]].name, present[other].name, READ, own)
    groups: dict[Name, list[_Written]] = defaultdict(list)
    acronyms: dict[Name, set[str]] = defaultdict(set)
    for name, members in by_name.items():
        groups[names.root(name)] += members
        acronyms[names.root(name)] |= defined.get(name, set()) - {names.root(name)[1]}
    return _Resolved(groups, acronyms, names)


# definitions ---------------------------------------------------------------------------------------------------------


def _definitions(written: list[_Written], texts: Mapping[int, str]) -> Iterator[tuple[str, Name]]:
    """(short form as written, name) wherever a text says "Long Name (ABC)" or "ABC (Long Name)"."""
    ends = {(w.passage, w.start): w for w in written}
    for w in written:
        if kind_of(w.type) is Kind.PERSON:
            continue
        inside = split_definition(w.text)
        if inside:
            yield inside[1], w.name
        text = texts[w.passage]
        after = AFTER.match(text, w.end)
        if after and SHORT.fullmatch(after["short"]) and initials_match(after["short"], w.text):
            yield after["short"], w.name
        elif SHORT.fullmatch(w.text) and (opened := BEFORE.match(text, w.end)):
            long = ends.get((w.passage, opened.end()))
            if long and text[long.end : long.end + 2].strip().startswith((")", "]")) and initials_match(w.text, long.text):
                yield w.text, long.name


def _join_definitions(
    names: Names, definitions: Iterable[tuple[str, Name]], by_name: Mapping[Name, list[_Written]]
) -> dict[Name, set[str]]:
    """Join defined short forms that mean one name here; returns the short keys of each name."""
    defined: dict[Name, set[str]] = defaultdict(set)
    meanings: dict[str, set[Name]] = defaultdict(set)
    for short, long in definitions:
        defined[long].add(normalise(long[0], short))
        meanings[fold(short)].add(long)
    for name in by_name:
        found = meanings.get(name[1], set())
        if len(found) == 1:
            names.join(name, next(iter(found)), DEFINED)
    return defined


# what stands beside a name -------------------------------------------------------------------------------------------


def _titles(written: list[_Written], texts: Mapping[int, str]) -> dict[Name, frozenset[str]]:
    """Titles in or directly before the mentions of each person."""
    found: dict[Name, set[str]] = defaultdict(set)
    for w in written:
        if kind_of(w.type) is Kind.PERSON:
            before = TITLE_BEFORE.search(texts[w.passage], max(0, w.start - 16), w.start)
            found[w.name] |= titles_of(w.text) | ({before[1].lower()} & TITLES if before else set())
    return {name: frozenset(titles) for name, titles in found.items()}


def _heads(written: list[_Written]) -> dict[Name, frozenset[str]]:
    """Of places written "Portland, Oregon" the key of what stands before the comma."""
    found: dict[Name, set[str]] = defaultdict(set)
    for w in written:
        if kind_of(w.type) is Kind.PLACE and "," in w.text:
            found[w.name].add(normalise(w.type, w.text.partition(",")[0]))
    return {name: frozenset(heads) for name, heads in found.items()}

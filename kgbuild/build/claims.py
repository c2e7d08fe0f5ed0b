"""What the text says about the two ends of a fact -> whether the text bears the fact at all.

A model learns that a country which stands near a name is its country, and that a president's name near a country is its head.
Each rule here is one such habit that readers of real documents met, with a name, counted under it, and switched off by it
(`hygiene_off` in kgbuild.toml). Rules are about English words and are asked about English passages alone; they know the label of
the relation in Wikidata (P27), the passage and where it names the two ends. Countries come from the table of resolution.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from kgbuild.build.places import (
    CONTINENTS,
    HOLDS_COUNTRIES,
    STATES,
    UNBRACKETED,
    WORD,
    countries_in,
    country,
    country_at,
    is_people,
    places_in,
    territory_at,
)  # fmt: skip
from kgbuild.resolution.countries import canonical_place
from kgbuild.resolution.lexicon import PUBLIC_BODIES, Kind, kind_of
from kgbuild.resolution.names import fold

LANGUAGE = "en"
"""The language of the words below."""

CITIZEN, COUNTRY, ORIGIN, LOCATED = "P27", "P17", "P495", "P131"
HEADS = frozenset(("P6", "P35"))
GOVERNS = "P1001"
CHIEF_EXECUTIVE = "P169"
INVERSE = {"P150": LOCATED}
"""Labels that say another label's fact from its other end."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a fact: the kind of its type, and where the passage names it (half-open offsets, in text order)."""

    kind: Kind
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact that a model reads in a passage's text; label: the model's own, a Wikidata property."""

    label: str
    text: str
    head: End
    tail: End

    def forms(self, end: End) -> Iterator[str]:
        """The written forms of an end."""
        return (self.text[start:stop] for start, stop in end.spans)


def end(type: str, spans: Collection[tuple[int, int]]) -> End:
    """An end by the name of its type in the schema."""
    return End(kind_of(type), tuple(sorted(set(spans))))


def verdict(claim: Claim, off: Collection[str] = ()) -> str:
    """The name of the rule by which the text bears no such fact, or ''."""
    if claim.label in INVERSE:
        claim = Claim(INVERSE[claim.label], claim.text, claim.tail, claim.head)
    return next((name for name, forbids in RULES.items() if name not in off and forbids(claim)), "")


def tail_country(claim: Claim) -> str:
    """The country that the tail names in the passage, or ''."""
    return next(filter(None, map(country, claim.forms(claim.tail))), "")


# ── the words around a name ──────────────────────────────────────────────────────────────────────────────────────────

CLAUSE = re.compile(r"[;:!?()\[\]\n\t\"“”]|^[.](?=\s)|(?:\b[a-z]{2,}|\d|\b[A-Z][a-z]{4,}|\b[A-Z]{3,})[.](?=\s|$)")
"""Where the words that belong to a name end."""


def words_before(text: str, start: int, limit: int = 90) -> str:
    """What stands before an offset in its clause, behind the last comma that is not right before the name."""
    piece = text[max(0, start - limit) : start]
    ends = [match.end() for match in CLAUSE.finditer(piece)]
    return piece[max(ends, default=0) :].rstrip(", ").rpartition(",")[2].lstrip() + " "


def words_after(text: str, stop: int, limit: int = 90) -> str:
    """What stands behind an offset in its clause, commas included."""
    piece = text[stop : stop + limit]
    found = CLAUSE.search(piece)
    return piece[: found.end() - 1] if found else piece


def _any_of(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


OFFICE = _any_of(
    """presidents? vice-president premier chancellor ministers? secretary undersecretary governors? mayors? senators? sen
    representatives? reps? congressman congresswoman mp mps lawmakers? councilman councilwoman councillor ambassador general
    admiral commissioner king queen prince princess emperor nominees? candidates? senate politician legislator"""
)
"""Offices and candidacies that nationals alone hold."""
VERB = r"(?:said|says|told|tells|met|meets|with|that|when|who|will|has|have|had|by|and|but)\b"
"""Words that end what is said about somebody's office."""
office_before = re.compile(
    rf"\b{OFFICE}\b\.?(?:\s+(?:of|for)\s+(?:[\w.]+\s+){{1,5}}|\s+)(?:[A-Z][\w.]*\s+){{0,2}}$", re.IGNORECASE
)
office_after = re.compile(
    rf"\s*,?\s*(?:(?:is|was|who is|who was|as)\s+)?(?:the\s+|an?\s+)?(?:(?!{VERB})[\w.’'-]+\s+){{0,5}}?{OFFICE}\b",
    re.IGNORECASE,
)

RUNS = re.compile(
    r"\b(?:elections?|elected|electoral|caucus(?:es)?|primary|primaries|ballots?|nominations?|candidacy|running mate|campaigns?|presidential|presidency"
    r"|delegates|dropped out|votes?|polls?)\b"
)
"""Words of an election, near somebody who stands in it."""

# ── a country is no citizen's because it stands near ─────────────────────────────────────────────────────────────────

PREPOSITION = r"(?:in|on|at|of|to|from|as|for|after|before|outside|near|against|over)\b"
ADJECTIVE_GAP = re.compile(
    r"(?:[’']s)?\s+(?:(?!(?:in|on|at|by|with|from|to|as|after|before|when|that|is|was|were|are|has|have|had|said|says)\b)[\w.&’'/-]+\s+){0,7}"
)
"""Between a country and the person behind it: "US Senator", "Japanese professional wrestler and Netflix star"."""
ENVOY = re.compile(
    r"\b(?:ambassador|envoy|consul|trip|visit|delegate)\s+(?:general\s+)?(?:to|in)\s+(?:the\s+)?$", re.IGNORECASE
)
OF_COUNTRY = re.compile(r"\b(?:of|for|from)\s+(?:the\s+)?$")
APPOSITION = re.compile(
    rf"(?:\s*,|\s+(?:is|was)\b|\s*,\s+who\s+(?:is|was)|(?=\s+an?\s))\s*(?:an?|the|one of the)?\s*(?:(?!{PREPOSITION})[\w-]+\s+){{0,3}}|\s+(?:of|from)\s+(?:the\s+)?"
)
BELONGS = re.compile(
    r"\b(?:born|citizens?|citizenship|national|nationality|native|naturalized|represent\w*|emigrated|exiled?|compatriots?)\b"
)


def _citizen_near_country(claim: Claim) -> bool:
    """A person as citizen of a country that the passage does not tie to the person, by an adjective, an office or a birth."""
    home = tail_country(claim)
    if claim.label != CITIZEN or claim.head.kind is not Kind.PERSON or not home:
        return False
    text = claim.text.translate(UNBRACKETED)
    persons = list(_named(claim))
    tied = {found for place, found in places_in(text) for person in persons if _tied(text, person, place)}
    if tied:
        return home not in tied
    named = Counter(found for _, found in places_in(text))
    is_main = named[home] == max(named.values(), default=0)
    return not (is_main and any(_has_office(text, person) for person in persons))


def _named(claim: Claim) -> Iterator[tuple[int, int]]:
    """Where the passage names the head, and where its last word stands without being a mention: "Richard Kenneth Guy"."""
    yield from claim.head.spans
    for word in {form.split()[-1] for form in claim.forms(claim.head) if form.split()}:
        yield from (match.span() for match in re.finditer(rf"\b{re.escape(word)}\b", claim.text))


def _tied(text: str, person: tuple[int, int], place: tuple[int, int]) -> bool:
    if place[1] <= person[0]:
        gap, before = text[place[1] : person[0]], text[max(0, place[0] - 40) : place[0]]
        if len(gap) > 120 or ENVOY.search(before):
            return False
        if CLAUSE.search(gap):
            return False
        if BELONGS.search(gap):
            return True
        if not ADJECTIVE_GAP.fullmatch(gap):
            return False
        return bool(gap.strip(" ’'s")) or is_people(text[slice(*place)]) or OF_COUNTRY.search(before) is not None
    gap = text[person[1] : place[0]]
    if len(gap) > 120 or CLAUSE.search(gap) or ENVOY.search(gap):
        return False
    return bool(APPOSITION.fullmatch(gap) or BELONGS.search(gap) or office_after.match(gap))


def _has_office(text: str, span: tuple[int, int]) -> bool:
    """Whether somebody holds an office that nationals hold, or runs for one."""
    before, after = words_before(text, span[0]), words_after(text, span[1])
    return bool(office_before.search(before) or office_after.match(after) or RUNS.search(before) or RUNS.search(after))


# ── heads of countries hold the office ───────────────────────────────────────────────────────────────────────────────

HEAD = r"(?:presidents?|prime ministers?|premier|chancellor|king|queen|mayors?|governors?|emperor|empress|sultan|emir|pope|tsar|monarch|head of state|head of government|taoiseach|(?:first|chief) minister|dictator|ruler|leader)"
head_before = re.compile(
    rf"(?P<rank>(?:[\w’'-]+\s+){{0,4}}){HEAD}(?:\s+(?:of|for)\s+(?:[\w.’']+\s+){{1,4}}|\s+)(?:[A-Z][\w.]*\s+(?:and\s+)?){{0,3}}$",
    re.IGNORECASE,
)
head_after = re.compile(
    rf"\s*,?\s*(?:(?:is|was|who is|who was|as|became|elected)\s+)?(?:the\s+|an?\s+)?(?P<rank>(?:[\w.’'-]+\s+){{0,4}}?){HEAD}\b",
    re.IGNORECASE,
)
LESSER = re.compile(
    r"\b(?:vice|deputy|former|formerly|ex|then|late|acting vice|assistant|previous|past|ousted|nominee|candidate)\b[\s-]*",
    re.IGNORECASE,
)


def _no_head(claim: Claim) -> bool:
    """A head of state or government whom the passage calls no president, minister, mayor …, or a former or vice one."""
    return claim.label in HEADS and not any(_is_head(claim.text, span) for span in claim.tail.spans)


CHIEF = re.compile(r"\b(?:c\.?e\.?o|chief executives?|chief exec|managing director|head of the company)\b", re.IGNORECASE)
AROUND = 110
"""Characters on each side of a name in which its title is looked for."""


def _no_chief(claim: Claim) -> bool:
    """A chief executive near whose name the passage has no such title: a director, a founder, somebody of the team."""
    if claim.label != CHIEF_EXECUTIVE:
        return False
    return not any(CHIEF.search(claim.text, max(0, start - AROUND), stop + AROUND) for start, stop in claim.tail.spans)


def _head_of_another_country(claim: Claim) -> bool:
    """A head of one country whom the passage calls another's: "French President Emmanuel Macron" is not Slovakia's."""
    home = next(filter(None, map(country, claim.forms(claim.head))), "")
    if claim.label not in HEADS or not home:
        return False
    tied = {found for place, found in places_in(claim.text) for span in claim.tail.spans if _tied(claim.text, span, place)}
    return bool(tied) and home not in tied


def _is_head(text: str, span: tuple[int, int]) -> bool:
    for found in (head_before.search(words_before(text, span[0])), head_after.match(words_after(text, span[1]))):
        if found and not LESSER.search(found["rank"]):
            return True
    return False


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _person_with_jurisdiction(claim: Claim) -> bool:
    """Laws, offices and bodies apply to a jurisdiction; a person does not."""
    return claim.label == GOVERNS and claim.head.kind is Kind.PERSON


def _no_country(claim: Claim) -> bool:
    """A state of a federation, a continent or its people where the relation wants a country."""
    if claim.label not in (CITIZEN, COUNTRY, ORIGIN):
        return False
    return all(canonical_place(fold(form)) in STATES | CONTINENTS for form in claim.forms(claim.tail))


def _country_in_country(claim: Claim) -> bool:
    """A country in another country, or in itself."""
    if claim.label not in (COUNTRY, LOCATED) or claim.head.kind is not Kind.PLACE:
        return False
    heads, tail = {country(form) for form in claim.forms(claim.head)}, tail_country(claim)
    return bool(tail) and "" not in heads and tail not in HOLDS_COUNTRIES


def _state_in_state(claim: Claim) -> bool:
    """A state of a federation in another one: a list of cities and states whose commas were lost."""
    if claim.label not in (COUNTRY, LOCATED):
        return False
    ends = [{canonical_place(fold(form)) for form in claim.forms(end)} for end in (claim.head, claim.tail)]
    return all(names <= STATES for names in ends) and not ends[0] & ends[1]


ABROAD = re.compile(
    r"\b(?:embassy|consulate|mission|chamber|university|college|school|hospital|bank|restaurant|institute|museum|community|church)\b",
    re.IGNORECASE,
)
"""Bodies that carry a country's name in another country."""
PLACED = re.compile(r"\s*(?:,|\[?\bin\b|\()\s*(?:the\s+)?$")
ADJECTIVE = re.compile(rf"(?:[’']s)?\s+(?:(?!{PREPOSITION}|{VERB})[a-z-]+\s+){{0,3}}")


def _of_another_country(claim: Claim) -> bool:
    """A body or place that the passage gives to another country than the tail: by its name, the word before or behind it."""
    tail = tail_country(claim)
    if claim.label not in (COUNTRY, LOCATED) or not tail or claim.head.kind not in (Kind.ORGANIZATION, Kind.PLACE):
        return False
    given = {found for span in claim.head.spans for found in _given_to(claim, span)}
    return bool(given) and tail not in given


def _given_to(claim: Claim, span: tuple[int, int]) -> Iterator[str]:
    text, name = claim.text, claim.text[slice(*span)]
    if claim.head.kind is Kind.ORGANIZATION and not ABROAD.search(name):
        yield from countries_in(name)
    behind = re.match(r"\s*(?:,|\[?in\b)\s*(?:the\s+)?", text[span[1] : span[1] + 20])
    if behind:
        words = [m.group() for m in WORD.finditer(text[span[1] + behind.end() : span[1] + behind.end() + 60])]
        found, length = country_at(words, 0) if words else ("", 0)
        if (found and not (length == 1 and is_people(words[0]))) or (found := territory_at(words)):
            yield found
    before = words_before(text, span[0], 60)
    for match in WORD.finditer(before):
        if match.group()[0].isupper() and ADJECTIVE.fullmatch(before[match.end() :]) and (found := country(match.group())):
            yield found


INTERNATIONAL = re.compile(
    r"(?:United Nations|UN|U\.N\.|World (?:Health|Trade|Food|Bank|Meteorological|Economic)|NATO|European (?:Union|Commission|Council|Parliament|Space|Central)"
    r"|International (?:Space|Monetary|Court|Criminal|Atomic|Olympic|Labou?r|Organi[sz]ation|Federation|Union|Committee|Civil|Energy)"
    r"|G7|G20|OECD|UNESCO|UNICEF|WHO|WTO|IMF|OPEC|ASEAN|African Union|Organi[sz]ation (?:of|for) (?!the Secretary)\w+)\b"
)


def _international(claim: Claim) -> bool:
    """A body of many countries in one of them."""
    if claim.label not in (COUNTRY, LOCATED) or claim.head.kind is not Kind.ORGANIZATION or not tail_country(claim):
        return False
    return any(INTERNATIONAL.match(form) for form in claim.forms(claim.head))


REPORTS = re.compile(
    r"\s*,?\s*(?:(?:later|also|previously|first|has|had)\s+)?(?:reported|reports)\b|\s+news (?:agency|service|network|channel)\b"
)
TOLD = re.compile(r"\b(?:told|interview (?:with|by))\s+(?:the\s+)?$", re.IGNORECASE)
ACCORDING = re.compile(r"\b(?:according to|report (?:from|by|in))\s+(?:the\s+)?$", re.IGNORECASE)
MEDIUM = re.compile(r"\b(?:News|Press|Times|Post|Herald|Journal|Gazette|Tribune|Guardian|Review|Reuters|Radio|Television|TV)\b")
PUBLIC = re.compile(rf"\b(?:{'|'.join(sorted(PUBLIC_BODIES - {'agency'}))})\b", re.IGNORECASE)


def _quoted_medium(claim: Claim) -> bool:
    """A newspaper or agency in the country that it reports of: all that the passage says of it is that it reports."""
    if (
        claim.label not in (COUNTRY, LOCATED)
        or claim.head.kind not in (Kind.ORGANIZATION, Kind.MISC)
        or not tail_country(claim)
    ):
        return False
    return bool(claim.head.spans) and all(_is_quoted(claim.text, span) for span in claim.head.spans)


def _is_quoted(text: str, span: tuple[int, int]) -> bool:
    name, before = text[slice(*span)], text[max(0, span[0] - 30) : span[0]]
    if PUBLIC.search(name):
        return False
    return bool(REPORTS.match(text, span[1]) or TOLD.search(before) or (MEDIUM.search(name) and ACCORDING.search(before)))


ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|mil|edu|io|info|co|eu|int|uk|us|de|fr|ca|au)", re.IGNORECASE)


def _address_in_place(claim: Claim) -> bool:
    """An address on the web in a territory."""
    return claim.label == LOCATED and all(ADDRESS.fullmatch(form) for form in claim.forms(claim.head))


RULES: dict[str, Callable[[Claim], bool]] = {
    "citizen_by_nearness": _citizen_near_country,
    "head_without_office": _no_head,
    "head_of_another_country": _head_of_another_country,
    "chief_without_title": _no_chief,
    "person_with_jurisdiction": _person_with_jurisdiction,
    "no_country": _no_country,
    "country_in_country": _country_in_country,
    "state_in_state": _state_in_state,
    "of_another_country": _of_another_country,
    "international_body": _international,
    "quoted_medium": _quoted_medium,
    "web_address_in_place": _address_in_place,
}
"""Rule name -> whether it forbids a claim, asked in this order; the first that does names the reason."""

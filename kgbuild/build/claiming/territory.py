"""Rules on what lies in a country or territory: countries, states, bodies, media, addresses."""

import re
from collections import Counter
from collections.abc import Iterator

from kgbuild.build.claiming.around import PREPOSITION, VERB, words_before
from kgbuild.build.claiming.claim import CITIZEN, CONTINENT, COUNTRY, LOCATED, ORIGIN, Claim, tail_country
from kgbuild.build.continents import continents_in, continents_of, holds_many
from kgbuild.build.places import (
    HOLDS_COUNTRIES,
    STATES,
    WORD,
    countries_around,
    countries_in,
    country,
    country_at,
    is_people,
    places_in,
    territory_at,
)
from kgbuild.resolution.countries import canonical_place
from kgbuild.resolution.lexicon import PUBLIC_BODIES, Kind
from kgbuild.resolution.names import fold
from kgbuild.resolution.postal import state_of


def no_country(claim: Claim) -> bool:
    """A state of a federation, a continent or its people where the relation wants a country."""
    if claim.label not in (CITIZEN, COUNTRY, ORIGIN):
        return False
    return all(canonical_place(fold(form)) in STATES or holds_many(form) for form in claim.forms(claim.tail))


def country_in_country(claim: Claim) -> bool:
    """A country in another country, or in itself."""
    if claim.label not in (COUNTRY, LOCATED) or claim.head.kind is not Kind.PLACE:
        return False
    heads, tail = {country(form) for form in claim.forms(claim.head)}, tail_country(claim)
    return bool(tail) and "" not in heads and tail not in HOLDS_COUNTRIES


def state_in_state(claim: Claim) -> bool:
    """A state of a federation in another one: a list of cities and states whose commas were lost."""
    if claim.label not in (COUNTRY, LOCATED):
        return False
    ends = [{canonical_place(fold(form)) for form in claim.forms(end)} for end in (claim.head, claim.tail)]
    return all(names <= STATES for names in ends) and not ends[0] & ends[1]


def city_of_another_state(claim: Claim) -> bool:
    """A city that is followed by another state than the tail: "Brownsville TX and San Diego CA"."""
    if claim.label != LOCATED or claim.head.kind is not Kind.PLACE:
        return False
    tails = {_state_at(claim.text, *span) for span in claim.tail.spans}
    own = {_state_behind(claim.text, stop) for _, stop in claim.head.spans}
    return "" not in tails | own and bool(own) and not tails & own


BEHIND = re.compile(r",?[ \t]+(?P<state>[A-Z]{2}|(?:[A-Z]\.){2}|[A-Z][a-z]+(?: [A-Z][a-z]+)*)(?!\w)")


def _state_behind(text: str, stop: int) -> str:
    """The state that is named directly behind an offset, by its name ("Kansas", but not in "Kansas City") or a code; '' if there is none."""
    found = BEHIND.match(text, stop)
    return _state_at(text, *found.span("state")) if found else ""


def _state_at(text: str, start: int, end: int) -> str:
    """The state that is written there, by its name or as a postal code; '' for anything else."""
    name = canonical_place(fold(text[start:end]))
    return name if name in STATES else state_of(text, start, end).removesuffix(" state")


TOWN_BEFORE = re.compile(r"[\w’'.-],\s$")


def country_of_another(claim: Claim) -> bool:
    """A country of another sentence, where the passage names another country more often, or as often and this one only behind a town."""
    home = tail_country(claim)
    if not claim.is_inferred or claim.label not in (COUNTRY, LOCATED) or not home:
        return False
    named = Counter(found for _, found in places_in(claim.text))
    most = max(named.values(), default=0)
    if not named[home] or any(home in countries_in(form) for form in claim.forms(claim.head)):
        return False
    if named[home] < most:
        return True
    is_alone = sum(number == most for number in named.values()) == 1
    return not is_alone and all(TOWN_BEFORE.search(claim.text, max(0, start - 3), start) for start, _ in claim.tail.spans)


def city_of_another(claim: Claim) -> bool:
    """A city in a country that has none of its name, or in a state or a city of such a country."""
    if claim.label not in (COUNTRY, LOCATED) or claim.head.kind is not Kind.PLACE:
        return False
    heads, tails = ([countries_around(form) for form in claim.forms(end)] for end in (claim.head, claim.tail))
    return _are_apart(heads, tails)


def _are_apart(heads: list[frozenset[str]], tails: list[frozenset[str]]) -> bool:
    """Whether two ends have nowhere in common. For each form of them: where it may lie, none if unknown; of the head all are to be known."""
    return all(heads) and any(tails) and not frozenset().union(*heads) & frozenset().union(*tails)


def on_another_continent(claim: Claim) -> bool:
    """A country, state or city on a continent on which neither it nor its country lies."""
    if claim.label != CONTINENT:
        return False
    heads = [frozenset().union(*map(continents_of, countries_around(form))) for form in claim.forms(claim.head)]
    return _are_apart(heads, [continents_in(form) for form in claim.forms(claim.tail)])


ABROAD = re.compile(
    r"\b(?:embassy|consulate|mission|chamber|university|college|school|hospital|bank|restaurant|institute|museum|community|church)\b",
    re.IGNORECASE,
)
"""Bodies that carry a country's name in another country."""


ADJECTIVE = re.compile(rf"(?:[’']s)?\s+(?:(?!{PREPOSITION}|{VERB})[a-z-]+\s+){{0,3}}")


def of_another_country(claim: Claim) -> bool:
    """A body or place that the passage gives to another country than the tail: by its name, the word before or behind it."""
    if claim.label not in (COUNTRY, LOCATED) or claim.head.kind not in (Kind.ORGANIZATION, Kind.PLACE):
        return False
    if home := tail_country(claim):
        given = {found for span in claim.head.spans for found in _given_to(claim, span)}
        return bool(given) and home not in given
    behind = {found for span in claim.head.spans for found in _behind(claim.text, span[1])}
    tails = frozenset().union(*map(countries_around, claim.forms(claim.tail)))
    return bool(behind) and bool(tails) and not tails & behind


def _given_to(claim: Claim, span: tuple[int, int]) -> Iterator[str]:
    text, name = claim.text, claim.text[slice(*span)]
    if claim.head.kind is Kind.ORGANIZATION and not ABROAD.search(name):
        yield from countries_in(name)
    yield from _behind(text, span[1])
    before = words_before(text, span[0], 60)
    for match in WORD.finditer(before):
        if match.group()[0].isupper() and ADJECTIVE.fullmatch(before[match.end() :]) and (found := country(match.group())):
            yield found


def _behind(text: str, stop: int) -> Iterator[str]:
    """The countries of the place that is named behind an offset: ", Japan", "in Vienna"."""
    behind = re.match(r"\s*(?:,|\[?in\b)\s*(?:the\s+)?", text[stop : stop + 20])
    if not behind:
        return
    words = [m.group() for m in WORD.finditer(text[stop + behind.end() : stop + behind.end() + 60])]
    found, length = country_at(words, 0) if words else ("", 0)
    if (found and not (length == 1 and is_people(words[0]))) or (found := territory_at(words)):
        yield found
    elif not found:
        yield from _with_city_at(words)


def _with_city_at(words: list[str]) -> frozenset[str]:
    """The countries that have a city of the name that the words begin with; none if they begin with none."""
    for length in range(LONGEST_CITY, 0, -1):
        if len(words) >= length and words[0][0].isupper() and (found := countries_around(" ".join(words[:length]))):
            return found
    return frozenset()


LONGEST_CITY = 3
"""Words."""

INTERNATIONAL = re.compile(
    r"(?:United Nations|UN|U\.N\.|World (?:Health|Trade|Food|Bank|Meteorological|Economic)|NATO|European (?:Union|Commission|Council|Parliament|Space|Central)"
    r"|International (?:Space|Monetary|Court|Criminal|Atomic|Olympic|Labou?r|Organi[sz]ation|Federation|Union|Committee|Civil|Energy)"
    r"|G7|G20|OECD|UNESCO|UNICEF|WHO|WTO|IMF|OPEC|ASEAN|African Union|Organi[sz]ation (?:of|for) (?!the Secretary)\w+)\b"
)


def international(claim: Claim) -> bool:
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


def quoted_medium(claim: Claim) -> bool:
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


def address_in_place(claim: Claim) -> bool:
    """An address on the web in a territory."""
    return claim.label == LOCATED and all(ADDRESS.fullmatch(form) for form in claim.forms(claim.head))

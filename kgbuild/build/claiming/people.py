"""Rules on citizens, heads of countries and chief executives: the text ties a person to a country or an office."""

import re
from collections import Counter
from collections.abc import Iterator

from kgbuild.build.claiming.around import ADJECTIVE_GAP, CLAUSE, PREPOSITION, VERB, words_after, words_before
from kgbuild.build.claiming.claim import CHIEF_EXECUTIVE, CITIZEN, FOUNDER, HEADS, JURISDICTION, Claim, tail_country
from kgbuild.build.places import UNBRACKETED, country, is_people, places_in
from kgbuild.resolution.lexicon import Kind


def _any_of(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


OFFICE = _any_of(
    """presidents? vice-president premier chancellor ministers? secretary undersecretary governors? mayors? senators? sen
    representatives? reps? congressman congresswoman mp mps lawmakers? councilman councilwoman councillor ambassador general
    admiral commissioner king queen prince princess emperor nominees? candidates? senate politician legislator"""
)
"""Offices and candidacies that nationals alone hold."""
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


def citizen_near_country(claim: Claim) -> bool:
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


def no_head(claim: Claim) -> bool:
    """A head of state or government whom the passage calls no president, minister, mayor …, or a former or vice one."""
    return claim.label in HEADS and not any(_is_head(claim.text, span) for span in claim.tail.spans)


CHIEF = re.compile(r"\b(?:c\.?e\.?o|chief executives?|chief exec|managing director|head of the company)\b", re.IGNORECASE)
AROUND = 110
"""Characters on each side of a name in which its title is looked for."""


def no_chief(claim: Claim) -> bool:
    """A chief executive near whose name the passage has no such title: a director, a founder, somebody of the team."""
    if claim.label != CHIEF_EXECUTIVE:
        return False
    return not _near(claim, CHIEF, claim.tail.spans)


FOUNDING = re.compile(
    r"found|establish|creat|start|set ?up|stand(?:s|ing)? up|stood up|launch|\bform(?:ed|s|ing|ation)\b|beg[aiu]n|open|invent|introduc|brainchild"
    r"|incorporat|buil[dt]|organi[sz]|conceiv|initiat|develop|institut(?:ed|ing)|pioneer",
    re.IGNORECASE,
)


def no_founder(claim: Claim) -> bool:
    """A founder of what nobody founds, starts, opens … near either name in the passage: a director, an owner."""
    return claim.label == FOUNDER and not _near(claim, FOUNDING, claim.head.spans + claim.tail.spans)


def _near(claim: Claim, words: re.Pattern[str], spans: tuple[tuple[int, int], ...]) -> bool:
    return any(words.search(claim.text, max(0, start - AROUND), stop + AROUND) for start, stop in spans)


def head_of_another_country(claim: Claim) -> bool:
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


def person_with_jurisdiction(claim: Claim) -> bool:
    """Laws, offices and bodies apply to a jurisdiction; a person does not."""
    return claim.label == JURISDICTION and claim.head.kind is Kind.PERSON

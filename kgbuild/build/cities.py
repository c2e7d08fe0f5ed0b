"""Which countries have a city of a name: a table (GeoNames, CC BY 4.0) and one look-up. It forbids, and never says where a city lies."""

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")
"""A line a country: its name, and its cities; lines that begin with # are about the table."""


@cache
def countries_with() -> dict[str, frozenset[str]]:
    """Folded names of cities -> the countries that have a place of that name, as `countries.TABLE` calls them."""
    found: dict[str, set[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, cities = line.partition(": ")
            for city in cities.split(", "):
                found.setdefault(city, set()).add(country)
    return {city: frozenset(countries) for city, countries in found.items()}

"""Which continents a country lies on (GeoNames, CC BY 4.0), and which continents a written form names. It forbids, and never says where a place lies."""

from functools import cache

from kgbuild.resolution.countries import canonical_place, country_of
from kgbuild.resolution.names import fold

TABLE = """
africa: algeria, angola, benin, botswana, burkina faso, burundi, cameroon, cape verde, central african republic, chad, comoros,
  democratic republic of the congo, djibouti, egypt, equatorial guinea, eritrea, eswatini, ethiopia, gabon, gambia, ghana, guinea,
  guinea bissau, ivory coast, kenya, lesotho, liberia, libya, madagascar, malawi, mali, mauritania, mauritius, morocco, mozambique,
  namibia, niger, nigeria, republic of the congo, rwanda, senegal, seychelles, sierra leone, somalia, south africa, south sudan,
  sudan, tanzania, togo, tunisia, uganda, zambia, zimbabwe
asia: afghanistan, armenia, azerbaijan, bahrain, bangladesh, bhutan, brunei, cambodia, china, cyprus, east timor, egypt, india,
  indonesia, iran, iraq, israel, japan, jordan, kazakhstan, kuwait, kyrgyzstan, laos, lebanon, malaysia, maldives, mongolia,
  myanmar, nepal, north korea, oman, pakistan, palestine, philippines, qatar, russia, saudi arabia, singapore, south korea,
  sri lanka, syria, taiwan, tajikistan, thailand, turkey, turkmenistan, united arab emirates, uzbekistan, vietnam, yemen
europe: albania, andorra, armenia, austria, azerbaijan, belarus, belgium, bosnia and herzegovina, bulgaria, croatia, cyprus,
  czech republic, denmark, estonia, finland, france, germany, greece, hungary, iceland, ireland, italy, kazakhstan, kosovo, latvia,
  liechtenstein, lithuania, luxembourg, malta, moldova, monaco, montenegro, netherlands, north macedonia, norway, poland, portugal,
  romania, russia, san marino, serbia, slovakia, slovenia, spain, sweden, switzerland, turkey, ukraine, united kingdom, vatican city
north america: antigua and barbuda, bahamas, barbados, belize, canada, costa rica, cuba, dominica, dominican republic, el salvador,
  grenada, guatemala, haiti, honduras, jamaica, mexico, nicaragua, panama, saint kitts and nevis, saint lucia,
  saint vincent and the grenadines, trinidad and tobago, united states
oceania: australia, fiji, indonesia, kiribati, marshall islands, micronesia, nauru, new zealand, palau, papua new guinea, samoa,
  solomon islands, tonga, tuvalu, united states, vanuatu
south america: argentina, bolivia, brazil, chile, colombia, ecuador, guyana, panama, paraguay, peru, suriname, trinidad and tobago,
  uruguay, venezuela
antarctica:
"""
"""Continents and their countries, as `resolution.countries` calls them; what lies on two, or is often counted to another, stands under both."""

PARTS = {
    "western europe": "europe", "eastern europe": "europe", "north africa": "africa", "west africa": "africa", "east africa": "africa",
    "southeast asia": "asia", "east asia": "asia", "south asia": "asia", "central asia": "asia", "eurasia": "europe|asia",
    "central america": "north america", "central american": "north america", "latin america": "south america|north america",
    "americas": "south america|north america",
}  # fmt: skip
"""Parts of continents, and what is larger than one."""
UNIONS = frozenset(("european union", "middle east"))
"""Unions and regions of many countries that are no part of one continent alone."""


@cache
def continents_of(country: str) -> frozenset[str]:
    """The continents of a country, by its name in the table of countries; none if unknown."""
    return frozenset(continent for continent, countries in _table().items() if country in countries)


def continents_in(form: str) -> frozenset[str]:
    """The continents that a written form names, or a part or the people of which; none if it names none."""
    key = fold(form)
    key = country_of(key) or key
    return frozenset(PARTS.get(key, key).split("|")) & _table().keys()


def holds_many(form: str) -> bool:
    """Whether a written form names a continent, a part of one, its people, or a union of countries."""
    return bool(continents_in(form)) or canonical_place(fold(form)) in UNIONS


@cache
def _table() -> dict[str, frozenset[str]]:
    lines = (line.partition(":") for line in TABLE.replace("\n  ", " ").strip().splitlines())
    return {continent: frozenset(filter(None, map(str.strip, countries.split(",")))) for continent, _, countries in lines}

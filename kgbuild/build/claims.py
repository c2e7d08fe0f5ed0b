"""What the text says about the two ends of a fact -> whether the text bears the fact at all.

A model learns that a country which stands near a name is its country, and that a president's name near a country is its head.
Each rule here is one such habit that readers of real documents met, with a name, counted under it, and switched off by it
(`hygiene_off` in kgbuild.toml). Rules are about English words and are asked about English passages alone; they know the label of
the relation in Wikidata (P27), the passage and where it names the two ends. Countries come from the table of resolution.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from kgbuild.build.claiming.claim import INVERSE, PARTY, Claim, end
from kgbuild.build.claiming.parties import party_of_another
from kgbuild.build.claiming.people import (
    citizen_near_country,
    head_of_another_country,
    no_chief,
    no_founder,
    no_head,
    person_with_jurisdiction,
)
from kgbuild.build.claiming.territory import (
    address_in_place,
    city_of_another,
    city_of_another_state,
    country_in_country,
    country_of_another,
    international,
    no_country,
    of_another_country,
    on_another_continent,
    quoted_medium,
    state_in_state,
)

__all__ = ["LANGUAGE", "OF_PERSONS", "RULES", "Claim", "end", "verdict"]

LANGUAGE = "en"
"""The language of the words that the rules look for."""

OF_PERSONS = frozenset((PARTY,))
"""Labels about which a rule asks who else is named."""

RULES: dict[str, Callable[[Claim], bool]] = {
    "citizen_by_nearness": citizen_near_country,
    "head_without_office": no_head,
    "head_of_another_country": head_of_another_country,
    "chief_without_title": no_chief,
    "founder_without_founding": no_founder,
    "person_with_jurisdiction": person_with_jurisdiction,
    "party_of_another": party_of_another,
    "no_country": no_country,
    "country_in_country": country_in_country,
    "state_in_state": state_in_state,
    "city_of_another_state": city_of_another_state,
    "of_another_country": of_another_country,
    "city_of_another_country": city_of_another,
    "on_another_continent": on_another_continent,
    "country_of_another_place": country_of_another,
    "international_body": international,
    "quoted_medium": quoted_medium,
    "web_address_in_place": address_in_place,
}
"""Rule name -> whether it forbids a claim, asked in this order; the first that does names the reason."""


def verdict(claim: Claim, off: Collection[str] = ()) -> str:
    """The name of the rule by which the text bears no such fact, or ''."""
    if claim.label in INVERSE:
        claim = replace(claim, label=INVERSE[claim.label], head=claim.tail, tail=claim.head)
    return next((name for name, forbids in RULES.items() if name not in off and forbids(claim)), "")

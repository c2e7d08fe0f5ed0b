"""Which facts a text does not bear: the patterns that readers of real documents met, and their near misses."""

import pytest

from kgbuild.build import claims
from kgbuild.build.cities import FILE, countries_with
from kgbuild.build.continents import continents_of
from kgbuild.build.place import Rules, place
from kgbuild.build.places import NO_COUNTRIES
from kgbuild.config import Build
from kgbuild.errors import ConfigError
from kgbuild.graph.hygiene import check_off
from kgbuild.records import Extraction, Link, Span
from kgbuild.resolution.countries import TABLE
from kgbuild.resolution.names import fold
from kgbuild.schema import load_schema
from tests.build.helpers import spans
from tests.factory import stored

ORG, PLACE, PERSON, MISC = "Organization", "Location", "Person", "Miscellaneous"


def judge(label, text, head, tail, off=(), is_inferred=False):
    """The rule for a fact between two (name, type); an end stands wherever its name does."""
    ends = (claims.end(type, spans(text, name)) for name, type in (head, tail))
    return claims.verdict(claims.Claim(label, text, *ends, is_inferred=is_inferred), off=off)


@pytest.mark.parametrize(
    "text, person, country",
    [
        ("Stores in Australia ran dry. Russell Zimmerman, director of the Retailers Association, asked for calm.", "Russell Zimmerman", "Australia"),
        ("Jennifer Kim is a division chief. Guides cover 99% of all U.S. households.", "Jennifer Kim", "U.S."),
        ("She praised efforts to protect all Americans. Albert Palacios wrote this post.", "Albert Palacios", "Americans"),
        ("Readout of Secretary Azar's day in Brazil. The U.S. and U.S. agencies thanked Brazil. American aid stays.", "Azar", "Brazil"),
        ("He met the U.S. Ambassador to the Argentine Republic Edward Prado.", "Edward Prado", "Argentine Republic"),
        ("Matovič of Slovakia isolated. Slovakia spoke to President of France Emmanuel Macron.", "Emmanuel Macron", "Slovakia"),
        ("Oman mourned. The Iranian Foreign Minister Mohammad Zarif came to Oman.", "Mohammad Zarif", "Oman"),
        ("Her brother was banned for playing Israeli Grand Master Alexander Huzman. Iran is silent.", "Alexander Huzman", "Iran"),
    ],
)  # fmt: skip
def test_nobody_is_a_citizen_of_a_country_that_merely_stands_near(text, person, country):
    assert judge("P27", text, (person, PERSON), (country, PLACE)) == "citizen_by_nearness"


@pytest.mark.parametrize(
    "text, person, country",
    [
        ("Japanese professional wrestler and Netflix star Hana Kimura dies aged 22.", "Hana Kimura", "Japanese"),
        ("Richard Guy, a British mathematician, died on Monday.", "Richard Guy", "British"),
        ("Richard Kenneth Guy, a British mathematician, died. Guy was a professor in Canada.", "Guy", "British"),
        ("Burundi President Pierre Nkurunziza dies.", "Pierre Nkurunziza", "Burundi"),
        ("President of Argentina Alberto Fernández spoke.", "Alberto Fernández", "Argentina"),
        ("Indian Prime Minister Narendra Modi wrote. It happened in India.", "Narendra Modi", "India"),
        ("He met Ginette Taylor Minister of Health from Canada and thanked the U.S.", "Ginette Taylor", "Canada"),
        ("Marie Curie was born in Poland.", "Marie Curie", "Poland"),
        ("Secretary Azar spoke of America's hospitals.", "Azar", "America"),
        ("In the 2016 United States election Sanders lost the caucuses to Hillary Clinton.", "Hillary Clinton", "United States"),
        ("An [Iranian] chess master, Mitra, is an [Iranian] grand master.", "Mitra", "Iranian"),
    ],
)  # fmt: skip
def test_an_adjective_an_office_a_birth_or_a_candidacy_makes_a_citizen(text, person, country):
    assert judge("P27", text, (person, PERSON), (country, PLACE)) == ""


@pytest.mark.parametrize(
    "text, person",
    [
        ("United States Senator from Vermont Bernie Sanders won.", "Bernie Sanders"),
        ("Former Vice President of the United States Joe Biden earned two delegates.", "Joe Biden"),
        ("What of the United States under former President Barack Obama?", "Barack Obama"),
        ("In the 2016 United States election Sanders lost to Hillary Clinton.", "Hillary Clinton"),
    ],
)
def test_a_name_near_a_country_makes_no_head_of_it(text, person):
    assert judge("P6", text, ("United States", PLACE), (person, PERSON)) == "head_without_office"


@pytest.mark.parametrize(
    "text, place, person",
    [
        ("President Trump spoke of the United States.", "United States", "Trump"),
        ("Prime Minister of Slovakia Igor Matovič isolates.", "Slovakia", "Igor Matovič"),
        ("Belarus may amend what the current president, Alexander Lukashenko, signed.", "Belarus", "Alexander Lukashenko"),
        ("Angela Merkel, the Chancellor of Germany, asked why.", "Germany", "Angela Merkel"),
        ("London's mayor Sadiq Khan was there.", "London", "Sadiq Khan"),
    ],
)
def test_whoever_holds_the_office_is_the_head(text, place, person):
    assert judge("P35", text, (place, PLACE), (person, PERSON)) == ""


def test_a_head_of_one_country_is_not_anothers():
    text = "Slovakia waits. French President Emmanuel Macron was in Slovakia."

    assert judge("P35", text, ("Slovakia", PLACE), ("Emmanuel Macron", PERSON)) == "head_of_another_country"
    assert judge("P35", text, ("French", PLACE), ("Emmanuel Macron", PERSON)) == ""


def test_laws_and_bodies_have_a_jurisdiction_and_persons_have_none():
    text = "President Trump asked Congress to change U.S. laws."

    assert judge("P1001", text, ("Trump", PERSON), ("U.S.", PLACE)) == "person_with_jurisdiction"
    assert judge("P1001", text, ("Congress", ORG), ("U.S.", PLACE)) == ""


@pytest.mark.parametrize("tail", ["Texas", "Latin American", "Europe", "New South Wales"])
def test_a_state_a_continent_or_its_people_is_no_country(tail):
    text = f"The agency moved to {tail} last year."

    assert judge("P17", text, ("agency", ORG), (tail, PLACE)) == "no_country"
    assert judge("P131", text, ("agency", ORG), (tail, PLACE)) == ""


def test_a_country_with_the_name_of_a_state_stays_a_country():
    assert judge("P17", "Tbilisi is in Georgia.", ("Tbilisi", PLACE), ("Georgia", PLACE)) == ""


@pytest.mark.parametrize(
    "head, tail, rule",
    [
        ("DRC", "United States", "country_in_country"),
        ("Germans", "Germany", "country_in_country"),
        ("Scotland", "United Kingdom", ""),
        ("Latvia", "Soviet Union", ""),
        ("Puerto Rico", "United States", ""),
    ],
)
def test_no_country_is_in_another(head, tail, rule):
    text = f"Aid reached {head} from {tail}."

    assert judge("P131", text, (head, PLACE), (tail, PLACE)) == rule
    assert judge("P150", text, (tail, PLACE), (head, PLACE)) == rule  # the same fact from its other end


def test_a_state_is_in_no_other_state():
    text = "Hospitals in The Woodlands Texas Charleston South Carolina were ready."

    assert judge("P131", text, ("Texas", PLACE), ("South Carolina", PLACE)) == "state_in_state"
    assert judge("P131", text, ("Charleston", PLACE), ("South Carolina", PLACE)) == ""


@pytest.mark.parametrize(
    "text, head, tail, rule",
    [
        ("Offices: Brownsville TX and San Diego CA.", "Brownsville", "CA", "city_of_another_state"),
        ("Offices: Brownsville TX and San Diego CA.", "San Diego", "CA", ""),
        ("Kansas City, MO details, New York City, NY details", "Kansas City", "NY", "city_of_another_state"),
        ("Moved from Dallas, Texas, to Denver, Colorado.", "Dallas", "Colorado", "city_of_another_state"),
        ("At 2300 Main Street, Kansas City, MO 64108", "2300 Main Street", "MO", ""),
        ("In Austin, Texas Instruments of Ohio opened.", "Austin", "Ohio", ""),
    ],
)
def test_a_city_is_in_the_state_that_follows_it(text, head, tail, rule):
    assert judge("P131", text, (head, PLACE), (tail, PLACE)) == rule


@pytest.mark.parametrize(
    "text, head, type, tail",
    [
        ("The Iraqi Parliament asked United States troops to go.", "Iraqi Parliament", ORG, "United States"),
        ("Outside of Australia, online British supermarket Ocado limited purchases.", "Ocado", ORG, "Australia"),
        ("Patients come from sites across Israel. HAMILTON, BERMUDA, December 3.", "HAMILTON", PLACE, "Israel"),
        ("It was held in Riyadh [in Saudi Arabia], and Iran hosted the next.", "Riyadh", PLACE, "Iran"),
    ],
)
def test_what_the_text_gives_to_one_country_is_not_in_another(text, head, type, tail):
    assert judge("P17", text, (head, type), (tail, PLACE)) == "of_another_country"


@pytest.mark.parametrize(
    "text, head, type, tail",
    [
        ("The Iraqi Parliament met in Iraq.", "Iraqi Parliament", ORG, "Iraq"),
        ("He met the American Chamber of Commerce in Argentina.", "American Chamber of Commerce", ORG, "Argentina"),
        ("The virus reached China, said the U.S. embassy in Beijing.", "Beijing", PLACE, "China"),
        ("Police in Kamloops, British Columbia, Canada were called.", "Kamloops", PLACE, "Canada"),
        (
            "She studied Linguistics and Spanish from the University of Michigan in the U.S.",
            "University of Michigan",
            ORG,
            "U.S.",
        ),
        ("HHS protects all Americans.", "HHS", ORG, "Americans"),
    ],
)
def test_a_country_in_the_name_or_near_it_is_not_always_its_own(text, head, type, tail):
    assert judge("P17", text, (head, type), (tail, PLACE)) == ""


@pytest.mark.parametrize(
    "text, person, rule",
    [
        (
            "David Lipscomb is the director of the Writing Center and assistant professor.",
            "David Lipscomb",
            "chief_without_title",
        ),
        (
            "Keith is the co-founder of Digital Public. " + "It helps communities. " * 6 + "Its CEO left.",
            "Keith",
            "chief_without_title",
        ),
        ("Dave Lewis, CEO of Tesco, stated they did not.", "Dave Lewis", ""),
        ("Friedler, formerly the president and chief executive officer of Symplicity, pled guilty.", "Friedler", ""),
    ],
)
def test_a_chief_executive_is_called_one(text, person, rule):
    assert judge("P169", text, (text.split()[0], ORG), (person, PERSON)) == rule


@pytest.mark.parametrize(
    "text, rule",
    [
        ("Marek Novotný did not resign as chief executive of Bohemia Glass, the company said.", "founder_without_founding"),
        (
            "Marek Novotný runs Bohemia Glass. " + "It makes vases. " * 9 + "In May it founded a school.",
            "founder_without_founding",
        ),
        ("Bohemia Glass was set up by Marek Novotný.", ""),
        ("Marek Novotný, an inventor, opened what became Bohemia Glass.", ""),
    ],
)
def test_somebody_founds_near_a_founder(text, rule):
    assert judge("P112", text, ("Bohemia Glass", ORG), ("Marek Novotný", PERSON)) == rule


SEAT = "DEBRECEN, Hungary – Velloria opened its second plant. Its seat is Graz, Austria. Velloria Wines is in Porto."


@pytest.mark.parametrize(
    "text, head, tail, rule",
    [
        (SEAT, ("Porto", PLACE), ("Hungary", PLACE), "country_of_another_place"),
        (SEAT.replace("Graz, Austria", "Graz"), ("Porto", PLACE), ("Hungary", PLACE), ""),
        ("Hungary is glad. Austria is not. The Palace of Arts is open.", ("Palace of Arts", ORG), ("Hungary", PLACE), ""),
        ("Poland and Polish law matter. Salling bought shops. Tesco is British.", ("Salling", ORG), ("British", PLACE), "country_of_another_place"),
        ("Poland and Polish law matter. Salling bought shops. Tesco is British.", ("Salling", ORG), ("Poland", PLACE), ""),
        ("Poland and Polish law matter. The British Library came.", ("British Library", ORG), ("British", PLACE), ""),
    ],
)  # fmt: skip
def test_a_country_of_another_sentence_is_that_of_the_passage(text, head, tail, rule):
    assert judge("P17", text, head, tail, is_inferred=True) == rule
    assert judge("P17", text, head, tail) == ""


@pytest.mark.parametrize(
    "city, place, rule",
    [
        ("Sendai", "Slovenia", "city_of_another_country"),
        ("Sendai", "Japanese", ""),
        ("Sendai", "Ruritania", ""),
        ("Bristol", "Italy", "city_of_another_country"),
        ("Bristol", "the UK", ""),
        ("Bristol", "Scotland", ""),
        ("Bristol", "Rhode Island", ""),
        ("Bristol", "Ontario", "city_of_another_country"),
        ("Nairobi", "Osaka", "city_of_another_country"),
        ("Kharkiv", "Soviet Union", ""),
        ("Hong Kong", "China", ""),
        ("San José", "Chile", ""),
        ("Little Ambling", "Italy", ""),
    ],
)
def test_a_city_lies_in_a_country_that_has_one_of_its_name(city, place, rule):
    text = f"The band played in {city}. The next record was made in {place}."

    assert judge("P131", text, (city, PLACE), (place, PLACE)) == rule
    assert judge("P131", text, (city, ORG), (place, PLACE)) == ""


@pytest.mark.parametrize(
    "text, place, rule",
    [
        ("I work in Zürich. Before that I was with Strabag in Vienna.", "Zürich", "of_another_country"),
        ("I work in Zürich. Before that I was with Strabag in Basel.", "Zürich", ""),
        ("I work in Zürich. Before that I was with Strabag in Vienna.", "Vienna", ""),
        ("Kenya is far. The band met Strabag in Vienna.", "Kenya", "of_another_country"),
        ("The band met Strabag in Vienna, Virginia. U.S. law holds.", "U.S.", ""),
        ("The band met Strabag in Little Ambling. Kenya is far.", "Kenya", ""),
    ],
)
def test_what_the_text_puts_in_a_city_is_not_in_another_country(text, place, rule):
    assert judge("P131", text, ("Strabag", ORG), (place, PLACE), is_inferred=True) == rule


def test_a_body_of_many_countries_is_in_none():
    text = "The United Nations General Assembly met, and the World Bank Plaza Hotel was full; the U.S. spoke."

    assert judge("P17", text, ("United Nations General Assembly", ORG), ("U.S.", PLACE)) == "international_body"
    assert judge("P17", text, ("World Bank Plaza Hotel", PLACE), ("U.S.", PLACE)) == ""


@pytest.mark.parametrize(
    "text, medium, rule",
    [
        ("A hospital in Bangladesh told Anadolu Agency that two had died.", "Anadolu Agency", "quoted_medium"),
        ("An elephant died in Bangladesh; NDTV later reported an arrest.", "NDTV", "quoted_medium"),
        ("According to The Daily Star Times, Bangladesh waits.", "Daily Star Times", "quoted_medium"),
        ("The Census Bureau reported growth in Bangladesh.", "Census Bureau", ""),
        ("NDTV reported it. NDTV is based in Bangladesh.", "NDTV", ""),
    ],
)
def test_a_medium_is_not_in_the_country_that_it_reports_of(text, medium, rule):
    assert judge("P17", text, (medium, ORG), ("Bangladesh", PLACE)) == rule


def test_an_address_on_the_web_lies_in_no_territory():
    text = "FederalRegister.gov serves the American people, as the Federal Register does."

    assert judge("P131", text, ("FederalRegister.gov", ORG), ("American", PLACE)) == "web_address_in_place"
    assert judge("P17", text, ("FederalRegister.gov", ORG), ("American", PLACE)) == ""
    assert judge("P131", text, ("Federal Register", ORG), ("American", PLACE)) == ""


def test_every_rule_can_be_switched_off_by_its_name():
    text = "President Trump asked Congress to change U.S. laws."

    assert judge("P1001", text, ("Trump", PERSON), ("U.S.", PLACE), off=("person_with_jurisdiction",)) == ""
    check_off(claims.RULES, more=claims.RULES)
    with pytest.raises(ConfigError, match="person_with_jurisdiction"):
        check_off(["persons_with_jurisdiction"], more=claims.RULES)


# ── where facts are placed ───────────────────────────────────────────────────────────────────────────────────────────

TEXT = "Jennifer Kim is a division chief. Guides cover 99% of all U.S. households."


def placed(text=TEXT, language="en", labels=("PER", "LOC"), names=("Jennifer Kim", "U.S."), **settings):
    """The facts of a text in which a model read "citizen of" between two names, at the score that is asked for."""
    document = stored(text)
    passage = document.passages[0]
    found = sorted((*spans(text, name)[0], label) for name, label in zip(names, labels, strict=True))
    extraction = Extraction(
        tuple(Span(start, end, label, 9000) for start, end, label in found),
        ((0,), (1,)),
        (
            Link(
                found.index((*spans(text, names[0])[0], labels[0])),
                found.index((*spans(text, names[1])[0], labels[1])),
                "P27",
                9000,
            ),
        ),
    )
    passage = type(passage)(passage.index, passage.start, passage.text, language, passage.sentences, passage.blocks)
    rules = Rules(load_schema(), Build(**settings), {("P27", "stated"): 5000, ("P27", "inferred"): 5000})
    return place(document.document, (passage,), {0: extraction}, [], "", rules)


def test_a_dropped_fact_is_counted_under_its_rule_and_its_ends_stay():
    facts = placed()

    assert (facts.statements, dict(facts.dropped)) == ((), {"citizen_by_nearness": 1})
    assert {unit.type for unit in facts.units} == {"Person", "Location"}


def test_a_rule_that_is_off_drops_nothing():
    assert len(placed(hygiene_off=("citizen_by_nearness",)).statements) == 1


def test_rules_about_english_words_are_asked_about_english_alone():
    assert len(placed(language="de").statements) == 1


def test_a_handle_is_no_name_whose_sign_was_left_out():
    facts = placed(
        "Jennifer Kim writes to @USDigital in the U.S. today.", names=("Jennifer Kim", "USDigital"), labels=("PER", "LOC")
    )

    assert dict(facts.dropped)["handle"] == 1


def test_the_abbreviation_of_small_words_is_no_thing():
    text = (
        "Jennifer Kim runs a non-governmental organization (NGO) for NGOs. She knows the General Services Administration (GSA)."
    )

    assert dict(placed(text, names=("Jennifer Kim", "NGO")).dropped)["abbreviation_of_common_words"] == 1
    assert "abbreviation_of_common_words" not in dict(placed(text, names=("Jennifer Kim", "GSA")).dropped)


@pytest.mark.parametrize(
    "place, continent, rule",
    [
        ("Japan", "North America", "on_another_continent"),
        ("California", "Europe", "on_another_continent"),
        ("Libya", "European", "on_another_continent"),
        ("Christchurch", "Antarctica", "on_another_continent"),
        ("Turkey", "Europe", ""),
        ("Egypt", "Asia", ""),
        ("Costa Rica", "Latin America", ""),
        ("Spain", "European Union", ""),  # no continent: not for this rule to say
        ("Trinity Peninsula", "Antarctica", ""),  # of no country that the tables know
    ],
)
def test_no_country_lies_on_another_continent(place, continent, rule):
    assert judge("P30", f"They came from {place} and went to {continent}.", (place, PLACE), (continent, PLACE)) == rule


def test_the_table_of_continents_knows_every_country_of_today():
    past_or_none = {"soviet union", "yugoslavia"} | NO_COUNTRIES
    countries = {line.partition("|")[0].strip() for line in TABLE.strip().splitlines()} - past_or_none

    assert {country for country in countries if not continents_of(country)} == set()


def test_the_table_of_cities_is_as_names_are_compared_and_names_its_source():
    text = FILE.read_text(encoding="utf-8")
    rows = [line.partition(": ")[::2] for line in text.splitlines() if not line.startswith("#")]
    cities = [city for _, names in rows for city in names.split(", ")]

    assert "GeoNames" in text and "CC BY 4.0" in text
    assert [country for country, _ in rows] == sorted({country for country, _ in rows})
    assert all(fold(city) == city for city in cities)
    assert max(len(countries) for countries in countries_with().values()) <= 4  # three, and one that claims it

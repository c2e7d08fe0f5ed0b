import pytest

from kgbuild.errors import ConfigError
from kgbuild.graph import hygiene
from kgbuild.graph.demonyms import is_demonym
from kgbuild.graph.trimming import trim


@pytest.mark.parametrize(
    "text, rule",
    [
        ("https://www.gsa.gov/x", "url"),
        ("www.gsa.gov", "url"),
        ("someone@gsa.gov", "email"),
        ("@usdigital", "handle"),
        ("#OpenData", "hashtag"),
        ("report.pdf", "file_name"),
        ("(202) 555-0100", "phone_number"),
        ("2018", "no_letter"),
        ("☐", "no_letter"),
        ("—", "no_letter"),
        ("X", "one_letter"),
        ("us", "pronoun"),
        ("They", "pronoun"),
        ("We’ll", "pronoun"),
        ("Acting CIO", "bare_title"),
        ("Secretary", "bare_title"),
        ("agency", "bare_title"),
        ("Agencies", "bare_title"),
        ("Prime Minister", "bare_title"),
        ("Deputy Director", "bare_title"),
        ("Secretary of State", "bare_title"),
        ("Form 8-K", "form_furniture"),
        ("Form 10-K/A", "form_furniture"),
        ("Exhibit 99.1", "form_furniture"),
        ("Item 5.02", "form_furniture"),
        ("☒ Yes", "form_furniture"),
        ("", "empty"),
        ("one two three four five six seven eight nine ten eleven twelve Thirteen", "too_many_words"),
    ],
)
def test_what_is_no_entity_is_dropped_by_a_named_rule_that_can_be_switched_off(text, rule):
    assert hygiene.verdict(text, "Organization") == rule
    assert hygiene.verdict(text, "Organization", off=(rule,)) != rule


NAMES = (
    *(
        "US",
        "GSA",
        "Data.gov",
        "USA.gov",
        "Node.js",
        "IT",
        "中",
        "Congress",
        "Department of State",
        "State Department",
        "18F",
        "3M",
    ),
    *("Section 508", "White House", "Table Rock", "Secretary Azar", "House", "Team GB", "United States", "Form Energy", "AT&T"),
    *("CIO Council", "Vice Media", "Part One Group", "O'Reilly"),
)


@pytest.mark.parametrize("text", NAMES)
def test_names_stay(text):
    assert hygiene.verdict(text, "Organization") is None


def test_rules_for_persons_apply_to_persons():
    assert hygiene.verdict("bob smith", "Person") == "person_in_small_letters"
    assert hygiene.verdict("შოთა რუსთაველი", "Person") is None and hygiene.verdict("თბილისი", "Location") is None
    assert hygiene.verdict("Bob 2", "Person") == "person_with_digits"
    assert hygiene.verdict("18F", "Organization") is None


def test_switching_off_a_rule_that_does_not_exist_is_an_error_that_names_the_rules():
    hygiene.check_off(hygiene.RULE_NAMES)
    with pytest.raises(ConfigError, match="'urls', which does not exist; rules: empty, email, url"):
        hygiene.check_off(["urls"])


@pytest.mark.parametrize("form", ["German", "the Germans", "Sri Lankan", "Hindi", "Spanish-speaking", "American", "Chinese"])
def test_peoples_and_languages_are_known(form):
    assert is_demonym(form)


@pytest.mark.parametrize("form", ["Germany", "New York", "New", "Korea", "American Airlines", "Sri Lanka", "Sign", ""])
def test_places_and_parts_of_phrases_are_no_peoples(form):
    assert not is_demonym(form)


def test_a_people_counts_only_with_a_relation():
    assert hygiene.needs_relation(["German", "Germans"], "Miscellaneous")
    assert not hygiene.needs_relation(["German", "Germany"], "Location")
    assert not hygiene.needs_relation(["German"], "Location", off=(hygiene.RELATION_RULE,))


@pytest.mark.parametrize(
    "line, is_capitals",
    [
        ("ABOUT THE GSA", True),
        ("PART II. OTHER INFORMATION", True),
        ("GSA", False),
        ("About the GSA", False),
        ("2018 2019", False),
        ("中文 标题", False),
    ],
)
def test_a_line_in_capitals_is_told(line, is_capitals):
    assert hygiene.is_all_caps(line) is is_capitals


@pytest.mark.parametrize(
    "text, found",
    [
        ("a non-governmental organization (NGO) in Brazil", {"NGO"}),
        ("electronic health records (EHRs)", {"EHR"}),
        ("in fiscal year (FY) 2017 and of unaccompanied alien children (UAC)", {"FY", "UAC"}),
        ("the General Services Administration (GSA)", set()),
        ("the think tank (RAND)", set()),
        ("Médecins sans frontières (MSF)", set()),
    ],
)
def test_small_words_define_no_name(text, found):
    assert hygiene.common_abbreviations(text) == found


@pytest.mark.parametrize("forms, is_common", [(["NGO", "NGOs"], True), (["NGO", "CAVIVER"], False), (["GSA"], False)])
def test_a_thing_with_another_name_is_no_abbreviation(forms, is_common):
    assert hygiene.is_abbreviation_of(forms, {"NGO"}) is is_common
    assert not hygiene.is_abbreviation_of(forms, {"NGO"}, off=("abbreviation_of_common_words",))


@pytest.mark.parametrize("text", ["Federal", "Registrant", "Hospitals"])
def test_a_capital_makes_no_name_of_a_common_word(text):
    assert hygiene.verdict(text, "Organization") == "bare_title"
    assert hygiene.verdict(f"{text} Reserve", "Organization") is None


@pytest.mark.parametrize(
    "sentence, name",
    [
        ("King County, Washington, used a chatbot to answer questions.", "King County"),
        ("She holds a Business degree from Duke University and is committed to lifelong learning.", "Duke University"),
        ("Queen University’s Accessibility Hub (Canada)", "Queen University"),
        ("At the Constitution Party's 2020 National Convention, Blankenship won.", "Constitution Party"),
        ("The Bishop Museum in Honolulu holds more than 24 million items.", "Bishop Museum"),
    ],
)
def test_a_title_that_names_a_place_or_a_body_is_a_name(sentence, name):
    start = sentence.index(name)
    start, end = trim(sentence, start, start + len(name))
    assert sentence[start:end] == name
    assert hygiene.verdict(name, "Organization") is None
    assert hygiene.verdict(name.lower(), "Person") == "bare_title"


@pytest.mark.parametrize(
    "sentence, name",
    [
        ("Right now, I am more supported by the University and the Chess Club.", "University"),
        ("How the County uses open data", "County"),
        ("The King met the Prime Minister.", "King"),
        ("Registrar of Voters in Kings, Kern, Fresno, and Tulare Counties", "Kings"),
        ("All of this led the Bureau to initiate an agile transformation.", "Bureau"),
        ("the County University", "County University"),
    ],
)
def test_a_bare_word_for_an_office_or_a_body_is_none(sentence, name):
    assert name in sentence
    assert hygiene.verdict(name, "Organization") == "bare_title"


def test_a_sign_before_a_name_makes_a_handle():
    assert hygiene.cut_from("ask @FEMA", 5, 9) == "handle"
    assert hygiene.cut_from("see #Summit", 5, 11) == "hashtag"
    assert hygiene.cut_from("ask FEMA", 4, 8) is None
    assert hygiene.cut_from("@FEMA", 1, 5, off=("handle",)) is None


def test_a_name_that_is_cut_from_an_address_is_none():
    assert hygiene.cut_from("ask USA.gov for it", 4, 7) == "part_of_an_address"
    assert hygiene.cut_from("ask USA.gov for it", 4, 7, off=("part_of_an_address",)) is None
    assert hygiene.cut_from("ask USA.gov for it", 4, 11) is None


@pytest.mark.parametrize(
    "name, rule",
    [("PERSON", "withheld"), ("[PERSON-0a1b2c3d4e]", "withheld"), ("0a1b2c3d4e", "withheld"), ("Ann", None), ("E-1", None)],
)
def test_a_placeholder_is_no_name(name, rule):
    text = "Ann of E-1 met [PERSON-0a1b2c3d4e]."
    assert hygiene.withheld(text, text.index(name), text.index(name) + len(name)) == rule
    assert hygiene.withheld(text, text.index(name), text.index(name) + len(name), off=["withheld"]) is None

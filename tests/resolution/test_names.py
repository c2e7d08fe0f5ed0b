import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kgbuild.resolution.countries import canonical_place
from kgbuild.resolution.names import core, display, initials_match, legal_form, normalise, split_definition


@pytest.mark.parametrize(
    "type, text, key",
    [
        ("Miscellaneous", "APIs", "api"),
        ("Organization", "PIFs", "pif"),
        ("Organization", "Paris", "paris"),
        ("Person", "General Qasem Soleimani", "qasem soleimani"),
        ("Person", "Secretary Azar", "azar"),
        ("Person", "Secretary of State John Kerry", "john kerry"),
        ("Person", "U.S. Secretary Alex Azar", "alex azar"),
        ("Person", "Sen. John McCain", "john mccain"),
        ("Person", "Dr. J.K. Rowling, PhD", "j k rowling"),
        ("Person", "J. K. Rowling’s", "j k rowling"),
        ("Person", "Azar, Alex", "alex azar"),
        ("Person", "Martin Luther King, Jr.", "martin luther king jr"),
        ("Person", "Duke of Wellington", "duke of wellington"),
        ("Person", "King", "king"),
        ("Person", "José Peña", "jose pena"),
        ("Person", "巴拉克·奥巴马先生", "巴拉克 奥巴马"),
        ("Person", "アンゲラ・メルケル氏", "アンゲラ メルケル"),
        ("Person", "安倍 晋三", "安倍晋三"),
        ("Organization", "ヤマダ・ホールディングス", "ヤマダホールディングス"),
        ("Person", "ΓΙΩΡΓΟΣ ΠΑΠΑΝΔΡΕΟΥ", normalise("Person", "Γιώργος Παπανδρέου")),
        ("Person", "Михаи́л Горбачёв", "михаил горбачев"),
        ("Location", "Нью-Йорк", "нью йорк"),
        ("Person", "Иванов А. В.", "а в иванов"),
        ("Person", "Иванов А.В.", "а в иванов"),
        ("Person", "أَحْمَد زويل", "احمد زويل"),
        ("Person", "محمـــد", "محمد"),
        ("Person", "على", normalise("Person", "علی")),
        ("Location", "יְרוּשָׁלַיִם", "ירושלים"),
        ("Location", "DİYARBAKIR", normalise("Location", "Diyarbakır")),
        ("PER", "Mr. Smith", "smith"),
        ("Person", "A. Smith", "a smith"),
        ("Person", "A Smith", "a smith"),
        ("Person", "A.J. Foyt", "a j foyt"),
        ("Person", "An Wang", "an wang"),
        ("Person", "Don Rucker", "don rucker"),
        ("Person", "Sam's", "sam"),
        ("Organization", "A & W", "a and w"),
        ("Organization", "A. Schulman, Inc.", "a schulman inc"),
        ("Organization", "a Canadian Bank", "canadian bank"),
        ("Organization", "McDonald’s", "mcdonalds"),
        ("Organization", "McDonald's Corporation", "mcdonalds corp"),
        ("Location", "Hawaiʻi", "hawaii"),
        ("Location", "St. John's", "saint johns"),
        ("Miscellaneous", "A-130", "a 130"),
        ("Organization", "THE BUCKLE, INC.", "buckle inc"),
        ("Organization", "The Buckle, Incorporated", "buckle inc"),
        ("Organization", "Exxon Mobil Corporation", "exxon mobil corp"),
        ("Organization", "BEB Erdgas und Erdoel GmbH & Co. KG", "beb erdgas und erdoel gmbh and co kg"),
        ("Organization", "Department of Health & Human Services", "department of health and human services"),
        ("Organization", "U.S. General Services Administration (GSA)", "us general services administration"),
        ("Organization", "GSA's", "gsa"),
        ("Organization", "ＧＳＡ", "gsa"),
        ("Organization", "QatarEnergy LNG S (2)", "qatarenergy lng s 2"),
        ("Location", "U.S.", "united states"),
        ("Location", "the United States of America", "united states"),
        ("Location", "USA", "united states"),
        ("Location", "UK", "united kingdom"),
        ("Location", "Côte d’Ivoire", "ivory coast"),
        ("Location", "Washington, D.C.", "washington dc"),
        ("Location", "Washington", "washington"),
        ("Location", "St. Louis", "saint louis"),
        ("Miscellaneous", "USA.gov", "usa.gov"),
        ("Miscellaneous", "“Data.gov”", "data.gov"),
        ("Gadget", "The Widget-3000", "widget 3000"),
        ("Gadget", "C++", "c++"),
        ("Miscellaneous", "C#", "c#"),
        ("Miscellaneous", "#MeToo", "metoo"),
        ("Miscellaneous", "GSA SmartPay®", "gsa smartpay"),
        ("Miscellaneous", "Windows™ 10", "windows 10"),
        ("Miscellaneous", "Excel(R)", "excel"),
        ("Organization", "501(C)", "501 c"),
        ("Person", "—", ""),
        ("Location", "the", ""),
    ],
)
def test_a_written_name_has_this_key(type, text, key):
    assert normalise(type, text) == key


@pytest.mark.parametrize(
    "type, left, right",
    [
        ("Miscellaneous", "USA.gov", "USA"),
        ("Organization", "Data.gov", "Digital.gov"),
        ("Location", "Washington, D.C.", "Washington state"),
        ("Location", "Niger", "Nigeria"),
        ("Location", "Republic of China", "People's Republic of China"),
        ("Organization", "SeaRiver Maritime Inc.", "SeaRiver Maritime LLC"),
        ("Person", "George Bush Jr.", "George Bush Sr."),
    ],
)
def test_these_names_have_different_keys(type, left, right):
    assert normalise(type, left) != normalise(type, right)


@given(st.sampled_from(["Person", "Organization", "Location", "Miscellaneous", "Gadget"]), st.text(max_size=40))
def test_any_text_has_a_key_without_outer_space(type, text):
    key = normalise(type, text)
    assert key == " ".join(key.split())


@given(st.sampled_from(["Organization", "Location"]), st.text("AbcÉ .,-'&", max_size=20))
@example("Organization", "A AA")  # an article, wide or not
def test_case_and_width_do_not_matter(type, text):
    assert (
        normalise(type, text)
        == normalise(type, text.upper())
        == normalise(type, "".join(chr(ord(c) + 0xFEE0) if "A" <= c <= "z" and c.isalpha() else c for c in text))
    )


def test_core_and_legal_form_are_the_whole_name():
    assert (core("beb erdgas gmbh and co kg"), legal_form("beb erdgas gmbh and co kg")) == ("beb erdgas", "gmbh and co kg")
    assert (core("exxonmobil mexico sa de cv"), legal_form("exxonmobil mexico sa de cv")) == ("exxonmobil mexico", "sa de cv")
    assert (core("gmbh"), legal_form("gmbh")) == ("gmbh", "")
    assert (core("华为技术有限公司"), legal_form("华为技术有限公司")) == ("华为技术", "有限公司")


@pytest.mark.parametrize(
    "short, long, fits",
    [
        ("GSA", "General Services Administration", True),
        ("GSA", "U.S. General Services Administration", True),
        ("HHS", "Department of Health and Human Services", True),
        ("DHS", "United States Department of Homeland Security", True),
        ("USAID", "U.S. Agency for International Development", True),
        ("CMS", "Centers for Medicare & Medicaid Services", True),
        ("NIST", "National Institute of Standards and Technology", True),
        ("OPEC", "Organization of the Petroleum Exporting Countries", True),
        ("GSA", "Digital Government", False),
        ("IBM", "Apple Computer", False),
        ("Inc", "Buckle", False),
        ("R-KS", "Bob Dole", False),
    ],
)
def test_initials_stand_for_a_long_name(short, long, fits):
    assert initials_match(short, long) is fits


def test_a_definition_inside_a_name_is_split_only_if_its_letters_fit():
    assert split_definition("General Services Administration (GSA)") == ("General Services Administration", "GSA")
    assert split_definition("General Services Administration (NASA)") is None
    assert split_definition("QatarEnergy LNG S (2)") is None


@pytest.mark.parametrize(
    "type, forms, shown",
    [
        ("Organization", [("GSA", 50), ("General Services Administration", 20), ("the General Services Administration", 9)], "General Services Administration"),
        ("Organization", [("THE BUCKLE, INC.", 9), ("Buckle", 30), ("The Buckle, Inc.", 8)], "Buckle, Inc."),
        ("Person", [("General Qasem Soleimani", 3), ("Qasem Soleimani", 2), ("Soleimani’s", 4)], "Qasem Soleimani"),
        ("Organization", [("General Services Administraton Of Old", 1), ("General Services", 40)], "General Services"),
        ("Location", [("U.S.", 90), ("American", 70), ("United States", 30)], "United States"),
        ("Location", [("Israel", 10), ("Israeli", 20)], "Israel"),
        ("Location", [("Norwegian", 2), ("Norwegians", 1)], "Norway"),
        ("Location", [("Bosnians", 1)], "Bosnia and Herzegovina"),
        ("Location", [("Norwegian", 2), ("Danish", 1)], "Norwegian"),
        ("Miscellaneous", [("Norwegian", 2)], "Norwegian"),
        ("Location", [("The Hague", 1)], "The Hague"),
        ("Organization", [("NASA", 1)], "NASA"),
        ("Miscellaneous", [("World War I.", 1), ("World War I", 4)], "World War I"),
        ("Organization", [("Buckle, Inc.", 3), ("Buckle, Inc", 4)], "Buckle, Inc."),
        ("Organization", [("Joanne Short — United States Postal Service", 1), ("USPS", 3), ("Postal Service", 2)], "Postal Service"),
        ("Location", [("北京", 3)], "北京"),
        ("Organization", [("18F", 9), ("18f", 30)], "18F"),
        ("Organization", [("npm", 40), ("NPM", 1)], "npm"),
        ("Person", [("An Wang", 3)], "An Wang"),
        ("Person", [("李建君", 2), ("李建君先生", 3)], "李建君"),
        ("Person", [("Don Rucker", 3), ("Rucker", 9)], "Don Rucker"),
        ("Organization", [("A & W", 2)], "A & W"),
        ("Organization", [("McDonald's", 4)], "McDonald's"),
    ],
)  # fmt: skip
def test_the_shown_name_is_the_longest_frequent_mixed_case_form(type, forms, shown):
    assert display(forms, type) == shown
    assert display(forms[::-1], type) == shown


def test_a_trade_mark_is_not_shown_and_a_hashtag_is():
    assert display([("FAFSA®", 5)], "Miscellaneous") == "FAFSA"
    assert display([("#ExploreVA", 1)], "Miscellaneous") == "#ExploreVA"


def test_a_name_needs_a_form():
    with pytest.raises(ValueError, match="no written form"):
        display([], "Person")


def test_an_alias_never_leads_to_another_alias():
    from kgbuild.resolution.countries import _table

    assert all(canonical_place(name) == name for name in _table()[0].values())

"""What is withheld in a text: looked at as text in, text with the words of the placeholders out."""

import re
from itertools import permutations

import pytest

from kgbuild.errors import ConfigError, MissingExtra
from kgbuild.privacy import finders
from kgbuild.privacy.finders import PLACEHOLDER
from kgbuild.privacy.names import names_of
from kgbuild.privacy.redact import redactor
from kgbuild.privacy.rules import Privacy

ALL = Privacy(
    ("card", "email", "iban", "phone"), ("DE", "US"), ("de.idnr", "fr.nir", "gb.nhs", "us.ssn"), (("CASE", r"CR-\d{4}-\d+"),)
)
SALT = b"s" * 32
REDACTOR = redactor(ALL, SALT, ["Jane Doe", "Zendaya"])


def seen(text, made=REDACTOR):
    """The text with [KIND] for each placeholder."""
    return re.sub(r"-[0-9a-f]{10}\]", "]", made.redact(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to Jane.Doe+x@mail.example.org.", "Write to [EMAIL]."),
        ("from jane@example.com-based Jo, _jo@example.com_, 'jo@x.org'", "from [EMAIL]-based Jo, [EMAIL]_, '[EMAIL]'"),
        ("jane@xn--e1afmkfd.xn--p1ai wrote", "[EMAIL] wrote"),
        ("NHS-9434765919 (NHS 943 476 5919)", "NHS-[GB_NHS] (NHS [GB_NHS])"),
        ("DE89 3704 0044 0532 0130 00 GB82 WEST 1234 5698 7654 32", "[IBAN] [IBAN]"),
        ("XX12 ABCD DE89 3704 0044 0532 0130 00 BANK", "XX12 ABCD [IBAN] BANK"),
        ("(ClarkJE4 (at) state (dot) gov)", "([EMAIL])"),
        ("<ann@münchen.example>, bo@x.co", "<[EMAIL]>, [EMAIL]"),
        ("NASA@WORK and @USAgov and a@b are none", "NASA@WORK and @USAgov and a@b are none"),
        ("call (202) 514-3642, 202.514.3642 or +44 20 7946 0958", "call [PHONE], [PHONE] or [PHONE]"),
        ("Tel. 030 / 901820; free (1-877-696-6775)", "Tel. [PHONE]; free ([PHONE])"),
        ("in 2019-01-02, 12,345,678 people, 40.7128, -74.0060", "in 2019-01-02, 12,345,678 people, 40.7128, -74.0060"),
        ("https://x.org/2154975217 getty-images-2154975217", "https://x.org/2154975217 getty-images-2154975217"),
        ("IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX", "IBAN [IBAN] BIC COBADEFFXXX"),
        ("GB82WEST12345698765432 and GB82WEST12345698765431", "[IBAN] and GB82WEST12345698765431"),
        ("Visa 4111 1111 1111 1111, 4111-1111-1111-1112", "Visa [CARD], 4111-1111-1111-1112"),
        ("SSN 536-90-4399 or 536904399", "SSN [US_SSN] or 536904399"),
        ("Steuer-ID 36 574 261 809; NIR 2 95 10 99 126 111 93", "Steuer-ID [DE_IDNR]; NIR [FR_NIR]"),
        ("NHS 943 476 5919 and 123 476 5917", "NHS [GB_NHS] and 123 476 5917"),
        ("my iban: de89 3704 0044 0532 0130 00 is new", "my iban: [IBAN] is new"),
        ("DE89-3704-0044-0532-0130-00, DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "[IBAN], [IBAN]"),
        ("4111\u202f1111\u202f1111\u202f1111, 4111.1111.1111.1111, 4111\u20111111\u20111111\u20111111", "[CARD], [CARD], [CARD]"),
        ("SSN 536\u201190\u20114399, 536\u201390\u20134399", "SSN [US_SSN], [US_SSN]"),
        ("to12 people of ab34 in the year of our lord 1999 and so on", "to12 people of ab34 in the year of our lord 1999 and so on"),
        ("case CR-2020-17", "case [CASE]"),
        ("JANE  DOE's, Jane-Doe and Mr. Doe; Zendaya, zendaya", "[PERSON]'s, [PERSON] and Mr. Doe; [PERSON], zendaya"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_found_and_what_is_not(text, expected):
    assert seen(text) == expected


def test_equal_values_have_equal_placeholders_and_another_salt_gives_others():
    one, other = REDACTOR.redact("A@x.org a@X.org b@x.org").split(), redactor(ALL, b"t" * 32).redact("a@x.org").split()
    assert one[0] == one[1] != one[2]
    assert one[0] != other[0]
    assert all(PLACEHOLDER.fullmatch(word) for word in one)
    assert REDACTOR.redact("Jane Doe") == REDACTOR.redact("JANE DOE")
    assert REDACTOR.redact("202-514-3642") == REDACTOR.redact("(202) 514.3642") == REDACTOR.redact("+1 202 514 3642")


def test_a_number_has_one_placeholder_however_it_is_spaced():
    for written in (
        ("DE89 3704 0044 0532 0130 00", "de89370400440532013000", "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000"),
        ("4111 1111 1111 1111", "4111111111111111", "4111-1111-1111-1111", "4111.1111.1111.1111"),
        ("536-90-4399", "536\u201190\u20114399"),
    ):
        assert len({REDACTOR.redact(each) for each in written}) == 1


def test_a_uri_stays_a_uri_and_two_uris_stay_two():
    made = [REDACTOR.uri(f"docs/{name}@example.org.txt") for name in ("jane", "Jane", "bo")]
    assert len(set(made)) == 3
    assert not any(set("[]") & set(uri) for uri in made)
    assert re.fullmatch(r"https://x.org/\?m=EMAIL-[0-9a-f]{10}", REDACTOR.redact("https://x.org/?m=jane@x.org"))


def test_what_two_finders_claim_is_withheld_whole():
    made = redactor(Privacy(patterns=(("LEFT", "ab+c"), ("RIGHT", "cd+"), ("INNER", "b"))), SALT)
    assert seen("x abbcddd y b", made) == "x [LEFT] y [INNER]"


@pytest.mark.parametrize("words", permutations(["Jane Doe", "a@x.org", "202-514-3642", "4111 1111 1111 1111", "[EMAIL-"], 3))
def test_redacting_twice_is_redacting_once(words):
    once = REDACTOR.redact(" ".join(words))
    assert REDACTOR.redact(once) == once


def test_the_key_follows_rules_names_salt_and_model():
    keys = [
        redactor(ALL, SALT).key,
        redactor(ALL, SALT, ["Jane Doe"]).key,
        redactor(ALL, b"t" * 32).key,
        redactor(Privacy(find=("email",)), SALT).key,
        redactor(Privacy(types=("Person",)), SALT, model="a").key,
        redactor(Privacy(types=("Person",)), SALT, model="b").key,
    ]
    assert len(set(keys)) == len(keys)
    assert redactor(ALL, SALT, model="a").key == redactor(ALL, SALT, model="b").key
    assert redactor(ALL, SALT, ["Jane  DOE", "Jane Doe"]).key == keys[1]


def test_an_unknown_national_number_and_a_missing_package_are_told(monkeypatch):
    with pytest.raises(ConfigError, match=r"no number 'us\.zip'"):
        redactor(Privacy(ids=("us.zip",)), SALT)
    monkeypatch.setattr(finders, "import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
    with pytest.raises(MissingExtra, match=r"kgbuild\[privacy\]"):
        redactor(Privacy(find=("phone",)), SALT)
    assert seen("a@x.org", redactor(Privacy(find=("email",)), SALT)) == "[EMAIL]"


def test_names_of_one_letter_are_none_and_long_names_win():
    find = names_of("PERSON", ["J", "Ann", "Ann Lee", "Mary O'Neil's"])
    text = "J met Ann Lee, Ann and Mary O’Neil."
    assert [text[f.start : f.end] for f in find(text)] == ["Ann Lee", "Ann", "Mary O’Neil"]


@pytest.mark.parametrize(
    "name, text, found",
    [
        ("马云", "马云出生于杭州，马 云说。", ["马云", "马 云"]),
        ("安格拉·默克尔", "德国总理安格拉·默克尔和安格拉默克尔", ["安格拉·默克尔", "安格拉默克尔"]),
        ("安倍晋三", "安倍晋三は東京で生まれた。", ["安倍晋三"]),
        ("김정은", "김정은은 말했다", ["김정은"]),
        ("ทักษิณ", "นายทักษิณทำงาน", ["ทักษิณ"]),
        ("भीमराव अंबेडकर", "डॉ. भीमराव अंबेडकर। भीमराव", ["भीमराव अंबेडकर"]),
        ("أحمد زويل", "وأحمد زويل، أَحْمَد زويل، احمد زويل", ["وأحمد زويل", "أَحْمَد زويل", "احمد زويل"]),
        ("דוד בן-גוריון", "לדוד בן גוריון", ["לדוד בן גוריון"]),
        ("Ömer Çelik", "ÖMER ÇELİK geldi", ["ÖMER ÇELİK"]),
        ("Işık", "IŞIK, Işık'ın, ışık", ["IŞIK", "Işık"]),
        ("Γιώργος Παπανδρέου", "ΓΙΩΡΓΟΣ ΠΑΠΑΝΔΡΕΟΥ", ["ΓΙΩΡΓΟΣ ΠΑΠΑΝΔΡΕΟΥ"]),
        ("Горбачёв", "Горбачев; горбачев", ["Горбачев"]),
        ("რუსთაველი", "შოთა რუსთაველი", ["რუსთაველი"]),
        ("Ann Lee", "AnnLee, ann lee", ["ann lee"]),
        ("Müller", "Muller, MÜLLER", ["MÜLLER"]),
    ],
)
def test_names_are_found_in_all_scripts(name, text, found):
    assert [text[f.start : f.end] for f in names_of("PERSON", [name])(text)] == found


def test_hostile_texts_take_no_time_that_grows_with_their_square():
    for text in ("a@" * 20_000, "1" * 30_000, "AB12" * 10_000, "(at)" * 10_000, "1 2-" * 2_000):
        REDACTOR.redact(text)


def test_a_name_is_found_however_its_accents_are_encoded():
    composed, apart = "José García", "Jose\u0301 Garci\u0301a"
    for listed in (composed, apart):
        made = redactor(Privacy(), SALT, [listed])
        assert made.redact(f"{composed} came.") == made.redact(f"{apart} came.") != f"{apart} came."


def test_many_addresses_and_numbers_are_looked_through_in_linear_time():
    made = redactor(Privacy(("card", "iban")), SALT)
    assert len(made.find("http://x.org/a 4111111111111111 [EMAIL-0123456789] " * 10_000)) == 10_000
    assert made.find(("AA11" + "A" * 60 + " ") * 2_000) == []

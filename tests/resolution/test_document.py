import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.records import Mention, Span
from kgbuild.resolution.document import DEFINED, READ, STATE, chain_spans, joins_of, resolve_document
from kgbuild.resolution.expand import SHORT_FORM
from tests.resolution.helpers import forms, marked

TOGETHER = [
    "The [O General Services Administration] (GSA) and later [O GSA].",
    "[O GSA] ([O General Services Administration]) did it.",
    "[O Department of Health and Human Services (HHS)], in short [O HHS].",
    "[P General Qasem Soleimani] and [P Qasem Soleimani] or [P Soleimani].",
    "[P Alex Azar] is Secretary [P Azar].",
    "[P John F. Kennedy] and [P J. F. Kennedy], [P John Kennedy], [P Kennedy].",
    "[P J. R. Tolkien] signed as [P J. R. R. Tolkien].",
    "[P A. Smith], that is [P Alice Smith], [P A Smith].",
    "[O McDonald's], [O McDonald’s Corporation] or [O McDonalds].",
    "[P Gabriel García Márquez] is called [P García Márquez] or [P Gabriel].",
    "[O THE BUCKLE, INC.], [O The Buckle, Inc.] and [O Buckle].",
    "[O Seattle Mariners]: the [O Mariners] of [O Seattle].",
    "[O U.S. Navy] is the [O Navy].",
    "[O U.S. Department of the Treasury], in short [O Treasury].",
    "[O Center for Digital Innovation]: [O Digital Innovation].",
    "[L U.S.], [L United States], [L USA].",
    "[L Portland, Oregon] means [L Portland].",
    "Fort Worth, [L TX], lies in [L Texas].",
    "[M Privacy Act of 1974], in short the [M Privacy Act].",
    "[O Организация Объединённых Наций] (ООН), позже [O ООН].",
    "[P 安格拉·默克尔]访问北京，[P 默克尔]说。",
    "[P Иванов А. В.], он же [P А. В. Иванов] и [P Иванов].",
    "[P Михаил Сергеевич Горбачёв] и [P Горбачев], [P ГОРБАЧЕВ].",
    "[P Γιώργος Παπανδρέου], [P ΠΑΠΑΝΔΡΕΟΥ].",
]
APART = [
    "[P Bill Clinton], [P Hillary Clinton].",
    "[P George Bush Jr.], [P George Bush Sr.].",
    "[P George W. Bush], [P George H. W. Bush], [P George Bush], [P Bush].",
    "[P A. Smith], [P B. Smith], [P Smith].",
    "[O Manchester United], [O Manchester City].",
    "[P Иванов А.], [P Иванов В. А.].",
    "[P 李建君], [P 李建].",
    "[O University of Bath] and [O University].",
    "[O General Services Administration], [O GSA].",
    "[O Bank of England] is no [O Bank].",
    "[O Alumnae Association of Spelman College], [O Spelman College].",
    "[O Office of Innovation at Peace Corps], [O Peace Corps].",
    "[O Institute for Physics of the University of Copenhagen], [O University of Copenhagen].",
    "[L Washington, D.C.], [L Washington state].",
    "[M USA.gov], [M USA].",
    "[X Widget], [X Widget Two].",
    "[M Securities Act of 1933], [M Securities Act of 1934], [M Securities Act].",
    "[M UX Summit 2019], [M UX Summit].",
    "[L Delaware], and Berlin, [L DE].",
    "[O Brightwater Dental Group] and [O Tallis Ltd] become [O Brightwater Tallis Inc.].",
    "[O Alpha Beta Council] (ABC), [O Apple Bread Company] (ABC), [O ABC].",
]


@pytest.mark.parametrize("text", TOGETHER)
def test_a_document_calls_one_thing_by_these_names(text):
    assert len(marked(text)) == 1


@pytest.mark.parametrize("text", APART)
def test_a_document_means_several_things_by_these_names(text):
    units = marked(text)
    assert len(units) == sum(len(unit.mentions) for unit in units)


def test_a_merged_firm_is_none_of_its_halves_even_for_a_model():
    text = "[O Brightwater Ltd] and [O Tallis Orthodontics], [O Tallis] for short, become [O Brightwater Tallis Inc.]"
    units = marked(text, chains=((1, 2, 3),))

    assert forms(units) == {
        frozenset({"Brightwater Ltd"}), frozenset({"Tallis Orthodontics", "Tallis"}), frozenset({"Brightwater Tallis Inc."}),
    }  # fmt: skip


def test_a_short_form_that_could_be_two_persons_stays_alone():
    assert forms(marked("[P Bill Clinton], [P Hillary Clinton] and [P Clinton]")) == {
        frozenset({"Bill Clinton"}), frozenset({"Hillary Clinton"}), frozenset({"Clinton"}),
    }  # fmt: skip


def test_a_father_is_not_the_son_by_way_of_the_name_that_both_have():
    assert forms(marked("[P John Smith Jr.] is [P John Smith], and [P Smith Sr.] his father")) == {
        frozenset({"John Smith Jr.", "John Smith"}), frozenset({"Smith Sr."}),
    }  # fmt: skip


def test_a_title_tells_which_of_two_persons_is_meant():
    units = marked("Secretary [P Alex Azar], [P John Azar] and Secretary [P Azar]")
    assert forms(units) == {frozenset({"Alex Azar", "Azar"}), frozenset({"John Azar"})}


def test_a_unit_carries_the_full_name_and_the_acronyms_that_are_defined_for_it():
    (unit,) = marked("[O GSA], the [O General Services Administration] (“GSA”)")
    assert (unit.type, unit.key, unit.acronyms) == ("Organization", "general services administration", ("gsa",))
    assert [mention.text for mention in unit.mentions] == ["GSA", "General Services Administration"]


def test_a_definition_counts_even_where_no_mention_stands_in_the_brackets():
    (unit,) = marked("The [O Environmental Protection Agency] (EPA) said so.")
    assert unit.acronyms == ("epa",)


def test_the_type_of_most_mentions_wins_with_two_thirds():
    assert {unit.type for unit in marked("[O GSA] [O GSA] [M GSA]")} == {"Organization"}
    assert {unit.type for unit in marked("[O GSA] [M GSA]")} == {"Organization", "Miscellaneous"}


def test_chains_of_the_model_join_units():
    assert len(marked("[P Mary Ann Evans] wrote as [P George Eliot].", chains=[(0, 1)])) == 1
    assert len(marked("[P Mary Ann Evans] met [P George Eliot].")) == 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("[P Jim Brady] and [P Brady], [P Brady] and [P Sarah Brady].", 2),
        ("[P Bill Clinton], then [P Clinton]; [P Clinton] beside [P Hillary Rodham Clinton].", 2),
        ("[P J. Brady] is [P Brady], [P Brady] is [P James Brady].", 1),
        ("[P C. Bechstein] or [P Bechstein], [P Bechstein], that is [P Friedrich Carl Bechstein].", 1),
        ("[P Mikhail Gorbachev] or [P Gorbachev], [P Gorbachev], that is [P Michael Gorbachev].", 1),
        ("[P Charles de Gaulle] or [P Gaulle], [P Gaulle] or [P de Gaulle].", 1),
    ],
)
def test_a_name_that_two_relatives_have_does_not_make_them_one(text, count):
    assert len(marked(text, chains=[(0, 1), (2, 3)])) == count


def test_a_model_may_know_that_two_first_names_are_one_persons():
    assert len(marked("[P Aneurin Bevan], [P Bevan], known as [P Nye Bevan].", chains=[(0, 1, 2)])) == 1


def test_a_chain_makes_no_language_the_country():
    units = marked("[L Russia] (the [M Russian] language): [L Russia].", chains=[(0, 1, 2)])
    assert {(unit.type, unit.key) for unit in units} == {("Location", "russia"), ("Miscellaneous", "russian language")}


def test_a_code_that_is_read_as_its_state_has_its_reason():
    code = {("Location", "texas"): (("TX", "Texas", STATE),)}
    assert marked("[L Fort Worth], [L TX].", of=joins_of) == code
    assert marked("[L Fort Worth], [L TX], lies in [L Texas].", of=joins_of) == code


def test_every_join_in_a_document_has_its_reason():
    text = (
        "The [O General Services Administration] ([O GSA]): [P Ann Lee], known as [P Duncan Ray], and Mrs [P Lee] of [O GSA]."
    )
    joins = marked(text, chains=[(2, 3)], of=joins_of)
    assert joins == {
        ("Organization", "general services administration"): (("GSA", "General Services Administration", DEFINED),),
        ("Person", "duncan ray"): (("Lee", "Ann Lee", SHORT_FORM), ("Ann Lee", "Duncan Ray", READ)),
    }


def test_a_language_is_not_the_country():
    units = marked("The [M German] government, the [M Germans]; translated into [M French] and [M German].")
    assert {unit.key for unit in units} == {"german", "germans", "german language", "french language"}


def test_a_mention_without_letters_belongs_to_no_unit():
    assert marked("[P —] and [P Azar]")[0].key == "azar"
    assert marked("[P —]") == ()


NAMES = [
    "Bill Clinton",
    "Hillary Clinton",
    "Clinton",
    "B. Clinton",
    "Mr. Clinton",
    "Buckle",
    "Buckle, Inc.",
    "U.S.",
    "USA",
    "American",
]
SPANS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["Person", "Organization", "Location"])), max_size=9)


@given(SPANS, st.randoms(use_true_random=False))
def test_units_partition_the_mentions_whatever_their_order(spans, random):
    text, mentions = "", []
    for name, _ in spans:
        mentions.append(Mention(0, len(text), len(text) + len(name), name, 9000))
        text += f"{name} and "
    types = [type for _, type in spans]
    units = resolve_document(mentions, types, [], {0: text})
    assert sorted((m for u in units for m in u.mentions), key=lambda m: m.start) == mentions
    order = list(range(len(mentions)))
    random.shuffle(order)
    assert resolve_document([mentions[i] for i in order], [types[i] for i in order], [], {0: text}) == units


def test_chains_of_a_passage_are_a_sorted_partition():
    text = "GSA (General Services Administration) met Alex Azar. Azar left GSA. —"
    names = [
        ("GSA", 0, "ORG"),
        ("General Services Administration", 0, "ORG"),
        ("Alex Azar", 0, "PER"),
        ("Azar", 52, "PER"),
        ("GSA", 50, "ORG"),
        ("—", 0, "PER"),
    ]
    spans = tuple(Span(text.index(n, at), text.index(n, at) + len(n), label, 9000) for n, at, label in names)
    assert chain_spans(text, spans) == ((0, 1, 4), (2, 3), (5,))
    assert chain_spans(text, ()) == ()


@pytest.mark.parametrize(
    "text",
    [
        "[O U.N. Security Council], [O U.N.]",
        "[O Kurdistan Democratic Party of Iran], [O Kurdistan Democratic Party]",
        "[O North Melbourne], [O Melbourne]",
    ],
)
def test_a_part_or_another_of_the_name_is_no_longer_name_of_it(text):
    assert len(marked(text)) == 2


def test_what_a_person_tells_apart_no_chain_and_no_rule_makes_one():
    text = "[P Franklin D. Roosevelt], [P Roosevelt] and [P Theodore Roosevelt]; [P Ann Lee], [P Lee]."
    chains = ((0, 1, 2),)
    assert len(marked(text, chains=chains)) == 2
    apart = [
        (("Person", "Theodore Roosevelt"), ("Person", "Franklin D. Roosevelt")),
        (("Person", "Lee"), ("Person", "Ann Lee")),
    ]
    assert forms(marked(text, chains=chains, apart=apart)) == {
        frozenset({"Franklin D. Roosevelt", "Roosevelt"}), frozenset({"Theodore Roosevelt"}),
        frozenset({"Ann Lee"}), frozenset({"Lee"}),
    }  # fmt: skip
    elsewhere = [(("Person", "Theodore Roosevelt"), ("Person", "Nobody")), (("Place", "Lee"), ("Place", "Ann Lee"))]
    assert marked(text, chains=chains, apart=elsewhere) == marked(text, chains=chains)

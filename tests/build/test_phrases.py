"""What set phrases say of two names: sentences of real documents, near misses, and how such facts are placed."""

import re

import pytest

from kgbuild.build import phrasebook, phrases
from kgbuild.build.place import Rules, place
from kgbuild.config import Build
from kgbuild.records import ANY, Extraction, Scope, Span
from kgbuild.schema import load_schema
from tests.factory import stored


def read(marked):
    """A sentence with names in brackets ("[O NASA]") -> its text and its names."""
    labels = {"P": "PER", "O": "ORG", "L": "LOC", "T": "TIME", "M": "MISC", "N": "NUM"}
    text, names = "", []
    for match in re.finditer(r"\[([POLTMN]) ([^]]+)\]|[^[]+", marked):
        if match[1]:
            names.append(phrases.Name(len(text), len(text) + len(match[2]), labels[match[1]], len(names)))
        text += match[2] or match.group()
    return text, names


def facts(marked, off=()):
    text, names = read(marked)
    written = [text[name.start : name.end] for name in names]
    return {(written[one.head], one.label, written[one.tail]) for one in phrases.said(text, names, off)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("As [O NASA] Chief Historian [P Bill Barry] said.", {("Bill Barry", "P108", "NASA")}),
        ("[O Philips]’ CEO [P Roy Jakobs]: strong.", {("Roy Jakobs", "P108", "Philips"), ("Philips", "P169", "Roy Jakobs")}),
        ("former [O Massey] CEO [P Don Blankenship]", {("Don Blankenship", "P108", "Massey")}),
        ("Health and Human Services ([O HHS]) Deputy Secretary [P Eric Hargan] went.", {("Eric Hargan", "P108", "HHS")}),
        ("[P Gwynne Kostin], director of the office of communications at the [O GSA].", {("Gwynne Kostin", "P108", "GSA")}),
        ("[P Matt Harmon] — Director of Web Communications at [O DHS]", {("Matt Harmon", "P108", "DHS")}),
        ("[P Yasmine Kloth] is a Digital and Social Media Strategist at [O NIH].", {("Yasmine Kloth", "P108", "NIH")}),
        ("[P William Brantley] is a Program Analyst at the U.S. Office of Personnel Management ([O OPM]).", {("William Brantley", "P108", "OPM")}),
        ("the director of [O IEDCR], Dr [P Meerjady Flora], said", {("Meerjady Flora", "P108", "IEDCR")}),
        ("[P Lauren Giacalone] — Performance Management Consultant, [O OPM]", {("Lauren Giacalone", "P108", "OPM")}),
        ("[P Dan Williams], [O USWDS] product lead, will come.", {("Dan Williams", "P108", "USWDS")}),
        ("[P Jacob Parcell] of [O GSA] and others", {("Jacob Parcell", "P108", "GSA")}),
        ("[O DOL]’s [P Mike Pulsifer] spoke.", {("Mike Pulsifer", "P108", "DOL")}),
        ("said [O Tick-Borne Disease Working Group] Chair [P John Aucott]", {("Tick-Borne Disease Working Group", "P488", "John Aucott")}),
        ("[L US] President [P Donald Trump] declared", {("US", "P35", "Donald Trump")}),
        ("former [L US] President [P Barack Obama] declared", set()),
        ("[L US] Vice President [P Joe Biden] declared", set()),
        ("The mayor of [L London], [P Sadiq Khan], thanked", {("London", "P6", "Sadiq Khan")}),
        ("declared war on [L Germany] with Prime Minister [P Michael Savage] proclaiming", set()),
        ("[O GSA]’s [O Office of Citizen Services]", {("Office of Citizen Services", "P361", "GSA"), ("Office of Citizen Services", "P749", "GSA")}),
        ("[O IT Directorate] at the [O Census Bureau]", {("IT Directorate", "P361", "Census Bureau"), ("IT Directorate", "P749", "Census Bureau")}),
        ("the [O Animal and] [O Plant Health Inspection Service]", set()),
        ("[O Google LLC], a subsidiary of [O Alphabet], filed", {("Google LLC", "P749", "Alphabet")}),
        ("[P Bo Ek] was CEO and chairman of [O Telsis]", {("Bo Ek", "P108", "Telsis")}),
        ("[P Bo Ek] became CEO of [O Telsis]", {("Bo Ek", "P108", "Telsis"), ("Telsis", "P169", "Bo Ek")}),
        ("[P Bo Ek] is the CEO of [O Veooz] and an angel investor based in [L Hyderabad]", {("Bo Ek", "P108", "Veooz"), ("Veooz", "P169", "Bo Ek")}),
        ("[P Bo Ek], a director, former manager of [O Acme] [P Ana Li]", {("Ana Li", "P108", "Acme")}),
        ("[P Bo Ek], CTO of [O Acme], [P Ana Li] of [O Ibo]", {("Bo Ek", "P108", "Acme"), ("Ana Li", "P108", "Ibo")}),
        ("[P Bo Ek] is president of the [O Union], a think tank located in [L Bridgeport]", {("Bo Ek", "P108", "Union")}),
        ("[M Ek FC] is a [O Premier League] football club based in [L Liverpool]", set()),
        ("[P Bo Ek] is a fellow of the [O Royal Society]", set()),
        ("He worked with his father, [P Edwin], and his brother, [P Ed Jr]", set()),
        ("an [M Annie Award] in [T 2006]", set()),
        ("He founded the [M Saratoga Festival] in [T 1991]", set()),
        ("the [O CDC] (CDC) approached The Lab at [O OPM] with an idea", set()),
        ("[M Rule 425] under the [M Securities Act]", {("Rule 425", "P361", "Securities Act")}),
        ("[M Rocky Linux] under the [M Securities Act]", set()),
        ("[L Virginia]-based [O Symplicity Corporation]", {("Symplicity Corporation", "P159", "Virginia")}),
        ("[P Richard Stallman], the founder of the [O FSF]", {("FSF", "P112", "Richard Stallman")}),
        ("[M FBOpen], which was developed by [O 18F]", {("FBOpen", "P178", "18F")}),
        ("[P Laura] has a B.A. in communications from the [O University of Maryland]", {("Laura", "P69", "University of Maryland")}),
        ("[P Harris] was born [T October 20, 1964] in [L Oakland]", {("Harris", "P19", "Oakland"), ("Harris", "P569", "October 20, 1964")}),
        ("[P Veranika Tsapkala], wife of [P Valery Tsapkala], spoke", {("Veranika Tsapkala", "P26", "Valery Tsapkala")}),
        (
            "[P Jo Jorgensen], [O Alliance Party] presidential nominee [P Rocky De La Fuente], and others",
            {("Rocky De La Fuente", "P102", "Alliance Party")},
        ),
        ("[O Alliance Party] presidential nominee [P Rocky De La Fuente]", {("Rocky De La Fuente", "P102", "Alliance Party")}),
        ("a spokesman for the [O Democratic Party], [P Al Jones]", set()),
        ("[M 2020 Reform National Convention] on [T June 20]", {("2020 Reform National Convention", "P585", "June 20")}),
        ("[M Rocky Linux] on [T June 20]", set()),
        ("On [T May 3], [O Oracle] (“Oracle”) held its [M Annual Meeting]", {("Annual Meeting", "P585", "May 3")}),
        ("[P Azar] met [P Hargan] and [O GSA] in [L Rome].", set()),
    ],
)  # fmt: skip
def test_a_phrase_says_its_fact_and_no_other(sentence, expected):
    assert facts(sentence) == expected


def test_a_phrase_can_be_switched_off_by_its_name():
    sentence = "[O NASA] Administrator [P Bill Nelson]"

    assert facts(sentence) and not facts(sentence, off=("employer_before",))
    assert "employer_before" in phrasebook.NAMES


def test_signs_of_names_in_the_text_itself_are_words():
    text, names = read("\ue000, director of [O NASA]; [N 7]")

    assert list(phrases.said(text, names)) == []


def test_names_of_phrases_are_unique_and_each_can_match_something():
    assert len(phrasebook.NAMES) == len(phrasebook.PHRASES)
    assert all(len(phrase.ends) == 2 for phrase in phrasebook.PHRASES)


# ── where such facts are placed ──────────────────────────────────────────────────────────────────────────────────────


def placed(marked, scores=(), language="en", **settings):
    text, names = read(marked)
    scores = scores or [9000] * len(names)
    spans = tuple(Span(name.start, name.end, name.label, score) for name, score in zip(names, scores, strict=True))
    document = stored(text)
    passage = document.passages[0]
    passage = type(passage)(passage.index, passage.start, passage.text, language, passage.sentences, passage.blocks)
    extraction = Extraction(spans, tuple((i,) for i in range(len(spans))), ())
    rules = Rules(load_schema(), Build(**settings), {(ANY, "span"): 5500})
    return place(document.document, (passage,), {0: extraction}, [], "", rules)


SENTENCE = "They came. [O NASA] Administrator [P Bill Nelson] spoke."


def test_a_fact_of_a_phrase_stands_on_its_sentence_at_the_confidence_of_phrases():
    found = placed(SENTENCE)
    (statement,) = found.statements
    (evidence,) = statement.evidence

    assert (statement.predicate, statement.score, statement.scope) == ("EMPLOYED_BY", phrases.CONFIDENCE, Scope.STATED)
    assert found.units[statement.subject].mentions[0].text == "Bill Nelson"
    assert (evidence.start, evidence.end) == (11, len(read(SENTENCE)[0]))


def test_phrases_are_english_and_can_be_switched_off():
    assert placed(SENTENCE, language="de").statements == ()
    assert placed(SENTENCE, phrases=False).statements == ()
    assert placed(SENTENCE, hygiene_off=("employer_before",)).statements == ()


def test_a_phrase_vouches_for_a_name_that_the_model_doubts():
    assert len(placed(SENTENCE, scores=(2000, 9000)).statements) == 1
    assert placed(SENTENCE, scores=(1000, 9000)).statements == ()
    assert placed("[O NASA] and [P Bill Nelson]", scores=(2000, 9000)).units == placed("NASA and [P Bill Nelson]").units

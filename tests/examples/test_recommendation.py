"""The example recommendation: who is near whom, rules, what is hidden, ranks, and quotes that stand in the documents."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest


@pytest.fixture(scope="module")
def recommend(program):
    return program("recommendation/recommend")


@pytest.fixture(scope="module")
def measure(recommend, program):
    return program("recommendation/measure")


def sentence(document, number, *entities):
    return SimpleNamespace(text=f"Sentence {number} of {document}.", uri=document, start=0, end=9, entities=entities)


def fact(subject, relation, object, document="d1", documents=1):
    row = {"subject": subject, "label": relation, "object": object, "document": document, "documents": documents}
    return row | {"scope": "stated", "quote": "q"}


def node(name, type="Organization"):
    return {"labels": ("Entity", type), "name": name, "aliases": [], "documents": 2}


@pytest.fixture
def reading(recommend):
    """ann and bo stand together, bo and cy; dan and cy only in d3; d4 is of dan and eve."""
    documents = {
        "d1": [sentence("d1", 1, "ann", "bo"), sentence("d1", 2, "bo", "cy")],
        "d2": [sentence("d2", 1, "ann", "bo"), sentence("d2", 2, "cy")],
        "d3": [sentence("d3", 1, "cy", "dan")],
        "d4": [sentence("d4", 1, "dan", "eve")],
    }
    entities = {id: node(id.title()) for id in ("ann", "bo", "cy", "dan", "eve")}
    facts = [fact("ann", "IN", "bo"), fact("bo", "IN", "cy", documents=2), fact("dan", "IN", "eve", "d4")]
    return recommend.Reading(documents, entities, facts)


def test_who_is_named_with_a_neighbour_is_recommended_and_who_is_known_is_not(recommend, reading):
    network = recommend.connect(reading)
    scores = recommend.related(network, "ann")
    assert max(scores, key=scores.get) == "cy"
    assert not {"ann", "bo"} & scores.keys()


def test_the_path_is_told_with_its_sentences(recommend, reading):
    network = recommend.connect(reading)
    first, second = recommend.why_related(network, reading, "ann", "cy")
    assert first == "Ann – Bo: “Sentence 1 of d1.” (d1, characters 0 to 9)"
    assert second == "Bo – Cy: “Sentence 2 of d1.” (d1, characters 0 to 9)"


def test_hidden_documents_take_their_sentences_and_their_facts_along(recommend, reading):
    network = recommend.connect(reading, ["d1", "d4"])
    assert "cy" not in network.near["bo"] and "eve" not in network.seen
    assert [(r, y) for x in network.out for r, y, _ in network.out[x]] == [("IN", "cy")]  # two documents say it


def test_a_list_of_names_brings_nobody_together(recommend, reading):
    crowd = [f"x{number}" for number in range(recommend.CROWD + 1)]
    reading.documents["d5"] = [sentence("d5", 1, *crowd)]
    network = recommend.connect(reading)
    assert not any(network.near.get(id) for id in crowd) and network.seen["x0"] == {"d5"}


def test_rules_are_mined_with_their_confidence_and_found_facts_say_why(recommend):
    facts = [one for n in range(15) for one in (fact(f"p{n}", "IN", f"c{n}"), fact(f"c{n}", "IN", "usa"))]
    facts += [fact(f"p{n}", "COUNTRY", "usa") for n in range(10)]
    ids = {end for one in facts for end in (one["subject"], one["object"])}
    reading = recommend.Reading({"d1": [sentence("d1", 1, *sorted(ids))]}, {id: node(id) for id in ids}, facts)
    network = recommend.connect(reading)
    assert network.rules["IN", "IN", "COUNTRY"] == pytest.approx(10 / 20)
    assert recommend.missing(network, "p14", "COUNTRY")["usa"] >= 0.5
    assert recommend.why_missing(network, reading, "p14", "COUNTRY", "usa")[0].startswith("p14 IN c14 (stated)")


@pytest.mark.parametrize(
    ("scores", "wanted", "place"),
    [({"a": 3, "b": 2, "c": 1}, "b", 2), ({"a": 1, "b": 1, "c": 1}, "b", 2), ({"a": 1}, "b", 2.5), ({}, "a", 2)],
)
def test_a_rank_is_the_middle_of_those_that_equals_share(measure, scores, wanted, place):
    assert measure.ranks(scores, [wanted], {"a", "b", "c"} - {wanted}) == [place]


def test_only_what_hidden_documents_alone_say_is_to_be_found(recommend, measure, reading):
    reading.documents["d5"] = [sentence("d5", 1, "dan"), sentence("d5", 2, "eve", "cy"), sentence("d5", 3, "eve", "dan")]
    reading.documents["d6"] = [sentence("d6", 1, "eve"), sentence("d6", 2, "dan", "cy")]
    known, whole = recommend.connect(reading, ["d1"]), recommend.connect(reading)
    cases = {x: (wanted, candidates) for x, wanted, candidates in measure.related_cases(known, whole)}
    assert all(not wanted & known.near[x].keys() and x not in candidates for x, (wanted, candidates) in cases.items())
    assert not cases or all(wanted <= candidates for wanted, candidates in cases.values())
    kinds = {id: entity["labels"][1] for id, entity in reading.entities.items()}
    assert [(x, r, y) for x, r, y, _ in measure.fact_cases(known, whole, kinds)] == [("ann", "IN", "bo")]


def test_a_fact_is_recommended_when_three_companions_have_it_and_never_to_an_object_of_the_relation(recommend):
    ids = ("a", "b", "c", "x", "usa")
    for count, wanted in ((2, []), (3, [("IN", "usa")])):
        facts = [fact(id, "IN", "usa") for id in "abc"[:count]]
        reading = recommend.Reading({"d1": [sentence("d1", 1, *ids)]}, {id: node(id) for id in ids}, facts)
        network = recommend.connect(reading)
        assert [(relation, y) for _, relation, y in recommend.fitting(network, reading, "x")] == wanted
        assert recommend.fitting(network, reading, "usa") == []


def test_an_interval_holds_its_mean_and_is_the_same_again(measure):
    places = {f"x{number}": [float(1 + number % 20)] for number in range(60)}
    value, low, high = measure.interval(places, measure.hit)
    assert value == 0.5 and low < value < high
    assert measure.interval(places, measure.hit) == (value, low, high)


def test_recommendations_on_the_sample_documents_quote_them(recommend, sample, capsys):
    recommend.main(["--workspace", str(sample), "Iran", "Nobody At All"])
    out = capsys.readouterr().out
    assert out.startswith("Iran (Location,") and "nothing in the graph is called 'Nobody At All'" in out
    texts = {s.text for sentences in recommend.reading_of(sample, None).documents.values() for s in sentences}
    spoken = {" ".join(text.split()) for text in texts}
    said = [line.split("“")[1].split("” (")[0] for line in out.splitlines() if " – " in line and "” (" in line]
    assert said and all(quote in spoken for quote in said)


def test_the_measure_runs_from_documents_to_a_picture(measure, recommend, sample, tmp_path, capsys):
    measure.main(["--workspace", str(sample), "--seeds", "1", "2", "--picture", str(tmp_path / "p.svg")])
    assert "related entities" in capsys.readouterr().out
    assert ElementTree.parse(tmp_path / "p.svg").getroot().tag.endswith("svg")

"""The page on a document full of characters that HTML reserves."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from kgbuild.corpora.gold import GoldDocument, GoldMention, GoldRelation
from kgbuild.evaluation.excerpts import marked, passage, picked, relation_excerpt
from kgbuild.evaluation.measures import tally
from kgbuild.evaluation.mistakes import relation_mistakes
from kgbuild.evaluation.page import render
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import Clustered, gold_clustered
from kgbuild.evaluation.report import calibration_report, interval_report, scores

TOKENS = ("<Ann>", "&", "Bob", "met", '"Cy\'s"', ".", "Bob", "left", ".")
ABOUT = {"documents": 2, "words": 18, "thresholds": "benchmark", "context": "documents", "documents_in_training": 1}


def document():
    offsets, at = [], 0
    for token in TOKENS:
        offsets.append((at, at + len(token)))
        at += len(token) + 1
    places = {0: "PER", 2: "PER", 4: "O<G", 6: "PER"}
    mentions = tuple(GoldMention(*offsets[i], label, i, i + 1) for i, label in places.items())
    relations = (GoldRelation(0, 1, "R&D"), GoldRelation(1, 2, "P1"))
    return GoldDocument(
        "<b>",
        " ".join(TOKENS),
        TOKENS,
        tuple(offsets),
        ((0, 6), (6, 9)),
        mentions,
        ((0,), (1, 3), (2,)),
        relations,
        has_relations=True,
    )


@pytest.fixture
def readings():
    one = document()
    gold = gold_clustered(one)
    found = Clustered((*gold.clusters[:2], ((12, 19, "PER"),)), frozenset({(1, "R&D", 0), (1, "P2", 2)}), gold.sentences)
    spans = {span: 9000 for cluster in found.clusters for span in cluster}
    reading = Reading(one, gold, spans, found, dict.fromkeys(found.triples, 5500), frozenset({(0, "R&D", 1)}),
                      tuple((9000, n % 2 == 0) for n in range(4)), ((7000, True), (2000, False)))  # fmt: skip
    return [reading, reading]


@pytest.fixture
def page(readings):
    tallies = tally(readings)
    report = scores(readings, tallies, ("PER",), ("P108", "P19")) | interval_report(tallies) | ABOUT
    report["calibration"] = calibration_report(readings, (0.8, 0.1), (0.6, 0.0), (500, 500))
    report["comparison"] = {
        "against": "<other>",
        "measures": {"ner.f1": {"first": 0.5, "second": 0.4, "difference": 0.1, "low": 0.02, "high": 0.2, "p": 0.01}},
    }
    return render(report, readings, "./<model>", "dev&.json", {"R&D": "research & development"})


def test_the_page_is_well_formed_and_nothing_of_a_document_becomes_markup(page):
    body = re.sub("<meta [^>]*>", "", page.removeprefix("<!doctype html>\n"))
    root = ET.fromstring(body)
    texts = "".join(root.itertext())
    assert "./<model>" in texts and "R&D research & development" in texts and "<other>" in texts
    assert {"Scores", "Compared", "Types", "Relations", "Calibration", "Mistakes"} == {h.text for h in root.iter("h2")}
    assert "Note: 1 of 2 documents were trained on: the scores flatter the model." in texts
    assert len(list(root.iter("figure"))) == 2
    assert not list(root.iter("script"))


def test_a_corpus_without_located_in_and_country_is_not_scored_without_them(readings, page):
    assert "without P131 and P17" not in page
    assert not [name for name in tally(readings).measures if "without_located" in name]
    relations = tuple(replace(r, label="P17") if r.label == "P1" else r for r in readings[0].document.relations)
    has_them = replace(readings[0], gold=gold_clustered(replace(readings[0].document, relations=relations)))
    measures = tally([has_them, readings[1]]).measures
    assert {name for name in measures if "without_located" in name} >= {"end_to_end.strict.without_located"}


def test_the_page_shows_the_sentence_with_both_ends_marked_and_what_each_side_says(readings):
    (direction, *_) = [m for m in relation_mistakes(readings[0]) if m.group == "direction"]
    shown = ET.fromstring(relation_excerpt(readings[0], direction, {"R&D": "research"}))
    assert [(m.get("class"), m.text) for m in shown.iter("mark")] == [("tail", "<Ann>"), ("head", "Bob")]
    assert "".join(shown.find("p").itertext()).strip() == '<Ann> & Bob met "Cy\'s" .'
    gold, predicted = ("".join(line.itertext()) for line in shown.iter("div"))
    assert gold == "annotated<Ann>PER R&D research → Bob ×2PER"
    assert predicted == "predictedBob ×2PER R&D research → <Ann>PERp 0.55"


def test_overlapping_marks_are_cut_into_pieces_that_carry_both():
    assert marked(document(), 0, 11, [(0, 5, "gold"), (3, 7, "predicted")]) == (
        '<mark class="gold">&lt;An</mark><mark class="gold predicted">n&gt;</mark><mark class="predicted"> &amp;</mark> Bob'
    )


def test_a_long_sentence_is_shown_around_its_marks_in_whole_tokens():
    tokens = tuple(f"word{n}" for n in range(300))
    offsets = tuple((7 * n, 7 * n + len(token)) for n, token in enumerate(tokens))
    long = GoldDocument("", "".join(token.ljust(7) for token in tokens), tokens, offsets, ((0, 300),))
    ((start, end),) = passage(long, [(*offsets[150], "gold")])
    assert start in {a for a, _ in offsets} and end in {b for _, b in offsets}
    assert 400 < end - start < 480
    assert start < offsets[150][0] < end


def test_examples_come_from_all_over():
    assert picked(range(95), 10) == [0, 9, 19, 28, 38, 47, 57, 66, 76, 85]
    assert picked([1, 2], 10) == [1, 2]

"""Scores and thresholds on users' documents: what stands for what, what weighs how much, where a threshold falls."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from kgbuild.hashing import digest, number
from kgbuild.models.directory import Thresholds
from kgbuild.records import Block, BlockKind, Document, Extraction, Link, Outcome, Reading, Scope, Source, Span
from kgbuild.schema import load_schema
from kgbuild.workspace.truth import StoredDocument
from tests.toy import ToyModels

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))  # the scripts there import each other

import user_documents  # noqa: E402
import user_graph  # noqa: E402
import user_matching as matching  # noqa: E402
import user_pool as pool  # noqa: E402
import user_thresholds as choosing  # noqa: E402

sys.path.remove(str(BENCHMARKS))

TEXT = "Ann Lee runs Acme. Acme is in Rome. Rome is in Italy."
ANN, ACME, ACME_2, ROME, ROME_2, ITALY = (
    (0, 7, "PER"), (13, 17, "ORG"), (19, 23, "ORG"), (30, 34, "LOC"), (36, 40, "LOC"), (47, 52, "LOC"),
)  # fmt: skip
CLUSTERS = ((ANN,), (ACME, ACME_2), (ROME, ROME_2), (ITALY,))
SENTENCES = ((0, 18), (19, 35), (36, 53))


def gold(**given):
    facts = {(1, "P131", 2): Scope.STATED, (1, "P17", 3): Scope.INFERRED}
    return matching.Gold(
        **{
            "id": "x",
            "uri": "x/x.txt",
            "half": "report",
            "text": TEXT,
            "sentences": SENTENCES,
            "clusters": CLUSTERS,
            "facts": facts,
        }
        | given
    )


# ── matching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cluster", "stands_for"),
    [
        ((ACME, ACME_2), 1),
        (((13, 17, "MISC"),), 1),  # exact spans are enough, whatever their type
        ((ACME, ROME, ROME_2), 2),  # most exact spans
        (((4, 7, "PER"),), 0),  # contained
        (((44, 53, "LOC"),), 3),  # contains
        (((4, 7, "LOC"),), None),  # a part of a name with another type is another thing
        (((5, 17, "PER"),), None),  # neither contains the other
        (((8, 12, "PER"),), None),
        ((), None),
    ],
)
def test_a_found_cluster_stands_for_the_gold_one_that_it_hits(cluster, stands_for):
    assert matching.match(CLUSTERS, (cluster,)) == [stands_for]


def test_of_several_overlapping_clusters_the_one_with_most_shared_characters_counts():
    assert matching.match((((0, 3, "LOC"),), ((4, 12, "LOC"),)), (((0, 20, "LOC"),),)) == [1]


def extraction(*links, scores=(9000, 9000, 9000, 9000)):
    spots = (ANN, ACME, ROME, ITALY)
    spans = tuple(Span(*spot, score) for spot, score in zip(spots, scores, strict=True))
    return Extraction(spans, ((0,), (1,), (2,), (3,)), tuple(Link(*link) for link in links))


def test_raw_facts_are_mapped_and_know_scope_and_the_weaker_end():
    read = extraction((0, 1, "P108", 8000), (1, 3, "P17", 6000), scores=(9000, 7000, 9000, 9500))

    assert matching.raw_facts(gold(), read, 6500) == [
        matching.Found((0, "P108", 1), Scope.STATED, 8000, 7000),
        matching.Found((1, "P17", 3), Scope.INFERRED, 6000, 7000),
    ]


def test_a_fact_whose_end_has_no_mention_that_is_strong_enough_is_gone():
    read = extraction((0, 1, "P108", 8000), (2, 3, "P17", 6000), scores=(9000, 6000, 9000, 9000))

    assert [found.fact for found in matching.raw_facts(gold(), read, 6500)] == [(2, "P17", 3)]


def test_facts_that_become_one_count_once_with_the_best_score_and_self_loops_are_dropped():
    both = gold(clusters=((ANN,), (ACME, ACME_2), (ROME, ROME_2, ITALY)), facts={})
    read = extraction((1, 2, "P131", 6000), (1, 3, "P131", 7000), (2, 3, "P131", 9000))

    assert [(f.fact, f.score) for f in matching.raw_facts(both, read, 0)] == [((1, "P131", 2), 7000)]


def test_the_group_is_that_of_relation_and_scope():
    assert [matching.group_of(label, scope) for label in ("P17", "P108") for scope in Scope] == list(matching.GROUPS)


def test_thresholds_cut_each_group_and_none_is_off():
    found = [matching.Found((0, label, n), scope, 7000) for n, label in enumerate(("P17", "P108")) for scope in Scope]
    limits = Thresholds(5000, country=7000, other=None, country_inferred=7001, other_inferred=6000)

    assert [(f.fact[1], f.scope.value) for f in matching.at(found, limits)] == [("P17", "stated"), ("P108", "inferred")]


def test_gold_is_turned_as_the_graph_keeps_it():
    schema = load_schema()
    facts = {
        (0, "P150", 1): Scope.STATED,
        (1, "P131", 0): Scope.INFERRED,
        (3, "P26", 2): Scope.STATED,
        (0, "P9", 1): Scope.STATED,
    }

    kept = matching.canonical_gold(schema, gold(facts=facts))

    assert kept == {(1, "P131", 0): Scope.STATED, (2, "P26", 3): Scope.STATED}


def test_counts_by_group_take_precision_by_found_scope_and_recall_by_gold_scope():
    found = [matching.Found((1, "P131", 2), Scope.INFERRED, 9000), matching.Found((0, "P108", 1), Scope.STATED, 9000)]

    rows = matching.count_groups(gold().facts, found)

    assert {group: (c.right, c.predicted, c.found, c.gold) for group, c in rows.items()} == {
        "country": (0, 0, 1, 1), "country_inferred": (1, 1, 0, 1), "other": (0, 1, 0, 0), "other_inferred": (0, 0, 0, 0),
    }  # fmt: skip
    table = matching.fact_table([rows], 500)
    assert (table["all"]["precision"], table["all"]["recall"], table["all"]["per_1000_words"]) == (0.5, 0.5, 4.0)
    assert table["without_country_like"]["predicted"] == 1


def test_mentions_are_counted_strictly_and_by_type():
    table = matching.mention_table([frozenset({ANN, ACME})], [frozenset({ANN, (13, 17, "MISC")})])

    assert (table["all"]["precision"], table["all"]["recall"]) == (0.5, 0.5)
    assert (table["ORG"]["recall"], table["MISC"]["precision"], table["PER"]["f1"]) == (0.0, 0.0, 1.0)


# ── weights and thresholds ───────────────────────────────────────────────────────────────────────────────────────────


def item(score, right, weight=1.0, group="other", half="thresholds"):
    return matching.Item(group, half, score, right, weight)


@pytest.mark.parametrize(
    ("right", "of", "interval"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_wilson_is_the_published_interval(right, of, interval):
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
    assert choosing.wilson(right / of, of) == pytest.approx(interval, abs=0.00005)
    assert choosing.wilson(1 - right / of, of) == pytest.approx((1 - interval[1], 1 - interval[0]), abs=0.00005)


def test_precision_is_weighted_and_unequal_weights_widen_the_interval():
    equal = choosing.precision_of([item(9000, True)] * 4 + [item(9000, False)] * 4)
    unequal = choosing.precision_of([item(9000, True, 3.0)] * 2 + [item(9000, False, 1.0)] * 6)

    assert (equal.precision, unequal.precision) == (0.5, 0.5)
    assert unequal.low < equal.low < equal.high < unequal.high
    assert choosing.precision_of([]).precision is None


def test_the_lowest_threshold_that_is_precise_enough_is_chosen():
    items = [item(9000, True)] * 8 + [item(7550, False)] * 2 + [item(6000, False)] * 5

    assert choosing.lowest(items, 0.8, 10) == 6100
    assert choosing.lowest(items, 0.81, 8) == 7600
    assert choosing.lowest(items, 0.81, 9) is None  # eight items are left then
    assert choosing.lowest([], 0.5, 1) is None


def test_weights_move_the_threshold():
    items = [item(9000, True)] * 8 + [item(6000, False, 4.0)] * 2

    assert choosing.lowest(items, 0.8, 1) == 6100
    assert choosing.lowest([item(i.score, i.right) for i in items], 0.8, 1) == 5000


def ids(parity, count):
    found = (digest("pool", n) for n in range(1000))
    return [id for id in found if number(id) % 2 == parity][:count]


def line(id, judgement, stratum="other .8", population=10, **given):
    models = {"m": {"name": "a", "score": 8500, "scope": "stated", "ends": 9000} | given}
    return {"id": id, "label": "P108", "judgement": judgement, "stratum": stratum, "population": population, "models": models}


def test_a_judged_triple_stands_for_its_share_of_the_stratum():
    one, two = ids(0, 2)
    (three,) = ids(1, 1)
    lines = [
        line(one, "stated"),
        line(two, "inferred"),
        line(three, "wrong", "other .6", 7, score=6500),
        line(digest("x"), None),
    ]

    items = choosing.pool_items(lines, "m", 5000)

    assert [(i.half, i.right, i.weight) for i in items] == [
        ("thresholds", True, 5.0), ("thresholds", True, 5.0), ("report", False, 7.0),
    ]  # fmt: skip
    assert [i.weight for i in choosing.scaled([item(1, True, 2.0), item(1, True, 6.0)])] == [0.5, 1.5]


def test_a_triple_counts_only_for_models_that_give_it_with_strong_ends():
    (one,) = ids(0, 1)

    assert choosing.pool_items([line(one, "stated", ends=6000)], "m", 6500) == []
    assert choosing.pool_items([line(one, "stated")], "another", 0) == []


def test_strata_of_which_nothing_is_judged_are_named():
    assert choosing.unjudged([line("a", "wrong"), line("b", None), line("c", None, "other .5", 40)]) == {"other .5": 40}


def test_choosing_names_thresholds_by_group_and_confirms_on_the_other_half():
    passages = [item(8000, True, half=half) for half in matching.HALVES for _ in range(10)]
    passages += [item(8000, False, group="country", half="thresholds")] * 10

    thresholds, numbers = choosing.choose(6000, choosing.pooled(passages, []), 0.8, 10)

    assert asdict(thresholds) == {
        "spans": 6000,
        "country": None,
        "other": 5000,
        "country_inferred": None,
        "other_inferred": None,
    }
    assert (numbers["other"]["report"]["precision"], numbers["other"]["report"]["items"]) == (1.0, 10)
    assert numbers["country"]["thresholds"]["precision"] == 0.0


def test_a_group_of_which_more_is_wrong_than_right_on_the_other_half_is_off():
    good = [item(8000, True, half="thresholds")] * 10
    for right, threshold in ((1, 5000), (0, None)):
        halves = {"thresholds": good, "report": [item(8000, True)] * (1 + right) + [item(8000, False)] * 2}
        assert choosing.choose_group(halves, 0.8, 10)["threshold"] == threshold


def test_a_threshold_that_the_other_half_does_not_bear_out_says_so():
    halves = {"thresholds": [item(8000, True)] * 10, "report": [item(8000, True)] * 7 + [item(8000, False)] * 3}

    assert choosing.choose_group(halves, 0.8, 10)["confirmed"] is False
    assert choosing.choose_group(halves, 0.8, 11) | {"report": 0, "thresholds": 0} == {
        "threshold": None, "confirmed": True, "report": 0, "thresholds": 0,
    }  # fmt: skip
    assert choosing.choose_group(halves, 0.7, 10)["confirmed"] is True


# ── the pool ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def triple(id, score, label="P108", model="m", scope="stated", quote="q"):
    return {
        "id": id, "label": label, "quote": quote, "judgement": None,
        "models": {model: {"name": model, "score": score, "scope": scope, "ends": 9000}},
    }  # fmt: skip


def test_equal_triples_of_models_are_one_with_the_quote_of_the_best():
    (found,) = pool.merged(
        [triple("a", 6000), triple("a", 7000, quote="better"), triple("a", 9000, model="n", scope="inferred", quote="best")]
    )

    assert found["quote"] == "best"
    assert {name: given["score"] for name, given in found["models"].items()} == {"m": 7000, "n": 9000}
    assert pool.grouped(found)["group"] == "other_inferred"


def test_the_draw_is_even_over_strata_and_knows_their_populations():
    lines = [triple(f"{n:03}", 9500) for n in range(50)] + [triple(f"c{n}", 5500, "P17") for n in range(3)]

    drawn = pool.draw(lines, 10, 1000)

    assert {(d["stratum"], d["population"]) for d in drawn} == {("other .9", 50), ("country .5", 3)}
    assert [d["id"] for d in drawn] == sorted(d["id"] for d in drawn)
    assert pool.shares({"a": 2, "b": 50, "c": 50}, 10) == {"a": 2, "b": 4, "c": 4}
    assert pool.shares({"a": 2}, 10) == {"a": 2}
    assert pool.draw(lines[::-1], 10, 1000) == drawn


def shown(id, **given):
    return (
        triple(id, 9876)
        | {"uri": "x/x.txt", "relation": "employer", "before": "", "after": "", "scope": "stated", "group": "other"}
        | {"head": {"text": "Ann Lee", "type": "Person"}, "tail": {"text": "Acme", "type": "Organization"}}
        | given
    )


def test_the_sheet_is_blind_and_shows_only_what_is_not_judged(tmp_path):
    (one, two) = ids(0, 2)

    text = pool.sheet([shown(one), shown(two, judgement="wrong")])

    assert one in text
    assert two not in text
    assert "9876" not in text
    assert "stated" not in text
    pool.write_pool(tmp_path / "p.jsonl", [shown(one)])
    assert pool.read_pool(tmp_path / "p.jsonl") == [shown(one)]


def test_answers_are_written_in_and_wrong_ones_refused(tmp_path):
    (one, two) = ids(0, 2)

    lines = pool.judged([shown(one), shown(two)], [f"{one[:8]} stated", ""])

    assert [x["judgement"] for x in lines] == ["stated", None]
    for answer in (f"{one} true", "zzzzzzzz wrong", f"{one[:3]} wrong"):
        with pytest.raises(ValueError, match="give the id"):
            pool.judged(lines, [answer])
    pool.write_pool(tmp_path / "p.jsonl", [shown(one, judgement="maybe")])
    with pytest.raises(ValueError, match="maybe"):
        pool.read_pool(tmp_path / "p.jsonl")


def test_judgements_are_carried_over_to_the_same_triple_with_the_same_quote():
    old = [shown("a", judgement="wrong"), shown("b", judgement="wrong", quote="another")]

    assert [x["judgement"] for x in pool.carry_over([shown("a"), shown("b")], old)] == ["wrong", None]


def test_long_documents_are_cut_at_the_end_of_a_block():
    text = "word " * 1999 + "word\n\n" + "word " * 1999 + "word"
    blocks = (Block(BlockKind.PARAGRAPH, 0, 9999), Block(BlockKind.PARAGRAPH, 10001, len(text)))
    whole = Document("id", text, blocks)

    short = pool.shortened(Reading(Source("u", "r", "c", Outcome.OK, "id"), whole))

    assert short.document.text == text[:9999]
    assert short.document.blocks == blocks[:1]
    assert short.source.document == short.document.id != "id"


def test_a_quote_has_two_sentences_around_and_what_lies_between_its_own_two():
    text = "One. Two. Three. Four. Five. Six."
    bounds = ((0, 4), (5, 9), (10, 16), (17, 22), (23, 28), (29, 33))
    document, passage = user_graph.as_document(gold(text=text, sentences=bounds))
    stored = StoredDocument(document, (passage,), "en", (), (), "s")

    assert pool.quoted(stored, ((10, 16),)) == {"before": "One. Two.", "quote": "Three.", "after": "Four. Five."}
    assert pool.quoted(stored, ((5, 9), (17, 22))) == {"before": "One.", "quote": "Two. Three. Four.", "after": "Five. Six."}


# ── the graph ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_passage_keeps_its_text_its_sentences_and_its_blocks():
    text = "One. Two.\n\nThree."

    document, passage = user_graph.as_document(gold(text=text, sentences=((0, 4), (5, 9), (11, 17))))

    assert document.text == passage.text == text
    assert [text[b.start : b.end] for b in document.blocks] == ["One. Two.", "Three."]
    assert passage.blocks == (0, 0, 1)


@pytest.fixture
def reader(tmp_path):
    from kgbuild.pipeline.workspace import Workspace

    models = ToyModels()
    with Workspace(tmp_path / "kg", create=True, models=models) as workspace:
        yield user_graph.Reader(workspace, "toy", models)


def test_what_a_graph_says_of_a_passage_is_found_at_the_gold_clusters(reader):
    text = "Alan Doran works for Bigco. Rovia is big."
    annotated = gold(
        id="p",
        text=text,
        sentences=((0, 27), (28, 41)),
        clusters=(((0, 10, "PER"),), ((21, 26, "ORG"),), ((28, 33, "LOC"),)),
        facts={(0, "P108", 1): Scope.STATED},
    )
    ids = user_graph.put_passages(reader.workspace, [annotated])
    reader.extract()
    reader.build(Thresholds(5000, 5000, 5000, 5000, 5000))

    statements = list(user_graph.emitted(reader.workspace))
    found = user_graph.graph_facts(reader.workspace.schema(), annotated, statements)

    assert [(one.head.name, one.label, one.tail.name) for one in statements] == [("Alan Doran", "P108", "Bigco")]
    assert [(one.fact, one.scope) for one in found] == [((0, "P108", 1), Scope.STATED)]
    assert user_graph.entity_spans(reader.workspace, ids["p"]) >= {(0, 10, "PER"), (21, 26, "ORG")}


def test_a_date_of_the_graph_is_found_at_the_cluster_that_is_written_for_it(reader):
    text = "Alan Doran born on 1947."
    annotated = gold(text=text, sentences=((0, 24),), clusters=(((0, 10, "PER"),), ((19, 23, "TIME"),)), facts={})
    user_graph.put_passages(reader.workspace, [annotated])
    reader.extract()
    reader.build(Thresholds(5000, 5000, 5000, 5000, 5000))

    found = user_graph.graph_facts(reader.workspace.schema(), annotated, list(user_graph.emitted(reader.workspace)))

    assert [one.fact for one in found] == [(0, "P569", 1)]


def test_writing_keeps_the_other_set_and_the_other_numbers(tmp_path):
    shipped = Path(__file__).parent.parent / "kgbuild" / "pretrained"
    model = tmp_path / "model"
    model.mkdir()
    for file in shipped.iterdir():
        if file.suffix in (".json", ".safetensors"):
            (model / file.name).symlink_to(file) if file.suffix != ".json" else (model / file.name).write_bytes(
                file.read_bytes()
            )
    before = user_documents.read_directory(model)
    chosen = Thresholds(6100, None, 7200, 8300, None)

    user_documents.write(model, chosen, {"groups": {"other": {"threshold": 7200}}, "curves": {}})

    after = user_documents.read_directory(model)
    assert (after.default, after.benchmark) == (chosen, before.benchmark)
    metrics = json.loads((model / "metrics.json").read_text("utf-8"))
    assert metrics["user_documents"] == {"groups": {"other": {"threshold": 7200}}}
    assert metrics["documents"] == 500

"""What people say, on graphs of a toy extractor: what contradicts is refused or said, and a file of judgements says all that it was made of."""

import pytest

from kgbuild.build import judged
from kgbuild.errors import BuildError, NotFound
from kgbuild.pipeline import deciding
from kgbuild.pipeline.listing import State
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import ANYWHERE, Anchor, Judgement, Verdict
from tests.toy import ToyModels

TEXT = "Ann Duncan works for Acme Widget Co. Bo Ryan works for Beta Co."
FACT = ("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co")


@pytest.fixture
def make(tmp_path):
    """Makes a built workspace of one text, under a name."""
    made = []

    def workspace(name="kg"):
        folder = tmp_path / name / "docs"
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(TEXT, "utf-8")
        ws = Workspace(tmp_path / name / "kg", create=True, models=ToyModels())
        made.append(ws)
        ws.use("toy")
        ws.add([folder])
        ws.extract()
        ws.build()
        return ws

    yield workspace
    for ws in made:
        ws.close()


def names(ws):
    with ws.source() as graph:
        return sorted(entity.name for entity in graph.entities())


def anywhere(text, type="Person"):
    return Anchor(ANYWHERE, text, type)


def test_an_end_of_a_fact_that_is_right_cannot_be_rejected_nor_the_other_way_round(make):
    ws = make()
    ws.accept(*FACT)
    ws.build()

    with pytest.raises(BuildError, match="contradicts judgement 1: 'Ann Duncan' EMPLOYED_BY 'Acme Widget Co'"):
        ws.reject("Acme Widget Co")

    ws.take_back([1])
    ws.build()
    rejected = ws.reject("Acme Widget Co").judgements[0].number
    right = Judgement(0, Verdict.RIGHT, anywhere(FACT[0]), anywhere(FACT[2], "Organization"), FACT[1])
    with pytest.raises(BuildError, match=f"contradicts judgement {rejected}: 'Acme Widget Co' as an entity is wrong"):
        deciding.decide(ws, [right])


def test_the_word_on_a_fact_whose_end_was_rejected_is_set_aside_and_listed(make):
    ws = make()
    wrong = ws.judge(Judgement(0, Verdict.WRONG, anywhere(FACT[2], "Organization")))
    right = ws.judge(Judgement(0, Verdict.RIGHT, anywhere(FACT[0]), anywhere(FACT[2], "Organization"), FACT[1]))

    assert ws.build().conflicting == [right]
    assert ws.build().conflicting == [right]
    assert [(s.judgement.number, s.state) for s in ws.standings()] == [(wrong, State.IN_FORCE), (right, State.SET_ASIDE)]
    assert "as an entity is wrong" in ws.standings()[1].reason

    ws.undo(wrong)

    assert ws.build().conflicting == []


def test_a_name_that_was_given_twice_comes_back_from_a_file(make, tmp_path):
    ws, called = make(), "Ann Duncan"
    for name in ("Zed", "Yan", "Zed"):
        ws.rename(called, name)
        ws.build()
        called = name
    ws.export_judgements(tmp_path / "words.csv")

    other = make("other")
    other.import_judgements(tmp_path / "words.csv")
    other.build()
    other.export_judgements(tmp_path / "again.csv")

    assert names(other) == names(ws)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "words.csv").read_bytes()
    assert other.import_judgements(tmp_path / "words.csv").skipped == 3


def test_taking_in_many_judgements_costs_what_they_are(monkeypatch):
    many = 300
    pairs = [(anywhere(f"A {i}"), anywhere(f"B {i}")) for i in range(2 * many)]
    words = [Judgement(i, Verdict.SAME if i >= many else Verdict.DIFFERENT, *pair) for i, pair in enumerate(pairs)]
    looked, find = [], judged._Groups.find
    monkeypatch.setattr(judged._Groups, "find", lambda self, unit: looked.append(unit) or find(self, unit))

    found = judged.resolve_judgements(words, lambda anchor: ("", anchor.text))

    assert (len(found.same), len(found.different)) == (many, many)
    assert len(looked) < 10 * len(words)

    compared, meaning = [], deciding.meaning
    monkeypatch.setattr(deciding, "meaning", lambda judgement: compared.append(judgement) or meaning(judgement))
    calls = [Judgement(i, Verdict.NAME, left, value="Zed") for i, (left, _) in enumerate(pairs)]

    assert deciding._unsaid(calls, [Judgement(0, Verdict.NAME, anywhere("A 1"), value="Yan")])
    assert len(compared) < 10 * len(calls)


def test_groups_that_grow_stay_apart_from_all_that_their_parts_were_set_apart_from():
    a, b, c, d, e = (anywhere(letter) for letter in "abcde")
    said = [
        (Verdict.DIFFERENT, a, e),
        (Verdict.DIFFERENT, d, b),
        (Verdict.SAME, b, c),
        (Verdict.SAME, c, a),
        (Verdict.SAME, d, e),
    ]
    words = [
        Judgement(number, verdict, *ends)
        for number, (verdict, *ends) in enumerate([*said, (Verdict.SAME, d, c), (Verdict.SAME, a, d)], 1)
    ]

    found = judged.resolve_judgements(words, lambda anchor: ("", anchor.text))

    assert found.against == {6: (1, 4, 5), 7: (1, 5)}


def test_mentions_that_are_not_in_the_list_and_a_fact_of_one_end_are_refused_as_such(make):
    ws = make()
    for numbers in ("5-3", "2-1", "0", "1,7", "1-99999999999"):
        with pytest.raises(NotFound, match=r"no mention [\d-]+: the list goes from 1 to 1"):
            ws.split("Ann Duncan", [numbers])

    with pytest.raises(BuildError, match="both ends of the fact are the same entity"):
        ws.accept("Ann Duncan", "MARRIED_TO", "Ann Duncan")


@pytest.mark.parametrize(
    ("decide", "left"),
    [
        (lambda ws: ws.reject("Ann Duncan"), {"Acme Co", "Bo Ryan", "Beta Co"}),
        (lambda ws: ws.rename("Ann Duncan", "Ada"), {"Ada", "Acme Co", "Bo Ryan", "Beta Co"}),
        (lambda ws: ws.merge("Ann Duncan", "Acme Co"), {"Ann Duncan", "Bo Ryan", "Beta Co"}),
    ],
)
def test_a_word_on_a_name_all_of_whose_mentions_are_singled_out_is_followed(tmp_path, decide, left):
    """It was anchored to the name, of which nothing was left: rejecting and renaming changed nothing, merging was a KeyError."""
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.use("toy")
        ws.add_records(
            [{"id": "a", "text": "Ann Duncan works for Acme Co."}, {"id": "b", "text": "Bo Ryan works for Beta Co."}], name="r"
        )
        ws.extract()
        ws.judge(Judgement(0, Verdict.DIFFERENT, Anchor("r#a", "Ann Duncan", "Person"), Anchor("r#b", "Bo Ryan", "Person")))
        ws.build()

        decide(ws)

        ws.build()
        with ws.source() as graph:
            assert {entity.name for entity in graph.derived.entities()} == left


def test_a_name_that_changes_changes_no_fact(make):
    """The next build said that no triple had changed."""
    ws = make()
    difference = ws.rename("Ann Duncan", "Ada").difference
    assert (len(difference.entities_changed), difference.triples_changed) == (1, ())
    assert (ws.build().entities_changed, ws.build().triples_changed) == (1, 0)

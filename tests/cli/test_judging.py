"""A person's word on the command line, with the toy extractor: what each command changes, refuses, survives and takes back."""

import contextlib
import csv
import io
import json
import shutil

import pytest

from kgbuild.pipeline.workspace import Workspace
from tests.cli.conftest import ANN, BO
from tests.toy import ToyModels

MORE = {
    "cy.txt": "Cy Vance works for Beta Co. Cy Vance lives in Latvia.",
    "dan.txt": "Ann Duncan married Cy Vance.\n\nAnn Duncan met Bo Ryan.",
    "ann.txt": ANN,
    "bo.md": BO,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Four documents and a workspace built from them, to be copied: two documents name Ann Duncan, one a year of birth."""
    home = tmp_path_factory.mktemp("made")
    (home / "docs").mkdir()
    for name, text in MORE.items():
        (home / "docs" / name).write_text(text, "utf-8")
    with Workspace(home / "kg", create=True, models=ToyModels()) as ws:
        ws.add([home / "docs"])
        ws.extract()
        ws.build()
    return home


@pytest.fixture
def words(home, made):
    """A copy of that workspace at ./kg, with its documents at ./docs."""
    shutil.rmtree(home / "docs")
    shutil.copytree(made, home, dirs_exist_ok=True)
    return home


def graph(kgbuild):
    """The canonical export, as text."""
    return kgbuild("export", "-", "--format", "jsonl", "--provenance", "full")[1]


@contextlib.contextmanager
def parts():
    with Workspace("kg", models=ToyModels()) as ws:
        source = ws.source()
        try:
            yield source
        finally:
            source.derived.close()


def names(_):
    with parts() as source:
        return sorted(entity.name for entity in source.entities())


def facts(_):
    with parts() as source:
        name = {entity.id: entity.name for entity in source.entities()}
        return {
            (name[t.subject], t.predicate, name[t.object]): t.confidence / 10_000
            for t in source.triples()
            if isinstance(t.object, str)
        }


def again(kgbuild, *options):
    """Read the documents again and build; without the store, which no test but one asks."""
    for given in (("add", "docs", "--as", "docs", *options), ("extract",), ("build",)):
        code, _, err = kgbuild(*given, "-q")
        assert code == 0, err


def build(kgbuild):
    code, _, err = kgbuild("build", "-q")
    assert code == 0, err


DECISIONS = [
    ("merge", "Ann Duncan", "Cy Vance"),
    ("split", "Ann Duncan", "--mentions", "docs/dan.txt"),
    ("reject", "Bo Ryan"),
    ("reject", "Ann Duncan", "EMPLOYED_BY", "Acme Widget Co"),
    ("accept", "Ann Duncan", "EMPLOYED_BY", "Acme Widget Co"),
    ("rename", "Acme Widget Co", "Acme"),
    ("retype", "Latvia", "Organization"),
]


@pytest.mark.parametrize("words_given", DECISIONS, ids=lambda given: " ".join(given[:2]))
def test_what_is_said_is_what_the_build_does_and_undo_is_the_identity(words, kgbuild, answer, words_given):
    before = graph(kgbuild)
    foreseen = answer(*words_given, "--preview")
    assert (foreseen["saved"], answer("judgements")["judgements"]) == (False, [])
    assert graph(kgbuild) == before
    said = answer(*words_given, "--why", "I know", "--by", "eve")
    assert said["difference"] == foreseen["difference"]
    assert {(j["by"], j["reason"]) for j in said["judgements"]} == {("eve", "I know")}
    assert all(j["at"] for j in said["judgements"])

    changed = answer("build")["changed"]
    difference = said["difference"]
    assert any(difference.values())
    assert changed["entities_added"] == len(difference["entities_added"])
    assert changed["entities_removed"] == len(difference["entities_removed"])
    assert changed["triples_added"] == len(difference["triples_added"] + difference["triples_moved"])
    assert changed["triples_removed"] == len(difference["triples_removed"] + difference["triples_moved"])
    after = graph(kgbuild)
    assert after != before
    build_again = kgbuild("build", "--rebuild", "-q")
    assert build_again[0] == 0
    assert graph(kgbuild) == after

    numbers = [str(j["number"]) for j in said["judgements"]]
    taken = answer("judgements", "undo", *numbers)
    assert [j["number"] for j in taken["undone"]] == list(map(int, numbers))
    build(kgbuild)
    assert graph(kgbuild) == before


def test_merged_entities_are_one_in_every_way_they_are_asked_for(words, kgbuild):
    assert kgbuild("merge", "Ann Duncan", "Cy Vance")[0] == 0
    build(kgbuild)
    assert len([name for name in names(kgbuild) if name in ("Ann Duncan", "Cy Vance")]) == 1
    assert kgbuild("explain", "Cy Vance", "--json")[1] == kgbuild("explain", "Ann Duncan", "--json")[1]
    _, out, _ = kgbuild("explain", "Cy Vance")
    assert "#1 'Ann Duncan' and 'Cy Vance' are same" in out
    assert "undo: kgbuild judgements undo 1" in out
    code, _, err = kgbuild("merge", "Ann Duncan", "Cy Vance")
    assert code == 1
    assert "one entity already" in err


def test_a_merge_outlives_every_document_that_it_was_made_from(words, kgbuild):
    kgbuild("merge", "Ann Duncan", "Cy Vance")
    for name in ("ann.txt", "dan.txt", "cy.txt"):
        (words / "docs" / name).unlink()
    (words / "docs" / "new.txt").write_text("Cy Vance met Ann Duncan.", "utf-8")
    again(kgbuild, "--sync", "--accept")
    assert len([name for name in names(kgbuild) if name in ("Ann Duncan", "Cy Vance")]) == 1


def test_what_contradicts_is_refused_with_the_path(words, kgbuild):
    assert kgbuild("merge", "Ann Duncan", "Cy Vance", "-q")[0] == 0
    build(kgbuild)
    code, _, err = kgbuild("split", "Ann Duncan", "--mentions", "Cy Vance")
    assert code == 1
    assert "it contradicts judgement 1: 'Ann Duncan' and 'Cy Vance' are same; undo one of these first" in err
    kgbuild("judgements", "undo", "1")
    build(kgbuild)
    kgbuild("reject", "Ann Duncan", "EMPLOYED_BY", "Acme Widget Co")
    code, _, err = kgbuild("accept", "Ann Duncan", "EMPLOYED_BY", "Acme Widget Co")
    assert code == 1
    assert "judgement 2: 'Ann Duncan' EMPLOYED_BY 'Acme Widget Co' is wrong" in err
    assert len(json.loads(kgbuild("judgements", "--json")[1])["judgements"]) == 1


def test_saying_the_same_twice_is_refused_with_the_number(words, kgbuild):
    kgbuild("reject", "Bo Ryan")
    code, _, err = kgbuild("reject", "Bo Ryan")
    assert (code, "judgement 1 says so already" in err) == (1, True)


def test_a_merge_that_would_make_earlier_words_contradict_is_refused(words, kgbuild):
    kgbuild("accept", "Ann Duncan", "EMPLOYED_BY", "Acme Widget Co")
    kgbuild("reject", "Bo Ryan", "EMPLOYED_BY", "Acme Widget Co")
    build(kgbuild)
    code, _, err = kgbuild("merge", "Ann Duncan", "Bo Ryan")
    assert code == 1
    assert "judgement 2" in err
    assert "judgement 1" in err


def test_a_name_that_several_have_is_refused_and_they_are_listed(words, kgbuild):
    kgbuild("rename", "Bo Ryan", "Ann Duncan")
    build(kgbuild)
    code, out, err = kgbuild("reject", "Ann Duncan")
    assert (code, out) == (1, "")
    assert err.count("  e:") == 2
    assert "2 entities are called 'Ann Duncan': give the id of one" in err
    id = err.split()[0]
    assert kgbuild("reject", id)[0] == 0


def test_a_split_takes_names_documents_and_numbers(words, kgbuild, answer):
    code, out, err = kgbuild("split", "Ann Duncan")
    assert code == 2
    assert [line.split()[:2] for line in out.splitlines()[2:]] == [["1", "docs/ann.txt"], ["2", "docs/dan.txt"]]
    assert "--mentions NUMBER" in err
    by_number = answer("split", "Ann Duncan", "--mentions", "2", "--preview")
    by_document = answer("split", "Ann Duncan", "--mentions", "docs/d*", "--preview")
    assert by_number["difference"] == by_document["difference"]
    added, removed = (by_number["difference"][part] for part in ("entities_added", "entities_removed"))
    assert [e["name"] for e in added] == ["Ann Duncan"] * 2  # a name that two hold names neither: both get an id of their own
    assert [e["name"] for e in removed] == ["Ann Duncan"]
    for given, message in (
        ("7", "no mention 7: the list goes from 1 to 2"),
        ("Zed", "neither a written name"),
        ("1-2", "nothing would be left"),
        ("Ann Duncan", "nothing would be left"),
    ):
        code, _, err = kgbuild("split", "Ann Duncan", "--mentions", given)
        assert (code != 0, message in err) == (True, True), err


def test_a_split_stays_while_other_documents_come_and_go(words, kgbuild):
    kgbuild("split", "Ann Duncan", "--mentions", "docs/dan.txt")
    (words / "docs" / "ann.txt").unlink()
    (words / "docs" / "eve.txt").write_text("Ann Duncan works for Beta Co.", "utf-8")
    again(kgbuild, "--sync", "--accept")
    assert names(kgbuild).count("Ann Duncan") == 2


def test_a_rejected_entity_is_gone_everywhere_and_stays_away(words, kgbuild):
    for _ in range(2):  # twice: the second word is refused, and nothing changes
        kgbuild("reject", "Bo Ryan")
        (words / "docs" / "more.txt").write_text("Bo Ryan works for Gamma Co.", "utf-8")
        again(kgbuild)
        assert "Bo Ryan" not in names(kgbuild)
        assert "Bo Ryan" not in "".join(name for fact in facts(kgbuild) for name in fact)
        assert "Bo Ryan" not in kgbuild("export", "-", "--format", "nt", "--provenance", "none")[1]
    (words / "docs" / "more.txt").unlink()
    again(kgbuild, "--sync", "--accept")
    (words / "docs" / "more.txt").write_text("Bo Ryan works for Delta Co.", "utf-8")
    again(kgbuild)
    assert "Bo Ryan" not in names(kgbuild)
    out = kgbuild(
        "query", "MATCH (e:Entity) WHERE e.name = 'Bo Ryan' OR 'Bo Ryan' IN e.aliases RETURN count(e) AS n", "--json"
    )[1]
    assert json.loads(out)["rows"] == [[0]]
    code, _, err = kgbuild("explain", "Bo Ryan")
    assert code == 1
    code, _, err = kgbuild("merge", "Bo Ryan", "Ann Duncan")
    assert (code, "was rejected by judgement 1; `kgbuild judgements undo 1`" in err) == (1, True)


def test_the_last_name_and_the_last_type_count(words, kgbuild):
    for name in ("Acme", "Acme Corp", "Acme"):
        assert kgbuild("rename", "Acme Widget Co", name)[0] == 0
        build(kgbuild)
        assert name in names(kgbuild)
    assert kgbuild("rename", "Acme", "Acme")[0] == 1
    kgbuild("merge", "Acme", "Beta Co")
    build(kgbuild)
    kgbuild("rename", "Beta Co", "The Group")
    build(kgbuild)
    assert "The Group" in names(kgbuild)
    assert kgbuild("retype", "Latvia", "Nonsense")[0] == 2
    _, _, err = kgbuild("retype", "Latvia", "person")
    assert "the schema does not allow LIVED_IN for Person: `kgbuild reject t:" in err


def test_accepting_what_the_model_never_saw_is_refused(words, kgbuild):
    code, _, err = kgbuild("accept", "Cy Vance", "EMPLOYED_BY", "Acme Widget Co")
    assert (code, "nothing is there to accept" in err) == (1, True)
    code, _, err = kgbuild("accept", "Bo Ryan")
    assert (code, "accept takes a fact" in err) == (2, True)
    code, _, err = kgbuild("accept", "Bo Ryan", "EMPLOYED_BI", "Acme Widget Co")
    assert (code, "near: EMPLOYED_BY" in err) == (1, True)


def test_an_accepted_fact_outlives_a_stricter_model_and_setting(words, kgbuild, answer):
    fact = ("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co")
    assert kgbuild("use", "strict")[0] == 0
    assert kgbuild("extract", "-q")[0] == 0
    (words / "kg" / "kgbuild.toml").write_text('[build]\nscope = "stated"\nmin_confidence = 0.99\n', "utf-8")
    build(kgbuild)
    assert fact not in facts(kgbuild)
    said = answer("accept", *fact)
    assert [f["confidence"] for f in said["difference"]["triples_added"]] == [1.0]
    build(kgbuild)
    assert facts(kgbuild)[fact] == 1.0
    assert ", asserted, " in kgbuild("explain", *fact)[1]
    assert "a person's word #1" in kgbuild("explain", *fact)[1]
    (words / "docs" / "ann.txt").write_text("Ann Duncan works for Acme Widget Co. It rained.", "utf-8")
    again(kgbuild)
    assert fact in facts(kgbuild)
    (words / "docs" / "ann.txt").write_text("It rained.", "utf-8")
    again(kgbuild)
    assert fact not in facts(kgbuild)
    asleep = answer("judgements")["judgements"][0]
    assert (asleep["state"], asleep["because"]) == (
        "asleep", "docs/ann.txt does not say 'Ann Duncan' as Person now"
    )  # fmt: skip
    assert answer("status")["asleep"][0]["because"] == asleep["because"]
    assert "docs/ann.txt does not say 'Ann Duncan' as Person now" in kgbuild("status")[1]


def test_a_wrong_value_is_rejected_and_comes_back(words, kgbuild, answer):
    before = graph(kgbuild)
    fact = next(f for f in answer("explain", "Bo Ryan")["entities"][0]["facts"] if f["predicate"] == "DATE_OF_BIRTH")
    answer("reject", "Bo Ryan", "DATE_OF_BIRTH", "1947", "--preview")
    answer("reject", fact["id"])
    build(kgbuild)
    assert answer("explain", "Bo Ryan")["entities"][0]["values"] == []
    answer("judgements", "undo", "1")
    build(kgbuild)
    assert graph(kgbuild) == before


def test_what_comes_to_contradict_later_is_set_aside_and_listed(words, kgbuild, answer):
    with Workspace("kg", models=ToyModels()) as ws:
        from kgbuild.records import Anchor, Judgement, Verdict

        ws.judge(Judgement(0, Verdict.WRONG, Anchor("*", "Bo Ryan", "Person")))
        ws.judge(Judgement(0, Verdict.RIGHT, Anchor("docs/bo.md", "Bo Ryan", "Person")))
        ann, acme = Anchor("*", "Ann Duncan", "Person"), Anchor("*", "Acme Widget Co", "Organization")
        ws.judge(Judgement(0, Verdict.WRONG, ann, acme, "EMPLOYED_BY"))
        here = Anchor("docs/ann.txt", "Ann Duncan", "Person"), Anchor("docs/ann.txt", "Acme Widget Co", "Organization")
        ws.judge(Judgement(0, Verdict.RIGHT, *here, "EMPLOYED_BY"))
    assert answer("build")["conflicting"] == [2, 4]
    states = [(j["number"], j["state"], j["because"]) for j in answer("judgements")["judgements"]]
    assert states[1][1:] == ("set aside", "contradicts #1: 'Bo Ryan' as an entity is wrong")
    assert states[3][:2] == (4, "set aside")
    assert states[3][2] == "contradicts #3: 'Ann Duncan' EMPLOYED_BY 'Acme Widget Co' is wrong"
    assert [row["number"] for row in answer("status")["set_aside"]] == [2, 4]
    assert "Bo Ryan" not in names(kgbuild)
    assert ("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co") not in facts(kgbuild)


def test_judgements_travel_in_a_file_without_loss(words, made, kgbuild, answer):
    for given in DECISIONS[:4]:
        assert kgbuild(*given, "--why", 'because "x",\r\nand y', "--by", "Ève; =1+1")[0] == 0, given
    out = kgbuild("judgements", "export", "-")[1]
    assert kgbuild("judgements", "export", "words.csv")[0] == 0
    assert (words / "words.csv").read_bytes().decode() == out
    build(kgbuild)
    expected = graph(kgbuild)

    assert answer("judgements", "import", "words.csv")["skipped"] == len(list(csv.reader(io.StringIO(out)))) - 1
    shutil.copytree(made / "kg", words / "other")
    assert answer("-w", "other", "judgements", "import", "words.csv", "--preview")["saved"] is False
    assert answer("-w", "other", "judgements")["judgements"] == []
    answer("-w", "other", "judgements", "import", "words.csv")
    assert kgbuild("-w", "other", "judgements", "export", "-")[1] == out
    kgbuild("-w", "other", "build", "-q")
    assert kgbuild("-w", "other", "export", "-", "--format", "jsonl", "--provenance", "full")[1] == expected


HEADER = "verdict,left_uri,left_text,left_type,value,right_uri,right_text,right_type\n"


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        ("maybe,*,Bo Ryan,Person,,,,\n", ["line 2: verdict 'maybe' is none of same"]),
        ("same,*,Bo Ryan,Person,,,,\n", ["line 2: right_text and right_type must be given"]),
        ("wrong,*,Bo Ryan,Alien,,,,\nname,*,Bo Ryan,Person,,,,\n", ["line 2: 'Alien' is no type", "line 3: value, the name"]),
        ("wrong,*,Bo Ryan,Person\n", ["line 2: 4 cells, not 8"]),
        ("wrong,,Bo Ryan,Person,,,,\n", ["line 2: left_uri is empty (* is everywhere)"]),
        ("right,*,Bo Ryan,Person,OWNZ,*,Acme,Organization\n", ["line 2: the schema has no relation 'OWNZ'"]),
        ("right,*,Bo Ryan,Person,EMPLOYED_BY,,Acme,Organization\n", ["an entity: right_uri must be given"]),
        ("right,*,Bo Ryan,Person,DATE_OF_BIRTH,*,1947,date\n", ["'date' is no type of entities"]),
        ("right,*,Bo Ryan,Person,HAS_PART,*,Acme,Organization\n", ["line 2: HAS_PART is kept as PART_OF"]),
        ('name,*,"Bo\nRyan",Person,X,,,\nmaybe,*,X,Person,,,,\n', ["line 4: verdict 'maybe'"]),
        ('name,*,"Bo,Person,X,,,\n', ["line 2: not CSV"]),
        (
            "same,*,Bo Ryan,Person,,*,Ann Duncan,Person\ndifferent,*,Ann Duncan,Person,,*,Bo Ryan,Person\n",
            [
                "cannot judge 'Ann Duncan' and 'Bo Ryan' are different: it contradicts line 2: 'Bo Ryan' and 'Ann Duncan' are same"
            ],
        ),
        (
            "wrong,*,Latvia,Location,,,,\nright,*,Cy Vance,Person,,,,\n",
            ["it contradicts judgement 1: 'Cy Vance' as an entity is wrong"],
        ),
    ],
)
def test_a_file_is_taken_whole_or_not_at_all(words, kgbuild, rows, messages):
    kgbuild("reject", "Cy Vance")
    (words / "in.csv").write_text(HEADER + rows, "utf-8")
    code, out, err = kgbuild("judgements", "import", "in.csv")
    assert code in (1, 2)
    assert out == ""
    for message in messages:
        assert message in err
    assert len(json.loads(kgbuild("judgements", "--json")[1])["judgements"]) == 1


def test_a_file_without_its_columns_or_itself_is_refused(words, kgbuild):
    (words / "in.csv").write_text("verdict,left\n", "utf-8")
    assert "line 1: no column left_uri" in kgbuild("judgements", "import", "in.csv")[2]
    assert "No such file" in kgbuild("judgements", "import", "none.csv")[2]
    (words / "in.csv").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in kgbuild("judgements", "import", "in.csv")[2]


def test_the_list_shows_what_was_undone_if_asked(words, kgbuild, answer):
    assert kgbuild("judgements")[1] == "no judgements yet\n"
    kgbuild("reject", "Bo Ryan", "--why", "a dog", "--by", "eve")
    kgbuild("judgements", "undo", "#1")
    assert answer("judgements", "list")["judgements"] == []
    (row,) = answer("judgements", "--all")["judgements"]
    assert (row["state"], row["reason"], row["by"]) == ("revoked", "a dog", "eve")
    assert "  undone 2" in kgbuild("judgements", "--all")[1]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("undo",), 2), (("undo", "x"), 2), (("undo", "9"), 1), (("export",), 2), (("import",), 2), (("list", "1"), 2), (("no",), 2),
    ],
)  # fmt: skip
def test_judgements_that_cannot_be_meant(words, kgbuild, given, code):
    assert kgbuild("judgements", *given)[0] == code


def test_before_extraction_a_word_is_taken_without_a_look_ahead(words, kgbuild):
    (words / "docs" / "new.txt").write_text("Bo Ryan met Zed Van.", "utf-8")
    kgbuild("add", "docs", "--as", "docs", "-q")
    code, out, err = kgbuild("reject", "Bo Ryan")
    assert code == 0
    assert "1 passage is not extracted yet" in err
    assert "the next build changes" not in out


def test_the_difference_leaves_out_what_was_not_built_for_other_reasons(words, kgbuild, answer):
    answer("reject", "Bo Ryan")
    second = answer("rename", "Latvia", "Lettland")
    assert second["difference"]["entities_removed"] == []
    assert [c["after"]["name"] for c in second["difference"]["entities_changed"]] == ["Lettland"]
    assert second["notes"] == ["other changes wait for `kgbuild build`, too; they are no part of this difference"]


def inside(kgbuild, home, text):
    """One more document, in which one unit is written in several ways."""
    (home / "docs" / "in.txt").write_text(text, "utf-8")
    again(kgbuild)


def test_a_split_goes_through_a_document_that_calls_two_things_one(words, kgbuild, answer):
    inside(kgbuild, words, "Zoe Marran works for Beta Co. Marran lives in Estonia. Zed Ivan lives in Latvia.")
    before = graph(kgbuild)
    assert answer("explain", "Zoe Marran")["entities"][0]["aliases"] == ["Marran"]
    said = answer("split", "Zoe Marran", "--mentions", "Marran")
    assert [e["name"] for e in said["difference"]["entities_added"]] == ["Marran"]
    assert [e["after"]["name"] for e in said["difference"]["entities_changed"]] == ["Zoe Marran"]
    build(kgbuild)
    assert {"Marran", "Zoe Marran"} <= set(names(kgbuild))
    assert ("Marran", "LIVED_IN", "Estonia") in facts(kgbuild)
    after = graph(kgbuild)
    assert [j["state"] for j in answer("judgements")["judgements"]] == ["in force"]
    kgbuild("build", "--rebuild")
    assert graph(kgbuild) == after
    assert "Person/marran = Person/marran (docs/in.txt): same name in one document" in kgbuild("explain", "Marran")[1]
    (words / "docs" / "in.txt").write_text("Zoe Marran works for Gamma Co. Marran lives in Estonia.", "utf-8")
    again(kgbuild)  # the word holds on to the document through an edit
    assert {"Marran", "Zoe Marran"} <= set(names(kgbuild))
    (words / "docs" / "in.txt").write_text(
        "Zoe Marran works for Beta Co. Marran lives in Estonia. Zed Ivan lives in Latvia.", "utf-8"
    )
    kgbuild("judgements", "undo", "1")
    again(kgbuild)
    assert graph(kgbuild) == before


def test_a_split_goes_through_a_name_that_is_read_as_another_type(words, kgbuild, answer):
    inside(kgbuild, words, "Northern Ocean Rescue Ilk Alliance Co (NORiA) lies in Latvia. NORiA lies in Estonia.")
    before = graph(kgbuild)
    assert answer("explain", "NORiA")["entities"][0]["name"] == "Northern Ocean Rescue Ilk Alliance Co"
    said = answer("split", "NORiA", "--mentions", "NORiA")
    assert [(e["name"], e["type"]) for e in said["difference"]["entities_added"]] == [("NORiA", "Location")]
    build(kgbuild)
    assert ("NORiA", "LOCATED_IN", "Estonia") in facts(kgbuild)
    assert [j["state"] for j in answer("judgements")["judgements"]] == ["in force"]
    kgbuild("judgements", "undo", "1")
    build(kgbuild)
    assert graph(kgbuild) == before


def test_two_words_inside_of_one_document_go_together(words, kgbuild, answer):
    inside(kgbuild, words, "Zoe Marran works for Beta Co. Marran lives in Estonia, and Zoe lives in Latvia.")
    assert set(answer("explain", "Zoe Marran")["entities"][0]["aliases"]) == {"Zoe", "Marran"}
    kgbuild("split", "Zoe Marran", "-m", "Marran", "-m", "Zoe")
    build(kgbuild)
    found = [{e["name"], *e["aliases"]} for name in ("Zoe", "Zoe Marran") for e in answer("explain", name)["entities"]]
    assert found == [{"Marran", "Zoe"}, {"Zoe Marran"}]


def test_a_short_form_takes_its_name_along_where_other_documents_stay(words, kgbuild, answer):
    inside(kgbuild, words, "Ann Duncan works for Beta Co. Duncan lives in Estonia.")
    said = answer("split", "Ann Duncan", "--mentions", "Duncan", "--preview")
    added = [(e["name"], e["mentions"]) for e in said["difference"]["entities_added"]]
    assert sorted(added) == [("Ann Duncan", 2), ("Ann Duncan", 4)]


def test_a_file_of_judgements_tells_names_of_one_document_apart(words, kgbuild, answer):
    inside(kgbuild, words, "Zoe Marran works for Beta Co. Marran lives in Estonia.")
    row = "different,docs/in.txt,Marran,Person,,docs/in.txt,Zoe Marran,Person"
    head = "verdict,left_uri,left_text,left_type,value,right_uri,right_text,right_type"
    (words / "apart.csv").write_text(f"{head}\n{row}\n", "utf-8")
    assert kgbuild("judgements", "import", "apart.csv")[0] == 0
    build(kgbuild)
    assert {"Marran", "Zoe Marran"} <= set(names(kgbuild))


def test_a_word_on_what_is_only_another_name_says_so_while_it_sleeps(words, kgbuild, answer):
    inside(kgbuild, words, "Zoe Marran works for Beta Co. Marran lives in Estonia.")
    head = "verdict,left_uri,left_text,left_type,value,right_uri,right_text,right_type"
    (words / "far.csv").write_text(f"{head}\ndifferent,*,Marran,Person,,*,Zoe Marran,Person\n", "utf-8")
    assert kgbuild("judgements", "import", "far.csv")[0] == 0
    asleep = answer("judgements")["judgements"][0]
    assert (asleep["state"], asleep["because"]) == (
        "asleep",
        "'Marran' stands only as another name of 'Zoe Marran': `kgbuild split` takes it out",
    )

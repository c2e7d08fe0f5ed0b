import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kgbuild.cli.session import sample_folder
from kgbuild.cli.summary import put_left_out
from kgbuild.hashing import digest
from tests.extraction.tiny import write_tiny
from tests.toy import ToyModels

ROOT = Path(__file__).parents[2]
DOCUMENTS = {"ok", "no_text", "skipped", "quarantined", "retry", "added", "changed", "removed", "unchanged"}
CHANGED = {
    "entities_added", "entities_removed", "entities_redirected", "entities_changed",
    "triples_added", "triples_removed", "triples_changed",
}  # fmt: skip


def test_run_gives_the_promised_keys(answer):
    report = answer("run", "docs")
    assert set(report["documents"]) == DOCUMENTS
    assert set(report["changed"]) == CHANGED
    assert {
        "passages",
        "extracted",
        "cached",
        "mentions",
        "statements",
        "entities",
        "triples",
        "values",
        "seconds",
        "words",
    } <= set(report)
    assert (report["documents"]["ok"], report["documents"]["added"]) == (2, 2)
    assert report["changed"]["entities_added"] == report["entities"] == 5
    assert (report["triples"], report["values"]) == (4, 1)
    assert report["schema_fit"] == {
        "fits": False,
        "reasons": ["80% of all facts are EMPLOYED_BY and LIVED_IN"],
        "documents": 2,
        "triples": 5,
        "triples_per_document": 2.5,
        "most_frequent": {"EMPLOYED_BY": 2, "LIVED_IN": 2},
        "most_frequent_share": 0.8,
        "country_like": {},
        "country_like_share": 0.0,
    }


GERMAN = (
    "Der Landtag hat am Donnerstag das neue Schulgesetz beschlossen. Die Ministerin dankte den Abgeordneten für die sachliche "
    "Beratung. Das Gesetz tritt im kommenden Jahr in Kraft und gilt für alle Schulen des Landes."
)


def test_where_nothing_was_read_the_schema_is_not_blamed(answer, kgbuild, home):
    for file in (home / "docs").iterdir():
        file.write_text(f"{file.name}\n\n{GERMAN}", "utf-8")
    code, out, _ = kgbuild("run", "docs")

    assert code == 0 and "hardly fits" not in out
    assert "Nothing was read: all 2 passages are in languages (de 2) that the model does not read; it reads en, und." in out
    fit = answer("run", "docs")["schema_fit"]
    assert (fit["fits"], fit["documents"]) == (True, 0) and fit["unread"].startswith("Nothing was read")
    kgbuild("report", "r.html")
    page = (home / "r.html").read_text("utf-8")
    assert "Nothing was read: all 2 passages" in page and "hardly fits" not in page

    (home / "docs" / "one.txt").write_text(
        "Ann Duncan works for Acme Widget Co. Bo Ryan married Ann Duncan in Latvia.", "utf-8"
    )
    fit = answer("run", "docs")["schema_fit"]
    assert (fit["documents"], "unread" in fit) == (1, False)  # what was not read counts neither way


def test_extract_build_and_status_give_the_same_keys_where_they_have_something_to_say(answer, kgbuild):
    kgbuild("add", "docs")
    extracted = answer("extract")
    assert {"passages", "extracted", "cached", "words", "seconds"} <= set(extracted)
    assert extracted["extracted"] == extracted["passages"] == 2
    built = answer("build")
    assert {"mentions", "statements", "entities", "triples", "values", "changed", "seconds"} <= set(built)
    status = answer("status")
    assert set(status["documents"]) == DOCUMENTS - {"added", "changed", "removed", "unchanged"}
    assert status["entities"] == built["entities"] == sum(status["by_type"].values())
    assert status["built"] is True


def test_a_second_run_does_nothing(answer, built):
    report = answer("run", "docs")
    assert (report["extracted"], report["cached"], report["documents"]["unchanged"]) == (0, 2, 2)
    assert set(report["changed"].values()) == {0}


def test_an_edit_is_read_again_alone(answer, built):
    (built / "docs" / "ann.txt").write_text("Ann Duncan works for Beta Co and she likes the work there.", "utf-8")
    report = answer("run", "docs")
    assert (report["documents"]["changed"], report["documents"]["unchanged"], report["extracted"]) == (1, 1, 1)


def test_run_ends_with_what_a_user_wants_to_know(kgbuild, home):
    code, out, err = kgbuild("run", "docs")
    assert code == 0, err
    assert "entities   Location 2, Person 2, Organization 1\n" in out
    assert "relations " in out
    assert "EMPLOYED_BY 2" in out
    assert "“Bo Ryan works for Acme Widget Co. " in out
    assert "confidence ." in out
    assert "time: add " in out
    assert "80% of all facts are EMPLOYED_BY and LIVED_IN" in out
    assert "docs/own-domain.md" in out


def test_the_next_commands_of_a_run_work_and_give_something(kgbuild, home):
    import shlex

    _, out, _ = kgbuild("-w", "my kg", "run", "docs")
    commands = [shlex.split(line)[1:] for line in out.partition("next:\n")[2].splitlines()]
    assert [words[2] for words in commands] == ["query", "explain", "export"]
    assert all(words[:2] == ["-w", "my kg"] for words in commands)
    for words in commands:
        code, found, err = kgbuild(*words)
        assert code == 0, err
        assert found.count("\n") > 2 or words[2] == "export"
    assert (home / "graph.ttl").stat().st_size


def test_new_quarantine_exits_with_3_once_and_with_strict_always(kgbuild, home):
    (home / "docs" / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    code, out, err = kgbuild("run", "docs")
    assert code == 3
    assert "quarantined: docs/bad.pdf: " in err
    assert "1 quarantined" in out
    assert "EMPLOYED_BY" in out
    assert kgbuild("run", "docs")[0] == 0
    assert kgbuild("run", "docs", "--strict")[0] == 3
    assert kgbuild("add", "docs", "--strict")[0] == 3
    assert kgbuild("status")[0] == 0


@pytest.mark.parametrize("command", ["run", "add"])
def test_what_exit_code_3_is_about_is_told_to_the_quiet_too(kgbuild, home, command):
    (home / "docs" / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    code, out, err = kgbuild(command, "docs", "-q")
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert err.startswith("quarantined: docs/bad.pdf: ")
    assert kgbuild(command, "docs", "-q") == (0, "", "")
    why = (
        "--strict: 1 quarantined in the workspace since an earlier run: `kgbuild documents --outcome quarantined` lists them\n"
    )
    assert kgbuild(command, "docs", "-q", "--strict") == (3, "", why)


def test_dots_behind_vanished_files_stand_for_more_of_them(kgbuild, home):
    for name in "abcd":
        (home / "docs" / f"{name}.txt").write_text(f"Ann Duncan works for {name} Co.", "utf-8")
    kgbuild("add", "docs")
    for name in "abc":
        (home / "docs" / f"{name}.txt").unlink()
    assert "vanished: 3 files (docs/a.txt, docs/b.txt, docs/c.txt); give --sync" in kgbuild("add", "docs")[2]
    (home / "docs" / "d.txt").unlink()
    assert "vanished: 4 files (docs/a.txt, docs/b.txt, docs/c.txt, …); give --sync" in kgbuild("add", "docs")[2]


def test_what_was_skipped_is_told_by_kind(kgbuild, home):
    (home / "docs" / "later.md").write_text("---\ndraft: true\n---\nNot yet.", "utf-8")
    (home / "docs" / "sheet.xlsx").write_bytes(b"x")
    assert "skipped    2 files: 1 draft, 1 .xlsx\n" in kgbuild("run", "docs")[1]


def test_nothing_to_read_is_an_error_that_says_what_was_there(kgbuild, home):
    (home / "empty").mkdir()
    (home / "empty" / "a.xlsx").write_bytes(b"x")
    code, out, err = kgbuild("run", "empty")
    assert code == 1
    assert out == ""
    assert "empty: no document with text there; skipped: 1 .xlsx; kgbuild reads .txt" in err


def test_only_quarantined_documents_exit_with_3(kgbuild, home):
    (home / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    code, _, err = kgbuild("run", "bad.pdf")
    assert code == 3
    assert "quarantined: bad.pdf" in err


def test_json_is_one_object_and_all_else_goes_to_standard_error(kgbuild, home):
    (home / "docs" / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    (home / "docs" / "rows.csv").write_text("id,body\n1,Ann Duncan works for Beta Co.\n", "utf-8")
    code, out, err = kgbuild("run", "docs", "--json")
    report = json.loads(out)
    assert code == 3
    assert out.count("\n") == 1
    assert report["problems"][0]["uri"] == "docs/bad.pdf"
    assert "note: docs/rows.csv: text from 'body'" in err
    assert "extracting" not in err
    assert "bad.pdf" in err


def test_a_notice_names_the_first_file_and_how_many_more(kgbuild, home):
    for name in "abc":
        (home / "docs" / f"{name}.csv").write_text(f"id,body\n1,{name} Ann Duncan works for Beta Co.\n", "utf-8")
    _, _, err = kgbuild("add", "docs")
    assert (
        "note: docs/a.csv and 2 more: text from 'body', id from 'id' (a guess; name others with --text, --id, --title, --date)"
        in err
    )


def test_quiet_says_nothing_when_all_is_well(kgbuild, home):
    for words in (("run", "docs", "-q"), ("-q", "add", "docs"), ("extract", "-q"), ("build", "-q")):
        assert kgbuild(*words) == (0, "", "")


def test_vanished_files_are_told_and_go_with_sync(kgbuild, answer, built):
    (built / "docs" / "bo.md").unlink()
    _, _, err = kgbuild("run", "docs")
    assert "docs/bo.md" in err
    assert "--sync" in err
    code, _, err = kgbuild("run", "docs", "--sync")
    assert code == 2
    assert "--accept" in err
    assert answer("run", "docs", "--sync", "--accept")["documents"]["removed"] == 1


def test_a_document_that_takes_only_support_away_is_not_said_to_change_nothing(kgbuild, answer, home):
    (home / "a.txt").write_text("Ann Duncan works for Acme Widget Co.", "utf-8")
    (home / "b.txt").write_text("It is said that Ann Duncan works for Acme Widget Co.", "utf-8")
    kgbuild("run", "a.txt", "b.txt")
    before = answer("status")["state"]
    _, out, _ = kgbuild("run", "a.txt", "b.txt")
    assert "changed    nothing\n" in out
    kgbuild("remove", "b.txt")
    _, out, _ = kgbuild("build", "--preview")
    assert "changed    2 entities changed, 1 triple changed\n" in out
    assert "  ~ Ann Duncan  EMPLOYED_BY  Acme Widget Co  (1 sentence, before 2)\n" in out
    assert "changed    2 entities changed, 1 triple changed\n" in kgbuild("build")[1]
    assert answer("status")["state"] != before


def test_dry_run_and_preview_change_nothing(answer, kgbuild, built):
    (built / "docs" / "new.txt").write_text("Zed Lan works for Beta Co and he likes the work there very much.", "utf-8")
    kgbuild("add", "docs")
    before = answer("status")
    assert answer("extract", "--dry-run")["extracted"] == 1
    code, _, err = kgbuild("build")
    assert code == 1
    assert "kgbuild extract" in err
    kgbuild("extract")
    previewed = answer("build", "--preview")
    assert previewed["changed"]["entities_added"] == 2
    assert {note["name"] for note in previewed["difference"]["entities_added"]} == {"Zed Lan", "Beta Co"}
    assert "  + Zed Lan  Person  (1 mention)\n" in kgbuild("build", "--preview")[1]
    assert answer("status")["state"] == before["state"]
    assert answer("build")["changed"]["entities_added"] == 2


def test_settings_switch_off_a_phrase_by_its_name(kgbuild, built):
    settings = built / "kg" / "kgbuild.toml"
    settings.write_text('[build]\nhygiene_off = ["employer_before"]\n', "utf-8")
    assert kgbuild("build")[0] == 0
    settings.write_text('[build]\nhygiene_off = ["employer_befor"]\n', "utf-8")
    code, _, err = kgbuild("build")
    assert code == 1 and "employer_before," in err


def test_rebuild_gives_the_same_graph(answer, built):
    before = answer("status")["state"]
    assert answer("build", "--rebuild")["state"] == before


def test_use_switches_when_nothing_is_left_to_extract(kgbuild, answer, built):
    assert answer("use", "toy2")["missing"] == 2
    _, out, _ = kgbuild("status")
    assert "default → toy2" in out
    assert "kgbuild extract" in out
    kgbuild("extract")
    assert answer("status")["model"] == "toy2"


PEOPLE = "types:\n  Human: {from: [PER]}\nrelations:\n  MARRIED_TO: {from: [P26], head: [Human], tail: [Human]}\n"


def test_a_schema_named_with_a_model_takes_over_with_it(kgbuild, answer, built):
    (built / "mine.yaml").write_text(PEOPLE, "utf-8")
    _, out, _ = kgbuild("use", "toy2", "--schema", "mine.yaml")
    assert "model toy2 (6 types, " in out and "schema mine.yaml\n" in out
    assert "2 passages to extract; until then default with the schema wikidata (shipped) stay in use" in out
    before = answer("status")
    assert (before["schema"], before["wanted_schema"]) == ("wikidata (shipped)", "mine.yaml")
    assert "schema     wikidata (shipped) → mine.yaml\n" in kgbuild("status")[1]

    kgbuild("build")  # the old model with the old schema: nothing changes
    assert answer("status")["state"] == before["state"]
    kgbuild("extract")
    kgbuild("build")
    after = answer("status")
    assert (after["model"], after["schema"], after["wanted_schema"]) == ("toy2", "mine.yaml", "mine.yaml")
    assert set(after["by_type"]) == {"Human"}


def test_what_waits_for_a_model_is_forgotten_when_another_is_named(kgbuild, answer, built):
    (built / "mine.yaml").write_text(PEOPLE, "utf-8")
    kgbuild("use", "toy2", "--schema", "mine.yaml")
    assert answer("use", "toy2")["schema"] == "mine.yaml"
    before = answer("status")["state"]
    told = answer("use", "default")
    assert (told["schema"], told["missing"]) == ("wikidata (shipped)", 0)
    kgbuild("build")
    assert answer("status")["state"] == before

    kgbuild("use", "toy2")
    kgbuild("use", "--schema", "mine.yaml")  # it is for the model that waits
    assert answer("status")["schema"] == "wikidata (shipped)"
    kgbuild("extract")
    assert answer("status")["schema"] == "mine.yaml"


def test_an_upgrade_that_brings_another_default_model_is_told_until_it_is_taken(kgbuild, answer, built, monkeypatch):
    """Without new texts no model is loaded, and nothing else would say that the old one's extractions stay in use."""
    described, told = ToyModels.describe, "`kgbuild -w kg use default` takes the new one"
    assert answer("run", "docs")["newer"] == ""
    monkeypatch.setattr(ToyModels, "describe", lambda self, name: replace(described(self, name), key=digest("toy", "newer")))

    code, _, err = kgbuild("run", "docs", "-w", "kg", "-q")
    assert (code, err) == (0, "")
    code, _, err = kgbuild("-w", "kg", "run", "docs")
    assert code == 0
    assert (
        [line for line in err.splitlines() if told in line]
        == [line for line in err.splitlines() if "has changed" in line]
        != []
    )
    assert told in kgbuild("-w", "kg", "status")[1]
    assert answer("status")["newer"] == "default"

    assert kgbuild("use", "default")[0] == 0
    again = answer("run", "docs")
    assert (again["extracted"] > 0, again["newer"]) == (True, "")
    assert answer("run", "docs")["newer"] == answer("status")["newer"] == ""


def test_a_damaged_workspace_is_said_to_be_one(kgbuild, built):
    """Met in the middle of reading, where no one expects it: still no bug of kgbuild."""
    kgbuild("gc")
    path = built / "kg" / "workspace.db"
    data = bytearray(path.read_bytes())
    for page in range(8, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)

    code, _, err = kgbuild("status")

    assert code == 1
    assert "a database there is damaged" in err and "restore workspace.db from a backup" in err, err


def test_use_without_a_workspace_says_how_to_make_one_with_that_model(kgbuild, home):
    code, _, err = kgbuild("use", "toy2")
    assert code == 1
    hint = "kgbuild init && kgbuild use toy2"
    assert err == f"error: no workspace at ./kg; `kgbuild run PATH` makes one, `{hint}` an empty one with this choice\n"
    assert [kgbuild(*command.split()[1:])[0] for command in hint.split(" && ")] == [0, 0]


def test_use_of_a_model_with_labels_of_its_own_names_the_schema_that_fits(kgbuild, home, monkeypatch):
    """A stranger's model, named without a schema, was told of a TIME in a file of the installation."""
    monkeypatch.delenv("KGBUILD_TEST_MODELS")
    mine = write_tiny(home / "mine", types=("Firm",))
    (mine / "schema.yaml").write_text("types:\n  Firm: {from: [Firm]}\nrelations: {}\n", "utf-8")
    kgbuild("init")
    code, _, err = kgbuild("use", "./mine")
    assert code == 1 and err.endswith(
        "; the draft that training wrote fits it: `kgbuild use ./mine --schema mine/schema.yaml`\n"
    )
    code, out, err = kgbuild("use", "./mine", "--schema", "mine/schema.yaml")
    assert code == 0, err
    assert out.endswith("next: kgbuild run PATH\n")


def test_use_takes_a_schema(kgbuild, answer, built):
    schema = "types:\n  Human: {from: [PER]}\n  Firm: {from: [ORG]}\nrelations:\n  EMPLOYED_BY: {from: [P108], head: [Human], tail: [Firm]}\n"
    (built / "mine.yaml").write_text(schema, "utf-8")
    code, _, err = kgbuild("use", "--schema", "mine.yaml")
    assert code == 0, err
    kgbuild("build")
    assert set(answer("status")["by_type"]) == {"Human", "Firm"}
    (built / "mine.yaml").write_text(schema.replace("P108", "P999"), "utf-8")
    code, _, err = kgbuild("use", "--schema", "mine.yaml")
    assert code == 1
    assert "P999" in err


def test_status_shows_what_was_left_out_and_what_is_next(kgbuild, built):
    code, out, _ = kgbuild("status")
    assert code == 0
    assert "documents  2 ok" in out
    assert "EMPLOYED_BY" in out
    assert "next: kgbuild query" in out


def test_status_says_build_while_the_graph_is_behind_its_inputs(kgbuild, answer, built):
    settings = built / "kg" / "kgbuild.toml"
    kept = settings.read_text("utf-8")

    def last() -> tuple[str, bool]:
        return kgbuild("status")[1].splitlines()[-1], answer("status")["behind"]

    query = last()[0]
    behind = "next: kgbuild build    (documents, judgements or settings have changed since the graph was built)"
    for change, back in (
        (lambda: settings.write_text("[build]\nmin_confidence = 0.9\n"), lambda: settings.write_text(kept)),
        (lambda: kgbuild("reject", "Bo Ryan"), lambda: kgbuild("judgements", "undo", 1)),
        (lambda: kgbuild("remove", "docs/bo.md"), lambda: kgbuild("add", "docs")),
    ):
        assert last() == (query, False) and query.startswith("next: kgbuild query")
        change()
        assert last() == (behind, True)
        back()
    assert last() == (query, False)
    kgbuild("remove", "docs/bo.md")
    kgbuild("build")
    assert last()[1] is False


def test_progress_is_shown_on_a_terminal(home):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = [sys.executable, "-m", "kgbuild", "run", "docs", "--json"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=theirs) as child:
        os.close(theirs)
        seen = b""
        while chunk := _read(ours):
            seen += chunk
        json.loads(child.stdout.read())
    os.close(ours)
    assert b"extracting" in seen
    assert b"2/2" in seen


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""


@pytest.mark.skipif(not (ROOT / "examples" / "documents").is_dir(), reason="the sample documents are not in this checkout")
def test_sample_runs_on_the_bundled_documents(answer):
    report = answer("run", "--sample", "-q")
    assert report["documents"]["ok"] > 0
    assert sample_folder().is_dir()


def test_what_the_model_doubts_is_told_apart_from_what_rules_leave_out(capsys):
    put_left_out(
        {
            "fact below its threshold": 2500,
            "no_letter": 3,
            "mention below its minimum score": 4,
            "an end of the fact was left out": 7,
        }
    )
    assert capsys.readouterr().out == (
        "doubtful   2,504 guesses below the model's thresholds are not in the graph, and 7 beside names that are not\n"
        "left out   no_letter 3\n"
    )
    put_left_out({"no_letter": 0})
    assert capsys.readouterr().out == ""


def test_links_out_of_the_folder_are_told(kgbuild, home):
    (home / "elsewhere.txt").write_text("Ann Duncan works for Beta Co.", "utf-8")
    (home / "docs" / "link.txt").symlink_to(home / "elsewhere.txt")
    _, out, err = kgbuild("add", "docs")
    assert "skipped    1 file: 1 link not followed" in out
    assert "note: docs/link.txt: a link that leads out of the folder is not followed; add what it leads to by itself" in err


def test_two_files_that_would_have_one_name_are_an_error_and_none_is_lost(kgbuild, home):
    for folder, name in (("a", "Ann Duncan"), ("b", "Bo Ryan")):
        (home / folder).mkdir()
        (home / folder / "report.txt").write_text(f"{name} works for Beta Co.", "utf-8")
    code, _, err = kgbuild("add", "a/report.txt", "b/report.txt", "--as", "reports")
    assert code == 2
    assert "b/report.txt: reports/report.txt is the name of a/report.txt, too; give each a --as NAME of its own" in err
    assert kgbuild("add", "a/report.txt", "a/report.txt", "--as", "reports")[0] == 0

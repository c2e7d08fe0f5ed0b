"""What somebody meets who mistypes, may only read, or has a narrow screen."""

import os
import shutil

import pytest

import kgbuild as kgbuild_package
from kgbuild.cli.main import command_line
from kgbuild.schema import load_schema
from kgbuild.workspace.database import connect, only_readable
from tests.cli.conftest import ANN, BO
from tests.toy import ToyModels


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A workspace of the two documents with its store, built once."""
    folder = tmp_path_factory.mktemp("first")
    for name, text in (("ann.txt", ANN), ("bo.md", f"---\ntitle: On Bo\ndate: 2020-03-01\n---\n\n{BO}\n")):
        (folder / "docs" / name).parent.mkdir(exist_ok=True)
        (folder / "docs" / name).write_text(text, "utf-8")
    with kgbuild_package.Workspace(folder / "kg", create=True, models=ToyModels()) as ws:
        ws.run([folder / "docs"])
    return folder / "kg"


@pytest.fixture
def built(first, home):
    """A copy of it at ./kg."""
    shutil.copytree(first, home / "kg")
    return home


def test_help_says_once_what_arguments_are(kgbuild):
    code, out, _ = kgbuild("add", "--help")
    assert code == 0
    assert out.count("PATH…  Files and folders.") == 1
    assert "Positional arguments" not in out
    inner = [command for group in command_line().commands.values() for command in getattr(group, "commands", {}).values()]
    for command in (*command_line().commands.values(), *inner):
        assert all(p.help for p in command.params if p.param_type_name == "argument"), command.name


def test_a_name_with_a_slip_is_answered_with_those_that_are_near(built, kgbuild):
    for slip in ("ann dunkan", "Änn Duncan", "Duncan"):
        code, _, err = kgbuild("explain", slip)
        assert (code, "near: 'Ann Duncan'" in err) == (1, True), err
    assert "'zzz'" in kgbuild("path", "zzz", "Ann Duncan")[2]


def test_a_fact_that_is_not_there_is_answered_with_what_is_said(built, kgbuild):
    assert "near: EMPLOYED_BY" in kgbuild("explain", "Ann Duncan", "EMPLOYD_BY", "Acme Widget Co")[2]
    assert "between the two it says EMPLOYED_BY" in kgbuild("explain", "Ann Duncan", "BORN_IN", "Acme Widget Co")[2]
    assert "near: 'Latvia'" in kgbuild("explain", "Ann Duncan", "LIVED_IN", "Latvija")[2]


def test_commands_in_errors_name_the_workspace(kgbuild):
    kgbuild("-w", "my kg", "init")
    assert '`kgbuild -w "my kg" build`' in kgbuild("-w", "my kg", "query", "RETURN 1")[2]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("MATCH (p:Persn) RETURN p", "near: Person"),
        ("MATCH (p:Person)-[:EMPLOYD_BY*..3]->(:Organization|Locaton) RETURN p", "near: EMPLOYED_BY"),
        ("MATCH (n) WHERE n:person RETURN n", "near: Person"),
        ("MATCH (a)-[:INCEPTION]->(b) RETURN b", "the property inception"),
        ("MATCH (a)-[:FOLLOWED_BY]->(b) RETURN b", "stand as FOLLOWS, the other way round"),
        ("MATCH (n:Entity&!Person {name: foo}) RETURN n{.name, a: b}", ""),
        ("RETURN [x IN [1] WHERE x:Person | x] AS a, 'a:Bc', [(a)-[:OWNED_BY]->(b) | b.name]", ""),
        ("MATCH (d:`Document`)-[:MENTIONS]->(:$l) RETURN d", ""),
        ("MATCH ('", ""),
    ],
)
def test_a_label_that_cannot_be_is_said(query, said):
    from kgbuild.pipeline.mistyped import mistyped

    found = mistyped(query, load_schema())
    assert bool(found) == bool(said)
    assert not said or said in " ".join(found)


@pytest.mark.parametrize(
    ("query", "read"),
    [
        (
            "MATCH (e:Entity {nmae: 'x', id: 1})-[r:PART_OF]->(o) WHERE r.suport > 1 RETURN o.Name",
            ["nmae", "id", "suport", "Name"],
        ),
        ("MATCH (d) RETURN d.published.year, d.`no of pages`", ["published", "no of pages"]),
        ("UNWIND [{a: 1}] AS m RETURN m.a, size(m), toUpper(m.b)", []),
        ("MATCH (n) WITH {x: n.name} AS m RETURN m.x, m {.x, y: 1}, [k IN keys(n) WHERE k.z | k]", ["name"]),
        ("CALL db.index.fulltext.queryNodes('entity_names', 'x') YIELD node AS n RETURN n.name", []),
        ("MATCH (n) WHERE EXISTS { (n)--(m:Person) WHERE m.age > 3 } RETURN date({year: 2020}), n.name", ["age", "name"]),
        ("MATCH ('", []),
    ],
)
def test_properties_of_what_a_pattern_binds_are_those_that_are_read(query, read):
    from kgbuild.pipeline.mistyped import properties_read

    assert list(properties_read(query)) == read


def test_a_property_that_nothing_has_is_said(built, kgbuild):
    code, out, err = kgbuild("query", "MATCH (p:Person) RETURN p.type, p.nmae, p.name, p.Labels, p.qqq", "--format", "csv")
    assert (code, out.splitlines()[0]) == (0, "p.type,p.nmae,p.name,p.Labels,p.qqq")
    assert "property 'Labels': labels(n) gives those of a node" in err
    assert "property 'qqq': properties(n) gives all that there are" in err
    assert "property 'type': what a node is, labels(n) says" in err
    assert "property 'nmae': near: name" in err
    assert "'name'" not in err


def test_a_query_without_rows_says_what_may_be_meant(built, kgbuild):
    code, out, err = kgbuild("query", "MATCH (p:Persn) RETURN p.name", "--format", "csv")
    assert (code, out) == (0, "p.name\n")
    assert "'Persn'; near: Person" in err


@pytest.fixture
def locked(built, kgbuild, monkeypatch):
    """The workspace as one may see it who cannot write there (root can write everywhere, so the question is answered for it)."""
    assert kgbuild("query", "RETURN 1")[0] == 0
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    return built


def test_who_may_only_read_can_ask(locked, kgbuild):
    before = {path.name: path.stat().st_mtime_ns for path in (locked / "kg").iterdir()}
    for words in (["status"], ["documents"], ["explain", "Ann Duncan"], ["query", "MATCH (e:Entity) RETURN count(e) AS n"]):
        code, out, err = kgbuild(*words)
        assert (code, bool(out)) == (0, True), err
    assert {path.name: path.stat().st_mtime_ns for path in (locked / "kg").iterdir()} == before


def test_what_only_may_be_read_is_not_written(locked):
    path = locked / "kg" / "workspace.db"
    assert only_readable(path)
    db = connect(path)
    with pytest.raises(Exception, match="readonly"):
        db.execute("DELETE FROM source")
    db.close()


def test_a_log_that_is_left_is_read_by_who_may_only_read(built, monkeypatch):
    path = built / "kg" / "workspace.db"
    writer = connect(path)
    writer.execute("INSERT INTO meta VALUES ('late', 'yes')")
    monkeypatch.setattr(os, "access", lambda *_: False)
    db = connect(path)
    assert db.execute("SELECT value FROM meta WHERE key = 'late'").fetchone() == ("yes",)
    db.close()
    writer.close()


def test_a_workspace_that_cannot_be_locked_says_so(built, kgbuild, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("kgbuild.workspace.lock.os.open", refused)
    code, _, err = kgbuild("add", "docs")
    assert (code, "kg: can be read and not written (Permission denied)" in err) == (1, True)


@pytest.mark.parametrize("columns", ["abc", "0", "-3", "1"])
def test_a_width_that_cannot_be_is_ignored(built, kgbuild, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    code, out, err = kgbuild("documents")
    assert (code, "docs/ann.txt" in out) == (0, True), err


def test_dates_and_outcomes_stay_whole_on_a_narrow_screen(built, kgbuild, monkeypatch):
    monkeypatch.setenv("COLUMNS", "44")
    out = kgbuild("documents")[1]
    assert "outcome" in out
    assert "2020-03-01" in out


def test_usage_errors_say_a_guess_once(kgbuild):
    assert kgbuild("stats")[2].count("Did you mean") == 1
    assert "--json goes behind the name of a command; see" in kgbuild("--json", "status")[2]


def test_extract_names_documents_that_are_not_there_and_counts_what_force_would_do(built, kgbuild):
    assert kgbuild("extract", "--document", "nosuch")[0] == 1
    assert kgbuild("extract", "--force", "--dry-run")[1].startswith(kgbuild("status", "--json")[1].split('"passages": ')[1][0])


def test_json_where_files_are_written(built, answer, kgbuild):
    assert answer("export", "g.nt.gz") == {"export": "g.nt.gz", "format": "nt", "dataset": False}
    assert answer("-w", "other", "init") == {"workspace": "other"}
    assert kgbuild("export", "-", "--format", "nt", "--json")[0] == 2


def test_an_import_that_cannot_begin_makes_no_workspace(home, kgbuild):
    assert kgbuild("-w", "new", "import", "docs/ann.txt")[0] == 2
    assert not (home / "new").exists()


def test_judgements_go_to_a_folder_that_is_made(built, kgbuild):
    assert kgbuild("judgements", "export", "new/words.csv")[0] == 0
    assert kgbuild("judgements", "import", "new/words.csv")[1] == "nothing to judge: the file has no rows\n"
    assert "docs cannot be written" in kgbuild("judgements", "export", "docs")[2]


def test_a_group_without_a_command_shows_its_help_as_it_is(kgbuild):
    code, _, err = kgbuild("model")
    assert (code, err.startswith("Usage: kgbuild model"), "\n  export" in err) == (2, True, True)

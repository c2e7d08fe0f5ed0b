import io
import json
import os
import sys
import threading

import pytest


@pytest.mark.parametrize("format", ["ttl.gz", "jsonl"])
def test_a_graph_goes_there_and_back(kgbuild, answer, built, format):
    kgbuild("export", f"a.{format}", "--provenance", "full", "-q")
    said = answer("-w", "copy", "import", f"a.{format}")
    kgbuild("-w", "copy", "export", f"b.{format}", "--provenance", "full", "-q")

    assert (built / f"a.{format}").read_bytes() == (built / f"b.{format}").read_bytes()
    assert (said["entities"], said["provenance"], said["format"]) == (
        answer("status")["entities"],
        "full",
        format.removesuffix(".gz"),
    )
    assert answer("-w", "copy", "status")["imported"] == f"a.{format}"
    code, out, _ = kgbuild("-w", "copy", "status")
    assert (code, f"imported   from a.{format}, provenance full" in out) == (0, True)
    code, _, err = kgbuild("-w", "copy", "run", "docs")
    assert (code, "imported from" in err) == (2, True)


@pytest.mark.parametrize("through", ["stdin", "pipe"])
def test_what_one_command_streams_another_takes_in(kgbuild, answer, built, monkeypatch, through):
    kgbuild("export", "a.ttl", "--provenance", "full", "-q")
    written = (built / "a.ttl").read_bytes()
    given = "-" if through == "stdin" else "feed"
    if through == "pipe":
        os.mkfifo("feed")
    for number, words in enumerate((("-w", "copy", "import"), ("validate",))):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(written)))
        if through == "pipe":
            threading.Thread(target=(built / "feed").write_bytes, args=(written,), daemon=True).start()
        code, _, err = kgbuild(*words, given, "--format", "ttl")
        assert code == 0, (number, err)
    kgbuild("-w", "copy", "export", "b.ttl", "--provenance", "full", "-q")
    assert (built / "b.ttl").read_bytes() == written


def test_a_stream_has_no_suffix(kgbuild, home, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    code, _, err = kgbuild("-w", "copy", "import", "-")
    assert (code, err.count("\n"), "or give --format" in err) == (2, 1, True)
    assert not (home / "copy").exists()
    assert "docs: is a folder; give" in kgbuild("-w", "copy", "import", "docs")[2]


def test_what_is_no_export_is_one_line_and_no_graph(kgbuild, home):
    (home / "x.nt").write_text("<http://a/b> <http://a/c> <http://a/d> .\n")
    code, out, err = kgbuild("-w", "copy", "import", "x.nt")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "expected <…/schema/> kg:provenance" in err
    assert kgbuild("-w", "copy", "import", "nothing.ttl")[0] == 2


@pytest.mark.parametrize("words", [("import", "x.nt"), ("run", "x.odd"), ("add", "docs", "x.odd")])
@pytest.mark.parametrize(
    "there", [(), ("copies",), ("copies", "copies/copy"), ("copies", "copies/copy", "copies/copy/kgbuild.toml")]
)
def test_a_call_that_fails_leaves_no_workspace_unless_it_was_there(kgbuild, home, words, there):
    (home / "x.nt").write_text("<http://a/b> <http://a/c> <http://a/d> .\n")
    (home / "x.odd").write_text("odd")
    for name in there:
        (home / name).write_text("") if name.endswith(".toml") else (home / name).mkdir()
    before = sorted(home.rglob("*"))
    code, _, err = kgbuild("-w", "copies/copy", *words)

    assert code in (1, 2), err
    assert sorted(home.rglob("*")) == before


def test_a_call_that_fails_keeps_what_is_stored(kgbuild, built):
    kgbuild("-w", "copy", "add", "docs/ann.txt")
    before = sorted((built / "copy").rglob("*"))
    assert kgbuild("-w", "copy", "run", "docs/ann.txt", "x.odd")[0] == 2
    assert sorted((built / "copy").rglob("*")) == before


def test_validate_says_what_breaks_which_rule(kgbuild, answer, built):
    code, out, _ = kgbuild("validate")
    assert (code, out.strip().endswith("all kept")) == (0, True), out

    kgbuild("export", "a.nt", "--provenance", "full", "-q")
    lines = (built / "a.nt").read_text().splitlines(keepends=True)
    person = next(line for line in lines if "type> <http://schema.org/Person>" in line)
    (built / "b.nt").write_text(
        "".join(line.replace("schema.org/Person", "schema.org/Ship") if line == person else line for line in lines)
    )
    code, out, _ = kgbuild("validate", "b.nt", "--report", "report.ttl")
    assert code == 1
    assert "entity unknown_type  1 violation: its type is no type of the schema" in out
    assert "sh:ValidationReport" in (built / "report.ttl").read_text()
    code, out, _ = kgbuild("validate", "b.nt", "--json")
    said = json.loads(out)
    assert (code, said["conforms"]) == (1, False)
    assert {each["rule"] for each in said["broken"]} >= {"entity unknown_type"}
    assert said["violations"] == sum(each["count"] for each in said["broken"])


def test_validate_refuses_what_it_cannot_read(kgbuild, home):
    (home / "x.nt").write_text("<http://a/b> <http://a/c> <http://a/d> .\n")
    (home / "y.nt").write_text("nonsense\n")

    assert "give it with --schema FILE" in kgbuild("validate", "x.nt")[2]
    code, _, err = kgbuild("validate", "y.nt")
    assert (code, "y.nt:1: not valid N-Triples" in err) == (1, True)
    assert kgbuild("validate", "z.nt")[0] == 2
    assert kgbuild("-w", "none", "validate")[0] == 1

import io
import json
import sys
from pathlib import Path

import pytest

from kgbuild.cli import doctor
from kgbuild.errors import MissingExtra

TEXT = "Ann Duncan works for Acme Widget Co. Ann Duncan lives in Latvia."
ROOT = Path(__file__).parents[2]


def test_try_shows_spans_chains_and_links(kgbuild, answer):
    report = answer("try", TEXT)
    assert [span["text"] for span in report["spans"]][:2] == ["Ann Duncan", "Acme Widget Co"]
    assert all(TEXT[s["start"] : s["end"]] == s["text"] and 0 < s["score"] <= 1 for s in report["spans"])
    assert {link["label"] for link in report["links"]} == {"P108", "P551"}
    assert isinstance(report["links"][0]["taken"], bool)
    code, out, _ = kgbuild("try", TEXT)
    assert code == 0
    assert "P108 EMPLOYED_BY" in out
    assert "the same: #0 Ann Duncan, #2 Ann Duncan" in out


def test_try_reads_standard_input_and_needs_no_workspace(kgbuild, home, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    code, out, _ = kgbuild("try", "-")
    assert code == 0
    assert "Latvia" in out
    assert not (home / "kg").exists()
    assert "no name" in kgbuild("try", "nothing here")[1]


def test_schema_shows_the_one_in_use(kgbuild, answer, built):
    shown = answer("schema")
    assert len(shown["types"]) == 6
    assert len(shown["relations"]) == 97
    _, out, _ = kgbuild("schema")
    assert "EMPLOYED_BY" in out
    (built / "mine.yaml").write_text(
        "types:\n  Human: {from: [PER]}\nrelations:\n  KNOWS: {from: [P26], head: [Human], tail: [Human]}\n"
    )
    assert [t["name"] for t in answer("schema", "show", "mine.yaml")["types"]] == ["Human"]
    kgbuild("use", "--schema", "mine.yaml")
    assert [t["name"] for t in answer("schema")["types"]] == ["Human"]


def test_schema_check_names_the_line(kgbuild, answer, home):
    path = home / "mine.yaml"
    path.write_text(
        "types:\n  Human: {from: [PER]}\nrelations:\n  KNOWS: {from: [P26], head: [Human], tail: [Human]}\n", "utf-8"
    )
    code, out, _ = kgbuild("schema", "check", "mine.yaml")
    assert code == 0
    assert "1 type, 1 relation" in out
    assert "drops" in out
    assert "LOC" in answer("schema", "check", "mine.yaml")["dropped"]
    path.write_text(
        "types:\n  Human: {from: [PER]}\nrelations:\n  KNOWS: {from: [P26], head: [Alien], tail: [Human]}\n", "utf-8"
    )
    code, _, err = kgbuild("schema", "check", "mine.yaml")
    assert code == 1
    assert "mine.yaml:4" in err
    path.write_text("types:\n  Human: {from: [DRAGON]}\nrelations: {}\n", "utf-8")
    code, _, err = kgbuild("schema", "check", "mine.yaml")
    assert code == 1
    assert "DRAGON" in err


def test_train_without_torch_names_the_extra(kgbuild, home, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("kgbuild.training")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, err = kgbuild("train", "a.json", "--dev", "b.json", "--out", "m")
    assert code == 1
    assert err == f"error: {MissingExtra('training', 'train')}\n"


def test_train_passes_on_what_was_asked(kgbuild, home, monkeypatch):
    run = pytest.importorskip("kgbuild.training.run")
    seen = {}

    def fake(**arguments):
        seen.update(arguments)
        return {"ner": {"f1": 0.5}}

    monkeypatch.setattr(run, "train", fake)
    words = (
        "train",
        "a.json",
        "b.json",
        "--dev",
        "d.json",
        "--out",
        "models/m",
        "--epochs",
        "3",
        "--seed",
        "7",
        "--threads",
        "1",
        "--resume",
        "--json",
    )
    code, out, err = kgbuild(*words)
    assert code == 0, err
    assert (seen["data"], seen["dev"], seen["out"]) == (["a.json", "b.json"], "d.json", Path("models/m"))
    assert (seen["config"].epochs, seen["config"].seed, seen["threads"], seen["resume"]) == (3, 7, 1, True)
    assert json.loads(out) == {"ner": {"f1": 0.5}}


def test_doctor_passes_a_sentence_through_everything(answer, kgbuild, home):
    report = answer("doctor")
    assert report["well"] is True
    assert list(report["tests"]) == ["read", "extract", "build", "query", "export"]
    assert report["tests"]["extract"]["numerics"] == "toy"
    assert report["workspace"]["free_bytes"] > 0
    assert not (home / "kg").exists()
    assert kgbuild("doctor", "--no-self-test")[1].endswith("all is well\n")


def test_doctor_says_what_fails(kgbuild, home, monkeypatch):
    def broken(ws, folder):
        def fail():
            raise ValueError("no")

        return {"read": fail, "extract": fail}

    monkeypatch.setattr(doctor, "steps", broken)
    code, out, _ = kgbuild("doctor", "--json")
    report = json.loads(out)
    assert code == 1
    assert report["tests"] == {"read": {"ok": False, "detail": "ValueError: no"}}
    assert "something is wrong" in kgbuild("doctor")[1]


def test_distill_names_teachers_and_texts(kgbuild, home, monkeypatch):
    run = pytest.importorskip("kgbuild.training.run")
    seen = {}
    monkeypatch.setattr(run, "train", lambda **arguments: seen.update(arguments) or {"ner": {"f1": 0.5}})
    words = (
        "distill",
        "./a",
        "./b",
        "--data",
        "t.json",
        "--texts",
        "docs",
        "--dev",
        "d.json",
        "--out",
        "m",
        "--epochs",
        "2",
        "--json",
    )
    code, out, err = kgbuild(*words)
    assert code == 0, err
    assert [str(path) for path in seen["teachers"]] == ["a", "b"]
    assert (seen["data"], seen["texts"], seen["dev"], seen["config"].epochs) == (["t.json"], [Path("docs")], "d.json", 2)
    assert json.loads(out) == {"ner": {"f1": 0.5}}

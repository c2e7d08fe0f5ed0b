import sys
from pathlib import Path

import pytest

from kgbuild.errors import MissingExtra
from tests.extraction.tiny import write_tiny

FOUND = {
    "best": {"trial": 3, "score": 91.256, "settings": {"encoder_rate": 0.0004, "batch": 4}},
    "trials": {"complete": 4, "pruned": 1},
    "importances": {"encoder_rate": 0.75, "batch": 0.25},
    "metrics": {},
    "seconds": 75.0,
}


@pytest.mark.torch
def test_tune_hands_on_what_was_asked_and_says_what_was_found(kgbuild, answer, home, monkeypatch):
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    from kgbuild.training import search

    calls = []

    def searched(data, dev, out, **named):
        calls.append((data, dev, out, named))
        write_tiny(out / "model")
        return {**FOUND, "model": str(out / "model")}

    monkeypatch.setattr(
        search, "search", lambda **named: searched(named.pop("data"), named.pop("dev"), named.pop("out"), **named)
    )
    arguments = ("tune", "a.json", "b.json", "--dev", "d.json", "--out", "s", "--trials", 7, "--hours", 0.5, "--seed", 3)
    code, out, err = kgbuild(
        *arguments, "--space", "space.yaml", "--encoder", "enc", "--threads", 1, "--language", "de", "--language", "en"
    )
    assert code == 0, err
    data, dev, where, named = calls[0]
    assert (data, dev, where) == ([Path("a.json"), Path("b.json")], Path("d.json"), Path("s"))
    assert (named["trials"], named["hours"]) == (7, 0.5)
    assert (named["seed"], named["space"], named["encoder"], named["threads"]) == (3, Path("space.yaml"), "enc", 1)
    assert (named["init"], named["languages"]) == (None, ("de", "en"))
    assert "trials: 4 complete, 1 pruned (1 min 15 s)" in out
    assert "best: trial 3, score 91.26 on dev" in out
    assert "next: kgbuild init && kgbuild use ./s/model --schema s/model/schema.yaml && kgbuild run DOCUMENTS" in out
    assert answer(*arguments)["best"]["trial"] == 3


def test_tune_without_optuna_names_the_extra(kgbuild, home, monkeypatch):
    pytest.importorskip("torch")
    for name in [name for name in sys.modules if name.startswith(("kgbuild.training.search", "optuna"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "optuna", None)
    code, _, err = kgbuild("tune", "a.json", "--dev", "b.json", "--out", "m")
    assert code == 1
    assert err == f"error: {MissingExtra('searching settings', 'tune')}\n"


@pytest.mark.torch
def test_tune_names_a_fault_in_the_space(kgbuild, home):
    pytest.importorskip("optuna")
    (home / "space.yaml").write_text("speed: [1, 2]\n")
    code, _, err = kgbuild("tune", "a.json", "--dev", "b.json", "--out", "m", "--space", "space.yaml")
    assert code == 1
    assert "space.yaml: 'speed' is no setting of training" in err

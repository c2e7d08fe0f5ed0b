"""`kgbuild model quantize`, `prune` and `average` at the command line; what they compute is tested with the functions they call."""

import sys

import pytest

from kgbuild.errors import MissingExtra
from kgbuild.models.directory import read_directory
from tests.extraction.tiny import write_tiny


def test_a_model_is_quantized_by_documents(kgbuild, answer, home):
    write_tiny(home / "models" / "plain")
    (home / "docs" / "many.txt").write_text("\n\n".join(f"Anna works for Acme Corp {i} in Berlin. " * 40 for i in range(30)))
    code, out, err = kgbuild("model", "quantize", "./models/plain", "docs", "--out", "models/int8")
    assert code == 0, err
    assert "models/int8: precision int8, by " in out
    assert "kgbuild evaluate ./models/int8 DATA --against ./models/plain" in out
    assert read_directory(home / "models" / "int8").spec.precision == "int8"
    report = answer("model", "quantize", "./models/plain", "docs", "--out", "models/again")
    assert report["precision"] == "int8" and report["passages"] >= 20
    code, _, err = kgbuild("model", "quantize", "./models/plain", "docs", "--out", "models/int8")
    assert (code, err) == (2, "error: models/int8 is there already: give another --out\n")


def test_too_little_text_says_how_much_is_needed(kgbuild, home):
    write_tiny(home / "models" / "plain")
    code, _, err = kgbuild("model", "quantize", "./models/plain", "docs", "--out", "models/int8")
    assert code == 2
    assert "too few" in err and "at least 20" in err


def test_prune_passes_its_arguments_on(kgbuild, answer, home, monkeypatch):
    module = pytest.importorskip("kgbuild.training.pruning")
    seen = {}

    def fake(**arguments):
        seen.update(arguments)
        return module.Pruned(None, module.PrunerSpec(64, -2.0), 0.436, 0.9982)

    monkeypatch.setattr(module, "prune_model", fake)
    write_tiny(home / "models" / "plain")
    code, out, err = kgbuild("model", "prune", "./models/plain", "t.json", "u.json", "--dev", "d.json", "--out", "new")
    assert code == 0, err
    assert "43.6 % of pairs are scored, 99.82 % of links remain" in out
    assert [str(path) for path in seen["data"]] == ["t.json", "u.json"]
    assert str(seen["dev"]) == "d.json" and str(seen["folder"]) == "models/plain"
    report = answer("model", "prune", "./models/plain", "t.json", "--dev", "d.json", "--out", "new")
    assert report == {"model": "new", "rank": 64, "least": -2.0, "most": 512, "pairs_scored": 43.6, "links_kept": 99.82}


def test_without_torch_prune_names_the_extra(kgbuild, home, monkeypatch):
    write_tiny(home / "models" / "plain")
    monkeypatch.delitem(sys.modules, "kgbuild.training.pruning", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, err = kgbuild("model", "prune", "./models/plain", "t.json", "--dev", "d.json", "--out", "new")
    assert (code, err) == (1, f"error: {MissingExtra('fitting a pruner', 'train')}\n")


def test_models_are_averaged(kgbuild, answer, home):
    for name in ("a", "b c"):
        write_tiny(home / "models" / name)
    code, out, err = kgbuild("model", "average", "./models/a", "./models/b c", "--out", "models/mean")
    assert code == 0, err
    assert "models/mean: the mean of 2 models, precision f32, no pair is pruned" in out
    assert 'kgbuild evaluate ./models/mean DATA --against "./models/b c"' in out
    report = answer("model", "average", "./models/a", "./models/b c", "--out", "models/again")
    assert report == {"model": "models/again", "mean_of": ["models/a", "models/b c"], "precision": "f32"}
    code, _, err = kgbuild("model", "average", "./models/a", "--out", "models/one")
    assert (code, err) == (2, "error: a mean takes two models at least\n")

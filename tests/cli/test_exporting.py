"""`kgbuild model export` at the command line; what it writes is tested in tests/models/test_onnx.py."""

import sys

import pytest

from kgbuild.errors import MissingExtra


@pytest.fixture
def export(monkeypatch):
    """The exporter without its work: what it was called with."""
    module = pytest.importorskip("kgbuild.models.onnx")
    seen = {}

    def fake(folder, out):
        seen.update(folder=folder, out=out)
        out.write_bytes(b"x" * 1000)
        return {"opset": 18, "inputs": {"ids": {}}, "outputs": {"tags": {}}, "largest_difference": 1e-6}

    monkeypatch.setattr(module, "export_onnx", fake)
    return seen


def test_the_folder_and_the_file_are_passed_on(kgbuild, answer, export):
    code, out, err = kgbuild("model", "export", "default", "--onnx", "tagger.onnx")
    assert code == 0, err
    assert (export["folder"] / "model.json").is_file()
    assert "tagger.onnx (opset 18, 0.0 MB): ids -> tags" in out
    assert answer("model", "export", "./mine", "--onnx", "tagger.onnx")["file"] == "tagger.onnx"
    assert str(export["folder"]) == "mine"


def test_the_options_that_every_command_has_are_understood_after_it(kgbuild, export, home):
    assert kgbuild("model", "export", "default", "--onnx", "t.onnx", "-w", "elsewhere", "-q")[0] == 0
    assert "--workspace" in kgbuild("model", "export", "--help")[1]


def test_another_suffix_and_a_word_that_is_no_model_are_usage_errors(kgbuild):
    code, _, err = kgbuild("model", "export", "default", "--onnx", "tagger.bin")
    assert (code, err) == (2, "error: tagger.bin: give a file that ends in .onnx\n")
    assert kgbuild("model", "export", "mine", "--onnx", "t.onnx")[0] == 2
    assert kgbuild("model", "export", "default")[0] == 2
    assert kgbuild("model", "nothing")[0] == 2


@pytest.mark.parametrize("package", ["torch", "onnxruntime"])
def test_a_missing_package_names_the_extra(kgbuild, monkeypatch, package):
    monkeypatch.delitem(sys.modules, "kgbuild.models.onnx", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    if package != "torch":
        module = pytest.importorskip("kgbuild.models.onnx")
        monkeypatch.setattr(module, "load", lambda _folder: __import__(package))
    code, _, err = kgbuild("model", "export", "default", "--onnx", "t.onnx")
    assert code == 1
    assert err == f"error: {MissingExtra('exporting to ONNX', 'onnx')}\n"

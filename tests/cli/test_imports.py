"""The command line starts spaCy without torch; nobody else is kept from it."""

import subprocess
import sys

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch


def said(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_spacy_starts_without_torch_which_others_get():
    code = """
import sys
from kgbuild.cli.imports import spacy_without_torch
spacy_without_torch()
import spacy, thinc.compat
print("torch" in sys.modules, thinc.compat.has_torch)
import torch
print("torch" in sys.modules)
"""
    assert said(code) == ["False", "False", "True"]


def test_a_pipeline_of_the_users_on_torch_keeps_it():
    code = """
import sys
from kgbuild.cli import imports
imports.TORCH_PIPELINES = ("json",)
before = list(sys.meta_path)
imports.spacy_without_torch()
print(sys.meta_path == before)
"""
    assert said(code) == ["True"]


def test_documents_are_added_without_torch(tmp_path):
    (tmp_path / "a.txt").write_text("Ann Duncan lives in Latvia. Bo Ryan does not.")
    command = [sys.executable, "-X", "importtime", "-m", "kgbuild", "-w", tmp_path / "kg", "add", tmp_path / "a.txt"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "spacy" in imported
    assert "torch._C" not in imported  # what is looked for in vain is listed, too

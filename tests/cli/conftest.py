"""A command line with the toy extractor, in a folder of its own."""

import json
import logging

import pytest

from kgbuild.cli.main import call

ANN = "Ann Duncan works for Acme Widget Co. Ann Duncan lives in Latvia.\n\nBo Ryan works for Acme Widget Co."
BO = "Bo Ryan works for Acme Widget Co. Bo Ryan was born on 1947. and as far as anybody knows Bo Ryan lives in Estonia."


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty current folder with two documents in `docs`."""
    monkeypatch.setenv("KGBUILD_TEST_MODELS", "tests.toy:ToyModels")
    monkeypatch.delenv("KGBUILD_WORKSPACE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "ann.txt").write_text(ANN, "utf-8")
    (tmp_path / "docs" / "bo.md").write_text(f"---\ntitle: On Bo\ndate: 2020-03-01\n---\n\n{BO}\n", "utf-8")
    yield tmp_path
    logging.getLogger("kgbuild").handlers.clear()
    logging.getLogger("kgbuild").propagate = True
    logging.getLogger("kgbuild").setLevel(logging.NOTSET)


@pytest.fixture
def kgbuild(home, capsys):
    """Run a command in process: (exit code, standard output, standard error)."""

    def run(*arguments):
        capsys.readouterr()
        code = call([str(word) for word in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def answer(kgbuild):
    """Run a command with --json, which must go well; its one object."""

    def run(*arguments):
        code, out, err = kgbuild(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return run


@pytest.fixture
def built(kgbuild, home):
    """A workspace at ./kg, built from the two documents."""
    code, _, err = kgbuild("run", "docs", "-q")
    assert code == 0, err
    return home

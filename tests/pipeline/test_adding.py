"""Files and folders that are added together."""

import pytest

from kgbuild.errors import UsageError
from kgbuild.pipeline.workspace import Workspace
from tests.toy import ToyModels


@pytest.fixture
def ws(tmp_path):
    for year, text in (("2019", "Ann Duncan works for Acme Widget Co."), ("2020", "Bo Ryan works for Beta Co.")):
        (tmp_path / year).mkdir()
        (tmp_path / year / "january.md").write_text(text, "utf-8")
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        yield made


@pytest.mark.parametrize("files", [("2019", "2020"), ("2019/january.md", "2020/january.md")])
def test_no_file_takes_the_place_of_another_under_one_name(ws, tmp_path, files):
    """One of the two would be lost without a word, and each run would take the one for a change of the other."""
    with pytest.raises(UsageError, match="2020/january.md: reports/january.md is the name of .*2019/january.md, too"):
        ws.add([tmp_path / file for file in files], name="reports")


def test_what_is_named_twice_is_read_once(ws, tmp_path):
    added = ws.add([tmp_path / "2019", tmp_path / "kg" / ".." / "2019"])

    assert (added.added, added.changed, added.unchanged) == (1, 0, 1)

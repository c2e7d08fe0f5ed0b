"""Making a workspace."""

import pytest

from kgbuild.errors import WorkspaceBusy, WorkspaceError
from kgbuild.pipeline.workspace import Workspace
from kgbuild.workspace import truth
from tests.small_disk import small_disk
from tests.toy import ToyModels


def test_of_two_that_begin_at_once_one_makes_it_and_the_other_waits_its_turn(tmp_path, monkeypatch):
    """As two commands of one script do: neither takes the half-made database of the other away."""
    make = truth.create

    def while_another_begins(path):
        make(path)
        monkeypatch.setattr(truth, "create", make)
        with pytest.raises(WorkspaceBusy):
            Workspace(tmp_path / "kg", create=True, models=ToyModels())

    monkeypatch.setattr(truth, "create", while_another_begins)
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        assert ws.documents() == []


def test_a_disk_that_is_too_full_for_one_says_so_and_it_is_made_when_there_is_room(tmp_path):
    with small_disk(tmp_path / "disk", 1) as disk:
        for left in (20_000, 60_000):
            with (
                disk.full(left),
                pytest.raises(WorkspaceError, match=r"no space left|cannot make a workspace|cannot be written"),
            ):
                Workspace(disk.path / "kg", create=True, models=ToyModels())

        with Workspace(disk.path / "kg", create=True, models=ToyModels()) as ws:
            assert ws.documents() == []

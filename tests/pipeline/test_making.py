"""Making a workspace."""

import pytest

from kgbuild.errors import WorkspaceBusy
from kgbuild.pipeline.workspace import Workspace
from kgbuild.workspace import truth
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

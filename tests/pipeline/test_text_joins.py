"""Why one text calls a thing by several names, as `explain` tells it."""

import pytest

from kgbuild.errors import BuildError
from kgbuild.pipeline import building
from kgbuild.pipeline.workspace import Workspace
from kgbuild.resolution.expand import SHORT_FORM
from tests.toy import ToyModels


@pytest.fixture
def ws(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        made.use("toy")
        for name in ("one", "two"):
            made.add_records([{"id": name, "text": f"Ann Duncan works for Acme Widget Co. Duncan likes number {name}."}])
        made.extract()
        made.build()
        yield made


def test_names_that_a_document_joins_have_their_reason(ws):
    (ann,) = ws.explain("Ann Duncan")
    assert [(j.left, j.right, j.why, j.documents) for j in ann.text_joins] == [("Duncan", "Ann Duncan", SHORT_FORM, 2)]
    assert ann.text_joins[0].uri in {"records#one", "records#two"}
    (acme,) = ws.explain("Acme Widget Co")
    assert acme.text_joins == ()


def test_where_documents_cannot_be_placed_again_that_is_said(ws, monkeypatch, caplog):
    def not_now(*_, **__):
        raise BuildError("documents have to be read again")

    monkeypatch.setattr(building, "inputs_of", not_now)
    (ann,) = ws.explain("Ann Duncan")
    assert ann.text_joins == ()
    assert "cannot be told now: documents have to be read again" in caplog.text

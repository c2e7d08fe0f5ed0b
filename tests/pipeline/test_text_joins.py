"""Why one text calls a thing by several names, as `explain` tells it."""

import re

import pytest

from kgbuild.errors import BuildError
from kgbuild.pipeline import building
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import Extraction, Span
from kgbuild.resolution.document import STATE
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


def test_a_code_that_stands_alone_for_its_state_has_its_reason(tmp_path):
    """ "TX" and "Texas" of two documents were one place, and nothing said why."""

    class Codes(ToyModels):
        def load(self, model, run):
            return Placed()

    with Workspace(tmp_path / "kg", create=True, models=Codes()) as made:
        made.use("toy")
        made.add_records(
            [{"id": "one", "text": "The mayor of Fort Worth, TX 76102 left."}, {"id": "two", "text": "He left Texas."}]
        )
        made.extract()
        made.build()
        (texas,) = made.explain("Texas")
    assert [(j.left, j.right, j.why, j.documents) for j in texas.text_joins] == [("TX", "Texas", STATE, 1)]


class Placed:
    """Sees states as places."""

    numerics = "toy"

    def __call__(self, texts):
        for text in texts:
            found = [Span(m.start(), m.end(), "LOC", 9000) for m in re.finditer("TX|Texas", text)]
            yield Extraction(tuple(found), tuple((number,) for number in range(len(found))), ())

    def close(self):
        pass


def test_where_documents_cannot_be_placed_again_that_is_said(ws, monkeypatch, caplog):
    def not_now(*_, **__):
        raise BuildError("documents have to be read again")

    monkeypatch.setattr(building, "inputs_of", not_now)
    (ann,) = ws.explain("Ann Duncan")
    assert ann.text_joins == ()
    assert "cannot be told now: documents have to be read again" in caplog.text

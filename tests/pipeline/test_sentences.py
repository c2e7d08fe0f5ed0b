"""Sentences of a document, each with its place and the entities that it names."""

from kgbuild import Workspace
from tests.toy import ToyModels

TEXT = "Ann Duncan works for Acme Widget Co. It is cold here.\n\nDuncan lives in Latvia."


def test_sentences_stand_at_their_places_and_name_entities_under_any_name(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add_records([{"id": "n", "text": TEXT}], name="notes")
        ws.extract()
        assert all(not sentence.entities for sentence in ws.sentences("notes#n"))  # nothing is built yet
        ws.build()
        found, text = ws.sentences("notes#n"), ws.show("notes#n").text
        names = {id: node["name"] for id, node in ws.graph().nodes(data=True)}
    assert [s.text for s in found] == ["Ann Duncan works for Acme Widget Co.", "It is cold here.", "Duncan lives in Latvia."]
    assert all(text[s.start : s.end] == s.text and s.uri == "notes#n" for s in found)
    assert [{names[id] for id in s.entities} for s in found] == [
        {"Ann Duncan", "Acme Widget Co"},
        set(),
        {"Ann Duncan", "Latvia"},
    ]


def test_a_document_without_text_has_no_sentences(tmp_path):
    (tmp_path / "empty.txt").write_text("", "utf-8")
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add([tmp_path / "empty.txt"])
        assert ws.sentences("empty.txt") == []

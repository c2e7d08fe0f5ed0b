"""What was placed once is placed again when other passages or other extractions stand there than before: history does not matter."""

import io
from dataclasses import replace

import pytest

from kgbuild.pipeline import adding
from kgbuild.pipeline.workspace import Workspace
from tests import toy

TEXTS = {
    "a.txt": "Ann Duncan works for Acme Widget Co. Bo Ryan works for Beta Co.",
    "b.txt": "Ann Duncan works for Acme Widget Co. Bo Ryan works for Beta Co.\n",
    "c.txt": "It rained all the day and nobody was there to see it. Cy Bohan lives in Latvia. He said that he works for Beta Co.",
}


@pytest.fixture
def ws(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    with Workspace(tmp_path / "kg", create=True, models=toy.ToyModels()) as made:
        made.use("toy")
        made.add([folder])
        made.extract()
        made.build()
        yield made


def canonical(ws):
    stream = io.BytesIO()
    ws.export(stream, format="jsonl", provenance="full")
    return stream.getvalue()


def from_scratch(ws):
    ws.build(rebuild=True)
    return canonical(ws)


def test_what_was_extracted_anew_is_placed_again(ws, monkeypatch):
    """As on another machine, where a model sees the same names with other scores."""
    seen, before = toy.extract, canonical(ws)
    surer = lambda spans: tuple(replace(span, score=9999) for span in spans)  # noqa: E731
    monkeypatch.setattr(toy, "extract", lambda *a: replace(seen(*a), spans=surer(seen(*a).spans)))

    ws.extract(documents="docs/a.txt", force=True)
    assert ws.status().built
    built, now = ws.build(), canonical(ws)

    assert built.documents_folded == 1  # a.txt and b.txt say the same
    assert now != before
    assert now == from_scratch(ws)
    assert not ws.build().changed


def test_extracting_the_same_anew_changes_nothing(ws):
    before, state = canonical(ws), ws.build().state

    ws.extract(force=True)

    assert ws.build().state == state
    assert canonical(ws) == before


def test_a_document_that_is_cut_otherwise_is_placed_again(ws, tmp_path, monkeypatch):
    """As after an upgrade: the same text, in other passages."""
    cut = adding.splitting.split
    monkeypatch.setattr(adding, "SPLIT", "split-of-another-version")
    monkeypatch.setattr(adding.splitting, "split", lambda document: moved(cut(document)))

    ws.add([tmp_path / "docs"])
    ws.extract()
    ws.build()

    assert canonical(ws) == from_scratch(ws)


def moved(passages):
    """Without the first passage's first words, up to its second sentence."""
    first = passages[0]
    if len(first.sentences) == 1:
        return passages
    by = first.sentences[1][0]
    kept = tuple((start - by, end - by) for start, end in first.sentences[1:])
    return (
        replace(first, start=first.start + by, text=first.text[by:], sentences=kept, blocks=first.blocks[1:]),
        *passages[1:],
    )

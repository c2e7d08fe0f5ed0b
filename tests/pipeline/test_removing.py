"""What is removed, and what the graph says of it until the next build."""

import io
import shutil

import pytest

from kgbuild.errors import BuildError, NotFound
from kgbuild.pipeline.workspace import Workspace
from tests.toy import ToyModels

ODD = "docs/report [final].txt"
TEXTS = {
    "report [final].txt": "Ann Duncan works for Acme Widget Co.",
    "report f.txt": "Ann Duncan works for Beta Co.",
    "plain.txt": "Bo Ryan works for Beta Co.",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with a workspace whose graph is built."""
    home = tmp_path_factory.mktemp("removing")
    (home / "docs").mkdir()
    for name, text in TEXTS.items():
        (home / "docs" / name).write_text(text, "utf-8")
    with Workspace(home / "kg", create=True, models=ToyModels()) as ws:
        ws.use("toy")
        ws.add([home / "docs"])
        ws.extract()
        ws.build()
    return home / "kg"


@pytest.fixture
def ws(built, tmp_path):
    with Workspace(shutil.copytree(built, tmp_path / "kg"), models=ToyModels()) as copy:
        yield copy


def uris(ws, pattern="*"):
    return [source.uri for source in ws.documents(pattern)]


def test_a_uri_is_found_by_itself_whatever_letters_it_has(ws):
    assert ODD in uris(ws, ODD)
    out = io.BytesIO()
    ws.export(out, format="jsonl", documents=(ODD,))
    assert b"Acme Widget Co" in out.getvalue()

    assert ws.remove([ODD]).removed == 1
    assert uris(ws) == ["docs/plain.txt", "docs/report f.txt"]
    assert ws.remove(["docs/report [a-f].txt", "docs/*"]).removed == 2


def test_nothing_is_removed_if_one_of_several_is_not_there(ws):
    with pytest.raises(NotFound, match="no document 'docs/nothing'"):
        ws.remove(["docs/plain.txt", "docs/nothing"])

    assert len(uris(ws)) == len(TEXTS)


@pytest.mark.parametrize(
    "ask",
    [
        lambda ws: ws.explain("Ann Duncan"),
        lambda ws: ws.split("Ann Duncan", ["1"], preview=True),
        lambda ws: ws.accept("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co", preview=True),
        lambda ws: ws.export(io.BytesIO(), format="jsonl", provenance="full"),
    ],
)
def test_what_is_gone_since_the_build_is_no_damage(ws, ask):
    ws.remove([ODD])

    with pytest.raises(BuildError, match="was removed or edited since the graph was built: run `kgbuild build` first"):
        ask(ws)

    ws.build()
    assert ws.explain("Ann Duncan")


def test_a_row_comes_back_with_its_file_as_a_file_comes_back(ws, tmp_path):
    """History does not matter: what was removed and then added again is there, whether the file has changed in between or not."""
    table = tmp_path / "table.csv"
    table.write_text("id,text\n1,Ann Duncan works for Beta Co.\n2,Bo Ryan works for Beta Co.\n", "utf-8")
    ws.add([table])
    before = uris(ws)
    ws.remove(["*table.csv#2"])
    assert uris(ws) == [uri for uri in before if not uri.endswith("#2")]

    assert (ws.add([table]).added, ws.add([table]).unchanged) == (1, 2)
    assert uris(ws) == before

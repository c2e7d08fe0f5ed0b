"""Which files a walk finds, under which names, in which order."""

import os

import pytest

from kgbuild.documents.walk import PARTS, File, Skipped, suffix_of, walk
from kgbuild.errors import UsageError
from tests.closed import close


def put(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def uris(root, **options):
    return [found.uri for found in walk(root, **options) if isinstance(found, File)]


def test_files_come_in_code_point_order_under_the_name_of_the_root(tmp_path):
    root = tmp_path / "docs"
    put(root, "b.txt", "a/z.md", "a.txt", "B.txt", "a/b/c.html", "é.txt")
    assert uris(root) == ["docs/B.txt", "docs/a.txt", "docs/a/b/c.html", "docs/a/z.md", "docs/b.txt", "docs/é.txt"]


def test_a_root_can_be_given_another_name(tmp_path):
    put(tmp_path / "docs", "a.txt")
    assert uris(tmp_path / "docs", name="news") == ["news/a.txt"]
    (file,) = walk(tmp_path / "docs" / "a.txt", name="news")
    assert (file.uri, file.root) == ("news/a.txt", "news")


def test_a_single_file_is_its_own_root(tmp_path):
    put(tmp_path, "a.txt")
    (file,) = walk(tmp_path / "a.txt")
    assert (file.uri, file.root, file.suffix) == ("a.txt", "a.txt", ".txt")


def test_hidden_folders_environments_and_workspaces_are_not_walked(tmp_path):
    root = tmp_path / "docs"
    put(
        root,
        "a.txt",
        ".git/b.txt",
        ".hidden.txt",
        "node_modules/c.txt",
        "env/pyvenv.cfg",
        "env/d.txt",
        "kg/workspace.db",
        "kg/e.txt",
    )
    put(root, "out/f.txt")
    assert uris(root, avoid=(root / "out",)) == ["docs/a.txt"]


def test_links_are_followed_inside_the_root_only(tmp_path):
    root = tmp_path / "docs"
    put(root, "a/x.txt")
    put(tmp_path, "secret.txt", "elsewhere/y.txt")
    (root / "leak.txt").symlink_to(tmp_path / "secret.txt")
    (root / "away").symlink_to(tmp_path / "elsewhere")
    (root / "loop").symlink_to(root)
    (root / "b.txt").symlink_to(root / "a" / "x.txt")
    (root / "gone.txt").symlink_to(root / "nothing.txt")
    assert uris(root) == ["docs/a/x.txt", "docs/b.txt"]
    passed = {entry.uri: entry for entry in walk(root) if isinstance(entry, Skipped)}
    assert passed.keys() == {"docs/away", "docs/gone.txt", "docs/leak.txt"}
    assert "add what it leads to by itself" in passed["docs/leak.txt"].reason
    assert (passed["docs/gone.txt"].suffix, passed["docs/gone.txt"].reason) == ("@", "a link that leads nowhere")


@pytest.mark.parametrize("is_backwards", [False, True])
def test_how_a_disk_lists_a_folder_does_not_decide_under_which_name_it_is_read(tmp_path, monkeypatch, is_backwards):
    put(tmp_path / "docs", "m/x.txt", ".hidden/y.txt")
    for link, folder in (("a", "m"), ("z", "m"), ("b", ".hidden"), ("y", ".hidden")):
        (tmp_path / "docs" / link).symlink_to(tmp_path / "docs" / folder)
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: sorted(scandir(path), key=lambda entry: entry.name, reverse=is_backwards))
    assert uris(tmp_path / "docs") == ["docs/b/y.txt", "docs/m/x.txt"]


def test_unknown_suffixes_are_skipped_with_their_suffix(tmp_path):
    put(tmp_path / "docs", "a.xlsx", "b.tar.gz", "c", "d.csv.gz")
    found = {entry.uri: entry for entry in walk(tmp_path / "docs")}
    assert {uri for uri, entry in found.items() if isinstance(entry, Skipped)} == {"docs/a.xlsx", "docs/b.tar.gz", "docs/c"}
    assert ".csv" in found["docs/a.xlsx"].reason
    assert found["docs/d.csv.gz"].suffix == ".csv.gz"


def test_what_a_browser_saved_with_a_page_is_passed_over_and_named(tmp_path):
    put(
        tmp_path,
        "a.html",
        "a_files/frame.html",
        "a_files/style.css",
        "b.HTM",
        "b-Dateien/x.html",
        "c_files/c.html",
        "d_files.html",
    )
    found = list(walk(tmp_path, name="r"))
    assert [f.uri for f in found if isinstance(f, File)] == ["r/a.html", "r/b.HTM", "r/c_files/c.html", "r/d_files.html"]
    assert [(f.uri, f.suffix) for f in found if isinstance(f, Skipped)] == [("r/a_files", PARTS), ("r/b-Dateien", PARTS)]
    assert [f.uri for f in walk(tmp_path / "a_files") if isinstance(f, File)] == ["a_files/frame.html"]


@pytest.mark.parametrize(
    ("name", "message"), [("a.xlsx", "save the sheet as .csv"), ("a.xyz", "known are"), ("none", "no suffix")]
)
def test_an_unknown_suffix_named_explicitly_is_an_error(tmp_path, name, message):
    put(tmp_path, name)
    with pytest.raises(UsageError, match=message):
        list(walk(tmp_path / name))


def test_a_missing_path_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="no such file or folder"):
        list(walk(tmp_path / "gone"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_inside_is_reported(tmp_path):
    put(tmp_path / "docs", "a.txt", "b/c.txt")
    (tmp_path / "docs" / "b").chmod(0)
    try:
        bad = [entry for entry in walk(tmp_path / "docs") if isinstance(entry, Skipped)]
        assert [(entry.uri, entry.suffix) for entry in bad] == [("docs/b", "/")]
    finally:
        (tmp_path / "docs" / "b").chmod(0o755)


def test_a_folder_that_may_not_be_looked_into_stops_no_walk(tmp_path, monkeypatch):
    put(tmp_path / "docs", "a.txt", "b/c.txt")
    close(tmp_path / "docs" / "b", monkeypatch)
    found = list(walk(tmp_path / "docs"))
    assert [(entry.uri, entry.suffix) for entry in found] == [("docs/a.txt", ".txt"), ("docs/b", "/")]


def test_include_and_exclude_are_globs_on_the_relative_path_or_the_name(tmp_path):
    root = tmp_path / "docs"
    put(root, "2019/a.md", "2019/b.txt", "2020/a.md")
    assert uris(root, include=("*.md",)) == ["docs/2019/a.md", "docs/2020/a.md"]
    assert uris(root, include=("2019/*",), exclude=("*.txt",)) == ["docs/2019/a.md"]


@pytest.mark.parametrize(
    ("name", "suffix"), [("A.TXT", ".txt"), ("a.csv.gz", ".csv.gz"), ("a.gz", ".gz"), ("a", ""), ("v1.2.md", ".md")]
)
def test_suffixes(name, suffix):
    assert suffix_of(name) == suffix


def test_a_link_to_itself_and_a_name_that_is_no_utf_8_stop_no_walk(tmp_path):
    root = tmp_path / "docs"
    put(root, "a.txt")
    (root / "loop.txt").symlink_to("loop.txt")
    (root / "inside.txt").symlink_to("a.txt")
    for name in (b"caf\xe9.txt", b"caf\xe8.txt"):
        (root / os.fsdecode(name)).write_text("x")
    assert uris(root) == ["docs/a.txt", r"docs/caf\xe8.txt", r"docs/caf\xe9.txt", "docs/inside.txt"]
    (single,) = walk(root / os.fsdecode(b"caf\xe9.txt"))
    assert (single.uri, single.path.read_text()) == (r"caf\xe9.txt", "x")

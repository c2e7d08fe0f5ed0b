import json


def test_init_makes_a_workspace_once(kgbuild, home):
    code, out, _ = kgbuild("init")
    assert code == 0
    assert "kgbuild run PATH" in out
    assert "# min_confidence" in (home / "kg" / "kgbuild.toml").read_text("utf-8")
    assert kgbuild("init")[0] == 2


def test_add_counts_and_reads_what_changed(answer, kgbuild, home):
    report = answer("add", "docs")
    assert (report["documents"]["added"], report["documents"]["ok"]) == (2, 2)
    assert report["words"] == 45
    assert answer("add", "docs")["documents"]["unchanged"] == 2
    _, out, _ = kgbuild("add", "docs")
    assert out.startswith("documents  2 unchanged; in the workspace: 2 with text")


def test_include_exclude_and_as(answer, home):
    assert answer("add", "docs", "--include", "*.md", "--as", "news")["documents"]["added"] == 1
    assert answer("add", "docs", "--exclude", "*.md", "--as", "news")["documents"]["added"] == 1
    assert [d["uri"] for d in answer("documents")["documents"]] == ["news/ann.txt", "news/bo.md"]


def test_columns_can_be_named(answer, kgbuild, home):
    (home / "rows.csv").write_text("number,headline,when,words\n7,On Ann,2020-05-06,Ann Duncan works for Beta Co.\n", "utf-8")
    words = (
        "add",
        "rows.csv",
        "--text-column",
        "words",
        "--id-column",
        "number",
        "--title-column",
        "headline",
        "--date-column",
        "when",
    )
    assert answer(*words)["documents"]["ok"] == 1
    found = answer("documents")["documents"][0]
    assert found["uri"] == "rows.csv#7"
    assert (found["metadata"]["title"], found["metadata"]["date"]) == ("On Ann", "2020-05-06")
    code, _, err = kgbuild("add", "rows.csv", "--text-column", "nope")
    assert code in (2, 3)
    assert "nope" in err


def test_documents_lists_outcomes(kgbuild, answer, built):
    (built / "docs" / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    kgbuild("add", "docs")
    listed = answer("documents")["documents"]
    assert [(d["uri"], d["outcome"]) for d in listed] == [
        ("docs/ann.txt", "ok"),
        ("docs/bad.pdf", "quarantined"),
        ("docs/bo.md", "ok"),
    ]
    assert listed[0]["id"].startswith("d:")
    assert listed[1]["id"] is None
    assert "corrupt" in listed[1]["reason"]
    code, out, err = kgbuild("documents", "--outcome", "quarantined")
    assert code == 0
    assert "docs/bad.pdf" in out
    assert "docs/bo.md" not in out
    assert err == "1 document, 1 quarantined\n"
    assert answer("documents", "*.md")["documents"][0]["metadata"]["title"] == "On Bo"


def test_remove_takes_globs_and_the_next_build_follows(kgbuild, answer, built):
    code, out, _ = kgbuild("remove", "docs/bo*")
    assert code == 0
    assert "removed 1 document; next: kgbuild build" in out
    assert answer("build")["changed"]["entities_removed"] == 1
    assert kgbuild("remove", "docs/bo*")[0] == 1


def test_show_gives_the_text_to_the_letter(kgbuild, built):
    _, out, _ = kgbuild("show", "ann.txt", "--text")
    assert out == "Ann Duncan works for Acme Widget Co. Ann Duncan lives in Latvia.\n\nBo Ryan works for Acme Widget Co."


def test_show_gives_each_part(kgbuild, answer, built):
    _, out, _ = kgbuild("show", "bo.md")
    assert "title     On Bo" in out
    assert "3 statements" in out or "says" in out
    _, out, _ = kgbuild("show", "bo.md", "--blocks", "--metadata", "--dropped")
    assert "paragraph" in out
    assert "2020-03-01" in out
    assert "rule" in out
    shown = answer("show", "bo.md")
    assert {"text", "blocks", "mentions", "dropped", "metadata"} <= set(shown)
    assert set(answer("show", "bo.md", "--blocks")) & {"text", "blocks", "mentions", "dropped", "metadata"} == {
        "blocks",
        "metadata",
    }
    for mention in shown["mentions"]:
        assert shown["text"][mention["start"] : mention["end"]] == mention["text"]
        assert 0 < mention["score"] <= 1
    assert any(mention["entity"].startswith("e:") for mention in shown["mentions"])


def test_show_before_the_build_and_without_text(kgbuild, home):
    (home / "docs" / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    kgbuild("add", "docs")
    code, out, _ = kgbuild("show", "bo.md")
    assert code == 0
    assert "mentions" not in out
    code, out, _ = kgbuild("show", "bad.pdf")
    assert (code, out.count("\n")) == (0, 1)
    assert "quarantined" in out


def test_show_what_is_not_there_or_not_unique(kgbuild, built):
    assert kgbuild("show", "nothing.txt")[0] == 1
    (built / "docs" / "sub").mkdir()
    (built / "docs" / "sub" / "ann.txt").write_text("Other.", "utf-8")
    kgbuild("add", "docs")
    code, _, err = kgbuild("show", "ann.txt")
    assert code == 2
    assert "docs/sub/ann.txt" in err
    assert kgbuild("show", "bo.md", "--text", "--blocks")[0] == 2
    assert json.loads(kgbuild("show", "bo.md", "--text", "--blocks", "--json")[1])["blocks"]

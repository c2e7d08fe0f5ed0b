import io
import re


def words(text):
    return re.sub(r"-[0-9a-f]{10}", "", text)


def test_redact_shows_what_would_be_withheld_and_writes_nothing(kgbuild, answer, home):
    (home / "docs" / "mail.txt").write_text("Mail ann@x.example, or call (202) 514-3642.", "utf-8")
    code, out, err = kgbuild("redact", "docs")
    assert code == 0
    assert "Mail ann@x.example, or call" in out
    assert "no workspace here" in err
    assert "3 documents, 1 finding of 1 value, 1 EMAIL" in err
    assert not (home / "kg").exists()

    found = answer("redact", "docs/mail.txt", "--find", "phone", "--phone-region", "US")
    assert found["found"] == {"PHONE": 1}
    (one,) = found["documents"][0]["found"]
    assert (one["where"], one["start"], one["end"], one["text"]) == ("text", 28, 42, "(202) 514-3642")
    assert words(found["documents"][0]["text"]) == "Mail ann@x.example, or call [PHONE]."


def test_redact_uses_the_rules_and_the_salt_of_the_workspace(kgbuild, home):
    (home / "docs" / "mail.txt").write_text("Mail ann@x.example, or call (202) 514-3642.", "utf-8")
    kgbuild("init")
    (home / "kg" / "kgbuild.toml").write_text('[privacy]\nfind = ["email"]\n', "utf-8")
    kgbuild("add", "docs")
    stored = kgbuild("show", "docs/mail.txt", "--text")[1]
    assert words(stored) == "Mail [EMAIL], or call (202) 514-3642."
    assert kgbuild("redact", "docs/mail.txt", "--text")[1] == stored


def test_redact_filters_standard_input_and_keeps_its_lines(kgbuild, monkeypatch, home):
    monkeypatch.setattr("sys.stdin", io.StringIO("Dear a@x.example,\n\n  b@x.example\n"))
    assert words(kgbuild("redact", "-", "--text")[1]) == "Dear [EMAIL],\n\n  [EMAIL]\n"


def test_redact_finds_persons_with_the_model(kgbuild, home):
    code, out, _ = kgbuild("redact", "docs/ann.txt", "--type", "Person", "--text")
    assert code == 0
    assert words(out).startswith("[PERSON] works for Acme Widget Co. [PERSON] lives in Latvia.")


def test_redact_refuses_what_cannot_be_meant(kgbuild, home):
    assert kgbuild("redact", "docs", "--find", "fax") == (
        2,
        "",
        "error: 'fax' is not known; write some of card, email, iban, phone\n",
    )
    assert kgbuild("redact", "docs", "--id", "us.zip")[0] == 1
    assert kgbuild("redact", "docs", "--type", "Robot")[0] == 1
    assert kgbuild("redact", "docs", "--text", "--json")[0] == 2
    assert kgbuild("redact", "-", "docs")[0] == 2
    assert kgbuild("redact", "nowhere")[0] == 2


def test_changed_rules_show_in_status_and_in_the_next_step(kgbuild, answer, built):
    (built / "kg" / "kgbuild.toml").write_text('[privacy]\nfind = ["email"]\n', "utf-8")
    assert answer("status")["read_otherwise"] == 2
    _, out, _ = kgbuild("status")
    assert "privacy    2 files to read again: the rules have changed" in out
    assert "next: kgbuild run PATH && kgbuild gc --purge" in out
    code, _, err = kgbuild("build")
    assert code == 1
    assert "2 files were read under other rules of privacy" in err


def test_gc_says_what_it_drops(kgbuild, answer, built):
    kgbuild("rename", "Bo Ryan", "Bob")
    kgbuild("remove", "docs/bo.md")
    kgbuild("remove", "docs/ann.txt")
    would = answer("gc", "--purge", "--dry-run")
    assert (would["dry_run"], would["extractions"]) == (True, 2)
    code, out, err = kgbuild("gc", "--purge")
    assert code == 0
    assert re.match(r"purged 2 extractions, 1 query store, 1 judgement, \d ids of older graphs; [\d,]+ bytes freed", out)
    assert "judgements that name what no document says now, forgotten:\n  #1 " in err
    assert kgbuild("gc")[1].startswith("dropped nothing; ")
    assert kgbuild("gc", "--keep-judgements")[0] == 2

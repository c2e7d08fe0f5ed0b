"""A workspace with rules of privacy: what they find is in no file of it, and the graph does not depend on when they were made."""

import re
import shutil

import pytest

from kgbuild.errors import BuildError, ConfigError, UsageError, WorkspaceError
from kgbuild.pipeline.workspace import Workspace
from kgbuild.schema import shipped_schema
from tests.privacy.bytes import holding
from tests.test_promises import canonical
from tests.toy import ToyModels

RULES = '[privacy]\nfind = ["email", "phone"]\nphone_regions = ["US"]\n'
LETTER = """---
title: Letter to zora@hidden.example
authors: Zora Quelman
---

Zora Quelman works for Acme Widget Co. Write to Zora@Hidden.example or call (202) 514-3642.

So says Zora  Quelman of Acme Widget Co, and Ann Duncan lives in Latvia.
"""
ROWS = 'id,title,text\nzora@hidden.example,A,"Ann Duncan married Bo Ryan. Mail zora@hidden.example"\nZORA@hidden.example,B,Bo Ryan lives in Latvia.\n'
SECRETS = ("zora@hidden.example", "514-3642", "5143642")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "letter.md").write_text(LETTER, "utf-8")
    (tmp_path / "docs" / "rows.csv").write_text(ROWS, "utf-8")
    (tmp_path / "docs" / "to-zora@hidden.example.txt").write_text("Bo Ryan works for Acme Widget Co.", "utf-8")
    return tmp_path


def workspace(home, name, rules, salt=None):
    ws = Workspace(home / name, create=True, models=ToyModels())
    (home / name / "kgbuild.toml").write_text(rules, "utf-8")
    if salt is not None:
        shutil.copy(salt / "privacy.salt", home / name / "privacy.salt")
    ws.use("toy")
    return ws


def read(ws, home):
    added = ws.add([home / "docs"], extract_ahead=True)
    ws.extract()
    ws.build()
    return added


def text_of(ws, uri):
    return ws.show(uri).text


def test_what_the_rules_find_is_in_no_byte_of_the_workspace_and_in_no_export(home):
    with workspace(home, "plain", "") as plain:
        read(plain, home)
        assert holding(home / "plain", *SECRETS)
        assert b"zora@hidden.example" in canonical(plain)

    with workspace(home, "kg", RULES) as ws:
        read(ws, home)
        ws.refresh()
        assert holding(home / "kg", *SECRETS) == []
        assert holding(home / "kg", "Acme Widget Co")
        assert not any(secret.encode() in canonical(ws).lower() for secret in SECRETS)
        found = re.findall(r"EMAIL-[0-9a-f]{10}", canonical(ws).decode())
        assert len(set(found)) == 3  # the address; the id of a row that is written otherwise; the address in a file's name
        uris = [source.uri for source in ws.documents()]
        assert len(uris) == 4
        assert not any("[" in uri for uri in uris)
        assert (home / "kg" / "privacy.salt").stat().st_mode & 0o077 == 0
        second = read(ws, home)
        assert (second.unchanged, second.changed, second.added) == (4, 0, 0)


def test_no_digest_of_the_bytes_is_left_that_a_guess_could_be_checked_against(home):
    with workspace(home, "plain", "") as plain, workspace(home, "kg", RULES) as ws:
        plain.add([home / "docs"])
        ws.add([home / "docs"])
        known = {row[0] for row in plain.truth.db.execute("SELECT content FROM file UNION SELECT content FROM source")}
        kept = {row[0] for row in ws.truth.db.execute("SELECT content FROM file UNION SELECT content FROM source")}
        assert len(known) == len(kept)
        assert not known & kept
        ws.add_records([{"text": "Ann Duncan. Mail a@b.example"}])
        (record,) = ws.documents("records*")
        assert record.uri.endswith(record.content)  # a row without an id is named by its digest: the keyed one


def test_rules_made_later_want_all_documents_read_again_and_end_in_the_same_graph(home):
    with workspace(home, "late", "") as late, workspace(home, "kg", RULES) as ws:
        read(ws, home)
        read(late, home)
        (home / "late" / "kgbuild.toml").write_text(RULES, "utf-8")
        shutil.copy(home / "kg" / "privacy.salt", home / "late" / "privacy.salt")
        with pytest.raises(BuildError, match=r"3 files were read under other rules of privacy .*docs/letter\.md"):
            late.build()
        assert late.status().read_otherwise == 3
        late.add([home / "docs"], sync=True, accept=True)
        late.extract()
        late.gc(purge=True)

        assert canonical(late) == canonical(ws)
        assert holding(home / "late", *SECRETS) == []

        (home / "late" / "kgbuild.toml").write_text("", "utf-8")
        with pytest.raises(BuildError, match="other rules of privacy"):
            late.build()
        late.add([home / "docs"], sync=True, accept=True)
        late.extract()
        late.build()
        with workspace(home, "plain", "") as plain:
            read(plain, home)
            assert canonical(late) == canonical(plain)


def test_persons_that_the_model_finds_go_from_the_whole_document_and_its_metadata(home):
    rules = '[privacy]\ntypes = ["Person"]\n'
    with workspace(home, "kg", rules) as ws:
        read(ws, home)
        text = text_of(ws, "docs/letter.md")
        assert holding(home / "kg", "quelman", "ann duncan", "bo ryan") == []
        assert len(set(re.findall(r"\[PERSON-\w{10}\](?= works| of)", text))) == 1
        assert dict(ws.show("docs/letter.md").source.metadata)["authors"].startswith(("[PERSON", "("))
        assert ws.query("MATCH (p:Person) RETURN p.name").rows == ()
        assert ws.query("MATCH (o:Organization) RETURN o.name").rows == (("Acme Widget Co",),)
        ws.use("toy2")
        with pytest.raises(BuildError, match="other rules of privacy"):  # another model finds other names
            ws.build()


@pytest.mark.parametrize("written", ["# asked in May\nZora Quelman  # by letter\n\n", "\ufeffZora Quelman\r\n"])
def test_names_stand_in_a_file_outside_and_in_no_byte_of_the_workspace(home, written):
    """Also the first name of a file that an editor began with a byte order mark."""
    (home / "names.txt").write_bytes(written.encode("utf-8"))
    rules = '[privacy]\nnames = "../names.txt"\n'
    with workspace(home, "kg", rules) as ws:
        read(ws, home)
        assert holding(home / "kg", "quelman") == []
        assert holding(home / "kg", "Ann Duncan")
        (home / "names.txt").write_text("Ann Duncan\n", "utf-8")
        with pytest.raises(BuildError, match="other rules of privacy"):
            ws.build()
        (home / "names.txt").unlink()
        with pytest.raises(ConfigError, match=r"names\.txt: cannot be read"):
            ws.build()
        (home / "kg" / "kgbuild.toml").write_text('[privacy]\nnames = "names.txt"\n', "utf-8")
        with pytest.raises(UsageError, match="lies in the workspace"):
            ws.add([home / "docs"])


def test_the_schema_may_say_it_and_adds_to_the_settings(home):
    schema = home / "own.yaml"
    section = "\nprivacy:\n  find: [email]\n  patterns: {WIDGET: 'Acme \\w+ Co'}\n"
    schema.write_text(shipped_schema().read_text("utf-8") + section, "utf-8")
    with workspace(home, "kg", '[privacy]\npatterns = { LAND = "Latvia" }\n') as ws:
        ws.use(schema=schema)
        ws.add([home / "docs"])
        text = text_of(ws, "docs/letter.md")
        assert re.sub(r"-\w{10}\]", "]", text).endswith("of [WIDGET], and Ann Duncan lives in [LAND].")
        assert "@" not in text
        (home / "kg" / "kgbuild.toml").write_text('[privacy]\ntypes = ["Robot"]\n', "utf-8")
        with pytest.raises(ConfigError, match="'Robot', which is no entity type of the schema; types: Location"):
            ws.add([home / "docs"])


def test_the_rules_of_a_schema_that_waits_for_its_model_hold_at_once(home):
    schema = home / "own.yaml"
    schema.write_text(shipped_schema().read_text("utf-8") + "\nprivacy:\n  find: [email]\n", "utf-8")
    with workspace(home, "kg", "") as ws:
        ws.add_records([{"id": "1", "text": "Bo Ryan lives in Latvia."}])
        ws.extract()
        ws.use("toy2", schema=schema)
        ws.add([home / "docs"])

        assert ws.status().schema != ws.status().wanted_schema
        assert "@" not in text_of(ws, "docs/letter.md")


def test_a_damaged_or_lost_salt_is_told(home):
    with workspace(home, "kg", RULES) as ws:
        read(ws, home)
        salt = home / "kg" / "privacy.salt"
        salt.rename(home / "salt")
        with pytest.raises(BuildError, match="other rules of privacy"):
            ws.build()
        salt.write_text("not hex", "ascii")
        with pytest.raises(WorkspaceError, match=r"privacy\.salt: is damaged"):
            ws.build()
        (home / "salt").rename(salt)
        ws.build()


def test_settings_and_a_salt_that_stand_there_before_the_workspace_is_made_stay(home):
    (home / "kg").mkdir()
    (home / "kg" / "kgbuild.toml").write_text(RULES, "utf-8")
    (home / "kg" / "privacy.salt").write_text("ab" * 32, "ascii")
    with Workspace(home / "kg", create=True, models=ToyModels()) as ws:
        ws.add([home / "docs"])
        assert holding(home / "kg", *SECRETS) == []
        assert (home / "kg" / "privacy.salt").read_text("ascii") == "ab" * 32

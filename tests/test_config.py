import pytest

from kgbuild.config import TEMPLATE, Build, Config, load_config
from kgbuild.errors import ConfigError
from kgbuild.pipeline.settings import idle, name_extractors
from kgbuild.schema import load_schema


def test_a_missing_file_means_the_defaults(tmp_path):
    assert load_config(tmp_path / "kgbuild.toml") == Config()


def test_the_commented_template_means_the_defaults(tmp_path):
    (tmp_path / "kgbuild.toml").write_text(TEMPLATE, "utf-8")

    assert load_config(tmp_path / "kgbuild.toml") == Config()


def test_the_template_with_its_comments_taken_off_is_valid_and_still_means_the_defaults(tmp_path):
    lines = [
        line.removeprefix("# ") if " = " in line and not line.startswith("# EMPLOYED") else line
        for line in TEMPLATE.splitlines()
    ]
    lines = [line for line in lines if not line.startswith(("Person = ", "PERSON = ", "base = "))]
    (tmp_path / "kgbuild.toml").write_text("\n".join(lines), "utf-8")

    assert load_config(tmp_path / "kgbuild.toml") == Config()


WRONG = {
    "[build]\nmin_confidence = 2\n": r"kgbuild.toml:2: \[build\] min_confidence must be a number between 0 and 1, not 2",
    "\n[build]\n\nfoo = 1\n": r"kgbuild.toml:4: \[build\] has no setting 'foo'; known: thresholds",
    "[bild]\n": r"kgbuild.toml:1: there is no section 'bild'",
    "[build\n": r"kgbuild.toml: Expected ']'.*line|kgbuild.toml: .*; correct the file",
    '[store]\nprovenance = "some"\n': r"kgbuild.toml:2: \[store\] provenance must be one of none, summary, full",
    '[build]\nhygiene_off = "x"\n': r"kgbuild.toml:2: \[build\] hygiene_off must be a list",
    "[run]\nthreads = -1\n": r"kgbuild.toml:2: \[run\] threads must not be negative",
    "[run]\nthreads = true\n": r"kgbuild.toml:2: \[run\] threads must be a int",
    "[build]\nrelations = 3\n": r"kgbuild.toml:2: \[build\] relations must be a table",
    '[privacy]\nfind = ["fax"]\n': r"kgbuild.toml:2: \[privacy\] find has 'fax', which is not known; write some of card",
    '[privacy]\npatterns = "x"\n': r"kgbuild.toml:2: \[privacy.patterns\] must be a table",
    "[privacy.patterns]\ncase = 'x'\n": r"kgbuild.toml:2: \[privacy.patterns\] cannot use 'case': its name must be like",
    "[privacy]\nnames = 1\n": r"kgbuild.toml:2: \[privacy\] names must be a str",
    "build = 3\n": r"kgbuild.toml: \[build\] must be a table",
}


@pytest.mark.parametrize("text, message", WRONG.items())
def test_a_mistake_is_named_with_its_line(tmp_path, text, message):
    (tmp_path / "kgbuild.toml").write_text(text, "utf-8")

    with pytest.raises(ConfigError, match=message):
        load_config(tmp_path / "kgbuild.toml")


def test_scores_become_ten_thousandths_and_tables_are_sorted(tmp_path):
    (tmp_path / "kgbuild.toml").write_text("[build.relations]\nB = 0.5\nA = 1\n", "utf-8")

    assert load_config(tmp_path / "kgbuild.toml").build.relations == (("A", 10_000), ("B", 5_000))


def test_every_setting_of_build_changes_its_digest():
    settings = [
        Build(), Build(thresholds="benchmark"), Build(min_confidence=1), Build(min_mention_score=1), Build(scope="stated"),
        Build(keep_repeated=True), Build(all_languages=True), Build(hygiene_off=("x",)), Build(relations=(("A", 1),)),
        Build(types=(("A", 1),)), Build(phrases=False),
    ]  # fmt: skip

    assert len({setting.digest() for setting in settings}) == len(settings) == 1 + len(Build.__dataclass_fields__)


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    """Editors of Windows write one."""
    (tmp_path / "kgbuild.toml").write_bytes(b"\xef\xbb\xbf[extractors]\r\nuse = ['model']\r\n")

    assert load_config(tmp_path / "kgbuild.toml") == Config()
    assert name_extractors(tmp_path, ["terms:terms.csv"])
    assert load_config(tmp_path / "kgbuild.toml").extractors.use == ("model", "terms:terms.csv")


def test_minimum_scores_of_what_the_schema_lacks_are_told():
    config = Build(
        relations=(("EMPLOYED", 9000), ("EMPLOYED_BY", 9000), ("HAS_PART", 9000)), types=(("Person", 8000), ("Persons", 8000))
    )

    assert list(idle(config, load_schema())) == [
        "[build.relations] EMPLOYED has no effect: the schema has no such relation; near: EMPLOYED_BY",
        "[build.relations] HAS_PART has no effect: its facts stand as PART_OF, the other way round",
        "[build.types] Persons has no effect: the schema has no such type; near: Person",
    ]

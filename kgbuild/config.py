"""kgbuild.toml -> frozen settings. What changes results (Build) is apart from what changes only speed (Run).

Only Build goes into keys; a value of Run may differ between two machines without changing one byte of the graph.
"""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from kgbuild.errors import ConfigError
from kgbuild.hashing import digest
from kgbuild.privacy.rules import KEYS, Privacy, fault, pattern_fault
from kgbuild.records import ONE

T = TypeVar("T", "Build", "Run", "Extractors")

TEMPLATE = """\
# Settings of this kgbuild workspace. Everything is optional; what stands here after '#' is the default, or an example.

[build]                        # changes the graph, extracts nothing again
# thresholds = "default"       # "default": chosen for precision on documents unlike the training text; "benchmark": best F1 on dev
# min_confidence = 0.0         # triples below are left out
# min_mention_score = 0.0      # mentions below are left out, as are those below the model's own threshold
# scope = "all"                # "stated": only facts that one sentence states
# keep_repeated = false        # true: read blocks that recur in many documents (footers, menus)
# all_languages = false        # true: read passages in languages that the model does not declare, too (`kgbuild extract`)
# hygiene_off = []             # names of hygiene rules and phrases to switch off, as `kgbuild status` shows them
# phrases = true               # take facts that set phrases say, such as "NASA Administrator Bill Nelson"
# [build.relations]            # minimum confidence of single relations
# EMPLOYED_BY = 0.9
# [build.types]                # minimum score of mentions of single types
# Person = 0.8

[extractors]                   # what reads the texts; each text once by each of them
# use = ["model"]              # also "terms:terms.csv", "patterns:patterns.jsonl", "spacy:NAME", "transformers:FOLDER", an entry point
# [extractors.labels]          # their labels -> types and relations of the schema, where the names differ
# PERSON = "Person"

[run]                          # changes only speed
# runtime = "openvino"         # or "torch" (GPU when there is one)
# threads = 0                  # 0: all cores; torch on a GPU: processes that share it, 0: one
# readers = 2                  # parser processes

[store]
# provenance = "summary"       # none | summary | full: what the embedded store holds

[rdf]
# base = "https://example.com/kg/"

[privacy]                      # never enters the workspace; a change wants all documents read again (`kgbuild redact --help`)
# find = []                    # of "email", "phone", "iban", "card"
# phone_regions = []           # as ["US"]: whose telephone numbers are known without a country code
# ids = []                     # as ["us.ssn"]: national numbers, as python-stdnum names them
# patterns = {}                # as { CASE_NUMBER = 'CR-[0-9]+' }: word of the placeholder, regular expression
# types = []                   # as ["Person"]: entity types of the schema; the model finds their mentions
# names = ""                   # as "../names.txt": names to withhold, one a line, in a file outside of the workspace
"""


@dataclass(frozen=True, slots=True)
class Build:
    """What changes results. Scores are ten-thousandths."""

    thresholds: str = "default"
    """Which set of the model's thresholds applies: default or benchmark."""
    min_confidence: int = 0
    """Triples below are left out."""
    min_mention_score: int = 0
    """Mentions below are left out, as are those below the model's own threshold."""
    scope: str = "all"
    """all, or stated: only facts that one sentence states."""
    keep_repeated: bool = False
    """Read blocks that recur in many documents."""
    all_languages: bool = False
    """Read passages in languages that the model does not declare."""
    hygiene_off: tuple[str, ...] = ()
    """Hygiene rules and phrases that are switched off."""
    phrases: bool = True
    """Take facts that set phrases of English say ("NASA Administrator Bill Nelson") beside the model's."""
    relations: tuple[tuple[str, int], ...] = ()
    """Minimum confidence of single relations, sorted by name."""
    types: tuple[tuple[str, int], ...] = ()
    """Minimum score of mentions of single types, sorted by name."""

    def digest(self) -> str:
        """Digest of all settings: part of the name of a build's input."""
        return digest("config.build", *((f.name, getattr(self, f.name)) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Extractors:
    """What reads the texts: the model, and what stands beside it. Their order does not matter."""

    use: tuple[str, ...] = ("model",)
    """Names of extractors, sorted (see `kgbuild.extraction.named`)."""
    labels: tuple[tuple[str, str], ...] = ()
    """Labels of the extractors beside the model, each with the type or relation of the schema that it becomes, sorted."""


@dataclass(frozen=True, slots=True)
class Run:
    """What changes only speed."""

    runtime: str = "openvino"
    """openvino (CPU) or torch."""
    threads: int = 0
    """Threads of the runtime; 0 means all cores. With torch on a GPU: processes that share it; 0 means one."""
    readers: int = 2
    """Parser processes."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a workspace."""

    build: Build = field(default_factory=Build)
    run: Run = field(default_factory=Run)
    provenance: str = "summary"
    """What the embedded store holds: none, summary or full."""
    base: str = ""
    """Base IRI of RDF exports; empty: the default, with a warning."""
    extractors: Extractors = field(default_factory=Extractors)
    privacy: Privacy = field(default_factory=Privacy)
    """What never enters the workspace, beside what the schema says."""
    names: str = ""
    """A file with names that never enter the workspace; relative to it."""


CHOICES = {
    "thresholds": ("default", "benchmark"),
    "scope": ("all", "stated"),
    "runtime": ("openvino", "torch"),
    "provenance": ("none", "summary", "full"),
}
SCORES = ("min_confidence", "min_mention_score")
SCORE_TABLES = ("relations", "types")


def load_config(path: Path) -> Config:
    """Settings of a kgbuild.toml; a missing file means the defaults. Raises ConfigError with file and line."""
    if not path.exists():
        return Config()
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: {error}; correct the file, or delete it for the defaults") from None
    _known(path, "", tables, ("build", "extractors", "run", "store", "rdf", "privacy"))
    return Config(
        build=_section(path, "build", tables, Build),
        run=_section(path, "run", tables, Run),
        provenance=_text(path, "store", tables, "provenance", "summary"),
        base=_text(path, "rdf", tables, "base", ""),
        extractors=_section(path, "extractors", tables, Extractors),
        privacy=_privacy(path, tables),
        names=str(_value(path, "privacy", "names", tables.get("privacy", {}).get("names", ""), "")),
    )


def _privacy(path: Path, tables: dict[str, Any]) -> Privacy:
    section = tables.get("privacy", {})
    _known(path, "privacy", section, (*KEYS, "names"))
    lists = {key: _value(path, "privacy", key, section[key], ()) for key in KEYS if key in section and key != "patterns"}
    for key, words in lists.items():
        for word in words:
            if advice := fault(key, word):
                raise ConfigError(f"{path}:{_line(path, key)}: [privacy] {key} has {word!r}, which is not known; {advice}")
    patterns = section.get("patterns", {})
    if not isinstance(patterns, dict) or not all(isinstance(value, str) for value in patterns.values()):
        raise ConfigError(
            f"{path}:{_line(path, 'patterns')}: [privacy.patterns] must be a table of names and regular expressions"
        )
    for kind, expression in patterns.items():
        if wrong := pattern_fault(kind, expression):
            raise ConfigError(f"{path}:{_line(path, kind)}: [privacy.patterns] cannot use {kind!r}: {wrong}")
    return Privacy(**lists, patterns=tuple(sorted(patterns.items())))


def _text(path: Path, name: str, tables: dict[str, Any], key: str, default: str) -> str:
    section = tables.get(name, {})
    _known(path, name, section, (key,))
    return str(_value(path, name, key, section.get(key, default), default))


def _section(path: Path, name: str, tables: dict[str, Any], kind: type[T]) -> T:
    section = tables.get(name, {})
    default = kind()
    _known(path, name, section, tuple(f.name for f in fields(default)))
    return kind(**{key: _value(path, name, key, value, getattr(default, key)) for key, value in section.items()})


def _known(path: Path, name: str, section: Any, keys: tuple[str, ...]) -> None:
    if not isinstance(section, dict):
        raise ConfigError(f"{path}: [{name}] must be a table")
    for key in section:
        if key not in keys:
            where = f"[{name}] has no setting" if name else "there is no section"
            raise ConfigError(f"{path}:{_line(path, key)}: {where} {key!r}; known: {', '.join(keys)}")


def _value(path: Path, name: str, key: str, value: Any, default: Any) -> Any:
    """One setting, checked against the kind of its default."""
    where = f"{path}:{_line(path, key)}: [{name}] {key}"
    if key in SCORE_TABLES and name == "build":
        if not isinstance(value, dict):
            raise ConfigError(f"{where} must be a table of names and scores between 0 and 1")
        return tuple(sorted((k, _score(where, v)) for k, v in value.items()))
    if key == "labels":
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
            raise ConfigError(f"{where} must be a table of labels and names of the schema")
        return tuple(sorted(value.items()))
    if key in SCORES:
        return _score(where, value)
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{where} must be a list of texts")
        return tuple(sorted(set(value)))
    if type(value) is not type(default):
        raise ConfigError(f"{where} must be a {type(default).__name__}, not {value!r}")
    if key in CHOICES and value not in CHOICES[key]:
        raise ConfigError(f"{where} must be one of {', '.join(CHOICES[key])}, not {value!r}")
    if isinstance(value, int) and value < 0:
        raise ConfigError(f"{where} must not be negative")
    return value


def _score(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ConfigError(f"{where} must be a number between 0 and 1, not {value!r}")
    return round(value * ONE)


def _line(path: Path, key: str) -> int:
    """The line that a setting stands on; 1 if it cannot be told (dotted keys)."""
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if line.strip().lstrip("[").replace('"', "").startswith(key):
            return number
    return 1

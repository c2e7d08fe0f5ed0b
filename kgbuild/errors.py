"""The exceptions of kgbuild. A message says what is wrong, where, and what to do next.

KgbuildError                 exit code 1
├── UsageError               2   the call itself is off: an unknown suffix named explicitly, a bad option value
├── ConfigError              1   kgbuild.toml or a schema: file and line
│   └── SchemaError
├── ModelError               1   a model directory is missing, damaged, newer, or lacks a label
├── MissingExtra             1   a command needs an optional dependency: says which extra to install
├── DocumentError            -   one document cannot be read; never stops a batch
│   ├── Quarantined              its bytes are at fault: encrypted, corrupt, over a limit, undecodable
│   └── Retry                    the machine is at fault: out of time or memory; tried again next run
├── WorkspaceError           1   missing, damaged, made by a newer version, disk full
│   ├── WorkspaceBusy        4   another process writes
│   └── WorkspaceReadOnly    1   this user may read it and not write
├── BuildError               1   extractions are missing, inputs contradict each other
├── QueryError               1   a query is refused, fails, or takes too long
├── SinkError                1   a database elsewhere cannot be reached, refuses, or is not as it should be
├── TeacherError             1   a language model elsewhere cannot be reached, refuses, or fails again and again
├── NotFound                 1   a name, id or fact that the graph does not hold
└── Ambiguous                1   a name or fact that fits several; lists them with their ids
"""


class KgbuildError(Exception):
    """Root of all errors that kgbuild raises on purpose; str() is one line for a person."""

    exit_code = 1


class UsageError(KgbuildError):
    """The call itself is off."""

    exit_code = 2


class ConfigError(KgbuildError):
    """A configuration or schema file says something that cannot be meant."""


class SchemaError(ConfigError):
    """A schema file is not valid; the message names file and line."""


class ModelError(KgbuildError):
    """A model directory cannot be used."""


class MissingExtra(KgbuildError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs packages that are not installed: pip install 'kgbuild[{extra}]'")


class DocumentError(KgbuildError):
    """One document cannot be read."""


class Quarantined(DocumentError):
    """A document's bytes are at fault; the same bytes give the same verdict on every machine."""


class Retry(DocumentError):
    """Reading ran out of time or memory; tried again in the next run."""


class WorkspaceError(KgbuildError):
    """A workspace cannot be opened or written."""


class WorkspaceBusy(WorkspaceError):
    """Another process holds the writer's lock."""

    exit_code = 4


class WorkspaceReadOnly(WorkspaceError):
    """The user may read the workspace and not write there."""


class BuildError(KgbuildError):
    """The graph cannot be built from what is there."""


class QueryError(KgbuildError):
    """A query is refused, fails or takes too long."""


class SinkError(KgbuildError):
    """A database elsewhere cannot be reached, refuses, or is not as it should be."""


class TeacherError(KgbuildError):
    """A language model elsewhere cannot be reached, refuses, or fails again and again."""


class NotFound(KgbuildError):
    """The graph holds nothing of that name or id."""


class Ambiguous(KgbuildError):
    """Several things fit what was named. hits: (id with prefix, what it is) of each."""

    def __init__(self, what: str, hits: tuple[tuple[str, str], ...]) -> None:
        super().__init__(f"{what}: give the id of one")
        self.hits = hits

"""A workspace and its rules of privacy: what withholds while it reads, and whether all that it holds was read under these rules.

Rules stand in the schema and in kgbuild.toml and add up. A document that was read under other rules may hold what these withhold, so
nothing is built before it has been read again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kgbuild.counts import counted
from kgbuild.errors import BuildError, ConfigError
from kgbuild.pipeline.loaded import Borrowed
from kgbuild.pipeline.models import Extractor
from kgbuild.pipeline.redacting import MARK, Withholding, names_in, salt_of
from kgbuild.privacy.redact import redactor
from kgbuild.privacy.rules import Privacy
from kgbuild.schema import Kind, Schema
from kgbuild.workspace.stored import StoredModel

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

SHOWN = 3


@contextmanager
def withheld(workspace: "Workspace", *, create: bool = False) -> Iterator[Withholding | None]:
    """What withholds under the rules of a workspace, closed at the end; None without rules. create: make a salt if there is none."""
    withholding = withholding_of(workspace, create=create)
    try:
        yield withholding
    finally:
        if withholding is not None:
            withholding.close()


def withholding_of(workspace: "Workspace", *, create: bool = False) -> Withholding | None:
    """As `withheld`; close it. The rules of a schema hold at once, also while it waits for its model to take over.

    Raises ConfigError for a type that the schema lacks, MissingExtra if a rule needs a package.
    """
    config, schema = workspace.config, workspace.wanted_schema()
    privacy = schema.privacy | config.privacy
    if privacy == Privacy() and not config.names:
        return None
    names = names_in(workspace.path / config.names, workspace.path) if config.names else ()
    salt = salt_of(workspace.path, create=create)

    def load(model: StoredModel) -> Extractor:
        if workspace._ahead is not None:  # extraction beside reading holds the workspace's own until all is read
            return workspace.load_model(model)
        return Borrowed(workspace._loaded.lent(model, workspace.config.run))

    return withholding(privacy, schema, names, salt, workspace.wanted_model, load)


def withholding(
    privacy: Privacy,
    schema: Schema,
    names: tuple[str, ...],
    salt: bytes,
    model: Callable[[], StoredModel],
    load: Callable[[StoredModel], Extractor],
) -> Withholding:
    """What withholds under these rules; the model is described only if types are to be found, and loaded when the first text comes."""
    check_types(privacy, schema)
    if not privacy.types:
        return Withholding(redactor(privacy, salt, names))
    chosen = model()
    made = redactor(privacy, salt, names, chosen.key)
    return Withholding(made, lambda: load(chosen), lambda label: type_named(schema, label))


def check_types(privacy: Privacy, schema: Schema) -> None:
    """Raises ConfigError for a type to withhold that is no entity type of the schema."""
    entities = [type.name for type in schema.types if type.kind is Kind.ENTITY]
    for name in privacy.types:
        if name not in entities:
            raise ConfigError(
                f"[privacy] types has {name!r}, which is no entity type of the schema; types: {', '.join(entities)}"
            )


def type_named(schema: Schema, label: str) -> str | None:
    """Name of the type that a model's label becomes."""
    type = schema.type_of(label)
    return type.name if type is not None else None


def read_otherwise(workspace: "Workspace") -> list[str]:
    """URIs of the files that were read under other rules of privacy than those that hold now, sorted."""
    withholding = withholding_of(workspace)
    now = withholding.key if withholding is not None else ""
    return [uri for uri, reading in workspace.truth.readings() if reading.partition(MARK)[2] != now]


def check_readings(workspace: "Workspace") -> None:
    """Raises BuildError if a file was read under other rules of privacy."""
    others = read_otherwise(workspace)
    if others:
        shown = ", ".join(others[:SHOWN]) + (", …" if len(others) > SHOWN else "")
        raise BuildError(
            f"{counted(len(others), 'file was', 'files were')} read under other rules of privacy than those that hold now ({shown}): `kgbuild run PATH…` "
            "reads them again; what is gone from the disk, `kgbuild remove`"
        )

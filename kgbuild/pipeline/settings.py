"""New extractors -> kgbuild.toml: the one place that says what reads the texts, so that the next run and every build do the same.

A line is changed, nothing else; what a person wrote stays as it is. What comes out is read again before it is kept.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kgbuild.config import Build, Config, load_config
from kgbuild.errors import ConfigError
from kgbuild.pipeline.near import in_words, near_words
from kgbuild.schema import Schema

SECTION = re.compile(r"^\s*\[extractors\]\s*(#.*)?$")
ANY_SECTION = re.compile(r"^\s*\[")
USE = re.compile(r"^(\s*)(?:#\s*)?use\s*=\s*(\[[^\]]*\])(.*)$")


def name_extractors(workspace: Path, specs: Iterable[str]) -> bool:
    """Add extractors to those that kgbuild.toml names; False if all stand there already. Raises ConfigError.

    A file that cannot be changed without touching more than the line `use = […]` is left alone, and the error says what to write.
    """
    path = workspace / "kgbuild.toml"
    before = load_config(path).extractors.use
    wanted = tuple(sorted({*before, *specs}))
    if wanted == before:
        return False
    old = path.read_text("utf-8-sig") if path.exists() else ""
    new = _with_use(old, _list(wanted))
    made = path.with_name("kgbuild.toml.new")
    made.write_text(new, "utf-8")
    try:
        if not _is_meant(load_config(made), load_config(path), wanted):
            raise ConfigError("it says something else then")
    except ConfigError as error:
        made.unlink()
        raise ConfigError(
            f"{path}: cannot be changed without touching what stands there ({error}); write `use = {_list(wanted)}` "
            "under [extractors] yourself"
        ) from None
    made.replace(path)
    return True


def idle(build: Build, schema: Schema) -> Iterator[str]:
    """Minimum scores that apply to nothing in a schema: a slip of the pen, or another schema is in use."""
    kept = [relation.name for relation in schema.relations if not relation.inverse]
    for name, _ in build.relations:
        relation = schema.relation(name)
        if relation is not None and relation.inverse:
            yield f"[build.relations] {name} has no effect: its facts stand as {relation.inverse}, the other way round"
        elif relation is None:
            near = in_words(near_words(name, kept), "see `kgbuild schema`")
            yield f"[build.relations] {name} has no effect: the schema has no such relation; {near}"
    for name, _ in build.types:
        if schema.type(name) is None:
            near = in_words(near_words(name, [type.name for type in schema.types]), "see `kgbuild schema`")
            yield f"[build.types] {name} has no effect: the schema has no such type; {near}"


def relative(workspace: Path, file: Path) -> str:
    """A file as kgbuild.toml names it: by its way from the workspace. Raises ConfigError if it is not there."""
    if not file.is_file():
        raise ConfigError(f"{file}: there is no such file")
    return Path(os.path.relpath(file.resolve(), workspace.resolve())).as_posix()


def _list(specs: Iterable[str]) -> str:
    """Names as a TOML list, the model first."""
    ordered = sorted(specs, key=lambda spec: (spec != "model", spec))
    return "[" + ", ".join(json.dumps(spec, ensure_ascii=False) for spec in ordered) + "]"


def _with_use(text: str, value: str) -> str:
    """The text of a kgbuild.toml with this list under [extractors]."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if SECTION.match(line)), None)
    if start is None:
        return "\n".join([*lines, *([""] if lines else []), "[extractors]", f"use = {value}", ""])
    end = next((i for i in range(start + 1, len(lines)) if ANY_SECTION.match(lines[i])), len(lines))
    own = [i for i in range(start + 1, end) if USE.match(lines[i])]
    at = min(own, key=lambda i: lines[i].lstrip().startswith("#"), default=None)
    if at is None:
        lines.insert(start + 1, f"use = {value}")
    else:
        lines[at] = USE.sub(lambda match: f"{match[1]}use = {value}{match[3]}", lines[at])
    return "\n".join([*lines, ""])


def _is_meant(new: Config, old: Config, wanted: tuple[str, ...]) -> bool:
    """Whether nothing but the list has changed."""
    same = (new.build, new.run, new.provenance, new.base, new.extractors.labels) == (
        old.build, old.run, old.provenance, old.base, old.extractors.labels,
    )  # fmt: skip
    return same and new.extractors.use == wanted

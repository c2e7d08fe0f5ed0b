"""The command that shows what rules of privacy would withhold: redact."""

import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.options import AsJson, existing
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.session import Session, begin, models, opened
from kgbuild.counts import counted
from kgbuild.errors import UsageError
from kgbuild.privacy.rules import FINDERS, Privacy, fault

if TYPE_CHECKING:
    from kgbuild.pipeline.looking import Look
    from kgbuild.pipeline.redacting import Withholding
    from kgbuild.pipeline.workspace import Workspace

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH…|-", help="Files and folders; - is standard input.", show_default=False)
]
Find = Annotated[list[str] | None, typer.Option("--find", metavar="WHAT", help=f"One of {', '.join(FINDERS)}; repeatable.")]
Regions = Annotated[
    list[str] | None,
    typer.Option("--phone-region", metavar="CC", help="Whose telephone numbers need no country code; repeatable."),
]
Ids = Annotated[list[str] | None, typer.Option("--id", metavar="NAME", help="A national number, as us.ssn; repeatable.")]
Types = Annotated[
    list[str] | None, typer.Option("--type", metavar="TYPE", help="An entity type that the model finds, as Person; repeatable.")
]
NamesFile = Annotated[Path | None, typer.Option("--names", metavar="FILE", help="Names to withhold, one a line.")]
SchemaFile = Annotated[Path | None, typer.Option("--schema", metavar="FILE", help="The schema whose privacy section holds.")]
AsText = Annotated[bool, typer.Option("--text", help="Write the texts with their placeholders instead.")]


def redact(
    ctx: typer.Context,
    paths: Paths,
    find: Find = None,
    regions: Regions = None,
    ids: Ids = None,
    types: Types = None,
    names: NamesFile = None,
    schema: SchemaFile = None,
    text: AsText = False,
    json: AsJson = False,
) -> None:
    """Show what rules of privacy would withhold.

    Nothing is written. Without options the rules are those of the workspace: [privacy] in kgbuild.toml and the schema's section
    `privacy`; a workspace with such rules withholds while it reads, so that what they find is never stored. Without rules
    anywhere, all built-in finders look.

    kgbuild redact letters --find email --find phone --phone-region US
    kgbuild redact - --text
    """
    session = begin(ctx)
    given = _given(find, regions, ids, types)
    if text and json:
        raise UsageError("--text and --json exclude each other; --json holds the texts")
    if "-" in paths and len(paths) > 1:
        raise UsageError("- stands alone: give files, or standard input")
    chosen = [] if paths == ["-"] else existing(map(Path, paths))
    with _withholding(session, given, names, schema) as withholding:
        looks = list(_looks(chosen, withholding))
    if json:
        put_json({"found": _counts(looks), "documents": [asdict(look) for look in looks]})
    elif text:
        _put_texts(looks)
    else:
        _put_found(session, looks)


def _given(find: list[str] | None, regions: list[str] | None, ids: list[str] | None, types: list[str] | None) -> Privacy:
    """The rules of this call. Raises UsageError for a word that is not known."""

    def known(key: str, words: list[str] | None) -> tuple[str, ...]:
        for word in words or ():
            if advice := fault(key, word):
                raise UsageError(f"{word!r} is not known; {advice}")
        return tuple(sorted(set(words or ())))

    return Privacy(known("find", find), known("phone_regions", regions), known("ids", ids), types=known("types", types))


@contextmanager
def _withholding(session: Session, given: Privacy, names: Path | None, schema: Path | None) -> "Iterator[Withholding]":
    if not (session.path / "workspace.db").exists():
        with closing(_made(None, given, names, schema)) as made:
            session.note("no workspace here: these placeholders hold for this look only")
            yield made
        return
    with opened(session) as workspace, closing(_made(workspace, given, names, schema)) as made:
        yield made


def _made(workspace: "Workspace | None", given: Privacy, names: Path | None, schema_file: Path | None) -> "Withholding":
    """What withholds: the rules of this call or of the schema named, else those of the workspace, else all built-in finders."""
    from kgbuild.config import Run
    from kgbuild.pipeline.models import DEFAULT
    from kgbuild.pipeline.privacy import withholding
    from kgbuild.pipeline.redacting import names_in, salt_of
    from kgbuild.privacy.redact import SALT_BYTES
    from kgbuild.schema import load_schema

    used = load_schema(schema_file) if schema_file or workspace is None else workspace.wanted_schema()
    listed, privacy = names_in(names) if names else (), given
    if given == Privacy() and not listed:
        privacy = used.privacy
        if workspace is not None and schema_file is None:
            config = workspace.config
            privacy = privacy | config.privacy
            listed = names_in(workspace.path / config.names, workspace.path) if config.names else ()
        if privacy == Privacy() and not listed:
            privacy = Privacy(find=FINDERS)
    salt = (salt_of(workspace.path, create=False) if workspace is not None else b"") or secrets.token_bytes(SALT_BYTES)
    if workspace is not None:
        return withholding(privacy, used, listed, salt, workspace.wanted_model, workspace.load_model)
    directories = models()
    return withholding(
        privacy, used, listed, salt, lambda: directories.describe(DEFAULT), lambda model: directories.load(model, Run())
    )


def _looks(paths: list[Path], withholding: "Withholding") -> "Iterator[Look]":
    from kgbuild.documents.read import ReadOptions
    from kgbuild.pipeline.looking import look_at_files, look_at_text

    if paths:
        yield from look_at_files(paths, withholding, ReadOptions())
    else:
        yield look_at_text(sys.stdin.read(), withholding)


def _counts(looks: "list[Look]") -> dict[str, int]:
    return dict(Counter(found.kind for look in looks for found in look.found).most_common())


def _put_texts(looks: "list[Look]") -> None:
    for look in looks:
        if len(looks) > 1:
            put(f"── {look.uri}")
        end = "\n\n" if len(looks) > 1 else "\n" if sys.stdout.isatty() and look.uri != "-" else ""
        sys.stdout.write(look.text + end)


def _put_found(session: Session, looks: "list[Look]") -> None:
    rows = [(look.uri, found.where, found.context, found.placeholder) for look in looks for found in look.found]
    if rows:
        put_table(("document", "where", "found", "placeholder"), rows)
    kinds = "".join(f", {count:,} {kind}" for kind, count in _counts(looks).items())
    values = len({found.placeholder for look in looks for found in look.found})
    session.note(f"{counted(len(looks), 'document')}, {counted(len(rows), 'finding')} of {counted(values, 'value')}{kinds}")

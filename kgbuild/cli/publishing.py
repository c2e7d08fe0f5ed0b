"""`kgbuild publish`: the graph into a Neo4j database. Also what every command says of where Neo4j is and who one is there."""

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.filters import (
    Base,
    Documents,
    MinConfidence,
    MinSupport,
    Provenance,
    Relations,
    Scope,
    Scopes,
    Types,
    filters,
)
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import duration, put, put_json
from kgbuild.cli.progress import progress
from kgbuild.cli.session import Session, begin, opened
from kgbuild.counts import counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.sinks.neo4j.connection import Target
    from kgbuild.sinks.neo4j.publish import Published

PASSWORD_VARIABLE = "KGBUILD_NEO4J_PASSWORD"  # noqa: S105, the name of a variable

User = Annotated[str, typer.Option("--user", metavar="NAME", help="Who connects to Neo4j.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file", metavar="FILE", help=f"Holds the password [default: ${PASSWORD_VARIABLE}, else asked for]."
    ),
]
DatabaseName = Annotated[
    str,
    typer.Option("--database", metavar="NAME", help="Database on the server [default: the user's own].", show_default=False),
]
Ca = Annotated[
    Path | None, typer.Option("--ca", metavar="FILE", help="Certificates (PEM) of who may sign the server's; encrypts.")
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Allow plain text, or unchecked certificates, to another machine.")]
MOST_KEPT = 5


def target(uri: str, user: str, password_file: Path | None, database: str, ca: Path | None, *, insecure: bool) -> "Target":
    """Where to connect to, with the password from its file, the environment or a prompt; never from the command line."""
    from kgbuild.sinks.neo4j.connection import Target

    checked = Target(uri, user, "", database, ca, insecure)  # what is wrong with it is said before a password is asked for
    checked.encryption()
    return Target(uri, user, password(password_file, checked.address, user), database, ca, insecure)


def password(file: Path | None, address: str, user: str) -> str:
    """The password. Raises UsageError if it is nowhere."""
    if file is not None:
        try:
            return file.read_text("utf-8-sig").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{file}: {getattr(error, 'strerror', None) or 'not text'}; give a file with the password"
            ) from None
    found = os.environ.get(PASSWORD_VARIABLE)
    if found:
        return found
    if not sys.stdin.isatty():
        raise UsageError(f"no password for {user!r} at {address}: set {PASSWORD_VARIABLE}, or give --password-file FILE")
    return getpass.getpass(f"Password of {user} at {address}: ")


def publish(
    ctx: typer.Context,
    uri: Annotated[
        str, typer.Argument(metavar="URI", help="neo4j://HOST, neo4j+s://HOST, bolt://HOST:PORT …", show_default=False)
    ],
    user: User = "neo4j",
    password_file: PasswordFile = None,
    database: DatabaseName = "",
    ca: Ca = None,
    insecure: Insecure = False,
    graph: Annotated[
        str,
        typer.Option(
            "--graph",
            metavar="NAME",
            help="Name of this graph there [default: as before, else the folder's].",
            show_default=False,
        ),
    ] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Even if more than a tenth of what is there would go.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Read back what is there, say what differs, and repair it.")] = False,
    min_confidence: MinConfidence = 0.0,
    min_support: MinSupport = 0,
    scope: Scope = Scopes.ALL,
    types: Types = "",
    relations: Relations = "",
    documents: Documents = None,
    provenance: Provenance = "",
    base: Base = "",
    json: AsJson = False,
) -> None:
    """Bring the graph into a Neo4j database.

    Only what has changed since the last time is sent; what others keep there is left alone. The password comes from
    KGBUILD_NEO4J_PASSWORD, from --password-file, or is asked for.

    kgbuild publish neo4j://localhost
    kgbuild publish neo4j+s://graph.example.org --database facts --provenance full
    """
    session = begin(ctx)
    session.when_interrupted = "what arrived stays; publish again to go on"
    chosen = filters(min_confidence, min_support, scope, types, relations, documents, provenance, base)
    with opened(session) as ws:
        place = target(uri, user, password_file, database, ca, insecure=insecure)
        with progress(session) as show:
            report = ws.publish(place, graph=graph, accept=accept, verify=verify, progress=show, **chosen)
    if json:
        put_json(published_json(report))
    elif not session.quiet:
        put_published(report, verify=verify)
    note_published(session, report)


def published_json(report: "Published") -> dict[str, Any]:
    """Keys of `publish`."""
    counted = {
        name: {"created": each.created, "updated": each.updated, "deleted": each.deleted}
        for name, each in (("nodes", report.nodes), ("relationships", report.relationships))
    }
    more: dict[str, Any] = {"address": report.address, "database": report.database, "graph": report.graph, "kept": report.kept}
    if report.found is not None:
        found = report.found
        more["found"] = {"missing": found.new, "changed": found.changed, "extra": found.gone + report.twins, "held": found.held}
    return {
        **counted, "batches": report.batches, "retries": report.retries, "seconds": round(report.seconds, 3),
        "unchanged": report.unchanged, **more,
    }  # fmt: skip


def put_published(report: "Published", *, verify: bool) -> None:
    """What `publish` did, in a few lines."""
    put(f"database   {report.database} at {report.address}, graph {report.graph!r}")
    if verify and report.found is not None:
        found = report.found
        off = f"{found.new:,} missing, {found.changed:,} changed, {found.gone + report.twins:,} too many"
        well = not (found.new or found.changed or found.gone or report.twins)
        put(f"found      {counted(found.held, 'row')}: " + ("all as they should be" if well else off))
    if report.unchanged:
        put(f"sent       nothing: all is there  ({duration(report.seconds)})")
        return
    for name, each in (("nodes", report.nodes), ("relations", report.relationships)):
        put(f"{name:<10} {each.created:,} created, {each.updated:,} updated, {each.deleted:,} deleted")
    total = sum(c.created + c.updated + c.deleted for c in (report.nodes, report.relationships))
    rate = f", {total / report.seconds:,.0f} rows/s" if report.seconds > 0 else ""
    again = f", {counted(report.retries, 'retry', 'retries')}" if report.retries else ""
    put(f"sent       in {counted(report.batches, 'batch', 'batches')}{again}  ({duration(report.seconds)}{rate})")


def note_published(session: Session, report: "Published") -> None:
    """On standard error: what could not go."""
    if report.kept:
        named = ", ".join(report.kept[:MOST_KEPT]) + (", …" if len(report.kept) > MOST_KEPT else "")
        session.note(
            f"note: {counted(len(report.kept), 'node')} should go and {'stays' if len(report.kept) == 1 else 'stay'}, since "
            f"relationships that kgbuild did not make hang there: {named}"
        )

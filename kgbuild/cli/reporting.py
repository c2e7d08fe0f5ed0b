"""The command report: one page about all of a workspace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put_json
from kgbuild.cli.session import begin, opened
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.pipeline.overview.fit import Fit

STREAM = "-"
SUFFIXES = (".html", ".htm", ".html.gz")


def report(
    ctx: typer.Context,
    out: Annotated[
        str, typer.Argument(metavar="OUT.html", help="The page (.gz compresses), or - to stream.", show_default=False)
    ],
    json: AsJson = False,
) -> None:
    """Write one page about the graph.

    Counts, best supported facts with their sentences, names that became one and why, what was left out, how sure it is, what people said
    and what the last build changed. The page needs no network and no script, and can be printed and sent.

    kgbuild report graph.html
    """
    session = begin(ctx)
    if out != STREAM and not out.lower().endswith(SUFFIXES):
        raise UsageError(f"{out}: the report is a page: give a name that ends in .html (or .html.gz)")
    if out == STREAM and json:
        raise UsageError("--json prints one object: give the page a file of its own")
    with opened(session) as ws:
        look = ws.report(out)
    if json:
        counts = {name: getattr(look.status, name) for name in ("mentions", "statements", "entities", "triples", "values")}
        put_json({"report": out, "state": look.status.state, **counts, "schema_fit": fit_json(look.fit)})
    elif out != STREAM:
        session.note(f"wrote {out} ({Path(out).stat().st_size / 1000:,.0f} kB); open it in a browser")


def fit_json(fit: "Fit") -> dict[str, Any]:
    """The key schema_fit: whether the schema fits the documents, and what that is told by."""
    return {
        "fits": fit.fits,
        "reasons": list(fit.reasons),
        **({"unread": fit.unread} if fit.unread else {}),
        "documents": fit.documents,
        "triples": fit.triples,
        "triples_per_document": round(fit.triples / fit.documents, 4) if fit.documents else None,
        "most_frequent": dict(fit.common),
        "most_frequent_share": round(fit.common_share, 4),
        "country_like": dict(fit.places),
        "country_like_share": round(fit.places_share, 4),
    }

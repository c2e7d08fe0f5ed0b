"""The filters that every way out of the graph shares, as options of a command, and as what the pipeline takes."""

from enum import StrEnum
from typing import Annotated, Any

import typer


class Scopes(StrEnum):
    """Which facts go out."""

    ALL = "all"
    STATED = "stated"


MinConfidence = Annotated[float, typer.Option("--min-confidence", metavar="N", help="Leave out facts below (0 to 1).")]
MinSupport = Annotated[int, typer.Option("--min-support", metavar="N", help="Leave out facts with fewer sentences.")]
Scope = Annotated[Scopes, typer.Option("--scope", help="stated: only facts that one sentence states.")]
Types = Annotated[str, typer.Option("--types", metavar="A,B", help="Only entities of these types.", show_default=False)]
Relations = Annotated[str, typer.Option("--relations", metavar="A,B", help="Only these relations.", show_default=False)]
Documents = Annotated[
    list[str] | None,
    typer.Option("--documents", metavar="GLOB", help="Only what documents say whose URI fits; repeatable."),
]
Provenance = Annotated[
    str, typer.Option("--provenance", help="none, summary or full [default: summary; in JSON Lines full].", show_default=False)
]
Base = Annotated[
    str, typer.Option("--base", metavar="IRI", help="Start of all IRIs [default: of kgbuild.toml].", show_default=False)
]


def filters(
    min_confidence: float,
    min_support: int,
    scope: Scopes,
    types: str,
    relations: str,
    documents: list[str] | None,
    provenance: str,
    base: str,
) -> dict[str, Any]:
    """The fields of `sinks.select.ExportOptions`; what is not given is left out where the pipeline has a default of its own."""
    given = {
        "min_confidence": min_confidence, "min_support": min_support, "scope": scope.value, "types": listed(types),
        "relations": listed(relations), "documents": tuple(documents or ()),
    }  # fmt: skip
    return given | {name: value for name, value in (("provenance", provenance), ("base", base)) if value}


def listed(words: str) -> tuple[str, ...]:
    """A comma-separated list."""
    return tuple(word.strip() for word in words.split(",") if word.strip())

"""A workspace -> of how many documents something was read, and where of none, why: what a schema fits is asked of these alone."""

from typing import TYPE_CHECKING

from kgbuild.counts import counted
from kgbuild.pipeline.readers import others, uses_model
from kgbuild.pipeline.using import languages, wanted
from kgbuild.workspace.languages import documents_in, passages_by_language

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

SHOWN = 5


def documents_read(ws: "Workspace") -> tuple[int, str]:
    """Documents with a passage in a language that an extractor reads, and "" or why there are documents and none was read."""
    if not ws.truth.outcomes().get("ok"):  # an imported graph has no documents, and may have no model
        return 0, ""
    read = _languages(ws)
    if count := documents_in(ws.truth.db, read):
        return count, ""
    found = passages_by_language(ws.truth.db)
    if not found:
        return 0, "Nothing was read: the documents hold no running text, only what is not read, as tables of numbers."
    passages = sum(number for _, number in found)
    told = ", ".join(f"{language} {number:,}" for language, number in found[:SHOWN]) + (", …" if len(found) > SHOWN else "")
    every = (
        f"the only passage is in a language ({found[0][0]})"
        if passages == 1
        else f"all {counted(passages, 'passage')} are in languages ({told})"
    )
    return 0, (
        f"Nothing was read: {every} that the model does not read; it reads {', '.join(sorted(read or ()))}. "
        "all_languages = true under [build] in kgbuild.toml reads them all the same; `kgbuild use MODEL` takes another model."
    )


def _languages(ws: "Workspace") -> set[str] | None:
    """Languages that some extractor reads; None: all."""
    known = [languages(ws, wanted(ws))] if uses_model(ws) else []
    known += [languages(ws, model) for model, _ in others(ws, partial=True)]
    return None if None in known else {language for each in known for language in each or ()}

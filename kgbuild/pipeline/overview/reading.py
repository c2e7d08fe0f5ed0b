"""A workspace -> of how many documents something was read, and where of none, why: what a schema fits is asked of these alone."""

from typing import TYPE_CHECKING

from kgbuild.counts import counted
from kgbuild.pipeline.readers import others, uses_model
from kgbuild.pipeline.using import languages, wanted
from kgbuild.records import ANY, ONE
from kgbuild.workspace.languages import documents_in, passages_by_language

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

SHOWN = 5


def documents_read(ws: "Workspace") -> tuple[int, str]:
    """Documents with a passage in a language that an extractor reads, and "" or why there are documents and none counts as read."""
    if not ws.truth.outcomes().get("ok"):  # an imported graph has no documents, and may have no model
        return 0, ""
    if unsure := _unsure(ws):
        return 0, unsure
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


def _unsure(ws: "Workspace") -> str:
    """That a model, alone, is sure enough of no name at all: a weak one whose default thresholds could not be chosen. Else ""."""
    if not uses_model(ws) or others(ws, partial=True):
        return ""
    model, chosen = wanted(ws), ws.config.build.thresholds
    least = {
        name: max((score for *group, score in rows if group == [ANY, "span"]), default=0) for name, rows in model.thresholds
    }
    if least.get(chosen, 0) < ONE:
        return ""
    better = [f'thresholds = "{name}" under [build] in kgbuild.toml takes them' for name, score in least.items() if score < ONE]
    return (
        f"The graph is empty since the model {model.name} is sure enough of no name: names are off in its thresholds {chosen!r}. "
        + "; ".join([*better, "more annotated documents make a better model."])
    )


def _languages(ws: "Workspace") -> set[str] | None:
    """Languages that some extractor reads; None: all."""
    known = [languages(ws, wanted(ws))] if uses_model(ws) else []
    known += [languages(ws, model) for model, _ in others(ws, partial=True)]
    return None if None in known else {language for each in known for language in each or ()}

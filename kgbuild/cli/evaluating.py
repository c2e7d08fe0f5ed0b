"""`evaluate`: a model, or the resolver, and annotated documents -> scores on the screen, as JSON, as a page."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.models import DEFAULT, put_numbers
from kgbuild.cli.options import AsJson
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.progress import progress
from kgbuild.cli.session import Session, begin
from kgbuild.counts import counted
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from kgbuild.extraction.evaluate import Evaluated, How

RESOLUTION = "resolution"
MOST_RELATIONS = 20
"""Relations in the table on the screen; JSON and page have all."""
MOST_CONFUSIONS = 6


class Thresholds(StrEnum):
    """Sets of thresholds that a model directory carries."""

    BENCHMARK = "benchmark"
    DEFAULT = "default"


def evaluate(
    ctx: typer.Context,
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="`default`, a path with a /, or `resolution`.", show_default=False)
    ],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Annotated documents.", show_default=False)],
    links: Annotated[
        Path | None, typer.Argument(metavar="[LINKS]", help="resolution: the page of each mention.", show_default=False)
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="MODEL", help="A second model, compared on the same documents.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a page with scores and mistakes there.")
    ] = None,
    known: Annotated[
        list[Path] | None, typer.Option("--known", metavar="FILE", help="Training data: its facts do not count in Ign F1.")
    ] = None,
    thresholds: Annotated[
        Thresholds, typer.Option("--thresholds", help="Which of the model's sets to cut at.")
    ] = Thresholds.BENCHMARK,
    runtime: Annotated[str, typer.Option("--runtime", help="openvino, torch or torch-cpu.")] = "openvino",
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="Speed only.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also on data that the model was trained on.")] = False,
    natural: Annotated[bool, typer.Option("--natural", help="Read detokenised text, not tokens joined by spaces.")] = False,
    json: AsJson = False,
) -> None:
    """Score a model, or the resolver, on annotated documents.

    The resolver takes mentions with the page that each is about (columns, and a table like AIDA's).

    kgbuild evaluate default dev.json --report scores
    kgbuild evaluate models/mine dev.json --against default
    kgbuild evaluate resolution testa.txt links.tsv
    """
    session = begin(ctx)
    if model == RESOLUTION:
        if against or report or known:
            raise UsageError("--against, --report and --known are for models, not for `evaluate resolution`")
        numbers = evaluate_resolver(data, links)
        put_json(numbers) if json else put_numbers(numbers)
        return
    if links is not None:
        raise UsageError(f"{links}: only `evaluate resolution CORPUS LINKS` takes a second file")
    from kgbuild.extraction.evaluate import How

    how = How(thresholds.value, runtime, threads, natural, force)
    if report:
        report.mkdir(parents=True, exist_ok=True)  # now: a folder that cannot be made is not found out after minutes
    found = evaluate_model(session, model_folder(model), data, how, known or [], model_folder(against) if against else None)
    if against:
        found.report["comparison"]["against"] = against  # as it was named here, not where it lies
    page = write_page(report, found, model, data) if report else None
    if json:
        put_json(found.report)
    else:
        put_report(found.report)
        put(f"\nmistakes with examples: {page}" if page else "\nmistakes with examples: --report FOLDER")


def model_folder(model: str) -> Path:
    """The folder that MODEL means. Raises UsageError for a word that is neither `default` nor a path."""
    from kgbuild.pipeline.models import model_path

    if model != DEFAULT and "/" not in model and "\\" not in model:
        raise UsageError(f"{model!r} is no model: give `default`, `resolution`, or a path with a / (./{model})")
    return model_path(model)


def evaluate_model(
    session: Session, folder: Path, data: Path, how: "How", known: list[Path], against: Path | None
) -> "Evaluated":
    """Numbers of a model on a corpus, with bars where somebody watches."""
    from kgbuild.extraction.evaluate import examine

    with progress(session) as show:
        return examine(folder, data, how, known=known, against=against, progress=show)


def evaluate_resolver(corpus: Path, links: Path | None) -> dict[str, Any]:
    """Numbers of the resolver, with `b3` and `pairs` as objects."""
    from kgbuild.evaluation.resolution import evaluate_resolution
    from kgbuild.pipeline.resolving import resolve

    if links is None:
        raise UsageError("`evaluate resolution` takes two files: CORPUS (CoNLL columns) and LINKS (a table of pages)")
    return evaluate_resolution(corpus, links, resolve)


def write_page(folder: Path, found: "Evaluated", model: str, data: Path) -> Path:
    """Write the page for people; returns where it is. Other files in the folder stay."""
    from kgbuild.evaluation.page import render
    from kgbuild.schema import load_schema

    words = {label: relation.label for relation in load_schema(None).relations for label in relation.labels}
    path = folder / "index.html"
    path.write_text(render(found.report, found.readings, model, data.name, words), encoding="utf-8")
    return path


# ── on the screen ────────────────────────────────────────────────────────────────────────────────────────────────────


def put_report(report: dict[str, Any]) -> None:
    """What scores do not speak of, scores as tables, mistakes by group, calibration, speed, comparison."""
    from kgbuild.evaluation.vocabulary import notes

    put(f"{counted(report['documents'], 'document')}, {counted(report['words'], 'word')}, thresholds `{report['thresholds']}`")
    if report["context"] != "documents":
        put(f"read in {report['context']}")
    for line in notes(report):
        put(f"note: {line}")
    put()
    put_table(("", "precision", "recall", "F1", "95 %", "gold"), headline_rows(report))
    for part, title in (("ner", "mentions by type"), ("tokens", "tokens by tag")):
        for key in ("by_type", "by_tag"):
            if table := report.get(part, {}).get(key):
                put(f"\n{title}")
                put_table(("", "precision", "recall", "F1", "gold"), label_rows(table))
    if table := report.get("relations_gold", {}).get("by_relation"):
        rows = label_rows(table)
        put(f"\nrelations given gold entities, {min(len(rows), MOST_RELATIONS)} of {len(rows)}")
        put_table(("", "precision", "recall", "F1", "gold"), rows[:MOST_RELATIONS])
    put_rest(report)


def headline_rows(report: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A row for each measure: precision, recall, F1, its interval, gold items."""
    from kgbuild.evaluation.headlines import headlines

    for line in headlines(report):
        shown = f"{line.low:.4f} to {line.high:.4f}" if line.low is not None and line.high is not None else None
        yield f"{'  ' * line.depth}{line.title}", four(line.precision), four(line.recall), four(line.f1), shown, line.gold


def label_rows(table: dict[str, dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows of a table by label, the most frequent in gold first."""
    ordered = sorted(table.items(), key=lambda item: (-item[1]["gold"], item[0]))
    return [(label, *(four(row[key]) for key in ("precision", "recall", "f1")), row["gold"]) for label, row in ordered]


def put_rest(report: dict[str, Any]) -> None:
    """Everything that is no table of scores."""
    put()
    for part, groups in report["errors"].items():
        put(f"mistakes, {part}: {', '.join(f'{count:,} {group}' for group, count in groups.items())}")
    if pairs := [(n, a, b) for a, row in report.get("ner", {}).get("confusions", {}).items() for b, n in row.items()]:
        shown = (f"{gold} as {guess} {count:,}" for count, gold, guess in sorted(pairs)[::-1][:MOST_CONFUSIONS])
        put(f"types taken for others: {', '.join(shown)}")
    for part in ("links", "spans"):
        if numbers := report.get("calibration", {}).get(part):
            before = f", before calibration {numbers['before']['ece']:.4f}" if "before" in numbers else ""
            put(f"calibration error of {part}: {numbers['after']['ece']:.4f}{before}")
    speed = report["speed"]
    put(f"{speed['words_per_second']:,.0f} words a second, {speed['words_per_cpu_second']:,.0f} a CPU second")
    if "comparison" in report:
        put(f"\nagainst {report['comparison']['against']} (this model - that one)")
        put_table(("", "this", "that", "difference", "95 %", "p"), comparison_rows(report["comparison"]["measures"]))


def comparison_rows(measures: dict[str, dict[str, float]]) -> Iterator[tuple[Any, ...]]:
    """A row for each measure of both models."""
    for name, row in measures.items():
        gap = f"{row['low']:+.4f} to {row['high']:+.4f}"
        yield name, four(row["first"]), four(row["second"]), f"{row['difference']:+.4f}", gap, four(row["p"])


def four(value: float | None) -> str | None:
    """A fraction with four digits."""
    return None if value is None else f"{value:.4f}"

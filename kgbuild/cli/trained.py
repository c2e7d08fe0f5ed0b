"""What a training run measured -> what a person reads at its end: files, the epoch that is kept, scores, thresholds, what to do next.

Everything else is in the model directory: metrics.json, training.json, README.md.
"""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kgbuild.cli.output import duration, put, put_table
from kgbuild.cli.session import Session
from kgbuild.counts import counted
from kgbuild.records import ONE

Row = tuple[str, float | None, float | None, float | None]
COLUMNS = ("per cent", "precision", "recall", "F1")
MOST_TYPES = 20
"""Types in the table on the screen; metrics.json has all."""
SETS = {"default": "chosen for precision; a build uses it", "benchmark": "best F1 on dev; evaluate uses it"}


def put_training(session: Session, metrics: Mapping[str, Any], out: Path, dev: str) -> None:
    """The end of a training run. metrics: what metrics.json holds; dev: the file that was chosen on, as it was named."""
    put()
    for line in (files_of(out), kept_epoch(metrics["epochs"])):
        if line:
            put(line)
    put(f"\non dev, {counted(metrics['documents'], 'document')}")
    put_table(COLUMNS, list(score_rows(metrics)))
    if rows := list(threshold_rows(metrics.get("thresholds", {}))):
        put("\nthresholds, and what dev gives at them")
        put_table(("set", *COLUMNS[1:], "from"), rows)
    for line in advice(metrics):
        put(f"note: {line}")
    put("\nnext:")
    for words in next_commands(session, out, dev):
        put(f"  {words}")


def files_of(out: Path) -> str:
    """Where the model is, how large it is and what is in it; the largest file first."""
    sizes = {path.name: path.stat().st_size for path in sorted(out.glob("*")) if path.is_file()}
    names = sorted(sizes, key=lambda name: (-sizes[name], name))
    return f"{out}: {sum(sizes.values()) / 1e6:,.1f} MB: {', '.join(names)}"


def kept_epoch(history: list[dict[str, Any]]) -> str:
    """Which epoch's weights are written, and how long all took."""
    if not history:
        return ""
    best = max(history, key=lambda row: (row["selection"], row["epoch"]))
    return (
        f"epoch {best['epoch']} of {history[-1]['epoch']} is kept, the best on dev; "
        f"trained in {duration(sum(row['seconds'] for row in history))}, without the scoring"
    )


def score_rows(metrics: Mapping[str, Any]) -> Iterator[Row]:
    """Mentions, in all and by type, and relations; on test where there was one."""
    yield _row("mentions", metrics["ner"])
    kinds = metrics.get("ner_by_type", {})
    for name, part in kinds.items() if len(kinds) <= MOST_TYPES else ():
        yield _row(f"  {name}", part)
    if "relations_gold" in metrics:
        yield _row("relations, given the mentions", metrics["relations_gold"])
    for name, part in metrics.get("test", {}).items():
        if name == "ner" or (name != "documents" and "relations_gold" in metrics):
            yield _row(f"test: {'mentions' if name == 'ner' else 'relations, given the mentions'}", part)


def threshold_rows(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """For each set, the scores from which mentions and relations are taken, and what dev gives there."""
    for name, cut in sets.items():
        yield (*_row(f"{name}: mentions", cut["measured_spans"]), _from(cut["spans"]))
        if "measured_links_all" in cut:
            yield (*_row(f"{name}: relations", cut["measured_links_all"]), _from(cut["other"]))


def advice(metrics: Mapping[str, Any]) -> Iterator[str]:
    """What a person would stumble over later."""
    cut = metrics.get("thresholds", {}).get("default", {})
    parts = (("mentions", "spans"), *([("relations", "other")] if "relations_gold" in metrics else []))
    off = [what for what, key in parts if cut and cut[key] in (None, ONE)]
    if off:
        yield (
            f"in the set `default` {' and '.join(off)} are off: on dev, no threshold reaches a precision of .80 on enough of them. "
            'To build a graph with the other set, write thresholds = "benchmark" under [build] in kgbuild.toml'
        )


def next_commands(session: Session, out: Path, dev: str) -> list[str]:
    """Commands that a person can paste: to see mistakes, and to read documents with the model in a workspace."""
    return [f"kgbuild evaluate {as_model(out)} {shlex.quote(dev)} --report scores", reading_with(session, out)]


def reading_with(session: Session, out: Path) -> str:
    """The command that reads documents with a new model, in the workspace that is there or a new one."""
    first = "" if (session.path / "workspace.db").exists() else f"{session.command('init')} && "
    return f"{first}{session.command('use')} {as_model(out)}{schema_option(out)} && {session.command('run')} DOCUMENTS"


def as_model(out: Path) -> str:
    """A folder as MODEL is written in a shell: with a / in it."""
    return shlex.quote(str(out) if out.is_absolute() else f"./{out}")


def schema_option(out: Path) -> str:
    """Nothing where the shipped schema fits the model, else the option with the draft that training wrote."""
    from kgbuild.models.directory import SCHEMA, read_directory
    from kgbuild.schema import load_schema

    spec, shipped = read_directory(out).spec, load_schema(None)
    types = {label for one in shipped.types for label in one.labels}
    relations = {label for one in shipped.relations if not one.untrained for label in one.labels}
    if types <= set(spec.types) and relations <= set(spec.relations):
        return ""
    return f" --schema {shlex.quote(str(out / SCHEMA))}"


def _row(title: str, part: Mapping[str, float]) -> Row:
    return title, part.get("precision"), part.get("recall"), part.get("f1")


def _from(threshold: int | None) -> str:
    return "off" if threshold in (None, ONE) else f"{threshold / ONE:.2f}".removeprefix("0")

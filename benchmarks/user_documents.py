"""What a model is worth on other people's documents, and the thresholds that follow: annotated passages and a judged pool.

    python benchmarks/user_documents.py score MODEL_DIR [--thresholds default|benchmark|both] [--json]
    python benchmarks/user_documents.py pool FOLDER POOL.jsonl --models DIR [DIR ...] [--count 300] [--seed S] [--judged OLD.jsonl]
    python benchmarks/user_documents.py sheet POOL.jsonl           what is not judged yet, to be read blind
    python benchmarks/user_documents.py judge POOL.jsonl ANSWERS   write answers ("id judgement" a line) into the pool
    python benchmarks/user_documents.py choose MODEL_DIR --triples POOL.jsonl [--precision 0.80] [--items 10] [--write]

Facts are counted twice: `raw`, as the extraction says them (read as `soft` reads them), and `graph`, as a workspace built from
the passages emits them, after schema, hygiene and resolution: what a user meets. Thresholds are chosen on the graph's facts, on
one half, and confirmed on the other. How passages and triples are judged: benchmarks/gold/GUIDELINES.md.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import user_pool
from user_graph import Reader, emitted, entity_spans, graph_facts, open_reader, put_passages
from user_matching import (
    GROUPS,
    HALVES,
    Found,
    Gold,
    Item,
    at,
    by_half,
    calibration_of,
    canonical_gold,
    count_groups,
    fact_table,
    items_of,
    mention_table,
    raw_facts,
    read_passages,
)
from user_thresholds import FLOOR, above, choose, curve, lowest, numbers_at, pool_items, pooled, precision_of, unjudged

from kgbuild.evaluation.spans import Spot
from kgbuild.models.directory import METRICS, SETS, fingerprint, read_directory, write_json, write_thresholds
from kgbuild.models.spec import Thresholds
from kgbuild.schema import Kind

HERE = Path(__file__).parent
PASSAGES = [HERE / "gold" / "passages.jsonl"]
CHOOSING = HERE / "training" / "choosing.jsonl"
SPANS = 0.80
"""Precision of mentions that the threshold of spans is chosen for."""

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """The passages as a model reads them, in a workspace that holds them; documents: their ids there, in the same order."""

    passages: list[Gold]
    documents: list[str]
    reader: Reader


def main() -> int:
    """Run one of the commands; the exit code."""
    options = arguments().parse_args()
    match options.command:
        case "score":
            put(score(options), options.json, put_score)
        case "pool":
            pool(options)
        case "sheet":
            print(user_pool.sheet(user_pool.read_pool(options.pool)))
        case "judge":
            answers = options.answers.read_text(encoding="utf-8").split("\n")
            user_pool.write_pool(options.pool, user_pool.judged(user_pool.read_pool(options.pool), answers))
        case "choose":
            put(choose_for(options), options.json, put_choice)
    return 0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    scoring = commands.add_parser("score")
    scoring.add_argument("--thresholds", choices=(*SETS, "both"), default="both")
    pooling = commands.add_parser("pool")
    pooling.add_argument("folder", type=Path)
    pooling.add_argument("out", type=Path)
    pooling.add_argument("--models", type=Path, nargs="+", required=True)
    pooling.add_argument("--count", type=int, default=300)
    pooling.add_argument("--seed", default="pool-1")
    pooling.add_argument("--words", type=int, default=30_000, help="of each folder")
    pooling.add_argument("--judged", type=Path, help="an older pool whose judgements are carried over")
    commands.add_parser("sheet").add_argument("pool", type=Path)
    judging = commands.add_parser("judge")
    judging.add_argument("pool", type=Path)
    judging.add_argument("answers", type=Path)
    choosing = commands.add_parser("choose")
    choosing.add_argument("--triples", type=Path, required=True)
    choosing.add_argument("--precision", type=float, default=0.80)
    choosing.add_argument("--items", type=int, default=10, help="the fewest that a threshold may rest on")
    choosing.add_argument("--write", action="store_true", help="thresholds.json and metrics.json of the model")
    for command in (scoring, choosing):
        command.add_argument("model", type=Path)
        command.add_argument("--json", action="store_true")
    for command in (scoring, pooling, choosing):
        command.add_argument("--passages", type=Path, nargs="+", default=PASSAGES)
        command.add_argument("--runtime", default="openvino")
        command.add_argument("--threads", type=int, default=0)
        command.add_argument("--work", type=Path, help="a folder that keeps extractions between runs")
    return parser


@contextmanager
def work_folder(options: argparse.Namespace) -> Iterator[Path]:
    """The folder of --work, or one that is gone at the end."""
    if options.work is not None:
        options.work.mkdir(parents=True, exist_ok=True)
        yield options.work
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def reading(options: argparse.Namespace) -> Iterator[Read]:
    """The passages, extracted."""
    passages = [gold for path in options.passages for gold in read_passages(path)]
    with work_folder(options) as folder:
        reader = open_reader(folder / f"gold-{fingerprint(options.model)}", options.model, options.runtime, options.threads)
        with reader.workspace as workspace:
            ids = put_passages(workspace, passages)
            reader.extract()
            yield Read(passages, [ids[gold.id] for gold in passages], reader)


# ── score ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def score(options: argparse.Namespace) -> Report:
    """All numbers of a model on the passages, at one or both sets of its thresholds."""
    directory = read_directory(options.model)
    names = SETS if options.thresholds == "both" else (options.thresholds,)
    with reading(options) as read:
        sets = {name: score_at(read, directory.thresholds(name)) for name in names}
    return {
        "model": str(options.model),
        "passages": len(read.passages),
        "words": sum(gold.words for gold in read.passages),
        "sets": sets,
    }


def score_at(read: Read, thresholds: Thresholds) -> Report:
    """Numbers at one set of thresholds: raw, and of the graph."""
    return {"thresholds": asdict(thresholds), "raw": score_raw(read, thresholds), "graph": score_graph(read, thresholds)}


def score_raw(read: Read, thresholds: Thresholds) -> Report:
    """The extraction, cut at thresholds; calibration is of everything that it gives out."""
    passages = read.passages
    spans = [scored_spans(read, document) for document in read.documents]
    facts = [raw_of(read, n, thresholds.spans) for n in range(len(passages))]

    def numbers(places: list[int]) -> Report:
        rows = [count_groups(passages[n].facts, at(facts[n], thresholds)) for n in places]
        taken = [frozenset(spot for spot, value in spans[n].items() if value >= thresholds.spans) for n in places]
        return {
            "facts": fact_table(rows, sum(passages[n].words for n in places)),
            "mentions": mention_table([passages[n].spans for n in places], taken),
            "calibration_links": calibration_of((f.score, f.fact in passages[n].facts) for n in places for f in facts[n]),
            "calibration_spans": calibration_of(
                (value, spot in passages[n].spans) for n in places for spot, value in spans[n].items()
            ),
        }

    return by_half(passages, numbers)


def scored_spans(read: Read, document: str) -> dict[Spot, int]:
    """All spans of a passage with their scores."""
    return {(s.start, s.end, s.label): s.score for s in read.reader.extraction(document)[0].spans}


def raw_of(read: Read, place: int, spans: int) -> list[Found]:
    return raw_facts(read.passages[place], read.reader.extraction(read.documents[place])[0], spans)


def score_graph(read: Read, thresholds: Thresholds) -> Report:
    """What a workspace emits at thresholds; mentions are those of its entities."""
    passages, schema = read.passages, read.reader.workspace.schema()
    facts = facts_of_graph(read, thresholds)
    found = [entity_spans(read.reader.workspace, document) for document in read.documents]
    labels = {label for type in schema.types if type.kind is Kind.ENTITY for label in type.labels}

    def numbers(places: list[int]) -> Report:
        rows = [count_groups(canonical_gold(schema, passages[n]), facts[n]) for n in places]
        named = [frozenset(spot for spot in passages[n].spans if spot[2] in labels) for n in places]
        return {
            "facts": fact_table(rows, sum(passages[n].words for n in places)),
            "mentions": mention_table(named, [found[n] for n in places]),
        }

    return by_half(passages, numbers)


def facts_of_graph(read: Read, thresholds: Thresholds) -> list[list[Found]]:
    """For each passage the facts of a graph that is built at thresholds."""
    read.reader.build(thresholds)
    schema, statements = read.reader.workspace.schema(), list(emitted(read.reader.workspace))
    return [
        graph_facts(schema, gold, [one for one in statements if one.document == document])
        for gold, document in zip(read.passages, read.documents, strict=True)
    ]


# ── pool ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def pool(options: argparse.Namespace) -> None:
    """Write the sample of the pool."""
    avoid = frozenset(gold.uri for path in options.passages for gold in read_passages(path))
    readings = list(user_pool.sample(options.folder, options.seed, options.words, avoid))
    lines, words = [], 0
    with work_folder(options) as work:
        for model in options.models:
            spans = read_directory(model).default.spans
            found, words = user_pool.triples_of(model, readings, work, min(spans, FLOOR), options.runtime, options.threads)
            print(f"{model}: {len(found)} statements in {len(readings)} documents, {words} words", file=sys.stderr)
            lines += found
    merged = user_pool.merged(lines)
    drawn = user_pool.draw(merged, options.count, words)
    if options.judged is not None:
        drawn = user_pool.carry_over(drawn, user_pool.read_pool(options.judged))
    user_pool.write_pool(options.out, drawn)
    print(f"{len(merged)} triples, {len(drawn)} drawn of {len({d['stratum'] for d in drawn})} strata", file=sys.stderr)


# ── choose ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def choose_for(options: argparse.Namespace) -> Report:
    """The set `default` of a model, with the numbers behind it; written if wanted."""
    lines = user_pool.read_pool(options.triples)
    model = fingerprint(options.model)
    with reading(options) as read:
        spans, mentions = choose_spans(read, options.items)
        passage_items = graph_items(read, spans)
    triples = pool_items(lines, model, spans)
    thresholds, groups = choose(spans, pooled(passage_items, triples), options.precision, options.items)
    report = {
        "wanted": {"facts": options.precision, "mentions": SPANS, "items": options.items},
        "thresholds": asdict(thresholds),
        "mentions": mentions,
        "groups": groups,
        "by_kind": by_kind(passage_items, triples, thresholds),
        "per_1000_words": density(read.passages, passage_items, triples, lines, thresholds),
        "unjudged_strata": unjudged(lines),
        "curves": {
            group: curve([i for half in HALVES for i in rows[half]]) for group, rows in pooled(passage_items, triples).items()
        },
    }
    if options.write:
        write(options.model, thresholds, report)
    return report


def choose_spans(read: Read, least: int) -> tuple[int, Report]:
    """The threshold of spans, and precision of mentions at it on both halves. Raises ValueError if there is none."""
    items = [
        Item("spans", gold.half, value, spot in gold.spans)
        for gold, document in zip(read.passages, read.documents, strict=True)
        for spot, value in scored_spans(read, document).items()
    ]
    threshold = lowest([item for item in items if item.half == "thresholds"], SPANS, least)
    if threshold is None:
        raise ValueError(f"no threshold of spans gives a precision of {SPANS} on the passages: this model cannot be shipped")
    return threshold, numbers_at(threshold, {half: [item for item in items if item.half == half] for half in HALVES}, SPANS)


def graph_items(read: Read, spans: int) -> list[Item]:
    """Facts of the passages' graph from the floor up, as items."""
    schema = read.reader.workspace.schema()
    found = facts_of_graph(read, Thresholds(spans, FLOOR, FLOOR, FLOOR, FLOOR))
    rows = zip(read.passages, found, strict=True)
    return [item for gold, facts in rows for item in items_of(canonical_gold(schema, gold), gold.half, facts)]


def by_kind(passages: list[Item], triples: list[Item], thresholds: Thresholds) -> Report:
    """Precision at the chosen thresholds on passages alone and on the pool alone, both halves: do the two agree?"""
    kinds = {"passages": passages, "pool": triples}
    return {
        kind: {
            group: precision_of(kept).as_row() if (kept := taken(items, group, thresholds)) else None for group in GROUPS
        }
        for kind, items in kinds.items()
    }  # fmt: skip


def taken(items: list[Item], group: str, thresholds: Thresholds) -> list[Item]:
    """Items of a group at its threshold; none where it is off."""
    limit = getattr(thresholds, group)
    return [] if limit is None else above([item for item in items if item.group == group], limit)


def density(
    passages: list[Gold], items: list[Item], triples: list[Item], lines: list[user_pool.Line], thresholds: Thresholds
) -> Report:
    """Facts per 1,000 words at the chosen thresholds, by group: counted on the passages, estimated on the pool's documents."""
    words, of_pool = sum(gold.words for gold in passages), lines[0]["words"] if lines else 1
    kept = {group: (taken(items, group, thresholds), taken(triples, group, thresholds)) for group in GROUPS}
    return {
        group: {
            "passages": round(1000 * len(left) / words, 2),
            "pool": round(1000 * sum(item.weight for item in right) / of_pool, 2),
        }
        for group, (left, right) in kept.items()
    }


def write(model: Path, thresholds: Thresholds, report: Report) -> None:
    """The set `default` into thresholds.json, the numbers into metrics.json; all else in both stays."""
    write_thresholds(model, read_directory(model).benchmark, thresholds)
    path = model / METRICS
    metrics = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    write_json(path, metrics | {"user_documents": {key: value for key, value in report.items() if key != "curves"}})


# ── on the screen ────────────────────────────────────────────────────────────────────────────────────────────────────


def put(report: Report, as_json: bool, show: Any) -> None:
    print(json.dumps(report, ensure_ascii=False, indent=1)) if as_json else show(report)


def put_score(report: Report) -> None:
    print(f"{report['model']}: {report['passages']} passages, {report['words']} words")
    for name, numbers in report["sets"].items():
        print(f"\nset {name}: {numbers['thresholds']}")
        for reading_of in ("raw", "graph"):
            for half, part in numbers[reading_of].items():
                put_part(f"{reading_of}, {half}", part)


def put_part(title: str, part: Report) -> None:
    print(f"\n  {title:30}      P      R     F1   right/found     gold  per 1,000 words")
    for name, row in part["facts"].items():
        print(f"    {name:30}{four(row)} {row['right']:5}/{row['predicted']:<5} {row['gold']:8} {row['per_1000_words']:8}")
    for name, row in part["mentions"].items():
        print(f"    mentions {name:21}{four(row)} {row['right']:5}/{row['predicted']:<5} {row['gold']:8}")
    for name in ("calibration_links", "calibration_spans"):
        if name in part:
            print(f"    {name.replace('_', ' of '):30} ECE {part[name]['ece']} over {part[name]['items']}")


def four(row: Report) -> str:
    return " ".join(f"{row[key]:6.3f}" for key in ("precision", "recall", "f1"))


def put_choice(report: Report) -> None:
    print(f"wanted: {report['wanted']}\n\n{'':18} threshold  chosen on                     confirmed on")
    for name, row in {"spans": report["mentions"], **report["groups"]}.items():
        limit = "off" if row["threshold"] is None else f"{row['threshold'] / 10_000:.2f}"
        print(
            f"{name:18} {limit:>9}  {shown(row['thresholds'])}  {shown(row['report'])}{'' if row['confirmed'] else '  NOT confirmed'}"
        )
    print("\nat these thresholds, all halves")
    for group in GROUPS:
        left, right = (report["by_kind"][kind][group] for kind in ("passages", "pool"))
        print(f"{group:18} passages {shown(left)}   pool {shown(right)}   per 1,000 words {report['per_1000_words'][group]}")
    if report["unjudged_strata"]:
        print(f"\nnothing is judged of: {report['unjudged_strata']}")


def shown(row: Report | None) -> str:
    """Precision, its interval, right of all."""
    if row is None or row["precision"] is None:
        return f"{'none':27}"
    return f"{row['precision']:.3f} ({row['low']:.2f}–{row['high']:.2f}) {row['right']:4}/{row['items']:<4}"


if __name__ == "__main__":
    sys.exit(main())

"""Is `kgbuild sample` better than chance? Trains on so many labels chosen in several ways: python benchmarks/sampling.py POOL DEV OUT [ARM…]

POOL and DEV are annotated files. An arm is BY:COUNT:SEED (random:100:1) or BY:COUNT:SEED:after:BY:COUNT:SEED, which adds COUNT to what the
second choice gave, chosen by the doubts of the model that was trained on that. Each arm trains one small model from the shipped one, with
one thread, and adds a line to OUT/results.jsonl: labels, words, and F1 on DEV of mentions and of relations given the mentions. Arms that
stand there already are not run again. The shipped model has seen FIRE's train.json (a few of its labels), so that on it the doubts of the
first round are those of a model that knows the pool.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ARMS = [
    *("random:100:1", "both:100:1", "random:100:2", "both:100:2", "both:100:1:after:random:100:1", "random:200:1"),
    *(
        "both:200:1",
        "diverse:100:1",
        "uncertain:100:1",
        "random:100:3",
        "both:100:3",
        "random:200:2",
        "both:100:1:after:random:100:2",
    ),
]
EPOCHS = 8


def kgbuild(*words):
    subprocess.run([sys.executable, "-m", "kgbuild", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def choose(arm, pool, out):
    """The labelled passages of an arm, in a file; returns (file, model that chose)."""
    rows = out / f"{arm.replace(':', '-')}.jsonl"
    by, count, seed, *after = arm.split(":")
    words = ["sample", "-n", count, "--from", pool, "--to", "jsonl", "--by", by, "--seed", seed, "--out", rows, "--force", "-q"]
    if after:
        first = ":".join(after[1:])
        before, model = out / f"{first.replace(':', '-')}.jsonl", train(first, pool, None, out)
        kgbuild(*words, "--without", before, "--model", model)
        rows.write_text(before.read_text("utf-8") + rows.read_text("utf-8"), "utf-8")
    else:
        kgbuild(*words)
    return rows


def train(arm, pool, dev, out):
    """The model of an arm."""
    folder = out / f"model-{arm.replace(':', '-')}"
    if not (folder / "metrics.json").exists():
        if dev is None:
            raise SystemExit(f"{arm} must come before what goes on from it")
        kgbuild(
            "train", choose(arm, pool, out), "--dev", dev, "--base", "default", "--epochs", EPOCHS, "--threads", 1,
            "--dev-documents", 60, "--out", folder, "-q",
        )  # fmt: skip
    return folder


def measured(arm, folder, out, seconds):
    """One line of results."""
    rows = [json.loads(line) for line in (out / f"{arm.replace(':', '-')}.jsonl").read_text("utf-8").splitlines()]
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    return {
        "arm": arm, "passages": len(rows), "words": sum(len(row["text"].split()) for row in rows),
        "mentions": sum(len(row["mentions"]) for row in rows), "relations": sum(len(row.get("relations", ())) for row in rows),
        "ner_f1": metrics["ner"]["f1"], "relations_gold_f1": metrics["relations_gold"]["f1"], "seconds": round(seconds),
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pool")
    parser.add_argument("dev")
    parser.add_argument("out", type=Path)
    parser.add_argument("arms", nargs="*", default=ARMS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    results = given.out / "results.jsonl"
    done = {json.loads(line)["arm"] for line in results.read_text("utf-8").splitlines()} if results.exists() else set()
    for arm in given.arms:
        if arm not in done:
            started = time.monotonic()
            folder = train(arm, given.pool, given.dev, given.out)
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(measured(arm, folder, given.out, time.monotonic() - started)) + "\n")


if __name__ == "__main__":
    main()

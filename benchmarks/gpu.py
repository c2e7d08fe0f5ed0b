"""How fast a GPU reads, with relations, by one process and by several, against the transformers token-classification pipeline on it.

    python benchmarks/gpu.py TEXTS.jsonl --model DIR [--processes 1 4 8] [--rounds 2] [--json]

TEXTS.jsonl: one {"text": …} a line. The pipeline has the same encoder and tag head in bf16, reads 128 texts at once, sorted by length
(so that it pads little), and finds mentions alone: no chains, no relations. Each side reads some texts first, then all of them, in
turn; words a second by the clock (median over the rounds), and the GPU's utilisation as nvidia-smi has sampled it meanwhile: the share
of time in which some kernel ran. Needs kgbuild[train] and an NVIDIA GPU.
"""

import argparse
import json
import statistics
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from extraction import transformers_pipeline, words_of

from kgbuild.extraction.crew import Crew
from kgbuild.extraction.extractor import load

AT_ONCE, WARM = 128, 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 4, 8])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = [json.loads(line)["text"] for line in options.texts.read_text("utf-8").split("\n") if line]
    rows = race(sides(options.model, options.processes), texts, options.rounds)
    report = {
        "gpu": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "texts": len(texts),
        "words": words_of(texts),
        "rows": rows,
    }
    print(json.dumps(report) if options.json else table(report))


def sides(model: Path, processes: list[int]) -> dict[str, Callable[[list[str]], object]]:
    pipeline = transformers_pipeline(model, 0)
    pipeline.model.to(torch.bfloat16)

    def by_pipeline(texts: list[str]) -> object:
        return list(pipeline(sorted(texts, key=len), batch_size=AT_ONCE))

    found: dict[str, Callable[[list[str]], object]] = {"transformers pipeline": by_pipeline}
    for count in processes:
        extractor = load(model, "torch") if count == 1 else Crew(model, "torch", count)
        found[f"kgbuild, {count} process{'es' if count > 1 else ''}"] = lambda texts, extractor=extractor: list(
            extractor(texts)
        )
    return found


def race(runs: dict[str, Callable[[list[str]], object]], texts: list[str], rounds: int) -> dict[str, dict[str, float]]:
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for run in runs.values():
        run(texts[:WARM] * 4)  # so that every process has begun
    for _ in range(rounds):
        for name, run in runs.items():
            with Watch() as watch:
                run(texts)
            seen[name].append((words_of(texts) / watch.seconds, watch.utilisation))
    base = statistics.median(speed for speed, _ in seen["transformers pipeline"])
    return {
        name: {
            "words_per_second": round(statistics.median(speed for speed, _ in row)),
            "times_pipeline": round(statistics.median(speed for speed, _ in row) / base, 2),
            "gpu_busy_percent": round(statistics.median(busy for _, busy in row)),
        }
        for name, row in seen.items()
    }


class Watch:
    """A clock, and the GPU's utilisation five times a second."""

    def __enter__(self) -> "Watch":
        command = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-lms", "200"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._found: list[float] = []
        threading.Thread(target=self._read, daemon=True).start()
        self._started = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._started
        self._process.kill()
        self._process.wait()
        self.utilisation = statistics.mean(self._found) if self._found else float("nan")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip().isdigit():
                self._found.append(float(line))


def table(report: dict[str, Any]) -> str:
    lines = [f"{report['gpu']}, torch {report['torch']}: {report['texts']} texts, {report['words']} words"]
    for name, row in report["rows"].items():
        lines.append(
            f"{name:<24} {row['words_per_second']:>9,} words/s {row['times_pipeline']:>6.2f}× GPU busy {row['gpu_busy_percent']:>3.0f} %"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()

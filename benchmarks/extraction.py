"""How fast kgbuild reads, with relations, against the transformers token-classification pipeline; and where its time goes.

    python benchmarks/extraction.py FOLDER [--model DIR] [--words N] [--rounds N] [--json]

FOLDER: documents of any kind, in folders or not; their English passages, in the order of content digests, up to N words, so that
the same documents give the same sample everywhere. Both sides read these passages as plain texts, in turn, on all cores; speeds are
medians over the rounds. The pipeline has the same encoder and tag head as a BertForTokenClassification and finds mentions alone: no
chains, no relations, and no case features, which that class lacks (they are one addition a piece).

The second table is one thread's milliseconds for one passage of about 214 words with so many entities, their types mixed as the
model finds them in the sample. Needs kgbuild[train] for transformers and torch.
"""

import argparse
import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.split import split
from kgbuild.documents.walk import File, walk
from kgbuild.extraction.extractor import Extractor, load
from kgbuild.extraction.pairs import Chained
from kgbuild.hashing import digest
from kgbuild.models.adapter import read_tensors
from kgbuild.models.directory import TOKENIZER, WEIGHTS, read_directory

SEED = "extraction-1"
WORDS = 214
"""Words of the passage for which shares of time are given; a passage of documents has about as many."""
ENTITIES = (20, 40, 60)
REPEATS = 48
"""How often the passage with given entities is read in one go."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, default=Path(__file__).parents[1] / "kgbuild" / "pretrained")
    parser.add_argument("--words", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = sample(options.folder, options.words)
    report = {"passages": len(texts), "words": words_of(texts), "cores": len(os.sched_getaffinity(0)), "processor": processor()}
    with load(options.model) as extractor:
        report |= {"model": extractor.directory.spec.name, "numerics": extractor.numerics}
        report["speed"] = race(sides(extractor, options.model, texts), texts, options.rounds)
        report["speedup"] = {name: round(report["speed"]["kgbuild"] / speed, 2) for name, speed in report["speed"].items()}
        types = Counter(e.spans[c[0]].label for e in extractor(texts) for c in e.chains)
    report["share"], report["milliseconds"] = shares(options.model, texts), [*per_passage(options.model, texts, types)]
    print(json.dumps(report, indent=1) if options.json else table(report))


# ── the sample ───────────────────────────────────────────────────────────────────────────────────────────────────────


def sample(folder: Path, words: int) -> list[str]:
    """English passages in the order of their digests, each text once, until there are so many words."""
    files = [(entry, ReadOptions()) for entry in walk(folder) if isinstance(entry, File)]
    with ReaderPool(len(os.sched_getaffinity(0))) as pool:
        documents = [r.document for _, _, readings in pool.read(files) for r in readings if r.document is not None]
    found = {passage.text for document in documents for passage in split(document) if passage.language == "en"}
    chosen: list[str] = []
    for text in sorted(found, key=lambda text: digest(SEED, text)):
        if words <= 0:
            break
        chosen.append(text)
        words -= len(text.split())
    return chosen


def words_of(texts: list[str]) -> int:
    return sum(len(text.split()) for text in texts)


# ── against the pipeline ─────────────────────────────────────────────────────────────────────────────────────────────


def race(runs: dict[str, Callable[[], int]], texts: list[str], rounds: int) -> dict[str, float]:
    """Words per second of each side: warmed up, then in turn, medians."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in runs.items():
            started = time.perf_counter()
            found = run()
            seconds[name].append(time.perf_counter() - started)
            if not found:
                raise SystemExit(f"{name} found nothing in round {number + 1}: this compares nothing")
    return {name: round(words_of(texts) / statistics.median(times), 1) for name, times in seconds.items()}


def sides(extractor: Extractor, model: Path, texts: list[str]) -> dict[str, Callable[[], int]]:
    """What races, each giving how much it found."""
    pipeline = transformers_pipeline(model)
    list(extractor(texts[:256]))
    pipeline(texts[:32], batch_size=32)

    def baseline(size: int) -> int:
        return sum(len(found) for found in pipeline(texts, batch_size=size))

    return {
        "kgbuild": lambda: sum(len(found.links) for found in extractor(texts)),
        "pipeline, batch 32": lambda: baseline(32),
        "pipeline, batch 1": lambda: baseline(1),
    }


def transformers_pipeline(model: Path) -> Any:
    """The model's encoder and tag head behind the library's pipeline, as its documentation shows."""
    import torch
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, pipeline

    spec, tensors = read_directory(model).spec, read_tensors(model / WEIGHTS)
    shape = spec.encoder
    config = BertConfig(
        vocab_size=shape.vocab,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.intermediate,
        max_position_embeddings=shape.positions,
        layer_norm_eps=shape.eps,
        hidden_act=shape.act,
        id2label=dict(enumerate(spec.tags)),
        label2id={tag: i for i, tag in enumerate(spec.tags)},
    )
    network = BertForTokenClassification(config)
    renamed = {name.removeprefix("encoder.").replace("ner.linear", "classifier"): value for name, value in tensors.items()}
    wanted = network.state_dict()
    network.load_state_dict({name: torch.from_numpy(renamed[name].astype(np.float32)) for name in wanted if name in renamed})
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(model / TOKENIZER),
        model_max_length=spec.max_pieces,
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        unk_token="[UNK]",
    )
    return pipeline("token-classification", network.eval(), tokenizer=tokenizer, aggregation_strategy="simple", device="cpu")


# ── where the time goes ──────────────────────────────────────────────────────────────────────────────────────────────


class Timed:
    """A runtime with a stop-watch around each of its three parts."""

    workers = 1

    def __init__(self, runtime: Any) -> None:
        self._runtime, self.numerics, self.seconds = runtime, runtime.numerics, Counter[str]()
        self.encode, self.relate, self.join = (
            self._timed(part, getattr(runtime, method))
            for part, method in (("encoder", "encode"), ("pairs", "relate"), ("names", "join"))
        )

    def _timed(self, part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self.seconds[part] += time.perf_counter() - started

        return timed

    def close(self) -> None:
        self._runtime.close()


def watched(model: Path, run: Callable[[Extractor], object]) -> dict[str, float]:
    """Seconds of a second run, on one thread, in each part; python: all the rest, cutting, decoding, features of names."""
    with load(model, threads=1) as extractor:
        timed = Timed(extractor.runtime)
        extractor.runtime = timed
        run(extractor)
        timed.seconds.clear()
        started = time.perf_counter()
        run(extractor)
        whole = time.perf_counter() - started
    parts = {part: timed.seconds[part] for part in ("encoder", "pairs", "names")}
    return parts | {"python": whole - sum(parts.values())}


def shares(model: Path, texts: list[str]) -> dict[str, float]:
    """Shares of one thread's time in each part, over the sample."""
    parts = watched(model, lambda extractor: list(extractor(texts)))
    return {part: round(seconds / sum(parts.values()), 4) for part, seconds in parts.items()}


def per_passage(model: Path, texts: list[str], types: Counter[str]) -> Iterator[dict[str, float]]:
    """Milliseconds a passage of about WORDS words, given so many entities."""
    text = min(texts, key=lambda text: abs(len(text.split()) - WORDS))
    for count in ENTITIES:
        asked: list[int] = []

        def run(extractor: Extractor, count: int = count, asked: list[int] = asked) -> None:
            chained = spread(extractor, text, count, types)
            links = list(extractor.relate([(text, chained)] * REPEATS))
            asked[:] = [len(extractor.prepare([text])[0].pieces), len(links[0])]

        parts = watched(model, run)
        found = {part: round(1000 * seconds / REPEATS, 2) for part, seconds in parts.items()}
        yield {"entities": count, "words": len(text.split()), "pieces": asked[0], **found}


def spread(extractor: Extractor, text: str, count: int, types: Counter[str]) -> Chained:
    """Entities of one piece each, evenly over a text, with the types of the sample in their shares, shuffled by a fixed seed."""
    (prepared,) = extractor.prepare([text])
    places = np.linspace(0, len(prepared.pieces) - 1, count).round().astype(int).tolist()
    kinds = [extractor.labels.index(label) for label, n in sorted(types.items()) for _ in range(n)]
    chosen = [kinds[i] for i in np.linspace(0, len(kinds) - 1, count).round().astype(int).tolist()]
    shuffled = np.random.default_rng(0).permutation(chosen).tolist()
    return Chained(tuple((p, p) for p in places), tuple((i,) for i in range(count)), tuple(shuffled))


# ── what is printed ──────────────────────────────────────────────────────────────────────────────────────────────────


def processor() -> str:
    """Name of the processor and those of its instruction sets that matter here, as Linux tells them."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return "unknown"
    lines = dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines() if ":" in line)
    found = {name.strip(): value.strip() for name, value in lines.items()}
    sets = [s for s in ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "amx_int8") if s in found.get("flags", "")]
    return f"{found.get('model name', 'unknown')} ({' '.join(sets)})"


def table(report: dict[str, Any]) -> str:
    lines = [
        f"{report['passages']:,} passages, {report['words']:,} words; {report['model']}, {report['numerics']}",
        f"{report['cores']} cores, {report['processor']}",
        "",
        f"{'':22}{'words/s':>10}{'kgbuild is':>12}",
    ]
    lines += [f"{name:22}{speed:10,.0f}{report['speedup'][name]:11.2f}x" for name, speed in report["speed"].items()]
    lines += ["", f"{'':22}{'encoder':>10}{'pairs':>10}{'names':>10}{'python':>10}"]
    parts = ("encoder", "pairs", "names", "python")
    lines.append(f"{'share over the sample':22}" + "".join(f"{report['share'][part]:10.1%}" for part in parts))
    for row in report["milliseconds"]:
        lines.append(f"{row['entities']:3} entities, ms       " + "".join(f"{row[part]:10.2f}" for part in parts))
    return "\n".join(lines)


if __name__ == "__main__":
    main()

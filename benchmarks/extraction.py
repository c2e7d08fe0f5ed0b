"""How fast kgbuild reads, with relations, against the transformers token-classification pipeline; what each precision costs in F1; and
where the time goes.

    python benchmarks/extraction.py FOLDER [--model DIR] [--words N] [--rounds N] [--threads N] [--dev FILE] [--documents N] [--json]

FOLDER: documents of any kind, in folders or not; their English passages, in the order of content digests, up to N words, so that
the same documents give the same sample everywhere. All sides read these passages as plain texts, in turn, on all cores; speeds are
medians over the rounds, by the clock and by the process's own CPU time, which other programs on the machine disturb less. The
pipeline has the same encoder and tag head as a BertForTokenClassification and finds mentions alone: no chains, no relations, and no
case features, which that class lacks (they are one addition a piece).

kgbuild runs once in each precision: the model declares one of them, copies of it the others; the copy in int8 takes its ranges from
the first passages of the sample (`kgbuild model quantize`). --dev: annotated documents, on the first N of which each precision is
scored at the benchmark thresholds.

The last table is one thread's milliseconds of CPU time for one passage of about 214 words with so many entities, their types mixed as
the model finds them in the sample. Needs kgbuild[train] for transformers and torch.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kgbuild.corpora.maps import read_source
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.split import split
from kgbuild.documents.walk import File, walk
from kgbuild.evaluation.measures import tally
from kgbuild.evaluation.report import scores
from kgbuild.extraction.evaluate import looked_for, read_all
from kgbuild.extraction.extractor import Extractor, load
from kgbuild.extraction.pairs import Chained
from kgbuild.extraction.predicting import predict
from kgbuild.extraction.ranges import quantize
from kgbuild.hashing import digest
from kgbuild.models.adapter import copy_model, read_tensors
from kgbuild.models.directory import TOKENIZER, WEIGHTS, read_directory, write_spec
from kgbuild.models.spec import PRECISIONS

SEED = "extraction-1"
WORDS = 214
"""Words of the passage for which shares of time are given; a passage of documents has about as many."""
ENTITIES = (20, 40, 60)
REPEATS = 16
"""How often the passage with given entities is read in one go."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, default=Path(__file__).parents[1] / "kgbuild" / "pretrained")
    parser.add_argument("--words", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, help="of kgbuild [all cores]")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--documents", type=int, default=150)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = sample(options.folder, options.words)
    cores = len(os.sched_getaffinity(0))
    report = {"passages": len(texts), "words": words_of(texts), "cores": cores, "processor": processor()}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        models = in_precisions(options.model, texts, Path(folder))
        extractors = {name: stack.enter_context(load(path, threads=options.threads)) for name, path in models.items()}
        first = extractors[read_directory(options.model).spec.precision]
        report |= {"model": first.directory.spec.name, "numerics": {name: one.numerics for name, one in extractors.items()}}
        report["speed"] = race(sides(extractors, options.model, texts), texts, options.rounds)
        if options.dev:
            report["parity"] = {name: parity(one, options.dev, options.documents) for name, one in extractors.items()}
        types = Counter(e.spans[c[0]].label for e in first(texts) for c in e.chains)
        report["share"] = {name: shares(path, texts) for name, path in models.items()}
        report["milliseconds"] = {name: [*per_passage(path, texts, types)] for name, path in models.items()}
    print(json.dumps(report, indent=1) if options.json else table(report))


def in_precisions(model: Path, texts: list[str], folder: Path) -> dict[str, Path]:
    """The model in each precision, by its name; what it does not declare itself is a copy in `folder`."""
    own = read_directory(model).spec.precision
    found = {own: model}
    for precision in PRECISIONS:
        if precision == own:
            continue
        found[precision] = folder / precision
        if precision == "int8":
            quantize(model, texts, found[precision])
        else:
            copy_model(model, found[precision])
            write_spec(found[precision], replace(read_directory(model).spec, precision=precision))
    return {precision: found[precision] for precision in PRECISIONS}


def parity(extractor: Extractor, dev: Path, count: int) -> dict[str, float]:
    """F1 in per cent on the first documents of an annotated file: mentions, relations given gold, end to end."""
    corpus = looked_for(read_source(dev)[:count])
    readings = read_all(corpus, predict(extractor, corpus).found, extractor.directory.benchmark)
    found = scores(readings, tally(readings, None), extractor.labels, extractor.link_labels)
    parts = {"mentions": found["ner"], "relations": found["relations_gold"], "end to end": found["end_to_end"]["strict"]}
    return {name: round(100 * part["f1"], 2) for name, part in parts.items()}


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


def race(runs: dict[str, Callable[[], int]], texts: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """Words per second and per CPU-second of each side: warmed up, then in turn, medians."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in runs.items():
            started, busy = time.perf_counter(), time.process_time()
            found = run()
            seconds[name].append((time.perf_counter() - started, time.process_time() - busy))
            if not found:
                raise SystemExit(f"{name} found nothing in round {number + 1}: this compares nothing")
    words = words_of(texts)
    return {
        name: {
            "words_per_second": round(words / statistics.median(wall for wall, _ in times), 1),
            "words_per_cpu_second": round(words / statistics.median(cpu for _, cpu in times), 1),
        }
        for name, times in seconds.items()
    }


def sides(extractors: dict[str, Extractor], model: Path, texts: list[str]) -> dict[str, Callable[[], int]]:
    """What races, each giving how much it found."""
    pipeline = transformers_pipeline(model)
    for extractor in extractors.values():
        list(extractor(texts[:64]))
    pipeline(texts[:32], batch_size=32)

    def ours(extractor: Extractor) -> int:
        return sum(len(found.links) for found in extractor(texts))

    def baseline(size: int) -> int:
        return sum(len(found) for found in pipeline(texts, batch_size=size))

    return {
        **{f"kgbuild, {name}": partial(ours, extractor) for name, extractor in extractors.items()},
        "pipeline, batch 32": partial(baseline, 32),
        "pipeline, batch 1": partial(baseline, 1),
    }


def transformers_pipeline(model: Path, device: str | int = "cpu") -> Any:
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
    return pipeline("token-classification", network.eval(), tokenizer=tokenizer, aggregation_strategy="simple", device=device)


# ── where the time goes ──────────────────────────────────────────────────────────────────────────────────────────────


class Timed:
    """A runtime with a stop-watch, of the process's CPU time, around each of its three parts."""

    workers = 1

    def __init__(self, runtime: Any) -> None:
        self._runtime, self.numerics, self.seconds = runtime, runtime.numerics, Counter[str]()
        self.encode, self.relate, self.join = (
            self._timed(part, getattr(runtime, method))
            for part, method in (("encoder", "encode"), ("pairs", "relate"), ("names", "join"))
        )

    def _timed(self, part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            started = time.process_time()
            try:
                return method(*arguments)
            finally:
                self.seconds[part] += time.process_time() - started

        return timed

    def close(self) -> None:
        self._runtime.close()


def watched(model: Path, run: Callable[[Extractor], object]) -> dict[str, float]:
    """CPU-seconds of a second run, on one thread, in each part; python: all the rest, cutting, decoding, features of names."""
    with load(model, threads=1) as extractor:
        timed = Timed(extractor.runtime)
        extractor.runtime = timed
        run(extractor)
        timed.seconds.clear()
        started = time.process_time()
        run(extractor)
        whole = time.process_time() - started
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
        f"{report['passages']:,} passages, {report['words']:,} words; {report['model']}",
        f"{report['cores']} cores, {report['processor']}",
        *(f"{name}: {numerics}" for name, numerics in report["numerics"].items()),
        "",
        f"{'':22}{'words/s':>10}{'words/CPU-s':>13}",
    ]
    for name, speed in report["speed"].items():
        lines.append(f"{name:22}{speed['words_per_second']:10,.0f}{speed['words_per_cpu_second']:13,.0f}")
    if "parity" in report:
        columns = list(next(iter(report["parity"].values())))
        lines += ["", f"{'F1':22}" + "".join(f"{column:>20}" for column in columns)]
        lines += [f"{name:22}" + "".join(f"{row[c]:20.2f}" for c in columns) for name, row in report["parity"].items()]
    parts = ("encoder", "pairs", "names", "python")
    lines += ["", f"{'':22}" + "".join(f"{part:>10}" for part in parts)]
    for name, share in report["share"].items():
        lines.append(f"{'share, ' + name:22}" + "".join(f"{share[part]:10.1%}" for part in parts))
        for row in report["milliseconds"][name]:
            lines.append(f"{row['entities']:3} entities, CPU-ms   " + "".join(f"{row[part]:10.2f}" for part in parts))
    return "\n".join(lines)


if __name__ == "__main__":
    main()

"""Model directory -> OpenVINO graphs on the CPU: the default runtime, without torch and without an exported model.

The encoder and the relation head are built from the tensors of model.safetensors with OpenVINO's operations, as `models.checkpoint`
writes the arithmetic down. One thread a stream, and shapes from fixed steps, so that neither neighbours nor streams change a bit.
"""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kgbuild.extraction.encoder_graphs import encoder_graph
from kgbuild.extraction.head_graphs import chain_graph, name_graph, pair_graph
from kgbuild.extraction.int8_graphs import in_int8
from kgbuild.extraction.runtime import BLOCK, Batch, Encoded, Floats, Ints, NameQuestion, Question, kept_pairs
from kgbuild.models.adapter import read_tensors
from kgbuild.models.directory import RANGES, WEIGHTS, ModelDirectory

INT8_SETS = ("AVX512_CLX", "AVX512_CNL", "AVX512_ICL", "AVX512_SPR")
"""Instruction sets, by numpy's names, that multiply bytes without overflow (VNNI); elsewhere int8 is neither exact nor fast."""
MENTIONS = (8, 16, 32, 64, 128, 256, 512)
"""Mentions, chains, names and pairs of names of a passage are padded to one of these counts."""


class OpenVinoRuntime:
    """A model on the CPU. Up to `workers` threads may call it at once; each has its own requests."""

    def __init__(self, directory: ModelDirectory, threads: int | None = None, cache: Path | None = None) -> None:
        import openvino

        core = openvino.Core()
        if cache is not None:
            core.set_property({"CACHE_DIR": str(cache)})
        self.workers = threads or _cores()
        precision, rest = _possible(directory.spec.precision, core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
        self.numerics = f"openvino {openvino.__version__.split('-')[0]} {precision} {_instruction_set()}"
        if precision == "int8":
            self.numerics += f" {rest}"
        tensors = read_tensors(directory.path / WEIGHTS)
        spec = replace(directory.spec, precision=precision)
        self._relations, self._pruner = len(spec.relations), spec.pruner
        encoder = encoder_graph(tensors, spec)
        if precision == "int8":
            encoder = in_int8(encoder, read_tensors(directory.path / RANGES))
        graphs = {"encoder": (encoder, rest)}
        if spec.relations:  # no operation has an output without columns
            graphs["chains"] = chain_graph(tensors, spec), "f32"
            graphs["pairs"] = pair_graph(tensors, spec, BLOCK), rest
        if spec.coreference is not None:
            graphs["names"] = name_graph(tensors, spec), "f32"
        self._compiled = {name: core.compile_model(graph, "CPU", self._options(kind)) for name, (graph, kind) in graphs.items()}
        self._local = threading.local()

    def _options(self, precision: str) -> dict[str, Any]:
        return {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": self.workers,
            "NUM_STREAMS": self.workers,
            "ENABLE_CPU_PINNING": False,
            "PERFORMANCE_HINT": "THROUGHPUT",
        }

    def encode(self, batch: Batch) -> Encoded:
        """Tag scores, and as state (hidden, query, key), each (B, L, D)."""
        places = np.arange(batch.ids.shape[1])
        mask = np.where(places < batch.lengths[:, None], np.float32(0), np.float32(-1e9))[:, None, None, :]
        tags, *state = self._infer("encoder", [batch.ids, batch.cases, mask])
        return Encoded(tags, tuple(state))

    def relate(self, encoded: Encoded, row: int, length: int, question: Question) -> Floats:
        """Margins of the pairs in question, block by block; -inf for those that the pruner leaves out."""
        hidden, query, key = (part[row : row + 1] for part in encoded.state)
        mask = np.zeros((1, 1, hidden.shape[1]), dtype=np.float32)
        mask[:, :, length:] = -1e9
        attention, ends, *pruned = self._infer("chains", [hidden, query, key, mask, *_padded(question)])
        margins = np.full((len(question.heads), self._relations), -np.inf, dtype=np.float32)
        kept = np.arange(len(margins))
        if self._pruner is not None:
            kept = kept_pairs(pruned[0][question.heads, question.tails], self._pruner)
        for start in range(0, len(kept), BLOCK):
            part = kept[start : start + BLOCK]
            margins[part] = self._block(hidden, attention, ends, question.heads[part], question.tails[part])
        return margins

    def _block(self, hidden: Floats, attention: Floats, ends: Floats, heads: Ints, tails: Ints) -> Floats:
        """Margins of at most BLOCK pairs; a block is filled up with pair (0, 0)."""
        pairs = np.zeros((2, BLOCK), dtype=np.int64)
        pairs[0, : len(heads)], pairs[1, : len(heads)] = heads, tails
        (margins,) = self._infer("pairs", [hidden, attention, ends, pairs])
        return margins[: len(heads)]

    def join(self, encoded: Encoded, row: int, length: int, question: NameQuestion) -> Floats:
        """Log-odds of the pairs of names in question."""
        hidden = encoded.state[0][row : row + 1]
        (odds,) = self._infer("names", [hidden, *_padded_names(question)])
        return np.array(odds[: len(question.left)])

    def close(self) -> None:
        """Let go of the compiled graphs."""
        self._compiled = {}
        self._local = threading.local()

    def _infer(self, name: str, inputs: list[Any]) -> list[Floats]:
        requests = self._local.__dict__.setdefault("requests", {})
        if name not in requests:
            requests[name] = self._compiled[name].create_infer_request()
        request = requests[name]
        outputs = request.infer(inputs, share_inputs=True)
        return [outputs[i] for i in range(len(request.results))]


def _possible(declared: str, capabilities: list[str]) -> tuple[str, str]:
    """The precision of linear layers, and of all else, that come nearest to what a model declares on this processor."""
    rest = "bf16" if declared != "f32" and "BF16" in capabilities else "f32"
    return ("int8" if declared == "int8" and _instruction_set() in INT8_SETS else rest), rest


def _padded(question: Question) -> list[Any]:
    """Inputs of the chain graph: positions, weights that average, membership and types, padded to a step of MENTIONS.

    A padded mention belongs to no chain; a padded chain consists of mention 0, so that it has a finite value that nobody reads.
    """
    count, chains = len(question.first), len(question.types)
    size = _step(count)
    places = np.zeros((2, size), dtype=np.int64)
    places[0, :count], places[1, :count] = question.first, question.last
    member = np.zeros((size, size), dtype=np.float32)
    member[question.chain, np.arange(count)] = 1.0
    member[chains:, 0] = 1.0
    types = np.zeros(size, dtype=np.int64)
    types[:chains] = question.types
    average = member / member.sum(axis=1, keepdims=True)
    return [places.reshape(-1), np.concatenate([average, average], axis=1) / 2, member, types]


def _padded_names(question: NameQuestion) -> list[Any]:
    """Inputs of the name graph: a padded name is mention 0, a padded pair is (0, 0) without features; nobody reads them."""
    count, names, pairs = len(question.first), len(question.types), len(question.left)
    size, wide = _step(count), _step(pairs)
    places = np.zeros((2, size), dtype=np.int64)
    places[0, :count], places[1, :count] = question.first, question.last
    member = np.zeros((size, size), dtype=np.float32)
    member[question.name, np.arange(count)] = 1.0
    member[names:, 0] = 1.0
    types = np.zeros(size, dtype=np.int64)
    types[:names] = question.types
    ends = np.zeros((2, wide), dtype=np.int64)
    ends[0, :pairs], ends[1, :pairs] = question.left, question.right
    features = np.zeros((wide, question.features.shape[1]), dtype=np.float32)
    features[:pairs] = question.features
    return [places.reshape(-1), member / member.sum(axis=1, keepdims=True), types, ends, features]


def _step(count: int) -> int:
    """The smallest step that holds this many."""
    return next((step for step in MENTIONS if step >= count), -(-count // MENTIONS[-1]) * MENTIONS[-1])


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _instruction_set() -> str:
    """The widest vector instructions of this processor, as numpy names what it found."""
    found: Any = np.show_config(mode="dicts")
    extensions = found.get("SIMD Extensions", {})
    names = [*extensions.get("baseline", ()), *extensions.get("found", ())]
    return str(names[-1]) if names else "base"

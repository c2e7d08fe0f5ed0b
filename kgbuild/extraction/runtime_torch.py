"""Model directory -> torch modules on a GPU (bf16 when declared) or the CPU: the second runtime, for those who installed torch.

Same interface and, within a tolerance that a test states, the same scores as runtime_openvino. The encoder always runs a fixed
number of rows for each padded length, the missing ones empty, so that neighbours change no shape.
"""

from typing import Any

import numpy as np

from kgbuild.errors import MissingExtra, ModelError
from kgbuild.extraction.runtime import Batch, Encoded, Floats, NameQuestion, Question, kept_pairs
from kgbuild.models.directory import ModelDirectory

PIECES_AT_ONCE = {"cuda": 32_768, "cpu": 2_048}
"""Padded pieces that the encoder reads at once, by kind of device: rows = this // padded length, at least 1."""
FIRST = np.zeros(1, dtype=np.int64)
"""Heads see one passage at a time: it is the first of one."""


class TorchRuntime:
    """A model on one device. One thread may call it at a time."""

    workers = 1

    def __init__(self, directory: ModelDirectory, threads: int | None = None, device: str | None = None) -> None:
        try:
            import torch

            from kgbuild.models.checkpoint import load
        except ImportError as error:
            raise MissingExtra("the torch runtime", "train") from error
        self._torch = torch
        self._device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        if threads and self._device.type == "cpu":
            torch.set_num_threads(threads)
        self._model = load(directory.path).model.to(self._device)
        precision = "f32" if directory.spec.precision == "f32" else "bf16"
        if precision == "bf16" and self._device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
            precision = "f32"
        self._pruner, self._relations = directory.spec.pruner, directory.spec.relations
        self._type = torch.bfloat16 if precision == "bf16" else None
        name = (
            torch.cuda.get_device_name(self._device) if self._device.type == "cuda" else torch.backends.cpu.get_cpu_capability()
        )
        self.numerics = f"torch {torch.__version__} {precision} {name}"
        self._pieces_at_once = PIECES_AT_ONCE[self._device.type]

    def encode(self, batch: Batch) -> Encoded:
        """Tag scores, and as state the parts of (encoder outputs, mask) that were run at once, with the rows of each."""
        count, length = batch.ids.shape
        rows = max(1, self._pieces_at_once // length)
        parts = [self._encode_rows(batch, start, rows) for start in range(0, count, rows)]
        tags = np.concatenate([part[0] for part in parts])[:count]
        return Encoded(tags, (rows, [part[1:] for part in parts]))

    def relate(self, encoded: Encoded, row: int, length: int, question: Question) -> Floats:
        """Margins of the pairs in question; -inf for those that the pruner leaves out."""
        from kgbuild.models.encoder import Encoded as States
        from kgbuild.models.relation import Chains

        torch = self._torch
        rows, parts = encoded.state
        states, mask = parts[row // rows]
        one = slice(row % rows, row % rows + 1)
        padded = (question.first[None], question.last[None], question.chain[None], question.types[None])
        pairs = (np.zeros_like(question.heads), question.heads, question.tails)
        columns = (FIRST, *padded, *pairs)
        chains = Chains(*(torch.from_numpy(column).to(self._device) for column in columns))
        mine = States(*(part[one] for part in states))
        margins = np.full((len(question.heads), len(self._relations)), -np.inf, dtype=np.float32)
        with torch.inference_mode(), self._precision():
            kept = self._kept(mine, mask[one], chains)
            chosen = chains._replace(owner=chains.owner[kept], heads=chains.heads[kept], tails=chains.tails[kept])
            scores = self._model.relation(mine, mask[one], chosen).float()
        margins[kept.cpu().numpy()] = (scores[:, 1:] - scores[:, :1]).cpu().numpy()
        return margins

    def _kept(self, states: Any, mask: Any, chains: Any) -> Any:
        """Which pairs are scored: all without a pruner."""
        from kgbuild.models.pruner import overlap_of
        from kgbuild.models.relation import chain_attention

        torch, pruner = self._torch, self._model.pruner
        if pruner is None or self._pruner is None:
            return torch.arange(len(chains.heads), device=self._device)
        ends = self._model.relation.ends_of(states.hidden, chains)[0]
        overlap = overlap_of(chain_attention(states, mask, chains)[0])
        scores = pruner(ends, chains.types[0], overlap)[chains.heads, chains.tails]
        return torch.from_numpy(kept_pairs(scores.float().cpu().numpy(), self._pruner)).to(self._device)

    def join(self, encoded: Encoded, row: int, length: int, question: NameQuestion) -> Floats:
        """Log-odds of the pairs of names in question."""
        from kgbuild.models.coreference import NamePairs
        from kgbuild.models.encoder import Encoded as States

        torch = self._torch
        rows, parts = encoded.state
        states, _ = parts[row // rows]
        one = slice(row % rows, row % rows + 1)
        padded = (question.first[None], question.last[None], question.name[None], question.types[None])
        pairs = (np.zeros_like(question.left), question.left, question.right, question.features)
        names = NamePairs(*(torch.from_numpy(column).to(self._device) for column in (FIRST, *padded, *pairs)))
        head = self._model.coreference
        if head is None:
            raise ModelError("this model has no coreference head")
        with torch.inference_mode():
            odds = head(States(*(part[one].float() for part in states)), names).float()
        found: Floats = odds.cpu().numpy()
        return found

    def close(self) -> None:
        """Let go of the weights, and of the GPU's memory."""
        del self._model
        if self._device.type == "cuda":
            self._torch.cuda.empty_cache()

    def _encode_rows(self, batch: Batch, start: int, rows: int) -> tuple[Floats, Any, Any]:
        torch = self._torch
        ids, cases, mask = (self._rows(part, start, rows) for part in (batch.ids, batch.cases, _mask(batch)))
        mask[:, 0] = 1  # an empty row attends to its first piece: attention to nothing is not a number
        with torch.inference_mode(), self._precision():
            states, tags = self._model(ids, cases, mask)
            return tags.float().cpu().numpy(), states, mask

    def _rows(self, part: Any, start: int, rows: int) -> Any:
        filled = np.zeros((rows, part.shape[1]), dtype=np.int64)
        taken = part[start : start + rows]
        filled[: len(taken)] = taken
        return self._torch.from_numpy(filled).to(self._device)

    def _precision(self) -> Any:
        return self._torch.autocast(self._device.type, self._type or self._torch.bfloat16, enabled=self._type is not None)


def _mask(batch: Batch) -> Any:
    return (np.arange(batch.ids.shape[1]) < batch.lengths[:, None]).astype(np.int64)

"""A model directory -> an ONNX file of its encoder and tagger, for programs in other languages, with a description beside it.

The file holds what models.checkpoint calls steps 1 and 2; the relation head gathers by mention and is left to kgbuild. It is run
once by onnxruntime and compared with torch before it is left to anybody. Needs the extra `onnx`.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from kgbuild.errors import ModelError
from kgbuild.models.checkpoint import Joint, load
from kgbuild.models.directory import TOKENIZER, fingerprint, write_json
from kgbuild.models.pieces import CASES
from kgbuild.models.spec import ModelSpec

OPSET = 18
TOLERANCE = 1e-3
"""The largest difference between the two runtimes' outputs that is not taken for a fault; both compute in float32."""
INPUTS = ("ids", "cases", "mask")
OUTPUTS = ("tags", "hidden")


class Tagger(nn.Module):
    """The part of a model that the file holds."""

    def __init__(self, model: Joint) -> None:
        super().__init__()
        self.encoder, self.ner = model.encoder, model.ner

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(B, L) integers -> tag scores (B, L, tags) and hidden states (B, L, D)."""
        hidden = self.encoder.hidden(ids, cases, mask)
        return self.ner(hidden), hidden


def export_onnx(folder: Path, out: Path) -> dict[str, Any]:
    """Write the ONNX file `out` (float32) and its description, `out` with suffix .json; returns the description.

    Raises ModelError for a directory that cannot be used, or when the file computes something else than the model does.
    """
    loaded = load(folder)
    tagger = Tagger(loaded.model).eval()
    sample = _sample(loaded.spec, 2, 48)
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=loaded.spec.max_pieces)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    with _silence(), torch.no_grad():
        program = torch.onnx.export(
            tagger, sample, dynamo=True, opset_version=OPSET, input_names=INPUTS, output_names=OUTPUTS, verbose=False,
            dynamic_shapes={name: {0: batch, 1: length} for name in INPUTS},
        )  # fmt: skip
        assert program is not None
        program.save(str(part), external_data=False)
    worst = _difference(part, tagger, loaded.spec)
    if not worst <= TOLERANCE:
        part.unlink()
        raise ModelError(
            f"the ONNX file of {folder} differs from the model by {worst:.2g}: please report it, with the encoder's name"
        )
    part.replace(out)
    about = {**describe(loaded.spec, fingerprint(folder)), "largest_difference": worst}
    write_json(out.with_suffix(".json"), about)
    return about


def describe(spec: ModelSpec, mark: str) -> dict[str, Any]:
    """What a program must know to use the file."""
    shape = ["batch", "length"]
    return {
        "model": spec.name,
        "fingerprint": mark,
        "opset": OPSET,
        "inputs": {
            "ids": {"type": "int64", "shape": shape, "means": f"pieces of {TOKENIZER}: cls, pieces, sep, padded with pad"},
            "cases": {
                "type": "int64",
                "shape": shape,
                "means": "case of the word that a piece belongs to: index into case_features",
            },
            "mask": {"type": "int64", "shape": shape, "means": "1 on pieces, cls and sep; 0 on padding"},
        },
        "outputs": {
            "tags": {
                "type": "float32",
                "shape": [*shape, len(spec.tags)],
                "means": "scores of tags; read at the first piece of a word",
            },
            "hidden": {"type": "float32", "shape": [*shape, spec.encoder.hidden], "means": "last hidden states"},
        },
        "tags": spec.tags,
        "case_features": spec.case_features,
        "special": asdict(spec.special),
        "max_pieces": spec.max_pieces,
    }


def _sample(spec: ModelSpec, rows: int, length: int) -> tuple[Tensor, Tensor, Tensor]:
    """Inputs that follow from the seed 0: pieces of the vocabulary, the last row shorter by half."""
    length = min(length, spec.max_pieces)
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(spec.encoder.vocab, (rows, length), generator=generator)
    mask = torch.ones_like(ids)
    mask[-1, length // 2 :] = 0
    return ids, torch.randint(len(CASES), (rows, length), generator=generator), mask


def _difference(path: Path, tagger: Tagger, spec: ModelSpec) -> float:
    """The largest difference between onnxruntime and torch on real pieces, over some shapes."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for rows, length in ((1, 7), (3, 64), (2, spec.max_pieces)):
        sample = _sample(spec, rows, length)
        found = session.run(list(OUTPUTS), {name: tensor.numpy() for name, tensor in zip(INPUTS, sample, strict=True)})
        with torch.inference_mode():
            expected = tagger(*sample)
        real = sample[2].bool()
        for ours, theirs in zip(found, expected, strict=True):
            worst = max(worst, float((torch.from_numpy(ours) - theirs)[real].abs().max()))
    return worst


@contextmanager
def _silence() -> Iterator[None]:
    """Keep torch's exporter from telling, in many lines, of operators that no encoder has."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)

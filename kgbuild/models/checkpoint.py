"""A model directory <-> torch modules. What a model directory is stands here; reading its small files needs only `directory`.

**Files** (format 3; a directory of format 1 has no coreference head, one of format 2 no pruner)

    model.json         spec.ModelSpec as JSON, plus "format"
    model.safetensors  the weights, fp16, names as below; no pickle anywhere
    tokenizer.json     of the `tokenizers` library; truncation and padding are ignored (pieces.load_tokenizer)
    calibration.json   spec.Calibration: {"spans": {"slope", "intercept"}, "links": {…}, "chains": {…}, "join": ten-thousandths}
    thresholds.json    {"benchmark": {"spans", "country", "other"}, "default": {…}}, ten-thousandths; null: group off
    ranges.safetensors only where precision is int8: for the weight of each of the encoder's linear layers, by its name, the smallest
                       and the largest value of each of its inputs, (2, inputs), as extraction.ranges has seen them
    metrics.json, training.json, README.md, curves.png: what was measured, from what it was trained, the card; for people

A directory of adapters has "base" in model.json (spec.Base), in model.safetensors the heads alone, and peft's
adapter_model.safetensors and adapter_config.json: `adapter.read_tensors` makes the tensors below from these and the base.

**Encoders.** Where model.json has no "architecture" below "encoder", the encoder is a BERT, as written down here. Where it has one,
the encoder is the transformers module of that model_type with those settings: RoBERTa counts positions from the padding's id + 1,
ELECTRA brings its embeddings to the hidden size, DeBERTa attends to relative positions, ModernBERT rotates queries and keys; then
`encoder.bert.` stands before the names of that module, and extraction/encoder_graphs holds the arithmetic of step 1. Queries and
keys are those of the contents: before rotation, without relative positions. All steps from 2 on are the same.

**Tensors.** D hidden, E = relation_head.size, b = relation_head.block, T types, R relations; linear weights are (out, in).

    encoder.bert.embeddings.word_embeddings.weight [vocab, D]      encoder.case.weight [len(CASES), D]
    encoder.bert.embeddings.position_embeddings.weight             encoder.bert.embeddings.token_type_embeddings.weight
    encoder.bert.embeddings.LayerNorm.{weight,bias}
    encoder.bert.encoder.layer.{i}.attention.self.{query,key,value}.{weight,bias}
    encoder.bert.encoder.layer.{i}.attention.output.{dense,LayerNorm}.{weight,bias}
    encoder.bert.encoder.layer.{i}.{intermediate.dense,output.dense,output.LayerNorm}.{weight,bias}
    ner.linear.{weight [1 + 2T, D],bias}
    relation.ends.{weight [2E, 2D],bias}      relation.context.weight [2E, D]      relation.types.weight [T, 2E]
    relation.bilinear.{weight [R + 1, E * b],bias}
    coreference.project.{weight [S, 2D],bias}      coreference.types.weight [T, S]      (S = coreference.size, F features)
    coreference.pair.{weight [W, 2S + F],bias}     coreference.out.{weight [1, W],bias}  (W = coreference.width; all absent without)
    pruner.{head,tail}.{weight [K, E],bias}        pruner.types [T, T]      pruner.overlap [1]  (K = pruner.rank; all absent without)

**Arithmetic.** Sequence: [CLS] pieces [SEP], padded to pieces.padded_length(number of pieces).

1. x = word[id] + case[case] + token_type[0] + position[0, 1, …], LayerNorm, then the post-norm BERT layers (erf gelu); padding
   is masked in attention. hidden = output of the last layer (L, D). query, key: the last layer's (L, heads, D / heads).
2. tag scores = hidden · ner + bias, (L, 1 + 2T); read at the first piece of each word, then viterbi.best_path.
3. A mention is its first and last piece (of whole words). state = [hidden[first], hidden[last]] (2D). Chain: log-sum-exp over
   its mentions' states, each of the 2D numbers by itself. end = ends(chain) + types[type] (2E); the first E numbers serve
   when the chain is head of a pair, the last E when it is tail.
4. Attention rows softmax(query[p] · keyᵀ / sqrt(D / heads)) for p the first and last pieces; a chain's (heads, L) is the mean
   over all of its mentions' first and last rows. For a pair: w = Σ over heads of the product of the two, / (Σ over L + 1e-6);
   around = context(w · hidden), 2E numbers: the first E for the head, the last E for the tail.
5. h = tanh(end[head][:E] + around[:E]), t = tanh(end[tail][E:] + around[E:]). In groups of b: all products
   h[g*b + i] * t[g*b + j], flattened in the order (g, i, j), · bilinear + bias -> R + 1 scores.
6. Only pairs whose two types stand together in the mask are scored; with a pruner, of these the ones that runtime.kept_pairs keeps by
   (head · tanh(end[h][:E])) · (tail · tanh(end[t][E:])) + types[type h, type t] + overlap * log(Σ over heads and L of the product of the
   two chains' attention + 1e-6). margin of relation r = score[r + 1] - score[0].
7. Probability: Platt on the margin, as an integer in ten-thousandths (calibration.scores).
8. A written name (extraction.surface) is the mean of its mentions' states (2D); n = tanh(project(mean) + types[type]). A pair of
   names: [n1 * n2, |n1 - n2|, features] · pair, relu, · out: log-odds that they are one thing. Names are joined to chains by
   extraction.chains; chains then take the way of steps 3 to 7.

**int8.** Inputs and weights of the encoder's linear layers are rounded to 8 bits (extraction.int8_graphs), and so is the product of
step 5, which lies between -1 and 1; all else is computed as for bf16. The torch runtime computes such a model in bf16 or f32.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from kgbuild.errors import ModelError
from kgbuild.models.adapter import read_tensors
from kgbuild.models.coreference import CoreferenceHead
from kgbuild.models.directory import CONFIG, TOKENIZER, WEIGHTS, read_directory, write_spec, write_tensors
from kgbuild.models.encoder import Encoded, Encoder, build
from kgbuild.models.ner import NerHead
from kgbuild.models.pieces import load_tokenizer
from kgbuild.models.pruner import Pruner
from kgbuild.models.relation import RelationHead
from kgbuild.models.spec import ModelSpec

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Joint(nn.Module):
    """One encoder and its heads; coreference and pruner are None for a model that has none."""

    def __init__(self, encoder: Encoder, spec: ModelSpec, dropout: float = 0.2) -> None:
        super().__init__()
        self.encoder = encoder
        self.ner = NerHead(spec.encoder.hidden, len(spec.tags))
        self.relation = RelationHead(spec.encoder.hidden, len(spec.types), len(spec.relations), spec.relation_head, dropout)
        self.coreference = (
            None
            if spec.coreference is None
            else CoreferenceHead(spec.encoder.hidden, len(spec.types), spec.coreference, dropout)
        )
        self.pruner = None if spec.pruner is None else Pruner(len(spec.types), spec.relation_head, spec.pruner)

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> tuple[Encoded, Tensor]:
        """(B, L) integers -> encoder outputs and tag scores (B, L, tags)."""
        encoded = self.encoder(ids, cases, mask)
        return encoded, self.ner(encoded.hidden)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory, ready to train or to run."""

    model: Joint
    spec: ModelSpec
    tokenizer: "Tokenizer"


def save(
    path: Path,
    model: Joint,
    spec: ModelSpec,
    tokenizer: "Tokenizer",
    dtype: torch.dtype = torch.float16,
    weights: dict[str, Tensor] | None = None,
) -> None:
    """Write model.json, weights (default: all of the model's) and tokenizer; each file appears whole or not at all."""
    path.mkdir(parents=True, exist_ok=True)
    chosen = weights_of(model) if weights is None else weights
    tensors = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in chosen.items()}
    write_tensors(path / WEIGHTS, lambda part: save_file(tensors, part, metadata={"format": "pt"}))
    plain = json.loads(tokenizer.to_str())
    plain["truncation"] = plain["padding"] = None
    (path / TOKENIZER).write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    write_spec(path, spec)


def load(path: Path) -> Loaded:
    """Read a model directory into float32 modules in eval mode; ModelError names what is wrong with it."""
    spec = read_directory(path).spec
    model = Joint(build(spec.encoder), spec)
    put_weights(model, read_weights(path / WEIGHTS), path / WEIGHTS)
    model.eval()
    return Loaded(model, spec, load_tokenizer(path / TOKENIZER))


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a model's safetensors file; those of a directory of adapters, merged into its base."""
    return {name: torch.from_numpy(array) for name, array in read_tensors(path).items()}


def weights_of(model: Joint) -> dict[str, Tensor]:
    """All parameters by name (buffers are constants and are not stored)."""
    return dict(model.named_parameters())


def put_weights(model: Joint, tensors: dict[str, Tensor], path: Path) -> None:
    """Copy tensors into a model; ModelError when a name or a shape does not fit."""
    own = weights_of(model)
    wrong = sorted(own.keys() ^ tensors.keys()) or sorted(name for name in own if own[name].shape != tensors[name].shape)
    if wrong:
        raise ModelError(
            f"{path} does not fit {path.parent / CONFIG}: tensor {wrong[0]} is missing, unknown or of another shape"
        )
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(tensors[name])

"""A tiny model directory with random weights, written without torch: two layers, real files, real arithmetic, no sense."""

import string
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from kgbuild.extraction.surface import FEATURES
from kgbuild.models.directory import (
    WEIGHTS,
    Calibration,
    CoreferenceSpec,
    EncoderSpec,
    Floors,
    ModelSpec,
    Platt,
    PrunerSpec,
    RelationSpec,
    Special,
    Thresholds,
    write_calibration,
    write_json,
    write_spec,
    write_thresholds,
)
from kgbuild.models.pieces import BUCKETS, CASES
from kgbuild.models.viterbi import tag_names

TYPES = ("PER", "ORG", "LOC")
RELATIONS = ("P108", "P17", "P19", "P50")
WORDS = [
    "the", "of", "in", "and", "works", "for", "Anna", "Berlin", "Acme", "Corp", "London", "was", "born", "a", "b", "c", "report", "said",
    "lives", "at",
]  # fmt: skip


def write_tiny(
    path: Path,
    precision: str = "f32",
    max_pieces: int = 512,
    seed: int = 0,
    hidden: int = 64,
    *,
    names: bool = False,
    types: tuple[str, ...] = TYPES,
    relations: tuple[str, ...] = RELATIONS,
    pruner: PrunerSpec | None = None,
) -> Path:
    """Write a model directory whose random scores give plenty of spans and links; names: with a coreference head."""
    path.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(w.lower() for w in WORDS)]
    letters = string.ascii_lowercase + string.digits + string.punctuation
    vocabulary += [c for c in letters if c not in vocabulary] + [f"##{c}" for c in string.ascii_lowercase + string.digits]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(path / "tokenizer.json"))
    encoder = EncoderSpec(hidden, 2, 4, 2 * hidden, len(vocabulary), 512, 1e-12, "gelu")
    mask = tuple(sorted((h, r, t) for h in types for r in relations for t in types if (h, t) != ("LOC", "PER")))
    spec = ModelSpec(
        "tiny", ("en",), precision, max_pieces, BUCKETS, CASES, types, tag_names(types), relations, mask, encoder,
        RelationSpec(32, 8), Floors(500, 4000), Special(0, 2, 3), CoreferenceSpec(FEATURES, 16, 24) if names else None,
        pruner=pruner,
    )  # fmt: skip
    write_spec(path, spec)
    write_calibration(path, Calibration(Platt(0.5, 0.2), Platt(0.5, -0.3)))
    write_thresholds(path, Thresholds(5000, 5000, 5000), Thresholds(5000, None, 8000))
    write_json(path / "training.json", {"files": [{"role": "train", "file": "train.json", "digest": "x" * 26}]})
    save_file(tensors_of(spec, seed), path / WEIGHTS)
    return path


def tensors_of(spec: ModelSpec, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    d, e, wide = spec.encoder.hidden, spec.relation_head.size, spec.encoder.intermediate
    base, shapes = "encoder.bert.", {}
    shapes |= {base + "embeddings.word_embeddings.weight": (spec.encoder.vocab, d), "encoder.case.weight": (len(CASES), d)}
    shapes |= {base + "embeddings.position_embeddings.weight": (spec.encoder.positions, d)}
    shapes |= {base + "embeddings.token_type_embeddings.weight": (2, d)}
    norms = [base + "embeddings.LayerNorm"]
    for i in range(spec.encoder.layers):
        layer = f"{base}encoder.layer.{i}."
        linears = {f"attention.self.{name}": (d, d) for name in ("query", "key", "value")}
        linears |= {"attention.output.dense": (d, d), "intermediate.dense": (wide, d), "output.dense": (d, wide)}
        for name, shape in linears.items():
            shapes |= {f"{layer}{name}.weight": shape, f"{layer}{name}.bias": shape[:1]}
        norms += [layer + "attention.output.LayerNorm", layer + "output.LayerNorm"]
    shapes |= {"ner.linear.weight": (len(spec.tags), d), "ner.linear.bias": (len(spec.tags),)}
    shapes |= {"relation.ends.weight": (2 * e, 2 * d), "relation.ends.bias": (2 * e,), "relation.context.weight": (2 * e, d)}
    shapes |= {"relation.types.weight": (len(spec.types), 2 * e)}
    shapes |= {"relation.bilinear.weight": (len(spec.relations) + 1, e * spec.relation_head.block)}
    shapes |= {"relation.bilinear.bias": (len(spec.relations) + 1,)}
    if spec.coreference is not None:
        size, width = spec.coreference.size, spec.coreference.width
        shapes |= {"coreference.project.weight": (size, 2 * d), "coreference.project.bias": (size,)}
        shapes |= {"coreference.types.weight": (len(spec.types), size)}
        shapes |= {"coreference.pair.weight": (width, 2 * size + len(spec.coreference.features))}
        shapes |= {"coreference.pair.bias": (width,), "coreference.out.weight": (1, width), "coreference.out.bias": (1,)}
    if spec.pruner is not None:
        shapes |= {f"pruner.{side}.weight": (spec.pruner.rank, e) for side in ("head", "tail")}
        shapes |= {f"pruner.{side}.bias": (spec.pruner.rank,) for side in ("head", "tail")}
        shapes |= {"pruner.types": (len(spec.types), len(spec.types)), "pruner.overlap": (1,)}
    tensors = {name: rng.normal(0, 1.5 / np.sqrt(shape[-1]), shape).astype(np.float16) for name, shape in shapes.items()}
    for name in norms:
        tensors |= {f"{name}.weight": np.ones(d, np.float16), f"{name}.bias": np.zeros(d, np.float16)}
    tensors["ner.linear.weight"] *= np.float16(3)
    return tensors

"""What a model is, as its directory says: architecture, sizes, labels, how margins become scores, where to cut. Records only."""

from dataclasses import dataclass, field
from typing import Any

from kgbuild.records import Scope

COUNTRY_LIKE = ("P1001", "P131", "P150", "P17", "P27", "P30", "P495", "P706")
"""Relations with places that hide all others in the counts; thresholds are kept apart for them (group "country")."""
PRECISIONS = ("bf16", "f32", "int8")
BERT = "bert"
ROBERTAS = ("roberta", "xlm-roberta", "camembert")
"""Families whose positions are counted from the padding's id + 1."""
FAMILIES = (BERT, *ROBERTAS, "electra", "deberta", "deberta-v2", "modernbert")
"""What can be trained and run, as Hugging Face's configs name their model_type (DeBERTa v3 calls itself deberta-v2)."""
ACTIVATIONS = {
    "gelu": "erf", "gelu_new": "tanh", "gelu_fast": "tanh", "gelu_pytorch_tanh": "tanh", "relu": "relu", "silu": "swish",
    "swish": "swish",
}  # fmt: skip
"""Activation functions, by the name in a config: the form of gelu, or another function."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """What the eight numbers of EncoderSpec do not say.

    model_type: one of FAMILIES; config: those settings of the Hugging Face config that decide the arithmetic (encoder.SETTINGS).
    """

    model_type: str
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """Architecture of an encoder, in the words of BERT's paper.

    vocab: rows of the word embeddings; positions: how many pieces it can read at once; architecture None: a plain BERT.
    """

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocab: int
    positions: int
    eps: float
    act: str
    architecture: Architecture | None = None

    @property
    def family(self) -> str:
        """One of FAMILIES."""
        return BERT if self.architecture is None else self.architecture.model_type

    @property
    def config(self) -> dict[str, Any]:
        """The settings beyond the eight numbers; empty for a plain BERT."""
        return {} if self.architecture is None else self.architecture.config


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """Sizes of the relation head: size of an end's vector, size of the blocks of the grouped bilinear product."""

    size: int = 256
    block: int = 32


@dataclass(frozen=True, slots=True)
class CoreferenceSpec:
    """Sizes of the coreference head, and the names of the surface features that it was trained with."""

    features: tuple[str, ...]
    size: int = 128
    width: int = 128


@dataclass(frozen=True, slots=True)
class PrunerSpec:
    """Which pairs the relation head scores: those at or above `least` by the pruner, at most `most` of a window (runtime.kept_pairs)."""

    rank: int
    least: float
    most: int = 512


@dataclass(frozen=True, slots=True)
class Floors:
    """Calibrated scores (ten-thousandths) below which extraction keeps nothing."""

    spans: int = 500
    links: int = 500


@dataclass(frozen=True, slots=True)
class Special:
    """Vocabulary ids of the special pieces."""

    pad: int
    cls: int
    sep: int


@dataclass(frozen=True, slots=True)
class Base:
    """The model whose encoder a directory of adapters changes: its name, its fingerprint, and where it was (`adapter.find_base`)."""

    name: str
    fingerprint: str
    path: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What model.json says.

    tags: O, B-X, I-X, … in the order of the NER head's outputs, X in the order of types; relations: output i + 1 of the
    relation head (output 0 is the threshold); mask: the (head type, relation, tail type) seen in training, sorted: no other
    is ever given out; precision: how the encoder is run, one of PRECISIONS; name: for people; coreference: None where no clusters
    were annotated: then chains follow from names alone; base: whose encoder is adapted, None for a directory that is whole;
    pruner: None where every pair is scored.
    """

    name: str
    languages: tuple[str, ...]
    precision: str
    max_pieces: int
    buckets: tuple[int, ...]
    case_features: tuple[str, ...]
    types: tuple[str, ...]
    tags: tuple[str, ...]
    relations: tuple[str, ...]
    mask: tuple[tuple[str, str, str], ...]
    encoder: EncoderSpec
    relation_head: RelationSpec
    floors: Floors
    special: Special
    coreference: CoreferenceSpec | None = None
    base: Base | None = None
    pruner: PrunerSpec | None = None


@dataclass(frozen=True, slots=True)
class Platt:
    """Probability = 1 / (1 + exp(-(slope * margin + intercept)))."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's two parameters for the margins of spans (viterbi.span_margins) and links (score minus threshold score).

    chains: the same for pairs of names, and join: the mean score (ten-thousandths) from which two groups of names are one chain.
    """

    spans: Platt
    links: Platt
    chains: Platt = field(default_factory=lambda: Platt(1.0, 0.0))
    join: int = 5000


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Calibrated scores (ten-thousandths) at and above which spans and links are taken; None: the group is off.

    country: relations in COUNTRY_LIKE; other: the rest; each for facts that one sentence states, and (…_inferred) for those
    whose ends stand in two sentences: these are right less often at the same score.
    """

    spans: int
    country: int | None
    other: int | None
    country_inferred: int | None = None
    other_inferred: int | None = None

    def link(self, relation: str, scope: Scope = Scope.STATED) -> int | None:
        """The threshold of a relation in facts of a scope."""
        if scope is Scope.INFERRED:
            return self.country_inferred if relation in COUNTRY_LIKE else self.other_inferred
        return self.country if relation in COUNTRY_LIKE else self.other

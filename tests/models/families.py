"""Tiny random encoders of every family, with tokenizers trained here, saved as Hugging Face folders: no weights, no network."""

from dataclasses import replace
from pathlib import Path

import torch
import transformers

from kgbuild.models.directory import RelationSpec
from tests.models.vocabularies import tokenizer_of

SIZES = {"num_hidden_layers": 3, "num_attention_heads": 4, "hidden_size": 32, "intermediate_size": 48}

FAMILIES = {
    "bert": ("wordpiece", "BertConfig", {}),
    "bert-relu": ("wordpiece", "BertConfig", {"hidden_act": "relu", "type_vocab_size": 1}),
    "chinese-bert": ("characters", "BertConfig", {"hidden_act": "gelu_new"}),
    "electra": ("wordpiece", "ElectraConfig", {"embedding_size": 16}),
    "electra-base": ("wordpiece", "ElectraConfig", {"embedding_size": 32}),
    "roberta": ("bytes-roberta", "RobertaConfig", {"max_position_embeddings": 514, "type_vocab_size": 1}),
    "xlm-roberta": ("unigram-roberta", "XLMRobertaConfig", {"max_position_embeddings": 514, "type_vocab_size": 1}),
    "deberta": (
        "bytes",
        "DebertaConfig",
        {"relative_attention": True, "pos_att_type": "c2p|p2c", "position_biased_input": False, "type_vocab_size": 0},
    ),
    "deberta-v2": (
        "unigram",
        "DebertaV2Config",
        {
            "relative_attention": True, "pos_att_type": "p2c|c2p", "position_biased_input": False, "position_buckets": 16,
            "norm_rel_ebd": "layer_norm", "share_att_key": True, "conv_kernel_size": 3, "conv_act": "gelu",
        },
    ),
    "deberta-v3": (
        "unigram",
        "DebertaV2Config",
        {
            "relative_attention": True, "pos_att_type": "p2c|c2p", "position_biased_input": False, "position_buckets": 256,
            "norm_rel_ebd": "layer_norm", "share_att_key": True, "type_vocab_size": 0,
        },
    ),
    "deberta-v2-apart": (
        "unigram",
        "DebertaV2Config",
        {
            "relative_attention": True, "pos_att_type": "c2p|p2c", "position_biased_input": True, "max_relative_positions": 20,
            "share_att_key": False, "embedding_size": 16, "type_vocab_size": 2,
        },
    ),
    "modernbert": ("bytes", "ModernBertConfig", {"local_attention": 12, "pad_token_id": 0, "max_position_embeddings": 1024}),
    "modernbert-biased": (
        "bytes",
        "ModernBertConfig",
        {"pad_token_id": 0, "norm_bias": True, "attention_bias": True, "mlp_bias": True, "hidden_activation": "silu"},
    ),
}  # fmt: skip
"""Name: tokenizer, class of the config, settings. Each setting is one that real encoders of the family differ in."""


def write_encoder(folder: Path, name: str, hidden: int = 32, **changes) -> Path:
    """Save a random encoder of a family with its tokenizer, as a user would name one."""
    kind, config, settings = FAMILIES[name]
    tokenizer = tokenizer_of(kind)
    made = getattr(transformers, config)(
        **{**SIZES, "hidden_size": hidden, "vocab_size": tokenizer.get_vocab_size() + 3, **settings, **changes}
    )
    torch.manual_seed(0)
    model = transformers.AutoModel.from_config(made)
    with torch.no_grad():
        for parameter in model.parameters():  # far from where training begins, so that each matters
            parameter.add_(torch.randn_like(parameter) * (0.7 * parameter.shape[-1] ** -0.5 if parameter.ndim > 1 else 0.1))
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def write_model(folder: Path, name: str, precision: str = "f32", **changes) -> Path:
    """A model directory whose encoder is of that family: loaded as training does, trained one step, written."""
    from kgbuild.models.checkpoint import Joint, save
    from kgbuild.models.directory import Calibration, Platt, Thresholds, write_calibration, write_thresholds
    from kgbuild.models.encoder import load_pretrained
    from kgbuild.models.pieces import load_tokenizer
    from kgbuild.training import material
    from kgbuild.training.augment import Augmentation
    from kgbuild.training.batches import Recipe, epoch_batches
    from kgbuild.training.corpora import read_corpus
    from kgbuild.training.examples import labels_for
    from kgbuild.training.loop import TrainingConfig, start_state, train_step
    from tests.training.documents import write

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # tensors this small only wait for each other
    source = write_encoder(folder / "encoder", name, **changes)
    documents = read_corpus(write(folder / "train.json", 3))
    encoder, architecture = load_pretrained(str(source))
    tokenizer = load_tokenizer(source / "tokenizer.json")
    spec = replace(
        material.spec_of(name, documents, architecture, tokenizer), precision=precision, relation_head=RelationSpec(16, 4)
    )
    recipe = Recipe(tokenizer, labels_for(spec.types, spec.relations, spec.mask), spec)
    state = start_state(Joint(encoder, spec), TrainingConfig())
    batch, _ = next(epoch_batches(documents, recipe, Augmentation(), 1, 1, 3))
    losses = train_step(state, [batch], 0.5, TrainingConfig())
    assert all(loss > 0 for loss in losses.values())
    model = folder / "model"
    save(model, state.model, spec, tokenizer, torch.float32)
    write_calibration(model, Calibration(Platt(1.0, 0.0), Platt(1.0, 0.0)))
    write_thresholds(model, Thresholds(500, 500, 500), Thresholds(500, 500, 500))
    torch.set_num_threads(threads)
    return model

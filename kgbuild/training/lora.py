"""An encoder -> the same encoder with small trainable adapters beside its linear layers (LoRA, Hu et al. 2021, arXiv:2106.09685).

The adapters are peft's and are written in peft's format; `models.adapter` merges them when a directory is loaded.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from kgbuild.models.adapter import PREFIX
from kgbuild.models.checkpoint import Joint
from kgbuild.models.directory import ADAPTER, write_tensors
from kgbuild.models.spec import Base

MARKS = (".lora_A.", ".lora_B.")


def add_adapters(model: Joint, rank: int) -> None:
    """Put adapters of this rank (alpha = 2 · rank) beside every linear layer of the encoder, and freeze all else of it."""
    from peft import LoraConfig, inject_adapter_in_model

    bert = model.encoder.bert
    names = [name for name, module in bert.named_modules() if isinstance(module, nn.Linear)]
    before = {name: bert.get_submodule(name) for name in names}
    for parameter in model.encoder.parameters():
        parameter.requires_grad_(False)
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=names, lora_dropout=0.0, bias="none"), bert)
    for name, module in before.items():
        _move_hooks(module, bert.get_submodule(name))
    for name, parameter in model.encoder.named_parameters():
        parameter.requires_grad_(any(mark in name for mark in MARKS))


def head_weights(model: Joint) -> dict[str, Tensor]:
    """The weights of a model's heads: what an adapted model has of its own beside the adapters."""
    return {name: tensor for name, tensor in model.named_parameters() if not name.startswith("encoder.")}


def save_adapters(path: Path, model: Joint, rank: int, base: Base) -> None:
    """Write adapter_model.safetensors and adapter_config.json as peft does."""
    from peft import LoraConfig
    from safetensors.torch import save_file

    found = {
        PREFIX + name.removeprefix("encoder.bert.").replace(".default.", "."): tensor.detach()
        .to("cpu", torch.float32)
        .contiguous()
        for name, tensor in model.named_parameters()
        if any(mark in name for mark in MARKS)
    }
    modules = sorted({name.removeprefix(PREFIX).partition(".lora_")[0] for name in found})
    write_tensors(path / ADAPTER, lambda part: save_file(found, part, metadata={"format": "pt"}))
    settings = LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules=modules, lora_dropout=0.0, bias="none", inference_mode=True
    )
    settings.base_model_name_or_path = f"{base.name} {base.fingerprint}"
    settings.save_pretrained(str(path))


def _move_hooks(inner: nn.Module, outer: nn.Module) -> None:
    """Whoever listens to a layer wants what it gives with its adapter."""
    outer._forward_hooks.update(inner._forward_hooks)
    inner._forward_hooks.clear()

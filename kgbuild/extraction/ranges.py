"""A model directory and texts -> the same model in precision int8: the ranges of its linear layers' inputs, seen in these texts."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.errors import UsageError
from kgbuild.extraction.encoder_graphs import encoder_graph
from kgbuild.extraction.int8_graphs import watched
from kgbuild.extraction.windows import prepare
from kgbuild.models.adapter import copy_model, read_tensors
from kgbuild.models.directory import RANGES, TOKENIZER, WEIGHTS, read_directory, write_spec, write_tensors
from kgbuild.models.pieces import load_tokenizer, split_all

TEXTS = 200
"""More texts widen hardly any range."""
FEWEST = 20
GROUP = 50


def quantize(folder: Path, texts: Iterable[str], out: Path) -> int:
    """Copy a model directory to `out` with precision int8 and ranges from the first TEXTS texts; returns how many were read.

    Raises UsageError when out is there already or fewer than FEWEST texts hold a word, ModelError for a directory that cannot be used.
    """
    if out.exists():
        raise UsageError(f"{out} is there already: give another --out")
    ranges, count = seen_ranges(folder, texts)
    if count < FEWEST:
        raise UsageError(f"{count} passages with text are too few to see what numbers the model meets: give at least {FEWEST}")
    copy_model(folder, out)
    _write(out, ranges)
    write_spec(out, replace(read_directory(out).spec, precision="int8"))
    return count


def seen_ranges(folder: Path, texts: Iterable[str]) -> tuple[dict[str, NDArray[np.float32]], int]:
    """The smallest and the largest value of each input of each layer, (2, inputs) by the layer's weight; and how many texts were read."""
    spec = read_directory(folder).spec
    graph = encoder_graph(read_tensors(folder / WEIGHTS), spec)
    own = len(graph.outputs)
    names = watched(graph)
    request = _compiled(graph).create_infer_request()
    ranges: dict[str, NDArray[np.float32]] = {}
    count = 0
    tokenizer = load_tokenizer(folder / TOKENIZER)
    some = islice((text for text in texts if text.strip()), TEXTS)
    while group := list(islice(some, GROUP)):
        for text, pieces in zip(group, split_all(tokenizer, group), strict=True):
            windows = prepare(text, pieces, spec.max_pieces).windows
            count += bool(windows)
            for start, end in windows:
                # without padding: what stands there is nobody's number
                ids = np.array([[spec.special.cls, *pieces.ids[start:end], spec.special.sep]], dtype=np.int64)
                cases = np.array([[0, *pieces.cases[start:end], 0]], dtype=np.int64)
                request.infer([ids, cases, np.zeros((1, 1, 1, ids.shape[1]), dtype=np.float32)])
                found = [np.array(value) for value in list(request.results.values())[own:]]
                _widen(ranges, names, found)
    return ranges, count


def _widen(ranges: dict[str, NDArray[np.float32]], names: list[str], found: list[NDArray[np.float32]]) -> None:
    for name, low, high in zip(names, found[::2], found[1::2], strict=True):
        if name in ranges:
            low, high = np.minimum(low, ranges[name][0]), np.maximum(high, ranges[name][1])
        ranges[name] = np.stack([low, high]).astype(np.float32)


def _compiled(graph: Any) -> Any:
    import openvino

    options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "ENABLE_CPU_PINNING": False}
    return openvino.Core().compile_model(graph, "CPU", options)


def _write(folder: Path, ranges: dict[str, NDArray[np.float32]]) -> None:
    from safetensors.numpy import save_file

    write_tensors(folder / RANGES, lambda part: save_file(ranges, part))

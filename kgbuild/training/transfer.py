"""Weights of one model -> another with other labels: encoder and shared parts whole, rows of labels by name."""

import logging

import torch
from torch import Tensor

from kgbuild.models.checkpoint import Joint, weights_of
from kgbuild.models.spec import ModelSpec

log = logging.getLogger(__name__)


def transfer(model: Joint, spec: ModelSpec, before: Joint, old: ModelSpec) -> None:
    """Copy what fits from `before`: tensors of the same shape, and of those that have a row a label the rows of common labels.

    A part whose other sizes differ keeps its fresh weights, and is named in a warning.
    """
    own, theirs = weights_of(model), weights_of(before)
    rows = _label_rows(spec, old)
    fresh = []
    with torch.no_grad():
        for name, parameter in own.items():
            if name not in theirs or theirs[name].shape[1:] != parameter.shape[1:]:
                fresh.append(name)
            elif name in rows:
                _copy_rows(parameter, theirs[name], rows[name])
            elif theirs[name].shape == parameter.shape:
                parameter.copy_(theirs[name])
            else:
                fresh.append(name)
    if fresh:
        log.info("not taken from the start model, since it has no such part: %s", ", ".join(fresh))


def _label_rows(spec: ModelSpec, old: ModelSpec) -> dict[str, list[tuple[int, int]]]:
    """For each tensor with a row a label: (row here, row there) of the labels that both know."""
    tags = _common(spec.tags, old.tags)
    types = _common(spec.types, old.types)
    relations = [(0, 0), *((here + 1, there + 1) for here, there in _common(spec.relations, old.relations))]
    return {
        "ner.linear.weight": tags,
        "ner.linear.bias": tags,
        "relation.types.weight": types,
        "coreference.types.weight": types,
        "relation.bilinear.weight": relations,
        "relation.bilinear.bias": relations,
    }


def _common(here: tuple[str, ...], there: tuple[str, ...]) -> list[tuple[int, int]]:
    numbers = {name: i for i, name in enumerate(there)}
    return [(i, numbers[name]) for i, name in enumerate(here) if name in numbers]


def _copy_rows(parameter: Tensor, source: Tensor, rows: list[tuple[int, int]]) -> None:
    for here, there in rows:
        parameter[here] = source[there]

"""Ends of chains, and where they look -> a cheap score of every pair, by which the relation head is spared the hopeless ones.

A product of low rank, a number for each pair of types, and how much of the passage both chains look at. It is fitted after the model,
to the model's own margins (training.pruning). Knows no text and no label names.
"""

import torch
from torch import Tensor, nn

from kgbuild.models.spec import PrunerSpec, RelationSpec

LEAST_OVERLAP = 1e-6


class Pruner(nn.Module):
    """Scores all pairs of chains of one sequence, in float32; see `checkpoint` for the arithmetic step by step."""

    def __init__(self, types: int, relation: RelationSpec, spec: PrunerSpec) -> None:
        super().__init__()
        self.size = relation.size
        self.head = nn.Linear(relation.size, spec.rank)
        self.tail = nn.Linear(relation.size, spec.rank)
        self.types = nn.Parameter(torch.zeros(types, types))
        self.overlap = nn.Parameter(torch.zeros(1))

    def forward(self, ends: Tensor, kinds: Tensor, overlap: Tensor) -> Tensor:
        """Scores (C, C), head by tail; ends (C, 2E), kinds (C,) type numbers, overlap (C, C) as `overlap_of` gives it."""
        with torch.autocast(ends.device.type, enabled=False):
            ends = torch.tanh(ends.float())
            product = torch.matmul(self.head(ends[:, : self.size]), self.tail(ends[:, self.size :]).T)
            scores: Tensor = product + self.types[kinds][:, kinds] + self.overlap * overlap
        return scores


def overlap_of(attention: Tensor) -> Tensor:
    """Logarithm of how much two chains look at the same pieces: attention (heads, C, L) -> (C, C)."""
    with torch.autocast(attention.device.type, enabled=False):
        rows = attention.float().transpose(0, 1).flatten(1)  # (C, heads * L)
        return torch.log(torch.matmul(rows, rows.T) + LEAST_OVERLAP)

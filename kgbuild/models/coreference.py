"""Encoder outputs, written names and what their writing says -> a score for each pair of names: are they one thing in this text.

A name is pooled over its mentions; a pair is seen as product and difference of two projections beside its surface features, so the
score does not depend on their order. Knows no text and no clustering; trained where clusters are annotated.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from kgbuild.models.encoder import Encoded
from kgbuild.models.spec import CoreferenceSpec


class NamePairs(NamedTuple):
    """The written names of one sequence of a batch, and the pairs to score. Pieces are positions, [CLS] being 0.

    row: which sequence; first, last: (M,) pieces of each mention; name: (M,) the name of each mention; types: (N,) type number of
    each name; left, right: (P,) names; features: (P, F).
    """

    row: int
    first: Tensor
    last: Tensor
    name: Tensor
    types: Tensor
    left: Tensor
    right: Tensor
    features: Tensor


class CoreferenceHead(nn.Module):
    """Scores pairs of names; see `checkpoint` for the arithmetic step by step."""

    def __init__(self, hidden: int, types: int, spec: CoreferenceSpec, dropout: float = 0.2) -> None:
        super().__init__()
        self.project = nn.Linear(2 * hidden, spec.size)
        self.types = nn.Embedding(types, spec.size)
        nn.init.normal_(self.types.weight, std=0.02)
        self.dropout = nn.Dropout(dropout)
        self.pair = nn.Linear(2 * spec.size + len(spec.features), spec.width)
        self.out = nn.Linear(spec.width, 1)

    def forward(self, encoded: Encoded, items: list[NamePairs]) -> Tensor:
        """Log-odds (sum of P,) that the two names of each pair are one thing, sequence after sequence."""
        rows = [self._pairs(encoded.hidden[item.row], item) for item in items]
        inner = torch.relu(self.pair(self.dropout(torch.cat(rows))))
        scores: Tensor = self.out(self.dropout(inner)).squeeze(1)
        return scores

    def _pairs(self, hidden: Tensor, item: NamePairs) -> Tensor:
        states = torch.cat([hidden[item.first], hidden[item.last]], dim=1)  # (M, 2D)
        member = functional.one_hot(item.name, len(item.types)).T.to(states.dtype)  # (N, M)
        names = torch.matmul(member / member.sum(1, keepdim=True), states)  # (N, 2D)
        names = torch.tanh(self.project(names) + self.types(item.types))
        left, right = names[item.left], names[item.right]
        return torch.cat([left * right, (left - right).abs(), item.features.to(left.dtype)], dim=1)


def coreference_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean binary cross-entropy; scores (P,) log-odds, labels (P,) of 0 and 1."""
    return functional.binary_cross_entropy_with_logits(scores.float(), labels)

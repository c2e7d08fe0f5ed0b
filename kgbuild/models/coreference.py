"""Encoder outputs, written names and what their writing says -> a score for each pair of names: are they one thing in this text.

A name is pooled over its mentions; a pair is seen as product and difference of two projections beside its surface features, so the
score does not depend on their order. Knows no text and no clustering; trained where clusters are annotated.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from kgbuild.models.encoder import Encoded
from kgbuild.models.relation import membership, mention_states
from kgbuild.models.spec import CoreferenceSpec


class NamePairs(NamedTuple):
    """The written names of some sequences of a batch, padded to the most, and the pairs to score. Pieces are positions, [CLS] being 0.

    rows: (S,) which sequences of the batch; first, last: (S, M) pieces of each mention, 0 as padding; name: (S, M) the name of each
    mention, -1 as padding; types: (S, N) type number of each name, 0 as padding; owner: (P,) the sequence, of S, of each pair,
    ascending; left, right: (P,) names; features: (P, F).
    """

    rows: Tensor
    first: Tensor
    last: Tensor
    name: Tensor
    types: Tensor
    owner: Tensor
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

    def forward(self, encoded: Encoded, names: NamePairs) -> Tensor:
        """Log-odds (P,) that the two names of each pair are one thing."""
        inner = torch.relu(self.pair(self.dropout(self._pairs(encoded.hidden, names))))
        scores: Tensor = self.out(self.dropout(inner)).squeeze(1)
        return scores

    def _pairs(self, hidden: Tensor, names: NamePairs) -> Tensor:
        states = mention_states(hidden, names.rows, names.first, names.last)  # (S, M, 2D)
        member = membership(names.name, names.types.shape[1]).to(states.dtype)  # (S, N, M)
        means = torch.matmul(member / member.sum(2, keepdim=True).clamp(min=1), states)  # (S, N, 2D)
        seen = torch.tanh(self.project(means) + self.types(names.types))
        left, right = seen[names.owner, names.left], seen[names.owner, names.right]
        return torch.cat([left * right, (left - right).abs(), names.features.to(left.dtype)], dim=1)


def coreference_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean binary cross-entropy; scores (P,) log-odds, labels (P,) of 0 and 1."""
    return functional.binary_cross_entropy_with_logits(scores.float(), labels)

"""Hidden states of words' first pieces -> scores of BIO tags, and the loss. Knows neither text nor decoding."""

import torch
from torch import Tensor, nn
from torch.nn import functional

IGNORE = -100
"""The label of pieces that carry none: [CLS], [SEP], padding, and all pieces of a word but its first."""


class NerHead(nn.Module):
    """One linear layer over (dropped-out) hidden states."""

    def __init__(self, hidden: int, tags: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(hidden, tags)

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, tags)."""
        scores: Tensor = self.linear(self.dropout(hidden))
        return scores


def ner_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy over labelled pieces; scores (B, L, tags), labels (B, L) with IGNORE; 0 when nothing is labelled."""
    total = functional.cross_entropy(scores.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORE, reduction="sum")
    return total / torch.clamp((labels != IGNORE).sum(), min=1)

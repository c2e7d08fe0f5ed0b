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


def ner_loss(scores: Tensor, labels: Tensor, unknown: Tensor | None = None) -> Tensor:
    """Mean cross-entropy over labelled pieces; 0 when nothing is labelled.

    scores (B, L, tags); labels (B, L) with IGNORE; unknown (B, tags): True for the tags of types that were not annotated in that
    sequence. There a piece labelled O (0) is O or one of these: what counts is their summed probability.
    """
    scores = scores.float()
    if unknown is not None:
        outside = (labels == 0) & unknown.any(1)[:, None]
        may_be = unknown.clone()
        may_be[:, 0] = True
        summed = scores.masked_fill(~may_be[:, None, :], -1e30).logsumexp(2)
        scores = torch.cat([torch.where(outside, summed, scores[:, :, 0])[:, :, None], scores[:, :, 1:]], dim=2)
        hidden = outside[:, :, None] & unknown[:, None, :]  # counted with O, not against it
        scores = scores.masked_fill(hidden, -1e30)
    total = functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=IGNORE, reduction="sum")
    return total / torch.clamp((labels != IGNORE).sum(), min=1)

"""Encoder outputs and chains of mentions -> scores of relations for typed, directed pairs of chains, and the loss.

After ATLOP (Zhou et al. 2021, arXiv:2010.11304): log-sum-exp pooling of mention states, localized context from the last
layer's attention, grouped bilinear, adaptive threshold. Every gather is batched. Knows no text and no label names.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from kgbuild.models.encoder import Encoded
from kgbuild.models.spec import RelationSpec

THRESHOLD = 0
"""Column of the adaptive threshold; relation number r of the model's labels is column r + 1."""
FULL = 50.0
"""Pairs from which on a batch counts whole: a few pairs of short passages shall not weigh as much as hundreds of a long text."""
UNKNOWN = 2
"""The label of a relation that was not looked for in a document."""


class Chains(NamedTuple):
    """The chains of one sequence of a batch. Pieces are positions in the sequence, [CLS] being 0.

    row: which sequence; first, last: (M,) the first and last piece of each mention; chain: (M,) the chain of each mention;
    types: (C,) type number of each chain; heads, tails: (P,) the pairs of chains to score.
    """

    row: int
    first: Tensor
    last: Tensor
    chain: Tensor
    types: Tensor
    heads: Tensor
    tails: Tensor


class RelationHead(nn.Module):
    """Scores pairs of chains; see `checkpoint` for the arithmetic step by step."""

    def __init__(self, hidden: int, types: int, relations: int, spec: RelationSpec, dropout: float = 0.2) -> None:
        super().__init__()
        self.size, self.block = spec.size, spec.block
        self.ends = nn.Linear(2 * hidden, 2 * spec.size)
        self.context = nn.Linear(hidden, 2 * spec.size, bias=False)
        self.types = nn.Embedding(types, 2 * spec.size)
        nn.init.normal_(self.types.weight, std=0.02)
        self.dropout = nn.Dropout(dropout)
        self.bilinear = nn.Linear(spec.size * spec.block, relations + 1)

    def forward(self, encoded: Encoded, mask: Tensor, chains: list[Chains]) -> Tensor:
        """Scores (sum of P, relations + 1) of all pairs, sequence after sequence; column 0 is the threshold."""
        return self.attended(encoded, mask, chains)[0]

    def attended(self, encoded: Encoded, mask: Tensor, chains: list[Chains]) -> tuple[Tensor, list[Tensor]]:
        """The scores, and for each sequence where its pairs look, (P, L), rows that sum to one."""
        ends, contexts, looks = [], [], []
        for item in chains:
            ends.append(self.ends_of(encoded.hidden[item.row], item))
            weights = pair_attention(encoded, mask, item)
            looks.append(weights)
            contexts.append(torch.matmul(weights.to(encoded.hidden.dtype), encoded.hidden[item.row]))
        left = torch.cat([end[item.heads, : self.size] for end, item in zip(ends, chains, strict=True)])
        right = torch.cat([end[item.tails, self.size :] for end, item in zip(ends, chains, strict=True)])
        around = self.context(torch.cat(contexts))  # (P, 2E)
        head = self.dropout(torch.tanh(left + around[:, : self.size]))
        tail = self.dropout(torch.tanh(right + around[:, self.size :]))
        groups = (-1, self.size // self.block, self.block)
        product = head.view(groups).unsqueeze(3) * tail.view(groups).unsqueeze(2)  # (P, E/block, block, block)
        scores: Tensor = self.bilinear(product.flatten(1))
        return scores, looks

    def ends_of(self, hidden: Tensor, item: Chains) -> Tensor:
        """The two ends of each chain: (C, 2E), the first half for heads of pairs."""
        states = torch.cat([hidden[item.first], hidden[item.last]], dim=1)  # (M, 2D)
        pooled = pool(states.float(), item.chain, len(item.types))  # (C, 2D)
        ends: Tensor = self.ends(pooled) + self.types(item.types)  # (C, 2E)
        return ends


def pool(states: Tensor, groups: Tensor, count: int) -> Tensor:
    """Log-sum-exp of the rows of each group: (M, D), (M,) -> (count, D)."""
    index = groups[:, None].expand_as(states)
    top = torch.full((count, states.shape[1]), -torch.inf, device=states.device)
    top = top.scatter_reduce(0, index, states.detach(), "amax")
    total = torch.zeros_like(top).index_add(0, groups, torch.exp(states - top[groups]))
    return top + torch.log(total)


def pair_attention(encoded: Encoded, mask: Tensor, item: Chains) -> Tensor:
    """The attention that both chains of a pair pay to each piece: (P, L), rows that sum to one.

    It is the product of the two chains' attention, summed over heads and scaled to sum to one.
    """
    chains = chain_attention(encoded, mask, item).permute(2, 1, 0)  # (L, C, heads)
    both = torch.bmm(chains, chains.transpose(1, 2)).permute(1, 2, 0)  # (C, C, L)
    weights = both[item.heads, item.tails].float()  # (P, L)
    return weights / (weights.sum(1, keepdim=True) + 1e-6)


def chain_attention(encoded: Encoded, mask: Tensor, item: Chains) -> Tensor:
    """The attention of each chain, (heads, C, L): the mean over its mentions of the last layer's rows at first and last pieces."""
    query, key = encoded.query[item.row], encoded.key[item.row]
    places = torch.cat([item.first, item.last])
    scores = torch.einsum("mhd,lhd->hml", query[places] * query.shape[-1] ** -0.5, key).float()
    scores = scores.masked_fill(mask[item.row][None, None] == 0, -torch.inf)
    rows = torch.softmax(scores, dim=2)  # (heads, 2M, L)
    owner = torch.cat([item.chain, item.chain])
    mean = functional.one_hot(owner, len(item.types)).T.to(rows.dtype)  # (C, 2M)
    mean = mean / mean.sum(1, keepdim=True)
    return torch.matmul(mean, rows)


def relation_loss(scores: Tensor, labels: Tensor, weights: Tensor, over: Tensor | None = None) -> Tensor:
    """Adaptive-threshold loss, summed with weights and divided by `over` (default: their sum), at least FULL.

    scores (P, R + 1); labels (P, R + 1): 1 holds, 0 does not, UNKNOWN takes no part, column 0 always 0; weights (P,), 0 for pairs
    about which nothing is known.
    """
    scores = scores.float()
    threshold = torch.zeros_like(labels)
    threshold[:, THRESHOLD] = 1.0
    holds = (labels == 1).float()
    positive = scores.masked_fill(holds + threshold == 0, -1e30)  # positives and the threshold
    above = -(functional.log_softmax(positive, dim=1) * holds).sum(1)
    negative = scores.masked_fill(labels >= 1, -1e30)  # negatives and the threshold
    below = -functional.log_softmax(negative, dim=1)[:, THRESHOLD]
    return ((above + below) * weights).sum() / torch.clamp(weights.sum() if over is None else over, min=FULL)


def soft_loss(scores: Tensor, wanted: Tensor, weights: Tensor, over: Tensor | None = None) -> Tensor:
    """Cross-entropy between the pairs' chances at temperature 2 and a teacher's, summed over relations, averaged as relation_loss.

    scores (P, R + 1); wanted (P, R) the teacher's margins, not a number where it knows nothing; weights (P,), 0 for pairs that the teacher has not seen. After Hinton
    et al. 2015 (arXiv:1503.02531), with the adaptive threshold as zero.
    """
    scores = scores.float()
    margins = (scores[:, 1:] - scores[:, :1]) / 2
    told = ~torch.isnan(wanted)
    target = torch.sigmoid(torch.nan_to_num(wanted) / 2)
    loss = (functional.binary_cross_entropy_with_logits(margins, target, reduction="none") * told).sum(1)
    return (loss * weights).sum() / torch.clamp(weights.sum() if over is None else over, min=FULL)


def evidence_loss(looks: Tensor, sentences: Tensor, wanted: Tensor) -> Tensor:
    """Divergence of where pairs look from where their evidence stands, averaged over pairs (after DREEAM, arXiv:2302.08675).

    looks (E, L) rows that sum to one; sentences (L,) the sentence of each piece, -1 for none; wanted (E, S) rows that sum to one.
    """
    inside = functional.one_hot(sentences + 1, wanted.shape[1] + 1).to(looks.dtype)[:, 1:]  # (L, S)
    chance = torch.matmul(looks, inside).clamp(min=1e-6)
    return functional.kl_div(chance.log(), wanted, reduction="batchmean")

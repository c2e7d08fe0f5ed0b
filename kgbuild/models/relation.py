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
LOWEST, NEARLY_NOTHING = -1e4, 1e-30
"""What stands for the largest of no rows, and for their sum: finite, so that no gradient becomes what is no number."""


class Chains(NamedTuple):
    """The chains of some sequences of a batch, padded to the largest. Pieces are positions in the sequence, [CLS] being 0.

    rows: (S,) which sequences of the batch; first, last: (S, M) the first and last piece of each mention, 0 as padding; chain:
    (S, M) the chain of each mention, -1 as padding; types: (S, C) type number of each chain, 0 as padding; owner: (P,) the sequence,
    of S, of each pair, ascending; heads, tails: (P,) the pairs of chains to score.
    """

    rows: Tensor
    first: Tensor
    last: Tensor
    chain: Tensor
    types: Tensor
    owner: Tensor
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

    def forward(self, encoded: Encoded, mask: Tensor, chains: Chains) -> Tensor:
        """Scores (P, relations + 1) of all pairs; column 0 is the threshold."""
        return self.attended(encoded, mask, chains)[0]

    def attended(self, encoded: Encoded, mask: Tensor, chains: Chains) -> tuple[Tensor, Tensor]:
        """The scores, and where the two chains of each pair look: (S, C, C, L), rows that sum to one."""
        ends = self.ends_of(encoded.hidden, chains)  # (S, C, 2E)
        looks = pair_attention(chain_attention(encoded, mask, chains))
        hidden = encoded.hidden[chains.rows]
        found = torch.matmul(looks.flatten(1, 2).to(hidden.dtype), hidden)  # (S, C * C, D)
        around = self.context(found[chains.owner, chains.heads * looks.shape[1] + chains.tails])  # (P, 2E)
        left = ends[chains.owner, chains.heads, : self.size] + around[:, : self.size]
        right = ends[chains.owner, chains.tails, self.size :] + around[:, self.size :]
        head, tail = self.dropout(torch.tanh(left)), self.dropout(torch.tanh(right))
        groups = (-1, self.size // self.block, self.block)
        product = head.view(groups).unsqueeze(3) * tail.view(groups).unsqueeze(2)  # (P, E/block, block, block)
        scores: Tensor = self.bilinear(product.flatten(1))
        return scores, looks

    def ends_of(self, hidden: Tensor, chains: Chains) -> Tensor:
        """The two ends of each chain: (S, C, 2E), the first half for heads of pairs."""
        count = chains.types.shape[1]
        pooled = pool(mention_states(hidden, chains.rows, chains.first, chains.last).float(), chains.chain, count)  # (S, C, 2D)
        ends: Tensor = self.ends(pooled) + self.types(chains.types)
        return ends


def mention_states(hidden: Tensor, rows: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """The states of the first and the last piece of each mention, side by side: (S, M, 2D)."""
    rows = rows[:, None]
    return torch.cat([hidden[rows, first], hidden[rows, last]], dim=2)


def membership(groups: Tensor, count: int) -> Tensor:
    """Which mention belongs to which group: (S, M), -1 for none -> (S, count, M) of True and False."""
    return groups[:, None, :] == torch.arange(count, device=groups.device)[:, None]


def pool(states: Tensor, groups: Tensor, count: int) -> Tensor:
    """Log-sum-exp of the rows of each group: (S, M, D), (S, M) -> (S, count, D); what a group without rows gets is finite."""
    rows, _, size = states.shape
    flat = torch.where(groups < 0, rows * count, groups + count * torch.arange(rows, device=groups.device)[:, None]).flatten()
    states = states.flatten(0, 1)
    top = torch.full((rows * count + 1, size), LOWEST, dtype=states.dtype, device=states.device)
    top = top.scatter_reduce(0, flat[:, None].expand_as(states), states.detach(), "amax")
    total = torch.zeros_like(top).index_add(0, flat, torch.exp(states - top[flat]))
    return (top + torch.log(total.clamp(min=NEARLY_NOTHING)))[:-1].view(rows, count, size)


def pair_attention(chains: Tensor) -> Tensor:
    """The attention that both chains of a pair pay to each piece: (S, heads, C, L) -> (S, C, C, L), rows that sum to one.

    It is the product of the two chains' attention, summed over heads and scaled to sum to one.
    """
    by_piece = chains.permute(0, 3, 2, 1)  # (S, L, C, heads)
    both = torch.matmul(by_piece, by_piece.transpose(2, 3)).permute(0, 2, 3, 1).float()
    return both / (both.sum(3, keepdim=True) + 1e-6)


def chain_attention(encoded: Encoded, mask: Tensor, chains: Chains) -> Tensor:
    """The attention of each chain, (S, heads, C, L): the mean over its mentions of the last layer's rows at first and last pieces."""
    query, key = encoded.query, encoded.key[chains.rows]
    places = torch.cat([chains.first, chains.last], dim=1)  # (S, 2M)
    asked = query[chains.rows[:, None], places] * query.shape[-1] ** -0.5
    scores = torch.einsum("smhd,slhd->shml", asked, key).float()
    scores = scores.masked_fill(mask[chains.rows][:, None, None] == 0, -torch.inf)
    attention = torch.softmax(scores, dim=3)  # (S, heads, 2M, L)
    mean = membership(torch.cat([chains.chain, chains.chain], dim=1), chains.types.shape[1]).to(attention.dtype)  # (S, C, 2M)
    mean = mean / mean.sum(2, keepdim=True).clamp(min=1)
    return torch.matmul(mean[:, None], attention)


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


def evidence_loss(looks: Tensor, sentences: Tensor, wanted: Tensor, weights: Tensor) -> Tensor:
    """Divergence of where pairs look from where their evidence stands, a weighted sum over pairs (after DREEAM, arXiv:2302.08675).

    looks (E, L) rows that sum to one; sentences (E, L) the sentence of each piece, -1 for none; wanted (E, S) rows that sum to one;
    weights (E,).
    """
    inside = torch.zeros(len(wanted), wanted.shape[1] + 1, dtype=looks.dtype, device=looks.device)
    chance = inside.scatter_add(1, sentences + 1, looks)[:, 1:].clamp(min=1e-6)
    return (functional.kl_div(chance.log(), wanted, reduction="none").sum(1) * weights).sum()

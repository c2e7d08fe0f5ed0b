"""Examples -> torch batches, length-bucketed, in an order that depends on seed and epoch alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from kgbuild.models.coreference import NamePairs
from kgbuild.models.ner import IGNORE
from kgbuild.models.pieces import padded_length
from kgbuild.models.relation import Chains
from kgbuild.models.spec import ModelSpec
from kgbuild.training.ahead import ahead
from kgbuild.training.augment import Augmentation, augmented
from kgbuild.training.corpora import Annotated
from kgbuild.training.examples import Array, Example, Labels, NameExample, Taught, examples_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NEARLY_ALL = 0.8
"""Share of all mentions that the types of a document make up where it is as good as annotated for all."""
POOL = 32
"""Documents among which examples are sorted by length: enough to save padding, few enough to stay random."""


class Evidence(NamedTuple):
    """Where facts are said. pairs: (E,) their pairs, of P, ascending; shares: (E, T) of each sentence, rows that sum to one; weights:
    (E,) that sum to one in each sequence; sentences: (S, L) the sentence of each piece of the sequences with pairs, -1 for none.
    """

    pairs: Tensor
    shares: Tensor
    weights: Tensor
    sentences: Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """ids, cases, mask, tags: (B, L); chains: of the sequences with pairs; targets (P, R + 1), weights (P,) over all pairs.

    soft: (P, R) a teacher's margins, taught: (P,) 0 where there are none; names: of the sequences with pairs of names; same: (Q,) over
    all of these; unknown: (B, tags) tags of types that were not annotated. What would say nothing is None, which costs a GPU no look:
    tags without labels, chains, evidence and names without pairs, soft and taught without a teacher, unknown where all is known.
    """

    ids: Tensor
    cases: Tensor
    mask: Tensor
    tags: Tensor | None
    chains: Chains | None
    targets: Tensor
    weights: Tensor
    soft: Tensor | None
    taught: Tensor | None
    evidence: Evidence | None
    names: NamePairs | None
    same: Tensor
    unknown: Tensor | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """What turns documents into examples: tokenizer, labels, the model's lengths and special pieces."""

    tokenizer: "Tokenizer"
    labels: Labels
    spec: ModelSpec

    @property
    def special(self) -> tuple[int, int]:
        return self.spec.special.cls, self.spec.special.sep


def collate(examples: list[Example], pad: int) -> Batch:
    """Pad to the bucket of the longest; pairs of all sequences one after the other."""
    length = padded_length(max(len(example.ids) for example in examples) - 2)
    related = [(row, example) for row, example in enumerate(examples) if len(example.heads)]
    columns = examples[0].targets.shape[1]
    targets = [example.targets for _, example in related] or [np.zeros((0, columns), dtype=np.uint8)]
    heard = any(example.taught.any() for _, example in related)
    labelled = any((example.tags != IGNORE).any() for example in examples)
    unknown = np.stack([example.unknown for example in examples])
    named = [(row, example.names) for row, example in enumerate(examples) if example.names is not None]
    return Batch(
        ids=_stack([example.ids for example in examples], length, pad),
        cases=_stack([example.cases for example in examples], length, 0),
        mask=_stack([np.ones_like(example.ids) for example in examples], length, 0),
        tags=_stack([example.tags for example in examples], length, IGNORE) if labelled else None,
        chains=chains_of(related) if related else None,
        targets=torch.from_numpy(np.concatenate(targets)).float(),
        weights=_joined([example.weights for _, example in related]),
        soft=torch.from_numpy(np.concatenate([_soft(example) for _, example in related])) if heard else None,
        taught=_joined([example.taught for _, example in related]) if heard else None,
        evidence=_evidence([example for _, example in related], length),
        names=names_of(named) if named else None,
        same=_joined([names.same for _, names in named]),
        unknown=torch.from_numpy(unknown) if unknown.any() else None,
    )


def _soft(example: Example) -> NDArray[np.float32]:
    count, columns = example.targets.shape
    return np.zeros((count, columns - 1), dtype=np.float32) if example.soft is None else example.soft


def _joined(parts: list[NDArray[np.float32]]) -> Tensor:
    return torch.from_numpy(np.concatenate(parts or [np.zeros(0, dtype=np.float32)]))


def _evidence(examples: list[Example], length: int) -> Evidence | None:
    """The evidence of the examples with pairs."""
    counts = [len(example.shown) for example in examples]
    if not any(counts):
        return None
    before = np.cumsum([0, *(len(example.heads) for example in examples)])[:-1]
    most = max(example.evidence.shape[1] for example in examples)
    shares = [np.pad(e.evidence, ((0, 0), (0, most - e.evidence.shape[1]))) for e in examples if len(e.shown)]
    return Evidence(
        torch.from_numpy(np.concatenate([start + example.shown for start, example in zip(before, examples, strict=True)])),
        torch.from_numpy(np.concatenate(shares)),
        torch.from_numpy(np.concatenate([np.full(count, 1 / max(count, 1), dtype=np.float32) for count in counts])),
        _stack([example.sentences for example in examples], length, -1),
    )


def names_of(named: list[tuple[int, NameExample]]) -> NamePairs:
    """The written names of examples, each with its row of a batch."""
    rows = [row for row, _ in named]
    parts = [names for _, names in named]
    return NamePairs(
        torch.tensor(rows),
        _padded([names.first for names in parts], 0),
        _padded([names.last for names in parts], 0),
        _padded([names.name for names in parts], -1),
        _padded([names.kinds for names in parts], 0),
        _owners([len(names.left) for names in parts]),
        torch.from_numpy(np.concatenate([names.left for names in parts])),
        torch.from_numpy(np.concatenate([names.right for names in parts])),
        torch.from_numpy(np.concatenate([names.features for names in parts])),
    )


def chains_of(related: list[tuple[int, Example]]) -> Chains:
    """The chains of examples, each with its row of a batch."""
    examples = [example for _, example in related]
    return Chains(
        torch.tensor([row for row, _ in related]),
        _padded([example.first for example in examples], 0),
        _padded([example.last for example in examples], 0),
        _padded([example.chain for example in examples], -1),
        _padded([example.kinds for example in examples], 0),
        _owners([len(example.heads) for example in examples]),
        torch.from_numpy(np.concatenate([example.heads for example in examples])),
        torch.from_numpy(np.concatenate([example.tails for example in examples])),
    )


@dataclass(frozen=True, slots=True)
class _Pools:
    """The documents of an epoch (from 1), POOL by POOL: each a list of batches with the share of the epoch that is done after each.

    All draws follow from seed, epoch and the pool's number, so a pool can be made anywhere. taught: what a teacher says, by number of
    the document.
    """

    documents: Sequence[Annotated]
    recipe: Recipe
    how: Augmentation
    epoch: int
    seed: int
    size: int
    taught: Mapping[int, Taught]
    order: Sequence[int]

    @property
    def count(self) -> int:
        return -(-len(self.order) // POOL)

    def batches(self, number: int) -> list[tuple[Batch, float]]:
        """Those of one pool."""
        start = number * POOL
        pool = self.order[start : start + POOL]
        examples = [item for index in pool for item in self._versions(index)]
        groups = _grouped(examples, self.size)
        order = np.random.default_rng((self.seed, self.epoch, len(self.documents), number)).permutation(len(groups)).tolist()
        shares = [(start + len(pool) * done / len(groups)) / len(self.order) for done in range(1, len(groups) + 1)]
        pad = self.recipe.spec.special.pad
        return [(collate(groups[index], pad), share) for index, share in zip(order, shares, strict=True)]

    def _versions(self, index: int) -> Iterable[tuple[Example, float]]:
        """The examples of a document, each with the share of the document that it is; a long one counts as many as it has windows."""
        document, recipe = self.documents[index], self.recipe
        draw = np.random.default_rng((self.seed, self.epoch, index, 1))
        works, natural = augmented(document, self.epoch, self.how, draw, self.taught.get(index))
        most = recipe.spec.max_pieces
        made = [
            one for work in works for one in examples_of(work, recipe.tokenizer, recipe.labels, most, recipe.special, natural)
        ]
        whole = -(-sum(len(example.ids) - 2 for example in made) // (most - 2))
        return [(example, min(1.0, max(1, whole) / len(works))) for example in made]


def epoch_batches(
    documents: Sequence[Annotated],
    recipe: Recipe,
    how: Augmentation,
    epoch: int,
    seed: int,
    size: int,
    taught: Mapping[int, Taught] | None = None,
    workers: int = 0,
) -> Iterator[tuple[Batch, float]]:
    """The batches of an epoch (from 1) and the share of it that is done after each; all draws follow from seed and epoch.

    taught: what a teacher says, by number of the document; workers: processes that make them ahead, of no effect on what they are.
    """
    partial = taking_turns(documents)
    order = [
        number
        for number in np.random.default_rng((seed, epoch)).permutation(len(documents)).tolist()
        if number not in partial or (number + epoch) % how.partial_every == 0
    ]
    pools = _Pools(documents, recipe, how, epoch, seed, size, taught or {}, order)
    if workers:
        yield from ahead(pools.batches, pools.count, workers)
    else:
        yield from (item for number in range(pools.count) for item in pools.batches(number))


def taking_turns(documents: Sequence[Annotated]) -> frozenset[int]:
    """The numbers of the documents that are annotated in part and stand beside whole ones; none where all are partial.

    Those that lack rare types alone are no part: a small file may lack them by chance.
    """
    counts = Counter(place[3] for document in documents for chain in document.chains for place in chain)
    least = NEARLY_ALL * counts.total()
    asked = {types: types is None or sum(counts[name] for name in types) >= least for types in {one.types for one in documents}}
    partial = frozenset(number for number, one in enumerate(documents) if not (one.complete and asked[one.types]))
    return partial if len(partial) < len(documents) else frozenset()


def is_whole(document: Annotated) -> bool:
    """Whether everything that the model learns of mentions was annotated in a document."""
    return document.complete and document.types is None


def _grouped(examples: list[tuple[Example, float]], size: int) -> list[list[Example]]:
    """Batches of examples of like length that make up `size` documents: parts of cut documents are many to a batch."""
    groups: list[list[Example]] = []
    room = 0.0
    for example, share in sorted(examples, key=lambda item: len(item[0].ids)):
        if room < share / 2:
            groups.append([])
            room = float(size)
        groups[-1].append(example)
        room -= share
    return groups


def _padded(rows: list[Array], fill: int) -> Tensor:
    return _stack(rows, max(map(len, rows)), fill)


def _owners(counts: list[int]) -> Tensor:
    """The number of each pair's sequence."""
    return torch.from_numpy(np.repeat(np.arange(len(counts)), counts))


def _stack(rows: list[Array], length: int, fill: int) -> Tensor:
    stack = np.full((len(rows), length), fill, dtype=np.int64)
    for target, row in zip(stack, rows, strict=True):
        target[: len(row)] = row
    return torch.from_numpy(stack)

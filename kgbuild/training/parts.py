"""A batch <-> smaller batches that together make the same step: cut by sequences, weighed by what each loss averages over.

Knows every field of a batch; a new one must be cut here as well (a test compares the names).
"""

from collections import Counter
from collections.abc import Iterable

import torch
from torch import Tensor

from kgbuild.models.coreference import NamePairs
from kgbuild.models.ner import IGNORE
from kgbuild.models.relation import FULL, Chains
from kgbuild.training.batches import Batch, Evidence
from kgbuild.training.losses import pair_mass

FIELDS = frozenset(
    {"ids", "cases", "mask", "tags", "chains", "targets", "weights", "soft", "taught", "evidence", "names", "same", "unknown"}
)
"""The fields of a batch that `rows_of` cuts."""


def rows_of(batch: Batch, start: int, stop: int) -> Batch:
    """Sequences start to stop (not with it) of a batch, with the pairs of their chains and names; padded as before."""
    inside = slice(start, stop)
    kept, pairs = _inside(batch.chains, inside)
    named, same = _inside(batch.names, inside)
    heard = batch.taught is not None and bool(batch.taught[pairs].any())
    return Batch(
        ids=batch.ids[inside],
        cases=batch.cases[inside],
        mask=batch.mask[inside],
        tags=_labelled(batch.tags, inside),
        chains=None if batch.chains is None or kept.start == kept.stop else _chains(batch.chains, kept, pairs, start),
        targets=batch.targets[pairs],
        weights=batch.weights[pairs],
        soft=batch.soft[pairs] if heard and batch.soft is not None else None,
        taught=batch.taught[pairs] if heard and batch.taught is not None else None,
        evidence=None if batch.evidence is None else _evidence(batch.evidence, kept, pairs),
        names=None if batch.names is None or named.start == named.stop else _names(batch.names, named, same, start),
        same=batch.same[same],
        unknown=None if batch.unknown is None else batch.unknown[inside],
    )


def _labelled(tags: Tensor | None, inside: slice) -> Tensor | None:
    return None if tags is None or bool((tags[inside] == IGNORE).all()) else tags[inside]


def _inside(item: Chains | NamePairs | None, rows: slice) -> tuple[slice, slice]:
    """Which of an item's sequences stand in these rows, and which of its pairs are theirs."""
    if item is None:
        return slice(0, 0), slice(0, 0)
    kept = _between(item.rows, rows)
    return kept, _between(item.owner, kept)


def _between(ascending: Tensor, numbers: slice) -> slice:
    first, end = torch.searchsorted(ascending, torch.tensor([numbers.start, numbers.stop])).tolist()
    return slice(first, end)


def _chains(item: Chains, kept: slice, pairs: slice, start: int) -> Chains:
    padded = (item.first[kept], item.last[kept], item.chain[kept], item.types[kept])
    return Chains(item.rows[kept] - start, *padded, item.owner[pairs] - kept.start, item.heads[pairs], item.tails[pairs])


def _names(item: NamePairs, kept: slice, pairs: slice, start: int) -> NamePairs:
    padded = (item.first[kept], item.last[kept], item.name[kept], item.types[kept])
    asked = (item.left[pairs], item.right[pairs], item.features[pairs])
    return NamePairs(item.rows[kept] - start, *padded, item.owner[pairs] - kept.start, *asked)


def _evidence(item: Evidence, kept: slice, pairs: slice) -> Evidence | None:
    shown = _between(item.pairs, pairs)
    if shown.start == shown.stop:
        return None
    return Evidence(item.pairs[shown] - pairs.start, item.shares[shown], item.weights[shown], item.sentences[kept])


def cut(batches: Iterable[Batch], rows: int) -> list[Batch]:
    """The batches in parts of at most so many sequences; a batch that is small enough is itself."""
    return [part for batch in batches for part in _parts(batch, rows)]


def mass(name: str, batch: Batch) -> float:
    """Over how much a loss of that name is a mean: labelled pieces, weighted pairs, pairs of names; sequences for any other."""
    match name:
        case "ner":
            return 0.0 if batch.tags is None else float((batch.tags != IGNORE).sum())
        case "relation" | "taught":
            return float(pair_mass(batch).sum())
        case "evidence":
            return 0.0 if batch.evidence is None else float(batch.evidence.weights.sum())
        case "coreference":
            return float(len(batch.same))
        case _:
            return float(len(batch.ids))


def divisor(name: str, mass: float) -> float:
    """What a loss over that much is divided by: few pairs do not count whole (relation.FULL)."""
    return max(mass, FULL) if name in {"relation", "taught"} else mass or 1.0


def shares(parts: list[Batch], names: Iterable[str]) -> dict[str, list[float]]:
    """By loss name, the factor of each part's loss, so that they add up to the loss of all parts as one batch."""
    table = {name: [mass(name, part) for part in parts] for name in names}
    return {
        name: [(divisor(name, value) if value else 0.0) / divisor(name, sum(row)) for value in row]
        for name, row in table.items()
    }


def added(rows: Iterable[dict[str, float]]) -> dict[str, float]:
    """Numbers of several parts, summed by name."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row)
    return dict(total)


def _parts(batch: Batch, rows: int) -> list[Batch]:
    if len(batch.ids) <= rows:
        return [batch]
    return [rows_of(batch, start, start + rows) for start in range(0, len(batch.ids), rows)]

"""A batch <-> smaller batches that together make the same step: cut by sequences, weighed by what each loss averages over.

Knows every field of a batch; a new one must be cut here as well (a test compares the names).
"""

from collections import Counter
from collections.abc import Iterable

from kgbuild.models.ner import IGNORE
from kgbuild.training.batches import Batch

FIELDS = frozenset({"ids", "cases", "mask", "tags", "chains", "targets", "weights"})
"""The fields of a batch that `rows_of` cuts."""


def rows_of(batch: Batch, start: int, stop: int) -> Batch:
    """Sequences start to stop (not with it) of a batch, with the pairs of their chains; padded as before."""
    counts = [len(item.heads) for item in batch.chains]
    begins = [sum(counts[:number]) for number in range(len(counts))]
    kept = [number for number, item in enumerate(batch.chains) if start <= item.row < stop]
    first = begins[kept[0]] if kept else 0
    pairs = slice(first, first + sum(counts[number] for number in kept))
    inside = slice(start, stop)
    return Batch(
        ids=batch.ids[inside],
        cases=batch.cases[inside],
        mask=batch.mask[inside],
        tags=batch.tags[inside],
        chains=[batch.chains[number]._replace(row=batch.chains[number].row - start) for number in kept],
        targets=batch.targets[pairs],
        weights=batch.weights[pairs],
    )


def cut(batches: Iterable[Batch], rows: int) -> list[Batch]:
    """The batches in parts of at most so many sequences; a batch that is small enough is itself."""
    return [part for batch in batches for part in _parts(batch, rows)]


def mass(name: str, batch: Batch) -> float:
    """Over how much a loss of that name is a mean: labelled pieces, weighted pairs; sequences for any other."""
    match name:
        case "ner":
            return float((batch.tags != IGNORE).sum())
        case "relation":
            return float(batch.weights.sum())
        case _:
            return float(len(batch.ids))


def shares(parts: list[Batch], names: Iterable[str]) -> dict[str, list[float]]:
    """By loss name, the share of each part in the mean over all of them; the shares of a name sum to one, or are all zero."""
    table = {name: [mass(name, part) for part in parts] for name in names}
    return {name: [value / (sum(row) or 1.0) for value in row] for name, row in table.items()}


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

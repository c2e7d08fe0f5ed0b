"""A batch <-> smaller batches that together make the same step: cut by sequences, weighed by what each loss averages over.

Knows every field of a batch; a new one must be cut here as well (a test compares the names).
"""

from collections import Counter
from collections.abc import Iterable

from kgbuild.models.ner import IGNORE
from kgbuild.models.relation import FULL
from kgbuild.training.batches import Batch
from kgbuild.training.losses import pair_mass

FIELDS = frozenset(
    {"ids", "cases", "mask", "tags", "chains", "targets", "weights", "soft", "taught", "evidence", "names", "same", "unknown"}
)
"""The fields of a batch that `rows_of` cuts."""


def rows_of(batch: Batch, start: int, stop: int) -> Batch:
    """Sequences start to stop (not with it) of a batch, with the pairs of their chains and names; padded as before."""
    inside = slice(start, stop)
    kept, pairs = _inside([(item.row, len(item.heads)) for item in batch.chains], inside)
    named, same = _inside([(item.row, len(item.left)) for item in batch.names], inside)
    number_of = {old: new for new, old in enumerate(kept)}
    return Batch(
        ids=batch.ids[inside],
        cases=batch.cases[inside],
        mask=batch.mask[inside],
        tags=batch.tags[inside],
        chains=[batch.chains[number]._replace(row=batch.chains[number].row - start) for number in kept],
        targets=batch.targets[pairs],
        weights=batch.weights[pairs],
        soft=batch.soft[pairs],
        taught=batch.taught[pairs],
        evidence=[
            (number_of[number], pairs, shares, sentences)
            for number, pairs, shares, sentences in batch.evidence
            if number in number_of
        ],
        names=[batch.names[number]._replace(row=batch.names[number].row - start) for number in named],
        same=batch.same[same],
        unknown=batch.unknown[inside],
    )


def _inside(items: list[tuple[int, int]], rows: slice) -> tuple[list[int], slice]:
    """Of (row, number of pairs) items in the order of rows: which stand in these rows, and where their pairs lie among all."""
    counts = [count for _, count in items]
    kept = [number for number, (row, _) in enumerate(items) if rows.start <= row < rows.stop]
    first = sum(counts[: kept[0]]) if kept else 0
    return kept, slice(first, first + sum(counts[number] for number in kept))


def cut(batches: Iterable[Batch], rows: int) -> list[Batch]:
    """The batches in parts of at most so many sequences; a batch that is small enough is itself."""
    return [part for batch in batches for part in _parts(batch, rows)]


def mass(name: str, batch: Batch) -> float:
    """Over how much a loss of that name is a mean: labelled pieces, weighted pairs, pairs of names; sequences for any other."""
    match name:
        case "ner":
            return float((batch.tags != IGNORE).sum())
        case "relation" | "taught":
            return float(pair_mass(batch).sum())
        case "evidence":
            return float(len(batch.evidence))
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

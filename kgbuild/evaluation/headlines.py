"""A report -> its scores in the order in which people read them, each with its confidence interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Headline:
    """One measure. depth: 1 for a part of the measure above it; low, high: the interval of F1; gold: items."""

    title: str
    depth: int
    precision: float | None
    recall: float | None
    f1: float
    low: float | None = None
    high: float | None = None
    gold: int | None = None


MEASURES = (
    ("ner", "mentions"),
    ("relations_gold", "relations, given gold entities"),
    ("end_to_end.strict", "relations from raw text, strict"),
    ("end_to_end.boundaries", "relations from raw text, boundaries"),
    ("end_to_end.soft", "relations from raw text, soft"),
    ("clusters.b3", "clusters of found mentions, B³"),
    ("clusters.pairs", "clusters of found mentions, pairs"),
    ("tokens.micro", "tokens, micro"),
    ("tokens.macro", "tokens, macro"),
    ("tokens.weighted", "tokens, weighted"),
)
PARTS = (
    ("stated", "stated in one sentence"),
    ("inferred", "inferred from several"),
    ("without_located", "without P131 and P17"),
    ("macro", "macro over labels"),
)

IGN = "Ign F1: without facts of the training data"


def headlines(report: Mapping[str, Any]) -> Iterator[Headline]:
    """The measures that the report has; not those of which nothing is annotated and nothing was found: their zeros say nothing."""
    for name, title in MEASURES:
        numbers = find(report, name)
        if numbers is not None and not numbers.get("gold") == numbers.get("predicted") == 0:
            yield _headline(report, name, title, 0, numbers)
            for part, words in PARTS:
                if part in numbers:
                    yield _headline(report, f"{name}.{part}", words, 1, numbers[part])
            if "ign_f1" in numbers:
                bounds = report.get("intervals", {}).get(f"{name}.ign_f1", {})
                yield Headline(
                    IGN,
                    1,
                    None,
                    None,
                    numbers["ign_f1"],
                    bounds.get("low"),
                    bounds.get("high"),
                )


def title_of(name: str) -> str:
    """A measure's name in words: `relations_gold.stated.f1` as "relations, given gold entities: stated in one sentence"."""
    for measure, title in MEASURES:
        rest = name.removeprefix(measure).removesuffix(".f1").removeprefix(".")
        if name.startswith(f"{measure}."):
            part = "" if name == f"{measure}.f1" else dict(PARTS).get(rest, IGN if rest == "ign_f1" else rest)
            return f"{title}: {part}" if part else title
    return name


def find(report: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """What stands under a dotted name."""
    found: Any = report
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _headline(report: Mapping[str, Any], name: str, title: str, depth: int, numbers: Mapping[str, Any]) -> Headline:
    bounds = report.get("intervals", {}).get(f"{name}.f1", {})
    return Headline(
        title,
        depth,
        numbers["precision"],
        numbers["recall"],
        numbers["f1"],
        bounds.get("low"),
        bounds.get("high"),
        numbers.get("gold"),
    )

"""Labels of annotated documents against those of a model: what the model can never find, and data that it says nothing of."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from kgbuild.corpora.alike import nearest, told
from kgbuild.corpora.gold import GoldDocument
from kgbuild.counts import counted
from kgbuild.errors import UsageError

SHOWN = 8
"""Labels that a message names."""


def types_of(corpus: Iterable[GoldDocument]) -> Counter[str]:
    """Mentions by type."""
    return Counter(mention.type for document in corpus for mention in document.mentions)


def lacking(counts: Mapping[str, int], known: Collection[str]) -> dict[str, int]:
    """Those of the counted labels that a model does not have, by name."""
    return {label: counts[label] for label in sorted(counts) if label not in known}


def refuse_foreign(data: str, types: Mapping[str, int], known: Collection[str], who: str) -> None:
    """UsageError where mentions are annotated and none has a type that the model knows: every score would be 0, whatever it finds."""
    if not types or set(types) & set(known):
        return
    ordered = {label: types[label] for label in sorted(types, key=lambda one: (-types[one], one))}
    meant = ((label, near) for label in ordered if (near := nearest(label, known)))
    label, name = next(meant, (next(iter(ordered)), "LABEL"))
    raise UsageError(
        f"{data} and {who} have no mention type in common, so every score would be 0: there it is {listed(ordered)}, here "
        f"{listed(sorted(known))}. Where two mean the same, a map says so: {data.partition('@')[0]}@map.yaml, with lines such as "
        f"`types: {{{told(label)}: {name}}}`"
    )


def notes(report: Mapping[str, Any]) -> Iterator[str]:
    """What of a report's scores is not the model's doing, in sentences: to be read before the scores."""
    ner, given, known = report.get("ner", {}), report.get("relations_gold", {}), report.get("labels", {})
    if lost := ner.get("types_lacking"):
        yield (
            f"{sum(lost.values()):,} of {counted(ner['gold'], 'mention')} have a type that the model does not know, and count as "
            f"missed: {listed(lost, known.get('types', ()))}"
        )
    elif lost := given.get("types_left_out"):
        yield f"relations with an end of a type that the model does not know count as missed: {listed(lost, known.get('types', ()))}"
    if lost := given.get("labels_lacking"):
        yield (
            f"{sum(lost.values()):,} of {counted(given['gold'], 'relation')} have a label that the model does not know, and count as "
            f"missed: {listed(lost, known.get('relations', ()))}"
        )
    if given.get("gold") == given.get("predicted") == 0:
        yield "no relation is annotated here: relations are not scored"
    if lost := report.get("comparison", {}).get("types_lacking"):
        yield f"{report['comparison']['against']} does not know, and never finds: {listed(lost)}"
    if extra := ner.get("labels_left_out"):
        yield f"of types that no mention here has, what the model finds is neither right nor wrong: {listed(extra)}"
    if partial := report.get("partially_annotated"):
        yield f"{partial:,} of {counted(report['documents'], 'document')} have not all their mentions annotated: in these, mentions are not scored"
    if seen := report.get("documents_in_training"):
        yield f"{seen:,} of {counted(report['documents'], 'document')} were trained on: the scores flatter the model"


def listed(labels: Iterable[str], known: Collection[str] = ()) -> str:
    """The first labels, with numbers where they are counted, and the one of known that each may be meant for."""
    counts = labels if isinstance(labels, Mapping) else {}
    words = [
        told(label)
        + (f" {counts[label]:,}" if label in counts else "")
        + (f" (meant: {near}?)" if (near := nearest(label, known)) else "")
        for label in labels
    ]
    return ", ".join(words[:SHOWN]) + (f" and {len(words) - SHOWN:,} more" if len(words) > SHOWN else "")

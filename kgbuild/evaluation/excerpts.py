"""Mistakes and their documents -> pieces of HTML: the sentence with marked mentions, what is annotated and what was predicted."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from kgbuild.corpora.gold import GoldDocument
from kgbuild.evaluation.mistakes import ClusterMistake, MentionMistake, RelationMistake
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import Clustered, Mentions, Triple
from kgbuild.evaluation.spans import Spot
from kgbuild.pages.markup import element, text
from kgbuild.records import ONE

AROUND = 220
"""Characters shown on each side of what is marked, at most."""
MOST_FORMS = 8
"""Written forms of one cluster that are shown."""

GAP = "<i>…</i>"

Mark = tuple[int, int, str]
"""Start, end, class."""
Item = TypeVar("Item")


def picked(items: Sequence[Item], count: int) -> list[Item]:
    """At most that many, evenly spread from the first on, so that they come from all over the corpus."""
    return list(items) if len(items) <= count else [items[i * len(items) // count] for i in range(count)]


# ── the three kinds of mistakes ──────────────────────────────────────────────────────────────────────────────────────


def mention_excerpt(reading: Reading, mistake: MentionMistake) -> str:
    """The sentence with both spans, and each with its type."""
    marks = [(*spot[:2], kind) for spot, kind in ((mistake.gold, "gold"), (mistake.predicted, "predicted")) if spot]
    score = reading.spans.get(mistake.predicted) if mistake.predicted else None
    lines = [
        _line("gold", _spot(reading.document, mistake.gold)),
        _line("predicted", _spot(reading.document, mistake.predicted) + _score(score)),
    ]
    return _excerpt(reading.document, passage(reading.document, marks), marks, lines)


def relation_excerpt(reading: Reading, mistake: RelationMistake, words: Mapping[str, str]) -> str:
    """The sentence that holds both ends, or the closest two; the annotated fact and the predicted one."""
    side, triple = (reading.predicted, mistake.predicted) if mistake.predicted else (reading.gold, mistake.gold)
    if triple is None:
        raise ValueError("a relation mistake has a gold or a predicted triple")
    marks = closest(reading.document, side.clusters[triple[0]], side.clusters[triple[2]])
    score = reading.scores.get(mistake.predicted) if mistake.predicted else None
    lines = [
        _line("gold", _fact(reading.document, reading.gold, mistake.gold, words)),
        _line("predicted", _fact(reading.document, reading.predicted, mistake.predicted, words) + _score(score)),
    ]
    return _excerpt(reading.document, passage(reading.document, marks), marks, lines)


def cluster_excerpt(reading: Reading, mistake: ClusterMistake) -> str:
    """Written forms of the clusters on both sides."""
    lines = [
        _line(kind, " ".join(element("span", forms(reading.document, side.clusters[i]), kind="cluster") for i in numbers))
        for kind, side, numbers in (("gold", reading.gold, mistake.gold), ("predicted", reading.predicted, mistake.predicted))
    ]
    return element("li", _title(reading.document) + "".join(lines))


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def closest(document: GoldDocument, head: Mentions, tail: Mentions) -> list[Mark]:
    """One mention of each end, in the fewest sentences apart, then the fewest characters; marked head and tail."""
    starts = _sentence_starts(document)

    def distance(pair: tuple[Spot, Spot]) -> tuple[int, int, int]:
        (a, _, _), (b, _, _) = pair
        return abs(bisect_right(starts, a) - bisect_right(starts, b)), abs(a - b), a

    one, other = min(((h, t) for h in head for t in tail), key=distance)
    return [(*one[:2], "head"), (*other[:2], "tail")]


def passage(document: GoldDocument, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """The sentences that hold the marks, each shortened to whole tokens around them; stretches of the text, in order."""
    shown = []
    for first, last in document.sentences:
        tokens = document.offsets[first:last]
        inside = [(a, b) for a, b, _ in marks if tokens and a < tokens[-1][1] and tokens[0][0] < b]
        if inside:
            low, high = min(a for a, _ in inside), max(b for _, b in inside)
            near = [(a, b) for a, b in tokens if (b > low - AROUND and a < high + AROUND)]
            shown.append((near[0][0], near[-1][1]))
    return shown


def marked(document: GoldDocument, start: int, end: int, marks: Iterable[Mark]) -> str:
    """A stretch of the text with marks, which may overlap; sentence ends in the corpus are no ends here."""
    own = [(max(a, start), min(b, end), kind) for a, b, kind in marks if a < end and start < b]
    cuts = sorted({start, end, *(a for a, _, _ in own), *(b for _, b, _ in own)})
    parts = []
    for left, right in pairwise(cuts):
        kinds = [kind for a, b, kind in own if a <= left and right <= b]
        piece = text(document.text[left:right])
        parts.append(element("mark", piece, kind=" ".join(kinds)) if kinds else piece)
    return "".join(parts)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def forms(document: GoldDocument, cluster: Mentions) -> str:
    """The written forms of a cluster in text order, each with how often it stands there, and the cluster's type."""
    counts = Counter(document.text[start:end] for start, end, _ in sorted(set(cluster)))
    found = [f"{form} ×{count}" if count > 1 else form for form, count in counts.items()]
    more = f" … {len(found) - MOST_FORMS} more" if len(found) > MOST_FORMS else ""
    return text(" · ".join(found[:MOST_FORMS]) + more) + element("small", text(min(cluster)[2]))


def _excerpt(document: GoldDocument, stretches: Sequence[tuple[int, int]], marks: Sequence[Mark], lines: Sequence[str]) -> str:
    sentences = f" {GAP} ".join(marked(document, start, end, marks) for start, end in stretches)
    before, after = (GAP if cut else "" for cut in _cut(document, stretches))
    return element("li", _title(document) + element("p", f"{before} {sentences} {after}") + "".join(lines))


def _cut(document: GoldDocument, stretches: Sequence[tuple[int, int]]) -> tuple[bool, bool]:
    """Whether the first stretch begins, and the last one ends, inside a sentence."""
    starts = _sentence_starts(document)
    ends = {document.offsets[last - 1][1] for first, last in document.sentences if first < last}
    return stretches[0][0] not in starts, stretches[-1][1] not in ends


def _title(document: GoldDocument) -> str:
    return element("span", text(document.name), kind="where") if document.name else ""


def _spot(document: GoldDocument, spot: Spot | None) -> str:
    return text(document.text[spot[0] : spot[1]]) + element("small", text(spot[2])) if spot else ""


def _fact(document: GoldDocument, side: Clustered, triple: Triple | None, words: Mapping[str, str]) -> str:
    if triple is None:
        return ""
    head, label, tail = triple
    relation = f"{label} {words[label]}" if label in words else label
    middle = element("b", text(f"{relation} →"))
    return f"{forms(document, side.clusters[head])} {middle} {forms(document, side.clusters[tail])}"


def _score(score: int | None) -> str:
    return element("small", f"p {score / ONE:.2f}", kind="score") if score is not None else ""


def _line(kind: str, content: str) -> str:
    """A line that says what one side has."""
    name = {"gold": "annotated"}.get(kind, kind)
    return element(
        "div", element("span", name, kind=f"side {kind}") + element("span", content or element("i", "nothing")), kind="line"
    )


def _sentence_starts(document: GoldDocument) -> list[int]:
    return [document.offsets[first][0] for first, last in document.sentences if first < last]

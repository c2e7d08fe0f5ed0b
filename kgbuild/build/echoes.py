"""Names that a document writes again where the model did not see them -> the same extractions with these spans.

A model reads a passage at a time and misses one mention of a name that it is sure of two lines above. A name of several words, or
of capitals alone, that has one type throughout a document is a mention wherever the document writes it in the same letters.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kgbuild.records import Extraction, Passage, Span

ACRONYM = re.compile(r"[A-Z][A-Z0-9&.-]*[A-Z0-9]")
LEAST = 3
"""Letters of an acronym that is looked for."""


def with_echoes(
    passages: Sequence[Passage],
    extractions: Mapping[int, Extraction],
    sure: int,
    others: Mapping[int, frozenset[int]] | None = None,
) -> dict[int, Extraction]:
    """Extractions by passage index, each with the spans that echo a name of the document whose score is at least `sure`.

    An echo has the lowest score of the name's sure mentions, and is chained to the first of them in its passage. What overlaps a
    span that is sure stays as it is. others: by passage the indices of spans that hold their place whatever their score and have no
    echo.
    """
    others = others or {}
    names = _names(passages, extractions, sure, others)
    if not names:
        return dict(extractions)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))})(?!\w)")
    return {
        index: _echoed(passages[index].text, extraction, names, pattern, sure, others.get(index, frozenset()))
        for index, extraction in extractions.items()
    }


def _names(
    passages: Sequence[Passage], extractions: Mapping[int, Extraction], sure: int, others: Mapping[int, frozenset[int]]
) -> dict[str, tuple[str, int]]:
    """Written names that are worth looking for: label and lowest score."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    lowest: dict[str, int] = {}
    for index, extraction in extractions.items():
        for number, span in enumerate(extraction.spans):
            text = passages[index].text[span.start : span.end]
            if span.score >= sure and number not in others.get(index, ()) and _is_telling(text):
                seen[text][span.label] += 1
                lowest[text] = min(lowest.get(text, span.score), span.score)
    return {text: (next(iter(labels)), lowest[text]) for text, labels in seen.items() if len(labels) == 1}


def _is_telling(text: str) -> bool:
    words = text.split()
    if len(words) > 1:
        return words[0][:1].isupper() and words[-1][:1].isupper()
    return len(text) >= LEAST and ACRONYM.fullmatch(text) is not None


def _echoed(
    text: str,
    extraction: Extraction,
    names: Mapping[str, tuple[str, int]],
    pattern: re.Pattern[str],
    sure: int,
    others: frozenset[int],
) -> Extraction:
    taken = [(span.start, span.end) for n, span in enumerate(extraction.spans) if span.score >= sure or n in others]
    first = {text[span.start : span.end]: i for i, span in reversed([*enumerate(extraction.spans)]) if span.score >= sure}
    spans, chains = list(extraction.spans), [list(chain) for chain in extraction.chains]
    for match in pattern.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        label, score = names[match.group()]
        owner = next((chain for chain in chains if first.get(match.group(), -1) in chain), None)
        if owner is None:
            chains.append([len(spans)])
        else:
            owner.append(len(spans))
        first.setdefault(match.group(), len(spans))
        spans.append(Span(match.start(), match.end(), label, score))
    if len(spans) == len(extraction.spans):
        return extraction
    return replace(extraction, spans=tuple(spans), chains=tuple(map(tuple, chains)))

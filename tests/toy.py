"""A deterministic toy extractor over real texts: no weights, no thresholds to tune, ambiguity on purpose.

Capitalised words are names: ending in "co" an organisation, in "ia" a place, in "an" a person, four digits a year; any other
capitalised word with two letters or more is a person. Between two names of one passage, the words between them say the relation:
"works for", "lives in", "married", "born in", "lies in", "part of", "has part". Scores depend on the text alone.
"""

import re
from collections.abc import Iterable, Iterator

from kgbuild.hashing import digest, number
from kgbuild.records import Extraction, Link, Span
from kgbuild.schema import load_schema
from kgbuild.workspace.truth import StoredModel

TOKEN = r"(?:Dr\.|Inc\.(?= Co)|[A-Z]\.(?= [A-Z])|[A-Z][A-Za-z]+)"
WORD = re.compile(rf"{TOKEN}(?: {TOKEN})*|\d{{4}}")
RELATIONS = {
    "works for": "P108",
    "lives in": "P551",
    "married": "P26",
    "born in": "P19",
    "lies in": "P131",
    "part of": "P361",
    "has part": "P527",
    "born on": "P569",
}


def label_of(text: str) -> str:
    if text.isdigit():
        return "TIME"
    last = text.split()[-1].rstrip(".").lower()
    return "ORG" if last.endswith("co") or text.isupper() else "LOC" if last.endswith("ia") else "PER"


class ToyExtractor:
    numerics = "toy"

    def __init__(self, salt: str = "", calls: list[str] | None = None) -> None:
        self.salt = salt
        self.calls = calls if calls is not None else []

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        for text in texts:
            self.calls.append(text)
            yield extract(text, self.salt)

    def close(self) -> None:
        pass


def extract(text: str, salt: str) -> Extraction:
    found = [m for line in re.finditer(r"[^\n\t]+", text) for m in WORD.finditer(text, line.start(), line.end())]
    spans = tuple(Span(m.start(), m.end(), label_of(m.group()), 6000 + score(salt, text, m.start()) % 4000) for m in found)
    chains: dict[tuple[str, str], list[int]] = {}
    for index, span in enumerate(spans):
        chains.setdefault((span.label, text[span.start : span.end]), []).append(index)
    first = {index: chain[0] for chain in chains.values() for index in chain}
    links = set()
    for left, right in zip(range(len(spans)), range(1, len(spans)), strict=False):
        between = text[spans[left].end : spans[right].start]
        for words, label in RELATIONS.items():
            if words in between and first[left] != first[right]:
                links.add(Link(first[left], first[right], label, 5000 + score(salt, words, left % 3) % 5000))
    ordered = tuple(sorted(links, key=lambda x: (x.head, x.tail, x.label)))
    return Extraction(spans, tuple(sorted(tuple(chain) for chain in chains.values())), ordered)


def score(*parts: object) -> int:
    return number(digest("toy", *(part if isinstance(part, (str, int)) else str(part) for part in parts)))


class ToyModels:
    """Models called toy, toy2, …: each sees the same names with other scores; strict keeps no fact by its score."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def describe(self, name: str) -> StoredModel:
        labels = tuple(sorted(label for relation in load_schema().relations for label in relation.labels))
        minimum = 10_000 if name == "strict" else 5100
        rows = tuple((label, scope, minimum) for label in labels for scope in ("inferred", "stated"))
        rows = (("", "span", 6200), *rows)
        return StoredModel(
            key=digest("toy", name), path=name, fingerprint=name, name=name, span_labels=("LOC", "MISC", "NUM", "ORG", "PER", "TIME"),
            link_labels=labels, languages=("en", "und"), thresholds=(("benchmark", rows), ("default", rows)),
        )  # fmt: skip

    def load(self, model: StoredModel, run: object) -> ToyExtractor:
        return ToyExtractor(model.name, self.calls)

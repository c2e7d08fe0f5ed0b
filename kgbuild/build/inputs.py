"""What the graph should be built from: documents with their sources and repeated blocks, the model's thresholds, judgements.

Reads the workspace, decides what a build's input is called (a digest), and knows nothing of how a graph is made.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kgbuild.config import Build
from kgbuild.hashing import digest
from kgbuild.records import Extraction, Judgement, Outcome, Source
from kgbuild.resolution.names import VERSION as NAMES_VERSION
from kgbuild.schema import Schema
from kgbuild.workspace.truth import StoredModel, Truth

VERSION = 10
"""Raised whenever placing or folding gives other rows for the same input."""

REPEATED_DOCUMENTS = 5
REPEATED_SHARE = 50  # one in fifty: 2 % of the documents of one root


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a build depends on.

    sources: of each document, by URI; thresholds: minimum score by relation label of the model, absent means off;
    judgements: in force, oldest first; partial: whether documents may lack extractions.
    """

    sources: Mapping[str, tuple[Source, ...]]
    model: StoredModel
    schema: Schema
    config: Build
    judgements: tuple[Judgement, ...]
    decode: Callable[[bytes], Extraction]
    partial: bool = False

    def thresholds(self) -> dict[tuple[str, str], int]:
        """Minimum score by (relation label, scope) of the set that the configuration names."""
        sets = dict(self.model.thresholds)
        return {(label, scope): score for label, scope, score in sets[self.config.thresholds]}

    def rules(self) -> str:
        """Digest of what applies to all documents alike."""
        thresholds = tuple(sorted((label, scope, score) for (label, scope), score in self.thresholds().items()))
        return digest("build.rules", VERSION, self.model.key, self.schema.digest, self.config.digest(), thresholds)


def read_sources(truth: Truth) -> dict[str, tuple[Source, ...]]:
    """Sources that have a text, by document."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in truth.sources():
        if source.outcome is Outcome.OK and source.document:
            found[source.document].append(source)
    return {document: tuple(sources) for document, sources in sorted(found.items())}


def input_digest(inputs: Inputs, missing: Iterable[str] = ()) -> str:
    """The name of a build's input; two builds of the same name give the same graph."""
    documents = tuple((document, _sources_digest(sources)) for document, sources in sorted(inputs.sources.items()))
    judgements = tuple(_judgement_digest(judgement) for judgement in inputs.judgements)
    return digest("build.input", NAMES_VERSION, inputs.rules(), documents, judgements, tuple(sorted(missing)))


def document_key(
    inputs: Inputs,
    rules: str,
    document: str,
    repeated: Iterable[str],
    missing: Iterable[str],
    accepted: Iterable[tuple[str, ...]] = (),
) -> str:
    """What the rows of one document depend on; accepted: facts that a person said are right in it."""
    sources = _sources_digest(inputs.sources[document])
    words = (tuple(sorted(accepted)),) if accepted else ()
    return digest("build.document", rules, document, sources, tuple(sorted(repeated)), tuple(sorted(missing)), *words)


def published(sources: Iterable[Source]) -> str:
    """A document's date: the earliest that its sources give, or ''."""
    dates = [value for source in sources for key, value in source.metadata if key == "date" and isinstance(value, str)]
    return min(dates, default="")


def roots_of(sources: Iterable[Source]) -> set[str]:
    """Names of the roots that a document stands under."""
    return {source.root for source in sources}


def repeated_blocks(counts: Mapping[str, list[str]], sources: Mapping[str, tuple[Source, ...]]) -> dict[str, set[str]]:
    """Blocks that recur in many documents: digests by document.

    counts: documents of each block that stands in REPEATED_DOCUMENTS or more. A block is repeated when it also stands in 2 %
    of the documents of one root.
    """
    sizes: dict[str, int] = defaultdict(int)
    for group in sources.values():
        for root in roots_of(group):
            sizes[root] += 1
    repeated: dict[str, set[str]] = defaultdict(set)
    for block, documents in counts.items():
        per_root: dict[str, int] = defaultdict(int)
        for document in documents:
            for root in roots_of(sources[document]):
                per_root[root] += 1
        if any(count * REPEATED_SHARE >= sizes[root] for root, count in per_root.items()):
            for document in documents:
                repeated[document].add(block)
    return repeated


def _sources_digest(sources: tuple[Source, ...]) -> str:
    return digest("build.sources", tuple((s.uri, s.root, json.dumps(s.metadata, ensure_ascii=False)) for s in sources))


def _judgement_digest(judgement: Judgement) -> tuple[str | None, ...]:
    """What of a judgement decides: neither its number nor who made it when."""
    right = judgement.right
    return (
        judgement.verdict.value, judgement.left.uri, judgement.left.text, judgement.left.type,
        right.uri if right else None, right.text if right else None, right.type if right else None, judgement.value,
    )  # fmt: skip

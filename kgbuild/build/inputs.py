"""What the graph should be built from: documents with their sources and repeated blocks, the model's thresholds, judgements.

Reads the workspace, decides what a build's input is called (a digest), and knows nothing of how a graph is made.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kgbuild.build.merge import THE_MODEL, Merged, Reader, merge
from kgbuild.build.merge import VERSION as MERGE_VERSION
from kgbuild.config import Build
from kgbuild.hashing import digest
from kgbuild.records import Extraction, Judgement, Outcome, Source
from kgbuild.resolution.document import Apart
from kgbuild.resolution.names import VERSION as NAMES_VERSION
from kgbuild.schema import Schema
from kgbuild.workspace.stored import StoredDocument, StoredModel
from kgbuild.workspace.truth import Truth

VERSION = 20
"""Raised whenever placing or folding gives other rows for the same input."""

REPEATED_DOCUMENTS = 5
REPEATED_SHARE = 50  # one in fifty: 2 % of the documents of one root


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a build depends on.

    sources: of each document, by URI; model: None where the workspace uses none; judgements: in force, oldest first; partial:
    whether documents may lack extractions; others: extractors beside the model, each as the workspace and as the build knows it;
    cuts: by document, which version of the splitter cut its passages.
    """

    sources: Mapping[str, tuple[Source, ...]]
    model: StoredModel | None
    schema: Schema
    config: Build
    judgements: tuple[Judgement, ...]
    decode: Callable[[bytes], Extraction]
    partial: bool = False
    others: tuple[tuple[StoredModel, Reader], ...] = ()
    cuts: Mapping[str, str] = field(default_factory=dict)

    def readers(self) -> tuple[tuple[StoredModel, Reader], ...]:
        """All extractors, the model first."""
        return ((self.model, THE_MODEL), *self.others) if self.model else self.others

    def languages(self, extractor: StoredModel) -> tuple[str, ...] | None:
        """Languages of passages that an extractor is given, None for all."""
        return None if self.config.all_languages else extractor.reads

    def thresholds(self) -> dict[tuple[str, str], int]:
        """Minimum score by (relation label, scope) of the set that the configuration names."""
        if self.model is None:
            return {}
        sets = dict(self.model.thresholds)
        return {(label, scope): score for label, scope, score in sets[self.config.thresholds]}

    def rules(self) -> str:
        """Digest of what applies to all documents alike."""
        thresholds = tuple(sorted((label, scope, score) for (label, scope), score in self.thresholds().items()))
        others = tuple((r.name, r.rank, tuple(sorted(r.labels.items())), model.reads) for model, r in self.others)
        model = self.model.key if self.model else ""
        more = (MERGE_VERSION, others) if others else ()
        return digest("build.rules", VERSION, model, self.schema.digest, self.config.digest(), thresholds, *more)

    def read(self, truth: Truth, stored: StoredDocument) -> dict[int, Merged]:
        """What all extractors together see in the passages of a document, by position."""
        readings: dict[int, list[tuple[Reader, Extraction]]] = defaultdict(list)
        for extractor, reader in self.readers():
            languages, bodies = self.languages(extractor), truth.extractions_of(extractor.key, stored.document.id)
            for p in stored.passages:
                if p.index in bodies and (languages is None or p.language in languages):
                    readings[p.index].append((reader, self.decode(bodies[p.index])))
        texts = {p.index: p.text for p in stored.passages}
        return {index: merge(texts[index], found, self.schema) for index, found in readings.items()}

    def of_document(self, document: str) -> tuple[str, str]:
        """What of a document itself its rows depend on: a digest of its sources, and how it is cut."""
        return _sources_digest(self.sources[document]), self.cuts.get(document, "")

    def cut_digest(self) -> str:
        """Digest of how all documents are cut: passages are no rows of the graph, so that its state does not say it."""
        return digest("build.cut", tuple((document, self.cuts.get(document, "")) for document in sorted(self.sources)))

    def found(self, truth: Truth) -> dict[str, tuple[tuple[str, str], ...]]:
        """What the extractors beside the model found in each document, as (name, digest): so that an edited list of terms touches
        only the documents in which it finds something else.
        """
        told: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for extractor, reader in self.others:
            for document, mark in truth.extraction_digests(extractor.key).items():
                told[document].append((reader.name, mark))
        return {document: tuple(sorted(rows)) for document, rows in told.items()}


def read_sources(truth: Truth) -> dict[str, tuple[Source, ...]]:
    """Sources that have a text, by document."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in truth.sources():
        if source.outcome is Outcome.OK and source.document:
            found[source.document].append(source)
    return {document: tuple(sources) for document, sources in sorted(found.items())}


def input_digest(inputs: Inputs, missing: Iterable[str] = ()) -> str:
    """The name of a build's input; two builds of the same name give the same graph."""
    documents = tuple((document, *inputs.of_document(document)) for document in sorted(inputs.sources))
    judgements = tuple(_judgement_digest(judgement) for judgement in inputs.judgements)
    others = (tuple(model.key for model, _ in inputs.others),) if inputs.others else ()
    return digest("build.input", NAMES_VERSION, inputs.rules(), documents, judgements, tuple(sorted(missing)), *others)


def document_key(
    inputs: Inputs,
    rules: str,
    document: str,
    repeated: Iterable[str],
    missing: Iterable[str],
    accepted: Iterable[tuple[str, ...]] = (),
    found: tuple[tuple[str, str], ...] = (),
    apart: Iterable[Apart] = (),
) -> str:
    """What the rows of one document depend on; accepted, apart: see `place`; found: see `Inputs.found`."""
    words: tuple[object, ...] = (tuple(sorted(accepted)),) if accepted else ()
    words = (*words, "found", found) if found else words
    words = (*words, "apart", tuple(sorted(apart))) if apart else words
    own = inputs.of_document(document)
    return digest("build.document", rules, document, *own, tuple(sorted(repeated)), tuple(sorted(missing)), *words)


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

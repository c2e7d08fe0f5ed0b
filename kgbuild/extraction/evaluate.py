"""Model directory and annotated corpus -> the numbers of `kgbuild evaluate`, through the same extractor that reads documents.

Each document of the corpus is read as one passage, from its text: tokens joined by one space. A column file that does not say
where documents begin is read in runs of sentences. Definitions: `evaluation`.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgbuild.corpora import gold as golds
from kgbuild.corpora.gold import GoldDocument
from kgbuild.corpora.maps import read_source, split_source
from kgbuild.counts import counted
from kgbuild.errors import ModelError, UsageError
from kgbuild.evaluation.known import known_facts, known_triples
from kgbuild.evaluation.measures import Tallies, tally
from kgbuild.evaluation.overlap import MOST_SEEN, count_seen
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import Triple
from kgbuild.evaluation.report import calibration_report, comparison_report, interval_report, scores
from kgbuild.evaluation.runs import RUN_WORDS, in_runs, is_endless
from kgbuild.evaluation.vocabulary import lacking, refuse_foreign, types_of
from kgbuild.extraction.cutting import read
from kgbuild.extraction.extractor import Extractor, load
from kgbuild.extraction.predicting import Found, Predicted, predict
from kgbuild.hashing import digest_file
from kgbuild.models.directory import TRAINING, ModelDirectory, read_directory
from kgbuild.models.spec import Thresholds
from kgbuild.records import Progress

log = logging.getLogger(__name__)

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class How:
    """How models are run and cut. thresholds: which set of the model; natural: read detokenised text; force: also training data."""

    thresholds: str = "benchmark"
    runtime: str = "openvino"
    threads: int | None = None
    natural: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The numbers, and what they were counted on."""

    report: Report
    readings: tuple[Reading, ...]


def evaluate(
    model_dir: Path,
    data: Path,
    thresholds: str = "benchmark",
    runtime: str = "openvino",
    threads: int | None = None,
    *,
    force: bool = False,
    natural: bool = False,
    known: Sequence[Path] = (),
    against: Path | None = None,
) -> Report:
    """Score a model on a corpus: the numbers of `examine`, keys as documented for `evaluate MODEL DATA --json`."""
    how = How(thresholds, runtime, threads, natural, force)
    return examine(Path(model_dir), Path(data), how, known=known, against=against).report


def examine(
    model_dir: Path,
    data: Path,
    how: How | None = None,
    *,
    known: Sequence[Path] = (),
    against: Path | None = None,
    progress: Progress | None = None,
) -> Evaluated:
    """Score a model on a corpus.

    known: corpora whose facts are left out of Ign F1; against: a second model, compared on the same documents (`comparison`:
    this model's F1 minus the second one's). Raises UsageError for data that one of the models was trained on, unless forced;
    for data without documents or without a mention type that a model knows, always.
    """
    how = how or How()
    corpus, context = open_corpus(data, [model for model in (model_dir, against) if model], how)
    facts = known_facts(document for path in known for document in read_source(path))
    seen = [known_triples(document, facts) for document in corpus] if known else None
    with load(model_dir, how.runtime, how.threads) as extractor:
        predicted = predict(extractor, corpus, progress)
        readings = read_all(corpus, predicted.found, extractor.directory.thresholds(how.thresholds))
        tallies = tally(readings, seen)
        report = scores(readings, tallies, extractor.labels, extractor.link_labels) | interval_report(tallies)
        report |= calibration(readings, extractor.directory) | about(corpus, predicted, extractor, how) | context
    if against is not None:
        report["comparison"] = compare(tallies, corpus, against, how, seen, progress)
    return Evaluated(report, tuple(readings))


def compare(
    tallies: Tallies,
    corpus: Sequence[GoldDocument],
    against: Path,
    how: How,
    known: Sequence[frozenset[Triple]] | None,
    progress: Progress | None,
) -> Report:
    """What a second model says of the same documents, measure by measure."""
    with load(against, how.runtime, how.threads) as extractor:
        predicted = predict(extractor, corpus, progress)
        readings = read_all(corpus, predicted.found, extractor.directory.thresholds(how.thresholds))
    lost = lacking(types_of(corpus), extractor.labels)
    said = {"types_lacking": lost} if lost else {}
    return {"against": str(against), **said, **comparison_report(tallies, tally(readings, known))}


def read_all(corpus: Sequence[GoldDocument], found: Sequence[Found], thresholds: Thresholds) -> list[Reading]:
    """Cut every document at thresholds."""
    types = frozenset(mention.type for document in corpus for mention in document.mentions)
    return [read(document, one, thresholds, types) for document, one in zip(corpus, found, strict=True)]


def calibration(readings: Sequence[Reading], directory: ModelDirectory) -> Report:
    """The report's `calibration`; nothing where neither spans nor links can be judged."""
    spans, links = directory.calibration.spans, directory.calibration.links
    floors = (directory.spec.floors.spans, directory.spec.floors.links)
    report = calibration_report(readings, (spans.slope, spans.intercept), (links.slope, links.intercept), floors)
    return {"calibration": report} if report else {}


# ── the corpus ───────────────────────────────────────────────────────────────────────────────────────────────────────


def open_corpus(data: Path, models: Sequence[Path], how: How) -> tuple[list[GoldDocument], Report]:
    """The documents as they will be read, and what the report says of them. Refuses what the models were trained on."""
    records = [training_record(model) for model in models]
    for model, record in zip(models, records, strict=True):
        refuse_training_file(model, record, split_source(data)[0], force=how.force)
    corpus = looked_for(read_source(data))
    if not corpus:
        raise UsageError(f"{data} holds no document: nothing to evaluate on")
    annotated = types_of(corpus)
    for model in models:
        refuse_foreign(str(data), annotated, read_directory(model).spec.types, f"the model {model}")
    endless = is_endless(corpus, split_source(data)[0])
    forms = [corpus, *([in_runs(corpus[0])] if endless else [])]  # whatever a model was trained on
    pairs = list(zip(models, records, strict=True))
    seen = max((refuse_seen(m, record, data, form, force=how.force) for m, record in pairs for form in forms), default=0)
    said: Report = {"documents_in_training": seen} if seen else {}
    if endless:
        corpus = forms[-1]
        said["context"] = f"runs of whole sentences, at most {RUN_WORDS} words: the file has no -DOCSTART-"
    return [golds.naturally(document) for document in corpus] if how.natural else corpus, said


def looked_for(corpus: Sequence[GoldDocument]) -> list[GoldDocument]:
    """The documents, each saying which relations were looked for: those of the corpus, where it does not say.

    A model may know relations that the corpus has never heard of: what it says of these is neither right nor wrong.
    """
    every = tuple(sorted({relation.label for document in corpus for relation in document.relations}))
    return [
        replace(document, relation_labels=every) if document.has_relations and document.relation_labels is None else document
        for document in corpus
    ]


def training_record(model_dir: Path) -> Report:
    """What training.json says: `trained` (digests of files) and `documents` (digests of documents), both empty without one."""
    path = model_dir / TRAINING
    if not path.is_file():
        return {"trained": frozenset(), "documents": frozenset()}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        trained = frozenset(item["digest"] for item in record["files"] if item["role"] == "train")
        return {"trained": trained, "documents": frozenset(record.get("documents", ()))}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} is damaged ({type(error).__name__}: {error}): restore the model directory") from error


def refuse_training_file(model_dir: Path, record: Report, data: Path, *, force: bool) -> None:
    """UsageError when the file, by its digest, is among the model's training data."""
    if not force and data.is_file() and digest_file(data) in record["trained"]:
        raise UsageError(f"{data} is training data of {model_dir}: its scores would mean nothing (--force gives them anyway)")


def refuse_seen(model_dir: Path, record: Report, data: Path, corpus: Sequence[GoldDocument], *, force: bool) -> int:
    """How many documents the model was trained on, whatever file they came in; UsageError when they are more than a few."""
    seen = count_seen(corpus, record["documents"])
    if seen:
        words = f"{model_dir} was trained on {seen:,} of the {counted(len(corpus), 'document')} of {data}"
        if seen > MOST_SEEN * len(corpus) and not force:
            raise UsageError(f"{words}: its scores would mean nothing (--force gives them anyway)")
        log.warning("%s: the scores flatter it", words)
    return seen


# ── what the report says beside scores ───────────────────────────────────────────────────────────────────────────────


def about(corpus: Sequence[GoldDocument], predicted: Predicted, extractor: Extractor, how: How) -> Report:
    """Counts, speed and circumstances. Seconds are those of reading raw text, without loading the model."""
    words = sum(len(document.tokens) for document in corpus)
    return {
        "documents": len(corpus),
        "words": words,
        "seconds": round(predicted.seconds, 3),
        "speed": {
            "words_per_second": round(words / max(predicted.seconds, 1e-9), 1),
            "cpu_seconds": round(predicted.cpu_seconds, 3),
            "words_per_cpu_second": round(words / max(predicted.cpu_seconds, 1e-9), 1),
        },
        "thresholds": how.thresholds,
        "numerics": extractor.numerics,
        "text": "natural" if how.natural else "spaced",
        "context": "documents",
    }

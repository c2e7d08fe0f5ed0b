"""Annotated corpora and a start model -> all that a training run works on, with its labels numbered and a digest of it all."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.corpora.maps import map_file, split_source
from kgbuild.counts import counted
from kgbuild.errors import ConfigError, ModelError, UsageError
from kgbuild.evaluation.vocabulary import refuse_foreign
from kgbuild.extraction.surface import FEATURES
from kgbuild.hashing import digest, digest_file
from kgbuild.models.directory import fingerprint, read_directory
from kgbuild.models.encoder import Encoder
from kgbuild.models.pieces import BUCKETS, CASES, special_ids
from kgbuild.models.spec import CoreferenceSpec, EncoderSpec, Floors, ModelSpec, RelationSpec, Special
from kgbuild.models.viterbi import tag_names
from kgbuild.training.batches import Recipe
from kgbuild.training.corpora import (
    Annotated,
    agree,
    for_learning,
    from_gold,
    has_chains,
    mask_of,
    read_corpus,
    read_documents,
    relations_of,
    typed_like,
    types_of,
)
from kgbuild.training.epochs import known_part
from kgbuild.training.examples import labels_for
from kgbuild.training.filling import filled
from kgbuild.training.silver import silver
from kgbuild.training.start import ENGLISH, languages_of, start_digest, start_from
from kgbuild.training.survey import count_mentions, document_digests

log = logging.getLogger(__name__)

TEACHES_NOTHING = "neither all mentions nor a relation between two of them are annotated"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a run reads: documents to train on and to score, the start model, the recipe, and the digest of it all.

    sources: digests of files and start weights, by what they are, for a message that says which differs.
    """

    documents: list[Annotated]
    dev: list[Annotated]
    test: list[Annotated]
    encoder: Encoder
    start: Path | None
    recipe: Recipe
    inputs: str
    origin: str
    files: tuple[tuple[str, str, str], ...]
    sources: dict[str, str]
    teachers: tuple[Path, ...] = ()


def gather(
    data: list[str | Path],
    dev: str | Path,
    test: str | Path | None,
    encoder: str | None,
    init: Path | None,
    name: str,
    teachers: Sequence[Path] = (),
    texts: Sequence[Path] = (),
    languages: Sequence[str] = (),
    keep: bool = False,
    runtime: str = "openvino",
) -> Material:
    """Read the corpora and the start model, and number the labels found in the training data; keep: and the start model's.

    runtime: what runs a model that reads documents first (`extractor.open_runtime`).
    """
    if encoder is not None and init is not None:
        raise UsageError("--encoder and --init exclude each other: --init brings its encoder")
    roles = [*(("train", source) for source in data), ("dev", dev), *([("test", test)] if test else [])]
    named = [(role, *split_source(source)) for role, source in roles]
    files = tuple((role, path.name + (f"@{labels}" if labels else ""), _digest_of(path)) for role, path, labels in named)
    refuse_shared_files(files)
    if texts and not teachers:
        raise UsageError("documents without labels need --teacher: models that read them")
    before = read_directory(init).spec if keep and init is not None else None
    kept = ((), ()) if before is None else (before.types, before.relations)
    read = [read_documents(path) for path in data]
    if (reader := teachers[0] if teachers else init) is not None:
        read = filled(reader, read, runtime)
    documents = agree([for_learning(from_gold(some, str(path)), path) for some, path in zip(read, data, strict=True)], *kept)
    left = sum(map(len, read)) - len(documents)
    if not documents or not types_of(documents):
        lacking = f"{TEACHES_NOTHING}, in each of" if left else "no mention in"
        raise ConfigError(f"{lacking} {', '.join(map(str, data))}: nothing to train on")
    if left:
        log.warning("%s left out: %s", counted(left, "document"), TEACHES_NOTHING)
    say_repeated(documents)
    known = {*types_of(documents), *kept[0]}
    chosen_by = typed_like(for_learning(read_corpus(dev), dev), documents, known)
    if not any(document.chains for document in chosen_by):
        raise ConfigError(f"{dev} holds no annotated mention: nothing to choose the best epoch and thresholds by")
    scored_on = typed_like(read_corpus(test), documents, known) if test else []
    for source, some in ((dev, chosen_by), (test, scored_on)):
        refuse_foreign(str(source), count_mentions(some), known, "the training data")
        say_shared_documents(str(source), some, documents)
    module, architecture, tokenizer = start_from(encoder, init)
    spec = spec_of(name, documents, architecture, tokenizer, languages or languages_of(init or reader), before)
    recipe = Recipe(tokenizer, labels_for(spec.types, spec.relations, spec.mask, spec.coreference is not None), spec)
    start = start_digest(encoder, init)
    taught_by = tuple(fingerprint(teacher) for teacher in teachers)
    inputs = digest("training", tuple(part for file in files for part in file), start, *taught_by)
    sources = _sources_of(files, [labels for _, _, labels in named if labels]) | {"the start model": start}
    sources |= {f"teacher {number}": mark for number, mark in enumerate(taught_by, 1)}
    if texts:
        words = sum(len(tokens) for document in documents for tokens in document.sentences)
        documents += [known_part(document, recipe) for document in silver(teachers, texts, words, runtime)]
        sources["the texts without labels"] = digest(
            "texts", *(document.title for document in documents if document.facts is None)
        )
        inputs = digest("with texts", inputs, sources["the texts without labels"])
    origin = f"model {fingerprint(init)}" if init else encoder or "bundled"
    return Material(documents, chosen_by, scored_on, module, init, recipe, inputs, origin, files, sources, tuple(teachers))


def refuse_shared_files(files: tuple[tuple[str, str, str], ...]) -> None:
    """ConfigError when a file to score on, by its digest, is also one to train on."""
    trained = {mark for role, _, mark in files if role == "train"}
    for role, file, mark in files:
        if role != "train" and mark in trained:
            raise ConfigError(f"{file} ({role}) is also training data: scores on it would mean nothing")


def say_repeated(documents: list[Annotated]) -> None:
    """A warning where a text stands more than once among those to learn from: in two files, or exported twice."""
    marks = document_digests(documents)
    if repeated := len(marks) - len(set(marks)):
        log.warning(
            "%d of %s to train on have the text of another one: they count twice", repeated, counted(len(marks), "document")
        )


def say_shared_documents(source: str, documents: list[Annotated], learned: list[Annotated]) -> None:
    """A warning where documents to score on are also learned from, whatever file they came in. ConfigError where all of them are."""
    trained = set(document_digests(learned))
    written = [one for one in documents if any(one.sentences)]
    if shared := sum(mark in trained for mark in document_digests(written)):
        if shared == len(written):
            raise ConfigError(
                f"all {counted(shared, 'document')} of {source} are also learned from: scores on it would mean nothing"
            )
        log.warning(
            "%d of the %d documents of %s are also learned from: scores on it flatter the model", shared, len(documents), source
        )


def _sources_of(files: tuple[tuple[str, str, str], ...], maps: Sequence[Path]) -> dict[str, str]:
    """Digests of files, of label maps and of the order of the files to train on, by what they are; files of one name are counted."""
    sources: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for role, file, mark in files:
        name = f"the {role} file {file}"
        counts[name] += 1
        sources[name if counts[name] == 1 else f"{name}, number {counts[name]}"] = mark
    sources |= {f"the label map {labels}": digest_file(map_file(labels)) for labels in maps}
    learned = [file for role, file, _ in files if role == "train"]
    return sources | ({"the order of the training files": digest("files", *learned)} if len(learned) > 1 else {})


def _digest_of(path: Path) -> str:
    """Of a file, or of all files of a folder (brat), folders inside included."""
    if not path.is_dir():
        return digest_file(path)
    files = ((item.relative_to(path).as_posix(), item) for item in sorted(path.rglob("*")) if item.is_file())
    return digest("folder", *((name, digest_file(item)) for name, item in files))


def spec_of(
    name: str,
    documents: list[Annotated],
    architecture: EncoderSpec,
    tokenizer: Any,
    languages: Sequence[str] = ENGLISH,
    kept: ModelSpec | None = None,
) -> ModelSpec:
    """What the model will be: labels of the data, and of kept those of a start model before them. Raises ModelError."""
    types, relations, mask = types_of(documents), relations_of(documents), mask_of(documents)
    chains = any(has_chains(document) for document in documents)
    if kept is not None:
        types = (*kept.types, *(name for name in types if name not in kept.types))
        relations = (*kept.relations, *(name for name in relations if name not in kept.relations))
        mask, chains = tuple(sorted({*kept.mask, *mask})), chains or kept.coreference is not None
    special = Special(*special_ids(tokenizer))
    highest = max(tokenizer.get_vocab(with_added_tokens=False).values())
    if highest >= architecture.vocab:
        raise ModelError(
            f"the tokenizer counts up to {highest}, the encoder knows {architecture.vocab} pieces: they do not belong together"
        )
    return ModelSpec(
        name=name,
        languages=tuple(dict.fromkeys(languages)),
        precision="bf16",
        max_pieces=max(size for size in BUCKETS if size <= architecture.positions),
        buckets=BUCKETS,
        case_features=CASES,
        types=types,
        tags=tag_names(types),
        relations=relations,
        mask=mask,
        encoder=architecture,
        relation_head=RelationSpec(),
        floors=Floors(),
        special=special,
        coreference=CoreferenceSpec(FEATURES) if chains else None,
    )

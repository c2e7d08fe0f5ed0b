"""Trained models and documents -> what the models say of every pair of chains: soft labels for another model to learn from.

Teachers may differ from the model that learns in encoder and tokenizer, not in the types of the documents' mentions. Relations that
a teacher does not know are left open (not a number). On annotated documents of a corpus that no teacher was trained on the annotation
alone counts: what it says that the teachers do not know is what they would blur.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgbuild.errors import ModelError
from kgbuild.evaluation.overlap import is_seen
from kgbuild.models.checkpoint import Joint, load
from kgbuild.models.directory import TRAINING, read_json
from kgbuild.training.batches import Recipe, is_whole
from kgbuild.training.corpora import Annotated
from kgbuild.training.devices import ON_CPU, Place, scoring_on
from kgbuild.training.examples import Example, Labels, Taught, Work, examples_of
from kgbuild.training.scoring import run
from kgbuild.training.survey import tokens_of

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Windows that a teacher reads at once."""


def teach(teachers: Sequence[Path], documents: Sequence[Annotated], recipe: Recipe, place: Place = ON_CPU) -> dict[int, Taught]:
    """The mean margins of all teachers for the documents whose mentions are all annotated, by number of the document.

    place: where the teachers run. Raises ModelError for a teacher that lacks a type of the documents.
    """
    known = _known(teachers, documents)
    chosen = [
        number
        for number, document in enumerate(documents)
        if is_whole(document) and len(document.chains) > 1 and (document.facts is None or document.corpus in known)
    ]
    said = [_read(path, [documents[number] for number in chosen], recipe, place) for path in teachers]
    if not said:
        return {}
    return {number: _mean([answers[i] for answers in said]) for i, number in enumerate(chosen)}


def _known(teachers: Sequence[Path], documents: Sequence[Annotated]) -> frozenset[int]:
    """The corpora of which a teacher has seen something; all of them where a teacher does not say what it was trained on."""
    records = [path / TRAINING for path in teachers]
    if not all(record.is_file() for record in records):
        return frozenset(document.corpus for document in documents)
    seen = {mark for record in records for mark in read_json(record, lambda data: data["documents"])}
    return frozenset(document.corpus for document in documents if is_seen(tokens_of(document), seen))


def _read(path: Path, documents: list[Annotated], recipe: Recipe, place: Place) -> list[Taught]:
    """One teacher's word on each document, its columns put into the order of the learner's relations."""
    loaded = load(path)
    spec = loaded.spec
    lacking = set(recipe.labels.types) - set(spec.types)
    if lacking:
        raise ModelError(f"the teacher {path} does not know the types {', '.join(sorted(lacking))}: train it on the same types")
    labels = Labels(
        {name: i for i, name in enumerate(spec.types)},
        {name: i for i, name in enumerate(spec.relations)},
        np.ones((len(spec.types), len(spec.types)), dtype=bool),
    )
    own = Recipe(loaded.tokenizer, labels, spec)
    columns = np.array([labels.relations.get(name, -1) for name in recipe.labels.relations], dtype=np.int64)
    log.info("teacher %s reads %d documents", path, len(documents))
    works = [Work(replace(document, facts=())) for document in documents]
    examples = [examples_of(work, own.tokenizer, own.labels, spec.max_pieces, own.special) for work in works]
    model = loaded.model.to(place.device)
    with scoring_on(model, place.device, place.precision):
        margins = _margins(model, examples, own)
    return [_table(*one, columns) for one in zip(documents, examples, margins, strict=True)]


def _margins(model: Joint, examples: list[list[Example]], recipe: Recipe) -> list[list[NDArray[np.float32]]]:
    """Margins of every window of every document; windows of like length are read together."""
    places = [(number, i) for number, windows in enumerate(examples) for i in range(len(windows))]
    places.sort(key=lambda place: (len(examples[place[0]][place[1]].ids), place))
    found = [[np.zeros((0, 0), dtype=np.float32)] * len(windows) for windows in examples]
    for start in range(0, len(places), AT_ONCE):
        batch = places[start : start + AT_ONCE]
        answers = run(model, [examples[number][i] for number, i in batch], recipe)
        for (number, i), answer in zip(batch, answers, strict=True):
            found[number][i] = answer.margins
    return found


def _table(
    document: Annotated, examples: list[Example], margins: list[NDArray[np.float32]], columns: NDArray[np.int64]
) -> Taught:
    """The windows' answers as one table; a pair that stands in two windows has the answer of the first."""
    count = len(document.chains)
    rows = np.full((count, count), -1, dtype=np.int32)
    kept: list[NDArray[np.float32]] = []
    for example, answer in zip(examples, margins, strict=True):
        heads, tails = example.owners[example.heads], example.owners[example.tails]
        new = rows[heads, tails] < 0
        rows[heads[new], tails[new]] = np.arange(int(new.sum()), dtype=np.int32) + sum(map(len, kept))
        wide = np.concatenate([answer, np.full((len(answer), 1), np.nan, dtype=np.float32)], axis=1)
        kept.append(wide[new][:, columns])  # column -1 is the added one
    table = np.concatenate(kept) if kept else np.zeros((0, len(columns)), dtype=np.float32)
    return Taught(rows, table.astype(np.float16))


def _mean(parts: list[Taught]) -> Taught:
    """Mean margins; pairs are numbered as the first teacher does, and only pairs that all have seen count."""
    first = parts[0]
    rows = first.rows.copy()
    for part in parts[1:]:
        rows[part.rows < 0] = -1
    total = first.margins.astype(np.float32)
    seen = rows >= 0
    for part in parts[1:]:
        total[rows[seen]] += part.margins[part.rows[seen]].astype(np.float32)
    return Taught(rows, (total / len(parts)).astype(np.float16))

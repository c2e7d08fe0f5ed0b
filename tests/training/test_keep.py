"""Trained on with other labels, a model keeps its old ones where that is wanted, and what nobody annotated is neither right nor wrong."""

import json

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.errors import UsageError  # noqa: E402
from kgbuild.models.checkpoint import load, weights_of  # noqa: E402
from kgbuild.training import run  # noqa: E402
from kgbuild.training.augment import Augmentation  # noqa: E402
from kgbuild.training.batches import epoch_batches  # noqa: E402
from kgbuild.training.loop import TrainingConfig  # noqa: E402

CONFIG = TrainingConfig(epochs=1, precision="f32")
KEPT = TrainingConfig(epochs=1, precision="f32", keep=True)


@pytest.fixture(scope="module")
def start(tmp_path_factory, encoder):
    from tests.training.documents import write

    folder = tmp_path_factory.mktemp("start")
    data, dev = write(folder / "train.json", 5), write(folder / "dev.json", 4)
    run.train([data], dev, folder / "model", encoder=encoder, config=CONFIG)
    return folder / "model"


@pytest.fixture
def other(tmp_path):
    """Documents in which drugs are annotated, and what they treat; nothing else is."""
    text = "Aspirin treats pain in Paris."
    row = {
        "text": text,
        "mentions": [{"start": 0, "end": 7, "type": "DRUG"}, {"start": 15, "end": 19, "type": "PAIN"}],
        "relations": [{"head": 0, "tail": 1, "label": "treats"}],
    }
    files = [tmp_path / "drugs.jsonl", tmp_path / "drugs-dev.jsonl"]
    for number, path in enumerate(files):
        rows = [row | {"id": f"{number}-{i}", "text": text[:-1] + "!" * (i + 1 + 10 * number)} for i in range(4)]
        path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return files


def test_old_labels_stay_beside_new_ones(tmp_path, start, other):
    data, dev = other
    metrics = run.train([data], dev, tmp_path / "wide", init=start, config=KEPT)
    before, after = load(start), load(tmp_path / "wide")
    assert after.spec.types == (*before.spec.types, "DRUG", "PAIN")
    assert after.spec.relations == (*before.spec.relations, "treats")
    assert set(after.spec.mask) == {*before.spec.mask, ("DRUG", "treats", "PAIN")}
    assert metrics["ner_by_type"].keys() == {"DRUG", "PAIN"}  # of the others dev says nothing


def test_without_it_they_are_gone(tmp_path, start, other):
    data, dev = other
    run.train([data], dev, tmp_path / "narrow", init=start, config=CONFIG)
    assert load(tmp_path / "narrow").spec.types == ("DRUG", "PAIN")


def test_the_rows_of_old_labels_start_as_they_were(start, other):
    material = run.gather(other[:1], other[1], None, None, start, "wide", keep=True)
    model, before = run.start_model(material, KEPT), load(start)
    rows = 2 * len(before.spec.types) + 1
    assert torch.equal(weights_of(model)["ner.linear.weight"][:rows], weights_of(before.model)["ner.linear.weight"])


def test_what_nobody_annotated_counts_neither_as_right_nor_as_wrong(start, other):
    material = run.gather(other[:1], other[1], other[1], None, start, "wide", keep=True)
    assert {one.types for one in (*material.documents, *material.dev, *material.test)} == {frozenset({"DRUG", "PAIN"})}
    batches = list(epoch_batches(material.documents, material.recipe, Augmentation(), 1, 1, 4))
    assert sum(len(batch.ids) for batch, _ in batches) >= 4  # all take part, though none is whole
    old = [2 * number + 1 for number, name in enumerate(material.recipe.spec.types) if name in ("PER", "ORG", "LOC")]
    assert all(batch.unknown[:, old].all() for batch, _ in batches)


def test_without_a_start_model_there_is_nothing_to_keep(tmp_path, encoder, other):
    with pytest.raises(UsageError, match="--keep keeps the labels of a start model"):
        run.train([other[0]], other[1], tmp_path / "out", encoder=encoder, config=KEPT)

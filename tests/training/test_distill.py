"""Teachers' margins reach the pairs of the right chains; silver passages are those that all teachers read alike; labels are carried over."""

import json
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.corpora.gold import GoldDocument  # noqa: E402
from kgbuild.corpora.maps import split_source  # noqa: E402
from kgbuild.errors import ModelError, UsageError  # noqa: E402
from kgbuild.models.checkpoint import Joint, weights_of  # noqa: E402
from kgbuild.records import Extraction, Span  # noqa: E402
from kgbuild.training import run, silver  # noqa: E402
from kgbuild.training.augment import Augmentation, augmented  # noqa: E402
from kgbuild.training.batches import Recipe  # noqa: E402
from kgbuild.training.corpora import agree, from_gold, read_corpus  # noqa: E402
from kgbuild.training.distill import teach  # noqa: E402
from kgbuild.training.examples import Taught, Work, examples_of, labels_for  # noqa: E402
from kgbuild.training.loop import TrainingConfig  # noqa: E402
from kgbuild.training.silver import agreed  # noqa: E402
from kgbuild.training.transfer import transfer  # noqa: E402
from tests.training.documents import toy, write  # noqa: E402

CONFIG = TrainingConfig(epochs=1, precision="f32")


@pytest.fixture
def teacher(tmp_path, files, encoder):
    run.train(*files, tmp_path / "teacher", encoder=encoder, config=CONFIG)
    return tmp_path / "teacher"


@pytest.fixture
def material(tmp_path, files, encoder):
    return run.gather(list(files[0]), files[1], None, encoder, None, "tiny")


def test_a_teacher_says_something_of_every_pair_of_chains(teacher, material):
    said = teach([teacher], material.documents, material.recipe)
    assert sorted(said) == list(range(len(material.documents)))
    taught = said[0]
    assert (taught.rows >= 0).sum() == 3 * 2 and (np.diag(taught.rows) == -1).all()
    assert taught.margins.shape == (6, len(material.recipe.labels.relations)) and np.isfinite(taught.margins).all()


def test_two_equal_teachers_say_what_one_says(teacher, material):
    one, two = (teach([teacher] * count, material.documents, material.recipe)[0] for count in (1, 2))
    assert np.array_equal(one.rows, two.rows) and np.allclose(one.margins, two.margins, atol=0.01)


def test_a_teacher_has_no_say_on_what_was_annotated_in_a_corpus_that_it_never_saw(teacher, material):
    known, strange = material.documents[0], material.documents[1]
    other = replace(strange, corpus=1, sentences=tuple(("An",) * len(tokens) for tokens in strange.sentences))
    said = teach([teacher], [known, other, replace(other, facts=None)], material.recipe)
    assert sorted(said) == [0, 2]
    (teacher / "training.json").unlink()  # a teacher of which nothing is known speaks of everything
    assert sorted(teach([teacher], [known, other], material.recipe)) == [0, 1]


def test_relations_that_a_teacher_does_not_know_are_left_open(teacher, material):
    spec = material.recipe.spec
    wider = Recipe(material.recipe.tokenizer, labels_for(spec.types, (*spec.relations, "P999"), spec.mask, names=True), spec)
    said = teach([teacher], material.documents, wider)
    assert np.isnan(said[0].margins[:, -1].astype(np.float32)).all()


def test_a_teacher_that_lacks_a_type_is_refused(teacher, material):
    spec = material.recipe.spec
    wider = Recipe(material.recipe.tokenizer, labels_for((*spec.types, "NEW"), spec.relations, spec.mask), spec)
    with pytest.raises(ModelError, match="does not know the types NEW"):
        teach([teacher], material.documents, wider)


def test_margins_follow_their_chains_when_chains_are_disturbed(material):
    document = material.documents[0]
    count = len(document.chains)
    rows = np.arange(count * count, dtype=np.int32).reshape(count, count)
    taught = Taught(rows, np.arange(count * count, dtype=np.float16)[:, None].repeat(len(material.recipe.labels.relations), 1))
    how = Augmentation(
        crop_related=0,
        crop_unrelated=0,
        lower=0,
        upper=0,
        natural=0,
        disturb=1.0,
        disturb_from=1,
        split=1.0,
        drop=0.0,
        merge=0.0,
    )
    (work,), _ = augmented(document, 1, how, np.random.default_rng(3), taught)
    assert len(work.document.chains) > count and work.origins is not None
    special, spec = material.recipe.special, material.recipe.spec
    (example,) = examples_of(work, material.recipe.tokenizer, material.recipe.labels, spec.max_pieces, special)
    origins = np.array(work.origins)
    expected = rows[origins[example.owners[example.heads]], origins[example.owners[example.tails]]]
    assert np.array_equal(example.soft[:, 0][example.taught > 0], expected[example.taught > 0])
    assert example.taught.any()


def test_a_part_of_a_document_is_not_taught(material):
    taught = Taught(np.zeros((3, 3), np.int32), np.zeros((1, 2), np.float16))
    how = Augmentation(crop_related=1.0, crop_unrelated=1.0, disturb=0.0)
    (work,), _ = augmented(material.documents[0], 1, how, np.random.default_rng(0), taught)
    assert work.taught is None


def test_a_run_with_teachers_and_texts_says_whom_it_learned_from(tmp_path, files, encoder, teacher, monkeypatch):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("It rains in the city and nobody says why it does not stop.\n")
    monkeypatch.setitem(agreed.__globals__, "SURE", 0)
    config = TrainingConfig(epochs=1, precision="f32")
    metrics = run.train(
        *files, tmp_path / "student", encoder=encoder, teachers=[teacher], texts=[tmp_path / "texts"], config=config
    )
    record = json.loads((tmp_path / "student" / "training.json").read_text())
    assert len(record["teachers"]) == 1 and metrics["epochs"][0]["taught_loss"] > 0


def test_texts_without_teachers_are_refused(tmp_path, files, encoder):
    with pytest.raises(UsageError, match="need --teacher"):
        run.train(*files, tmp_path / "out", encoder=encoder, texts=[tmp_path], config=CONFIG)


def extraction(*spans):
    return Extraction(tuple(Span(*span) for span in spans), tuple((i,) for i in range(len(spans))), ())


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([extraction((0, 4, "PER", 9500)), extraction((0, 4, "PER", 9100))], True),
        ([extraction(), extraction()], True),
        ([extraction((0, 4, "PER", 9500)), extraction((0, 4, "ORG", 9500))], False),
        ([extraction((0, 4, "PER", 9500)), extraction((0, 4, "PER", 8000))], False),
        ([extraction((0, 4, "PER", 9500)), extraction()], False),
    ],
)
def test_a_passage_is_silver_when_all_are_sure_of_the_same(answers, expected):
    assert agreed(answers) is expected


# several corpora ------------------------------------------------------------------------------------------------------


def test_what_a_corpus_did_not_look_for_is_unknown(tmp_path):
    first = read_corpus(write(tmp_path / "a.json"))
    item = toy("other")
    item["labels"] = [{"h": 0, "t": 1, "r": "P169", "evidence": []}]
    item["vertexSet"][2][0]["type"] = "ORG"
    (tmp_path / "b.json").write_text(json.dumps([item]))
    one, two = agree([first, read_corpus(tmp_path / "b.json")])
    assert one.looked_for == {"P108", "P19"} and two.looked_for == {"P169"}
    assert one.types is None and two.types == {"PER", "ORG"}
    assert [document.looked_for for document in agree([first, first])] == [None, None]


def test_documents_that_teach_nothing_are_left_out():
    empty = GoldDocument(
        "x", "He sat .", ("He", "sat", "."), ((0, 2), (3, 6), (7, 8)), ((0, 3),), has_relations=True, complete=False
    )
    assert agree([from_gold([empty], "x")]) == []


def test_a_map_is_named_after_the_file(tmp_path):
    assert split_source("a/b.jsonl@knowledgenet") == (tmp_path.__class__("a/b.jsonl"), tmp_path.__class__("knowledgenet"))
    odd = tmp_path / "a@b.json"
    odd.write_text("[]")
    assert split_source(odd) == (odd, None)


def test_rows_of_common_labels_are_carried_over(tmp_path, files, encoder, teacher):
    from dataclasses import replace

    from kgbuild.models.checkpoint import load
    from kgbuild.models.encoder import build

    before = load(teacher)
    spec = replace(before.spec, relations=("P999", *before.spec.relations))
    model = Joint(build(spec.encoder), spec)
    transfer(model, spec, before.model, before.spec)
    own, theirs = weights_of(model), weights_of(before.model)
    assert torch.equal(own["relation.bilinear.weight"][0], theirs["relation.bilinear.weight"][0])
    assert torch.equal(own["relation.bilinear.weight"][2:], theirs["relation.bilinear.weight"][1:])
    assert torch.equal(own["ner.linear.weight"], theirs["ner.linear.weight"])


def test_a_whole_document_is_read_at_once_by_the_student(material):
    work = Work(material.documents[0])
    (example,) = examples_of(work, material.recipe.tokenizer, material.recipe.labels, 512, material.recipe.special)
    assert example.names is not None and example.names.same.sum() >= 0
    assert example.soft is None and not example.taught.any()


def test_types_that_only_the_teachers_know_are_left_out_of_what_they_agree_on(tmp_path, encoder, teacher, monkeypatch):
    """The student has no tag for them: training ended in a KeyError."""
    few = {**toy(), "labels": toy()["labels"][:1], "vertexSet": toy()["vertexSet"][:2]}
    for name in ("train", "dev"):
        (tmp_path / f"few-{name}.json").write_text(json.dumps([{**few, "title": name, "sents": [*few["sents"], [name]]}]))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("Paris is where John lives and nobody says why he does not move.\n")
    spans = ((0, 5, "LOC", 9900), (15, 19, "PER", 9900))

    @contextmanager
    def reader(*_):
        yield lambda passages: [extraction(*spans) for _ in passages]

    monkeypatch.setattr(silver, "load", reader)
    data = [tmp_path / "few-train.json"], tmp_path / "few-dev.json"
    material = run.gather(*data, None, encoder, None, "tiny", teachers=[teacher], texts=[tmp_path / "texts"])
    assert material.documents[-1].chains == (((0, 3, 4, "PER"),),)
    run.train(*data, tmp_path / "out", encoder=encoder, teachers=[teacher], texts=[tmp_path / "texts"], config=CONFIG)

"""Scores by epoch against other ways of counting."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.evaluation.spans import score_seqeval  # noqa: E402
from kgbuild.models.viterbi import best_path  # noqa: E402
from kgbuild.training import epochs, run  # noqa: E402
from kgbuild.training.batches import collate, epoch_batches  # noqa: E402
from kgbuild.training.corpora import Annotated, Fact  # noqa: E402
from kgbuild.training.epochs import Place, epoch_row, known_part, lines_of, scored  # noqa: E402
from kgbuild.training.examples import Work, examples_of  # noqa: E402
from kgbuild.training.loop import TrainingConfig  # noqa: E402
from kgbuild.training.scoring import span_score  # noqa: E402

CPU = Place(torch.device("cpu"), "f32")
SENTENCES = (
    "John/B-PER Smith/I-PER works/O in/O Paris/B-LOC",
    "Acme/B-ORG of/O Paris/B-LOC is/O the/O works/O",
    "the/O Smith/B-PER was/O born/O in/O Acme/B-ORG",
)


@pytest.fixture
def columns(encoder, tmp_path):
    """A model with random heads and a column corpus with one sentence a document."""
    for name, sentences in (
        ("train", SENTENCES),
        ("dev", [f"{one} {end}/O" for one, end in zip(SENTENCES[::-1], "!?;", strict=True)]),
    ):
        rows = ["-DOCSTART- O\n\n" + sentence.replace("/", " ").replace("-PER ", "-PER\n").replace("-LOC ", "-LOC\n")
                .replace("-ORG ", "-ORG\n").replace(" O ", " O\n") + "\n" for sentence in sentences]  # fmt: skip
        (tmp_path / f"{name}.txt").write_text("\n".join(rows))
    torch.manual_seed(3)
    material = run.gather([tmp_path / "train.txt"], tmp_path / "dev.txt", None, encoder, None, "columns")
    material = replace(material, recipe=run.with_precision(material.recipe, "f32"))
    return run.start_model(material, TrainingConfig()).eval(), material


def test_mentions_of_column_corpora_are_scored_as_seqeval_does(columns):
    model, material = columns
    with torch.no_grad():
        model.ner.linear.weight.mul_(20)  # scores far enough apart for right and wrong guesses of all kinds
    spec = material.recipe.spec
    gold, guessed = [], []
    for document in material.dev:
        (example,) = examples_of(
            Work(document), material.recipe.tokenizer, material.recipe.labels, 512, material.recipe.special
        )
        batch = collate([example], spec.special.pad)
        with torch.inference_mode():
            tags = model(batch.ids, batch.cases, batch.mask)[1][0].numpy()[example.words]
        guessed.append([spec.tags[tag] for tag in best_path(tags, example.breaks)])
        gold.append([spec.tags[tag] for tag in example.tags[example.words]])
    found = epoch_row(model, material.dev, [], material.recipe, CPU)
    expected = score_seqeval(gold, guessed)
    assert expected["gold"] == 6
    assert any(tag != "O" for tags in guessed for tag in tags)
    for name in ("precision", "recall", "f1"):
        assert found["dev"]["mentions"][name] == pytest.approx(100 * expected[name], abs=0.01)


def test_column_corpora_have_no_relation_scores(columns):
    model, material = columns
    row = epoch_row(model, material.dev, [], material.recipe, CPU)
    assert set(row["dev"]) == {"loss", "ner_loss", "mentions"}
    assert len(lines_of({"epoch": 1, "ner_loss": 0.5, **row})[0].split()) == 7


def test_gold_of_unknown_types_counts_as_missed(columns):
    model, material = columns
    document = material.dev[0]
    foreign = replace(document, chains=(*document.chains, ((0, 2, 3, "SHIP"),)))
    before, after = (span_score(scored(model, [one], material.recipe, CPU)) for one in (document, foreign))
    assert (after.precision, after.recall * 3) == (before.precision, before.recall * 2)


def test_the_known_part_of_a_document_keeps_facts_between_known_ends(columns):
    _, material = columns
    chains = (((0, 0, 1, "PER"), (0, 2, 3, "SHIP")), ((0, 3, 4, "SHIP"),), ((0, 4, 5, "LOC"),))
    facts = (Fact(0, "a", 1), Fact(0, "b", 2, (0,)))
    part = known_part(Annotated("x", (("a",) * 5,), chains, facts), material.recipe)
    assert part.chains == (((0, 0, 1, "PER"),), ((0, 4, 5, "LOC"),))
    assert part.facts == (Fact(0, "b", 1, (0,)),)
    assert known_part(part, material.recipe) is part


def test_documents_that_are_annotated_in_part_say_nothing_of_mentions(columns):
    """Counted as wrong were names that nobody had looked for: with thresholds chosen by that, a model found next to nothing."""
    model, material = columns
    whole, part = material.dev[0], replace(material.dev[1], complete=False)
    both, alone = (scored(model, some, material.recipe, CPU) for some in ([whole, part], [whole]))
    assert span_score(both) == span_score(alone)
    assert both.gold_spans.sum() == alone.gold_spans.sum()
    assert set(both.span_document) <= {0}


def test_where_memory_runs_out_the_loss_of_dev_is_that_of_smaller_parts(columns, monkeypatch, caplog):
    """A run that died of it after an epoch had nothing kept of that epoch, and died again after it when it was resumed."""
    model, material = columns
    whole = epochs.losses(model, material.dev, material.recipe, CPU)
    original = epochs.losses_of

    def full(model, batch):
        if len(batch.ids) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return original(model, batch)

    monkeypatch.setattr(epochs, "losses_of", full)
    assert epochs.losses(model, material.dev, material.recipe, CPU) == pytest.approx(whole, abs=1e-4)
    assert "out of memory" in caplog.text


def test_what_cannot_be_had_one_by_one_is_an_error(columns, monkeypatch):
    model, material = columns

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(epochs, "losses_of", full)
    with pytest.raises(torch.OutOfMemoryError):
        epochs.losses(model, material.dev, material.recipe, CPU)


def test_the_loss_of_dev_is_of_all_documents_also_of_those_that_take_turns_in_training(columns):
    """Of dev documents annotated in part three in four were left out."""
    _, material = columns
    part = replace(material.dev[0], complete=False)
    read = [
        len(batch.ids)
        for batch, _ in epoch_batches([material.dev[1], *[part] * 6], material.recipe, epochs.AS_THEY_ARE, 1, 0, 1)
    ]
    assert sum(read) == 7

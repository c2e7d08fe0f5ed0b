"""Gold spans end at the right pieces; pairs carry the right targets; augmentation keeps facts true."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.models.ner import IGNORE  # noqa: E402
from kgbuild.models.pieces import split  # noqa: E402
from kgbuild.training.augment import Augmentation, augmented, crop  # noqa: E402
from kgbuild.training.batches import _grouped, collate  # noqa: E402
from kgbuild.training.corpora import mask_of, read_corpus  # noqa: E402
from kgbuild.training.examples import Work, examples_of, labels_for  # noqa: E402
from kgbuild.training.rendering import render  # noqa: E402
from tests.training.documents import write  # noqa: E402


@pytest.fixture
def document(tmp_path):
    return read_corpus(write(tmp_path / "a.json"))[0]


@pytest.fixture
def labels(document):
    return labels_for(("PER", "ORG", "LOC"), ("P19", "P108"), mask_of([document]))


def examples(document, tokenizer, labels, *, limit=512, natural=False):
    return examples_of(Work(document), tokenizer, labels, limit, (2, 3), natural)


@pytest.mark.parametrize("natural", [False, True])
def test_mentions_are_at_their_pieces(document, tokenizer, labels, natural):
    (example,) = examples(document, tokenizer, labels, natural=natural)
    text, _ = render(document, natural)
    found = [text[example.starts[a] : example.ends[b]] for a, b in zip(example.first, example.last, strict=True)]
    assert found == ["John Smith", "Acme", "Smith", "Paris"]
    assert example.chain.tolist() == [0, 1, 0, 2]
    assert example.ids[0] == 2 and example.ids[-1] == 3


def test_only_first_pieces_of_words_are_tagged(document, tokenizer, labels):
    (example,) = examples(document, tokenizer, labels)
    assert np.flatnonzero(example.tags != IGNORE).tolist() == example.words.tolist()
    tags = example.tags[example.words].tolist()
    assert tags[:6] == [1, 2, 0, 0, 3, 0]


def test_pairs_are_those_whose_types_can_be_related(document, tokenizer, labels):
    (example,) = examples(document, tokenizer, labels)
    pairs = list(zip(example.heads.tolist(), example.tails.tolist(), strict=True))
    assert pairs == [(0, 1), (0, 2)]
    assert example.targets.tolist() == [[0, 0, 1], [0, 1, 0]]


def test_documents_without_relations_have_no_pairs(tmp_path, tokenizer, labels):
    document = read_corpus(write(tmp_path / "b.json", related=False))[0]
    (example,) = examples(document, tokenizer, labels)
    assert len(example.heads) == 0 and len(example.first) == 4


def test_a_long_document_is_several_windows_with_their_own_chains(document, tokenizer, labels):
    parts = examples(document, tokenizer, labels, limit=14)
    text, _ = render(document, natural=False)
    assert sum(len(part.ids) - 2 for part in parts) == len(split(tokenizer, text))
    assert {owner for part in parts for owner in part.owners.tolist()} == {0, 1, 2}
    assert all(part.chain.max() < len(part.owners) for part in parts if len(part.chain))


@pytest.fixture
def longer(document):
    gaps = None if document.gaps is None else (*document.gaps, document.gaps[0])
    return replace(document, sentences=(*document.sentences, document.sentences[0]), gaps=gaps)


def test_a_crop_keeps_facts_with_evidence_and_doubts_the_others(document, longer):
    first = crop(longer, 0, 2)
    assert [fact.relation for fact in first.document.facts] == ["P108"]
    assert first.unsure == {(0, 2)}
    second = crop(document, 1, 1)
    assert second.document.sentences == document.sentences[1:]
    assert second.document.chains == (((0, 0, 1, "PER"),), ((0, 4, 5, "LOC"),))
    assert second.unsure == {(0, 1)} and second.document.facts == ()


def test_pairs_in_doubt_have_no_weight(longer, tokenizer, labels):
    (example,) = examples_of(crop(longer, 0, 2), tokenizer, labels, 512, (2, 3))
    assert example.weights.tolist() == [1.0, 0.0]


def test_augmentation_follows_from_its_draws_alone(document):
    how = Augmentation(crop_related=0.5, lower=0.3, upper=0.3, disturb=1.0, disturb_from=1, drop=0.3, split=0.9, merge=0.5)
    draws = [[augmented(document, 1, how, np.random.default_rng((1, i))) for i in range(40)] for _ in range(2)]
    assert draws[0] == draws[1]
    assert len({str(work) for work, _ in draws[0]}) > 5


def test_split_chains_both_keep_their_facts(document):
    how = Augmentation(crop_related=0, lower=0, upper=0, disturb=1.0, disturb_from=1, drop=0, split=1.0, merge=0)
    (work,), _ = augmented(document, 1, how, np.random.default_rng(0))
    assert len(work.document.chains) == 4
    assert sorted((fact.head, fact.relation, fact.tail) for fact in work.document.facts) == [
        (0, "P108", 2), (0, "P19", 3), (1, "P108", 2), (1, "P19", 3),
    ]  # fmt: skip


def test_chains_are_not_disturbed_before_their_epoch(document):
    how = Augmentation(crop_related=0, lower=0, upper=0, disturb=1.0, disturb_from=4, drop=1.0)
    assert augmented(document, 3, how, np.random.default_rng(0))[0][0].document == document
    assert augmented(document, 4, how, np.random.default_rng(0))[0][0].document.chains == ()


def test_a_document_without_relations_is_read_whole_in_parts(document):
    plain = replace(document, facts=None, sentences=document.sentences * 20)
    works, _ = augmented(plain, 1, Augmentation(crop_unrelated=1.0, lower=0, upper=0), np.random.default_rng(0))
    assert len(works) > 5 and max(len(work.document.sentences) for work in works) <= 6
    assert tuple(tokens for work in works for tokens in work.document.sentences) == plain.sentences
    assert sum(len(work.document.chains) for work in works) >= len(plain.chains)


def test_batches_hold_so_many_documents_however_they_are_cut(document, tokenizer, labels):
    (example,) = examples(document, tokenizer, labels)
    groups = _grouped([(example, 1.0)] * 3 + [(example, 0.25)] * 8, 2)
    assert [len(group) for group in groups] == [2, 5, 4]


def test_other_case_changes_no_vocabulary_id(document, tokenizer, labels):
    how = Augmentation(crop_related=0, lower=0, upper=1.0, natural=0, disturb=0)
    (work,), natural = augmented(document, 1, how, np.random.default_rng(0))
    (upper,) = examples_of(work, tokenizer, labels, 512, (2, 3), natural)
    (plain,) = examples(document, tokenizer, labels)
    assert upper.ids.tolist() == plain.ids.tolist()
    assert upper.cases.tolist() != plain.cases.tolist()


@pytest.mark.parametrize("natural", [False, True])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_sentence_without_tokens_moves_no_piece_into_another_sentence(document, tokenizer, labels, at, natural):
    """Numbers of the sentences before it were right, and those of pieces: behind the last one, training ended in an IndexError."""
    numbers = [0, 1, 2]
    numbers.remove(at)
    holed = replace(
        document,
        sentences=(*document.sentences[:at], (), *document.sentences[at:]),
        chains=tuple(tuple((numbers[s], *rest) for s, *rest in chain) for chain in document.chains),
        facts=(replace(document.facts[0], evidence=(numbers[0],)), replace(document.facts[1], evidence=(numbers[1],))),
    )
    (whole,), (example,) = (examples(one, tokenizer, labels, natural=natural) for one in (document, holed))
    assert example.ids.tolist() == whole.ids.tolist()
    assert example.sentences.tolist() == [-1 if number < 0 else numbers[number] for number in whole.sentences.tolist()]
    batch = collate([example], 0)
    assert batch.evidence.sentences.max() < batch.evidence.shares.shape[1]

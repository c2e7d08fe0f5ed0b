"""The coreference head: a hand-computed score, symmetry, a loss; partial labels of tags and relations; soft labels; evidence."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.models.coreference import CoreferenceHead, NamePairs, coreference_loss  # noqa: E402
from kgbuild.models.directory import CoreferenceSpec  # noqa: E402
from kgbuild.models.encoder import Encoded  # noqa: E402
from kgbuild.models.ner import IGNORE, ner_loss  # noqa: E402
from kgbuild.models.relation import FULL, UNKNOWN, evidence_loss, relation_loss, soft_loss  # noqa: E402


def head_and_names():
    torch.manual_seed(0)
    head = CoreferenceHead(4, 2, CoreferenceSpec(("a", "b"), 3, 5)).eval()
    hidden = torch.randn(1, 6, 4)
    columns = ([0], [[1, 3, 4, 0]], [[2, 3, 5, 0]], [[0, 0, 1, -1]], [[0, 1, 0]], [0], [0], [1], [[1.0, 0.0]])
    return head, Encoded(hidden, hidden, hidden), NamePairs(*(torch.tensor(column) for column in columns))


def test_a_score_follows_the_written_arithmetic():
    head, encoded, names = head_and_names()
    weights = {name: parameter.detach().numpy() for name, parameter in head.named_parameters()}
    hidden = encoded.hidden[0].numpy()
    states = [np.concatenate([hidden[a], hidden[b]]) for a, b in ((1, 2), (3, 3), (4, 5))]
    means = [np.mean(states[:2], axis=0), states[2]]
    left, right = (
        np.tanh(weights["project.weight"] @ mean + weights["project.bias"] + weights["types.weight"][kind])
        for kind, mean in enumerate(means)
    )
    seen = np.concatenate([left * right, abs(left - right), [1.0, 0.0]])
    inner = np.maximum(weights["pair.weight"] @ seen + weights["pair.bias"], 0)
    assert head(encoded, names).item() == pytest.approx((weights["out.weight"] @ inner + weights["out.bias"]).item(), abs=1e-5)


def test_the_two_names_of_a_pair_may_change_places():
    head, encoded, names = head_and_names()
    turned = names._replace(left=names.right, right=names.left)
    assert head(encoded, names).item() == head(encoded, turned).item()


def test_the_coreference_loss_is_cross_entropy():
    loss = coreference_loss(torch.tensor([0.0, 2.0]), torch.tensor([1.0, 0.0]))
    assert loss.item() == pytest.approx((math.log(2) + math.log(1 + math.exp(2))) / 2, abs=1e-6)


def test_where_a_type_was_not_annotated_o_means_o_or_that_type():
    scores = torch.tensor([[[1.0, 0.5, -1.0, 2.0, 0.0], [0.0, 3.0, 0.0, 0.0, 0.0]]])  # O, B-A, I-A, B-B, I-B
    labels = torch.tensor([[0, 1]])
    unknown = torch.tensor([[False, False, False, True, True]])
    chance = torch.softmax(scores, 2)[0]
    first = -math.log(float(chance[0, 0] + chance[0, 3] + chance[0, 4]))
    second = -math.log(float(chance[1, 1]))
    assert ner_loss(scores, labels, unknown).item() == pytest.approx((first + second) / 2, abs=1e-5)
    assert ner_loss(scores, labels, torch.zeros(1, 5, dtype=torch.bool)).item() == ner_loss(scores, labels).item()
    assert ner_loss(scores, torch.full((1, 2), IGNORE), unknown).item() == 0.0


def test_relations_that_were_not_looked_for_take_no_part():
    scores = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))
    labels = torch.zeros(60, 4)
    labels[::3, 1] = 1
    labels[:, 3] = UNKNOWN
    weights = torch.ones(60)
    assert relation_loss(scores, labels, weights).item() == pytest.approx(
        relation_loss(scores[:, :3], labels[:, :3], weights).item(), abs=1e-5
    )


def test_a_few_pairs_do_not_weigh_like_many():
    scores, labels = torch.zeros(2, 3), torch.zeros(2, 3)
    whole = relation_loss(scores.repeat(50, 1), labels.repeat(50, 1), torch.ones(100)).item()
    assert relation_loss(scores, labels, torch.ones(2)).item() == pytest.approx(whole * 2 / FULL, abs=1e-5)


def test_a_teacher_is_matched_where_it_knows_something():
    wanted = torch.tensor([[2.0, float("nan")]]).repeat(60, 1)
    at_teacher = torch.tensor([[0.0, 2.0, 9.0]]).repeat(60, 1).requires_grad_()
    soft_loss(at_teacher, wanted, torch.ones(60)).backward()
    assert at_teacher.grad.abs().max() < 1e-6  # the minimum, whatever is said of the relation that the teacher does not know


def test_pairs_look_where_their_evidence_stands():
    sentences = torch.tensor([[-1, 0, 0, 1, -1]])
    right, wrong = torch.tensor([[0.0, 0.5, 0.5, 0.0, 0.0]]), torch.tensor([[0.0, 0.0, 0.1, 0.9, 0.0]])
    wanted, whole = torch.tensor([[1.0, 0.0]]), torch.ones(1)
    assert evidence_loss(right, sentences, wanted, whole).item() == pytest.approx(0.0, abs=1e-5)
    assert evidence_loss(wrong, sentences, wanted, whole).item() == pytest.approx(-math.log(0.1), abs=1e-4)
    both = [torch.cat(rows) for rows in ((right, wrong), (sentences, sentences), (wanted, wanted))]
    assert evidence_loss(*both, torch.tensor([0.75, 0.25])).item() == pytest.approx(-math.log(0.1) / 4, abs=1e-4)

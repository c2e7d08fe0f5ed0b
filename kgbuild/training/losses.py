"""A batch and a model -> the losses that are added up and minimised, by name. Knows no optimiser."""

from torch import Tensor

from kgbuild.models.checkpoint import Joint
from kgbuild.models.coreference import coreference_loss
from kgbuild.models.ner import ner_loss
from kgbuild.models.relation import Chains, evidence_loss, relation_loss, soft_loss
from kgbuild.training.batches import Batch, Evidence

EVIDENCE = 0.1
"""Weight of the evidence loss (DREEAM's)."""
TAUGHT = 0.5
"""Share of the teacher in the loss of pairs that are annotated as well."""


def losses_of(model: Joint, batch: Batch) -> dict[str, Tensor]:
    """One scalar a task that the batch says something about; their sum is what a step minimises."""
    encoded, tags = model(batch.ids, batch.cases, batch.mask)
    found = {}
    if batch.tags is not None:
        found["ner"] = ner_loss(tags, batch.tags, batch.unknown)
    if batch.chains is not None:
        scores, looks = model.relation.attended(encoded, batch.mask, batch.chains)
        found |= _relation_losses(scores, batch)
        if batch.evidence is not None:
            found["evidence"] = EVIDENCE * _evidence(looks, batch.chains, batch.evidence)
    if batch.names is not None and model.coreference is not None:
        found["coreference"] = coreference_loss(model.coreference(encoded, batch.names), batch.same)
    return found or {"nothing": tags.sum() * 0.0}


def _relation_losses(scores: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Annotated pairs: the annotation, or half of it and half of the teacher's word; others: the teacher's word."""
    if batch.soft is None or batch.taught is None:
        return {"relation": relation_loss(scores, batch.targets, batch.weights)}
    told, heard = _told(batch.weights, batch.taught), _heard(batch.weights, batch.taught)
    over = (told + heard).sum()
    return {
        "relation": relation_loss(scores, batch.targets, told, over),
        "taught": soft_loss(scores, batch.soft, heard, over),
    }


def pair_mass(batch: Batch) -> Tensor:
    """How much each pair of a batch counts in the relation losses, (P,)."""
    if batch.taught is None:
        return batch.weights
    return _told(batch.weights, batch.taught) + _heard(batch.weights, batch.taught)


def _told(weights: Tensor, taught: Tensor) -> Tensor:
    return weights * (1.0 - TAUGHT * taught)


def _heard(weights: Tensor, taught: Tensor) -> Tensor:
    return taught * (1.0 - (1.0 - TAUGHT) * weights)


def _evidence(looks: Tensor, chains: Chains, evidence: Evidence) -> Tensor:
    """The mean over sequences of the mean over their pairs."""
    owner = chains.owner[evidence.pairs]
    looked = looks[owner, chains.heads[evidence.pairs], chains.tails[evidence.pairs]]
    weights = evidence.weights / evidence.weights.sum()
    return evidence_loss(looked, evidence.sentences[owner], evidence.shares, weights)

"""A batch and a model -> the losses that are added up and minimised, by name. Knows no optimiser."""

import torch
from torch import Tensor

from kgbuild.models.checkpoint import Joint
from kgbuild.models.coreference import coreference_loss
from kgbuild.models.ner import IGNORE, ner_loss
from kgbuild.models.relation import evidence_loss, relation_loss, soft_loss
from kgbuild.training.batches import Batch

EVIDENCE = 0.1
"""Weight of the evidence loss (DREEAM's)."""
TAUGHT = 0.5
"""Share of the teacher in the loss of pairs that are annotated as well."""


def losses_of(model: Joint, batch: Batch) -> dict[str, Tensor]:
    """One scalar a task that the batch says something about; their sum is what a step minimises."""
    encoded, tags = model(batch.ids, batch.cases, batch.mask)
    found = {}
    if bool((batch.tags != IGNORE).any()):
        found["ner"] = ner_loss(tags, batch.tags, batch.unknown)
    if batch.chains:
        scores, looks = model.relation.attended(encoded, batch.mask, batch.chains)
        found |= _relation_losses(scores, batch)
        if batch.evidence:
            found["evidence"] = EVIDENCE * _evidence(looks, batch)
    if batch.names and model.coreference is not None:
        found["coreference"] = coreference_loss(model.coreference(encoded, batch.names), batch.same)
    return found or {"nothing": tags.sum() * 0.0}


def _relation_losses(scores: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Annotated pairs: the annotation, or half of it and half of the teacher's word; others: the teacher's word."""
    if not bool(batch.taught.any()):
        return {"relation": relation_loss(scores, batch.targets, batch.weights)}
    told = batch.weights * (1.0 - TAUGHT * batch.taught)
    heard = batch.taught * (1.0 - (1.0 - TAUGHT) * batch.weights)
    share = float(told.sum()) / max(float((told + heard).sum()), 1e-6)
    return {
        "relation": share * relation_loss(scores, batch.targets, told),
        "taught": (1.0 - share) * soft_loss(scores, batch.soft, heard),
    }


def _evidence(looks: list[Tensor], batch: Batch) -> Tensor:
    parts = [
        evidence_loss(looks[number][pairs].float(), sentences, shares) for number, pairs, shares, sentences in batch.evidence
    ]
    return torch.stack(parts).mean()

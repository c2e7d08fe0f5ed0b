"""A batch and a model -> the losses that are added up and minimised, by name. Knows no optimiser."""

from torch import Tensor

from kgbuild.models.checkpoint import Joint
from kgbuild.models.ner import ner_loss
from kgbuild.models.relation import relation_loss
from kgbuild.training.batches import Batch


def losses_of(model: Joint, batch: Batch) -> dict[str, Tensor]:
    """One scalar a task that the batch says something about; their sum is what a step minimises."""
    encoded, tags = model(batch.ids, batch.cases, batch.mask)
    found = {"ner": ner_loss(tags, batch.tags)}
    if batch.chains:
        found["relation"] = relation_loss(model.relation(encoded, batch.mask, batch.chains), batch.targets, batch.weights)
    return found

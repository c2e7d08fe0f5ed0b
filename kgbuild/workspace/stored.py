"""Rows of workspace.db -> records: documents and models as the workspace keeps them, sources, passages, judgements."""

import json
from dataclasses import dataclass
from typing import Any

from kgbuild.records import Anchor, Document, Judgement, Outcome, Passage, Source, Verdict
from kgbuild.workspace.codec import unpack


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the workspace keeps it: with its passages cut and its language told."""

    document: Document
    passages: tuple[Passage, ...]
    language: str
    block_digests: tuple[str, ...]
    unread: tuple[tuple[str, int], ...] = ()
    split: str = ""


MODEL = "model"
"""The kind of an extractor that is a model directory."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model, or another extractor, that the workspace knows: where it lies, and what the build needs of it without opening it.

    key: digest of fingerprint, precision and decoder version: extractions are stored under it;
    thresholds: sets of (relation label, minimum score), sorted; a label that is absent is off.
    """

    key: str
    path: str
    fingerprint: str
    name: str
    span_labels: tuple[str, ...]
    link_labels: tuple[str, ...]
    languages: tuple[str, ...]
    thresholds: tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]
    kind: str = MODEL
    """`model`, or of what kind an extractor beside it is."""

    @property
    def reads(self) -> tuple[str, ...] | None:
        """Languages of passages that it is given: its own, and what is too short to tell; None for all."""
        return (*self.languages, "und") if self.languages or self.kind == MODEL else None


def source_from(row: tuple[str, str, str, str, str | None, str, str]) -> Source:
    """A source from its row (uri, root, content, outcome, document, reason, metadata)."""
    metadata = tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in json.loads(row[6]))
    return Source(row[0], row[1], row[2], Outcome(row[3]), row[4], row[5], metadata)


def passage_from(text: str, index: int, start: int, length: int, language: str, layout: bytes) -> Passage:
    """A passage of a document's text from its row."""
    sentences, blocks = unpack(layout)
    return Passage(index, start, text[start : start + length], language, tuple((a, b) for a, b in sentences), tuple(blocks))


def judgement_from(number: int, body: dict[str, Any]) -> Judgement:
    """A judgement from its number and its body."""
    fields = dict(body)
    fields["verdict"] = Verdict(str(fields["verdict"]))
    for end in ("left", "right"):
        anchor = fields[end]
        fields[end] = Anchor(**anchor) if isinstance(anchor, dict) else None
    return Judgement(number=number, **fields)


def model_from(body: dict[str, Any]) -> StoredModel:
    """A model, or another extractor, from its body."""
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
    fields["thresholds"] = tuple((name, tuple(tuple(row) for row in rows)) for name, rows in body["thresholds"])
    return StoredModel(**fields)

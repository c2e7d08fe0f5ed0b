"""A spaCy pipeline or a Hugging Face token classifier that the user has -> an extractor of typed spans.

Each text goes through alone, so that its neighbours in a batch change no bit.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from kgbuild.errors import MissingExtra, ModelError
from kgbuild.extraction.named import extraction_of
from kgbuild.hashing import digest
from kgbuild.models.spec import ROBERTAS
from kgbuild.records import ONE, Extraction, Span, Thing

SPACY_SCORE = 8_000
"""Of a span by spaCy, whose named-entity recogniser says nothing of how sure it is."""
STRIDE = 64
"""Word-pieces that two windows of a long text share in a Hugging Face model."""


def folder_digest(folder: Path) -> str:
    """Digest of the names and bytes of all files under a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return digest("folder", *((path.relative_to(folder).as_posix(), digest("bytes", path.read_bytes())) for path in files))


class SpacyPipeline:
    """Entities of a spaCy pipeline: an installed package, or a folder (relative to the workspace)."""

    link_labels: tuple[str, ...] = ()

    def __init__(self, name: str, folder: Path) -> None:
        self.name = str(folder / name) if (folder / name).is_dir() else name
        self.numerics = f"spacy {version('spacy')}"
        self.fingerprint = self._fingerprint()

    def _fingerprint(self) -> str:
        if Path(self.name).is_dir():
            return folder_digest(Path(self.name))
        try:
            return digest("package", self.name, version(self.name))
        except PackageNotFoundError:
            raise ModelError(
                f"there is no spaCy pipeline {self.name!r}: give a folder, or a package that is installed "
                f"(`python -m spacy download {self.name}`)"
            ) from None

    @cached_property
    def _pipeline(self) -> Any:
        import spacy

        try:
            made = spacy.load(self.name)
        except (OSError, ValueError, ImportError) as error:
            raise ModelError(f"{self.name}: no spaCy pipeline ({' '.join(str(error).split())[:200]})") from None
        if not self._recognisers(made):
            raise ModelError(f"{self.name}: the pipeline finds no entities: it has {', '.join(made.pipe_names) or 'nothing'}")
        return made

    def _recognisers(self, pipeline: Any) -> list[str]:
        return [name for name, made in pipeline.pipeline if "doc.ents" in pipeline.get_pipe_meta(name).assigns]

    @property
    def span_labels(self) -> tuple[str, ...]:
        """Labels that its recognisers give."""
        pipeline = self._pipeline
        return tuple(
            sorted({str(label) for name in self._recognisers(pipeline) for label in pipeline.pipe_labels.get(name, ())})
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The language that it was made for; none for a pipeline for all."""
        return () if self._pipeline.lang == "xx" else (str(self._pipeline.lang),)

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """Entities of each text, in order; an entity's id in a knowledge base is a thing's."""
        for text in texts:
            yield extraction_of(self._span(entity) for entity in self._pipeline(text).ents)

    def _span(self, entity: Any) -> Span:
        known = entity.kb_id_ or entity.ent_id_
        thing = Thing(known) if known and known != "NIL" else None
        return Span(entity.start_char, entity.end_char, entity.label_, SPACY_SCORE, thing)

    def close(self) -> None:
        """Let go of the pipeline."""
        self.__dict__.pop("_pipeline", None)


class TokenClassifier:
    """Entities of a Hugging Face token-classification model in a folder (relative to the workspace), on the CPU. Needs `train`."""

    link_labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder / name
        if not (self.folder / "config.json").is_file():
            raise ModelError(f"{self.folder}: no folder of a Hugging Face model (config.json is missing)")
        try:
            self.numerics = f"torch {version('torch')}, transformers {version('transformers')}"
        except PackageNotFoundError:
            raise MissingExtra("an extractor transformers:DIR", "train") from None
        self.fingerprint = folder_digest(self.folder)

    @cached_property
    def _pipeline(self) -> Any:
        try:
            from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline
        except ImportError:
            raise MissingExtra("an extractor transformers:DIR", "train") from None
        try:
            model = AutoModelForTokenClassification.from_pretrained(
                self.folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
            cutter = AutoTokenizer.from_pretrained(self.folder, local_files_only=True, use_fast=True, trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise ModelError(f"{self.folder}: no token classifier ({' '.join(str(error).split())[:200]})") from None
        cutter.model_max_length = longest = min(cutter.model_max_length, _positions(model.config))
        stride = min(STRIDE, longest // 4)
        return pipeline(
            "token-classification", model=model, tokenizer=cutter, aggregation_strategy="first", stride=stride, device="cpu"
        )

    @property
    def span_labels(self) -> tuple[str, ...]:
        """Labels of its tags, without their B- and I-."""
        import json

        config = json.loads((self.folder / "config.json").read_text("utf-8"))
        tags = map(str, config.get("id2label", {}).values())
        return tuple(sorted({tag[2:] if tag[:2] in ("B-", "I-") else tag for tag in tags} - {"O"}))

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """Entities of each text, in order; a span's score is the mean probability of its words."""
        for text in texts:
            yield (
                extraction_of(filter(None, (_entity(text, row) for row in self._pipeline(text))))
                if text.strip()
                else Extraction()
            )

    def close(self) -> None:
        """Let go of the model."""
        self.__dict__.pop("_pipeline", None)


def _positions(config: Any) -> int:
    """How many pieces a model can read at once: many tokenizers do not say, and then nothing would cut a long text."""
    taken = config.pad_token_id + 1 if config.model_type in ROBERTAS else 0
    return int(getattr(config, "max_position_embeddings", None) or 512) - taken


def _entity(text: str, row: dict[str, Any]) -> Span | None:
    start, end = int(row["start"]), int(row["end"])
    while start < end and text[start].isspace():
        start += 1
    score = min(ONE, max(1, round(float(row["score"]) * ONE)))
    return Span(start, end, str(row["entity_group"]), score) if start < end else None

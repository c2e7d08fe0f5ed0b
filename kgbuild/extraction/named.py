"""What kgbuild.toml calls an extractor -> the extractor: terms and patterns from files, pipelines that the user has, entry points.

    terms:FILE          terms.csv, a person's master data
    patterns:FILE       patterns.jsonl, token patterns for types and relations
    spacy:NAME          a spaCy pipeline with named entities: an installed package or a folder
    transformers:DIR    a Hugging Face token-classification model in a folder (extra `train`)
    NAME[:ARGUMENT]     an entry point of the group kgbuild.extractors

Files and folders are relative to the workspace. Opening is lazy: `key` says which extractions are an extractor's without loading it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from kgbuild.errors import ConfigError, KgbuildError, UsageError
from kgbuild.extraction.listed import read_bytes
from kgbuild.extraction.patterns import patterns_fingerprint, read_patterns
from kgbuild.extraction.terms import Terms, read_terms, terms_fingerprint
from kgbuild.hashing import digest
from kgbuild.records import ONE, Extraction, Span
from kgbuild.resolution.overlaps import chosen
from kgbuild.schema import absolute_iri

GROUP = "kgbuild.extractors"
MODEL = "model"
"""The name of the workspace's model among its extractors."""
VERSION = 1
"""Part of every key: raised when the way in which outside extractors are read changes."""


class TextExtractor(Protocol):
    """What an entry point of the group kgbuild.extractors returns when it is called with (argument, folder of the workspace).

    fingerprint: changes whenever the same text may give something else (a digest of rules, weights, versions): extractions are kept
    under it; span_labels, link_labels: what it may give out, mapped to the schema by name or by [extractors.labels]; languages: codes
    of the passages that it wants, empty for all; numerics: what beside fingerprint and text decides the last bits, or "exact".
    Making one has to be cheap: load what is heavy on the first call. A text's extraction depends on that text alone.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def span_labels(self) -> tuple[str, ...]: ...
    @property
    def link_labels(self) -> tuple[str, ...]: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def numerics(self) -> str: ...

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """One extraction a text, in order."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


Factory = Callable[[str, Path], TextExtractor]


@dataclass(frozen=True, slots=True)
class Named:
    """An extractor by its name in kgbuild.toml. kind: terms, patterns, spacy, transformers, or an entry point's name."""

    spec: str
    kind: str
    argument: str
    folder: Path

    @property
    def path(self) -> Path:
        """The file or folder that the argument names."""
        return Path(os.path.normpath(self.folder / self.argument))

    def key(self) -> str:
        """What its extractions are kept under. Raises ConfigError for a missing file, MissingExtra, UsageError for an unknown name."""
        match self.kind:
            case "terms":
                mark = terms_fingerprint(read_bytes(self.path))
            case "patterns":
                mark = patterns_fingerprint(read_bytes(self.path))
            case _:
                mark = self._made().fingerprint
        return digest("extractor", VERSION, self.kind, mark)

    def open(self) -> TextExtractor:
        """The extractor itself. Raises what `key` raises, and ConfigError that names the bad rows of a file."""
        match self.kind:
            case "terms":
                data = read_bytes(self.path)
                return Terms(read_terms(data, self.path), terms_fingerprint(data), str(self.path))
            case "patterns":
                return read_patterns(read_bytes(self.path), self.path)
            case _:
                return Checked(self.spec, self._made())

    def _made(self) -> TextExtractor:
        return factory(self.kind)(self.argument, self.folder)


def named(spec: str, folder: Path) -> Named:
    """An extractor by its name. Raises ConfigError for a name that cannot be one."""
    kind, _, argument = spec.partition(":")
    if kind in ("terms", "patterns", "spacy", "transformers") and not argument:
        what = "a file" if kind in ("terms", "patterns") else "a pipeline or folder"
        raise ConfigError(f"the extractor {spec!r} needs {what}: write {kind}:NAME in [extractors] use")
    if not kind or kind == MODEL:
        raise ConfigError(f"{spec!r} is no name of an extractor: write model, terms:FILE, patterns:FILE, spacy:NAME, …")
    return Named(spec, kind, argument, folder)


def factory(kind: str) -> Factory:
    """What makes extractors of a kind. Raises UsageError if nothing does."""
    if kind in ("spacy", "transformers"):
        from kgbuild.extraction.adapters import SpacyPipeline, TokenClassifier

        return SpacyPipeline if kind == "spacy" else TokenClassifier
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    for point in found:
        if point.name == kind:
            try:
                return cast("Factory", point.load())
            except (ImportError, AttributeError) as error:
                raise ConfigError(f"the extractor {kind!r} cannot be loaded ({error}): install it again") from error
    others = ", ".join(["model", "terms:FILE", "patterns:FILE", "spacy:NAME", "transformers:DIR", *(p.name for p in found)])
    raise UsageError(f"there is no extractor {kind!r}: there are {others}; a package adds one as an entry point of {GROUP}")


class Checked:
    """An outside extractor whose output is looked at: what could not be stored, or would break a promise, is an error that names it."""

    def __init__(self, spec: str, extractor: TextExtractor) -> None:
        self.spec, self._extractor = spec, extractor
        self.fingerprint, self.numerics = extractor.fingerprint, extractor.numerics
        self.span_labels, self.link_labels = tuple(extractor.span_labels), tuple(extractor.link_labels)
        self.languages = tuple(extractor.languages)

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """One sound extraction a text, in order."""
        waiting: list[str] = []

        def fed() -> Iterator[str]:
            for text in texts:
                waiting.append(text)
                yield text

        for extraction in self._extractor(fed()):
            if not waiting:
                raise KgbuildError(f"the extractor {self.spec} gives more extractions than it was given texts")
            if wrong := flaw(waiting.pop(0), extraction):
                raise KgbuildError(f"the extractor {self.spec} gives an extraction that cannot be: {wrong}")
            yield extraction
        if waiting:
            raise KgbuildError(f"the extractor {self.spec} gives no extraction for {len(waiting)} of its texts")

    def close(self) -> None:
        """Let go of what is held."""
        self._extractor.close()


def flaw(text: str, extraction: Extraction) -> str:
    """Why an extraction cannot be one of a text (see `records.Extraction`), or ''."""
    at = 0
    for span in extraction.spans:
        if not (at <= span.start < span.end <= len(text)):
            return f"span [{span.start}:{span.end}] is empty, outside of the text, or overlaps the one before"
        if not isinstance(span.score, int) or not 0 <= span.score <= ONE:
            return f"span [{span.start}:{span.end}] has the score {span.score!r}, not a whole number from 0 to {ONE}"
        if span.thing and (not span.thing.id or not (span.thing.iri == "" or absolute_iri.fullmatch(span.thing.iri))):
            return f"span [{span.start}:{span.end}] is known as {span.thing.id!r} with the IRI {span.thing.iri!r}"
        at = span.end
    count = len(extraction.spans)
    if sorted(index for chain in extraction.chains for index in chain) != list(range(count)):
        return "its chains are no partition of its spans"
    if any(list(chain) != sorted(chain) for chain in extraction.chains) or list(extraction.chains) != sorted(extraction.chains):
        return "its chains are not sorted"
    for link in extraction.links:
        if not (0 <= link.head < count and 0 <= link.tail < count) or link.head == link.tail:
            return f"link {link.label} joins spans {link.head} and {link.tail} of {count}"
        if not isinstance(link.score, int) or not 0 <= link.score <= ONE:
            return f"link {link.label} has the score {link.score!r}, not a whole number from 0 to {ONE}"
    return ""


def extraction_of(spans: Iterable[Span]) -> Extraction:
    """An extraction of spans alone, as they come: sorted, and of overlapping ones the longest, then the earliest."""
    found = list(spans)
    kept = chosen([(0, span.start, span.end, f"{ONE - span.score:05}\t{span.label}") for span in found])
    return Extraction(tuple(found[index] for index in kept), tuple((index,) for index in range(len(kept))))

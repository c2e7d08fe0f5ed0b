"""Gold documents -> what training works on: tokens by sentence, chains of mentions, facts. Files are read by `kgbuild.corpora`.

Knows no tokenizer and no model.
"""

import logging
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgbuild.corpora.gold import GoldDocument
from kgbuild.corpora.kept import MARK
from kgbuild.corpora.maps import read_source, split_source
from kgbuild.errors import UsageError
from kgbuild.evaluation.runs import in_runs, is_endless

log = logging.getLogger(__name__)

Place = tuple[int, int, int, str]
"""A mention: sentence, first token, token after the last, type."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation between two chains, by index; evidence: sentences that show it, () when not stated."""

    head: int
    relation: str
    tail: int
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotated document. facts is None where relations were not annotated; chains is () for a mention-less document.

    sentences: tokens; chains: mentions that mean the same, duplicates removed; with linked False, chains are single mentions
    and say nothing about which mentions belong together; with complete False, other mentions may stand in the text; looked_for:
    the relations that were annotated here, None for all that the model knows; gaps: what stands before each token where the text
    is known as it was written, None for tokenised corpora; types: the mention types that were annotated here, None for all;
    corpus: number of the file that it comes from, in a training set.
    """

    title: str
    sentences: tuple[tuple[str, ...], ...]
    chains: tuple[tuple[Place, ...], ...]
    facts: tuple[Fact, ...] | None = None
    linked: bool = True
    complete: bool = True
    looked_for: frozenset[str] | None = None
    gaps: tuple[tuple[str, ...], ...] | None = None
    types: frozenset[str] | None = None
    corpus: int = 0


def read_corpus(source: str | Path) -> list[Annotated]:
    """Read a file in any format that `kgbuild.corpora` reads; "FILE@MAP" maps its labels (MAP: a file, or the name of a shipped map).

    Relations that occur nowhere in it count as not looked for.
    """
    return from_gold(read_documents(source), str(source))


def read_documents(source: str | Path) -> list[GoldDocument]:
    """The gold documents of "FILE" or "FILE@MAP", as training and dev take them.

    A column file that does not say where documents begin is many: as one it would be cut anywhere, be a batch of its own, and leave
    no second half of dev to calibrate by.
    """
    documents = read_source(source)
    if is_endless(documents, split_source(source)[0]):
        documents = in_runs(documents[0])
        log.info("%s: has no -DOCSTART-, read as %d runs of whole sentences", source, len(documents))
    return documents


def for_learning(documents: list[Annotated], where: str | Path) -> list[Annotated]:
    """The same documents. Raises UsageError if some were set aside for testing: what is learned or chosen by is no test any more."""
    kept = sum(document.title.startswith(MARK) for document in documents)
    if kept:
        raise UsageError(
            f"{where}: {kept:,} of its documents were set aside for testing by `kgbuild sample --keep`: give them to --test"
        )
    return documents


def from_gold(documents: Sequence[GoldDocument], where: str) -> list[Annotated]:
    """Convert the documents of one corpus; mentions that cross sentences cannot be trained on: they are left out, and counted."""
    used = frozenset(relation.label for document in documents for relation in document.relations)
    converted = [_annotated(document, used) for document in documents]
    lost = sum(len(set(document.mentions)) for document in documents) - sum(
        len({place for chain in one.chains for place in chain}) for one in converted
    )
    if lost:
        log.warning("%s: %d mentions cross a sentence end or stand twice with two types: left out", where, lost)
    return converted


def agree(corpora: Sequence[list[Annotated]], kept_types: Iterable[str] = (), kept: Iterable[str] = ()) -> list[Annotated]:
    """The documents of several corpora as one training set, each saying what was not annotated in it.

    looked_for, types: None where a document was annotated for every relation, or every mention type, of the set. kept_types, kept:
    types and relations of the set that may be annotated nowhere.
    """
    documents = [document for corpus in corpora for document in corpus]
    relations, types = {*relations_of(documents), *kept}, {*types_of(documents), *kept_types}
    agreed = []
    for number, corpus in enumerate(corpora):
        own = frozenset(types_of(corpus))
        agreed += [
            replace(
                document,
                corpus=number,
                looked_for=None if document.looked_for is None or document.looked_for >= relations else document.looked_for,
                types=None if own >= types else own,
            )
            for document in corpus
            if document.complete or (document.facts is not None and len(document.chains) > 1)  # others teach nothing
        ]
    return agreed


def typed_like(documents: list[Annotated], learned: Iterable[Annotated], known: Iterable[str]) -> list[Annotated]:
    """Documents to score on, each saying which types its annotators looked for: those of the training corpus that is most like it.

    That is the one with the fewest types that has all of theirs, or else their own types alone: what is said of others there is neither
    right nor wrong. learned: the training set, as `agree` gives it; known: all types of the model.
    """
    sets = {document.types for document in learned}
    if sets <= {None}:
        return documents
    own = frozenset(types_of(documents)).intersection(known)
    holding = [types for types in sets if types is not None and own <= types]
    types = min(holding, key=lambda one: (len(one), sorted(one)), default=None if None in sets else own)
    return [replace(document, types=types) for document in documents]


def types_of(corpora: Iterable[Annotated]) -> tuple[str, ...]:
    """All mention types: those of DocRED in their usual order, then others by name."""
    seen = {place[3] for document in corpora for chain in document.chains for place in chain}
    usual = [name for name in ("PER", "ORG", "LOC", "TIME", "NUM", "MISC") if name in seen]
    return (*usual, *sorted(seen - set(usual)))


def relations_of(corpora: Iterable[Annotated]) -> tuple[str, ...]:
    """All relations, P-numbers in numeric order, then others by name."""
    seen = {fact.relation for document in corpora for fact in document.facts or ()}
    return tuple(sorted(seen, key=lambda name: (not name[1:].isdecimal(), int(name[1:]) if name[1:].isdecimal() else 0, name)))


def chain_type(chain: tuple[Place, ...]) -> str:
    """The majority type of a chain; ties go to the earlier mention's."""
    names = [place[3] for place in sorted(chain)]
    return max(names, key=names.count)


def mask_of(corpora: Iterable[Annotated]) -> tuple[tuple[str, str, str], ...]:
    """All (head type, relation, tail type) of the facts, sorted."""
    seen = set()
    for document in corpora:
        names = [chain_type(chain) for chain in document.chains]
        seen |= {(names[fact.head], fact.relation, names[fact.tail]) for fact in document.facts or ()}
    return tuple(sorted(seen))


def judged_facts(document: Annotated) -> set[tuple[int, str, int]]:
    """Head, relation and tail of each fact that predictions are held against: those of relations that were looked for."""
    asked = document.looked_for
    return {(f.head, f.relation, f.tail) for f in document.facts or () if asked is None or f.relation in asked}


def facts_across(documents: Iterable[Annotated]) -> int:
    """How many facts have no sentence in which both ends are mentioned."""
    count = 0
    for document in documents:
        sentences = [{place[0] for place in chain} for chain in document.chains]
        count += sum(not sentences[fact.head] & sentences[fact.tail] for fact in document.facts or ())
    return count


def has_chains(document: Annotated) -> bool:
    """Whether a document says which of its mentions are the same thing."""
    return document.linked and document.complete and any(len(chain) > 1 for chain in document.chains)


def _annotated(document: GoldDocument, used: frozenset[str]) -> Annotated:
    places = _places(document)
    chains: list[tuple[Place, ...]] = []
    numbers: dict[int, int] = {}
    for number, cluster in enumerate(document.clusters):
        inside = {place for index in cluster if (place := places[index]) is not None}
        if inside:
            numbers[number] = len(chains)
            chains.append(tuple(sorted(inside)))
    facts = tuple(
        Fact(numbers[r.head], r.label, numbers[r.tail], r.evidence)
        for r in document.relations
        if r.head in numbers and r.tail in numbers
    )
    looked_for = used if document.relation_labels is None else frozenset(document.relation_labels)
    return Annotated(
        title=document.name,
        sentences=tuple(document.tokens[start:end] for start, end in document.sentences),
        chains=tuple(chains),
        facts=facts if document.has_relations else None,
        linked=document.linked,
        complete=document.complete,
        looked_for=looked_for if document.has_relations else None,
        gaps=None if document.tokenised else _gaps(document),
    )


def _places(document: GoldDocument) -> list[Place | None]:
    """Sentence and tokens of each mention; None for one that does not lie in one sentence."""
    full = [(number, start, end) for number, (start, end) in enumerate(document.sentences) if start < end]
    starts = [start for _, start, _ in full]
    places: list[Place | None] = []
    for mention in document.mentions:
        number, start, end = full[bisect_right(starts, mention.first) - 1]
        inside = start <= mention.first and mention.last <= end
        places.append((number, mention.first - start, mention.last - start, mention.type) if inside else None)
    return places


def _gaps(document: GoldDocument) -> tuple[tuple[str, ...], ...]:
    ends = [0, *(end for _, end in document.offsets)]
    gaps = [document.text[end:start] for end, (start, _) in zip(ends, document.offsets, strict=False)]
    return tuple(tuple(gaps[start:end]) for start, end in document.sentences)

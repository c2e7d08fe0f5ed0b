"""An export -> dataset.ttl beside it: what it holds and when it was written, in DCAT, VoID and PROV. The only file with a clock.

Counts are taken as the blocks of the export pass by: triples, entities by class, triples by property. Nodes have names under
{base}dataset, so that the description can be published with the file.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kgbuild.sinks.rdf_stencil import Item, expanded
from kgbuild.sinks.rdf_terms import DEFAULT_GRAPH, LABEL, NAMESPACES, A, Block, Pair, Terms, integer, literal, typed
from kgbuild.sinks.rdf_terms import word as w

MEDIA = {
    "nt": "application/n-triples", "nq": "application/n-quads", "ttl": "text/turtle", "trig": "application/trig",
    "jsonld": "application/ld+json", "rdf": "application/rdf+xml",
}  # fmt: skip
"""Formats -> IANA's names, which W3C's page of formats uses as well."""
W3C = "http://www.w3.org/ns/formats/"
FORMATS = {"nt": "N-Triples", "nq": "N-Quads", "ttl": "Turtle", "trig": "TriG", "jsonld": "JSON-LD", "rdf": "RDF_XML"}

FILE = "dataset.ttl"


@dataclass(slots=True)
class Tally:
    """What passed: triples, by property, by class; models that evidence is attributed to. Grows with the schema only."""

    triples: int = 0
    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    models: set[str] = field(default_factory=set)

    def watch(self, items: Iterable[Item]) -> Iterator[Block]:
        """The blocks of all items, counted."""
        agent = (A, w("prov:SoftwareAgent"))
        for block in expanded(items):
            subject, pairs, _ = block
            self.triples += len(pairs)
            self.properties.update([predicate for predicate, _ in pairs])
            self.classes.update([object for predicate, object in pairs if predicate == A])
            if agent in pairs:
                self.models.add(subject)
            yield block


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an export does not know by itself: the time, with its zone, and which version of kgbuild runs."""

    now: Callable[[], datetime]
    version: str


@dataclass(frozen=True, slots=True)
class Run:
    """Where an export lies, in which format, which version of kgbuild wrote it, and when it began and ended."""

    path: Path
    format: str
    version: str
    began: datetime
    ended: datetime


def dataset_blocks(terms: Terms, tally: Tally, run: Run) -> Iterator[Block]:
    """The description of an export."""
    dataset, activity = terms.under("dataset"), terms.part(terms.under("dataset"), "export")
    file, agent = terms.part(terms.under("dataset"), "file"), terms.part(terms.under("dataset"), "kgbuild")
    partitions = list(_partitions(terms, dataset, tally))
    yield _node(
        dataset, *_about(terms, tally, run), (w("dcat:distribution"), file), (w("prov:wasGeneratedBy"), activity),
        *[(w(f"void:{kind}Partition"), block[0]) for kind, block in partitions],
    )  # fmt: skip
    yield from (block for _, block in partitions)
    yield _node(file, *_file(terms, run), (w("spdx:checksum"), terms.part(dataset, "checksum")))
    yield _node(
        terms.part(dataset, "checksum"), (A, w("spdx:Checksum")), (w("spdx:algorithm"), w("spdx:checksumAlgorithm_sha256")),
        (w("spdx:checksumValue"), typed(_sha256(run.path), "xsd:hexBinary")),
    )  # fmt: skip
    yield _node(
        activity, (A, w("prov:Activity")), (LABEL, literal("Export of the graph")), (w("prov:startedAtTime"), _time(run.began)),
        (w("prov:endedAtTime"), _time(run.ended)), (w("prov:generated"), dataset), (w("prov:wasAssociatedWith"), agent),
        *[(w("prov:wasAssociatedWith"), model) for model in sorted(tally.models)],
    )  # fmt: skip
    yield _node(agent, (A, w("prov:SoftwareAgent")), (LABEL, literal("kgbuild")), (w("owl:versionInfo"), literal(run.version)))
    for model in sorted(tally.models):
        yield _node(model, (A, w("prov:SoftwareAgent")), (LABEL, literal("The model that read the documents")))


def _node(subject: str, *pairs: Pair) -> Block:
    return subject, list(pairs), DEFAULT_GRAPH


def _about(terms: Terms, tally: Tally, run: Run) -> Iterator[Pair]:
    yield from ((A, w("dcat:Dataset")), (A, w("void:Dataset")))
    yield w("dcterms:title"), literal(f"Knowledge graph {run.path.name.partition('.')[0]}")
    yield w("dcterms:description"), literal("Entities and their relations as documents state them, with the sentences.")
    yield w("dcterms:issued"), _time(run.ended)
    yield w("void:triples"), integer(tally.triples)
    yield w("void:entities"), integer(sum(tally.classes[each] for each in set(terms.types.values())))
    yield w("void:documents"), integer(tally.classes[w("schema:CreativeWork")])
    yield w("void:classes"), integer(len(tally.classes))
    yield w("void:properties"), integer(len(tally.properties))
    yield w("void:uriSpace"), literal(terms.base)
    yield w("void:feature"), f"<{W3C}{FORMATS[run.format]}>"
    for start in sorted({*NAMESPACES.values(), f"{terms.base}schema/"}):
        if any(each.startswith(f"<{start}") for each in (*tally.properties, *tally.classes)):
            yield w("void:vocabulary"), f"<{start}>"


def _partitions(terms: Terms, dataset: str, tally: Tally) -> Iterator[tuple[str, Block]]:
    """How many of each class, how many triples of each property: kind of partition, node."""
    kinds = (("class", "entities", tally.classes), ("property", "triples", tally.properties))
    for kind, unit, counts in kinds:
        for number, (iri, count) in enumerate(sorted(counts.items()), 1):
            node = terms.part(dataset, f"{kind}-{number}")
            yield kind, _node(node, (w(f"void:{kind}"), iri), (w(f"void:{unit}"), integer(count)))


def _file(terms: Terms, run: Run) -> Iterator[Pair]:
    yield A, w("dcat:Distribution")
    yield w("dcterms:title"), literal(run.path.name)
    yield w("dcterms:format"), f"<{W3C}{FORMATS[run.format]}>"
    yield w("dcat:mediaType"), f"<https://www.iana.org/assignments/media-types/{MEDIA[run.format]}>"
    if run.path.suffix == ".gz":
        yield w("dcat:compressFormat"), "<https://www.iana.org/assignments/media-types/application/gzip>"
    yield w("dcat:byteSize"), typed(str(run.path.stat().st_size), "xsd:nonNegativeInteger")


def _time(moment: datetime) -> str:
    return typed(moment.isoformat(timespec="seconds"), "xsd:dateTime")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

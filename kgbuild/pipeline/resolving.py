"""Documents with given mentions -> the cluster of each mention, in memory: what `evaluate resolution` measures.

The same functions as in a build, without its tables: in-document resolution, then buckets, edges and clusters of names.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kgbuild.records import Unit
from kgbuild.resolution.cluster import cluster
from kgbuild.resolution.document import resolve_document
from kgbuild.resolution.keys import Edge, NameNode, acronyms_of, buckets, called, edges

if TYPE_CHECKING:
    from kgbuild.evaluation.resolution import LinkedDocument


def resolve(documents: Sequence["LinkedDocument"]) -> list[list[str]]:
    """For each document the label of each mention's cluster; labels are shared by all documents."""
    units = [resolve_document(d.mentions, d.types, [], {0: d.text}) for d in documents]
    label = clusters(names(unit for of_document in units for unit in of_document))
    return [_labels(document, of_document, label) for document, of_document in zip(documents, units, strict=True)]


def _labels(document: "LinkedDocument", units: Sequence[Unit], label: dict[str, str]) -> list[str]:
    name_of = {(m.start, m.end): f"{unit.type}/{unit.key}" for unit in units for m in unit.mentions}
    found = [name_of.get((m.start, m.end), m.text) for m in document.mentions]
    return [label.get(name, name) for name in found]


def names(units: Iterable[Unit]) -> list[NameNode]:
    """The names of units, each once, with the acronyms that any document defines for it, and how documents call them else."""
    found: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        found.setdefault((unit.type, unit.key), []).append(unit)
    return [NameNode(*name, _acronyms(*name, of_name), *_called(*name, of_name)) for name, of_name in sorted(found.items())]


def _called(type: str, key: str, units: Sequence[Unit]) -> tuple[frozenset[tuple[str, int]], int]:
    return called(type, key, ([mention.text for mention in unit.mentions] for unit in units))


def _acronyms(type: str, key: str, units: Sequence[Unit]) -> frozenset[str]:
    defined = (acronym for unit in units for acronym in unit.acronyms)
    return acronyms_of(type, key, defined, (mention.text for unit in units for mention in unit.mentions))


def clusters(nodes: Sequence[NameNode]) -> dict[str, str]:
    """Name id -> label of its cluster."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(node.id for node in nodes)
    for edge in _edges(nodes):
        old = graph.get_edge_data(edge.left, edge.right)
        if old is None or edge.weight > old["weight"]:
            graph.add_edge(edge.left, edge.right, weight=edge.weight, reasons=edge.reasons)
    groups = [
        group
        for component in networkx.connected_components(graph)
        for group in (cluster(graph.subgraph(component)) if len(component) > 1 else (component,))
    ]
    return {name: min(group) for group in groups for name in group}


def _edges(nodes: Sequence[NameNode]) -> Iterator[Edge]:
    members: dict[str, list[NameNode]] = {}
    for node in nodes:
        for bucket in buckets(node):
            members.setdefault(bucket, []).append(node)
    for bucket, sharing in members.items():
        yield from edges(bucket, sharing)

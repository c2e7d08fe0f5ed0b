"""Small ways to write documents and corpora in tests."""

from collections import defaultdict

import networkx

from kgbuild.pipeline.resolving import names
from kgbuild.records import Mention
from kgbuild.resolution.cluster import cluster
from kgbuild.resolution.document import resolve_document
from kgbuild.resolution.keys import buckets, edges

TYPES = {"P": "Person", "O": "Organization", "L": "Location", "M": "Miscellaneous", "X": "Gadget"}


def marked(text, chains=(), of=resolve_document, **more):
    """ "[P Alex Azar] spoke" -> units of that document: names in brackets behind a letter for their type."""
    plain, mentions, types = "", [], []
    for index, part in enumerate(text.replace("]", "[").split("[")):
        if index % 2:
            letter, _, name = part.partition(" ")
            mentions.append(Mention(0, len(plain), len(plain) + len(name), name, 9000))
            types.append(TYPES[letter])
            part = name
        plain += part
    return of(mentions, types, chains, {0: plain}, **more)


def forms(units):
    """Written forms of each unit, as sets."""
    return {frozenset(m.text for m in unit.mentions) for unit in units}


def graph_of(nodes):
    members = defaultdict(list)
    graph = networkx.Graph()
    for node in nodes:
        graph.add_node(node.id)
        for bucket in buckets(node):
            members[bucket].append(node)
    for bucket, inside in members.items():
        for edge in edges(bucket, inside):
            old = graph.get_edge_data(edge.left, edge.right)
            if old is None or edge.weight > old["weight"]:
                graph.add_edge(edge.left, edge.right, weight=edge.weight, reasons=edge.reasons)
    return graph


def nodes_of(*documents):
    return names(unit for text in documents for unit in marked(text))


def resolved(*documents):
    """Clusters of name ids of a small corpus."""
    return set(cluster(graph_of(nodes_of(*documents))))


def one(*ids):
    return frozenset(ids)

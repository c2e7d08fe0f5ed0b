"""How well and how fast names are resolved: python benchmarks/resolution.py CORPUS LINKS

CORPUS: CoNLL columns; LINKS: a table like AIDA's, with the page of each mention. Prints one JSON object a method: names and types
as they are, with in-document resolution, and with edges between names (what a build does).
"""

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import networkx

from kgbuild.evaluation.resolution import evaluate_resolution
from kgbuild.resolution.cluster import cluster
from kgbuild.resolution.document import resolve_document
from kgbuild.resolution.keys import NameNode, buckets, edges
from kgbuild.resolution.names import normalise


def exact(documents):
    return [[f"{t}/{normalise(t, m.text) or m.text}" for m, t in zip(d.mentions, d.types, strict=True)] for d in documents]


def units_of(document):
    return resolve_document(document.mentions, document.types, [], {0: document.text})


def labels_of(document, units):
    name_of = {(m.start, m.end): f"{unit.type}/{unit.key}" for unit in units for m in unit.mentions}
    return [name_of.get((m.start, m.end), m.text) for m in document.mentions]


def in_document(documents):
    return [labels_of(document, units_of(document)) for document in documents]


def everything(documents):
    units = [units_of(document) for document in documents]
    label = clusters_of(unit for of_document in units for unit in of_document)
    return [[label.get(name, name) for name in labels_of(d, u)] for d, u in zip(documents, units, strict=True)]


def clusters_of(units):
    """Name id -> label of its cluster, over all units."""
    graph = graph_of(units)
    label = {}
    for component in networkx.connected_components(graph):
        for group in cluster(graph.subgraph(component)) if len(component) > 1 else (component,):
            label.update(dict.fromkeys(group, min(group)))
    return label


def graph_of(units):
    acronyms = defaultdict(set)
    for unit in units:
        acronyms[unit.type, unit.key].update(unit.acronyms)
    members = defaultdict(list)
    graph = networkx.Graph()
    for (type, key), defined in acronyms.items():
        node = NameNode(type, key, frozenset(defined))
        graph.add_node(node.id)
        for bucket in buckets(node):
            members[bucket].append(node)
    for bucket, nodes in members.items():
        for edge in edges(bucket, nodes):
            old = graph.get_edge_data(edge.left, edge.right)
            if old is None or edge.weight > old["weight"]:
                graph.add_edge(edge.left, edge.right, weight=edge.weight, reasons=edge.reasons)
    return graph


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("links", type=Path)
    options = parser.parse_args()
    for method in (exact, in_document, everything):
        started = time.perf_counter()
        result = evaluate_resolution(options.corpus, options.links, method)
        seconds = time.perf_counter() - started
        print(json.dumps({"method": method.__name__, **rounded(result), "seconds": round(seconds, 2)}))


def rounded(values):
    return {k: rounded(v) if isinstance(v, dict) else round(v, 4) for k, v in values.items()}


if __name__ == "__main__":
    main()

"""How well and how fast names are resolved: python benchmarks/resolution.py CORPUS LINKS

CORPUS: CoNLL columns; LINKS: a table like AIDA's, with the page of each mention. Prints one JSON object a method: names and types
as they are, with in-document resolution, and with edges between names (what a build does).
"""

import argparse
import json
import time
from pathlib import Path

from kgbuild.evaluation.resolution import evaluate_resolution
from kgbuild.pipeline.resolving import resolve
from kgbuild.resolution.document import resolve_document
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
    return resolve(documents)


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

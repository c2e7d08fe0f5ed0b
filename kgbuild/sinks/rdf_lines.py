"""Blocks -> N-Triples or N-Quads: one line a triple. The fastest of the writers, as every term is its token already."""

from collections.abc import Iterable, Iterator

from kgbuild.sinks.rdf_terms import Block


def triple_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """N-Triples, a block at a time; graphs are left out."""
    for subject, pairs, _ in blocks:
        yield "".join([f"{subject} {predicate} {object} .\n" for predicate, object in pairs])


def quad_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """N-Quads, a block at a time."""
    for subject, pairs, graph in blocks:
        end = f" {graph} .\n" if graph else " .\n"
        yield "".join([f"{subject} {predicate} {object}{end}" for predicate, object in pairs])

"""Items -> N-Triples or N-Quads: one line a triple. The fastest of the writers, as every term is its token already."""

from collections.abc import Iterable, Iterator

from kgbuild.sinks.rdf_stencil import Item


def triple_lines(items: Iterable[Item]) -> Iterator[str]:
    """N-Triples, an item at a time; graphs are left out."""
    for item in items:
        if len(item) == 2:
            stencil, arguments = item
            yield stencil.lines(arguments)
        else:
            subject, pairs, _ = item
            yield "".join([f"{subject} {predicate} {object} .\n" for predicate, object in pairs])


def quad_lines(items: Iterable[Item]) -> Iterator[str]:
    """N-Quads, an item at a time."""
    for item in items:
        if len(item) == 2:
            stencil, arguments = item
            yield stencil.quads(arguments) if arguments[-1] else stencil.lines(arguments)
        else:
            subject, pairs, graph = item
            end = f" {graph} .\n" if graph else " .\n"
            yield "".join([f"{subject} {predicate} {object}{end}" for predicate, object in pairs])

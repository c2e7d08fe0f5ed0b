"""Blocks with holes: what is written millions of times in one shape, as the nodes of a triple and of its evidence, is laid out once.

N-Triples and N-Quads fill the finished text of a stencil in one step, which is what makes them fast; every other writer sees
the blocks that a stencil stands for. So a shape is written down once, for all formats.
"""

from collections.abc import Iterable, Iterator
from operator import itemgetter

from kgbuild.sinks.rdf_terms import Block, Hole

Term = str | Hole
Shape = tuple[Term, list[tuple[str, Term]]]
"""A block: subject, (predicate, object) pairs."""


class Stencil:
    """Blocks whose subjects and objects may be holes. The last argument is the graph that the blocks stand in."""

    __slots__ = ("_shapes", "lines", "pick", "pick_quads", "quads")

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._shapes = tuple(shapes)
        triples = [(subject, predicate, object) for subject, pairs in self._shapes for predicate, object in pairs]
        self.lines = "".join(f"{_text(s)} {_text(p)} {_text(o)} .\n" for s, p, o in triples)
        self.quads = "".join(f"{_text(s)} {_text(p)} {_text(o)} %s .\n" for s, p, o in triples)
        holes = [[term.number for term in triple if isinstance(term, Hole)] for triple in triples]
        self.pick = itemgetter(*(hole for each in holes for hole in each))
        self.pick_quads = itemgetter(*(hole for each in holes for hole in (*each, -1)))

    def fill(self, arguments: tuple[object, ...]) -> Iterator[Block]:
        """The blocks, with the holes filled."""
        graph = str(arguments[-1])
        for subject, pairs in self._shapes:
            yield _filled(subject, arguments), [(p, _filled(o, arguments)) for p, o in pairs], graph


def _text(term: Term) -> str:
    if isinstance(term, str):
        return term.replace("%", "%%")
    return f"{term.before.replace('%', '%%')}%s{term.after.replace('%', '%%')}"


def _filled(term: Term, arguments: tuple[object, ...]) -> str:
    return term if isinstance(term, str) else f"{term.before}{arguments[term.number]}{term.after}"


Item = Block | tuple[Stencil, tuple[object, ...]]
"""What a model yields: a block, or a stencil with what fills it."""


def expanded(items: Iterable[Item]) -> Iterator[Block]:
    """Items as blocks alone."""
    for item in items:
        if len(item) == 2:
            stencil, arguments = item
            yield from stencil.fill(arguments)
        else:
            yield item

"""Blocks with holes: what is written millions of times in one shape, as the nodes of a triple and of its evidence, is laid out once.

N-Triples and N-Quads fill the finished text of a stencil in one step, which is what makes them fast; every other writer sees
the blocks that a stencil stands for. So a shape is written down once, for all formats.
"""

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

from kgbuild.sinks.rdf_terms import Block, Hole

Term = str | Hole
Shape = tuple[Term, list[tuple[str, Term]]]
"""A block: subject, (predicate, object) pairs."""


class Stencil:
    """Blocks whose subjects and objects may be holes. The last argument is the graph that the blocks stand in."""

    __slots__ = ("_lines", "_quads", "_shapes")

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._shapes = tuple(shapes)
        triples = [(subject, predicate, object) for subject, pairs in self._shapes for predicate, object in pairs]
        self._lines = _layout([term for triple in triples for term in (*_spaced(triple), ".\n")])
        self._quads = _layout([term for triple in triples for term in (*_spaced(triple), Hole(-1), " .\n")])

    def lines(self, arguments: tuple[str, ...]) -> str:
        """The blocks as N-Triples."""
        constants, pick = self._lines
        return "".join(pick(constants + arguments))

    def quads(self, arguments: tuple[str, ...]) -> str:
        """The blocks as N-Quads, in a named graph."""
        constants, pick = self._quads
        return "".join(pick(constants + arguments))

    def fill(self, arguments: tuple[str, ...]) -> Iterator[Block]:
        """The blocks, with the holes filled."""
        for subject, pairs in self._shapes:
            yield _filled(subject, arguments), [(p, _filled(o, arguments)) for p, o in pairs], arguments[-1]


def _spaced(triple: tuple[Term, ...]) -> Iterator[Term]:
    for term in triple:
        yield term
        yield " "


def _layout(terms: list[Term]) -> tuple[tuple[str, ...], Callable[[tuple[str, ...]], tuple[str, ...]]]:
    """What stands between the holes, and what picks it and the arguments in turn. Joining is 4 times as fast as `%`."""
    constants, order = [""], []
    for term in terms:
        constants[-1] += term if isinstance(term, str) else term.before
        if isinstance(term, Hole):
            order.append(term.number)
            constants.append(term.after)
    count = len(constants)
    places = [0]
    for number, hole in enumerate(order, 1):
        places += [hole if hole < 0 else count + hole, number]
    return tuple(constants), itemgetter(*places)


def _filled(term: Term, arguments: tuple[str, ...]) -> str:
    return term if isinstance(term, str) else f"{term.before}{arguments[term.number]}{term.after}"


Item = Block | tuple[Stencil, tuple[str, ...]]
"""What a model yields: a block, or a stencil with what fills it."""


def expanded(items: Iterable[Item]) -> Iterator[Block]:
    """Items as blocks alone."""
    for item in items:
        if len(item) == 2:
            stencil, arguments = item
            yield from stencil.fill(arguments)
        else:
            yield item

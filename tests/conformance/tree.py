"""A query as a tree that can be made smaller: what may go, what may be replaced by something simpler."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Tree:
    """Parts with text before, between and behind them; least: how many must stay; simpler: texts that may stand instead."""

    parts: tuple["Tree | str", ...]
    before: str = ""
    between: str = ""
    after: str = ""
    least: int = 10**6
    simpler: tuple[str, ...] = ()

    def __str__(self) -> str:
        inner = [text for part in self.parts if (text := str(part))]
        return self.before + self.between.join(inner) + self.after if inner else ""


def smaller(tree: Tree) -> Iterator[Tree]:
    """All trees that one step makes smaller, the largest steps first."""
    if len(tree.parts) > tree.least:
        for index in range(len(tree.parts)):
            yield replace(tree, parts=tree.parts[:index] + tree.parts[index + 1 :])
    for text in tree.simpler:
        if len(text) < len(str(tree)):
            yield Tree((text,))
    for index, part in enumerate(tree.parts):
        if isinstance(part, Tree):
            for other in smaller(part):
                yield replace(tree, parts=(*tree.parts[:index], other, *tree.parts[index + 1 :]))


def reduced(tree: Tree, fails: Callable[[str], bool], tries: int = 400) -> Tree:
    """The smallest tree that still fails, by steps that each leave it failing (delta debugging); at most `tries` are tried."""
    seen = {str(tree)}
    found = True
    while found:
        found = False
        for other in smaller(tree):
            text = str(other)
            if text in seen or len(text) >= len(str(tree)):
                continue
            seen.add(text)
            tries -= 1
            if tries < 0:
                return tree
            if fails(text):
                tree, found = other, True
                break
    return tree

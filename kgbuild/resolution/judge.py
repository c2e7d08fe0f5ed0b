"""Judgements in force and a new one -> nothing, or the error that says which earlier ones it contradicts. Knows no document.

"Same" is transitive: what follows from several judgements binds like a judgement. Two anchors with one URI and type whose texts are
one name are the same anchor. A judgement that waits to be written carries the negative number of its line in a file.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from functools import lru_cache

from kgbuild.errors import BuildError
from kgbuild.records import ANYWHERE, NOWHERE, Anchor, Judgement, Verdict
from kgbuild.resolution.names import normalise

Place = tuple[str, str, str]
"""URI, type and key of an anchor."""

Links = dict[Place, dict[Place, Judgement]]

TWO_THINGS = "known to be two things, by their ids in terms or by an extractor that tells them apart"
"""Why a person's "same" is set aside that contradicts nobody's word."""

_OPPOSITE = {Verdict.RIGHT: Verdict.WRONG, Verdict.WRONG: Verdict.RIGHT}


def check(judgements: Iterable[Judgement], new: Judgement) -> None:
    """Raise BuildError, naming the path, if a new judgement contradicts what earlier ones (in force, not revoked) say together.

    Names and types may be given again: the last word counts.
    """
    check_all(judgements, (new,))


def check_all(judgements: Iterable[Judgement], new: Iterable[Judgement]) -> None:
    """Check new judgements against earlier ones and against those new ones that stand before them."""
    known = _Known()
    for judgement in judgements:
        known.take_in(judgement)
    for judgement in new:
        known.check(judgement)
        known.take_in(judgement)


@lru_cache(maxsize=1 << 16)
def place_of(anchor: Anchor) -> Place:
    """What an anchor points at: its URI, type and the key of its text."""
    key = "" if anchor.uri == NOWHERE else normalise(anchor.type, anchor.text)
    return anchor.uri, anchor.type, key or anchor.text


def meaning(j: Judgement) -> tuple[object, ...]:
    """What of a judgement decides. "Same" and "different" say the same both ways round."""
    if j.verdict in (Verdict.SAME, Verdict.DIFFERENT) and j.right is not None:
        return j.verdict, min(j.left, j.right), max(j.left, j.right), j.value
    return j.verdict, j.left, j.right, j.value


class _Known:
    """What judgements say together, by the places that they point at. A check costs what hangs together with its ends."""

    def __init__(self) -> None:
        self.links: Links = defaultdict(dict)
        self.apart: dict[Place, list[tuple[Place, Judgement]]] = defaultdict(list)
        self.facts: dict[tuple[Verdict, str, Place], list[tuple[Place | None, Judgement]]] = defaultdict(list)

    def take_in(self, judgement: Judgement) -> None:
        left = place_of(judgement.left)
        match judgement.verdict:
            case Verdict.SAME:
                right = _right(judgement)
                self.links[left].setdefault(right, judgement)
                self.links[right].setdefault(left, judgement)
            case Verdict.DIFFERENT:
                right = _right(judgement)
                self.apart[left].append((right, judgement))
                self.apart[right].append((left, judgement))
            case Verdict.RIGHT | Verdict.WRONG:
                end = place_of(judgement.right) if judgement.right else None
                self.facts[judgement.verdict, judgement.value, left].append((end, judgement))
            case Verdict.NAME | Verdict.TYPE:
                pass

    def check(self, new: Judgement) -> None:
        left = place_of(new.left)
        match new.verdict:
            case Verdict.SAME:
                self._check_same(new, left, _right(new))
            case Verdict.DIFFERENT:
                path = _path(self.links, left, _right(new))
                if path is not None:
                    raise _contradiction(new, path)
            case Verdict.RIGHT | Verdict.WRONG:
                self._check_fact(new, left)
            case Verdict.NAME | Verdict.TYPE:
                pass

    def _check_same(self, new: Judgement, left: Place, right: Place) -> None:
        if not self.apart:
            return
        near, far = _reach(self.links, left), _reach(self.links, right)
        found = [(other.number, _way(near, a), other, b) for a in near for b, other in self.apart.get(a, ()) if b in far]
        if found:
            _, there, other, b = min(found, key=lambda row: (row[0], len(row[1])))
            raise _contradiction(new, [*there, other, *(_path(self.links, b, right) or [])])

    def _check_fact(self, new: Judgement, left: Place) -> None:
        far = _reach(self.links, _right(new)) if new.right else {}
        near = _reach(self.links, left)
        for a in near:
            for b, other in self.facts.get((_OPPOSITE[new.verdict], new.value, a), ()):
                if (b is None) != (new.right is None):
                    continue
                if b is None or b in far:
                    tail = _path(self.links, b, _right(new)) if b else None
                    raise _contradiction(new, [*_way(near, a), other, *(tail or [])])


def _path(links: Links, start: Place, goal: Place) -> list[Judgement] | None:
    """The fewest "same" judgements that lead from one place to another; None if they are not joined."""
    reached = _reach(links, start)
    return _way(reached, goal) if goal in reached else None


def _reach(links: Links, start: Place) -> dict[Place, tuple[Place, Judgement] | None]:
    """All places that "same" judgements lead to, each with the place before it on the shortest way, and the judgement between."""
    reached: dict[Place, tuple[Place, Judgement] | None] = {start: None}
    pending = deque([start])
    while pending:
        here = pending.popleft()
        for there, judgement in sorted(links.get(here, {}).items(), key=lambda item: item[0]):
            if there not in reached:
                reached[there] = here, judgement
                pending.append(there)
    return reached


def _way(reached: dict[Place, tuple[Place, Judgement] | None], goal: Place) -> list[Judgement]:
    """The judgements that lead to a place that was reached, from the first on."""
    way: list[Judgement] = []
    while (step := reached[goal]) is not None:
        goal, judgement = step
        way.append(judgement)
    return way[::-1]


def _right(judgement: Judgement) -> Place:
    if judgement.right is None:
        raise BuildError(
            f"a judgement {judgement.verdict.value!r} on {judgement.left.text!r} needs a second name; give both ends"
        )
    return place_of(judgement.right)


def _contradiction(new: Judgement, path: list[Judgement]) -> BuildError:
    if not path:
        return BuildError(f"cannot judge {said(new)}: both are the same name in the same document; give two different names")
    return contradiction(new, path)


def contradiction(new: Judgement, path: Iterable[Judgement]) -> BuildError:
    """The error that a judgement contradicts these earlier ones together; or, if there are none, what names or terms say."""
    path = list(path)
    if not path and new.verdict is Verdict.DIFFERENT:
        return BuildError(
            f"cannot judge {said(new)}: both are one name there, by how they are written or by their ids in terms"
        )
    if not path:
        return BuildError(f"cannot judge {said(new)}: they are {TWO_THINGS}; give both one id in terms.csv if they are one")
    named = "; ".join(f"{numbered(judgement)}: {said(judgement)}" for judgement in path)
    return BuildError(f"cannot judge {said(new)}: it contradicts {named}; undo one of these first")


def numbered(judgement: Judgement) -> str:
    """A judgement by its number, or by its line in the file that it comes from."""
    return f"judgement {judgement.number}" if judgement.number >= 0 else f"line {-judgement.number}"


def said(judgement: Judgement) -> str:
    """A judgement in words."""
    left = named(judgement.left)
    match judgement.verdict:
        case Verdict.NAME | Verdict.TYPE:
            return f"{left} has the {judgement.verdict.value} {judgement.value!r}"
        case Verdict.SAME | Verdict.DIFFERENT if judgement.right:
            return f"{left} and {named(judgement.right)} are {judgement.verdict.value}"
        case _ if judgement.right and judgement.right.uri == judgement.left.uri:
            at = "" if judgement.left.uri == ANYWHERE else f" ({judgement.left.uri})"
            ends = f"{judgement.left.text!r} {judgement.value} {judgement.right.text!r}"
            return f"{ends}{at} is {judgement.verdict.value}"
        case _ if judgement.right:
            return f"{left} {judgement.value} {named(judgement.right)} is {judgement.verdict.value}"
        case _:
            return f"{left} as an entity is {judgement.verdict.value}"


def named(anchor: Anchor) -> str:
    """An anchor in words: the text, and where if it is not meant everywhere."""
    if anchor.uri in (ANYWHERE, NOWHERE):
        return repr(anchor.text)
    return f"{anchor.text!r} ({anchor.uri})"

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
Earlier = dict[tuple[Verdict, str], list[Judgement]]

_OPPOSITE = {Verdict.RIGHT: Verdict.WRONG, Verdict.WRONG: Verdict.RIGHT}


def check(judgements: Iterable[Judgement], new: Judgement) -> None:
    """Raise BuildError, naming the path, if a new judgement contradicts what earlier ones (in force, not revoked) say together.

    Names and types may be given again: the last word counts.
    """
    check_all(judgements, (new,))


def check_all(judgements: Iterable[Judgement], new: Iterable[Judgement]) -> None:
    """Check new judgements against earlier ones and against those new ones that stand before them."""
    earlier: Earlier = defaultdict(list)
    links: Links = defaultdict(dict)
    for judgement in judgements:
        _take_in(earlier, links, judgement)
    for judgement in new:
        _check(earlier, links, judgement)
        _take_in(earlier, links, judgement)


def _take_in(earlier: Earlier, links: Links, judgement: Judgement) -> None:
    earlier[judgement.verdict, judgement.value].append(judgement)
    if judgement.verdict is Verdict.SAME:
        left, right = place_of(judgement.left), _right(judgement)
        links[left].setdefault(right, judgement)
        links[right].setdefault(left, judgement)


def _check(earlier: Earlier, links: Links, new: Judgement) -> None:
    match new.verdict:
        case Verdict.SAME:
            _check_same(earlier.get((Verdict.DIFFERENT, ""), []), links, new)
        case Verdict.DIFFERENT:
            path = _path(links, place_of(new.left), _right(new))
            if path is not None:
                raise _contradiction(new, path)
        case Verdict.RIGHT | Verdict.WRONG:
            _check_fact(earlier.get((_OPPOSITE[new.verdict], new.value), []), links, new)
        case Verdict.NAME | Verdict.TYPE:
            pass


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


def _check_same(earlier: list[Judgement], links: Links, new: Judgement) -> None:
    left, right = place_of(new.left), _right(new)
    for other in earlier:
        for a, b in ((place_of(other.left), _right(other)), (_right(other), place_of(other.left))):
            there, back = _path(links, left, a), _path(links, b, right)
            if there is not None and back is not None:
                raise _contradiction(new, [*there, other, *back])


def _check_fact(earlier: list[Judgement], links: Links, new: Judgement) -> None:
    for other in earlier:
        if (other.right is None) != (new.right is None):
            continue
        head = _path(links, place_of(new.left), place_of(other.left))
        tail = _path(links, _right(new), _right(other)) if new.right else []
        if head is not None and tail is not None:
            raise _contradiction(new, [*head, other, *tail])


def _path(links: Links, start: Place, goal: Place) -> list[Judgement] | None:
    """The fewest "same" judgements that lead from one place to another; None if they are not joined."""
    reached: dict[Place, list[Judgement]] = {start: []}
    pending = deque([start])
    while pending:
        here = pending.popleft()
        if here == goal:
            return reached[here]
        for there, judgement in sorted(links.get(here, {}).items(), key=lambda item: item[0]):
            if there not in reached:
                reached[there] = [*reached[here], judgement]
                pending.append(there)
    return None


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
    """The error that a judgement contradicts these earlier ones together."""
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

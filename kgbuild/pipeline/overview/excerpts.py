"""A sentence and the names of its two ends -> a piece of HTML with both marked, cut where it is too long."""

import re
from collections.abc import Iterable
from itertools import pairwise

from kgbuild.pages.markup import element, text
from kgbuild.resolution.names import CJK

LONGEST = 420
"""Characters of a quote that are shown; a longer one is cut around its marks."""
AROUND = 120
"""Characters that stay on each side of the marks in a quote that is cut."""

_JOINED = rf"(?![{CJK}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\w"
"""A letter that belongs to one word with the letter beside it: not of scripts that write no spaces."""

Stretch = tuple[int, int]


def marked(quote: str, head: Iterable[str], tail: Iterable[str]) -> str:
    """A quote with the written forms of both ends marked; a longer form wins, the head before the tail."""
    heads = found(quote, head, ())
    tails = found(quote, tail, heads)
    start, end = shown(quote, [*heads, *tails])
    kinds = {stretch: kind for kind, stretches in (("head", heads), ("tail", tails)) for stretch in stretches}
    edges = sorted({start, end, *(edge for stretch in kinds for edge in stretch if start <= edge <= end)})
    body = "".join(_piece(quote, a, b, kinds) for a, b in pairwise(edges))
    return f"{'… ' if start else ''}{body}{' …' if end < len(quote) else ''}"


def _piece(quote: str, start: int, end: int, kinds: dict[Stretch, str]) -> str:
    piece = text(" ".join(quote[start:end].split()) if not quote[start:end].isspace() else " ")
    before, after = quote[start:end][:1].isspace(), quote[start:end][-1:].isspace() and end - start > 1
    piece = f"{' ' if before and piece.strip() else ''}{piece}{' ' if after and piece.strip() else ''}"
    kind = kinds.get((start, end))
    return element("mark", piece, kind=kind) if kind else piece


def found(quote: str, forms: Iterable[str], taken: Iterable[Stretch]) -> list[Stretch]:
    """Where forms stand as whole words in a quote, apart from what is taken."""
    held = list(taken)
    own: list[Stretch] = []
    for form in sorted(filter(None, set(forms)), key=lambda form: (-len(form), form)):
        left = rf"(?<!{_JOINED})" if re.match(_JOINED, form) else ""
        right = rf"(?!{_JOINED})" if re.match(_JOINED, form[-1]) else ""
        for match in re.finditer(left + re.escape(form) + right, quote):
            if all(match.end() <= start or end <= match.start() for start, end in held):
                held.append(match.span())
                own.append(match.span())
    return sorted(own)


def shown(quote: str, marks: list[Stretch]) -> Stretch:
    """The part of a quote that is shown: all of it, or what lies around its first marks, in whole words."""
    if len(quote) <= LONGEST:
        return 0, len(quote)
    first = min((start for start, _ in marks), default=0)
    start = max(0, first - AROUND)
    within = [end for _, end in marks if end <= start + LONGEST - AROUND // 2]
    end = min(len(quote), max([start + LONGEST // 2, *(end + AROUND for end in within)]), start + LONGEST)
    start = quote.rfind(" ", 0, start) + 1 if start else 0
    space = quote.find(" ", end)
    return start, end if end == len(quote) else space if 0 <= space < end + 40 else end

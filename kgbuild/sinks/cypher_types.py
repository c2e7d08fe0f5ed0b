"""Values of two types: where the engine turns one into the other, and Neo4j does not.

A property that is text equals a number written the same way, a date its text; a number and a date are matched by regular
expressions; left, right and substring take anything. In Neo4j nothing of this holds: what is compared goes through a function, so
that the engine sees a value and no property, and text functions get their argument through ||, which takes text alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kgbuild.sinks.cypher_clauses import Query, refuse
from kgbuild.sinks.cypher_lexer import Kind
from kgbuild.sinks.cypher_refusals import BEFORE_BRACKETS
from kgbuild.sinks.cypher_returns import RESERVED, Edit

TEXTS = frozenset(
    ("id", "name", "iri", "uri", "url", "text", "quote", "scope", "document", "predicate", "triple_id", "language")
)
"""Properties that are text on whatever has them."""
NUMBERS = frozenset(("mentions", "documents", "support", "confidence", "count", "index", "char_start", "char_end"))
"""Properties that are numbers on whatever has them."""
NUMERIC = frozenset(("TOINTEGER", "TOFLOAT", "SIZE", "LENGTH", "ABS", "ROUND", "FLOOR", "CEIL", "COUNT", "SUM"))
TEXT_FUNCTIONS = frozenset(("LEFT", "RIGHT", "SUBSTRING"))
ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "^", "||"))


def untexted(given: Mapping[str, Any]) -> frozenset[str]:
    """The parameters that hold something else than text."""
    return frozenset(name for name, value in given.items() if not _is_text(value))


def _is_text(value: Any) -> bool:
    return (
        all(map(_is_text, value))
        if isinstance(value, list | tuple | set | frozenset)
        else value is None or isinstance(value, str)
    )


def refuse_types(query: Query, dates: frozenset[str], others: frozenset[str]) -> None:
    """Raise QueryError for length() of text, and for a pattern's map that asks a text for a number or a date for a text.

    others: parameters that hold something else than text.
    """
    _refuse_length_of_text(query)
    _refuse_coarse_rounding(query)
    for opener, closer in query.closers.items():
        if query.sign(opener) != "{" or query.opens_block(opener) or not _is_in_pattern(query, opener):
            continue
        for index in query.outer(opener + 1, closer):
            key, value = query.tokens[index], index + 2
            if query.sign(index + 1) != ":" or query.sign(value + 1) not in (",", "}"):
                continue
            token = query.tokens[value]
            if key.name in ("id", "name") and _is_number(query, value, others):
                raise refuse(query, token, f"{key.name} is text, and {token.text} is none: give it as text")
            is_text = token.kind is Kind.STRING or (token.kind is Kind.PARAMETER and token.name not in others)
            if key.name in dates and is_text:
                raise refuse(query, token, f"{key.name} is a date, and {token.text} is text: write date({token.text})")


def _is_in_pattern(query: Query, opener: int) -> bool:
    """Whether a map ends the brackets of a node or relationship, `(a:Person {…})`, and not those of a function."""
    bracket = query.opener_of(opener)
    if query.sign(bracket) not in ("(", "[") or query.closers[bracket] != query.closers[opener] + 1:
        return False
    if bracket == opener - 1:
        return query.sign(bracket - 1) in ("-", ",", "=", ">") or query.word(bracket - 1) in BEFORE_BRACKETS
    return query.sign(opener - 1) not in (",", "[")


def uncoerced(query: Query, dates: frozenset[str], others: frozenset[str]) -> Iterator[Edit]:
    """The edits; dates: properties that are dates; others: parameters that hold something else than text."""
    for index, token in enumerate(query.tokens):
        if query.sign(index) in ("=", "<>") or (token.word == "IN" and query.is_keyword(index)):
            yield from _compared(query, index, dates, others)
        elif query.sign(index) == "=~":
            yield from _matched(query, index)
        elif token.word in TEXT_FUNCTIONS and query.sign(index + 1) == "(" and query.sign(index - 1) != ".":
            yield from _textual(query, index)


def _compared(query: Query, index: int, dates: frozenset[str], others: frozenset[str]) -> Iterator[Edit]:
    left, right = _chain_before(query, index), _chain_after(query, index)
    if left is not None and _may_be_coerced(query, left[1] - 1, dates, _is_number(query, index + 1, others)):
        yield from _through(query, *left, "coalesce(", ")")
    if right is not None and _may_be_coerced(query, right[1] - 1, dates, _ends_number(query, index - 1, others)):
        yield from _through(query, *right, "coalesce(", ")")


def _may_be_coerced(query: Query, last: int, dates: frozenset[str], is_number: bool) -> bool:
    """last: of a chain of names and properties."""
    if query.sign(last) == "]":
        key = query.tokens[last - 1]
        return is_number or key.text[1:-1] in dates
    if query.sign(last - 1) != ".":
        return False
    name = query.tokens[last].name
    return name in dates or (is_number and name not in NUMBERS)


def _matched(query: Query, index: int) -> Iterator[Edit]:
    left, end = _chain_before(query, index), _operand_end(query, index + 1)
    if left is None or end is None or (query.tokens[left[1] - 1].name in TEXTS and query.sign(left[1] - 2) == "."):
        return
    start, stop = query.tokens[left[0]].start, query.tokens[end - 1].end
    yield start, start, "(("
    yield stop, stop, f") = ({query.source(*left)} STARTS WITH ''))"


def _textual(query: Query, index: int) -> Iterator[Edit]:
    opener, closer = index + 1, query.closers[index + 1]
    end = next((i for i in query.outer(opener + 1, closer) if query.sign(i) == ","), closer)
    is_plain = end == opener + 2 and query.tokens[opener + 1].kind is Kind.STRING
    is_text = end > opener + 3 and query.sign(end - 2) == "." and query.tokens[end - 1].name in TEXTS
    if opener + 1 < end and not is_plain and not is_text:
        yield from _through(query, opener + 1, end, "(", ") || ''")


def _through(query: Query, begin: int, end: int, before: str, after: str) -> Iterator[Edit]:
    yield query.tokens[begin].start, query.tokens[begin].start, before
    yield query.tokens[end - 1].end, query.tokens[end - 1].end, after


def _refuse_length_of_text(query: Query) -> None:
    """Raise QueryError for length(a.name): Neo4j has it for paths alone."""
    for index, token in enumerate(query.tokens):
        if token.word != "LENGTH" or query.sign(index + 1) != "(" or query.sign(index - 1) == ".":
            continue
        end = query.closers[index + 1]
        chain = _chain_after(query, index + 1)
        is_property = chain is not None and chain[1] == end and query.sign(end - 2) == "."
        if is_property or query.tokens[index + 2].kind is Kind.STRING:
            raise refuse(query, token, f"length() is of paths: write size({query.source(index + 2, end)})")


def _refuse_coarse_rounding(query: Query) -> None:
    """Raise QueryError for round(x, -2): Neo4j rounds to digits behind the point alone."""
    for index, token in enumerate(query.tokens):
        if token.word != "ROUND" or query.sign(index + 1) != "(" or query.sign(index - 1) == ".":
            continue
        commas = (i for i in query.outer(index + 2, query.closers[index + 1]) if query.sign(i) == ",")
        if query.sign(next(commas, index) + 1) == "-":
            raise refuse(query, token, "round() takes no negative precision: round(x / 100) * 100")


# ── operands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_name(query: Query, index: int) -> bool:
    token = query.tokens[index]
    return token.kind in (Kind.WORD, Kind.QUOTED) and (token.word not in RESERVED or query.sign(index - 1) == ".")


def _chain_before(query: Query, index: int) -> tuple[int, int] | None:
    """The tokens of a name with its properties and places in lists, that ends before an operator and is its whole operand."""
    place = index - 1
    while place >= 0:
        if query.sign(place) == "]":
            place = query.openers[place] - 1
        elif _is_name(query, place) and query.sign(place - 1) == ".":
            place -= 2
        else:
            break
    if place < 0 or not _is_name(query, place) or query.sign(place - 1) in ARITHMETIC | {"."}:
        return None
    return place, index


def _chain_after(query: Query, index: int) -> tuple[int, int] | None:
    place = index + 1
    if place >= len(query.tokens) or not _is_name(query, place):
        return None
    end = place + 1
    while query.sign(end) in (".", "["):
        end = query.closers[end] + 1 if query.sign(end) == "[" else end + 2
    return None if end > len(query.tokens) or query.sign(end) in ARITHMETIC | {"(", "{"} else (place, end)


def _operand_end(query: Query, index: int) -> int | None:
    """Where an operand ends that binds closer than a comparison; None where it is none."""
    while index < len(query.tokens):
        if query.sign(index) in ("(", "["):
            index = query.closers[index] + 1
        elif query.sign(index):
            return None
        else:
            index += 1
        while query.sign(index) in (".", "[", "("):
            index = query.closers[index] + 1 if query.sign(index) in ("(", "[") else index + 2
        if query.sign(index) not in ARITHMETIC:
            return index
        index += 1
    return None


def _is_number(query: Query, index: int, others: frozenset[str]) -> bool:
    """Whether an operand that begins here is no text, or a list with something that is none."""
    if index >= len(query.tokens):
        return False
    token = query.tokens[index]
    if query.sign(index) == "[":
        return any(_is_number(query, i, others) for i in query.outer(index + 1, query.closers[index]) if query.sign(i) != "[")
    if query.sign(index) in ("-", "("):
        return _is_number(query, index + 1, others)
    if token.kind is Kind.PARAMETER:
        return token.name in others
    return (
        token.kind is Kind.NUMBER or token.word in ("TRUE", "FALSE") or (token.word in NUMERIC and query.sign(index + 1) == "(")
    )


def _ends_number(query: Query, index: int, others: frozenset[str]) -> bool:
    if query.sign(index) == ")":
        return query.word(query.openers[index] - 1) in NUMERIC
    return index >= 0 and query.sign(index) == "" and _is_number(query, index, others)

"""Statements of one fact -> Triple: what supports it, how sure it is, and the one quote that shows it best.

Everything is a function of the set of statements: their order and their number of copies change nothing. Integers only.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kgbuild.hashing import digest
from kgbuild.records import ONE, Scope, Triple, Value

MAX_QUOTES = 8
"""Only the best so many distinct quotes raise the confidence: a fact repeated everywhere is not surer for it."""
CAP = 9_900
"""The surest that machine reading makes a fact; only a person's word makes it certain."""


@dataclass(frozen=True, slots=True)
class Support:
    """One statement, as a triple sees it. start and end: of the first evidence sentence, in the document's text."""

    document: str
    quote: str
    start: int
    end: int
    score: int
    scope: Scope


def triple_from_supports(
    id: str, subject: str, predicate: str, object: str | Value, supports: Iterable[Support], *, certain: bool = False
) -> Triple:
    """The triple that these statements (one at least) support; certain: a person said that it is right.

    support counts distinct quotes, documents distinct documents. The best evidence is stated before inferred, then has the higher
    score, then the smallest (document, start, end, quote).
    """
    by_rank = sorted(set(supports), key=_rank)
    if not by_rank:
        raise ValueError(f"triple {id} has no statement")
    best_of_quote: dict[str, int] = {}
    for each in by_rank:
        key = quote_digest(each.quote)
        best_of_quote[key] = max(each.score, best_of_quote.get(key, 0))
    return Triple(
        id=id,
        subject=subject,
        predicate=predicate,
        object=object,
        confidence=ONE if certain else confidence(best_of_quote.values()),
        support=len(best_of_quote),
        documents=len({each.document for each in by_rank}),
        scope=Scope.STATED if any(each.scope is Scope.STATED for each in by_rank) else Scope.INFERRED,
        quote=by_rank[0].quote,
        document=by_rank[0].document,
    )


def _rank(support: Support) -> tuple[bool, int, str, int, int, str]:
    return support.scope is not Scope.STATED, -support.score, support.document, support.start, support.end, support.quote


def quote_digest(quote: str) -> str:
    """Two quotes with the same letters and digits are one piece of evidence: a footer on 5,000 pages is one sentence."""
    return digest("quote", " ".join("".join(c if c.isalnum() else " " for c in quote.casefold()).split()))


def confidence(scores: Iterable[int]) -> int:
    """How sure a fact is, from the best score of each distinct quote, in ten-thousandths.

    The best quote counts in full, each further one a quarter of its score: confidence = 1 - (1 - s1) * (1 - s2/4) * (1 - s3/4) … in
    order of falling score, over MAX_QUOTES at most, in integers, capped at CAP. Of one quote it is that quote's score.
    Quotes are not independent (the same model reads them, often the same claim retold), so a plain product would be far too sure.
    More or higher scores never lower it.
    """
    best = sorted((min(max(score, 0), ONE) for score in scores), reverse=True)[:MAX_QUOTES]
    doubt = ONE * ONE
    for index, score in enumerate(best):
        weight = ONE - score if index == 0 else ONE - score // 4
        doubt = doubt * weight // ONE
    sure = ONE - -(-doubt // ONE)
    return min(sure, CAP)


def best_value(triples: Iterable[Triple]) -> Value:
    """The value that a property shows, of the triples of one subject and one property (one at least).

    Stated before inferred, then the most documents, support and confidence, then the most precise, then the smallest. A value that
    a more precise one repeats (1947, 1947-05-20) lends it its support.
    """
    known = [triple for triple in triples if isinstance(triple.object, Value)]
    if not known:
        raise ValueError("no triple with a value")
    ranked = min(known, key=lambda triple: _value_rank(triple, known))
    assert isinstance(ranked.object, Value)
    return ranked.object


def _value_rank(triple: Triple, known: list[Triple]) -> tuple[bool, int, int, int, int, str, str]:
    value = triple.object
    assert isinstance(value, Value)
    agreeing = [other for other in known if agrees(value, other.object)]
    return (
        all(other.scope is not Scope.STATED for other in agreeing),
        -sum(other.documents for other in agreeing),
        -sum(other.support for other in agreeing),
        -max(other.confidence for other in agreeing),
        -len(value.text),
        value.datatype,
        value.text,
    )


def agrees(value: Value, other: str | Value) -> bool:
    """Whether the other says the same or, of a date, the same with less precision."""
    if not isinstance(other, Value) or other.datatype != value.datatype:
        return False
    return other.text == value.text or (value.datatype == "date" and value.text.startswith(other.text + "-"))

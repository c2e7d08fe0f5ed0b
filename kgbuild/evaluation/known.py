"""Training corpora -> the facts that a model may know by heart, and which gold facts of a document are among them.

DocRED's definition (Yao et al. 2019): a fact is known when some mention of its head, its relation and some mention of its tail
stand together in the training data, compared as written.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from kgbuild.corpora.gold import GoldDocument, GoldRelation
from kgbuild.evaluation.relations import Triple

Written = tuple[str, str, str]
"""Head as written, relation, tail as written."""


def known_facts(documents: Iterable[GoldDocument]) -> frozenset[Written]:
    """All facts of a corpus, in every writing of their ends."""
    return frozenset(written for document in documents for fact in document.relations for written in _writings(document, fact))


def known_triples(document: GoldDocument, known: frozenset[Written]) -> frozenset[Triple]:
    """The gold triples of a document that are known."""
    return frozenset(
        (fact.head, fact.label, fact.tail)
        for fact in document.relations
        if any(written in known for written in _writings(document, fact))
    )


def _writings(document: GoldDocument, fact: GoldRelation) -> Iterator[Written]:
    heads, tails = (
        {" ".join(document.tokens[m.first : m.last]) for m in (document.mentions[i] for i in document.clusters[end])}
        for end in (fact.head, fact.tail)
    )
    return ((head, fact.label, tail) for head, tail in product(heads, tails))

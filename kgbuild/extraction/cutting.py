"""What a model says of a gold document, and thresholds -> a Reading of it. Knows no score of a corpus."""

from collections.abc import Sequence

from kgbuild.corpora.gold import GoldDocument
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.relations import Clustered, Mentions, gold_clustered, sentences_of
from kgbuild.extraction.predicting import Found
from kgbuild.models.spec import Thresholds
from kgbuild.records import Extraction, Link, Scope


def read(document: GoldDocument, found: Found, thresholds: Thresholds, types: frozenset[str]) -> Reading:
    """Cut at thresholds. types: of the corpus's mentions; spans of others are taken for relations, and not for mention scores."""
    gold = gold_clustered(document)
    kept = cut(found.extraction, thresholds, document)
    known = {(s.start, s.end, s.label): s.score for s in found.extraction.spans if s.label in types}
    spans = [found.extraction.spans[i] for chain in kept.chains for i in chain]
    right = {(m.start, m.end, m.type) for m in document.mentions}
    links = [link for link in found.links if is_judged(document, link)]
    predicted, scores = clustered(document, kept)
    return Reading(
        document=document,
        gold=gold,
        spans={(s.start, s.end, s.label): s.score for s in sorted(spans, key=lambda s: s.start) if s.label in types},
        predicted=predicted,
        scores=scores,
        triples=frozenset((li.head, li.label, li.tail) for li in links if is_taken(li, thresholds, _scope(gold, li))),
        span_items=tuple((score, span in right) for span, score in known.items()),
        link_items=tuple((li.score, (li.head, li.label, li.tail) in gold.triples) for li in links),
        unknown=tuple(s.label for s in spans if s.label not in types),
        tagged=tuple(sorted(known)),
    )


def cut(extraction: Extraction, thresholds: Thresholds, document: GoldDocument) -> Extraction:
    """What is left at thresholds: span indices stay, chains lose weak spans, links without a strong span at both ends go.

    Whether a link is stated or inferred, each with a threshold of its own, is decided by the spans that are left.
    """
    strong = [span.score >= thresholds.spans for span in extraction.spans]
    chains = tuple(left for chain in extraction.chains if (left := tuple(i for i in chain if strong[i])))
    first_of = {chain[0]: next((i for i in chain if strong[i]), None) for chain in extraction.chains}
    number = {chain[0]: n for n, chain in enumerate(chains)}
    side = Clustered((), frozenset(), sentences_of(document, _mentions(extraction, chains)))
    links = []
    for link in extraction.links:
        head, tail = first_of[link.head], first_of[link.tail]
        if head is not None and tail is not None:
            scope = Scope.STATED if side.states(number[head], number[tail]) else Scope.INFERRED
            if is_taken(link, thresholds, scope):
                links.append(Link(head, tail, link.label, link.score))
    return Extraction(extraction.spans, chains, tuple(links))


def is_taken(link: Link, thresholds: Thresholds, scope: Scope) -> bool:
    """Whether a link reaches the threshold of its relation and scope."""
    limit = thresholds.link(link.label, scope)
    return limit is not None and link.score >= limit


def is_judged(document: GoldDocument, link: Link) -> bool:
    """Whether the corpus looked for this relation in this document: what it did not look for is neither right nor wrong."""
    return document.relation_labels is None or link.label in document.relation_labels


def clustered(document: GoldDocument, extraction: Extraction) -> tuple[Clustered, dict[tuple[int, str, int], int]]:
    """The predicted side: chains as clusters, judged links as triples between them; and the scores of these.

    Where the corpus links mentions and not clusters, so does the prediction: a link between two chains is one between their two
    closest mentions.
    """
    if not document.linked:
        extraction = _unchained(extraction, document)
    number = {chain[0]: i for i, chain in enumerate(extraction.chains)}
    clusters = _mentions(extraction, extraction.chains)
    scores = {(number[li.head], li.label, number[li.tail]): li.score for li in extraction.links if is_judged(document, li)}
    return Clustered(clusters, frozenset(scores), sentences_of(document, clusters)), scores


def _unchained(extraction: Extraction, document: GoldDocument) -> Extraction:
    """Every mention a chain of its own, and links between the closest mentions of their chains: in one sentence, if there are such."""
    members = {chain[0]: chain for chain in extraction.chains}
    places = [span.start for span in extraction.spans]
    homes = [min(home) for home in sentences_of(document, (((place, place, ""),) for place in places))]
    links: dict[tuple[int, int, str], Link] = {}
    for link in extraction.links:
        pairs = [(a, b) for a in members[link.head] for b in members[link.tail]]
        head, tail = min(pairs, key=lambda p: (abs(homes[p[0]] - homes[p[1]]), abs(places[p[0]] - places[p[1]]), p))
        links[head, tail, link.label] = Link(head, tail, link.label, link.score)
    alone = tuple((i,) for chain in extraction.chains for i in chain)
    return Extraction(extraction.spans, tuple(sorted(alone)), tuple(links.values()))


def _mentions(extraction: Extraction, chains: Sequence[Sequence[int]]) -> tuple[Mentions, ...]:
    spans = [(span.start, span.end, span.label) for span in extraction.spans]
    return tuple(tuple(spans[i] for i in chain) for chain in chains)


def _scope(side: Clustered, link: Link) -> Scope:
    return Scope.STATED if side.states(link.head, link.tail) else Scope.INFERRED

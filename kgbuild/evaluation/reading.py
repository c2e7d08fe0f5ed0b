"""What a model says of one gold document, cut at thresholds: the record that every measure, mistake and picture is made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from kgbuild.corpora.gold import GoldDocument
from kgbuild.evaluation.relations import Clustered, Pair, Triple
from kgbuild.evaluation.spans import Spot

Scored = tuple[int, bool]
"""A score in ten-thousandths, and whether the item is right."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A gold document and what was predicted for it.

    gold: its clusters and triples; spans: what was taken, of types that the corpus knows, with scores; predicted: clusters and
    triples from raw text, triples: those given gold mentions and clusters, both only of relations that were looked for here;
    scores: of the triples of `predicted`; span_items, link_items (given gold clusters): everything that the model gave out, also
    below the thresholds; unknown: the types of spans that were taken and that the corpus does not know; tagged: all spans that
    the model gave out, of types that the corpus knows: its tags, whatever the thresholds.
    """

    document: GoldDocument
    gold: Clustered
    spans: Mapping[Spot, int]
    predicted: Clustered
    scores: Mapping[Triple, int]
    triples: frozenset[Triple]
    span_items: tuple[Scored, ...]
    link_items: tuple[Scored, ...]
    unknown: tuple[str, ...] = ()
    tagged: tuple[Spot, ...] = ()

    @property
    def pair(self) -> Pair:
        """Both sides of a reading from raw text."""
        return Pair(self.gold, self.predicted)

    @property
    def gold_spans(self) -> frozenset[Spot]:
        """The annotated mentions, each once."""
        return frozenset((m.start, m.end, m.type) for m in self.document.mentions)

    @property
    def has_end_to_end(self) -> bool:
        """Whether relations from raw text can be judged here: all mentions and relations are annotated.

        Where clusters are not, both sides are pairs of mentions.
        """
        return self.document.has_relations and self.document.complete

"""Gold and predicted spans -> counts by type; and, for column corpora, the two tables people compare with.

Spans are sets of (start, end, type): a repeated annotation counts once. seqeval and scikit-learn are needed only by the functions
named after them. Knows no model and no text.
"""

from collections import Counter
from collections.abc import Collection
from typing import Any

from kgbuild.errors import MissingExtra
from kgbuild.evaluation.counts import Counts

Spot = tuple[int, int, str]
"""A typed span of a document: start, end, type."""


def count_spans(gold: Collection[Spot], predicted: Collection[Spot]) -> dict[str, Counts]:
    """Strict counts of one document, by type; types without any span are left out."""
    golds, guesses = frozenset(gold), frozenset(predicted)
    both, of_gold, of_predicted = (Counter(label for _, _, label in side) for side in (golds & guesses, golds, guesses))
    return {
        label: Counts(both[label], of_predicted[label], both[label], of_gold[label])
        for label in sorted(of_gold | of_predicted)
    }  # fmt: skip


def score_seqeval(gold: list[list[str]], predicted: list[list[str]]) -> dict[str, Any]:
    """Strict IOB2 scores by seqeval, over sentences of tags: micro average, and by_type; MissingExtra without seqeval."""
    try:
        from seqeval.metrics.v1 import precision_recall_fscore_support
        from seqeval.scheme import IOB2
    except ImportError as error:
        raise MissingExtra("scoring by seqeval", "train") from error
    fixed = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
    precision, recall, f1, support = precision_recall_fscore_support(gold, predicted, average="micro", **fixed)
    columns = precision_recall_fscore_support(gold, predicted, average=None, **fixed)
    types = sorted({tag[2:] for side in (gold, predicted) for sentence in side for tag in sentence if tag != "O"})
    whole = {"precision": float(precision), "recall": float(recall), "f1": float(f1), "gold": int(support)}
    return whole | {"by_type": _rows(types, columns)}


def score_tokens(gold: list[str], predicted: list[str]) -> dict[str, Any]:
    """Token table over all tags, O included: micro, macro, weighted averages and by_tag, as classification_report computes them.

    MissingExtra when scikit-learn is not installed. Macro averages over the tags that occur in either list.
    """
    try:
        from sklearn.metrics import precision_recall_fscore_support
    except ImportError as error:
        raise MissingExtra("the token table", "train") from error
    tags = sorted({*gold, *predicted})
    table: dict[str, Any] = {
        "by_tag": _rows(tags, precision_recall_fscore_support(gold, predicted, labels=tags, zero_division=0))
    }
    for average in ("micro", "macro", "weighted"):
        p, r, f, _ = precision_recall_fscore_support(gold, predicted, labels=tags, average=average, zero_division=0)
        table[average] = {"precision": float(p), "recall": float(r), "f1": float(f)}
    return table


def _rows(labels: list[str], columns: Any) -> dict[str, dict[str, float]]:
    return {
        label: {"precision": float(p), "recall": float(r), "f1": float(f), "gold": int(n)}
        for label, p, r, f, n in zip(labels, *columns, strict=True)
    }

"""Gold and predicted spans -> precision, recall, F1, by type; and, for column corpora, the two tables people compare with.

Spans are sets of (document, start, end, type): a repeated annotation counts once. seqeval and scikit-learn are needed only by the
functions named after them. Knows no model and no text.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from kgbuild.errors import MissingExtra

Key = tuple[int, int, int, str]
"""Document number, start, end, type."""


def ratio(part: float, whole: float) -> float:
    """The ratio of part to whole, and 0.0 when there is nothing."""
    return part / whole if whole else 0.0


def prf(correct: int, predicted: int, gold: int) -> dict[str, float]:
    """Precision, recall and F1 of counts, as fractions; 0.0 where undefined."""
    precision, recall = ratio(correct, predicted), ratio(correct, gold)
    return {"precision": precision, "recall": recall, "f1": ratio(2 * precision * recall, precision + recall)}


def score_spans(gold: Iterable[Key], predicted: Iterable[Key]) -> dict[str, Any]:
    """Strict entity scores of two sets: precision, recall, f1, counts, and the same by_type."""
    gold, predicted = frozenset(gold), frozenset(predicted)
    both = Counter(key[3] for key in gold & predicted)
    golds, guesses = Counter(key[3] for key in gold), Counter(key[3] for key in predicted)
    by_type = {
        label: prf(both[label], guesses[label], golds[label]) | {"gold": golds[label], "predicted": guesses[label]}
        for label in sorted(golds | guesses)
    }
    whole = prf(both.total(), len(predicted), len(gold))
    return whole | {"gold": len(gold), "predicted": len(predicted), "by_type": by_type}


def score_seqeval(gold: list[list[str]], predicted: list[list[str]]) -> dict[str, Any]:
    """Strict IOB2 scores by seqeval, over sentences of tags; MissingExtra when seqeval is not installed."""
    try:
        from seqeval.metrics.v1 import precision_recall_fscore_support
        from seqeval.scheme import IOB2
    except ImportError as error:
        raise MissingExtra("scoring by seqeval", "train") from error
    precision, recall, f1, support = precision_recall_fscore_support(
        gold, predicted, average="micro", mode="strict", scheme=IOB2, zero_division=0
    )
    return {"precision": float(precision), "recall": float(recall), "f1": float(f1), "gold": int(support)}


def score_tokens(gold: list[str], predicted: list[str]) -> dict[str, Any]:
    """Token table over all tags, O included: micro, macro, weighted averages and by_tag, as classification_report computes them.

    MissingExtra when scikit-learn is not installed. Macro averages over the tags that occur in either list.
    """
    try:
        from sklearn.metrics import precision_recall_fscore_support
    except ImportError as error:
        raise MissingExtra("the token table", "train") from error
    tags = sorted({*gold, *predicted})
    columns = precision_recall_fscore_support(gold, predicted, labels=tags, zero_division=0)
    by_tag = {
        tag: {"precision": float(p), "recall": float(r), "f1": float(f), "gold": int(n)}
        for tag, p, r, f, n in zip(tags, *columns, strict=True)
    }
    table: dict[str, Any] = {"by_tag": by_tag}
    for average in ("micro", "macro", "weighted"):
        p, r, f, _ = precision_recall_fscore_support(gold, predicted, labels=tags, average=average, zero_division=0)
        table[average] = {"precision": float(p), "recall": float(r), "f1": float(f)}
    return table

"""Predictions on dev -> calibration, thresholds and metrics. The model is not run again; knows no file.

Calibrators and thresholds that are reported on are chosen on the other half of the documents; those that are shipped, on all.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgbuild.models.calibration import fit_platt, probabilities, scores
from kgbuild.models.spec import COUNTRY_LIKE, Calibration, Platt, Thresholds
from kgbuild.records import ONE
from kgbuild.training.scoring import (
    Predictions,
    Score,
    best_shift,
    chain_score,
    crossed_link_score,
    crossed_shifts,
    halves,
    link_score,
    name_scores,
    score,
    span_score,
)

WANTED_PRECISION = 0.80
"""What the default thresholds are chosen for."""
FEWEST = 30
"""A threshold whose precision stands on fewer predictions is not trusted."""
CALIBRATED_FROM = -5.0
"""Links with a smaller margin do not take part in the fit: they are many, and far from any decision."""
FLAT = 0.003
"""F1 of groups that counts as equally good."""
COUNTRY_PAIR = ("P131", "P17")


@dataclass(frozen=True, slots=True)
class Tuned:
    """What is chosen on dev."""

    calibration: Calibration
    benchmark: Thresholds
    default: Thresholds


def tune(found: Predictions, relations: tuple[str, ...], floor: int, across: bool = True) -> Tuned:
    """Fit the calibration on all of dev, then choose thresholds in its scores. floor: no threshold is lower.

    across: whether the training data has facts whose ends share no sentence. A model that has never seen one relates everything on
    a page to everything: its inferred facts are off.
    """
    near = found.link_margin > CALIBRATED_FROM
    chains, join = tune_chains(found)
    calibration = Calibration(
        fit_platt(found.span_margin, found.span_right), fit_platt(found.link_margin[near], found.link_right[near]), chains, join
    )
    spans = scores(found.span_margin, calibration.spans)
    links = scores(found.link_margin, calibration.links)
    country = country_like(relations)[found.link_relation]
    best = max(floor, int(scores([best_shift(found)], calibration.links)[0]))
    precise = {
        name: precise_threshold(links[group], found.link_right[group], floor)
        for name, group in (("country", country), ("other", ~country))
    }
    taken, cut = span_thresholds(found, spans, floor)
    inferred = best if across else None
    sure = [_at_least(precise[name], best) for name in ("country", "other")]
    return Tuned(
        calibration,
        Thresholds(cut, best, best, inferred, inferred),
        Thresholds(ONE if taken is None else max(taken, cut), *sure, *(sure if across else [None, None])),
    )


def span_thresholds(found: Predictions, spans: NDArray[np.int64], floor: int) -> tuple[int | None, int]:
    """The score from which mentions are precise, and the one with the best F1; one half where nothing can be judged."""
    gold = int(found.gold_spans.sum())
    if not gold and not len(spans):
        return ONE // 2, ONE // 2
    return precise_threshold(spans, found.span_right, floor), best_threshold(spans, found.span_right, gold, floor)


def tune_chains(found: Predictions) -> tuple[Platt, int]:
    """Calibration of pairs of names, and the mean score from which groups are joined: most groups exactly right, or nearly so.

    Of what is equally good within FLAT the highest is taken: found mentions are noisier than the annotated ones that are scored here,
    and a wrong join costs relations more than a split (on Re-DocRED dev, end to end: F1 is best above the best join of gold mentions).
    """
    if not found.names:
        return Platt(1.0, 0.0), ONE // 2
    margins = np.concatenate([item.margins for item in found.names])
    platt = fit_platt(margins, np.concatenate([item.right for item in found.names]))
    values = name_scores(found, platt)
    scored = {join: chain_score(found, values, join).f1 for join in range(ONE // 10, ONE, ONE // 20)}
    return platt, max(join for join, f1 in scored.items() if f1 >= max(scored.values()) - FLAT)


def precise_threshold(values: NDArray[np.int64], right: NDArray[np.bool_], floor: int) -> int | None:
    """The lowest score at and above which precision is WANTED_PRECISION and more; None when there is none."""
    order = np.argsort(-values, kind="stable")
    ranked, hits = values[order], np.cumsum(right[order])
    counts = np.arange(1, len(ranked) + 1)
    whole = np.append(ranked[1:] != ranked[:-1], True)[: len(ranked)]  # cut between scores, not inside a tie
    good = whole & (ranked >= floor) & (counts >= FEWEST) & (hits >= WANTED_PRECISION * counts)
    return int(ranked[np.flatnonzero(good)[-1]]) if good.any() else None


def best_threshold(values: NDArray[np.int64], right: NDArray[np.bool_], gold: int, floor: int) -> int:
    """The score at and above which F1 is best; ties go to the lower one."""
    choices = range(floor, ONE, 100)
    return max(choices, key=lambda cut: (_cut(values, right, gold, cut).f1, -cut))


def country_like(relations: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which relations belong to the group of thresholds "country"."""
    return np.array([name in COUNTRY_LIKE for name in relations], dtype=bool)


def calibration_error(chances: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error: items with a chance of .1 and more, in bins of equal mass."""
    kept = chances >= 0.1
    if not kept.any():
        return 0.0
    order = np.argsort(chances[kept], kind="stable")
    parts = zip(np.array_split(chances[kept][order], bins), np.array_split(right[kept][order], bins), strict=True)
    gaps = [len(chance) * abs(float(chance.mean()) - float(hit.mean())) for chance, hit in parts if len(chance)]
    return sum(gaps) / int(kept.sum())


def crossed_chances(
    margins: NDArray[np.float64], right: NDArray[np.bool_], documents: NDArray[np.int64], count: int, lowest: float
) -> NDArray[np.float64]:
    """Calibrated chances, each by a calibrator that has not seen its half of the documents."""
    chances = np.zeros(len(margins))
    parts = halves(count)
    for part, other in zip(parts, reversed(parts), strict=True):
        seen = other[documents] & (margins > lowest)
        own = part[documents]
        chances[own] = probabilities(margins[own], fit_platt(margins[seen], right[seen]))
    return chances


def measure(
    found: Predictions, natural: Predictions, tuned: Tuned, types: tuple[str, ...], relations: tuple[str, ...]
) -> dict[str, Any]:
    """The numbers of metrics.json: in per cent but for calibration errors; relations are given gold mentions and chains.

    Those of relations are left out for a model that knows none, and types of which dev has neither an example nor a find: nobody
    may have looked for them.
    """
    count = len(found.gold_links)
    seen = [kind for kind in range(len(types)) if found.gold_spans[:, kind].any() or (found.span_kind == kind).any()]
    shifts = crossed_shifts(found)
    hidden = np.array([name not in COUNTRY_PAIR for name in (*relations, "")])
    span_chances = crossed_chances(found.span_margin, found.span_right, found.span_document, count, -np.inf)
    link_chances = crossed_chances(found.link_margin, found.link_right, found.link_document, count, CALIBRATED_FROM)
    numbers: dict[str, Any] = {
        "documents": count,
        "ner": _percent(span_score(found)),
        "ner_by_type": {types[kind]: _percent(span_score(found, kind)) for kind in seen},
        "ner_natural_text": _percent(span_score(natural)),
        "chains_gold": _percent(chain_score(found, name_scores(found, tuned.calibration.chains), tuned.calibration.join)),
        "thresholds": {
            name: _at(found, getattr(tuned, name), tuned.calibration, relations) for name in ("benchmark", "default")
        },
        "calibration_error": {"spans": round(calibration_error(span_chances, found.span_right), 4)},
    }
    if relations:
        plain = calibration_error(probabilities(found.link_margin, Platt(1.0, 0.0)), found.link_right)
        numbers |= {
            "relations_gold": _percent(crossed_link_score(found)),
            "relations_gold_unshifted": _percent(link_score(found)),
            "relations_gold_natural_text": _percent(crossed_link_score(natural)),
            "relations_gold_without_P131_P17": _percent(link_score(found, shifts, relations=hidden)),
            "relations_gold_macro_f1": macro_f1(found, shifts),
        }
        errors = {"links": calibration_error(link_chances, found.link_right), "links_uncalibrated": plain}
        numbers["calibration_error"] |= {name: round(error, 4) for name, error in errors.items()}
    return numbers


def macro_f1(found: Predictions, shifts: NDArray[np.float64]) -> float:
    """Mean F1 over the relations that have gold, in per cent."""
    columns = np.flatnonzero(found.gold_links.sum(0))
    eye = np.eye(found.gold_links.shape[1], dtype=bool)
    return round(100 * float(np.mean([link_score(found, shifts, relations=eye[i]).f1 for i in columns] or [0.0])), 2)


def _at(found: Predictions, cut: Thresholds, calibration: Calibration, relations: tuple[str, ...]) -> dict[str, Any]:
    spans, links = scores(found.span_margin, calibration.spans), scores(found.link_margin, calibration.links)
    group = country_like((*relations, ""))
    country = group[found.link_relation]
    limits = [ONE + 1 if value is None else value for value in (cut.country, cut.other)]
    taken = links >= np.where(country, *limits)
    parts = {"all": country | ~country, "country": country, "other": ~country}
    golds = {"all": group | ~group, "country": group, "other": ~group}
    rows = {
        name: score(
            int((taken & part & found.link_right).sum()), int((taken & part).sum()), int(found.gold_links[:, golds[name]].sum())
        )
        for name, part in parts.items()
    }
    return {
        **asdict(cut),
        "measured_spans": _percent(_cut(spans, found.span_right, int(found.gold_spans.sum()), cut.spans)),
        **{f"measured_links_{name}": _percent(row) for name, row in rows.items() if relations},
    }


def _at_least(cut: int | None, best: int) -> int | None:
    """The default set is never laxer than the one with the best F1."""
    return None if cut is None else max(cut, best)


def _cut(values: NDArray[np.int64], right: NDArray[np.bool_], gold: int, threshold: int) -> Score:
    taken = values >= threshold
    return score(int((taken & right).sum()), int(taken.sum()), gold)


def _percent(result: Score) -> dict[str, float]:
    return {name: round(100 * value, 2) for name, value in result._asdict().items()}

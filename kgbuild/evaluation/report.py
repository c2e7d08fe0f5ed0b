"""Counts and readings -> the numbers of `kgbuild evaluate`, nested as in its JSON, and of the comparison of two models."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kgbuild.corpora import gold as golds
from kgbuild.evaluation import bootstrap
from kgbuild.evaluation.calibration import FLOOR, error_of, reliability, uncalibrated
from kgbuild.evaluation.coreference import score_chains
from kgbuild.evaluation.counts import Counts, macro, prf, total
from kgbuild.evaluation.measures import Tallies
from kgbuild.evaluation.mistakes import count_confusions, count_mistakes
from kgbuild.evaluation.reading import Reading, Scored
from kgbuild.evaluation.spans import Spot, score_seqeval, score_tokens
from kgbuild.records import ONE

Report = dict[str, Any]
Logistic = tuple[float, float]
"""Slope and intercept of a calibrator."""

BY = {"ner": "by_type"}
"""What the table by label is called, where it is not by_relation."""


def scores(readings: Sequence[Reading], tallies: Tallies, types: Collection[str], relations: Collection[str]) -> Report:
    """Everything that is counted: ner, tokens, relations_gold, end_to_end, clusters, errors; and the model's labels: types, relations."""
    report = nested(tallies) | {"labels": {"types": list(types), "relations": list(relations)}}
    _put_left_out(report, readings, types, relations)
    if confusions := count_confusions(readings):
        report["ner"]["confusions"] = confusions
    if "ner" in report and any(reading.document.tags and reading.document.complete for reading in readings):
        gold, taken = _tagged(readings, lambda reading: reading.spans)
        report["ner"]["seqeval"] = score_seqeval(gold, taken)
        _, tagged = _tagged(readings, lambda reading: reading.tagged)
        report["tokens"] = score_tokens(*([tag for tags in side for tag in tags] for side in (gold, tagged)))
    judged = [reading.pair for reading in readings if reading.document.complete and reading.document.linked]
    if any(pair.gold.clusters for pair in judged):
        report["clusters"] = score_chains(judged)
    report["errors"] = count_mistakes(readings)
    return report


def nested(tallies: Tallies) -> Report:
    """Scores of all measures, with counts and tables by label."""
    report: Report = {}
    for name, tally in tallies.measures.items():
        whole = total(tally)
        if name.endswith(".ign"):
            report["relations_gold"]["ign_f1"] = prf(whole)["f1"]
            continue
        numbers: Report = prf(whole) | {"gold": whole.gold, "predicted": whole.predicted}
        if name in tallies.labels:
            numbers |= _by_label(name, {label: total(rows) for label, rows in tallies.labels[name].items()})
        _put(report, name, numbers)
    return report


def interval_report(tallies: Tallies) -> Report:
    """`intervals` and how they were made; nothing for a corpus that is too small to be resampled."""
    documents = len(next(iter(tallies.measures.values()), ()))
    if documents < bootstrap.FEWEST:
        return {}
    weights = bootstrap.draws(documents)
    found = bootstrap.intervals(tallies.measures, weights)
    for name, labels in tallies.labels.items():
        if with_gold := [rows for rows in labels.values() if total(rows).gold]:
            found[f"{name}.macro.f1"] = bootstrap.interval(bootstrap.macro_f1_of(with_gold, weights))
    return {"intervals": found, "bootstrap": _settings()}


def comparison_report(first: Tallies, second: Tallies) -> Report:
    """What of `comparison` comes from counts: both F1, their difference (first - second), interval and p, by measure."""
    documents = len(next(iter(first.measures.values()), ()))
    if documents < bootstrap.FEWEST:
        return {"measures": {}}
    weights = bootstrap.draws(documents)
    return {"measures": bootstrap.compare(first.measures, second.measures, weights), "bootstrap": _settings()}


def calibration_report(readings: Iterable[Reading], spans: Logistic, links: Logistic, floors: tuple[int, int]) -> Report:
    """Expected calibration error and reliability by bin, of links (given gold clusters) and spans, before and after Platt.

    spans, links: the calibrators; floors: scores of spans and links below which the model gives nothing out. `ece` is that of links.
    """
    readings = list(readings)
    report: Report = {}
    for name, items, logistic, floor in (
        ("links", [item for r in readings if r.document.has_relations for item in r.link_items], links, floors[1]),
        ("spans", [item for r in readings if r.document.complete for item in r.span_items], spans, floors[0]),
    ):
        if items:
            report[name] = _calibrated(items, logistic, floor)
    if any(reading.document.has_relations for reading in readings):
        report = {"ece": report.get("links", {}).get("after", {}).get("ece")} | report
    return report


def _calibrated(items: Sequence[Scored], logistic: Logistic, floor: int) -> Report:
    """after: as the model states it; before: of the bare margin, which a falling calibrator (slope <= 0) does not give back.

    seen_from: the uncalibrated probability of the model's floor; above FLOOR, `before` lacks the items between the two.
    """
    slope, intercept = logistic
    report: Report = {"slope": slope, "intercept": intercept, "after": _reliable((score / ONE, true) for score, true in items)}
    if slope > 0:
        report["before"] = _reliable((uncalibrated(score, slope, intercept), true) for score, true in items)
        lowest = uncalibrated(floor, slope, intercept)
        report["before"] |= {"seen_from": lowest} if lowest > FLOOR else {}
    return report


def _reliable(items: Iterable[tuple[float, bool]]) -> Report:
    bins = reliability(items)
    return {"ece": error_of(bins), "bins": [asdict(one) for one in bins]}


def _by_label(name: str, rows: Mapping[str, Counts]) -> Report:
    table = {label: prf(counts) | {"gold": counts.gold, "predicted": counts.predicted} for label, counts in rows.items()}
    return {"macro": macro(rows.values()), BY.get(name, "by_relation"): table}


def _put(report: Report, name: str, numbers: Report) -> None:
    *outer, last = name.split(".")
    for part in outer:
        report = report.setdefault(part, {})
    report[last] = numbers


def _settings() -> Report:
    return {"resamples": bootstrap.RESAMPLES, "seed": bootstrap.SEED, "level": bootstrap.LEVEL}


def _tagged(readings: Sequence[Reading], spans: Callable[[Reading], Iterable[Spot]]) -> tuple[list[list[str]], list[list[str]]]:
    """Tags of each sentence: annotated and predicted. The token table is of the tagger: thresholds make no tag O again."""
    sides: tuple[list[list[str]], list[list[str]]] = ([], [])
    for reading in readings:
        if reading.document.tags and reading.document.complete:
            guesses = golds.tags_of(reading.document, sorted(spans(reading)))
            sides[0].extend(golds.by_sentence(reading.document, list(reading.document.tags)))
            sides[1].extend(golds.by_sentence(reading.document, guesses))
    return sides


def _put_left_out(report: Report, readings: Sequence[Reading], types: Collection[str], relations: Collection[str]) -> None:
    """What no score speaks of: labels that the corpus does not know, or the model lacks, documents that cannot be judged."""
    unknown = Counter(label for reading in readings for label in reading.unknown)
    lacking = Counter(golds.type_of(r.document, cluster) for r in readings for cluster in r.document.clusters)
    lacking = Counter({label: count for label, count in lacking.items() if label not in types})
    mentions = Counter(spot[2] for r in readings if r.document.complete for spot in r.gold_spans if spot[2] not in types)
    links = Counter(triple[1] for reading in readings for triple in reading.gold.triples if triple[1] not in relations)
    for part, key, counts in (
        ("ner", "labels_left_out", unknown),
        ("ner", "types_lacking", mentions),
        ("relations_gold", "types_left_out", lacking),
        ("relations_gold", "labels_lacking", links),
    ):
        if counts and part in report:
            report[part][key] = dict(sorted(counts.items()))
    if partial := sum(not reading.document.complete for reading in readings):
        report["partially_annotated"] = partial

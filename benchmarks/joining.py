"""The score from which names are joined to one chain, and that from which relations count in benchmarks, by what comes out at the end.

    python benchmarks/joining.py MODEL_DIR DEV [--joins 0.50 0.54 0.58 0.62] [--write]

Training chooses both by annotated mentions, before pruning and before 8 bits; found mentions are noisier. Here the model reads the texts
once for each join, and the best is the mean of strict and soft F1 of facts end to end, of equal ones the lower join. The limit for
relations is then the best mean of these two and of F1 given gold entities, one for all relations and scopes; cross-fitted: scores of
each half of the documents (every other one) at the limit that the other half chose. --write puts both into the model, the limit into its
set `benchmark`.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kgbuild.corpora.gold import GoldDocument
from kgbuild.evaluation.measures import tally
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.report import scores
from kgbuild.extraction.evaluate import How, open_corpus, read_all
from kgbuild.extraction.extractor import load
from kgbuild.extraction.predicting import Found, predict
from kgbuild.models.directory import read_directory, write_calibration, write_thresholds
from kgbuild.models.spec import Thresholds
from kgbuild.records import ONE

LIMITS = range(ONE * 20 // 100, ONE * 50 // 100 + 1, ONE // 100)


def main() -> int:
    """Print a line a choice, and the best."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--joins", type=float, nargs="+", default=[0.50, 0.54, 0.58, 0.62])
    parser.add_argument("--write", action="store_true", help="calibration.json and thresholds.json of the model")
    options = parser.parse_args()
    before = read_directory(options.model)
    corpus, _ = open_corpus(options.dev, [options.model], How())
    thresholds = before.benchmark
    found, ends = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(shutil.copytree(options.model, Path(folder) / "model"))
        for join in sorted(round(join * ONE) for join in options.joins):
            write_calibration(tried, replace(before.calibration, join=join))
            with load(tried) as extractor:
                found[join] = predict(extractor, corpus).found
                labels = extractor.labels, extractor.link_labels
            ends[join] = measured(read_all(corpus, found[join], thresholds), labels)
            print(json.dumps({"join": join / ONE, **ends[join]}), flush=True)
    best = max(ends, key=lambda join: (ends[join]["strict"] + ends[join]["soft"], -join))
    limit = chosen(corpus, found[best], thresholds, labels)
    crossed = [part for own in (0, 1) for part in crossing(corpus, found[best], thresholds, labels, own)]
    print(json.dumps({"best": best / ONE, "limit": limit / ONE, "cross-fitted": measured(crossed, labels)}))
    print(json.dumps({"all": measured(read_all(corpus, found[best], at(thresholds, limit)), labels)}))
    if options.write:
        write_calibration(options.model, replace(before.calibration, join=best))
        write_thresholds(options.model, at(thresholds, limit), before.default)
    return 0


Labels = tuple[Sequence[str], Sequence[str]]
"""Types and relations that a model knows."""


def measured(readings: Sequence[Reading], labels: Labels) -> dict[str, float]:
    """F1 of facts end to end, strict and soft, and given gold entities."""
    found = scores(readings, tally(readings, None), *labels)
    return {**{name: found["end_to_end"][name]["f1"] for name in ("strict", "soft")}, "gold": found["relations_gold"]["f1"]}


def chosen(corpus: Sequence[GoldDocument], found: Sequence[Found], thresholds: Thresholds, labels: Labels) -> int:
    """The limit of the best scores; of equal ones the lowest."""
    return max(LIMITS, key=lambda limit: sum(measured(read_all(corpus, found, at(thresholds, limit)), labels).values()))


def crossing(
    corpus: Sequence[GoldDocument], found: Sequence[Found], thresholds: Thresholds, labels: Labels, own: int
) -> list[Reading]:
    """One half of the documents at the limit of the other."""
    limit = chosen(corpus[1 - own :: 2], found[1 - own :: 2], thresholds, labels)
    return read_all(corpus[own::2], found[own::2], at(thresholds, limit))


def at(thresholds: Thresholds, limit: int) -> Thresholds:
    """The same limit for all relations."""
    return replace(thresholds, country=limit, other=limit, country_inferred=limit, other_inferred=limit)


if __name__ == "__main__":
    sys.exit(main())

"""The mean score from which names are joined to one chain, chosen by what comes out at the end.

    python benchmarks/joining.py MODEL_DIR DEV [--joins 0.50 0.54 0.58 0.62] [--write]

Training chooses it by annotated mentions; found ones are noisier, so here the whole model reads the texts once for each choice. Best is
the mean of strict and soft F1 of facts end to end, of equal ones the lower join; --write puts it into calibration.json.
"""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from kgbuild.extraction.evaluate import How, examine
from kgbuild.models.directory import read_directory, write_calibration
from kgbuild.records import ONE


def main() -> int:
    """Print a line a choice, and the best."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--joins", type=float, nargs="+", default=[0.50, 0.54, 0.58, 0.62])
    parser.add_argument("--write", action="store_true", help="calibration.json of the model")
    options = parser.parse_args()
    before = read_directory(options.model).calibration
    scores = {}
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(shutil.copytree(options.model, Path(folder) / "model"))
        for join in sorted(round(join * ONE) for join in options.joins):
            write_calibration(tried, replace(before, join=join))
            scores[join] = end_to_end(tried, options.dev)
            print(json.dumps({"join": join / ONE, **scores[join]}), flush=True)
    best = max(scores, key=lambda join: (scores[join]["strict"] + scores[join]["soft"], -join))
    print(json.dumps({"best": best / ONE}))
    if options.write:
        write_calibration(options.model, replace(before, join=best))
    return 0


def end_to_end(model: Path, dev: Path) -> dict[str, float]:
    """Strict and soft F1 of the facts that the model finds in raw text."""
    found = examine(model, dev, How()).report["end_to_end"]
    return {name: found[name]["f1"] for name in ("strict", "soft")}


if __name__ == "__main__":
    sys.exit(main())

"""Make the default model from scratch, by one command; killed, it goes on where it stopped.

    python benchmarks/default_model.py DATA OUT [--seed 1] [--teachers 2] [--teacher-epochs 10] [--epochs 6] [--precision f32] [--side-by-side]
    python benchmarks/default_model.py DATA OUT --from default --epochs 3     a better one from the one that is shipped

DATA: a folder with redocred/, knowledgenet/, fire/ and documents/ as their publishers give them. OUT gets `teacher-N`, `student`
and `model`, which is what ships in kgbuild/pretrained. The steps, each a command that is also printed:

1. teachers: MiniLM on Re-DocRED, one a seed;
2. the student: from the first teacher (or the model of --from, which is then a teacher too), on Re-DocRED, DocRED's entities, KnowledgeNet (without what is annotated whole), FIRE and
   the annotated passages of benchmarks/training, hearing the teachers' word on the first two;
3. with --from: the mean of its weights and those of the model of --from, and a pruner for that;
4. its encoder in 8 bits;
5. the score from which names are joined, by facts end to end on Re-DocRED dev;
6. the default thresholds, chosen on annotated passages of documents that nothing was trained on (benchmarks/gold, benchmarks/training).
"""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MODEL = "model.json"
FACTS = "knowledgenet.jsonl"
UNFINISHED = "training-state"

Command = list[str]


def main() -> int:
    """Run what is not done yet; the exit code of the first step that failed."""
    options = arguments().parse_args()
    data, out = options.data, options.out
    out.mkdir(parents=True, exist_ok=True)
    teachers = {out / f"teacher-{number}": options.seed + number for number in range(1, options.teachers + 1)}
    steps = [[teacher(data, path, seed, options) for path, seed in teachers.items() if not finished(path)]]
    if not options.side_by_side:
        steps = [[step] for step in steps[0]]
    if not finished(out / "student"):
        write_facts(data, out)
        told = [*([options.start] if options.start else []), *map(str, teachers)]
        steps.append([student(data, out / "student", told, options)])
    last = out / "student"
    if options.start:
        steps += [[step] for step in mean_of(data, out, options.start, last)]
        last = out / "pruned"
    if not finished(out / "model"):
        steps.append([kgbuild("model", "quantize", last, data / "documents", "--out", out / "model", "--quiet")])
    steps.append([[sys.executable, *map(str, [HERE / "joining.py", out / "model", data / "redocred" / "dev.json", "--write"])]])
    triples = HERE / "gold" / "triples.jsonl"
    passages = [HERE / "gold" / "passages.jsonl", HERE / "training" / "choosing.jsonl"]
    choosing = ["choose", out / "model", "--passages", *passages, "--triples", triples, "--precision", "0.83", "--write"]
    steps.append([[sys.executable, *map(str, [HERE / "user_documents.py", *choosing])]])
    return next((code for step in steps if (code := run(step))), 0)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1, help="of the student; the teachers have those that follow")
    parser.add_argument("--teachers", type=int, default=2)
    parser.add_argument("--teacher-epochs", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=6, help="of the student")
    parser.add_argument(
        "--from", dest="start", help="a model to start the student from, such as `default`, instead of a teacher"
    )
    parser.add_argument(
        "--precision", default="bf16", help="of training: bf16, or f32, which is faster on a GPU for so small an encoder"
    )
    parser.add_argument("--side-by-side", action="store_true", help="all teachers at once, one thread each")
    return parser


def teacher(data: Path, out: Path, seed: int, options: argparse.Namespace) -> Command:
    """Annotated relations alone: a teacher's word on mentions is not asked."""
    threads = ["--threads", "1"] if options.side_by_side else []
    epochs = ["--epochs", str(options.teacher_epochs), "--seed", str(seed), "--precision", options.precision]
    return training(data, [data / "redocred" / "train.json"], out, [*epochs, *threads])


def student(data: Path, out: Path, teachers: list[str], options: argparse.Namespace) -> Command:
    """From the first of the models that teach it; at lower rates, since it starts from a trained model."""
    corpora = [
        data / "redocred" / "train.json",
        data / "redocred" / "entities_only.json",
        f"{out.parent / FACTS}@knowledgenet",
        f"{data / 'fire' / 'train.json'}@fire",
        HERE / "training" / "training.jsonl",
    ]
    told = [part for name in teachers for part in ("--teacher", name)]
    told += ["--precision", options.precision]
    more = ["--init", teachers[0], *told, "--epochs", str(options.epochs), "--seed", str(options.seed)]
    return training(data, corpora, out, [*more, "--rate", "1.5e-4", "--head-rate", "5e-4", "--name", "kgbuild-base"])


def write_facts(data: Path, out: Path) -> None:
    """KnowledgeNet without what is annotated whole: on some of these pages limits are chosen, and the others say more than it does."""
    whole: dict[str, str] = {}
    for line in (line for name in ("training", "choosing") for line in lines_of(HERE / "training" / f"{name}.jsonl")):
        passage = json.loads(line)
        whole[passage["meta"]["uri"]] = whole.get(passage["meta"]["uri"], "") + passage["text"] + "\n"
    chosen = {json.loads(line)["meta"]["uri"] for line in lines_of(HERE / "training" / "choosing.jsonl")}
    kept = []
    for line in lines_of(data / "knowledgenet" / "facts_folds123.jsonl"):
        row = json.loads(line)
        page = f"knowledgenet#{row['doc']}"
        if page not in chosen and row["text"].strip() not in whole.get(page, ""):
            kept.append(line)
    (out / FACTS).write_text("\n".join(kept) + "\n", encoding="utf-8")


def lines_of(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


def mean_of(data: Path, out: Path, start: str, student: Path) -> list[Command]:
    """The student forgets less in the mean of its weights and those that it began with."""
    relations = data / "redocred"
    average = kgbuild("model", "average", start, student, "--out", out / "mean")
    prune = kgbuild(
        "model", "prune", out / "mean", relations / "train.json", "--dev", relations / "dev.json", "--out", out / "pruned"
    )
    return [step for step, made in ((average, "mean"), (prune, "pruned")) if not finished(out / made)]


def training(data: Path, corpora: list[Path | str], out: Path, more: list[str]) -> Command:
    resume = ["--resume"] if (out / UNFINISHED).is_dir() else []
    return kgbuild("train", *corpora, "--dev", data / "redocred" / "dev.json", "--out", out, *more, *resume)


def kgbuild(*words: str | Path) -> Command:
    return [sys.executable, "-m", "kgbuild", *map(str, words)]


def finished(folder: Path) -> bool:
    """Whether a folder holds a whole model."""
    return (folder / MODEL).is_file() and not (folder / UNFINISHED).exists()


def run(commands: list[Command]) -> int:
    """Run commands at the same time; the largest exit code."""
    for command in commands:
        print(f"$ {shlex.join(command)}", flush=True)
    running = [subprocess.Popen(command) for command in commands]
    return max((one.wait() for one in running), default=0)


if __name__ == "__main__":
    sys.exit(main())

"""Make the default model from scratch, by one command; killed, it goes on where it stopped.

    python benchmarks/base_encoder.py intfloat/e5-small-v2 BASE --layers 6
    python benchmarks/base_encoder.py intfloat/e5-small-v2 LARGER --layers 8
    python benchmarks/default_model.py DATA OUT --encoder BASE --larger LARGER [--seed 1] [--epochs 6] [--precision f32] [--side-by-side]
    python benchmarks/default_model.py DATA OUT --from default --epochs 3     a better one from the one that is shipped

DATA: a folder with redocred/, knowledgenet/, fire/ and documents/ as their publishers give them. OUT gets `teacher-N`, `student-N`
and `model`, which is what ships in kgbuild/pretrained. The steps, each a command that is also printed:

1. teachers: the encoder of --encoder (default: the bundled MiniLM), and that of --larger, on Re-DocRED, one a seed;
2. students, one a seed: from the first teacher (or the model of --from, which is then a teacher too), on Re-DocRED, DocRED's entities, KnowledgeNet (without what is annotated whole), FIRE and
   the annotated passages of benchmarks/training, hearing the teachers' word on the first two;
3. of several, or with --from: the mean of their weights (and of the model of --from), and a pruner for that;
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
    count = options.teachers
    teachers = {out / f"teacher-{number}": options.seed + number for number in range(1, count + 1)}
    encoders = [options.encoder, *[options.larger or options.encoder] * (count - 1)]
    whose = dict(zip(teachers, encoders, strict=True))
    steps = [[teacher(data, path, seed, whose[path], options) for path, seed in teachers.items() if not finished(path)]]
    if not options.side_by_side:
        steps = [[step] for step in steps[0]]
    start = [options.start] if options.start else []
    students = {out / f"student-{number}": options.seed + number - 1 for number in range(1, options.students + 1)}
    told = [*start, *map(str, teachers)]
    heard = [*told, *options.hear]
    learning = [student(data, path, seed, told[0], heard, options) for path, seed in students.items() if not finished(path)]
    if learning:
        write_facts(data, out)
    steps += [learning] if options.side_by_side else [[step] for step in learning]
    models = [*start, *map(str, students)]
    if len(models) > 1:
        steps += [[step] for step in mean_of(data, out, models)]
    last = Path(models[0]) if len(models) == 1 else out / "pruned"
    if not finished(out / "model"):
        steps.append([kgbuild("model", "quantize", last, data / "documents", "--out", out / "model", "--quiet")])
    steps.append([[sys.executable, *map(str, [HERE / "joining.py", out / "model", data / "redocred" / "dev.json", "--write"])]])
    triples = HERE / "gold" / "triples.jsonl"
    passages = [HERE / "gold" / "passages.jsonl", HERE / "training" / "choosing.jsonl"]
    choosing = ["choose", out / "model", "--passages", *passages, "--triples", triples, "--precision", "0.86", "--write"]
    steps.append([[sys.executable, *map(str, [HERE / "user_documents.py", *choosing])]])
    return next((code for step in steps if (code := run(step))), 0)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--encoder", help="Hugging Face folder or name of the encoder to begin with [default: the bundled MiniLM]"
    )
    parser.add_argument("--larger", help="that of all teachers but the first, if not the same")
    parser.add_argument("--hear", nargs="*", default=[], help="models that students hear beside the teachers")
    parser.add_argument("--seed", type=int, default=1, help="of the first student; the teachers have those that follow it")
    parser.add_argument("--teachers", type=int, default=2)
    parser.add_argument("--teacher-epochs", type=int, default=4)
    parser.add_argument("--students", type=int, default=1, help="how many, whose weights are averaged")
    parser.add_argument("--epochs", type=int, default=6, help="of a student")
    parser.add_argument("--from", dest="start", help="a model to start students from, such as `default`, instead of a teacher")
    parser.add_argument(
        "--precision", default="bf16", help="of training: bf16, or f32, which is faster on a GPU for so small an encoder"
    )
    parser.add_argument("--side-by-side", action="store_true", help="all teachers at once, then all students, one thread each")
    return parser


def teacher(data: Path, out: Path, seed: int, encoder: str | None, options: argparse.Namespace) -> Command:
    """Annotated relations alone: a teacher's word on mentions is not asked."""
    begun = ["--encoder", encoder] if encoder else []
    more = [*begun, "--epochs", str(options.teacher_epochs), "--seed", str(seed), *arithmetic(options)]
    return training(data, [data / "redocred" / "train.json"], out, more)


def student(data: Path, out: Path, seed: int, start: str, teachers: list[str], options: argparse.Namespace) -> Command:
    """From one of the models that teach it; at lower rates, since that is a trained model."""
    corpora = [
        data / "redocred" / "train.json",
        data / "redocred" / "entities_only.json",
        f"{out.parent / FACTS}@knowledgenet",
        f"{data / 'fire' / 'train.json'}@fire",
        HERE / "training" / "training.jsonl",
    ]
    told = [part for name in teachers for part in ("--teacher", name)]
    more = ["--init", start, *told, "--epochs", str(options.epochs), "--seed", str(seed), *arithmetic(options)]
    return training(data, corpora, out, [*more, "--rate", "1.5e-4", "--head-rate", "5e-4", "--name", "kgbuild-base"])


def arithmetic(options: argparse.Namespace) -> list[str]:
    return ["--precision", options.precision, *(["--threads", "1"] if options.side_by_side else [])]


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


def mean_of(data: Path, out: Path, models: list[str]) -> list[Command]:
    """A student forgets less in the mean of its weights and those that it began with; of several the mean is better than each."""
    relations = data / "redocred"
    average = kgbuild("model", "average", *models, "--out", out / "mean")
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

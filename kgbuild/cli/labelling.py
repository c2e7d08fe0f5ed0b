"""`kgbuild label`: texts without labels, a schema and a language model elsewhere -> annotations to train on."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.models import schema_in_use
from kgbuild.cli.options import AsJson, check_out, existing
from kgbuild.cli.output import put, put_json, put_table
from kgbuild.cli.progress import progress
from kgbuild.cli.session import Session, begin, quoted
from kgbuild.counts import counted
from kgbuild.errors import TeacherError, UsageError

if TYPE_CHECKING:
    from kgbuild.labelling.endpoint import Endpoint
    from kgbuild.labelling.kept_answers import KeptAnswers
    from kgbuild.pipeline.labelling import Labelled, Plan
    from kgbuild.pipeline.passages import Texts

KEY_VARIABLE = "KGBUILD_LLM_KEY"
ANSWERS = "teacher-answers.db"
"""Beside OUT: all answers, whatever they are for."""
TO_BE_TRIED_AGAIN = 3
MOST_SHOWN = 5


def label(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="TEXTS…", help="Documents, or annotated files for their texts.", show_default=False)
    ],
    llm: Annotated[
        str,
        typer.Option("--llm", metavar="URL", help="OpenAI-compatible server: http://localhost:11434/v1", show_default=False),
    ],
    model: Annotated[str, typer.Option("--model", metavar="NAME", help="Name of the model there.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Annotations, kgbuild JSON Lines.", show_default=False)],
    schema: Annotated[
        Path | None,
        typer.Option("--schema", metavar="FILE", help="What to look for [default: the schema in use].", show_default=False),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help=f"Holds the key [default: ${KEY_VARIABLE}, else none].")
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            "--cache", metavar="FILE", help=f"Where answers are kept [default: {ANSWERS} beside OUT].", show_default=False
        ),
    ] = None,
    parallel: Annotated[int, typer.Option("--parallel", min=1, max=64, help="Requests at once.")] = 4,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds that one answer may take.")] = 120.0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the texts are sent.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Ask anew where an answer could not be used.")] = False,
    insecure: Annotated[bool, typer.Option("--insecure", help="Allow plain http to another machine.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over OUT.")] = False,
    json: AsJson = False,
) -> int:
    """Let a language model label texts, as a teacher for a model of your own.

    Only what stands in the text, word by word, and in the schema is kept; the rest is counted. Answers are kept on disk: a second
    run sends nothing, and one that was stopped goes on. The key comes from KGBUILD_LLM_KEY or --key-file. Nothing that kgbuild
    does later needs the language model.

    kgbuild label documents/ --llm http://localhost:11434/v1 --model qwen3:8b --schema mine.yaml --out silver.jsonl
    """
    from kgbuild.labelling.endpoint import endpoint_of
    from kgbuild.labelling.kept_answers import KeptAnswers
    from kgbuild.pipeline import labelling
    from kgbuild.pipeline.passages import read_texts

    session = begin(ctx)
    check_out(out, force=force)
    endpoint = endpoint_of(llm, model, key(key_file), timeout, insecure=insecure)
    chosen = schema_in_use(session, schema)
    texts = read_texts(existing(paths))
    answers = cache or out.with_name(ANSWERS)
    session.when_interrupted = f"{answers} keeps what was answered; run the command again to go on"
    with closing(KeptAnswers(answers)) as kept:
        planned = labelling.plan(texts.texts, chosen, model, kept, again=again)
        put_plan(session, planned, texts, endpoint)
        if dry_run:
            if json:
                put_json(plan_json(planned))
            return 0
        agree(planned, yes=yes)
        done = asked(session, planned, endpoint, kept, parallel)
    labelling.write(done, model, out)
    if json:
        put_json(plan_json(planned) | labelled_json(done, out))
    else:
        put_labelled(session, done, out)
    return TO_BE_TRIED_AGAIN if done.failed else 0


def asked(session: Session, planned: "Plan", endpoint: "Endpoint", kept: "KeptAnswers", parallel: int) -> "Labelled":
    """Ask what is not answered yet. Where the server fails for good, the error says that what was answered is kept."""
    from kgbuild.pipeline.labelling import label

    try:
        with progress(session) as show:
            return label(planned, endpoint, kept, parallel=parallel, progress=show)
    except TeacherError as error:
        raise TeacherError(f"{error}; {kept.path} keeps what was answered, run the command again to go on") from None


def key(file: Path | None) -> str:
    """The key, from a file or the environment; empty if there is none. Raises UsageError for a file that holds none."""
    if file is None:
        return os.environ.get(KEY_VARIABLE, "").strip()
    try:
        found = file.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {getattr(error, 'strerror', None) or 'not text'}; give a file with the key") from None
    if not found or len(found.split()) > 1 or not found.isascii():
        raise UsageError(f"{file}: there is no key in it; give a file with the key alone")
    return found


def put_plan(session: Session, planned: "Plan", texts: "Texts", endpoint: "Endpoint") -> None:
    """What would be sent, and where to, on standard error. That texts leave the machine is said even if --quiet."""
    for uri, reason in texts.faults:
        session.note(f"{uri}: {reason}")
    for path in texts.annotated:
        session.note(f"{path}: an annotated file; its labels are not looked at")
    kept = len(planned.texts) - len(planned.requests)
    session.note(
        f"{counted(len(planned.texts), 'text')}, {kept:,} of them answered before; {counted(len(planned.requests), 'request')} "
        f"to {endpoint.host}, about {planned.sent:,} tokens to it and {planned.received:,} back"
    )
    if planned.requests and not endpoint.is_local:
        print(f"warning: the texts leave this machine: they go to {endpoint.host}", file=sys.stderr)


def agree(planned: "Plan", *, yes: bool) -> None:
    """Ask before anything is sent. Raises UsageError where nobody can be asked, Abort where the answer is no."""
    if yes or not planned.requests:
        return
    if not sys.stdin.isatty():
        raise UsageError("nothing was sent: add --yes to send it")
    typer.confirm("Send it?", abort=True, err=True)


def plan_json(planned: "Plan") -> dict[str, Any]:
    """What would be sent, in numbers."""
    return {
        "texts": len(planned.texts), "requests": len(planned.requests), "cached": len(planned.texts) - len(planned.requests),
        "estimated_tokens": {"sent": planned.sent, "received": planned.received},
    }  # fmt: skip


def labelled_json(done: "Labelled", out: Path) -> dict[str, Any]:
    """What came of it, in numbers."""
    return {
        "out": str(out), "documents": len(done.documents), "mentions": sum(len(d.mentions) for d in done.documents),
        "relations": sum(len(d.relations) for d in done.documents), "incomplete": sum(not d.complete for d in done.documents),
        "refused": dict(done.refused), "unusable": dict(done.unusable), "retries": done.retries,
        "failed": [{"text": name, "reason": reason} for name, reason in done.failed],
        "tokens": {"sent": done.used[0], "received": done.used[1]},
    }  # fmt: skip


def put_labelled(session: Session, done: "Labelled", out: Path) -> None:
    """What came of it: the file, what was refused and why, what is to be tried again."""
    rows = [*done.refused.most_common(), *((f"answers: {what}", count) for what, count in done.unusable.most_common())]
    if rows and not session.quiet:
        put_table(("not kept", "count"), rows)
        put()
    for name, reason in done.failed[:MOST_SHOWN]:
        session.note(f"no answer: {name}: {reason}")
    if done.failed:
        session.note(
            f"{counted(len(done.failed), 'text')} without an answer; run the command again with --force to try them again"
        )
    numbers = labelled_json(done, out)
    put(
        f"{out}: {counted(len(done.documents), 'document')}, {counted(numbers['mentions'], 'mention')}, "
        f"{counted(numbers['relations'], 'relation')}"
        + (
            f"; in {numbers['incomplete']:,} a name was not found: their mentions count as incomplete"
            if numbers["incomplete"]
            else ""
        )
    )
    put(
        f"next: kgbuild sample --from {quoted(str(out))} --to labelstudio    (for people to correct it)\n"
        f"      kgbuild train {quoted(str(out))} --dev FILE --out DIR    (the dev part labelled by people)"
    )

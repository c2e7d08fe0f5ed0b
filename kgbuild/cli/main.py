"""Arguments -> a command, and its end -> an exit code with one line for a person. The only place where errors become words.

Exit codes: 0 well, 1 error, 2 usage, 3 newly quarantined or to be tried again, 4 workspace busy, 130 interrupted.
"""

import inspect
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from kgbuild.cli import (
    adapting,
    ask,
    averaging,
    collecting,
    converting,
    distilling,
    doctor,
    documents,
    evaluating,
    explaining,
    exporting,
    importing,
    judging,
    labelling,
    models,
    onnx,
    publishing,
    quickening,
    redacting,
    reporting,
    review,
    sampling,
    showing,
    sparql,
    status,
    training,
    trying,
    tuning,
    validating,
    work,
)
from kgbuild.cli.imports import spacy_without_torch
from kgbuild.cli.session import Session
from kgbuild.errors import KgbuildError

COMMANDS = (
    ("Documents", (work.run, documents.init, documents.add, documents.remove, documents.list_documents, showing.show)),
    ("Work", (work.use, work.extract, work.build, status.status)),
    ("Privacy", (redacting.redact, collecting.gc)),
    (
        "Questions",
        (
            ask.query,
            sparql.sparql,
            exporting.export,
            publishing.publish,
            importing.import_file,
            validating.validate,
            explaining.explain,
            explaining.path,
            reporting.report,
        ),
    ),
    (
        "A person's word",
        (
            judging.merge,
            judging.split,
            judging.reject,
            judging.accept,
            judging.rename,
            judging.retype,
            judging.judgements,
            review.review,
        ),
    ),
    ("Models", (trying.try_text, training.train, evaluating.evaluate, adapting.adapt, distilling.distill, tuning.tune)),
    ("Labels", (sampling.sample, labelling.label)),
    ("Data and health", (models.schema, converting.convert, doctor.doctor)),
)
GROUPS: tuple[tuple[str, str, str, tuple[Callable[..., Any], ...]], ...] = (
    (
        "Models",
        "model",
        "Make a model faster, one of several, or take it elsewhere.\n\nkgbuild model export default --onnx tagger.onnx",
        (onnx.export, quickening.quantize, quickening.prune, averaging.average),
    ),
)
"""Commands of two words: panel, first word, help of the first word, functions."""
NAMES = {"import_file": "import", "list_documents": "documents", "try_text": "try"}
"""Commands whose function cannot have their name."""
GLOBAL_PANEL = "On every command"

ON_A_WORKSPACE = re.compile(
    "`kgbuild (add|build|documents|explain|export|extract|gc|judgements|path|publish|query|remove|run|show|sparql|status|use)(?![^`]* -w )"
)
"""How a message begins a command that works on a workspace."""
TWICE = re.compile(r"( Did you mean [^?]+\?)\1")
"""What both click and typer guess."""
UNDERSTOOD_LATER = "No such option '--json'. Did you mean '--version'?"

INTERRUPTED = 130
USAGE = 2


def _remember_workspace(ctx: typer.Context, value: Path | None) -> Path | None:
    if value is not None and ctx.obj is not None:
        ctx.obj.workspace = value
    return value


def _remember_quiet(ctx: typer.Context, value: bool) -> bool:
    if value and ctx.obj is not None:
        ctx.obj.quiet = True
    return value


def _remember_verbose(ctx: typer.Context, value: bool) -> bool:
    if value and ctx.obj is not None:
        ctx.obj.verbose = True
    return value


def _remember_debug(ctx: typer.Context, value: bool) -> bool:
    if value and ctx.obj is not None:
        ctx.obj.debug = True
    return value


def _say_version(value: bool) -> None:
    if value:
        from kgbuild import __version__

        typer.echo(f"kgbuild {__version__}")
        raise typer.Exit


def _global(*names: str, help: str, callback: Any, metavar: str | None = None, is_flag: bool = True) -> Any:
    flags: dict[str, Any] = {} if metavar else {"is_flag": is_flag}
    return typer.Option(
        *names, help=help, callback=callback, expose_value=False, metavar=metavar, show_default=False,
        rich_help_panel=GLOBAL_PANEL, **flags,
    )  # fmt: skip


WORKSPACE_HELP = "Folder of the workspace [default: $KGBUILD_WORKSPACE, else ./kg]."


def everywhere(
    ctx: typer.Context,
    workspace: Annotated[
        Path | None, _global("--workspace", "-w", help=WORKSPACE_HELP, callback=_remember_workspace, metavar="DIR")
    ] = None,
    quiet: Annotated[bool, _global("--quiet", "-q", help="Errors and results only.", callback=_remember_quiet)] = False,
    verbose: Annotated[bool, _global("--verbose", "-v", help="Say all that is noticed.", callback=_remember_verbose)] = False,
    debug: Annotated[bool, _global("--debug", help="Show where an error comes from.", callback=_remember_debug)] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_say_version, is_eager=True, expose_value=False)
    ] = False,
) -> None:
    """Documents in, a resolved, queryable, explainable knowledge graph out.

    kgbuild run --sample        a first graph, from the sample documents
    kgbuild run DOCUMENTS       a graph from your own; again and again, only what changed is done
    kgbuild COMMAND --help      what a command does, with an example
    """
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def help_of(function: Callable[..., Any]) -> str:
    """A command's docstring as its help; the lines of an example, which begin with kgbuild, are not filled."""
    return _lines_kept(inspect.getdoc(function) or "")


def help_of_arguments(command: Any) -> None:
    """Give a command's arguments the help that they were declared with, once: with click from 8.5 on typer loses it."""
    command.format_arguments = lambda *_: None  # click's own list of them, beside typer's
    for parameter in command.params:
        declared = command.callback.__annotations__.get(parameter.name) if parameter.param_type_name == "argument" else None
        for told in getattr(declared, "__metadata__", ()):
            parameter.help = parameter.help or getattr(told, "help", None)


def _lines_kept(text: str) -> str:
    return text.replace("\n\nkgbuild ", "\n\n\b\nkgbuild ")


def command_line() -> Any:
    """All commands as one click group; the options of `everywhere` are understood before and after a command's name."""
    app = typer.Typer(invoke_without_command=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(help=help_of(everywhere))(everywhere)
    for panel, functions in COMMANDS:
        for function in functions:
            name = NAMES.get(function.__name__, function.__name__)
            app.command(name, help=help_of(function), rich_help_panel=panel)(function)
    for panel, first, purpose, members in GROUPS:
        inner = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
        inner.callback()(lambda: None)  # without it, a single command would take the place of the group
        for function in members:
            inner.command(function.__name__, help=help_of(function))(function)
        app.add_typer(inner, name=first, help=_lines_kept(purpose), rich_help_panel=panel)
    group: Any = typer.main.get_command(app)
    shared = [option for option in group.params if option.name in ("workspace", "quiet", "verbose", "debug")]
    inside = [command for _, first, _, _ in GROUPS for command in group.commands[first].commands.values()]
    for command in (*group.commands.values(), *inside):
        help_of_arguments(command)
    for command in [*group.commands.values(), *inside]:
        command.params += shared
    return group


def call(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Every error that is meant for a person becomes one line on standard error."""
    session = Session()
    session.debug = "--debug" in arguments  # also for errors that come before the option is understood
    try:
        code = command_line().main(list(arguments), prog_name="kgbuild", standalone_mode=False, obj=session)
        sys.stdout.flush()
        return _interrupted(session) if code == INTERRUPTED else int(code or 0)
    except KgbuildError as error:
        _say(f"error: {on_this_workspace(str(error), session)}", session)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(session)
    except BrokenPipeError:  # `kgbuild query … | head`: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        _say(f"error: {error.filename or 'the machine'}: {error.strerror or error}", session)
        return 1
    except Exception as error:
        refused = isinstance(error, UnicodeEncodeError | TypeError)  # by what stores or asks, or by the tokenizer
        if refused and (wrong := next(filter(_is_no_text, arguments), None)):
            shown = repr(os.fsencode(wrong)).removeprefix("b")
            _say(
                f"error: the argument {shown} is not valid UTF-8: type it in a terminal that uses UTF-8 (LANG=C.UTF-8)", session
            )
            return USAGE
        return _usage_or_bug(error, session)


def _is_no_text(argument: str) -> bool:
    """Whether an argument came as bytes that are no UTF-8; file names may be such."""
    return any("\ud800" <= character <= "\udfff" for character in argument)


def _usage_or_bug(error: Exception, session: Session) -> int:
    """A call that click refuses, a damaged database, or a fault of ours."""
    if hasattr(error, "format_message"):  # click's own; which click it is depends on typer's version
        context = getattr(error, "ctx", None)
        said = TWICE.sub(r"\1", error.format_message().rstrip("."))
        if said == UNDERSTOOD_LATER:  # click guesses --version
            said = "--json goes behind the name of a command"
        hint = f"{' S' if said.endswith('?') else '; s'}ee `{context.command_path} --help`" if context is not None else ""
        if said and not said.startswith("Usage: "):  # a group without a command: its help is the message
            _say(f"error: {said}{hint}", session)
        elif context is not None:
            print(context.get_help(), file=sys.stderr)
        return USAGE
    words = " ".join(str(error).split())
    if type(error).__module__ == "sqlite3":
        told = f"error: {session.path}: a database there is damaged, or cannot be read ({words}); `{session.command('build', '--rebuild')}`"
        _say(f"{told} makes graph.db anew; where that fails, too, restore workspace.db from a backup", session)
        return 1
    _say(
        f"error: this is a bug in kgbuild, sorry ({type(error).__name__}: {words}); --debug shows where, please report it",
        session,
    )
    return 1


def on_this_workspace(text: str, session: Session) -> str:
    """A message whose commands can be pasted: on the workspace that was named by --workspace, which the pipeline does not know."""
    return ON_A_WORKSPACE.sub(lambda found: f"`{session.command(found[1])}", text) if session.workspace else text


def _say(line: str, session: Session) -> None:
    if session.debug:
        traceback.print_exc()
    print(" ".join(line.split("\n")), file=sys.stderr)


def _interrupted(session: Session) -> int:
    print(f"interrupted: {session.when_interrupted}", file=sys.stderr)
    return INTERRUPTED


def _still_loads() -> bool:
    """Whether a thread of an interrupted run is loading a model still."""
    if threading.active_count() == 1:
        return False
    from kgbuild.pipeline.ahead import THREAD

    return any(thread.name == THREAD for thread in threading.enumerate())


def open_streams() -> None:
    """Let standard streams that were closed lead nowhere, as of a job without a terminal: else files that are opened get their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  as long as the process lives


def main() -> None:
    """The entry point `kgbuild`."""
    open_streams()
    spacy_without_torch()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    code = call(sys.argv[1:])
    if _still_loads():  # a normal end would tear down the runtime under it
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    sys.exit(code)

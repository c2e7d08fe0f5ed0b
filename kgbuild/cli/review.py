"""`review`: a page in the browser, on this machine alone, to look at the graph and to judge what the machine is least sure of."""

import threading
from typing import Annotated

import typer

from kgbuild.cli.judging import By
from kgbuild.cli.session import begin, models_or_none, opened
from kgbuild.errors import UsageError

SECONDS_TO_END = 30.0
"""So long Ctrl-C waits for what is being written; after that it is taken back by the database, as after a kill."""


def review(
    ctx: typer.Context,
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="N", min=0, max=65535, help="Port to listen on [default: any that is free].", show_default=False
        ),
    ] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address and open no browser.")] = False,
    by: By = None,
) -> None:
    """Judge what the machine is least sure of, in the browser.

    The page explores the graph, too. It is served to this machine alone and loads nothing from elsewhere. What is judged there is a
    person's word like any other: `kgbuild judgements` lists it and takes it back. Ctrl-C ends it.

    kgbuild review
    kgbuild review --port 8765 --no-open
    """
    from kgbuild.pipeline.judging import login_name
    from kgbuild.web.server import ReviewServer, opened_in_browser, serve
    from kgbuild.web.sitting import Sitting

    session = begin(ctx)
    with opened(session) as ws, ws.source():  # says what is missing before a page would
        pass
    try:
        server = ReviewServer(Sitting(session.path, login_name() if by is None else by, models_or_none()), port)
    except OSError as error:
        raise UsageError(f"port {port}: {error.strerror or error}; give another --port, or none") from None
    try:
        print(server.url, flush=True)
        session.note("the page is for this machine alone; Ctrl-C ends it")
        threading.Thread(target=server.sitting.prepare, name="prepare", daemon=True).start()
        if not no_open:
            opened_in_browser(server.url)
        serve(server)
    except KeyboardInterrupt:
        session.note("ended")
    finally:
        if not server.finish(SECONDS_TO_END):
            session.note("something was still being written: it is taken back")

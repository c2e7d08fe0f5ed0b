"""What `run` and `add` are told of the files that they read: options -> ReadOptions."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kgbuild.documents.read import ReadOptions

Name = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Name of the root in URIs [default: the folder's name].")
]
Include = Annotated[list[str] | None, typer.Option("--include", metavar="GLOB", help="Only files whose path fits; repeatable.")]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="GLOB", help="No files whose path fits; repeatable.")]
Sync = Annotated[bool, typer.Option("--sync", help="Remove what has vanished from the folders.")]
Accept = Annotated[bool, typer.Option("--accept", help="With --sync: even if that is more than a fifth.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 3 while anything is quarantined, not only when newly so.")]
TextColumn = Annotated[
    list[str] | None,
    typer.Option("--text-column", "--text", metavar="NAME", help="Column or key that holds the text; repeatable."),
]
IdColumn = Annotated[
    str, typer.Option("--id-column", "--id", metavar="NAME", help="Column or key that holds the id.", show_default=False)
]
TitleColumn = Annotated[
    str, typer.Option("--title-column", "--title", metavar="NAME", help="… that holds the title.", show_default=False)
]
DateColumn = Annotated[
    str, typer.Option("--date-column", "--date", metavar="NAME", help="… that holds the date.", show_default=False)
]
HtmlColumn = Annotated[
    list[str] | None, typer.Option("--html-column", "--html", metavar="NAME", help="Text column that holds HTML; repeatable.")
]
PdfPassword = Annotated[str, typer.Option("--pdf-password", help="Opens encrypted PDFs.", show_default=False)]
Drafts = Annotated[bool, typer.Option("--drafts", help="Read Markdown posts marked `draft: true`.")]


def read_options(
    text: list[str] | None, id: str, title: str, date: str, html: list[str] | None, password: str, drafts: bool
) -> "ReadOptions":
    """What the user says about the reading of files."""
    from kgbuild.documents.read import ReadOptions

    return ReadOptions(
        text=tuple(text or ()), id=id, title=title, date=date, html=tuple(html or ()), pdf_password=password, drafts=drafts
    )

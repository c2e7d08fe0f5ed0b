"""Documents that were set aside for testing: their names say so, since names survive every annotation tool."""

from dataclasses import replace

from kgbuild.corpora.document import GoldDocument

MARK = "kept:"


def kept(document: GoldDocument) -> GoldDocument:
    """The same document, set aside for testing."""
    return document if is_kept(document) else replace(document, name=MARK + document.name)


def is_kept(document: GoldDocument) -> bool:
    """Whether a document was set aside for testing."""
    return document.name.startswith(MARK)

"""Short cuts that the tests of the readers share."""

from pathlib import Path

from kgbuild.documents.read import ReadOptions, read_file
from kgbuild.documents.walk import File, suffix_of
from kgbuild.records import Reading

DATA = Path(__file__).parent.parent / "data" / "documents"


def readings(name, data, **options):
    """Readings of bytes (or text, as UTF-8) under a file name."""
    data = data.encode() if isinstance(data, str) else data
    return read_file(File(Path(name), name, name, suffix_of(name)), data, ReadOptions(**options))


def reading(name, data, **options) -> Reading:
    (only,) = readings(name, data, **options)
    return only


def blocks(result: Reading):
    """(kind, text) of every block."""
    document = result.document
    assert document is not None, result.source
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def texts(result: Reading):
    return [text for _, text in blocks(result)]

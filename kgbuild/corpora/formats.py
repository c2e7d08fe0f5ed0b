"""A path -> a corpus: which format it is in, by its content, and the documents that its reader makes of it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.corpora import (
    brat,
    chinese,
    columns,
    docbin,
    doccano,
    docred,
    knowledgenet,
    labelstudio,
    own,
    scierc,
    spert,
)
from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.reading import Content, Reading, load
from kgbuild.errors import UsageError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is read. about: what a person calls it; looks: whether a content is in it."""

    about: str
    looks: Callable[[Content], bool]
    read: Callable[[Content, Reading], list[GoldDocument]]


FORMATS = {
    "conll": Format("CoNLL columns", columns.looks, columns.read),
    "docred": Format("DocRED JSON", docred.looks, docred.read),
    "spert": Format("SpERT JSON", spert.looks, spert.read),
    "scierc": Format("SciERC JSON Lines", scierc.looks, scierc.read),
    "spacy": Format("spaCy DocBin", docbin.looks, docbin.read),
    "brat": Format("brat standoff, a folder", brat.looks, brat.read),
    "labelstudio": Format("Label Studio JSON export", labelstudio.looks, labelstudio.read),
    "doccano": Format("doccano JSON Lines", doccano.looks, doccano.read),
    "knowledgenet": Format("KnowledgeNet JSON Lines", knowledgenet.looks, knowledgenet.read),
    "cluener": Format("CLUENER JSON Lines", chinese.looks_cluener, chinese.read_cluener),
    "duie": Format("DuIE JSON Lines", chinese.looks_duie, chinese.read_duie),
    "finre": Format("FinRE table", chinese.looks_finre, chinese.read_finre),
    "kgbuild": Format("kgbuild JSON Lines", own.looks, own.read),
}
"""Every format, by the name that --from takes."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read: documents, the format's name, and what there is to say about the reading, as sentences.

    taught: whether some of it was labelled by a teacher and by no person.
    """

    documents: tuple[GoldDocument, ...]
    format: str
    notes: tuple[str, ...] = ()
    taught: bool = False


def read_corpus(path: Path, format: str | None = None) -> Corpus:
    """Read annotated documents; format: a name of FORMATS, None to see it from the content.

    Raises UsageError, naming the file and the place: it cannot be read, its format is not clear, or it has bad rows (the first
    20 are named, all are counted).
    """
    path = Path(path)
    if format is not None and format not in FORMATS:
        raise UsageError(f"{format!r} is no format: it is one of {listed()}")
    reading = Reading(str(path))
    content = load(path, reading)
    name = format or detect(content)
    documents = tuple(FORMATS[name].read(content, reading))
    reading.refuse_if_bad()
    said = f"{path}: {FORMATS[name].about}{'' if format else ', by its content'}: {_numbers(documents)}"
    if content.text is not None and not content.text.strip():
        said = f"{path}: the file is empty"
    notes = (said, *(f"{path}: {note}" for note in reading.notes()))
    for note in notes:
        logger.info("%s", note)
    return Corpus(documents, name, notes, taught=reading.counts[own.TAUGHT] > 0)


def detect(content: Content) -> str:
    """The name of the one format that a content looks like. Raises UsageError if there is none, or are several."""
    if content.rows == ():
        return "docred"
    if content.text is not None and not content.text.strip():
        return "conll"
    found = [name for name, one in FORMATS.items() if one.looks(content)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{content.path}: could be {' or '.join(found)}; say which with --from")
    if content.is_folder:
        raise UsageError(f"{content.path}: a folder without .ann files is no corpus (brat's has them): name the files in it")
    if labelstudio.is_unlabelled(content):
        raise UsageError(
            f"{content.path}: tasks of Label Studio that nobody has labelled yet: import them there, label, and give what it exports"
        )
    raise UsageError(
        f"{content.path}: in no known format ({_seen(content)}); if it is one of these, name it with --from: {listed()}"
    )


def listed() -> str:
    """The formats in a sentence."""
    return ", ".join(f"{name} ({one.about})" for name, one in FORMATS.items())


def _numbers(documents: Sequence[GoldDocument]) -> str:
    relations = sum(len(document.relations) for document in documents)
    annotated = any(document.has_relations for document in documents)
    return f"documents {len(documents):,}, mentions {sum(len(document.mentions) for document in documents):,}, relations " + (
        f"{relations:,}" if annotated else "not annotated"
    )


def _seen(content: Content) -> str:
    """What was found instead, for the message."""
    if content.rows:
        first = content.rows[0][1]
        keys = f"an object with {', '.join(list(first)[:12]) or 'no key'}" if isinstance(first, dict) else type(first).__name__
        return f"expected a list of documents, or one object a line; the first is {keys}"
    return "binary" if content.text is None else f"its first line is {content.text.strip().splitlines()[0][:60]!r}"

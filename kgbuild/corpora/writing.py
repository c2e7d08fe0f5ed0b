"""Gold documents -> a file in one of the formats that are written, and what that format has no place for."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.corpora import columns, docred, labelstudio, own
from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import blank_tokens
from kgbuild.errors import UsageError


@dataclass(frozen=True, slots=True)
class Writer:
    """A format that is written. about: what a person calls it; lost: what of one document it has no place for, counted."""

    about: str
    write: Callable[[Sequence[GoldDocument]], str]
    lost: Callable[[GoldDocument], dict[str, int]]


def writer_of(path: Path, name: str | None = None) -> str:
    """The name of the format to write: as given, else by the suffix. Raises UsageError if it is unknown or not clear."""
    if name is not None and name not in WRITERS:
        raise UsageError(f"{name!r} is not written; --to is one of {', '.join(WRITERS)}")
    found = name or SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise UsageError(f"{path}: which format? --to is one of {', '.join(f'{n} ({w.about})' for n, w in WRITERS.items())}")
    return found


def write_corpus(documents: Sequence[GoldDocument], path: Path, name: str) -> None:
    """Write documents; the file is there whole or not at all. Raises UsageError for a text with half of a character in it."""
    try:
        write_whole(path, WRITERS[name].write(documents))
    except UnicodeEncodeError as error:
        half = error.object[error.start : error.end]
        raise UsageError(
            f"{path}: a text holds {half!r}, half of a character, which no file can hold; repair the corpus"
        ) from error


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def teacher_lines(documents: Iterable[GoldDocument], by_people: Collection[str] = (), **teacher: str) -> str:
    """Documents as kgbuild JSON Lines, each with who labelled it; by_people: texts that no teacher did."""
    rows = (own.to_own(one) | ({} if one.text in by_people else {"teacher": teacher}) for one in documents)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def left_out(documents: Sequence[GoldDocument], name: str) -> dict[str, int]:
    """What a format cannot carry of these documents, by sentence, with numbers above nothing."""
    total: Counter[str] = Counter()
    for document in documents:
        total.update(WRITERS[name].lost(document))
    return {what: number for what, number in total.items() if number}


# ── what formats have no place for ───────────────────────────────────────────────────────────────────────────────────


def _lost_docred(document: GoldDocument) -> dict[str, int]:
    return {
        "documents that say nothing about which mentions are the same (each mention becomes an entity)": int(
            not document.linked
        ),
        "texts as they were written (only tokens are kept)": int(not document.tokenised),
        "scopes of relations": sum(bool(relation.scope) for relation in document.relations),
    } | _partial(document)


def _lost_columns(document: GoldDocument) -> dict[str, int]:
    return {
        "relations": len(document.relations),
        "clusters of several mentions": _several(document),
        "mentions that overlap a longer one": len(document.mentions) - len(columns.flat(document)),
        "mentions that reach into another sentence (cut there)": _reaching(document),
        "tokens of white space": blank_tokens(document),
        "texts as they were written (only tokens are kept)": int(not document.tokenised),
        "names of documents": int(not document.tags),
        "documents without a word": int(not any(token.strip() for token in document.tokens)),
    } | _partial(document, relations=False)


def _lost_label_studio(document: GoldDocument) -> dict[str, int]:
    return {
        "clusters of several mentions (a relation joins the closest ones)": _several(document),
        "evidence of relations": sum(bool(relation.evidence) for relation in document.relations),
        "scopes of relations": sum(bool(relation.scope) for relation in document.relations),
        "tokens (found again by rule)": int(document.tokenised),
    } | _partial(document)


def _lost_own(document: GoldDocument) -> dict[str, int]:
    return {}


def _partial(document: GoldDocument, *, relations: bool = True) -> dict[str, int]:
    return {
        "documents whose mentions are not all annotated (they will look complete)": int(not document.complete),
        "documents where only some relations were looked for (they will look complete)": int(
            relations and document.relation_labels is not None
        ),
    }


def _several(document: GoldDocument) -> int:
    return sum(len(cluster) > 1 for cluster in document.clusters)


def _reaching(document: GoldDocument) -> int:
    ends = sorted({last for _, last in document.sentences})
    return sum(bisect_left(ends, mention.last) > bisect_right(ends, mention.first) for mention in document.mentions)


WRITERS = {
    "kgbuild": Writer("kgbuild JSON Lines", own.write, _lost_own),
    "docred": Writer("DocRED JSON", docred.write, _lost_docred),
    "conll": Writer("CoNLL columns, IOB2", columns.write, _lost_columns),
    "labelstudio": Writer("Label Studio JSON", labelstudio.write, _lost_label_studio),
}
"""Every format that is written, by the name that --to takes."""
SUFFIXES = {
    ".jsonl": "kgbuild",
    ".json": "docred",
    ".conll": "conll",
    ".iob": "conll",
    ".bio": "conll",
    ".txt": "conll",
    ".tsv": "conll",
}

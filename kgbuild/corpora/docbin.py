"""spaCy's DocBin -> gold documents: the text as written, spaCy's tokens without those of white space, `ents` and spans under `sc`.

Relations are read from the extension `rel` of documents, {(head's first token, tail's first token): {label: weight}}, as spaCy's
tutorial on relations has it; a weight of half or more counts. Nothing in a DocBin is code: it is msgpack.
"""

import zlib
from functools import partial
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Link, Span, annotated, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading
from kgbuild.errors import UsageError

SPANS = "sc"
EXTENSION = ("._.", "rel", None, None)
HALF = 0.5


def looks(content: Content) -> bool:
    """Compressed bytes, in which a DocBin's keys stand."""
    if content.data is None:
        return False
    try:
        beginning = zlib.decompressobj().decompress(content.data, 4096)
    except zlib.error:
        return False
    return b"attrs" in beginning or b"tokens" in beginning


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a Doc, named by its number. Relations are annotated if any document has the extension."""
    if content.data is None:
        raise UsageError(f"{content.path}: a DocBin is a binary file; name another format with --from")
    docs = _docs(content, content.data)
    related = any(EXTENSION in doc.user_data for doc in docs)
    rows = [(f"document {number}", (number, doc)) for number, doc in enumerate(docs, 1)]
    return reading.each(rows, partial(_document, reading=reading, related=related), "spaCy's")


def _docs(content: Content, data: bytes) -> list[Any]:
    import spacy
    from spacy.tokens import DocBin

    try:
        return list(DocBin().from_bytes(data).get_docs(spacy.blank("xx").vocab))
    except Exception as error:  # msgpack, zlib, numpy and spaCy each have their own for damaged bytes
        raise UsageError(f"{content.path}: no DocBin that spaCy reads ({type(error).__name__}: {error})") from error


def _document(numbered: tuple[int, Any], reading: Reading, *, related: bool) -> GoldDocument:
    number, doc = numbered
    ents = [*doc.ents, *(span for span in doc.spans.get(SPANS, ()) if span not in doc.ents)]
    spans: list[Span] = [(span.start_char, span.end_char, span.label_ or "ENT") for span in ents]
    reading.count(f"groups of spans other than `{SPANS}`, left out", sum(key != SPANS for key in doc.spans))
    tokens = tuple((token.idx, token.idx + len(token)) for token in doc if not token.is_space)
    document = from_text(str(number), doc.text, spans, reading, tokens=tokens, sentences=_sentences(doc))
    if not related:
        return document
    first = {span.start: i for i, span in reversed(list(enumerate(ents)))}
    return annotated(document, reading, links=_links(doc.user_data.get(EXTENSION) or {}, first))


def _sentences(doc: Any) -> tuple[tuple[int, int], ...] | None:
    """The document's own sentences, joined where an entity reaches into the next; None if it has none."""
    if not doc.has_annotation("SENT_START"):
        return None
    spans = [*doc.ents, *doc.spans.get(SPANS, ())]
    kept: list[tuple[int, int]] = []
    for sentence in doc.sents:
        joined = kept and any(span.start_char < sentence.start_char < span.end_char for span in spans)
        start = kept.pop()[0] if joined else sentence.start_char
        kept.append((start, sentence.end_char))
    return tuple(kept)


def _links(relations: Any, first: dict[int, int]) -> list[Link]:
    links: list[Link] = []
    for ends, labels in relations.items():
        for label, weight in labels.items():
            if weight >= HALF:
                if lost := [end for end in ends if end not in first]:
                    raise BadRow(f"a relation's end is the entity at token {lost[0]}, where none begins")
                links.append((first[ends[0]], first[ends[1]], str(label), ()))
    return links

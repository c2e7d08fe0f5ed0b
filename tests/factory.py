"""Documents made by hand: a text, its blocks (blank lines between them), its sentences (a full stop and a space)."""

import re

from kgbuild.hashing import digest
from kgbuild.records import Block, BlockKind, Document, Outcome, Passage, Source
from kgbuild.workspace.database import transaction
from kgbuild.workspace.truth import StoredDocument


def stored(text: str) -> StoredDocument:
    """One passage a document; a line that starts with "# " is a heading."""
    blocks = tuple(
        Block(BlockKind.HEADING if m.group().startswith("# ") else BlockKind.PARAGRAPH, m.start(), m.end())
        for m in re.finditer(r"(?:.|\n(?!\n))+", text)
    )
    id = digest("document", text)
    sentences, of_block = [], []
    for index, block in enumerate(blocks):
        for m in re.finditer(r"\S.*?(?:\.(?= |$)|$)", text[block.start : block.end]):
            sentences.append((block.start + m.start(), block.start + m.end()))
            of_block.append(index)
    passage = Passage(0, 0, text, "en", tuple(sentences), tuple(of_block))
    digests = tuple(digest("block", text[b.start : b.end]) for b in blocks)
    return StoredDocument(Document(id, text, blocks), (passage,), "en", digests, (), "by hand")


def put(ws, documents: dict[str, str | None], **metadata: str) -> None:
    """Write texts under URIs; None removes one."""
    with transaction(ws.truth.db, ws.truth.path):
        for uri, text in documents.items():
            if text is None:
                ws.truth.delete_source(uri)
                continue
            document = stored(text)
            ws.truth.put_document(document)
            source = Source(
                uri, uri.split("/")[0], digest("bytes", text), Outcome.OK, document.document.id, "", tuple(metadata.items())
            )
            ws.truth.put_source(source, uri)
        ws.truth.delete_orphans()

"""A file -> whether kgbuild wrote it: an export or a page in a folder of documents is none of them, or each run would read the last one's graph.

Told by how a file begins, whatever its name, so that it does not matter when it was written and from which workspace.
"""

import gzip
import zlib
from pathlib import Path

from kgbuild.documents.walk import HTML, RECORDS, TABLES
from kgbuild.pages.sheet import BEGINNING

BEGINNINGS = (
    b'{"kind":"graph","format":',
    b"\xef\xbb\xbfid,type,name,aliases,mentions,documents,confidence,external_id,iri",
    b"\xef\xbb\xbfid,subject_id,subject,predicate,object_id,object,datatype,confidence,",
    b"\xef\xbb\xbfid,triple_id,subject,predicate,object,quote,document,start,stop,",
    b"\xef\xbb\xbfid,name,uri,url,published,language,sources\r\n",
    b"\xef\xbb\xbfdocument_id,document,entity_id,entity,count\r\n",
    b"verdict,left_uri,left_text,left_type,value,right_uri,right_text,right_type,",
    BEGINNING.encode("utf-8"),
)
LONGEST = max(map(len, BEGINNINGS))


def is_own(path: Path, suffix: str) -> bool:
    """Whether a file is an export, a list of judgements or a page of kgbuild's. False for one that cannot be read: its reader says why."""
    if suffix.removesuffix(".gz") not in HTML + RECORDS + TABLES:
        return False
    try:
        with gzip.open(path) if suffix.endswith(".gz") else path.open("rb") as file:
            return file.read(LONGEST).startswith(BEGINNINGS)
    except (OSError, EOFError, zlib.error):
        return False

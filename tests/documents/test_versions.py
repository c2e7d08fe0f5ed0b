"""What readers make of fixed bytes is pinned: when an output moves, the reader's VERSION must be raised with it."""

import pytest

from kgbuild.documents.read import COMMON_VERSION, READER_VERSION
from kgbuild.documents.split import VERSION as SPLIT_VERSION
from kgbuild.documents.split import split
from kgbuild.hashing import digest
from tests.documents.helpers import DATA, readings
from tests.documents.test_docx import docx, p
from tests.documents.test_html import FILING, PAGE
from tests.documents.test_markdown import POST
from tests.documents.test_records import HHS

SAMPLES = {
    "a.txt": b"Agenda\n======\n- First thing\n\nAnn Smith of Acme Inc. went to the opening of the\nnew office in Washington, D.C.\n",
    "a.md": POST.encode(),
    "a.html": PAGE.encode(),
    "filing.html": FILING.encode(),
    "a.csv": HHS.encode(),
    "a.json": b'[{"id": 1, "title": "T one", "text": "Ann Smith works for Acme Inc."}, {"id": 2, "text": "Bob does not."}]',
    "a.pdf": (DATA / "scotus-transcript-p1.pdf").read_bytes(),
    "a.docx": docx(p("Report", properties='<w:pStyle w:val="Heading1"/>') + p("Ann Smith works for Acme Inc.")),
}

PINNED = {
    "a.txt": ((5, 2, 4), "oc67gveddztpafgebkxjsrcvxi"),
    "a.md": ((5, 6, 4), "357xdc7wm7hhov3q2lam5mox34"),
    "a.html": ((5, 6, 4), "6a6lx4hucvf7nmfjpe3ieyi64e"),
    "filing.html": ((5, 6, 4), "gf5u4rvvtid7b6xiyrluvkqxva"),
    "a.csv": ((5, 9, 4), "w2s3neavo2a4bfmcculbz5y5uq"),
    "a.json": ((5, 9, 4), "nkh6amxqqlc76fs3f2hd2gzdeq"),
    "a.pdf": ((5, 3, 4), "n25i2ejswasyllgjlxw44e54dq"),
    "a.docx": ((5, 4, 4), "yqstlpoi2xeqkv3yz734g5xyrq"),
}


def outcome(name):
    """Versions and digest of all that is read from a sample, passages included."""
    found = readings(name, SAMPLES[name])
    parts = [
        (
            r.source.uri,
            r.source.document,
            r.source.metadata,
            tuple((q.start, q.text, q.language, q.sentences) for q in split(r.document)),
        )
        for r in found
    ]
    suffix = name[name.index(".") :]
    return (COMMON_VERSION, READER_VERSION[suffix], SPLIT_VERSION), digest("pin", tuple(parts))


@pytest.mark.parametrize("name", SAMPLES)
def test_readings_move_only_with_their_version(name):
    assert outcome(name) == PINNED[name]

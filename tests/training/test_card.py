"""A card names the terms of data that is known by its content, never by its file's name."""

import pytest

from kgbuild.training.card import KNOWN, licences


def record(encoder, *digests):
    files = [{"role": "train", "file": "train.json", "digest": digest} for digest in digests]
    return {"encoder": encoder, "files": [*files, {"role": "dev", "file": "dev.json", "digest": "d"}]}


@pytest.mark.parametrize(
    ("made", "named", "reminds"),
    [
        (record("bundled", *KNOWN), ("Apache-2.0", "MIT", "CC BY-SA 4.0", "CC BY 4.0"), False),
        (record("bundled", "x"), ("Apache-2.0",), True),
        (record("model abc", *KNOWN), ("MIT",), True),
    ],
)
def test_what_is_known_is_named_and_all_else_is_asked_for(made, named, reminds):
    text = licences(made)
    assert all(words in text for words in named)
    assert ("before passing them on" in text) is reminds
    assert text.count("Re-DocRED") <= 1

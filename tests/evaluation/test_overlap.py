from dataclasses import replace

from kgbuild.corpora.gold import naturally, parse_columns
from kgbuild.evaluation.overlap import count_seen, document_digest
from kgbuild.hashing import digest

COLUMNS = "-DOCSTART- O\n\nAnna B-PER\n, O\n\n-DOCSTART- O\n\nBerlin B-LOC\n"


def test_a_document_is_known_by_its_text_in_any_spacing_and_any_tokens():
    documents = parse_columns(COLUMNS)
    assert document_digest(["Anna", ","]) == document_digest(["An", "na ,"]) != document_digest(["Anna"])
    trained = [document_digest(["Anna", ","]), document_digest(["Paris"])]
    assert count_seen(documents, trained) == count_seen(map(naturally, documents), trained) == 1
    assert count_seen(documents, []) == 0


def test_lists_of_older_models_are_of_tokens():
    documents = parse_columns(COLUMNS)
    assert count_seen(documents, [digest("document", "Anna ,")[:12]]) == 1
    assert count_seen(documents, [digest("document", "An na ,")[:12]]) == 0


def test_documents_without_a_token_were_not_trained_on():
    """One of ten was enough to have a corpus refused, as all of them are alike."""
    (document, *_) = parse_columns(COLUMNS)
    empty = replace(document, text="", tokens=(), offsets=(), sentences=(), mentions=(), clusters=(), tags=())
    assert count_seen([document, empty], [document_digest(())]) == 0

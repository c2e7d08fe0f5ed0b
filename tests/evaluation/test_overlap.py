from kgbuild.corpora.gold import naturally, parse_columns
from kgbuild.evaluation.overlap import count_seen, document_digest
from kgbuild.hashing import digest

COLUMNS = "-DOCSTART- O\n\nAnna B-PER\n, O\n\n-DOCSTART- O\n\nBerlin B-LOC\n"


def test_a_document_is_known_by_its_tokens_in_any_spacing():
    documents = parse_columns(COLUMNS)
    assert document_digest(["Anna", ","]) == digest("document", "Anna ,")[:12]
    trained = [document_digest(["Anna", ","]), document_digest(["Paris"])]
    assert count_seen(documents, trained) == count_seen(map(naturally, documents), trained) == 1
    assert count_seen(documents, []) == 0

import pytest

from kgbuild.corpora.maps import apply_map, read_map
from kgbuild.errors import UsageError
from tests.corpora.made import facts, read, surfaces

TEXT = " Ann, born in Riga, is the daughter of Bo. She runs Acme."


def row(property, subj=None, obj=None, text=TEXT, start=100, doc="7"):
    ends = {}
    for name, surface in (("subj", subj), ("obj", obj)):
        at = None if surface is None else text.index(surface) - 1 + start
        ends[name] = ["-", "-"] if at is None else [str(at), str(at + len(surface))]
        ends[f"{name}_text"], ends[f"{name}_uri"] = surface, None
    return {
        "fold": "1",
        "doc": doc,
        "passage": [str(start), str(start + len(text) - 1)],
        "property": property,
        "text": text,
        **ends,
    }


ROWS = [
    row("PLACE_OF_BIRTH", "Ann", "Riga"),
    row("CEO", "Acme", "She"),
    row("SPOUSE", text=" Nobody married."),
    row("CHILD_OF", "Ann", "Bo"),
    row("SPOUSE"),
]


def test_lines_of_a_passage_are_one_document_with_partial_labels(tmp_path):
    corpus = read(tmp_path, ROWS)
    one, two = corpus.documents
    assert (corpus.format, one.name) == ("knowledgenet", "7:100")
    assert one.text == TEXT[1:]
    assert surfaces(one) == [("Ann", "PER"), ("Riga", "LOC"), ("Bo", "PER"), ("She", "PER"), ("Acme", "ORG")]
    assert set(facts(one)) == {("Ann", "PLACE_OF_BIRTH", "Riga"), ("Acme", "CEO", "She"), ("Ann", "CHILD_OF", "Bo")}
    assert (one.complete, one.linked, one.has_relations) == (False, False, True)
    assert one.relation_labels == ("CEO", "CHILD_OF", "PLACE_OF_BIRTH", "SPOUSE")
    assert (two.relations, two.relation_labels, two.has_relations) == ((), ("SPOUSE",), True)


def test_the_shipped_map_turns_child_of_round(tmp_path):
    (one, two) = apply_map(read(tmp_path, ROWS).documents, read_map("knowledgenet"))
    assert set(facts(one)) == {("Ann", "P19", "Riga"), ("Acme", "P169", "She"), ("Bo", "P40", "Ann")}
    assert one.relation_labels == ("P169", "P19", "P26", "P40")
    assert two.relation_labels == ("P26",)
    assert len(one.mentions) == 5


PUBLISHED = {
    "fold": 1,
    "documentId": "7",
    "documentText": "Hello. Ann was born in Riga. Bo too.",
    "passages": [
        {
            "passageId": "7:7:28", "passageStart": 7, "passageEnd": 28, "passageText": "Ann was born in Riga.",
            "exhaustivelyAnnotatedProperties": [
                {"propertyId": "3", "propertyName": "SPOUSE"}, {"propertyId": "12", "propertyName": "PLACE_OF_BIRTH"},
            ],
            "facts": [
                {
                    "propertyId": "12", "subjectStart": 7, "subjectEnd": 10, "subjectText": "Ann", "subjectUri": "",
                    "objectStart": 23, "objectEnd": 27, "objectText": "Riga", "objectUri": "",
                }
            ],
        },
        {"passageId": "7:29:36", "passageStart": 29, "passageEnd": 36, "exhaustivelyAnnotatedProperties": [], "facts": []},
    ],
}  # fmt: skip


def test_documents_as_published_are_read_too(tmp_path):
    corpus = read(tmp_path, [PUBLISHED])
    (document,) = corpus.documents
    assert (corpus.format, document.name, document.text) == ("knowledgenet", "7:7", "Ann was born in Riga.")
    assert facts(document) == [("Ann", "PLACE_OF_BIRTH", "Riga")]
    assert document.relation_labels == ("PLACE_OF_BIRTH", "SPOUSE")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            row("CEO", "Acme", "She") | {"obj": ["141", "144"]},
            "line 2: the text at 141-144 is ' Sh', the annotation says 'She'",
        ),
        (row("CEO", "Acme", "She") | {"text": TEXT[1:]}, "does not begin with the blank"),
        (row("CEO", "Acme", "She") | {"obj": ["99", "102"]}, "not inside of its passage"),
        (row("BOSS", "Acme", "She"), "property 'BOSS'"),
        (PUBLISHED | {"documentText": "Hello. Bob was born in Riga. Bo too."}, "7-10 is 'Bob', the annotation says 'Ann'"),
        (row("CEO", "Acme", "She") | {"obj": ["x", "102"]}, "not KnowledgeNet's format"),
    ],
)
def test_offsets_that_do_not_fit_are_refused(tmp_path, bad, message):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, [ROWS[0], bad])

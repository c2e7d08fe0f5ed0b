import json

import pytest
from hypothesis import given, settings

from kgbuild.corpora import labelstudio, own
from kgbuild.corpora.formats import read_corpus
from kgbuild.corpora.making import annotated, from_text
from kgbuild.corpora.reading import Content, Reading, parse_rows
from kgbuild.errors import UsageError
from tests.corpora.made import documents, facts, read, surfaces

TEXT = "Ann joined Acme."


def label(id, start, end, text, *labels):
    value = {"start": start, "end": end, "text": text, "labels": list(labels)}
    return {"id": id, "from_name": "ner", "to_name": "t", "type": "labels", "value": value}


def relation(head, tail, *labels, direction="right"):
    return {"type": "relation", "from_id": head, "to_id": tail, "direction": direction, "labels": list(labels)}


RESULT = [label("x", 0, 3, "Ann", "PER"), label("y", 11, 15, "Acme", "ORG"), relation("x", "y", "JOINED")]


def task(result=RESULT, text=TEXT, **more):
    return {"id": 7, "data": {"text": text}, "annotations": [{"result": result}], **more}


def export(*tasks):
    return json.dumps(list(tasks))


def parsed(text):
    reading = Reading("made")
    found = labelstudio.read(Content(None, text, parse_rows(text, reading)), reading)
    reading.refuse_if_bad()
    return found


def test_labels_are_mentions_and_relations_are_relations(tmp_path):
    corpus = read(tmp_path, export(task()))
    (document,) = corpus.documents
    assert (corpus.format, document.name, document.text) == ("labelstudio", "7", TEXT)
    assert surfaces(document) == [("Ann", "PER"), ("Acme", "ORG")]
    assert facts(document) == [("Ann", "JOINED", "Acme")]
    assert (document.linked, document.complete, document.tokenised) == (False, True, False)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("left", [("Acme", "JOINED", "Ann")]),
        ("bi", [("Ann", "JOINED", "Acme"), ("Acme", "JOINED", "Ann")]),
    ],
)
def test_the_direction_of_a_relation_counts(tmp_path, direction, expected):
    result = [*RESULT[:2], relation("x", "y", "JOINED", direction=direction)]
    assert facts(read(tmp_path, export(task(result))).documents[0]) == expected


def test_without_any_relation_relations_are_not_annotated(tmp_path):
    assert not read(tmp_path, export(task(RESULT[:2]))).documents[0].has_relations
    both = read(tmp_path, export(task(RESULT[:2]), task())).documents
    assert [document.has_relations for document in both] == [True, True]


def test_what_is_not_read_is_counted(tmp_path):
    choice = {"id": "z", "type": "choices", "value": {"choices": ["news"]}}
    cancelled = {"result": [], "was_cancelled": True}
    corpus = read(
        tmp_path,
        export(
            task([label("v", 4, 10, "joined"), *RESULT, choice, relation("x", "y")]),
            task(annotations=[cancelled]),
            task(annotations=[cancelled, {"result": RESULT}, {"result": []}]),
        ),
    )
    assert [len(document.mentions) for document in corpus.documents] == [2, 2]
    notes = " ".join(corpus.notes)
    assert "tasks without an annotation, left out: 1" in notes
    assert "tasks with several annotations, of which the first is read: 1" in notes
    assert facts(corpus.documents[0]) == [("Ann", "JOINED", "Acme")]
    assert "results that are no labels of a text (or have none) and no relations, left out: 2" in notes
    assert "relations without a label, left out: 1" in notes


def test_offsets_in_utf16_units_are_noticed_where_only_they_fit(tmp_path):
    result = [label("x", 3, 6, "Ann", "PER"), label("y", 14, 18, "Acme", "ORG")]
    corpus = read(tmp_path, export(task(result, "💩 Ann joined Acme.")))
    assert surfaces(corpus.documents[0]) == [("Ann", "PER"), ("Acme", "ORG")]
    assert any("UTF-16" in note for note in corpus.notes)
    result = [label("x", 2, 5, "Ann", "PER"), label("y", 13, 17, "Acme", "ORG")]
    corpus = read(tmp_path, export(task(result, "💩 Ann joined Acme.")))
    assert surfaces(corpus.documents[0]) == [("Ann", "PER"), ("Acme", "ORG")]
    assert not any("UTF-16" in note for note in corpus.notes)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (task([label("x", 1, 4, "Ann", "PER")]), "document 2: the text at 1-4 is 'nn ', the annotation says 'Ann'"),
        (task([label("x", 1, 4, "Ann", "PER")], "💩💩 Ann"), "the text at 1-4 is"),
        (task([*RESULT[:2], relation("x", "w", "JOINED")]), "region 'w'"),
        ({"data": {"a": "x", "b": "y"}, "annotations": [{"result": []}]}, "which of a, b in `data` is the text"),
        (task([label("x", 0, 99, "Ann", "PER")]), "0-99"),
        ({"data": {"text": "x"}, "annotations": [{"result": 7}]}, "document 2: not Label Studio's format"),
    ],
)
def test_a_bad_task_is_named(tmp_path, bad, message):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, export(task(), bad))


def test_a_region_without_its_text_is_taken_at_its_word(tmp_path):
    result = [{"id": "x", "type": "labels", "value": {"start": 0, "end": 3, "labels": ["PER"]}}]
    assert surfaces(read(tmp_path, export(task(result))).documents[0]) == [("Ann", "PER")]


def test_the_minimal_export_is_read_too(tmp_path):
    region = {"start": 0, "end": 3, "text": "Ann", "labels": ["PER"]}
    rows = [
        {"id": 9, "body": TEXT, "entities": [region], "annotator": 1, "created_at": "2024-01-01T00:00:00Z", "lead_time": 5.1},
        {"id": 8, "text": TEXT, "label": [region], "created_at": "2024-01-01T00:00:00Z"},
    ]
    corpus = read(tmp_path, json.dumps(rows))
    assert corpus.format == "labelstudio"
    assert [(d.name, d.text, surfaces(d), d.has_relations) for d in corpus.documents] == [
        ("9", TEXT, [("Ann", "PER")], False), ("8", TEXT, [("Ann", "PER")], False),
    ]  # fmt: skip


def test_the_interface_names_labels_and_relations_of_the_documents():
    (document,) = parsed(
        export(task([label("x", 0, 3, "Ann", 'A"<'), label("y", 11, 15, "Acme", "ORG"), relation("x", "y", "J&J")]))
    )
    assert labelstudio.interface([document]) == (
        '<View><Labels name="label" toName="text"><Label value="A&quot;&lt;"/><Label value="ORG"/></Labels>'
        '<Relations><Relation value="J&amp;J"/></Relations><Text name="text" value="$text"/></View>'
    )


@pytest.mark.parametrize("surface", ["Acme\nCorp", "AcmeCorp", "Acme\\nCorp", "Acme Corp"])
def test_line_ends_may_be_lost_in_a_surface(tmp_path, surface):
    result = [label("x", 0, 9, surface, "ORG")]
    assert surfaces(read(tmp_path, export(task(result, "Acme\nCorp grew."))).documents[0]) == [("Acme\nCorp", "ORG")]


def test_several_labels_of_a_region_are_several_mentions(tmp_path):
    (document,) = read(tmp_path, export(task([label("x", 0, 3, "Ann", "PER", "HERO")]))).documents
    assert surfaces(document) == [("Ann", "PER"), ("Ann", "HERO")]


def test_a_relation_of_clusters_is_written_between_the_closest_mentions():
    reading = Reading("made")
    text = "Ann rose. She joined Acme."
    document = from_text("d", text, [(0, 3, "PER"), (10, 13, "PER"), (21, 25, "ORG")], reading)
    document = annotated(document, reading, [[0, 1]], [(0, 2, "JOINED", ())])
    (written,) = json.loads(labelstudio.write([document]))
    last = written["annotations"][0]["result"][-1]
    assert (last["from_id"], last["to_id"], last["labels"]) == ("m1", "m2", ["JOINED"])


@settings(deadline=None)
@given(documents(linked=False))
def test_label_studio_is_written_and_read_again(document):
    (again,) = parsed(labelstudio.write([document]))
    assert (again.text, again.mentions, again.tokens, again.sentences) == (
        document.text, document.mentions, document.tokens, document.sentences,
    )  # fmt: skip
    assert again.relations == document.relations
    assert again.name == document.name


@settings(deadline=None)
@given(documents(linked=False))
def test_label_studio_by_way_of_kgbuilds_own_is_the_same(document):
    first = labelstudio.write(parsed(labelstudio.write([document])))
    reading = Reading("made")
    line = own.write(parsed(first))
    (between,) = own.read(Content(None, line, parse_rows(line, reading)), reading)
    assert labelstudio.write([between]) == first


def test_an_empty_export_holds_no_document(tmp_path):
    path = tmp_path / "export.json"
    path.write_text("[]")
    assert read_corpus(path).documents == ()

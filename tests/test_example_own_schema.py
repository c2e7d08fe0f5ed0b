"""The example own-schema: its files are read, its schema fits its labels, its page's commands are commands, and its rule holds."""

import json
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest

from kgbuild.cli.main import command_line
from kgbuild.cli.session import Session
from kgbuild.corpora.formats import read_corpus
from kgbuild.corpora.maps import labels_of
from kgbuild.documents.read import ReadOptions, read_file
from kgbuild.documents.walk import File
from kgbuild.schema import Kind, load_schema

FOLDER = Path(__file__).parents[1] / "examples" / "own-schema"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("kgbuild ")
]


def documents(name):
    return read_corpus(FOLDER / f"{name}.jsonl").documents


@pytest.mark.parametrize(("name", "count"), [("train", 200), ("dev", 60)])
def test_the_annotation_is_a_doccano_export_of_so_many_sentences(name, count):
    corpus = read_corpus(FOLDER / f"{name}.jsonl")
    assert (corpus.format, len(corpus.documents)) == ("doccano", count)
    assert all(5 <= len(document.tokens) <= 80 and document.has_relations for document in corpus.documents)
    assert sum(not document.relations for document in corpus.documents) == count // 5
    assert all(text == text.strip() for d in corpus.documents for text in (d.text[m.start : m.end] for m in d.mentions))


def test_no_sentence_is_for_training_and_for_scoring_or_reading():
    train, dev = ({document.text for document in documents(name)} for name in ("train", "dev"))
    clippings = [path.read_text(encoding="utf-8") for path in sorted((FOLDER / "documents").glob("*.md"))]
    assert len(train) == 200 and len(dev) == 60 and not train & dev
    assert len(clippings) == 3
    assert not any(text in page for text in train | dev for page in clippings)


def test_every_relation_is_there_often_enough_to_be_learned():
    counts = Counter(relation.label for document in documents("train") for relation in document.relations)
    assert len(counts) == 7 and min(counts.values()) >= 30
    assert {relation.label for document in documents("dev") for relation in document.relations} == counts.keys()


def test_the_schema_maps_every_label_of_the_annotation_and_no_other():
    schema = load_schema(FOLDER / "finance.yaml")
    types, relations = labels_of(documents("train"))
    assert schema.check_labels(types, relations) == ()
    assert labels_of(documents("dev"))[0] <= types
    assert schema.type("Position").kind is Kind.VALUE and schema.relation("HAS_POSITION").property == "position_held"
    assert schema.type("Place").labels == ("GeopoliticalEntity", "Location")


def test_nearly_all_annotated_relations_hold_between_types_that_the_schema_lets_them_join():
    schema = load_schema(FOLDER / "finance.yaml")
    kept = []
    for document in documents("train"):
        kinds = [schema.type_of(document.mentions[cluster[0]].type).name for cluster in document.clusters]
        for one in document.relations:
            relation = schema.relation_of(one.label)
            kept.append(kinds[one.head] in relation.head and kinds[one.tail] in relation.tail)
    assert sum(kept) / len(kept) > 0.95


def test_its_documents_are_read():
    for path in sorted((FOLDER / "documents").glob("*.md")):
        (reading,) = read_file(File(path, path.name, path.name, ".md"), path.read_bytes(), ReadOptions())
        assert len(reading.document.blocks) == 17, path


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_is_one_of_kgbuild(line):
    name, *words = shlex.split(line, comments=True)[1:]
    command_line().commands[name].make_context(name, words, obj=Session())  # refuses unknown options and missing arguments


def test_the_page_goes_from_the_annotation_to_a_graph():
    used = [shlex.split(line)[1] for line in COMMANDS]
    wanted = ["convert", "train", "evaluate", "init", "use", "run", "query", "explain"]
    assert list(dict.fromkeys(word for word in used if word in wanted)) == wanted
    assert "--lora" in PAGE and "--report" in PAGE and "--init default" in PAGE
    assert "What 200 sentences do not give" in PAGE


def test_what_the_files_are_made_of_is_attributed():
    sources = (FOLDER.parent / "SOURCES.txt").read_text(encoding="utf-8")
    assert "FIRE" in sources and "CC BY 4.0" in sources
    assert "CC BY 4.0" in PAGE


def test_rows_are_as_doccano_writes_them():
    row = json.loads((FOLDER / "train.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert list(row) == ["id", "text", "entities", "relations"]
    assert list(row["entities"][0]) == ["id", "label", "start_offset", "end_offset"]

"""What a run works on, of files of several kinds: nothing is lost on the way, and what was not annotated is said."""

import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ConfigError, UsageError  # noqa: E402
from kgbuild.training import run  # noqa: E402
from kgbuild.training.batches import taking_turns  # noqa: E402
from kgbuild.training.loop import TrainingConfig  # noqa: E402
from tests.training.documents import mention, write  # noqa: E402

CONFIG = TrainingConfig(epochs=1, precision="f32")
SHIPS = {
    "text": "Victoria left Lima.",
    "mentions": [{"start": 0, "end": 8, "type": "SHIP"}, {"start": 14, "end": 18, "type": "PORT"}],
}
GERMAN = (
    "Der Vorstand der Gesellschaft hat am Dienstag beschlossen, dass die Fabrik in Leipzig bis zum Ende des Jahres geschlossen wird. "
    "Nach Angaben der Gewerkschaft sind davon mehr als zweihundert Beschäftigte betroffen, die nun auf neue Verträge hoffen."
)


def rows(path, *items):
    path.write_text("".join(json.dumps({"id": f"{path.stem}-{i}", **item}) + "\n" for i, item in enumerate(items)))
    return path


def gathered(encoder, data, dev, **more):
    return run.gather(data, dev, None, encoder, None, "tiny", **more)


def test_a_column_file_without_documents_is_learned_from_in_runs_as_dev_is_read(encoder, tmp_path):
    for name, word in (("train", "works"), ("dev", "lives")):
        (tmp_path / name).write_text(f"Anna B-PER\n{word} O\nin O\nBerlin B-LOC\n\n" * 150)
    material = gathered(encoder, [tmp_path / "train"], tmp_path / "dev")
    assert [len(some) for some in (material.documents, material.dev)] == [3, 3]


@pytest.mark.parametrize("dev", ["ships", "mixed"])
def test_types_that_the_annotators_of_dev_never_looked_for_count_neither_as_right_nor_as_wrong(encoder, tmp_path, dev):
    people, ships = write(tmp_path / "people.json", 3), rows(tmp_path / "ships.jsonl", *[SHIPS] * 2)
    only_ports = SHIPS | {"text": "He left for Lima.", "mentions": [{"start": 12, "end": 16, "type": "PORT"}]}
    chosen = {"ships": rows(tmp_path / "a.jsonl", only_ports), "mixed": rows(tmp_path / "b.jsonl", SHIPS, only_ports)}[dev]
    material = gathered(encoder, [people, ships], chosen)
    assert {document.types for document in material.dev} == {frozenset({"SHIP", "PORT"})}
    alone = gathered(encoder, [ships], chosen)
    assert {document.types for document in alone.dev} == {None}


def test_documents_that_teach_nothing_are_said(encoder, tmp_path, caplog):
    """Half of a file was left out without a word; and where nothing was left, it was said to hold no mention."""
    part = SHIPS | {"text": "Victoria left Bonn.", "complete": False}
    dev = rows(tmp_path / "dev.jsonl", SHIPS | {"text": "Victoria left Oslo."})
    material = gathered(encoder, [rows(tmp_path / "data.jsonl", SHIPS, part)], dev)
    assert len(material.documents) == 1
    assert "1 document left out: neither all mentions nor a relation between two of them are annotated" in caplog.text
    with pytest.raises(
        ConfigError, match="nor a relation between two of them are annotated, in each of .*: nothing to train on"
    ):
        gathered(encoder, [rows(tmp_path / "part.jsonl", part)], dev)


def test_documents_of_dev_that_are_also_learned_from_in_another_file_are_said(encoder, tmp_path, caplog):
    data = rows(tmp_path / "data.jsonl", SHIPS, SHIPS | {"text": "Victoria left Rome."})
    gathered(encoder, [data], rows(tmp_path / "dev.jsonl", SHIPS, SHIPS | {"text": "Victoria left Oslo."}))
    assert "1 of the 2 documents of " in caplog.text
    assert "are also learned from" in caplog.text


def test_a_model_that_was_trained_further_knows_all_documents_of_both_trainings(encoder, tmp_path, files):
    run.train(*files, tmp_path / "first", encoder=encoder, config=CONFIG)
    ships, dev = rows(tmp_path / "ships.jsonl", SHIPS), rows(tmp_path / "dev.jsonl", SHIPS | {"text": "Victoria left Oslo."})
    run.train([ships], dev, tmp_path / "second", init=tmp_path / "first", config=CONFIG)
    first, second = (json.loads((tmp_path / name / "training.json").read_text())["documents"] for name in ("first", "second"))
    assert set(first) < set(second)
    assert len(second) == len(set(first)) + 1


def test_what_a_student_reads_is_what_its_teachers_read(encoder, tmp_path, files):
    run.train(*files, tmp_path / "teacher", encoder=encoder, config=CONFIG, languages=["de"])
    material = gathered(encoder, list(files[0]), files[1], teachers=[tmp_path / "teacher"])
    assert material.recipe.spec.languages == ("de",)


def test_documents_in_a_language_that_the_model_will_not_read_are_said(encoder, tmp_path, caplog):
    german = [{"text": GERMAN, "mentions": [{"start": 78, "end": 85, "type": "LOC"}]}] * 2
    data, dev = rows(tmp_path / "data.jsonl", *german), rows(tmp_path / "dev.jsonl", german[0] | {"text": f"{GERMAN} Gut."})
    run.data_report(gathered(encoder, [data], dev), CONFIG)
    assert "--language de" in caplog.text
    caplog.clear()
    run.data_report(gathered(encoder, [data], dev, languages=["de"]), CONFIG)
    assert "--language" not in caplog.text


def test_documents_that_are_not_read_in_every_epoch_are_said(encoder, tmp_path, caplog):
    caplog.set_level("INFO")
    people = write(tmp_path / "people.json", 3)
    places = rows(
        tmp_path / "places.jsonl", *[{"text": "He left for Lima.", "mentions": [{"start": 12, "end": 16, "type": "LOC"}]}] * 2
    )
    run.data_report(gathered(encoder, [people, places], write(tmp_path / "dev.json", 1)), CONFIG)
    assert "2 documents in which not everything is annotated take turns, one in 4 an epoch" in caplog.text
    caplog.clear()
    run.data_report(gathered(encoder, [people], tmp_path / "dev.json"), CONFIG)
    assert "take turns" not in caplog.text


def test_files_that_lack_a_rare_type_by_chance_are_read_in_every_epoch(encoder, tmp_path):
    """Of a project's four files three were read a quarter as often as the one in which the rare type stood."""
    people = [write(tmp_path / f"people{number}.json", 3) for number in range(3)]
    ship = rows(tmp_path / "ships.jsonl", {"text": "Victoria left Lima.", "mentions": [{"start": 0, "end": 8, "type": "SHIP"}]})
    more = json.loads(people[0].read_text())
    more[0]["vertexSet"].append([mention(0, 2, 3, "SHIP")])
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(more))
    dev = write(tmp_path / "dev.json", 1)
    assert taking_turns(gathered(encoder, [*people[1:], whole], dev).documents) == frozenset()
    assert taking_turns(gathered(encoder, [*people[1:], whole, ship], dev).documents) == {9}


@pytest.mark.parametrize("content", ["[]", '[{"title": "a", "sents": [["x", "y"]], "vertexSet": []}]'])
def test_a_dev_file_by_which_nothing_can_be_chosen_is_refused(encoder, tmp_path, content):
    """All epochs were trained, and the model that came of it found nothing."""
    (tmp_path / "dev.json").write_text(content)
    with pytest.raises(
        ConfigError, match=r"dev\.json holds no annotated mention: nothing to choose the best epoch and thresholds by"
    ):
        gathered(encoder, [write(tmp_path / "data.json", 1)], tmp_path / "dev.json")


def test_that_dev_says_nothing_of_relations_is_said(encoder, tmp_path, caplog):
    people = write(tmp_path / "people.json", 2)
    run.data_report(gathered(encoder, [people], write(tmp_path / "dev.json", 1, related=False)), CONFIG)
    assert "no document of dev has its relations annotated: they are not scored, and no build takes any" in caplog.text


def test_what_is_resumed_knows_files_of_one_name_their_order_and_what_a_label_map_says(encoder, tmp_path):
    """A run went on with another file, other labels or another order of its files, and ended as no unbroken run would."""
    for name, count in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "train.json", count)
    dev, labels = write(tmp_path / "dev.json", 2), tmp_path / "map.yaml"
    labels.write_text("relations: {P108: A, P19: B}\n")
    one, two = (f"{tmp_path / name / 'train.json'}@{labels}" for name in "ab")

    def sources(data):
        return gathered(encoder, data, dev).sources

    before = sources([one, two])
    assert sources([one, two]) == before and sources([two, one]) != before
    labels.write_text("relations: {P108: B, P19: A}\n")
    assert sources([one, two]) != before
    labels.write_text("relations: {P108: A, P19: B}\n")
    write(tmp_path / "a" / "train.json", 3)
    assert sources([one, two]) != before


def test_the_digest_of_a_folder_is_also_of_the_folders_inside(encoder, tmp_path):
    """brat's are read with the folders inside."""
    folder = tmp_path / "brat" / "inside"
    folder.mkdir(parents=True)
    for name, text in (("a", "Anna left ."), ("b", "Anna came .")):
        (folder / f"{name}.txt").write_text(text)
        (folder / f"{name}.ann").write_text("T1\tPER 0 4\tAnna\n")
    dev = write(tmp_path / "dev.json")
    before = gathered(encoder, [tmp_path / "brat"], dev)
    (folder / "b.txt").write_text("Anna went .")
    after = gathered(encoder, [tmp_path / "brat"], dev)
    assert len(before.documents) == 2 and before.inputs != after.inputs


def test_empty_documents_are_not_said_to_be_learned_from(encoder, tmp_path, caplog):
    empty = {"text": "", "mentions": []}
    gathered(
        encoder,
        [rows(tmp_path / "data.jsonl", SHIPS, empty)],
        rows(tmp_path / "dev.jsonl", {**SHIPS, "text": "Victoria left Oslo."}, empty),
    )
    assert "also learned from" not in caplog.text


def test_a_dev_file_that_shares_no_type_with_the_training_data_is_refused(encoder, tmp_path):
    """All epochs were trained, and every score was 0: the reason stood in the middle of a line."""
    people = write(tmp_path / "people.json", 2)
    ships = rows(tmp_path / "ships.jsonl", *[SHIPS] * 2)
    with pytest.raises(
        UsageError,
        match=r"ships\.jsonl and the training data have no mention type in common.*PORT 2, SHIP 2, here LOC, ORG, PER",
    ):
        gathered(encoder, [people], ships)


def test_a_dev_file_that_is_learned_from_under_another_name_is_refused(encoder, tmp_path):
    rows(tmp_path / "dev.jsonl", SHIPS)
    rows(tmp_path / "all.jsonl", SHIPS, SHIPS | {"text": "Victoria left Oslo."})
    with pytest.raises(ConfigError, match=r"all 1 document of .*dev\.jsonl are also learned from"):
        gathered(encoder, [tmp_path / "all.jsonl"], tmp_path / "dev.jsonl")


def test_texts_that_stand_twice_in_the_training_data_are_said(encoder, tmp_path, caplog):
    rows(tmp_path / "data.jsonl", SHIPS, SHIPS, SHIPS | {"text": "Victoria left Oslo."})
    gathered(encoder, [tmp_path / "data.jsonl"], rows(tmp_path / "dev.jsonl", SHIPS | {"text": "Victoria left Bonn."}))
    assert "1 of 3 documents to train on have the text of another one" in caplog.text

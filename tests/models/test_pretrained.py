"""The bundled model: complete, sound, small enough, and honest about where it comes from. Needs neither torch nor a runtime."""

import json
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from kgbuild.models.directory import read_directory
from kgbuild.models.pieces import CASES, load_tokenizer, split

FOLDER = Path(str(files("kgbuild") / "pretrained"))


@pytest.fixture(scope="module")
def spec():
    return read_directory(FOLDER).spec


@pytest.fixture(scope="module")
def tensors():
    with safe_open(FOLDER / "model.safetensors", framework="numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (it is no dict)


def test_it_has_the_six_types_and_the_relations_of_its_training_data(spec):
    assert spec.types == ("PER", "ORG", "LOC", "TIME", "NUM", "MISC")
    assert len(spec.relations) == 96 and "P169" in spec.relations
    assert "P1198" not in spec.relations
    assert {relation for _, relation, _ in spec.mask} == set(spec.relations)


def test_its_weights_have_the_shapes_that_its_config_implies(spec, tensors):
    hidden, size, block = spec.encoder.hidden, spec.relation_head.size, spec.relation_head.block
    expected = {
        "encoder.bert.embeddings.word_embeddings.weight": (spec.encoder.vocab, hidden),
        "encoder.case.weight": (len(CASES), hidden),
        "ner.linear.weight": (len(spec.tags), hidden),
        "relation.ends.weight": (2 * size, 2 * hidden),
        "relation.context.weight": (2 * size, hidden),
        "relation.types.weight": (len(spec.types), 2 * size),
        "relation.bilinear.weight": (len(spec.relations) + 1, size * block),
    }
    assert {name: tensors[name].shape for name in expected} == expected
    parts = (5, 16 * spec.encoder.layers, 1, 2, 6, 7, 6)  # embeddings, layers, cases, ner, relation, coreference, pruner
    assert len(tensors) == sum(parts)
    assert {tensor.dtype for tensor in tensors.values()} == {np.dtype(np.float16)}
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())


def test_its_tokenizer_knows_the_special_pieces_and_cuts_nothing_off(spec):
    tokenizer = load_tokenizer(FOLDER / "tokenizer.json")
    names = (spec.special.pad, spec.special.cls, spec.special.sep)
    assert [tokenizer.id_to_token(number) for number in names] == ["[PAD]", "[CLS]", "[SEP]"]
    assert len(split(tokenizer, "word " * 1000)) == 1000


def test_what_it_says_of_its_training_names_no_path_of_a_machine():
    said = "".join((FOLDER / name).read_text("utf-8") for name in ("training.json", "metrics.json", "README.md"))
    assert json.loads((FOLDER / "training.json").read_text("utf-8"))["command"].startswith("kgbuild train ")
    assert re.findall(r"(?<![\w.~:/])/\w+/[\w./-]+|\b[A-Z]:\\\w+", said) == []


def test_its_default_thresholds_are_not_laxer_than_the_benchmark_ones():
    model = read_directory(FOLDER)
    for name in ("spans", "country", "other"):
        assert getattr(model.default, name) is None or getattr(model.default, name) >= getattr(model.benchmark, name)
    assert min(model.benchmark.spans, model.benchmark.other) >= model.spec.floors.links


def test_its_recorded_scores_reach_what_was_asked_of_it():
    metrics = json.loads((FOLDER / "metrics.json").read_text())
    assert metrics["documents"] == 500
    assert metrics["ner"]["f1"] >= 87
    assert metrics["relations_gold"]["f1"] >= 65
    assert metrics["calibration_error"]["links"] <= 0.02


def test_its_card_names_data_command_and_licences():
    card = (FOLDER / "README.md").read_text()
    for words in (
        "kgbuild train redocred/train.json",
        "Apache-2.0",
        "MIT",
        "CC BY-SA",
        "CC BY 4.0",
        "Seed 1",
        "What it is not for",
    ):
        assert words in card
    record = json.loads((FOLDER / "training.json").read_text())
    assert {item["file"] for item in record["files"] if item["role"] == "train"} == {
        "train.json", "entities_only.json", "knowledgenet.jsonl@knowledgenet",
        "train.json@fire", "training.jsonl",
    }  # fmt: skip
    assert all(len(item["digest"]) == 26 for item in record["files"])


def test_it_is_small_enough_to_ship():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 60_000_000

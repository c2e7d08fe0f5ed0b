"""A model directory's small files: read, checked, fingerprinted; every damage gives an error that names the file."""

import json
from dataclasses import replace

import pytest

from kgbuild.errors import ModelError
from kgbuild.models.directory import (
    FORMAT,
    Architecture,
    Calibration,
    EncoderSpec,
    Floors,
    ModelSpec,
    Platt,
    RelationSpec,
    Special,
    Thresholds,
    fingerprint,
    read_directory,
    write_calibration,
    write_spec,
    write_thresholds,
)
from kgbuild.models.pieces import BUCKETS, CASES
from kgbuild.models.viterbi import tag_names

SPEC = ModelSpec(
    name="toy", languages=("en",), precision="f32", max_pieces=512, buckets=BUCKETS, case_features=CASES,
    types=("PER", "LOC"), tags=tag_names(("PER", "LOC")), relations=("P19", "P27"), mask=(("PER", "P19", "LOC"),),
    encoder=EncoderSpec(32, 2, 4, 64, 100, 512, 1e-12, "gelu"), relation_head=RelationSpec(16, 4), floors=Floors(),
    special=Special(0, 2, 3),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    write_spec(tmp_path, SPEC)
    write_calibration(tmp_path, Calibration(Platt(0.7, 0.1), Platt(0.8, -0.2)))
    write_thresholds(tmp_path, Thresholds(500, 2700, 2700), Thresholds(5000, 6000, None))
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return tmp_path


def change(path, **values):
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_what_was_written_is_read(folder):
    model = read_directory(folder)
    assert model.spec == SPEC
    assert model.calibration.links == Platt(0.8, -0.2)
    assert model.thresholds("default").link("P27") == 6000
    assert model.thresholds("default").link("P19") is None
    assert model.thresholds("benchmark").link("P19") == 2700


def test_an_unknown_set_of_thresholds_is_an_error(folder):
    with pytest.raises(ModelError, match="benchmark or default"):
        read_directory(folder).thresholds("best")


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(ModelError, match="no model directory at .*nowhere"):
        read_directory(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["model.json", "model.safetensors", "tokenizer.json", "calibration.json", "thresholds.json"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        read_directory(folder)


@pytest.mark.parametrize("name", ["model.json", "calibration.json", "thresholds.json"])
@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"spans": 1, "benchmark": 2, "format": 1}', "\x00"])
def test_a_damaged_file_is_named(folder, name, content):
    (folder / name).write_text(content)
    with pytest.raises(ModelError, match=name):
        read_directory(folder)


@pytest.mark.parametrize("format", [FORMAT + 1, 99, "1", None])
def test_a_newer_format_asks_for_an_upgrade(folder, format):
    change(folder / "model.json", format=format)
    with pytest.raises(ModelError, match=r"model\.json is of format .*upgrade kgbuild"):
        read_directory(folder)


@pytest.mark.parametrize(
    ("file", "path", "value"),
    [
        ("model.json", ("max_pieces",), "512"), ("model.json", ("languages",), "en"), ("model.json", ("types",), {"PER": 1}),
        ("model.json", ("name",), None), ("model.json", ("mask",), [["PER", 19, "LOC"]]), ("model.json", ("mask",), [["PER"]]),
        ("model.json", ("encoder", "hidden"), 32.5), ("model.json", ("encoder", "eps"), "small"),
        ("model.json", ("encoder", "architecture"), "bert"), ("model.json", ("encoder", "architecture"), {"model_type": "bert"}),
        ("model.json", ("special", "cls"), True), ("model.json", ("special", "new"), 1), ("model.json", ("floors",), 500),
        ("model.json", ("relation_head", "size"), None), ("thresholds.json", ("default", "spans"), "500"),
        ("thresholds.json", ("benchmark", "other"), 0.5), ("calibration.json", ("spans", "slope"), [1.0]),
        ("calibration.json", ("links",), None), ("calibration.json", ("join",), "half"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_named(folder, file, path, value):
    data = json.loads((folder / file).read_text())
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    (folder / file).write_text(json.dumps(data))
    with pytest.raises(ModelError, match=f"{file} is damaged"):
        read_directory(folder)


def test_the_settings_of_another_family_are_kept(folder):
    config = {"vocab_size": 100, "layer_types": ["full_attention"], "rope_parameters": {"full_attention": {"rope_theta": 1e4}}}
    spec = replace(SPEC, encoder=replace(SPEC.encoder, architecture=Architecture("modernbert", config)))
    write_spec(folder, spec)
    assert read_directory(folder).spec == spec
    assert (spec.encoder.family, spec.encoder.config["vocab_size"]) == ("modernbert", 100)


def test_a_plain_bert_is_written_as_it_always_was(folder):
    assert "architecture" not in (folder / "model.json").read_text()
    assert (SPEC.encoder.family, SPEC.encoder.config) == ("bert", {})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": {"model_type": "mamba", "config": {}}}, "family 'mamba'"), ({"act": "wave"}, "activation 'wave'"),
        ({"hidden": 30}, "sizes contradict"), ({"layers": 0}, "sizes contradict"), ({"positions": 500}, "longer than the encoder"),
        ({"vocab": 3}, "outside the vocabulary"),
    ],
)  # fmt: skip
def test_an_encoder_that_cannot_be_is_refused(folder, changes, words):
    change(folder / "model.json", encoder={**json.loads((folder / "model.json").read_text())["encoder"], **changes})
    with pytest.raises(ModelError, match=words):
        read_directory(folder)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("tags", ["O"], "tags"), ("case_features", ["lower"], "case features"), ("buckets", [64], "buckets"),
        ("max_pieces", 1024, "buckets"), ("precision", "f8", "precision"), ("mask", [["PER", "P99", "LOC"]], "mask"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(folder, key, value, words):
    change(folder / "model.json", **{key: value})
    with pytest.raises(ModelError, match=words):
        read_directory(folder)


@pytest.mark.parametrize("name", ["model.json", "model.safetensors", "tokenizer.json", "calibration.json"])
def test_the_fingerprint_follows_what_decides_extractions(folder, name):
    before = fingerprint(folder)
    with (folder / name).open("a") as file:
        file.write("\n")
    assert fingerprint(folder) != before


def test_the_fingerprint_does_not_follow_thresholds_or_card(folder):
    before = fingerprint(folder)
    write_thresholds(folder, Thresholds(1, 1, 1), Thresholds(2, 2, 2))
    (folder / "README.md").write_text("card")
    assert fingerprint(folder) == before


def test_equal_specs_are_written_as_equal_bytes(folder, tmp_path):
    other = tmp_path / "again"
    other.mkdir()
    write_spec(other, replace(SPEC))
    assert (other / "model.json").read_bytes() == (folder / "model.json").read_bytes()

"""Precision int8: the copy that is written, what it computes, and what is said of a directory that does not fit."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from kgbuild.errors import ModelError, UsageError
from kgbuild.extraction.extractor import load
from kgbuild.extraction.ranges import FEWEST, quantize, seen_ranges
from kgbuild.extraction.runtime import make_batch
from kgbuild.extraction.runtime_openvino import OpenVinoRuntime
from kgbuild.models.directory import CONFIG, RANGES, TOKENIZER, WEIGHTS, fingerprint, read_directory, write_spec
from kgbuild.models.pieces import load_tokenizer, padded_length, split_all
from tests.extraction.tiny import WORDS, write_tiny

TEXTS = [" ".join(WORDS[i % 7 :: 1 + i % 3]) for i in range(FEWEST + 10)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_tiny(tmp_path_factory.mktemp("int8") / "plain")


@pytest.fixture(scope="module")
def made(plain):
    out = plain.with_name("made")
    quantize(plain, TEXTS, out)
    return out


def spoiled(made, out, change):
    from kgbuild.models.adapter import copy_model

    copy_model(made, out)
    change(out)
    return out


def test_the_copy_declares_int8_and_differs_in_nothing_else(plain, made):
    before, after = read_directory(plain), read_directory(made)
    assert after.spec == replace(before.spec, precision="int8")
    assert '"format": 3' in (made / CONFIG).read_text()
    assert '"format": 2' in (plain / CONFIG).read_text()  # as older kgbuilds read it
    assert (made / WEIGHTS).read_bytes() == (plain / WEIGHTS).read_bytes()
    assert fingerprint(made) != fingerprint(plain)
    tables = load_file(made / RANGES)
    assert len(tables) == 2 * 6  # layers, linear layers of each
    assert all((low <= high).all() and (low < high).any() for low, high in tables.values())


def test_ranges_are_what_the_encoder_computes(plain):
    """The inputs of the first layer, from the text's own pieces without padding, are those of the embeddings."""
    ranges, count = seen_ranges(plain, [TEXTS[0], " ", TEXTS[1]])
    one, _ = seen_ranges(plain, [TEXTS[0]])
    two, _ = seen_ranges(plain, [TEXTS[1]])
    assert count == 2
    for name, (low, high) in ranges.items():
        assert np.array_equal(low, np.minimum(one[name][0], two[name][0]))
        assert np.array_equal(high, np.maximum(one[name][1], two[name][1]))


def test_int8_comes_close(plain, made):
    exact, rough = (OpenVinoRuntime(read_directory(path), 1) for path in (plain, made))
    if "int8" not in rough.numerics:
        pytest.skip("this processor has no VNNI")
    (pieces,) = split_all(load_tokenizer(plain / TOKENIZER), [" ".join(TEXTS[:4])])
    batch = make_batch([(pieces.ids, pieces.cases)], padded_length(len(pieces.ids)), 0, 2, 3)
    length = len(pieces.ids) + 2
    right, found = exact.encode(batch), rough.encode(batch)
    for ours, theirs in zip(found.state, right.state, strict=True):
        assert not np.array_equal(ours, theirs)
        error = np.sqrt(np.mean((ours[0, :length] - theirs[0, :length]) ** 2))
        assert error < 0.1 * theirs[0, :length].std()


def test_texts_give_the_same_at_every_batch_size(made, texts):
    from kgbuild.extraction.extractor import Extractor

    directory = read_directory(made)
    with load(made, threads=1) as extractor:
        expected = list(extractor(texts))
    assert any(extraction.links for extraction in expected)
    with Extractor(directory, OpenVinoRuntime(directory, 2), batch_pieces=64) as small:
        assert list(small(reversed(texts))) == expected[::-1]


def test_a_processor_without_vnni_computes_in_what_it_has(made, monkeypatch):
    monkeypatch.setattr("kgbuild.extraction.runtime_openvino._instruction_set", lambda: "AVX2")
    runtime = OpenVinoRuntime(read_directory(made), 1)
    assert "int8" not in runtime.numerics
    assert runtime.numerics.split()[2] in {"bf16", "f32"}


def test_missing_ranges_are_named(made, tmp_path):
    path = spoiled(made, tmp_path / "m", lambda out: (out / RANGES).unlink())
    for read in (read_directory, fingerprint):
        with pytest.raises(ModelError, match=RANGES):
            read(path)


def test_damaged_ranges_are_named(made, tmp_path):
    path = spoiled(made, tmp_path / "m", lambda out: (out / RANGES).write_bytes(b"\x00" * 40))
    with pytest.raises(ModelError, match=f"{RANGES} is damaged"):
        load(path)


@pytest.mark.parametrize("change", ["shape", "lost"])
def test_ranges_of_another_model_are_refused(made, tmp_path, change):
    def spoil(out):
        tables = load_file(out / RANGES)
        name = max(tables)
        found = tables.pop(name)
        save_file(tables | ({name: found[:, :-1].copy()} if change == "shape" else {}), out / RANGES)

    path = spoiled(made, tmp_path / "m", spoil)
    if "int8" not in OpenVinoRuntime(read_directory(made), 1).numerics:
        pytest.skip("this processor has no VNNI")
    with pytest.raises(ModelError, match="kgbuild model quantize"):
        load(path)


def test_an_unknown_precision_is_refused(made, tmp_path):
    path = spoiled(made, tmp_path / "m", lambda out: write_spec(out, replace(read_directory(out).spec, precision="int4")))
    with pytest.raises(ModelError, match="precision is none of"):
        read_directory(path)


def test_too_few_texts_and_a_taken_place_are_refused(plain, made, tmp_path):
    with pytest.raises(UsageError, match="too few"):
        quantize(plain, [*TEXTS[: FEWEST - 1], " "], tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(UsageError, match="already"):
        quantize(plain, TEXTS, made)

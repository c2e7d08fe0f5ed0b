import random
import shutil
import socket
from concurrent.futures import CancelledError

import pytest

from kgbuild.errors import KgbuildError, MissingExtra, ModelError, UsageError
from kgbuild.extraction import extractor as module
from kgbuild.extraction.extractor import Extractor, load
from kgbuild.extraction.runtime_openvino import OpenVinoRuntime
from kgbuild.models.directory import read_directory
from kgbuild.records import Extraction
from tests.extraction.tiny import write_tiny


@pytest.fixture(scope="module")
def directory(tiny):
    return read_directory(tiny)


@pytest.fixture(scope="module")
def runtime(directory):
    return OpenVinoRuntime(directory, 1)


@pytest.fixture(scope="module")
def expected(directory, runtime, texts):
    """What each text gives by itself."""
    alone = Extractor(directory, runtime)
    return [next(alone([text])) for text in texts]


def test_the_texts_give_spans_and_links_at_all(expected):
    assert sum(len(found.spans) for found in expected) > 300
    assert sum(len(found.links) for found in expected) > 300
    assert len({link.label for found in expected for link in found.links}) > 1


def test_a_model_of_mentions_alone_gives_mentions_alone(tmp_path, texts):
    path = write_tiny(tmp_path / "mentions", relations=(), names=True)
    for runtime in ("openvino", "torch"):
        with load(path, runtime, threads=1) as some:
            found = list(some(texts))
        assert sum(len(each.spans) for each in found) > 300
        assert not any(each.links for each in found)


@pytest.mark.parametrize("seed", range(4))
def test_order_neighbours_batch_size_and_threads_change_no_bit(directory, texts, expected, seed):
    rng = random.Random(seed)
    order = rng.sample(range(len(texts)), len(texts))
    threads, batch = rng.choice([1, 2, 3]), rng.choice([1, 500, 4096, 100_000])
    with Extractor(directory, OpenVinoRuntime(directory, threads), batch) as some:
        assert list(some([texts[i] for i in order])) == [expected[i] for i in order]


def test_a_small_look_ahead_keeps_the_order(directory, runtime, texts, expected, monkeypatch):
    monkeypatch.setattr(module, "LOOK_AHEAD", 5)
    assert list(Extractor(directory, runtime)(iter(texts))) == expected


def test_records_keep_their_contract(texts, expected):
    for text, found in zip(texts, expected, strict=True):
        assert list(found.spans) == sorted(found.spans, key=lambda s: (s.start, s.end, s.label))
        assert all(left.end <= right.start for left, right in zip(found.spans, found.spans[1:], strict=False))
        assert all("\n\n" not in text[s.start : s.end] and "\t" not in text[s.start : s.end] for s in found.spans)
        assert all(0 < s.score <= 10_000 for s in (*found.spans, *found.links))
        assert sorted(i for chain in found.chains for i in chain) == list(range(len(found.spans)))
        firsts = {chain[0] for chain in found.chains}
        assert all(li.head in firsts and li.tail in firsts and li.head != li.tail for li in found.links)
        assert list(found.links) == sorted(found.links, key=lambda li: (li.head, li.tail, li.label))


def test_the_mask_of_type_triples_holds(directory, expected):
    allowed = set(directory.spec.mask)
    for found in expected:
        for link in found.links:
            labels = [
                {found.spans[i].label for chain in found.chains if end in chain for i in chain}
                for end in (link.head, link.tail)
            ]
            assert any((head, link.label, tail) in allowed for head in labels[0] for tail in labels[1])


def test_links_below_the_recorded_floor_are_not_kept(directory, expected):
    scores = [link.score for found in expected for link in found.links]
    assert min(scores) >= directory.spec.floors.links


def test_a_text_without_words_gives_nothing(directory, runtime):
    assert list(Extractor(directory, runtime)(["", " \n ", "\t"])) == [Extraction()] * 3


def test_a_long_text_is_read_beyond_its_first_window_and_links_stay_inside_windows(directory, runtime, texts):
    text = max(texts, key=len)
    found = next(Extractor(directory, runtime)([text]))
    assert found.spans[-1].end > len(text) * 0.9
    assert found.links


def test_running_out_of_memory_halves_the_batch_and_changes_nothing(directory, texts, expected):
    sizes = []

    class Small(OpenVinoRuntime):
        def encode(self, batch):
            sizes.append(len(batch.ids))
            if len(batch.ids) > 2:
                raise RuntimeError("std::bad_alloc")
            return super().encode(batch)

    small = Small(directory, 1)
    assert list(Extractor(directory, small)(texts)) == expected
    assert max(sizes) > 2


def test_memory_too_small_for_one_passage_is_an_error_for_a_person(directory):
    class Full(OpenVinoRuntime):
        def encode(self, batch):
            raise MemoryError

    with pytest.raises(KgbuildError, match="not enough memory"):
        list(Extractor(directory, Full(directory, 1))(["Anna works"]))


def test_other_errors_of_a_runtime_are_not_hidden(directory):
    class Broken(OpenVinoRuntime):
        def encode(self, batch):
            raise RuntimeError("shape mismatch")

    with pytest.raises(RuntimeError, match="shape mismatch"):
        list(Extractor(directory, Broken(directory, 1))(["Anna works"]))


def test_what_has_not_begun_never_begins_after_the_reader_stops(directory, monkeypatch):
    class Counting(OpenVinoRuntime):
        batches = 0

        def encode(self, batch):
            Counting.batches += 1
            return super().encode(batch)

    found = Extractor(directory, Counting(directory, 1), 1)(f"Anna works for Acme {i}" for i in range(2000))
    next(found)
    found.close()
    assert Counting.batches < 600


def test_an_interrupt_in_the_reader_leaves_no_thread_behind(directory, runtime):
    import threading

    def texts():
        yield from ["Anna works"] * 300
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Extractor(directory, runtime)(texts()))
    assert not [t for t in threading.enumerate() if t.name.startswith("kgbuild-extract")]


def test_closing_in_the_middle_waits_for_what_runs_and_drops_the_rest(directory):
    import threading

    some = Extractor(directory, OpenVinoRuntime(directory, 2), 1)
    found = some(f"Anna works for Acme {i}" for i in range(2000))
    next(found)
    some.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("kgbuild-extract")]
    with pytest.raises((CancelledError, RuntimeError)):
        list(found)


def test_the_key_names_text_model_and_precision(tiny, tmp_path):
    with (
        load(tiny, threads=1) as one,
        load(write_tiny(tmp_path / "same"), threads=1) as same,
        load(write_tiny(tmp_path / "b", seed=1)) as b,
    ):
        assert one.key("Anna") == same.key("Anna")
        assert len({one.key("Anna"), one.key("Anna "), b.key("Anna"), one.model_key, b.model_key}) == 5


def test_nothing_touches_the_network(tiny, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    with load(tiny, threads=1) as one:
        assert next(one(["Anna works for Acme Corp"])).spans


def test_a_cache_folder_changes_no_bit(tiny, tmp_path, texts, expected):
    for _ in range(2):
        with load(tiny, threads=1, cache=tmp_path / "compiled") as one:
            assert list(one(texts)) == expected
    assert any((tmp_path / "compiled").iterdir())


def test_an_unknown_runtime_is_refused(tiny):
    with pytest.raises(UsageError, match="openvino, torch"):
        load(tiny, runtime="onnx")


def test_torch_without_torch_says_what_to_install(tiny, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"kgbuild\[train\]"):
        load(tiny, runtime="torch-cpu")


@pytest.mark.parametrize("damage", ["short", "missing tensor"])
def test_damaged_weights_are_named(tmp_path, damage):
    from safetensors.numpy import load_file, save_file

    path = write_tiny(tmp_path / "m") / "model.safetensors"
    if damage == "short":
        path.write_bytes(path.read_bytes()[:1000])
    else:
        tensors = load_file(path)
        del tensors["relation.context.weight"]
        save_file(tensors, path)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load(path.parent)


# a directory that is not whole -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda _: b"", lambda data: b"\0" * len(data)])
@pytest.mark.parametrize("name", ["model.json", "model.safetensors", "tokenizer.json", "calibration.json", "thresholds.json"])
def test_a_file_that_is_cut_short_or_overwritten_is_named(tiny, tmp_path, name, damage):
    shutil.copytree(tiny, tmp_path / "model")
    path = tmp_path / "model" / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        load(tmp_path / "model", threads=1)


@pytest.mark.parametrize(
    "tensor", ["encoder.case.weight", "ner.linear.weight", "relation.ends.weight", "relation.context.weight"]
)
def test_a_tensor_of_another_size_is_a_word_about_the_file(tiny, tmp_path, tensor):
    from safetensors.numpy import load_file, save_file

    shutil.copytree(tiny, tmp_path / "model")
    tensors = load_file(tiny / "model.safetensors")
    save_file({**tensors, tensor: tensors[tensor][:, :-1].copy()}, tmp_path / "model" / "model.safetensors")
    with pytest.raises(ModelError, match=r"model\.safetensors does not fit model\.json"):
        load(tmp_path / "model", threads=1)

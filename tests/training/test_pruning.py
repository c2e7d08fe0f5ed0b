"""The pruner: what is learned from a case made for it, what is written, what an older directory does without one."""

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.errors import ModelError, UsageError  # noqa: E402
from kgbuild.extraction.extractor import load as load_extractor  # noqa: E402
from kgbuild.models.adapter import copy_model  # noqa: E402
from kgbuild.models.checkpoint import load  # noqa: E402
from kgbuild.models.directory import CARD, CONFIG, METRICS, WEIGHTS, Platt, PrunerSpec, fingerprint, read_directory  # noqa: E402
from kgbuild.training import pruning  # noqa: E402
from kgbuild.training.batches import Recipe, collate  # noqa: E402
from kgbuild.training.card import pruner_line  # noqa: E402
from kgbuild.training.corpora import Annotated  # noqa: E402
from kgbuild.training.epochs import Place  # noqa: E402
from kgbuild.training.examples import labels_for  # noqa: E402
from kgbuild.training.pruning import Seen, chosen, learned, look, margin_of, prune_model, write_pruner  # noqa: E402
from tests.extraction.tiny import write_tiny  # noqa: E402
from tests.training.documents import toy  # noqa: E402

CHAINS = 18
MARGIN = -4.0


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny(tmp_path_factory.mktemp("tiny") / "model")


def windows(spec, count, seed):
    """Windows in which a pair is related when its head is loud in one number and its tail in another, and both look at one place."""
    rng = np.random.default_rng(seed)
    size = spec.relation_head.size
    heads, tails = np.nonzero(~np.eye(CHAINS, dtype=bool))
    made = []
    for _ in range(count):
        ends = rng.normal(0, 0.5, (CHAINS, 2 * size))
        ends[:, 3], ends[:, size + 5] = rng.choice([-2.0, 2.0], CHAINS), rng.choice([-2.0, 2.0], CHAINS)
        near = rng.random((CHAINS, CHAINS)) < 0.5
        related = (ends[heads, 3] > 0) & (ends[tails, size + 5] > 0) & near[heads, tails]
        best = np.where(related, MARGIN + 4, MARGIN - 6) + rng.normal(0, 0.5, len(heads))
        columns = (ends, rng.integers(0, 3, CHAINS), np.where(near, -2.0, -8.0), heads, tails, best, related.astype(np.int64))
        floats = {0, 2, 5}
        made.append(Seen(*(torch.from_numpy(c).float() if i in floats else torch.from_numpy(c) for i, c in enumerate(columns))))
    return made


def test_nearly_all_links_remain_of_a_part_of_the_pairs(tiny):
    spec = read_directory(tiny).spec
    module = learned(windows(spec, 120, 0), spec, MARGIN, seed=1)
    pruned = chosen(module, windows(spec, 40, 1))
    assert pruned.recall >= pruning.RECALL
    assert pruned.kept < 0.3  # an eighth of the 306 pairs is related; a block is 64
    assert pruned.report == {"pairs_scored": round(100 * pruned.kept, 2), "links_kept": round(100 * pruned.recall, 2)}


def test_the_same_seed_gives_the_same_pruner(tiny):
    spec, seen = read_directory(tiny).spec, windows(read_directory(tiny).spec, 10, 0)
    one, two = (learned(seen, spec, MARGIN, seed=3).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_the_margin_of_a_score():
    assert margin_of(500, Platt(0.5, 0.2)) == pytest.approx((np.log(0.05 / 0.95) - 0.2) / 0.5)


def test_a_written_pruner_is_read_by_all(tiny, tmp_path):
    from kgbuild.models.adapter import copy_model

    spec = read_directory(tiny).spec
    copy_model(tiny, tmp_path / "m")
    write_pruner(tmp_path / "m", chosen(learned(windows(spec, 10, 0), spec, MARGIN, 1), windows(spec, 5, 1)))
    assert json.loads((tmp_path / "m" / CONFIG).read_text())["format"] == 3
    assert read_directory(tmp_path / "m").spec.pruner.rank == pruning.RANK
    assert fingerprint(tmp_path / "m") != fingerprint(tiny)
    assert load(tmp_path / "m").model.pruner is not None
    assert load(tiny).model.pruner is None
    with load_extractor(tmp_path / "m", threads=1) as extractor:
        assert next(extractor(["Anna works for Acme Corp in Berlin ."])) is not None


def test_weights_without_the_pruner_that_the_config_names_are_refused(tiny, tmp_path):
    path = write_tiny(tmp_path / "m", pruner=PrunerSpec(4, 0.0))
    (path / WEIGHTS).write_bytes((tiny / WEIGHTS).read_bytes())
    for read in (load, load_extractor):
        with pytest.raises(ModelError, match="pruner"):
            read(path)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(pruning, "FEWEST_PAIRS", 10)
    monkeypatch.setattr(pruning, "FEWEST_LINKS", 1)


def test_an_older_model_gets_one_from_annotated_documents(tiny, tmp_path, few, monkeypatch):
    monkeypatch.setattr(pruning, "MOST_KEPT", 1.0)
    for name in ("train", "dev"):
        (tmp_path / f"{name}.json").write_text(json.dumps([toy(f"{name} {i}") for i in range(12)]))
    pruned = prune_model(tiny, [tmp_path / "train.json"], tmp_path / "dev.json", tmp_path / "out")
    assert pruned.recall >= pruning.RECALL
    before, after = read_directory(tiny), read_directory(tmp_path / "out")
    assert (before.spec.pruner, after.spec.pruner) == (None, pruned.spec)
    assert after.calibration == before.calibration
    with pytest.raises(UsageError, match="already"):
        prune_model(tiny, [tmp_path / "train.json"], tmp_path / "dev.json", tmp_path / "out")


def test_what_a_copy_says_of_its_pruner_is_what_was_measured_now(tiny, tmp_path, few, monkeypatch):
    monkeypatch.setattr(pruning, "MOST_KEPT", 1.0)
    (tmp_path / "train.json").write_text(json.dumps([toy(str(i)) for i in range(12)]))
    old = tmp_path / "old"
    copy_model(tiny, old)
    told = {"pruner": {"pairs_scored": 1.5, "links_kept": 2.5}}
    (old / METRICS).write_text(json.dumps(told | {"seconds": 3}))
    (old / CARD).write_text(f"# A model\n\n{pruner_line(told)}\nMore of it.\n")
    pruned = prune_model(old, [tmp_path / "train.json"], tmp_path / "train.json", tmp_path / "out")
    assert json.loads((tmp_path / "out" / METRICS).read_text()) == {"pruner": pruned.report, "seconds": 3}
    line = pruner_line({"pruner": pruned.report})
    assert (tmp_path / "out" / CARD).read_text() == f"# A model\n\n{line}\nMore of it.\n"


def test_too_few_pairs_give_no_pruner(tiny, tmp_path):
    for name in ("train", "dev"):
        (tmp_path / f"{name}.json").write_text(json.dumps([toy(f"{name} {i}") for i in range(3)]))
    with pytest.raises(UsageError, match="2,000 pairs"):
        prune_model(tiny, [tmp_path / "train.json"], tmp_path / "dev.json", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_windows_of_a_long_document_are_looked_at_a_few_at_a_time(tiny, monkeypatch):
    """All at once, those of a book took more memory than its training."""
    loaded = load(tiny)
    labels = labels_for(loaded.spec.types, loaded.spec.relations, loaded.spec.mask)
    recipe = Recipe(loaded.tokenizer, labels, replace(loaded.spec, max_pieces=16))
    people = tuple(((0, 4 * i, 4 * i + 1, loaded.spec.types[i % len(loaded.spec.types)]),) for i in range(60))
    book = Annotated("book", (("anna", "works", "in", "berlin") * 60,), people, ())
    sizes = []

    def counted(examples, pad):
        sizes.append(len(examples))
        return collate(examples, pad)

    monkeypatch.setattr(pruning, "collate", counted)
    seen = look(loaded.model, [book], recipe, Platt(1.0, 0.0), 500, Place(torch.device("cpu"), "f32"))
    assert len(seen) == sum(sizes) > pruning.FOR_SCORING
    assert max(sizes) <= pruning.FOR_SCORING

"""A small word-piece tokenizer and a random encoder, made here: tests need no weights and no network."""

import pytest

from tests.models.word_pieces import word_pieces
from tests.training.documents import write


@pytest.fixture(scope="session")
def tokenizer():
    return word_pieces()


@pytest.fixture(scope="session")
def encoder(tokenizer, tmp_path_factory):
    """A random BERT of 2 layers in a folder, as a user would name one."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
    )
    transformers.BertModel(config).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return str(folder)


@pytest.fixture(autouse=True)
def one_thread():
    """Tensors this small only wait for each other on several threads."""
    try:
        import torch
    except ImportError:  # then nothing here runs on it either
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def files(tmp_path):
    related, unrelated = write(tmp_path / "train.json", 5), write(tmp_path / "more.json", 3, related=False)
    return [related, unrelated], write(tmp_path / "dev.json", 4)


@pytest.fixture
def gathered(files, encoder):
    """Each call gives material of its own: a run trains the encoder that is in it."""

    torch = pytest.importorskip("torch")
    from kgbuild.training import run

    def gather():
        torch.manual_seed(1)
        return run.gather(files[0], files[1], None, encoder, None, "tiny")

    return gather

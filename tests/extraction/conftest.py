import random

import pytest

from tests.extraction.tiny import WORDS, write_tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """A model directory with random weights."""
    return write_tiny(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def texts():
    """Passages of many lengths, with blocks and cells, one of them longer than a window."""
    rng = random.Random(5)

    def text(count):
        return "".join(rng.choice(WORDS) + rng.choice([" "] * 8 + [". ", "\n\n", "\t"]) for _ in range(count)).strip()

    return [text(rng.choice([3, 8, 20, 40, 70, 150, 260])) for _ in range(24)] + [text(900), "", " \n\n "]

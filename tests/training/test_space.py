"""What a search space may say, and how it is refused."""

import re

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.errors import ConfigError  # noqa: E402
from kgbuild.training.loop import TrainingConfig  # noqa: E402
from kgbuild.training.space import DEFAULT, Options, Range, described, read_space, suggest  # noqa: E402


class Highest:
    """A trial that always takes the highest."""

    def suggest_float(self, name, low, high, *, step, log):
        assert not (step and log)
        return high

    def suggest_int(self, name, low, high, *, step, log):
        assert isinstance(low, int) and isinstance(high, int) and step >= 1
        return high

    def suggest_categorical(self, name, choices):
        return choices[-1]


def read(tmp_path, content):
    (tmp_path / "space.yaml").write_text(content)
    return read_space(tmp_path / "space.yaml")


def test_ranges_options_and_constants_are_read(tmp_path):
    space = read(
        tmp_path,
        "encoder_rate: {low: 3e-5, high: 6e-4, log: true}\nepochs: {low: 4, high: 16, step: 2}\nbatch: [2, 4]\n"
        "weight_decay: 0.01\npatience: [null, 3]\nprecision: f32\n",
    )
    assert space == {
        "encoder_rate": Range(3e-5, 6e-4, log=True),
        "epochs": Range(4, 16, step=2, whole=True),
        "batch": Options((2, 4)),
        "weight_decay": Options((0.01,)),
        "patience": Options((None, 3)),
        "precision": Options(("f32",)),
    }


def test_what_is_suggested_makes_a_configuration(tmp_path):
    for space in (DEFAULT, read(tmp_path, "epochs: {low: 4, high: 16}\ndropout: {low: 0, high: 0.4, step: 0.1}\n")):
        values = suggest(Highest(), space)
        config = TrainingConfig(**values)
        assert config.epochs == 16 and isinstance(config.epochs, int)
        assert values.keys() == described(space).keys()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("epochs: [1\n", "line 2: no YAML"),
        ("", "is a mapping from settings"),
        ("- epochs\n", "is a mapping from settings"),
        ("speed: [1, 2]\n", "'speed' is no setting of training: choose from epochs"),
        ("seed: [1, 2]\n", "'seed' is no setting"),
        ("epochs: {low: 1}\n", "epochs needs low and high"),
        ("epochs: {low: 1, high: 3, base: 2}\n", "not base"),
        ("epochs: {low: 3, high: 1}\n", "epochs: low is above high"),
        ("epochs: {low: 1.5, high: 3}\n", "only whole numbers"),
        ("epochs: [1.5, 2]\n", "only whole numbers"),
        ("dropout: {low: 0, high: 1, log: true}\n", "log needs a low above 0"),
        ("dropout: {low: 0.1, high: 1, log: true, step: 0.1}\n", "log and step exclude each other"),
        ("dropout: {low: 0.1, high: much}\n", "'much' is no number"),
        ("dropout: [yes]\n", "True is no number"),
        ("dropout: []\n", "has no value to try"),
        ("dropout: 0.1\nepochs: [3]\n", "nothing to search"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path, content, message):
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        read(tmp_path, content)
    assert "space.yaml" in str(caught.value)


def test_a_space_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot read the search space"):
        read_space(tmp_path / "nowhere.yaml")


def test_what_is_on_or_off_is_read_as_such(tmp_path):
    assert read(tmp_path, "keep: true\nepochs: [2, 4]\n")["keep"] == Options((True,))
    assert read(tmp_path, "keep: [true, false]\n")["keep"] == Options((True, False))
    with pytest.raises(ConfigError, match="keep: 'ja' is neither true nor false"):
        read(tmp_path, "keep: ja\nepochs: [2, 4]\n")

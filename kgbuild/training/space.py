"""A search space: which settings of training are tried, and between which bounds. From a YAML file, or the default.

    encoder_rate: {low: 3e-5, high: 6e-4, log: true}     a number between two
    epochs: {low: 4, high: 16, step: 2}                  whole, because the setting is
    batch: [2, 4, 8]                                     one of these
    weight_decay: 0.01                                   always this

Knows no optuna but the three calls of a trial.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from kgbuild.errors import ConfigError
from kgbuild.training.loop import TrainingConfig

Value = int | float | str | bool | None


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from low to high, both included; log: small and large ones are tried alike; step: 0 for none."""

    low: float
    high: float
    log: bool = False
    step: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """One of several values."""

    values: tuple[Value, ...]


Dimension = Range | Options
Space = dict[str, Dimension]

DEFAULT: Space = {
    "encoder_rate": Range(3e-5, 6e-4, log=True),
    "head_rate": Range(1e-4, 2e-3, log=True),
    "layer_decay": Range(0.7, 1.0),
    "dropout": Range(0.0, 0.4, step=0.05),
    "epochs": Range(4, 16, whole=True),
    "batch": Options((2, 4, 8)),
    "warm_up": Range(0.0, 0.2),
}
SETTINGS = {
    field.name: getattr(field.type, "__name__", str(field.type))
    for field in fields(TrainingConfig)
    if field.name not in ("seed", "augmentation")
}
"""What can be tried, and of which type: all of TrainingConfig but the seed, which is that of the search, and the augmentation."""
KEYS = {"low", "high", "log", "step"}


class Trial(Protocol):
    """What is asked of optuna.Trial."""

    def suggest_float(self, name: str, low: float, high: float, *, step: float | None, log: bool) -> float: ...
    def suggest_int(self, name: str, low: int, high: int, *, step: int, log: bool) -> int: ...
    def suggest_categorical(self, name: str, choices: Any) -> Any: ...


def suggest(trial: Trial, space: Space) -> dict[str, Value]:
    """Values for one trial, by setting."""
    return {name: _suggested(trial, name, dimension) for name, dimension in space.items()}


def described(space: Space) -> dict[str, Any]:
    """A space as JSON, to compare and to show."""
    return {
        name: list(d.values) if isinstance(d, Options) else {"low": d.low, "high": d.high, "log": d.log, "step": d.step}
        for name, d in space.items()
    }


def read_space(path: Path) -> Space:
    """Read a space. Raises ConfigError, naming file, line where there is one, and setting."""
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the search space {path}: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{line}: no YAML ({getattr(error, 'problem', error)})") from error
    if not isinstance(content, dict) or not content:
        raise ConfigError(f"{path}: a search space is a mapping from settings to bounds, like encoder_rate: {{low: 3e-5, …}}")
    space = {str(name): dimension(str(name), given, str(path)) for name, given in content.items()}
    if all(isinstance(found, Options) and len(found.values) == 1 for found in space.values()):
        raise ConfigError(f"{path}: every setting has one value only: there is nothing to search")
    return space


def dimension(name: str, given: Any, where: str = "space") -> Dimension:
    """What a space says of one setting, checked. Raises ConfigError."""
    if name not in SETTINGS:
        raise ConfigError(f"{where}: {name!r} is no setting of training: choose from {', '.join(SETTINGS)}")
    if isinstance(given, dict):
        return _range(name, given, where)
    values = given if isinstance(given, list) else [given]
    if not values:
        raise ConfigError(f"{where}: {name} has no value to try")
    return Options(tuple(_value(name, value, where) for value in values))


def _range(name: str, given: dict[str, Any], where: str) -> Range:
    unknown = sorted(map(str, given.keys() - KEYS))
    if unknown or not {"low", "high"} <= given.keys():
        raise ConfigError(f"{where}: {name} needs low and high, and may have log and step, not {', '.join(unknown) or 'less'}")
    low, high, step = (_number(name, given.get(key, 0), where) for key in ("low", "high", "step"))
    log, whole = given.get("log", False), _is_whole(name)
    wrong = {
        "low is above high": low > high,
        "log is true or false": not isinstance(log, bool),
        "log needs a low above 0": bool(log) and low <= 0,
        "log and step exclude each other": bool(log) and step != 0,
        "step is below 0": step < 0,
        "only whole numbers are possible": whole and any(number % 1 for number in (low, high, step)),
    }
    for message, found in wrong.items():
        if found:
            raise ConfigError(f"{where}: {name}: {message}")
    return Range(low, high, bool(log), step, whole)


def _value(name: str, value: Any, where: str) -> Value:
    if SETTINGS[name] == "str":
        return str(value)
    if SETTINGS[name] == "bool":
        if not isinstance(value, bool):
            raise ConfigError(f"{where}: {name}: {value!r} is neither true nor false")
        return value
    if value is None and "None" in SETTINGS[name]:
        return None
    number = _number(name, value, where)
    if not _is_whole(name):
        return number
    if number % 1:
        raise ConfigError(f"{where}: {name}: only whole numbers are possible, not {value}")
    return int(number)


def _number(name: str, value: Any, where: str) -> float:
    try:
        if isinstance(value, bool):
            raise TypeError
        return float(value)  # YAML takes 3e-5 for a text
    except (TypeError, ValueError):
        raise ConfigError(f"{where}: {name}: {value!r} is no number") from None


def _is_whole(name: str) -> bool:
    return SETTINGS[name].split(" ")[0] == "int"


def _suggested(trial: Trial, name: str, found: Dimension) -> Value:
    if isinstance(found, Options):
        value: Value = trial.suggest_categorical(name, list(found.values))
        return value
    if found.whole:
        return trial.suggest_int(name, int(found.low), int(found.high), step=int(found.step) or 1, log=found.log)
    return trial.suggest_float(name, found.low, found.high, step=found.step or None, log=found.log)

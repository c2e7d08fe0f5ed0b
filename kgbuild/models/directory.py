"""A model directory's small files -> frozen records, checked. No torch, no weights: those are opened by a runtime.

The layout is written down in `checkpoint`. A directory that is missing, damaged or made by a newer kgbuild gives a ModelError
that names the file.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from kgbuild.errors import ModelError
from kgbuild.hashing import digest, digest_file
from kgbuild.models.pieces import CASES
from kgbuild.models.spec import (
    ACTIVATIONS,
    FAMILIES,
    PRECISIONS,
    Architecture,
    Base,
    Calibration,
    CoreferenceSpec,
    EncoderSpec,
    Floors,
    ModelSpec,
    Platt,
    PrunerSpec,
    RelationSpec,
    Special,
    Thresholds,
)
from kgbuild.models.viterbi import tag_names

FORMAT = 3
"""Format 2 adds the coreference head and encoders that are no BERT, format 3 the pruner and precision int8; older directories are
read as having none of what came later, and a directory that has none of format 3 is written as PLAIN."""
PLAIN = 2
"""Also what fingerprints begin with, so that they stay what they were."""
CONFIG, WEIGHTS, TOKENIZER, CALIBRATION = "model.json", "model.safetensors", "tokenizer.json", "calibration.json"
THRESHOLDS, METRICS, TRAINING, CARD = "thresholds.json", "metrics.json", "training.json", "README.md"
RANGES = "ranges.safetensors"
"""Of a directory of precision int8: the smallest and largest value of each input of the encoder's linear layers, (2, inputs) by weight."""
SCHEMA = "schema.yaml"
"""A draft for people, of all labels; no part of the model."""
WORK = "training-state"
"""Folder inside a model directory where an unfinished training run keeps its state; removed at the end."""
ADAPTER, ADAPTER_CONFIG = "adapter_model.safetensors", "adapter_config.json"
"""Of a directory that names a base: low-rank changes of the base's encoder. Its weights are the heads alone."""
SETS = ("benchmark", "default")
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class ModelDirectory:
    """A checked model directory: where it is, what it says, how its margins become scores, and where to cut."""

    path: Path
    spec: ModelSpec
    calibration: Calibration
    benchmark: Thresholds
    default: Thresholds

    def thresholds(self, name: str) -> Thresholds:
        """The set of that name: benchmark or default."""
        if name not in SETS:
            raise ModelError(f"there is no set of thresholds {name!r}: choose {' or '.join(SETS)}")
        return self.benchmark if name == "benchmark" else self.default


def read_directory(path: Path) -> ModelDirectory:
    """Read and check a model directory (not its weights)."""
    path = Path(path)
    if not path.is_dir():
        raise ModelError(f"there is no model directory at {path}: name one that `kgbuild train` wrote, or `default`")
    _require(path, (CONFIG, WEIGHTS, TOKENIZER, CALIBRATION, THRESHOLDS))
    spec = _checked(read_json(path / CONFIG, _spec), path / CONFIG)
    _require(path, more_files(spec.base, spec.precision))
    sets = read_json(path / THRESHOLDS, lambda data: {name: _record(Thresholds, data[name]) for name in SETS})
    calibration = read_json(path / CALIBRATION, _calibration)
    return ModelDirectory(path, spec, calibration, sets["benchmark"], sets["default"])


def fingerprint(path: Path) -> str:
    """Digest of what decides a model's extractions: config, weights, tokenizer, calibration; not thresholds or the card.

    Of a directory that names a base: also the adapters, and the base's fingerprint; of one of precision int8: also the ranges.
    """
    path = Path(path)
    files = (CONFIG, WEIGHTS, TOKENIZER, CALIBRATION)
    _require(path, files)
    base = base_of(path)
    more = more_files(base, read_json(path / CONFIG, lambda data: data["precision"]))
    _require(path, more)
    parts = [digest_file(path / name) for name in (*files, *more)]
    return digest("model", PLAIN, *parts, *(() if base is None else (base.fingerprint,)))


def more_files(base: Base | None, precision: str) -> tuple[str, ...]:
    """The files of weights and numbers that only some directories have."""
    return ((ADAPTER, ADAPTER_CONFIG) if base else ()) + ((RANGES,) if precision == "int8" else ())


def base_of(path: Path) -> Base | None:
    """The base that the directory names; None for a directory that is whole."""
    return read_json(path / CONFIG, lambda data: None if data.get("base") is None else _record(Base, data["base"]))  # type: ignore[no-any-return]


def write_spec(path: Path, spec: ModelSpec) -> None:
    """Write model.json."""
    plain = asdict(spec)
    if spec.base is None:
        del plain["base"]
    if spec.pruner is None:
        del plain["pruner"]
    if spec.encoder.architecture is None:
        del plain["encoder"]["architecture"]
    newest = spec.pruner is not None or spec.precision == "int8"
    write_json(path / CONFIG, {"format": FORMAT if newest else PLAIN, **plain})


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Write calibration.json."""
    write_json(path / CALIBRATION, asdict(calibration))


def write_thresholds(path: Path, benchmark: Thresholds, default: Thresholds) -> None:
    """Write thresholds.json."""
    write_json(path / THRESHOLDS, {"benchmark": asdict(benchmark), "default": asdict(default)})


def write_tensors(path: Path, save: Callable[[Path], None]) -> None:
    """Let `save` write a file of tensors, which then appears whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    save(part)
    part.chmod(0o644)  # safetensors writes files that only their owner may read
    part.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write JSON that people can read and diff: one key a line, rows of lists on one line."""
    if not isinstance(value, dict):
        raise TypeError("a model's files are JSON objects")
    lines = (f"  {json.dumps(key)}: {_compact(item)}" for key, item in value.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _compact(item: Any) -> str:
    if isinstance(item, (list, tuple)) and item and isinstance(item[0], (list, tuple, dict)):
        return "[\n" + ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in item) + "\n  ]"
    return json.dumps(item, ensure_ascii=False)


def read_json(path: Path, build: Any) -> Any:
    """What `build` makes of a file of JSON; ModelError, naming the file, where it is damaged."""
    try:
        return build(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{path} is damaged ({type(error).__name__}: {error}): restore the model directory") from error


def _calibration(data: dict[str, Any]) -> Calibration:
    pairs: dict[str, Any] = {name: _record(Platt, data[name]) for name in ("spans", "links", "chains") if name in data}
    return _record(Calibration, {**data, **pairs})  # format 1 has neither chains nor join


def _require(path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        if not (path / name).is_file():
            if (path / WORK).is_dir():
                raise ModelError(f"{path} holds an unfinished training run: the command that began it ends it with --resume")
            raise ModelError(f"{path / name} is missing: restore the model directory, or train it again")


def _spec(data: dict[str, Any]) -> ModelSpec:
    version = data.pop("format")
    if not isinstance(version, int) or version > FORMAT:
        raise ModelError(f"{CONFIG} is of format {version}, this kgbuild reads {FORMAT}: upgrade kgbuild")
    for name in ("languages", "buckets", "case_features", "types", "tags", "relations"):
        data[name] = tuple(_list(data[name]))
    data["mask"] = tuple((head, relation, tail) for head, relation, tail in _list(data["mask"]))
    encoder = data["encoder"]
    if "architecture" in encoder:
        encoder = {**encoder, "architecture": _record(Architecture, encoder["architecture"])}
    data["encoder"] = _record(EncoderSpec, encoder)
    data["relation_head"] = _record(RelationSpec, data["relation_head"])
    data["floors"] = _record(Floors, data["floors"])
    data["special"] = _record(Special, data["special"])
    if (chaining := data.get("coreference")) is not None:
        data["coreference"] = _record(CoreferenceSpec, {**chaining, "features": tuple(_list(chaining["features"]))})
    if (base := data.get("base")) is not None:
        data["base"] = _record(Base, base)
    if (pruner := data.get("pruner")) is not None:
        data["pruner"] = _record(PrunerSpec, pruner)
    return _record(ModelSpec, data)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.60} is no list")
    return value


def _record(kind: type[Record], data: dict[str, Any]) -> Record:
    """A record from JSON. Raises TypeError where a field is missing, unknown or of another type than declared."""
    made = kind(**data)
    for name, hint in get_type_hints(kind).items():
        if not _fits(getattr(made, name), hint):
            raise TypeError(f"{name} is {getattr(made, name)!r:.60}")
    return made


def _fits(value: Any, hint: Any) -> bool:
    parts = get_args(hint)
    if isinstance(hint, UnionType):
        return any(_fits(value, part) for part in parts)
    if get_origin(hint) is tuple:
        kinds = [parts[0]] * len(value) if parts[-1] is Ellipsis else parts
        return isinstance(value, tuple) and all(_fits(item, kind) for item, kind in zip(value, kinds, strict=True))
    plain = get_origin(hint) or hint
    numbers = (int, float) if plain is float else plain
    return isinstance(value, numbers) and (plain is bool or not isinstance(value, bool))


def _checked(spec: ModelSpec, path: Path) -> ModelSpec:
    problems = {
        "tags do not follow from types": spec.tags != tag_names(spec.types),
        "case features differ from this kgbuild's": spec.case_features != CASES,
        "its buckets do not grow, or end below its longest passage": not _growing(spec.buckets, spec.max_pieces),
        f"the encoder is of family {spec.encoder.family!r}, which this kgbuild does not know": spec.encoder.family
        not in FAMILIES,
        f"the activation {spec.encoder.act!r} is unknown": spec.encoder.act not in ACTIVATIONS,
        "the encoder's sizes contradict each other": not _consistent(spec.encoder),
        "the passages are longer than the encoder can read": _longest(spec) > spec.encoder.positions,
        "special pieces lie outside the vocabulary": not all(0 <= i < spec.encoder.vocab for i in astuple(spec.special)),
        f"precision is none of {', '.join(PRECISIONS)}": spec.precision not in PRECISIONS,
        "the pruner has no size or keeps no pair": spec.pruner is not None and min(spec.pruner.rank, spec.pruner.most) < 1,
        "the mask names unknown types or relations": any(
            head not in spec.types or relation not in spec.relations or tail not in spec.types
            for head, relation, tail in spec.mask
        ),
    }
    for problem, found in problems.items():
        if found:
            raise ModelError(f"{path}: {problem}: restore the model directory, or train it again")
    return spec


def _growing(buckets: tuple[int, ...], max_pieces: int) -> bool:
    return len(buckets) > 0 and buckets[0] > 0 and buckets[-1] >= max_pieces and all(a < b for a, b in pairwise(buckets))


def _longest(spec: ModelSpec) -> int:
    """The bucket that the longest passages are padded to."""
    return next((size for size in spec.buckets if size >= spec.max_pieces), 0)


def _consistent(encoder: EncoderSpec) -> bool:
    sizes = (encoder.hidden, encoder.layers, encoder.heads, encoder.intermediate, encoder.vocab, encoder.positions)
    return min(sizes) > 0 and encoder.hidden % encoder.heads == 0

"""A model directory's small files -> frozen records, checked. No torch, no weights: those are opened by a runtime.

The layout is written down in `checkpoint`. A directory that is missing, damaged or made by a newer kgbuild gives a ModelError
that names the file.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgbuild.errors import ModelError
from kgbuild.hashing import digest, digest_file
from kgbuild.models.pieces import BUCKETS, CASES
from kgbuild.models.viterbi import tag_names
from kgbuild.records import Scope

FORMAT = 1
CONFIG, WEIGHTS, TOKENIZER, CALIBRATION = "model.json", "model.safetensors", "tokenizer.json", "calibration.json"
THRESHOLDS, METRICS, TRAINING, CARD = "thresholds.json", "metrics.json", "training.json", "README.md"
ADAPTER, ADAPTER_CONFIG = "adapter_model.safetensors", "adapter_config.json"
"""Of a directory that names a base: low-rank changes of the base's encoder. Its weights are the heads alone."""
ADAPTER_FORMAT = 2
"""The format of a directory that names a base: an older kgbuild cannot read it."""
COUNTRY_LIKE = ("P1001", "P131", "P150", "P17", "P27", "P30", "P495", "P706")
"""Relations with places that hide all others in the counts; thresholds are kept apart for them (group "country")."""
SETS = ("benchmark", "default")


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """Architecture of a BERT-like encoder, in the words of its paper."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocab: int
    positions: int
    eps: float
    act: str


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """Sizes of the relation head: size of an end's vector, size of the blocks of the grouped bilinear product."""

    size: int = 256
    block: int = 32


@dataclass(frozen=True, slots=True)
class Floors:
    """Calibrated scores (ten-thousandths) below which extraction keeps nothing."""

    spans: int = 500
    links: int = 500


@dataclass(frozen=True, slots=True)
class Special:
    """Vocabulary ids of the special pieces."""

    pad: int
    cls: int
    sep: int


@dataclass(frozen=True, slots=True)
class Base:
    """The model whose encoder a directory of adapters changes: its name, its fingerprint, and where it was (`adapter.find_base`)."""

    name: str
    fingerprint: str
    path: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What model.json says.

    tags: O, B-X, I-X, … in the order of the NER head's outputs, X in the order of types; relations: output i + 1 of the
    relation head (output 0 is the threshold); mask: the (head type, relation, tail type) seen in training, sorted: no other
    is ever given out; precision: how the encoder is run, bf16 or f32; name: for people; base: whose encoder is adapted, None for
    a directory that is whole.
    """

    name: str
    languages: tuple[str, ...]
    precision: str
    max_pieces: int
    buckets: tuple[int, ...]
    case_features: tuple[str, ...]
    types: tuple[str, ...]
    tags: tuple[str, ...]
    relations: tuple[str, ...]
    mask: tuple[tuple[str, str, str], ...]
    encoder: EncoderSpec
    relation_head: RelationSpec
    floors: Floors
    special: Special
    base: Base | None = None


@dataclass(frozen=True, slots=True)
class Platt:
    """Probability = 1 / (1 + exp(-(slope * margin + intercept)))."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's two parameters for the margins of spans (viterbi.span_margins) and links (score minus threshold score)."""

    spans: Platt
    links: Platt


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Calibrated scores (ten-thousandths) at and above which spans and links are taken; None: the group is off.

    country: relations in COUNTRY_LIKE; other: the rest; each for facts that one sentence states, and (…_inferred) for those
    whose ends stand in two sentences: these are right less often at the same score.
    """

    spans: int
    country: int | None
    other: int | None
    country_inferred: int | None = None
    other_inferred: int | None = None

    def link(self, relation: str, scope: Scope = Scope.STATED) -> int | None:
        """The threshold of a relation in facts of a scope."""
        if scope is Scope.INFERRED:
            return self.country_inferred if relation in COUNTRY_LIKE else self.other_inferred
        return self.country if relation in COUNTRY_LIKE else self.other


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
    spec = _checked(_parse(path / CONFIG, _spec), path / CONFIG)
    _require(path, (ADAPTER, ADAPTER_CONFIG) if spec.base else ())
    sets = _parse(path / THRESHOLDS, lambda data: {name: Thresholds(**data[name]) for name in SETS})
    calibration = _parse(path / CALIBRATION, lambda data: Calibration(Platt(**data["spans"]), Platt(**data["links"])))
    return ModelDirectory(path, spec, calibration, sets["benchmark"], sets["default"])


def fingerprint(path: Path) -> str:
    """Digest of what decides a model's extractions: config, weights, tokenizer, calibration; not thresholds or the card.

    Of a directory that names a base: also the adapters, and the base's fingerprint.
    """
    path = Path(path)
    files = (CONFIG, WEIGHTS, TOKENIZER, CALIBRATION)
    _require(path, files)
    base = base_of(path)
    more = () if base is None else (ADAPTER, ADAPTER_CONFIG)
    _require(path, more)
    parts = [digest_file(path / name) for name in (*files, *more)]
    return digest("model", FORMAT, *parts, *(() if base is None else (base.fingerprint,)))


def base_of(path: Path) -> Base | None:
    """The base that the directory names; None for a directory that is whole."""
    return _parse(path / CONFIG, lambda data: _base(data.get("base")))  # type: ignore[no-any-return]


def write_spec(path: Path, spec: ModelSpec) -> None:
    """Write model.json."""
    plain = asdict(spec)
    if spec.base is None:
        del plain["base"]
    write_json(path / CONFIG, {"format": ADAPTER_FORMAT if spec.base else FORMAT, **plain})


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Write calibration.json."""
    write_json(path / CALIBRATION, asdict(calibration))


def write_thresholds(path: Path, benchmark: Thresholds, default: Thresholds) -> None:
    """Write thresholds.json."""
    write_json(path / THRESHOLDS, {"benchmark": asdict(benchmark), "default": asdict(default)})


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


def _parse(path: Path, build: Any) -> Any:
    try:
        return build(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{path} is damaged ({type(error).__name__}: {error}): restore the model directory") from error


def _require(path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        if not (path / name).is_file():
            raise ModelError(f"{path / name} is missing: restore the model directory, or train it again")


def _base(data: Any) -> Base | None:
    return None if data is None else Base(**data)


def _spec(data: dict[str, Any]) -> ModelSpec:
    version = data.pop("format")
    newest = ADAPTER_FORMAT if data.get("base") else FORMAT
    if not isinstance(version, int) or version > newest:
        raise ModelError(f"the model directory is of format {version}, this kgbuild reads {newest}: upgrade kgbuild")
    for name in ("languages", "buckets", "case_features", "types", "tags", "relations"):
        data[name] = tuple(data[name])
    data["mask"] = tuple((head, relation, tail) for head, relation, tail in data["mask"])
    data["encoder"] = EncoderSpec(**data["encoder"])
    data["relation_head"] = RelationSpec(**data["relation_head"])
    data["floors"] = Floors(**data["floors"])
    data["special"] = Special(**data["special"])
    data["base"] = _base(data.get("base"))
    return ModelSpec(**data)


def _checked(spec: ModelSpec, path: Path) -> ModelSpec:
    problems = {
        "tags do not follow from types": spec.tags != tag_names(spec.types),
        "case features differ from this kgbuild's": spec.case_features != CASES,
        "buckets differ from this kgbuild's": spec.buckets != BUCKETS or spec.max_pieces > BUCKETS[-1],
        "precision is neither bf16 nor f32": spec.precision not in {"bf16", "f32"},
        "the mask names unknown types or relations": any(
            head not in spec.types or relation not in spec.relations or tail not in spec.types
            for head, relation, tail in spec.mask
        ),
    }
    for problem, found in problems.items():
        if found:
            raise ModelError(f"{path}: {problem}: restore the model directory, or train it again")
    return spec

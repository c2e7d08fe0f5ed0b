"""`kgbuild doctor`: what is installed, what the machine can do, and whether one sentence passes through model and store."""

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.cli.options import AsJson
from kgbuild.cli.output import duration, put, put_json
from kgbuild.cli.session import begin, models, models_or_none
from kgbuild.counts import counted
from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    from kgbuild.pipeline.workspace import Workspace

Found = dict[str, Any]

PACKAGES = (
    "arcadedb", "networkx", "numpy", "openvino", "pyoxigraph", "pypdfium2", "rdflib", "rich", "safetensors", "selectolax", "spacy",
    "tokenizers", "typer",
)  # fmt: skip
EXTRAS = {"train": ("torch", "transformers", "seqeval", "sklearn")}
"""Modules of each extra."""
DISTRIBUTIONS = {"sklearn": "scikit-learn"}
SENTENCE = "Ada Lovelace was born in London and worked with Charles Babbage."
FEATURES = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "asimd", "bf16", "i8mm", "sve")
SCARCE = 2 << 30
"""Bytes of free disk space below which a warning is due."""


def doctor(
    ctx: typer.Context,
    json: AsJson = False,
    self_test: Annotated[
        bool, typer.Option("--self-test/--no-self-test", help="Pass one sentence through model and store.")
    ] = True,
) -> int:
    """Say what is installed and whether it works here.

    Versions, model, processor, disk space, and one sentence on its way from text to query.

    kgbuild doctor
    """
    session = begin(ctx)
    report: dict[str, Any] = {
        "kgbuild": version_of("kgbuild"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": {"cores": cores(), "features": features()},
        "packages": {name: version_of(name) for name in PACKAGES},
        "extras": {extra: {name: version_of(name) for name in names} for extra, names in EXTRAS.items()},
        "model": model_report(),
        "workspace": workspace_report(session.path),
        "tests": self_tests() if self_test else {},
    }
    report["well"] = is_well(report)
    if json:
        put_json(report)
    else:
        put_report(report)
    return 0 if report["well"] else 1


def version_of(name: str) -> str | None:
    """The installed version of a package; None where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(DISTRIBUTIONS.get(name, name))
    except PackageNotFoundError:
        if name == "kgbuild":  # a checkout that is run without being installed
            from kgbuild import __version__

            return __version__
        return "?" if importlib.util.find_spec(name) else None


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def features() -> list[str]:
    """What the processor says it can do, as far as it matters here."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    line = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    has = set(line.partition(":")[2].split())
    return [name for name in FEATURES if name in has]


def model_report() -> dict[str, Any]:
    """The shipped model: fingerprint and labels, or why it cannot be used."""
    try:
        described = models().describe("default")
    except KgbuildError as error:
        return {"error": str(error)}
    return {
        "name": described.name,
        "fingerprint": described.fingerprint,
        "types": len(described.span_labels),
        "relations": len(described.link_labels),
        "languages": described.languages,
    }


def workspace_report(path: Path) -> dict[str, Any]:
    """The workspace's folder and the room that is left beside it."""
    here = next(folder for folder in (path, *path.resolve().parents) if folder.exists())
    return {"path": str(path), "exists": (path / "workspace.db").exists(), "free_bytes": shutil.disk_usage(here).free}


def self_tests() -> dict[str, Found]:
    """One sentence through reading, model, build, store and export; each step with its result or its error."""
    from kgbuild.pipeline.workspace import Workspace

    results: dict[str, Found] = {}
    with tempfile.TemporaryDirectory(prefix="kgbuild-doctor-") as folder:
        try:
            ws = Workspace(Path(folder) / "kg", create=True, models=models_or_none())
        except Exception as error:
            return {"workspace": {"ok": False, "detail": f"{type(error).__name__}: {error}"}}
        with ws:
            for name, step in steps(ws, Path(folder)).items():
                results[name] = attempt(step)
                if not results[name]["ok"]:
                    break
    return results


def steps(ws: "Workspace", folder: Path) -> dict[str, Callable[[], Found]]:
    """The steps of the self test; each returns what it found, with `detail` for people."""

    def read() -> Found:
        return {"detail": counted(ws.add_records([{"id": "1", "text": SENTENCE}]).ok, "document")}

    def extract() -> Found:
        report = ws.extract()
        detail = f"{counted(report.extracted, 'passage')}, model loaded in {duration(report.load_seconds)}, {report.numerics}"
        return {"detail": detail, "numerics": report.numerics}

    def build() -> Found:
        report = ws.build()
        if not report.entities:
            raise KgbuildError(f"no entity in {SENTENCE!r}")
        return {"detail": f"{counted(report.entities, 'entity', 'entities')}, {counted(report.triples, 'triple')}"}

    def query() -> Found:
        number = ws.query("MATCH (e:Entity) RETURN count(e) AS n").rows[0][0]
        return {"detail": f"{counted(number, 'entity', 'entities')} in the store"}

    def export() -> Found:
        ws.export(folder / "graph.jsonl")
        return {"detail": f"{(folder / 'graph.jsonl').stat().st_size:,} bytes of JSON Lines"}

    return {"read": read, "extract": extract, "build": build, "query": query, "export": export}


def attempt(step: Callable[[], Found]) -> Found:
    """Whether a step works, with what it says of itself or why not."""
    try:
        return {"ok": True, **step()}
    except Exception as error:  # whatever it is: the doctor's job is to tell
        return {"ok": False, "detail": str(error) if isinstance(error, KgbuildError) else f"{type(error).__name__}: {error}"}


def is_well(report: dict[str, Any]) -> bool:
    """Whether the main job can be done here: all packages, a usable model, a self test without fault."""
    packages = all(report["packages"].values())
    return packages and "error" not in report["model"] and all(test["ok"] for test in report["tests"].values())


def put_report(report: dict[str, Any]) -> None:
    """The report for people."""
    processor, workspace, model = report["processor"], report["workspace"], report["model"]
    put(f"kgbuild    {report['kgbuild']}, Python {report['python']} ({sys.executable}), {report['platform']}")
    put(f"processor  {processor['cores']} cores, {' '.join(processor['features']) or 'features unknown'}")
    put("packages   " + ", ".join(f"{name} {found or 'MISSING'}" for name, found in report["packages"].items()))
    for extra, packages in report["extras"].items():
        missing = [name for name, found in packages.items() if not found]
        put(
            f"extra      {extra}: "
            + (f"not installed ({', '.join(missing)}): pip install 'kgbuild[{extra}]'" if missing else "installed")
        )
    put(f"model      {model.get('error') or model_line(model)}")
    free = workspace["free_bytes"]
    kind = "exists" if workspace["exists"] else "does not exist yet"
    put(f"workspace  {workspace['path']} {kind}; {free / 2**30:.1f} GiB free" + (" (scarce)" if free < SCARCE else ""))
    for name, test in report["tests"].items():
        put(f"{name:<10} {'well' if test['ok'] else 'FAILS'}: {test['detail']}")
    put("all is well" if report["well"] else "something is wrong: see above")


def model_line(model: dict[str, Any]) -> str:
    """The shipped model on one line."""
    languages = ", ".join(model["languages"])
    return f"{model['name']}, {counted(model['types'], 'type')}, {counted(model['relations'], 'relation')}, {languages}; fingerprint {model['fingerprint']}"

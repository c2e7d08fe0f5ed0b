"""What keeps the house a house: floors, light imports, silence outside the command line, public names."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import kgbuild

ROOT = Path(kgbuild.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
HEAVY = ("torch", "transformers", "spacy", "networkx", "openvino", "arcadedb", "rdflib", "pyoxigraph", "numpy", "pypdfium2")


def imported_by(code):
    script = f"{code}\nimport sys; print(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    return (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        .stdout.split("\n")[-2]
        .split()
    )


def test_help_imports_nothing_heavy():
    code = (
        "from kgbuild.cli.main import main\nimport sys\nsys.argv = ['kgbuild', '--help']\ntry: main()\nexcept SystemExit: pass"
    )

    assert imported_by(code) == []


def test_importing_kgbuild_imports_nothing_heavy():
    assert imported_by("import kgbuild") == []


def test_opening_a_workspace_imports_nothing_that_runs_models():
    assert not {"torch", "transformers", "openvino", "arcadedb", "spacy"} & set(
        imported_by("from kgbuild.pipeline.workspace import Workspace")
    )


def test_only_the_command_line_prints():
    def prints(path):
        return any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )

    assert [str(path) for path in FILES if prints(path) and "cli" not in path.parts] == []


def test_no_pickle_and_no_remote_code():
    banned = re.compile(r"import pickle|from pickle|torch\.load\(|trust_remote_code=True|joblib|(?<![.\w])(eval|exec)\(")

    def uses(path):
        return banned.findall(path.read_text("utf-8"))

    assert {str(path): uses(path) for path in FILES if uses(path)} == {}


def test_public_names_exist_and_are_sorted():
    assert kgbuild.__all__ == sorted(kgbuild.__all__)
    assert all(hasattr(kgbuild, name) for name in kgbuild.__all__)


def test_every_module_says_what_it_is():
    undocumented = [
        str(p) for p in FILES if p.read_text("utf-8").strip() and ast.get_docstring(ast.parse(p.read_text("utf-8"))) is None
    ]

    assert undocumented == []


def test_the_rooms_of_the_architecture_are_the_folders_that_there_are():
    text = (ROOT.parent / "ARCHITECTURE.md").read_text("utf-8")
    listing = text.partition("    kgbuild/\n")[2].partition("\n\n")[0].splitlines()
    named, room = set(), ""
    for folder in (line.partition("/")[0] for line in listing if re.match(r" {6,8}[a-z0-9_]+/", line)):
        inside = folder.startswith(" " * 8)
        room = room if inside else folder.strip()
        named.add(f"{room}/{folder.strip()}" if inside else room)

    assert named == {path.parent.relative_to(ROOT).as_posix() for path in FILES if path.name == "__init__.py"} - {"."}

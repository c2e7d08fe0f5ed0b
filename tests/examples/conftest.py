"""The programs of examples/ as modules, and one workspace of sample documents for all of them."""

import importlib.util
import sys
from pathlib import Path

import pytest

import kgbuild

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def program():
    """A program by "folder/name", as if it was started from its folder; two programs of one name are two modules."""
    modules = {}

    def load(place):
        if place not in modules:
            file = EXAMPLES / f"{place}.py"
            if str(file.parent) not in sys.path:
                sys.path.insert(0, str(file.parent))
            name = file.stem if file.stem != "measure" else f"{file.parent.name}_measure"
            spec = importlib.util.spec_from_file_location(name, file)
            modules[place] = sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(modules[place])
        return modules[place]

    return load


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The path of a workspace with the news of the sample documents, read by the shipped model."""
    path = tmp_path_factory.mktemp("examples") / "kg"
    with kgbuild.Workspace(path, create=True) as ws:
        ws.add([EXAMPLES / "documents" / "wikinews.csv"])
        ws.extract()
        ws.build()
    return path

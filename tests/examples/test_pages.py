"""The pages of the examples: their commands are commands of the programs, and what they show is there."""

import os
import re
import shlex
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.examples.conftest import EXAMPLES

PAGES = {name: (EXAMPLES / name / "README.md").read_text("utf-8") for name in ("answering", "recommendation", "watch")}
COMMANDS = [
    (match[1], match[2]) for page in PAGES.values() for match in re.finditer(r"python examples/(\w+/\w+)\.py ([^`\n]*)", page)
]


def test_every_page_has_commands():
    assert {place.split("/")[0] for place, _ in COMMANDS} == PAGES.keys() and len(COMMANDS) >= 8


@pytest.mark.parametrize(("place", "words"), COMMANDS)
def test_a_command_is_understood_by_its_program(program, place, words):
    given = program(place).arguments(shlex.split(words, comments=True))
    if place in ("answering/answer", "recommendation/recommend"):
        asked = vars(given).get("question") or vars(given).get("names")
        assert asked and asked[-1] == shlex.split(words, comments=True)[-1]  # not taken for one more path


@pytest.mark.parametrize(
    ("place", "words"),
    [("watch/watch", ["--list", "names.txt"]), ("answering/answer", ["Who rose?"]), ("recommendation/recommend", ["Ann"])],
)
def test_a_folder_that_is_not_there_is_one_line(tmp_path, place, words):
    (tmp_path / "names.txt").write_text("Ann\n", "utf-8")
    call = [sys.executable, EXAMPLES / f"{place}.py", "--documents", "gone", "--workspace", "kg", *words]
    done = subprocess.run(
        call, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(EXAMPLES.parent)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "error: gone: no such file or folder; check the path\n")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pictures_are_there_and_links_lead_somewhere(name):
    targets = re.findall(r"\]\(([^)#:]+)\)", PAGES[name])
    assert any(target.endswith(".svg") for target in targets)
    for target in targets:
        assert (EXAMPLES / name / target).exists(), target
        if target.endswith(".svg"):
            assert ElementTree.parse(EXAMPLES / name / target).getroot().tag.endswith("svg")

"""The pages of the examples: their commands are commands of the programs, and what they show is there."""

import re
import shlex
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


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pictures_are_there_and_links_lead_somewhere(name):
    targets = re.findall(r"\]\(([^)#:]+)\)", PAGES[name])
    assert any(target.endswith(".svg") for target in targets)
    for target in targets:
        assert (EXAMPLES / name / target).exists(), target
        if target.endswith(".svg"):
            assert ElementTree.parse(EXAMPLES / name / target).getroot().tag.endswith("svg")

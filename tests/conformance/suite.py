"""The suite's queries, kept as data: queries/*.cypher.

Queries are separated by empty lines. Comments before one say how it is tried:
    // $name = a parameter's value, as YAML (2018-01-01 is a date)
    // ordered                   the query orders its rows totally; otherwise rows are compared as a multiset
    // unordered lists: 1, 2     columns, from 0, whose lists have no order
    // refused: REGEX            answered by Neo4j, refused here with this hint
    // error: REGEX              refused by both; REGEX is what is said here
    // differs: WHY              answered otherwise than by Neo4j, and listed in the README
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("queries")


@dataclass(frozen=True)
class Case:
    """A query, its parameters and what is expected of it: same, refused, error or differs."""

    name: str
    text: str
    parameters: dict[str, Any] = field(default_factory=dict)
    expected: str = "same"
    detail: str = ""
    ordered: bool = False
    sets: tuple[int, ...] = ()


def cases() -> list[Case]:
    """All of them, file by file."""
    return [
        _case(f"{path.stem}-{number:02}", block)
        for path in sorted(FOLDER.glob("*.cypher"))
        for number, block in enumerate(re.split(r"\n\s*\n", path.read_text("utf-8").strip()), 1)
    ]


def _case(name: str, block: str) -> Case:
    lines = block.splitlines()
    said = [line[3:] for line in lines if line.startswith("// ")]
    fields: dict[str, Any] = {"parameters": {}}
    for line in said:
        word, _, rest = line.partition(": ")
        if line.startswith("$"):
            parameter, _, value = line[1:].partition(" = ")
            fields["parameters"][parameter] = yaml.safe_load(value)
        elif word in ("refused", "error", "differs"):
            fields |= {"expected": word, "detail": rest}
        elif line == "ordered":
            fields["ordered"] = True
        elif word == "unordered lists":
            fields["sets"] = tuple(int(number) for number in rest.split(","))
    return Case(name, "\n".join(line for line in lines if not line.startswith("// ")), **fields)

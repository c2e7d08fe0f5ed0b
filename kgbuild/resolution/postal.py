"""A state's postal code, or how newspapers shorten it, and the text around it -> the state: "TX" in "Fort Worth, TX". Knows single mentions only.

Most codes are also those of countries (DE, IN, CA), so that a code counts only behind a city of that state (a table: GeoNames, CC BY 4.0),
behind a county, or before a zip code: "Berlin, DE" is no state.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kgbuild.resolution.countries import shown
from kgbuild.resolution.names import fold

FILE = Path(__file__).with_suffix(".txt")
"""A line a state: its code, its key, and its cities; lines that begin with # are about the table."""
_NEWSPAPERS = dict(
    entry.split()
    for entry in (
        "Ala AL|Ark AR|Cal CA|Colo CO|Del DE|Ga GA|Ill IL|Ind IN|Kan KS|Ky KY|La LA|Md MD|Miss MS|Mo MO|"
        "Mont MT|Neb NE|Nev NV|Ore OR|Pa PA|Tenn TN|Tex TX|Va VA|Vt VT|WVa WV|Wash WA|Wis WI|Wyo WY"
    ).split("|")
)
"""How newspapers shorten states, without dots and spaces -> the code; "Calif." and others that mean nothing else stand in countries.TABLE."""
_BEFORE = re.compile(r"([A-Z][\w.'’-]*(?:[ \t][A-Z][\w.'’-]*){0,3}),?\s*$")
_ZIP = re.compile(r",?\s+\d{5}(?:-\d{4})?(?!\d)")
_REACH = 60
"""Characters before a code in which a city's name is looked for."""
_COUNTIES = frozenset(("county", "parish", "borough"))


@cache
def states() -> dict[str, tuple[str, frozenset[str]]]:
    """Postal code -> the key of the state and the folded names of its cities. The states of New York and Washington have "state" in their
    keys: the names alone are as often cities.
    """
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            head, _, cities = line.partition(": ")
            code, _, state = head.partition(" ")
            found[code] = state, frozenset(cities.split(", "))
    return found


def written_out(keys: Iterable[str], forms: Iterable[str]) -> str:
    """The name to show of a state that is written as a code only ("TX" -> "Texas"); '' for all other places."""
    known = {states().get(_code(form), ("", ()))[0] for form in forms}
    return next((shown(key) for key in keys if "" not in known and key in known), "")


def _code(form: str) -> str:
    """The postal code that a form is, or that newspapers shorten so; any other form without dots and spaces."""
    code = "".join(form.replace(".", "").split())
    return _NEWSPAPERS.get(code, code)


def state_of(text: str, start: int, end: int) -> str:
    """The key of the state whose postal code text[start:end] is, by what stands beside it; '' if it is none, or may mean something else."""
    found = states().get(_code(text[start:end]))
    if found is None:
        return ""
    state, cities = found
    before = _BEFORE.search(text, max(0, start - _REACH), start)
    words = fold(before[1]).split() if before else []
    in_state = any(" ".join(words[i:]) in cities for i in range(len(words))) or (words and words[-1] in _COUNTIES)
    return state if in_state or _ZIP.match(text, end) else ""

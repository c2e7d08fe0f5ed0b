"""A date in words, in any of eighty languages -> its numbers: "12. Mai 2020", "12 de mayo de 2020", "2020. május 12.", "2020년 5월".

The months' names are a table (CLDR, Unicode licence), the words between the numbers a list; a date with any other word is not read.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")
"""A line a language: its code, then twelve columns of names, as `bare` writes them; lines that begin with # are about the table."""
_IN_ENGLISH = "january february march april may june july august september october november december".split()
ENGLISH = {name[:size]: number for number, name in enumerate(_IN_ENGLISH, 1) for size in (3, len(name))} | {"sept": 9}
"""Name or first three letters -> 1 to 12; dates in English have patterns of their own."""
LONGEST = 40
"""Characters of a date at the most."""
_PART = re.compile(r"\d+|[^\W\d_][^\s\d.,;،/()'’–—-]*|[^\s\d]")
_PASSED_OVER = frozenset(
    # points and what stands between day, month and year: "12 de mayo del 2020", "den 12. maj", "12 مايو، 2020"
    ". , - / ، ' ’ a al am d da dans de del den der di do dos el em en et i il im in la le les of på the u v w"
    # the ending of an ordinal: "1er", "1º", "1ste", "12an", "2020ko"
    " o ° er re ère e ème ste te de a an aren ko ren i ji eme"
    # "the day", "the year", after or before their numbers
    " dia día jour ngày tag dag год г года году р рік року році r rok roku roce m metų d dienos g gads gada anno année ano año anul an év години година"
    " yılı yil yili năm พ.ศ ค.ศ ปี วันที่ في عام سنة שנת".split()
)
_COUNTED = re.compile(
    r"(?:(?P<year>\d{4})\s*[年년])?(?:\s*(?P<month>0?[1-9]\d?)\s*[月월](?:\s*(?P<day>0?[1-9]\d?)\s*[日号號일])?)?"
)
_VIETNAMESE = re.compile(
    r"(?:ngày\s+)?(?:(?P<day>0?[1-9]\d?)\s+)?tháng\s+(?P<month>0?[1-9]\d?)(?:\s*(?:,|năm|/)?\s*(?P<year>\d{4}))?"
)
_SAID = (["day", "month", "year"], ["month", "year"])
"""What a date in words may say, in any order: no part can be taken for another."""
_DAY_LAST = frozenset(("eu", "hu", "lt"))
"""Languages that write "May 12" where others write "12 May"; elsewhere "Mai 20" may be a year."""
_BUDDHIST = 543
"""Years by which Thai counts ahead, where the year could not be meant otherwise."""

Written = tuple[int, int, int]
"""Year, month and day; 0 for what is not written."""


def bare(name: str) -> str:
    """A month's name without case, marks of another width, and full stops."""
    return unicodedata.normalize("NFKC", name).casefold().replace(".", "").strip()


@cache
def months(language: str) -> Mapping[str, int]:
    """Name as `bare` writes it -> 1 to 12; nothing for a language that the table lacks. "": names that mean one month in all of them."""
    tables = _tables()
    if language:
        return tables.get(language, {})
    found: dict[str, set[int]] = {}
    for table in tables.values():
        for name, number in table.items():
            found.setdefault(name, set()).add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}


def written(text: str, language: str) -> Written | None:
    """What a whole text says, if it is a date with a month in words (or counted, as Chinese, Korean and Vietnamese do); None if not.

    language: two letters, "" if it is not known. The numbers are not looked at: there may be no such day.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(text) > LONGEST:
        return None
    if found := _COUNTED.fullmatch(text) or _VIETNAMESE.fullmatch(text.casefold()):
        year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
        return (year, month, day) if year or day else None
    return _in_words(_parts(text, months(language)), language)


def _parts(text: str, names: Mapping[str, int]) -> list[tuple[str, int]]:
    """("month", 5) or (figures, 12) of each part that says something; another word is ("?", 0)."""
    parts: list[tuple[str, int]] = []
    for part in _PART.findall(text):
        name = bare(part)
        if part.isdecimal():
            parts.append((part, int(part)))
        elif name in names:
            parts.append(("month", names[name]))
        elif name and name not in _PASSED_OVER:
            parts.append(("?", 0))
    return parts


def _in_words(parts: list[tuple[str, int]], language: str) -> Written | None:
    """The year is four figures, the day at most two."""
    shape = [{1: "day", 2: "day", 4: "year"}.get(len(part), "") if part.isdecimal() else part for part, _ in parts]
    in_order = ["month", "day"] if language in _DAY_LAST else ["day", "month"]
    if shape != in_order and sorted(shape) not in _SAID:
        return None
    said = dict(zip(shape, (number for _, number in parts), strict=True))
    year = said.get("year", 0)
    year -= _BUDDHIST if language == "th" and year > 2400 else 0
    return (year, said["month"], said.get("day", 0)) if 0 not in said.values() else None


@cache
def _tables() -> dict[str, dict[str, int]]:
    tables = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            language, *columns = line.split("\t")
            tables[language] = {name: number for number, names in enumerate(columns, 1) for name in names.split()}
    return tables

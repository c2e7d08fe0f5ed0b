"""What must never enter a workspace, as a person says it: in the schema, in kgbuild.toml, or in both, which then add up."""

import re
from dataclasses import dataclass

FINDERS = ("card", "email", "iban", "phone")
KEYS = ("find", "phone_regions", "ids", "patterns", "types")

_REGION = re.compile(r"[A-Z]{2}")
_NATIONAL = re.compile(r"[a-z]{2}_?\.[a-z][a-z0-9_]*")
_KIND = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_TYPE = re.compile(r"[A-Z][A-Za-z0-9]{0,127}")


@dataclass(frozen=True, slots=True)
class Privacy:
    """Rules that apply when a document is read. They decide nothing about a graph, but which texts it is made from.

    find: of FINDERS; phone_regions: whose telephone numbers are known without a country code, as "US"; ids: national numbers,
    named as modules of python-stdnum ("us.ssn"); patterns: (word of the placeholder, regular expression); types: entity types
    of the schema whose mentions the model finds. Each sorted.
    """

    find: tuple[str, ...] = ()
    phone_regions: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()

    def __or__(self, other: "Privacy") -> "Privacy":
        """Both."""
        pairs = {key: (getattr(self, key), getattr(other, key)) for key in KEYS}
        return Privacy(**{key: tuple(sorted({*a, *b})) for key, (a, b) in pairs.items()})


def fault(key: str, word: str) -> str:
    """What to write instead, if a word cannot stand in one of the lists; '' if it can."""
    match key:
        case "find":
            return "" if word in FINDERS else f"write some of {', '.join(FINDERS)}"
        case "phone_regions":
            return "" if _REGION.fullmatch(word) else "write codes of two capitals, as [US, DE]"
        case "ids":
            return "" if _NATIONAL.fullmatch(word) else "name modules of python-stdnum, as [us.ssn, de.idnr]"
        case _:
            return "" if _TYPE.fullmatch(word) else "name entity types of the schema, as [Person]"


def pattern_fault(kind: str, expression: str) -> str:
    """What is wrong with a pattern of one's own; '' if nothing is."""
    if not _KIND.fullmatch(kind) or kind.lower() in FINDERS:
        return "its name must be like CASE_NUMBER, of capitals, digits and _, and none of the built-in ones"
    try:
        compiled = re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        return f"it is no regular expression: {error}; correct it, in single quotes"
    return "it matches where there is nothing; let it match one character at least" if compiled.search("") else ""

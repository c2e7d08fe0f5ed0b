"""Two names -> the reasons that they are one, each with an integer weight. The score of a pair is their sum.

A feature is a function of the pair; its docstring is what `explain` shows to a user. All weights stand in WEIGHTS. `rivals` is the
only one that looks further: at the names that meet in the same bucket.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kgbuild.resolution.countries import country_of, demonym_group, split_country
from kgbuild.resolution.lexicon import GENERATIONS, GENERIC, PUBLIC_BODIES, SMALL, Kind, kind_of
from kgbuild.resolution.names import core, initials_match, legal_form, undated

Reason = tuple[str, int]
"""Name of a feature and its weight."""


@dataclass(frozen=True, slots=True, order=True)
class NameNode:
    """A name across documents.

    acronyms: short keys that some document defines for it, "Long Name (ABC)"; calls: other keys by which documents that hold it call
    the same thing, each with how many do; documents: how many hold a person's full name, 0 if they are few. See keys.called.
    """

    type: str
    key: str
    acronyms: frozenset[str] = frozenset()
    calls: frozenset[tuple[str, int]] = frozenset()
    documents: int = 0

    @property
    def id(self) -> str:
        """The name's id: "Type/key"."""
        return f"{self.type}/{self.key}"


Feature = Callable[[NameNode, NameNode], bool]

MIN_JOINED = 6
"""Names shorter than this may differ by chance in nothing but spaces."""


def defined_acronym(left: NameNode, right: NameNode) -> bool:
    """A document defines the one as short for the other: "Long Name (ABC)"."""
    return left.key != right.key and (left.key in right.acronyms or right.key in left.acronyms)


def shared_acronym(left: NameNode, right: NameNode) -> bool:
    """Documents define the same acronym for both, and one name has all words of the other in order, countries, plurals and small
    words aside: "Health and Human Services (HHS)", "Departments of Health and Human Services (HHS)"; or the words that both have
    spell it: "Today Health and Human Services (HHS)".
    """
    shared = left.acronyms & right.acronyms
    if not shared:
        return False
    both = " ".join(word for word in _meaning(left.key) if word.removesuffix("s") in _plain(_meaning(right.key)))
    if any(initials_match(acronym, both) for acronym in shared):
        return True
    short, long = sorted((_meaning(left.key), _meaning(right.key)), key=len)
    if long[: len(short)] == short and long[len(short) : len(short) + 1] == ["of"]:
        return False
    return len(_plain(short)) > 1 and _plain(short) <= _plain(long)


def _plain(words: list[str]) -> frozenset[str]:
    """The words that carry meaning, without a plural's s."""
    return frozenset(word.removesuffix("s") for word in words if word not in SMALL)


def same_letters(left: NameNode, right: NameNode) -> bool:
    """Only spaces and hyphens differ: "Exxon Mobil Corp", "ExxonMobil Corp"."""
    a, b = left.key.replace(" ", ""), right.key.replace(" ", "")
    return kind_of(left.type) is Kind.ORGANIZATION and a == b and len(a) >= MIN_JOINED


def legal_form_left_out(left: NameNode, right: NameNode) -> bool:
    """The same name with and without its legal form: "Buckle", "The Buckle, Inc."."""
    return _same_core(left, right) and (legal_form(left.key) == "") != (legal_form(right.key) == "")


def other_legal_form(left: NameNode, right: NameNode) -> bool:
    """The same name with two different legal forms: "SeaRiver Maritime Inc.", "SeaRiver Maritime LLC"."""
    a, b = legal_form(left.key), legal_form(right.key)
    return _same_core(left, right) and bool(a and b) and a != b


def country_left_out(left: NameNode, right: NameNode) -> bool:
    """A public body with and without its country: "General Services Administration", "U.S. General Services Administration"."""
    a, b = country_free(left.key), country_free(right.key)
    return _is_body(left, right) and a[1] == b[1] != "" and (a[0] == "") != (b[0] == "")


def same_country(left: NameNode, right: NameNode) -> bool:
    """A public body whose country is written in two ways: "US Mint", "United States Mint"."""
    a, b = country_free(left.key), country_free(right.key)
    return _is_body(left, right) and a[1] == b[1] != "" and a[0] == b[0] != ""


def other_country(left: NameNode, right: NameNode) -> bool:
    """Public bodies of the same name in two countries."""
    a, b = country_free(left.key), country_free(right.key)
    return _is_body(left, right) and a[1] == b[1] != "" and "" != a[0] != b[0] != ""


def demonym(left: NameNode, right: NameNode) -> bool:
    """A country and the words for what belongs to it, of whatever type: "Germany", "German", "Germans" (not the language)."""
    a, b = country_words(left), country_words(right)
    return a == b != "" and left != right


def miscellaneous(left: NameNode, right: NameNode) -> bool:
    """The same name, once read as an organisation and once as a thing of no special type."""
    return {kind_of(left.type), kind_of(right.type)} == {Kind.MISC, Kind.ORGANIZATION} and left.key == right.key


def read_as_person(left: NameNode, right: NameNode) -> bool:
    """The same acronym, once read as a person, where documents define it: "GSA" in "Jarah Meador, GSA"."""
    kinds = [kind_of(left.type), kind_of(right.type)]
    return left.key == right.key and kinds.count(Kind.PERSON) == 1 and left.key in left.acronyms | right.acronyms


def year_left_out(left: NameNode, right: NameNode) -> bool:
    """A law with and without its year, or with its year in two ways: "Privacy Act", "Privacy Act of 1974"."""
    (one, first), (other, second) = undated(left.key), undated(right.key)
    return one == other != "" and left.key != right.key and (first == second or not first or not second)


def middle_name_left_out(left: NameNode, right: NameNode) -> bool:
    """The same first and last name, one without what stands between, or with its initials: "John Kennedy", "John F. Kennedy"."""
    a, b = _full_name(left), _full_name(right)
    same_ends = bool(a and b) and a != b and a[0] == b[0] and a[-1] == b[-1]
    return same_ends and min(len(a[0]), len(a[-1])) > 1 and _middles_fit(a[1:-1], b[1:-1])


def initial(left: NameNode, right: NameNode) -> bool:
    """The same last name, and the first name of one is the initial of the other's: "J. Smith", "John Smith"."""
    a, b = sorted((_full_name(left), _full_name(right)), key=lambda names: len(names[0]) if names else 0)
    if not a or not b or a[-1] != b[-1] or not _middles_fit(a[1:-1], b[1:-1]):
        return False
    return len(a[0]) == 1 < len(b[0]) and b[0].startswith(a[0])


WEIGHTS: dict[Feature, int] = {
    defined_acronym: 60,
    shared_acronym: 40,
    same_letters: 60,
    legal_form_left_out: 50,
    other_legal_form: -200,
    country_left_out: 50,
    same_country: 70,
    other_country: -200,
    demonym: 60,
    miscellaneous: 50,
    read_as_person: 60,
    year_left_out: 50,
    middle_name_left_out: 40,
    initial: 30,
}
"""The scorecard. A positive sum joins two names; what forbids outweighs all that speaks for."""

RIVALS = -200
"""Weight of `rivals`."""


def rivals(count: int) -> int:
    """Other names of the corpus could be meant as well, so that the short form joins none of them."""
    return RIVALS if count else 0


CALLED = 60
"""Weight of `called_so` and of `last_name_alone`."""


def called_so() -> int:
    """Documents that give the one name go on with the other, several of them, and hardly any means something else by it: "Department of
    the Treasury", "Treasury".
    """
    return CALLED


def last_name_alone() -> int:
    """A last name alone, and the one person of that name of whom these documents speak: in many of them the full name stands, in four
    times as many as that of anybody else who is called so, and some go on with the last name alone: "Donald Trump", "Trump".
    """
    return CALLED


def compare(left: NameNode, right: NameNode) -> tuple[Reason, ...]:
    """The features that hold of two names, with their weights, in the order of WEIGHTS; symmetric."""
    return tuple((feature.__name__, weight) for feature, weight in WEIGHTS.items() if feature(left, right))


def explanation(reason: str) -> str:
    """What a reason means, for a person: the docstring of its feature."""
    found = next((f.__doc__ or "" for f in (*WEIGHTS, rivals, called_so, last_name_alone) if f.__name__ == reason), reason)
    return " ".join(found.split())


def country_free(key: str) -> tuple[str, str]:
    """(country or '', a public body's key without it); ('', '') for what is no public body of two words or has a legal form."""
    tokens = tuple(key.split())
    if legal_form(key):
        return "", ""
    country, rest = split_country(tokens)
    if len(rest) < 2 or not PUBLIC_BODIES.intersection(rest):
        return "", ""
    return country, " ".join(rest)


def country_words(node: NameNode) -> str:
    """The country that a place's name, or a word like "German", belongs to; '' for all other names."""
    match kind_of(node.type):
        case Kind.PLACE:
            return demonym_group(node.key)
        case Kind.MISC:
            return country_of(node.key)
        case _:
            return ""


def joined_core(key: str) -> str:
    """An organisation's key without legal form and spaces; '' where that names nobody ("National Corp.")."""
    bare = core(key)
    return "" if bare in GENERIC else bare.replace(" ", "")


def _same_core(left: NameNode, right: NameNode) -> bool:
    if kind_of(left.type) is not Kind.ORGANIZATION:
        return False
    a, b = core(left.key), core(right.key)
    return a not in GENERIC and (a == b or (len(a) >= MIN_JOINED and a.replace(" ", "") == b.replace(" ", "")))


def _is_body(left: NameNode, right: NameNode) -> bool:
    return kind_of(left.type) is Kind.ORGANIZATION


def _meaning(key: str) -> list[str]:
    return list(split_country(tuple(core(key).split()))[1])


def _middles_fit(left: list[str], right: list[str]) -> bool:
    """Whether middle names do not contradict each other: one has none, or word by word they are equal or initials."""
    if not left or not right:
        return True
    same = (a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(left, right, strict=False))
    return len(left) == len(right) and all(same)


def _full_name(node: NameNode) -> list[str]:
    """Words of a person's full name without a generation; [] for a single word and for what is no person."""
    if kind_of(node.type) is not Kind.PERSON:
        return []
    tokens = node.key.split()
    if tokens[-1] in GENERATIONS:
        return []
    return tokens if len(tokens) > 1 else []

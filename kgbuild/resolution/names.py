"""A written name -> its key (what makes two writings the same name) and, of many writings, the one to show.

Rules depend on the family of the type (`lexicon.kind_of`); everything else is the text. Knows no document and no other name.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from kgbuild.possessives import ends_in_its_own_s
from kgbuild.resolution.countries import canonical_place, country_of, shown, split_country
from kgbuild.resolution.lexicon import (
    CJK_HONORIFICS,
    CJK_LEGAL,
    GENERATIONS,
    HONOURS,
    LEGAL_FORMS,
    LEGAL_LINKS,
    OFFICES,
    SMALL,
    TITLES,
    Kind,
    kind_of,
)

VERSION = 9
"""Raised whenever a rule of this room gives another key, edge or cluster for the same input."""

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
DEFINITION = re.compile(
    r"^(?P<long>.*\S)\s*[(\[]\s*(?:the\s+)?[\"“'‘]?(?P<short>[^()\[\]\"”'’]{2,12})[\"”'’]?\s*[)\]]$", re.DOTALL
)
_CAPITAL = "A-ZÀ-ÖØ-ÞĆČĐĚĞİŁŃŐŘŚŞŠŮŰŹŻŽΑ-ΩЀ-Я"
_SMALL = "a-zß-öø-ÿćčđěğıłńőřśşšůűźżžα-ωа-ӿ"
SHORT = re.compile(rf"(?=.*[{_CAPITAL}].*[{_CAPITAL}])[{_CAPITAL}0-9][{_CAPITAL}{_SMALL}0-9&.\-/]{{1,11}}")

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "&": " and "}
    | dict.fromkeys("أإآٱ", "ا")
    | {"ى": "ي", "ی": "ي", "ک": "ك"}
)
"""Letters that are written in two ways: without the stroke, the hamza, or as on a Persian keyboard."""
_MARKS = re.compile(r"[®™©℠]|(?<=[^\W\d_])\((?:R|TM|SM)\)")
"""Signs of trade marks, which are no part of a name."""
_HASHTAG = re.compile(r"(?<!\w)#(?=[^\W\d])")
_DROPPED = re.compile(
    r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u0652\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]|[\u00ad\u02bb-\u02bf\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|(?<=[a-z\d])['’‘`´](?=[a-z])"
)
"""Points and vowel signs that Hebrew and Arabic mostly leave out, the stretching tatweel, invisible marks, apostrophes inside a word."""
_STRESSED, _GREEK = frozenset("аеиоуыэюяіє"), re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_POSSESSIVE = re.compile(r"(?:(?<=\w)['’´`]s|(?<=s)['’´`])[\s\"”»]*$", re.IGNORECASE)
_INITIALISM = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W\d_])|(?<![\w.])[^\W\d_](?:\.[^\W\d_])+(?![\w])")
_OUTER_DOT = re.compile(r"(?<!\w)\.|\.(?!\w)")
_CJK_GAP = re.compile(f"(?<=[{CJK}]) +(?=[{CJK}])")
_CJK_DOT = re.compile(f"(?<=[{CJK}])[·・･‧•](?=[{CJK}])")
"""What parts a foreigner's first name from the last: "安格拉·默克尔"."""
_FAMILY_FIRST = re.compile(r"([Ѐ-ӿ]{2,}(?:-[Ѐ-ӿ]{2,})?)\s+((?:[Ѐ-ӿ]\.\s?){2})")
"""As Russian lists people: "Иванов А. В."."""
_THE = re.compile(r"^the\s+(?=\S)", re.IGNORECASE)
_INDEFINITE = re.compile(r"^\W*an?\s+(?=[^\W_]{2})", re.IGNORECASE)
_PLURAL = re.compile(r"[A-Z][A-Z0-9]+s")
_LAW = re.compile(r"(?P<law>.+ (?:act|acts|amendments|ordinance|statute|regulations))(?:(?: of)? (?P<year>(?:1[5-9]|20)\d\d))?")
_SPACED_DASH = re.compile(r"\s[—–-]\s")
_OFFICE_LINKS = frozenset(("of", "for", "and", "the"))
_INITIALS = re.compile(r"(?<![\w.])((?:[^\W\d_]\.)+)(?=\s*[^\W\d_]{2})")


@lru_cache(maxsize=200_000)
def normalise(type: str, text: str) -> str:
    """Key of a name as written, or "" when nothing is left. Equal keys of one type are one name.

    Case, width, accents of Latin letters, punctuation, possessives, marks ("®", a hashtag's sign) and a leading article are dropped for every type; a
    definition at the end ("General Services Administration (GSA)") too. Persons lose titles and honours, and "Last, First" is
    turned, and keep an "A", which is an initial or a name ("A. Smith", "An Wang"); organisations keep their legal form in one spelling;
    places that have several names get the one of the table; an acronym loses the plural's s ("APIs").
    """
    kind = kind_of(type)
    defined = split_definition(text)
    text = defined[0] if defined else text
    if kind in (Kind.ORGANIZATION, Kind.MISC, Kind.OTHER) and _PLURAL.fullmatch(text):
        text = text[:-1]
    if kind is Kind.PERSON:
        text = _INITIALS.sub(lambda match: match.group().replace(".", ". "), _turned(text))
        return " ".join(_person([word for part in _CJK_DOT.split(text) for word in _spelled_alike(part).split()]))
    tokens = fold(_whole(text)).split()
    match kind:
        case Kind.ORGANIZATION:
            return " ".join(_organization(tokens))
        case Kind.PLACE:
            return _place(tokens)
        case Kind.MISC | Kind.OTHER:
            return " ".join(tokens)


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """What any two spellings of the same letters share: no case, width, Latin accents, punctuation, article, possessive.

    An "A" that no word follows directly is no article: "A. Schulman", "A & W", "A-130".
    """
    return _spelled_alike(_INDEFINITE.sub("", _plain(text)))


def _spelled_alike(text: str) -> str:
    """`fold` that keeps a leading "a" or "an"."""
    text = _plain(_POSSESSIVE.sub("", text.strip())).casefold()
    text = _without_accents(text).translate(_LETTERS)
    text = _DROPPED.sub("", text)
    text = _INITIALISM.sub(lambda match: match.group().replace(".", ""), text)
    text = _OUTER_DOT.sub(" ", text)
    text = "".join(character if _is_kept(character) else " " for character in text)
    text = _CJK_GAP.sub("", " ".join(text.split()))
    return "" if text == "the" else _THE.sub("", text)


def _plain(text: str) -> str:
    """Letters and signs in their plain width, without marks: these go first, since "™" is two letters in plain width."""
    return unicodedata.normalize("NFKC", _HASHTAG.sub("", _MARKS.sub("", text)))


def _whole(text: str) -> str:
    """A name that ends in a possessive ("Macy's") without the apostrophe, so that it is written as in "Macy's, Inc."."""
    return text.strip().replace("’", "").replace("'", "") if ends_in_its_own_s(text) else text


def undated(key: str) -> tuple[str, str]:
    """(a law's key without its year, the year): "privacy act of 1974" -> ("privacy act", "1974"); the year '' where it has none, and
    ('', '') for what is no law: the years of fairs and censuses tell them apart.
    """
    found = _LAW.fullmatch(key)
    return (found["law"], found["year"] or "") if found else ("", "")


def core(key: str) -> str:
    """An organisation's key without its legal form; "" when the form is all there is."""
    for form in CJK_LEGAL:
        if key.endswith(form) and len(key) > len(form):
            return key[: -len(form)]
    tokens = key.split()
    end = _legal_start(tokens)
    return " ".join(tokens[:end])


def legal_form(key: str) -> str:
    """An organisation's legal form as its key writes it ("co ltd"), or ""."""
    return key[len(core(key)) :].strip() if core(key) else ""


def initials_match(short: str, long: str) -> bool:
    """Whether short can stand for long: its letters begin words of long, in order; small words may be left out.

    Up to half as many words as letters may be skipped ("HHS": Department of Health and Human Services), and up to half of the
    letters may stand inside a word, after its initial ("UNPROFOR"); a country in front may be left out. After Schwartz and Hearst (2003), stricter about initials.
    """
    letters = "".join(character for character in fold(short) if character.isalnum())
    words = _spelled(long)
    if not 2 <= len(letters) <= 12 or len(words) < 2 or letters == "".join(words):
        return False
    rest = split_country(tuple(words))[1]
    return min(_skipped(letters, tuple(words)), _skipped(letters, rest)) * 2 <= len(letters)


def split_definition(text: str) -> tuple[str, str] | None:
    """("Long Name", "ABC") of a text "Long Name (ABC)" whose letters fit, else None."""
    if not text.rstrip().endswith((")", "]")):
        return None
    match = DEFINITION.match(text.strip())
    if match and SHORT.fullmatch(match["short"].strip()) and initials_match(match["short"], match["long"]):
        return match["long"], match["short"].strip()
    return None


def titles_of(text: str) -> frozenset[str]:
    """The titles that a person's name is written with ("Secretary Azar" -> {"secretary"})."""
    tokens = fold(text).split()
    return frozenset(tokens[: _titles_end(tokens)]) & TITLES


def display(forms: Sequence[tuple[str, int]], type: str) -> str:
    """The name to show, of (written form, how often): the longest of the frequent mixed-case forms, without article, possessive, title.

    Frequent is at least a tenth of the most frequent one. Acronyms, all-caps forms, demonyms, forms of two parts ("Ann Lee — Postal
    Service") and, where one with a capital is frequent, forms without any ("18f") are shown only if there is nothing else. A place
    that is named by its people alone ("Norwegian") is shown as their country.
    Raises ValueError without forms.
    """
    counts: dict[str, int] = {}
    for form, count in forms:
        counts[bare(form, type)] = counts.get(bare(form, type), 0) + count
    if not counts:
        raise ValueError("no written form to choose a name from")
    counts = _without_stops(counts)
    homes = {form: country_of(fold(form)) for form in counts}
    if kind_of(type) is Kind.PLACE and all(homes.values()) and len(set(homes.values())) == 1:
        return shown(next(iter(homes.values())))
    named = {form: count for form, count in counts.items() if not homes[form]} or counts
    whole = {form: count for form, count in named.items() if not _SPACED_DASH.search(form)} or named
    most = max(whole.values())
    if any(form != form.lower() and count * 10 >= most for form, count in whole.items()):
        whole = {form: count for form, count in whole.items() if form != form.lower() or not _has_case(form)}
    pool = {form: count for form, count in whole.items() if _is_mixed(form)} or whole
    floor = max(pool.values())
    frequent = {form: count for form, count in pool.items() if count * 10 >= floor}
    return min(frequent, key=lambda form: (-len(form), -frequent[form], form))


def _without_stops(counts: dict[str, int]) -> dict[str, int]:
    """Forms that end in a sentence's full stop ("World War I.") counted as those without, where these are written too."""
    found: dict[str, int] = {}
    for form, count in counts.items():
        last = form.split()[-1].removesuffix(".")
        ends = (
            form.endswith(".")
            and form[:-1] in counts
            and "." not in last
            and fold(last) not in LEGAL_FORMS.keys() | GENERATIONS
        )
        plain = form[:-1] if ends else form
        found[plain] = found.get(plain, 0) + count
    return found


def bare(form: str, type: str) -> str:
    """A written form without definition, possessive (but "McDonald's"), quotes, marks, article and titles, in its own case; never empty
    for a non-empty form.
    """
    defined = split_definition(form)
    text = " ".join(_MARKS.sub("", defined[0] if defined else form).split()).strip("\"“”„«»'‘’`,;: ")
    is_person = kind_of(type) is Kind.PERSON
    if is_person or not ends_in_its_own_s(text):
        text = _POSSESSIVE.sub("", text)
    if text.casefold() != "the hague":
        text = (_THE if is_person or _THE.match(text) else _INDEFINITE).sub("", text)
    if is_person:
        words = text.split()
        words = words[_titles_end([fold(word) for word in words]) :]
        while len(words) > 1 and fold(words[-1]) in HONOURS:
            words.pop()
        text = without_honorific(" ".join(words).rstrip(",") or text)
    return text or form


def _has_case(form: str) -> bool:
    return form != form.upper()


def _is_mixed(form: str) -> bool:
    """Whether a form has lower-case letters, or a script without case."""
    return any(character.islower() or unicodedata.category(character) == "Lo" for character in form)


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LMNS" or character in "#@%." or (category == "Zs" and character == " ")


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        if "\u0300" <= character <= "\u036f" and kept and _is_spelling(character, kept[-1]):
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _is_spelling(mark: str, letter: str) -> bool:
    """Whether the letter is the same without its mark: in Latin and Greek, of Cyrillic a stress and the dots of "ё", but not "й"."""
    if letter.isascii() or _GREEK.match(letter):
        return True
    return (letter == "е" and mark == "\u0308") or (letter in _STRESSED and mark in "\u0300\u0301")


def _turned(text: str) -> str:
    """Turn "Azar, Alex" into "Alex Azar", "Иванов А. В." into "А. В. Иванов"; what follows the comma may be honours or a generation,
    then nothing is turned.
    """
    if listed := _FAMILY_FIRST.fullmatch(text.strip()):
        return f"{listed[2].strip()} {listed[1]}"
    last, comma, first = text.partition(",")
    words = fold(first).split()
    if not comma or "," in first or not 1 <= len(words) <= 3 or not 1 <= len(last.split()) <= 2:
        return text
    if any(word in HONOURS or word in GENERATIONS for word in words) or not first.strip()[0].isupper():
        return text
    return f"{first.strip()} {last.strip()}"


def _person(tokens: list[str]) -> list[str]:
    tokens = tokens[_titles_end(tokens) :]
    while len(tokens) > 1 and tokens[-1] in HONOURS:
        tokens = tokens[:-1]
    tokens = [*tokens[:-1], *(without_honorific(token) for token in tokens[-1:])]
    return [{"junior": "jr", "senior": "sr"}.get(word, word) for word in tokens]


def without_honorific(word: str) -> str:
    """A Chinese or Japanese name without "先生" or "さん", if two characters stay."""
    return next((word[: -len(end)] for end in CJK_HONORIFICS if word.endswith(end) and len(word) > len(end) + 1), word)


def _titles_end(tokens: Sequence[str]) -> int:
    """Where the name begins after its titles; at least one word is always left. "Duke of Wellington" has no title to lose."""
    end = 0
    start = next((i for i, token in enumerate(tokens[:3]) if token in TITLES), 0)
    if start and canonical_place(" ".join(tokens[:start])) != "united states":
        start = 0
    index = start
    while index < len(tokens) - 1:
        if tokens[index] in TITLES:
            index += 1
        elif index > start and tokens[index] in _OFFICE_LINKS:
            if tokens[index + 1] not in OFFICES:
                return 0 if end == 0 or tokens[index] == "of" else end
            index += 2
        elif index > start and tokens[index] in OFFICES and tokens[index - 1] in OFFICES:
            index += 1
        else:
            break
        end = index
    return end if end < len(tokens) else end - 1


def _organization(tokens: list[str]) -> list[str]:
    start = _legal_start(tokens)
    return tokens[:start] + [LEGAL_FORMS.get(token, token) for token in tokens[start:]]


def _legal_start(tokens: Sequence[str]) -> int:
    """Index of the first word of the legal form at the end; len(tokens) if there is none, or nothing else."""
    start = index = len(tokens)
    while index > 0:
        if tokens[index - 1] in LEGAL_FORMS:
            start = index - 1
        elif tokens[index - 1] not in LEGAL_LINKS or start != index:
            break
        index -= 1
    if 0 < start < len(tokens) and tokens[start - 1] == "and" and start >= 2:
        start -= 1
    return start if start > 0 else len(tokens)


def _place(tokens: list[str]) -> str:
    if len(tokens) > 1 and tokens[0] in {"st", "mt", "ft"}:
        tokens = [{"st": "saint", "mt": "mount", "ft": "fort"}[tokens[0]], *tokens[1:]]
    return canonical_place(" ".join(tokens))


def _spelled(long: str) -> list[str]:
    """Words of a long name; an initialism inside it ("U.S. Agency") counts letter by letter."""
    words: list[str] = []
    for raw in long.replace("-", " ").replace("/", " ").split():
        folded = fold(raw)
        dotted = "." in raw.strip(".") and len(folded) <= 4
        words += list(folded) if dotted or (raw.isupper() and len(folded) in (2, 3)) else folded.split()
    return words


@lru_cache(maxsize=50_000)
def _skipped(letters: str, words: tuple[str, ...]) -> int:
    """The least cost of reading letters as initials of words, in order; 99 if they cannot be read so."""
    if not letters:
        return sum(word not in SMALL for word in words)
    if not words:
        return 99
    best = _skipped(letters, words[1:]) + (words[0] not in SMALL)
    if words[0][0] == letters[0]:
        taken, at = 1, 0
        while True:
            best = min(best, _skipped(letters[taken:], words[1:]) + (taken - 1))
            at = words[0].find(letters[taken], at + 1) if taken < len(letters) else -1
            if at < 0:
                return best
            taken += 1
    return best

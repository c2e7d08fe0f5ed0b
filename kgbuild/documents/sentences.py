"""The text of one block -> offsets of its sentences. Knows no document and no language: full stops of all scripts end sentences.

spaCy does it, with a tokenizer that parts words at white space and takes only sentence ends off them, which is all the
sentencizer needs (measured: about 350,000 words a second against 100,000 with a full tokenizer).
"""

import re
from functools import cache
from typing import Any

ABBREVIATIONS = frozenset(
    "mr mrs ms mx dr prof rev hon gen col lt cmdr capt sgt maj adm gov sen rep pres supt atty amb insp st ste mt ft jr sr "
    "inc corp co ltd llc llp plc bros assn dept div dist univ est cie gmbh jan feb mar apr jun jul aug sept sep oct nov dec mon "
    "tue tues wed thu thurs fri ave blvd rd bldg apt vs viz etc al cf approx ca ed eds vol vols pp fig figs eq sec ch ph.d m.d "
    "b.a m.a m.s b.s d.c u.s u.s.a u.k u.n e.u a.m p.m e.g i.e a.k.a d.b.a n.a hr hrs min".split()
)
"""A full stop after these does not end a sentence, unless _CLOSED says so."""
ELSEWHERE = frozenset(
    "nr mio mrd bzw bspw vgl sog geb gest frhr hl dipl hrsg mme mlle sra srta dra dña ud uds sig sigg dott avv dhr mevr drs ul św inż doç şti "
    "им ул проф акад св пос просп обл ген полк инж доц ред изд тыс млн млрд гг вв вул ім δρ डॉ पं प्रो".split()
)
"""The same in other languages, not in capitals alone: what stands before names and numbers, and is no English word."""

_MAY_CLOSE = (
    r"(?:Inc|Corp|Co|Ltd|LLC|plc|Bros|Jr|Sr|etc|al|Ph\.D|M\.D|D\.C|U\.S(?:\.A)?|U\.K|U\.N|E\.U|a\.m|p\.m|A\.M|P\.M"
    r"|Mio|Mrd|г|гг|вв|н\. ?э|т\. ?[дп])"
)
_OPENERS = (
    "The|This|That|These|Those|It|Its|He|She|His|Her|We|Our|They|Their|You|Your|There|In|On|At|As|For|From|With|By|To|But|And|If|When|"
    "While|After|Before|During|However|Although|Since|Because|Also|An|A|Such|Both|All|Each|Some|Many|Most|No|Not|What|How|Why|Who|Where|"
    "Der|Die|Das|Ein|Eine|Er|Sie|Es|Wir|Im|Am|Auf|Он|Она|Оно|Они|Это|В|Во|На|По|С|Из|За|Но|А|И|Для|При|После|Его|Её|Их|Там|Тогда|Также"
)
_CLOSED = re.compile(rf"(?<![\w.]){_MAY_CLOSE}\.[\"'”’)\]]*\s+(?=(?:{_OPENERS})\s)")
"""An abbreviation that may end a sentence, before a word that opens one ("… in the U.S. The agency …")."""

STOPS = "!.?։؟۔܀।॥၊။።፧፨᙮᜵᜶᠃᠉‼‽⁇⁈⁉⸮。．！？｡︒﹒﹖﹗"
WIDE_STOPS = "。！？｡︒।॥။។"
"""Stops after which a space may be missing: they end a sentence inside of what white space calls a word."""
CLOSING = "\"'”’»)]}›」』）】〉》"

_SUFFIX = re.compile(f"[{re.escape(STOPS + CLOSING)}…]$")
_INFIX = re.compile(f"[{WIDE_STOPS}]|(?<=[{WIDE_STOPS}])[{re.escape(CLOSING)}]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+|(?:[^\W\d_][\u0900-\u0dff]{0,2}\.){2,}")
"""Letters with a full stop each; of Indian scripts with their vowel signs ("ए.पी.जे."), where one alone is a short word."""
_NUMBERED = re.compile(
    r"(?:\b(?:[Nn]os?|NO|[Aa]rts?|[Ss]ecs?|[Ff]igs?|[Vv]ols?|pp?|[Cc]h|[Ee]q|Abs|Kap|Bd|Ziff|Tel|Cad|Av|[Nn]úm|[Pp]ág|рис|стр|табл|гл|см|ст)|[Ss]tr)\.$"
)
"""What a number follows: "No. 5"; a German street ends in it: "Goethestr. 5"."""
_ORDINAL = re.compile(
    r"\b(?:(?<!\bI )[Aa]m|[Vv]om|[Zz]um|[Zz]ur|[Bb]eim|[Ii]m|[Dd](?:er|en|em|es|as|ie)|[Ss]eit|[Ss]einen|[Ii]hren)\s+\d{1,2}\.$"
)
"""A German ordinal, which its full stop makes one, behind a word that no English number follows: "am 3. Oktober", "der 2. Weltkrieg"."""
_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|Mai|Juni|Juli|Oktober|Dezember)\b|(?:April|August|September|November)\s+\d{4}\b"
)
_DAY = re.compile(r"(?<![\w.,])\d{1,2}\.$")
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[ivxIVX]{1,4})\.")
_LONGEST_ENUMERATOR = 6
_NEAR = 14
_MOST_STRINGS = 500_000


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences of a block's text, in order, without the white space around them."""
    if not text.strip():
        return []
    starts = _starts(text)
    if "." in text:
        starts += [match.end() for match in _CLOSED.finditer(text)]
    bounds = _joined(text, sorted(set(starts)))
    return [
        trimmed for start, end in zip(bounds, [*bounds[1:], len(text)], strict=True) if (trimmed := _trim(text, start, end))
    ]


def _starts(text: str) -> list[int]:
    found = _machine()(text)
    return [sentence[0].idx for sentence in found.sents]


def _joined(text: str, starts: list[int]) -> list[int]:
    """Starts without those that follow no real end: before a small letter, after "No." before a number, after a lone "1."."""
    kept: list[int] = []
    for start in starts:
        after = text[start : start + 1]
        is_small = after.islower() and not "\u10d0" <= after <= "\u10ff"  # Georgian has no capitals in use
        if kept and (is_small or _is_counted(text, kept[-1], start, after)):
            continue
        kept.append(start)
    if kept:
        kept[0] = 0
    return kept


def _is_counted(text: str, first: int, start: int, after: str) -> bool:
    """Whether a start follows "No." before a number, "am 3.", or a lone "1.". Looks at its near surroundings only: a text may be all one
    sentence.
    """
    stop = start
    while stop > first and text[stop - 1].isspace():
        stop -= 1
    if after.isdigit() and _NUMBERED.search(text[max(first, stop - 8) : stop]):
        return True
    before = text[max(first, stop - _NEAR) : stop]
    if _ORDINAL.search(before) or (_DAY.search(before) and _MONTH.match(text, start)):
        return True
    return stop - first <= _LONGEST_ENUMERATOR and _ENUMERATOR.fullmatch(text[first:stop]) is not None


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _suffix(word: str) -> Any:
    """The sentence end or closing mark at the end of a word, unless it belongs to an abbreviation."""
    if word[-1] == ".":
        bare = word.lstrip("\"'“‘(«[{")
        short = bare[:-1].casefold()
        if _INITIALS.fullmatch(bare) or short in ABBREVIATIONS or (short in ELSEWHERE and not bare.isupper()):
            return None
    return _SUFFIX.search(word)


def _machine() -> Any:
    """The loaded pipeline; a fresh one when the strings it has seen would take too much memory."""
    machine = _load()
    if len(machine.vocab.strings) > _MOST_STRINGS:
        _load.cache_clear()
        machine = _load()
    return machine


@cache
def _load() -> Any:
    import spacy
    from spacy.tokenizer import Tokenizer

    machine = spacy.blank("xx")
    machine.max_length = 1 << 40
    machine.tokenizer = Tokenizer(machine.vocab, suffix_search=_suffix, infix_finditer=_INFIX.finditer)
    machine.add_pipe("sentencizer", config={"punct_chars": list(STOPS)})
    return machine

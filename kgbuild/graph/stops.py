"""The full stop behind a name: the sentence's, the name's own, or the dot of an address of which the name is a part.

Decided by the last word and by what follows; knows no list of names. A sentence that ends in "Inc." ends in the name's own.
"""

import re

OWN = frozenset(
    """
    inc incl corp co cos ltd llc llp plc gmbh mbh ag kg kgaa sa nv bv ab oy oyj spa srl sarl pty pte pvt bhd sdn tbk bros mfg assn assoc
    jr sr esq hon rev fr dr prof mr mrs ms mx messrs gen col lt cpl sgt capt cmdr cdr adm maj brig gov sen rep pres sec amb supt
    st ste mt ft ave blvd rd ln hwy pkwy pl sq bldg rm no nos vol vols fig figs vs al etc ed eds pp dept depts univ inst intl natl acad
    comm commn div govt admin lib coll sch tech sci med eng phys chem biol math hosp met calif cal mass penn pa va tex fla ill ind wash
    wis mich minn miss mo mont neb nev okla ore ariz ala ark colo conn del ga ia ida kan kans ky la md me nd nh nj nm ny oh ri sc sd
    tenn ut vt wyo ont que alta sask man jan feb mar apr jun jul aug sept oct nov dec
    """.split()
)
"""Abbreviations that keep their full stop, without it and in small letters."""
NUMBERED = frozenset(
    "war title part phase class division category article type tier volume vol book act appendix chapter table level".split()
)
"""Words that a Roman numeral of one letter follows: "World War I"."""
DOMAINS = frozenset(
    """
    gov mil edu com org net int info biz io ai app dev us uk ca eu de fr ch nl es au nz jp cn br mx cc tv ly
    aspx cfg conf css csv doc docx gif git gz htm html ini ipynb jpeg jpg js json log md mov mp3 mp4 odt pdf php png ppt pptx py rtf sh
    sql svg tar toml ts txt wav xls xlsx xml yaml yml zip
    """.split()
)
"""Last labels of addresses and of file names. Words such as "in", "is" and "me" are none: there a space was forgotten."""

LONG = 6
"""Letters from which a word is no abbreviation."""
address = re.compile(r"\.?(?:[\w-]+\.)*([a-z]\w+)(?![\w@-])")


def ends_sentence(form: str, after: str) -> bool:
    """Whether the full stop at the end of a written name is the sentence's. after: the text that follows it."""
    if not form.endswith("."):
        return False
    before, _, last = (" " + form[:-1]).rpartition(" ")
    if re.search(rf"[^\W\d_]{{{LONG}}}$", last):
        return True
    if re.match(r"\w|\s*[^\W\d_A-Z]", after) or not last or last.casefold() in OWN:
        return False
    if "." in last:  # "Digital.gov." and "3.6.1.", but neither "U.S." nor "Ph.D."
        return last.split(".")[-1] in DOMAINS or last.replace(".", "").isdigit()
    if len(last) == 1:
        return last in "IVX" and before.split()[-1:] != [] and before.split()[-1].casefold() in NUMBERED
    return any(map(str.isalpha, last))


def is_in_address(text: str, end: int) -> bool:
    """Whether a name that ends at an offset goes on as an address or file name: "USA" in "USA.gov", "Data." in "Data.gov"."""
    if text[end : end + 1] != "." and text[end - 1 : end] != ".":
        return False
    found = address.match(text, end)
    return found is not None and found[1] in DOMAINS

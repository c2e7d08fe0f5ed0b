"""The closed word lists that resolution stands on: titles, legal forms, small words, generic words. Words only, no logic.

All entries are written as `names.fold` gives them: lower case, no dots, no diacritics.
"""

from enum import StrEnum


class Kind(StrEnum):
    """Which family of rules a type follows; `other` compares normalised names and explicit definitions only, `misc`
    also knows words like "German" and "Germans".
    """

    PERSON = "person"
    ORGANIZATION = "organization"
    PLACE = "place"
    MISC = "misc"
    OTHER = "other"


KINDS = {
    **dict.fromkeys(("per", "person", "people", "human", "author", "scientist", "politician", "peop"), Kind.PERSON),
    **dict.fromkeys(
        ("org", "organization", "organisation", "company", "corporation", "agency", "institution", "team", "business"),
        Kind.ORGANIZATION,
    ),
    **dict.fromkeys(("loc", "location", "gpe", "place", "country", "city", "state", "region", "facility", "fac"), Kind.PLACE),
    **dict.fromkeys(("misc", "miscellaneous", "norp", "nationality", "demonym"), Kind.MISC),
}
"""Type names (and model labels), case folded; a type that is not listed is `other`."""


def kind_of(type: str) -> Kind:
    """The family of rules of a type, by its name."""
    return KINDS.get(type.casefold(), Kind.OTHER)


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


TITLES = words(
    """mr mrs ms miss mx dr doctor prof professor sir madam madame dame lord lady baron baroness count countess duke duchess
    prince princess king queen emperor empress tsar sultan sheikh shaikh emir pope saint cardinal archbishop bishop father
    reverend rev fr rabbi imam ayatollah mullah pastor president pres vice premier chancellor prime minister secretary sec
    undersecretary deputy assistant acting former ambassador amb consul governor gov mayor senator sen representative rep
    congressman congresswoman congressperson delegate councilman councilwoman commissioner administrator director chairman
    chairwoman chairperson chair chief general gen lieutenant lt colonel col major maj captain capt commander cmdr sergeant
    sgt corporal cpl private pvt admiral adm marshal brigadier commodore officer detective inspector sheriff judge justice
    attorney counsel coach manager striker midfielder goalkeeper defender herr frau monsieur mme mlle senor senora dona
    signor signora hon honorable honourable chef surgeon master comrade spokesman spokeswoman mp"""
)
"""Words that may stand before a person's name and are no part of it."""

OFFICES = words(
    """state defense defence treasury health justice labor labour education energy commerce agriculture transportation interior
    homeland security war finance foreign affairs staff police operations"""
)
"""What may follow "of" after a title and still be no name: "Secretary of State Kerry", but "Duke of Wellington"."""

HONOURS = words("phd md mba esq esquire dds jd rn cpa obe cbe mbe kbe mp qc kc usn usmc usaf ret bsc msc dphil edd mph")
"""What may follow a person's name and is no part of it."""

GENERATIONS = words("jr junior sr senior ii iii iv")
"""What may follow a person's name and tells two persons of one family apart."""

PARTICLES = words("van von der den de del di da dos du la le el al bin ibn ben abu ter ten st mac")
"""Words that begin a last name, and are no first name."""

LEGAL_FORMS = {
    "incorporated": "inc", "inc": "inc", "corporation": "corp", "corp": "corp", "limited": "ltd", "ltd": "ltd",
    "company": "co", "co": "co", "companies": "cos", "cos": "cos", "llc": "llc", "llp": "llp", "lp": "lp", "plc": "plc",
    "pllc": "pllc", "gmbh": "gmbh", "mbh": "mbh", "ag": "ag", "kg": "kg", "kgaa": "kgaa", "ohg": "ohg", "ev": "ev",
    "sa": "sa", "sas": "sas", "sarl": "sarl", "nv": "nv", "bv": "bv", "cv": "cv", "ab": "ab", "as": "as", "asa": "asa", "aps": "aps",
    "oy": "oy", "oyj": "oyj", "spa": "spa", "srl": "srl", "sl": "sl", "ltda": "ltda", "lda": "lda", "kft": "kft",
    "zrt": "zrt", "ldc": "ldc", "pty": "pty", "proprietary": "pty", "pte": "pte", "pvt": "pvt", "private": "pvt", "bhd": "bhd",
    "sdn": "sdn", "sae": "sae", "kk": "kk", "se": "se", "doo": "doo", "dd": "dd", "ooo": "ooo", "oao": "oao", "zao": "zao",
    "pjsc": "pjsc", "ojsc": "ojsc", "jsc": "jsc", "pt": "pt", "tbk": "tbk",
}  # fmt: skip
"""Legal forms of organisations -> the canonical one. Only at the end of a name."""

LEGAL_LINKS = words("and de")
"""Words that may stand between two legal forms: "GmbH and Co. KG", "S.A. de C.V."."""

CJK_LEGAL = ("股份有限公司", "有限责任公司", "有限公司", "株式会社", "주식회사")
"""Legal forms written without a space, longest first."""

CJK_HONORIFICS = ("先生", "女士", "小姐", "博士", "教授", "さん", "氏")

SMALL = words("of and the for in on at to de la des du et und der die das a an or with by from")
"""Words that an acronym may leave out."""

GENERIC = words(
    """national american united federal new first general international central royal state local public european british
    north south east west northern southern eastern western bank university college school institute ministry department
    agency office bureau commission committee council court senate house congress parliament government administration
    service services center centre association society foundation fund group party union club team league corporation
    company press news times daily post airlines airport hospital library museum church army navy police force board
    authority organization organisation security digital global world city county democratic republican social"""
)
"""Words that alone name nobody: "Bank" is not short for the Bank of England."""

DIRECTIONS = words("north south east west northern southern eastern western new old greater upper lower central")
"""Words that, in front, make another place's name."""

PUBLIC_BODIES = words(
    """department ministry administration agency bureau office commission committee service services court army navy force
    forces house senate congress embassy institute institutes center centers centre board council corps guard government
    parliament treasury mint archives library attorney agriculture academy laboratory geological survey patent postal
    """
)
"""Words of public bodies, which are written with and without their country before them."""

PARTS = PUBLIC_BODIES | words(
    """lab labs headquarters hq team division branch unit desk section program programme project initiative foundation fund
    school schools hospital university college convention caucus conference council committee network channel website site
    app apps blog page store stores portal press cfo cio ceo cto ciso staff task federation union
    community communities group groups subcommittee panel secretariat"""
)
"""Words that, behind a name, make it a part or a work of what the name alone means: "Library of Congress Labs"."""

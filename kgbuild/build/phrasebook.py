"""The set phrases of English that say a fact, as regular expressions over sentences in which each name is one sign.

Templates hold `<h:PO>` for the name at the head, of a person or an organisation, `<t:L>` for the one at the tail, `<M>` for any other
name, `{3}` for up to three words. `phrases` reads sentences by them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TYPES = ("PER", "ORG", "LOC", "TIME", "MISC")
"""Labels of types that phrases know; other names stay words."""
FIRST, ROOM = 0xE000, 1000
"""The first private-use character that stands for a name, and how many each type has."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A regular expression with the groups h and t, one sign each.

    labels: relations from h to t; inverse: relations from t to h; head, tail: what the written name must match; veto: what the
    matched words and the two before them must not hold.
    """

    name: str
    pattern: re.Pattern[str]
    labels: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    head: re.Pattern[str] | None = None
    tail: re.Pattern[str] | None = None
    veto: re.Pattern[str] | None = None

    @property
    def ends(self) -> list[str]:
        """The two groups' signs, as sets of a regular expression."""
        return re.findall(r"\(\?P<[ht]>(\[[^]]+\])\)", self.pattern.pattern)


def _sign(label: str) -> str:
    first = FIRST + TYPES.index(label) * ROOM
    return f"\\u{first:04x}-\\u{first + ROOM - 1:04x}"


_SIGNS = {"P": _sign("PER"), "O": _sign("ORG"), "L": _sign("LOC"), "T": _sign("TIME"), "M": _sign("MISC")}
ANY = f"[{''.join(_SIGNS.values())}]"
_STOP = (
    "said|says|say|told|tells|asked|that|which|who|whom|when|where|while|was|were|is|are|be|been|has|have|had|will|would|may|can|could"
    "|and|but|or|if|as|by|to|from|against|about|than|because|after|before|during|since|until|not|no"
)
W = rf"(?:(?!(?:{_STOP})\b)[\w&'/.-]+)"
"""A word of a title or description: no verb, no conjunction."""


def _compiled(template: str, **parts: str) -> re.Pattern[str]:
    """A template with `<h:PO>`, `<t:L>`, `<M>` for signs of types, `{n}` for up to n words with their blanks, `%part%`."""
    for name, part in parts.items():
        template = template.replace(f"%{name}%", part)
    template = re.sub(r"\{(\d)\}", lambda m: rf"(?:{W} ){{0,{m[1]}}}?", template)
    template = re.sub(r"<([ht]):([POLTM]+)>", lambda m: f"(?P<{m[1]}>[{''.join(_SIGNS[c] for c in m[2])}])", template)
    template = re.sub(r"<([POLTM]+)>", lambda m: f"[{''.join(_SIGNS[c] for c in m[1])}]", template)
    return re.compile(template, re.IGNORECASE)


NEAR = rf"(?:(?!(?:with|at|in|on|for|of|as|into|over|under|secretary)\b){W})"
"""A word that belongs to the title before a name."""
FIELD = rf"(?: (?:of|for|in|and|at|to) (?:the )?(?:(?:{W}|<MO>),? (?:and )?){{0,8}}?(?:{W}|<MO>)){{0,2}}?"
"""What a title is about: "of communications", "for health policy"."""
DESCRIBED = rf"(?:(?:{W}|<MO>),? |and |& ){{0,7}}?"
"""Words before a title: "senior digital and social media"."""
AT = rf"(?:of|at|for|with|in|within|on|serving at|detailed to|on detail to) (?:the |our )?(?:(?:{W} (?:and )?){{1,9}}?\()?"
"""What stands between a title and an organisation, of which perhaps only the acronym in brackets is a name."""
HONORIFIC = r",? (?:(?:mr|mrs|ms|dr|prof|professor|sir|rev|gen|col)\.? )?"
IN_BRACKETS = r"(?: \([^)]{1,20}\))?"
WAYS = {
    "behind": r"<h:P>%brackets%(?:,| [-–—]+)(?: who (?:is|was|serves as|served as))?(?: currently| now)?(?: the| an?| its| our)? %words%%title%(?:,? (?:and|&) %words%%title%)?%field%,? %at%%of%",
    "before": r"%of%(?:\)|'s?|%brackets%)? (?:%near% ){0,5}?%title%(?: (?:of|for) (?:the )?(?:%near% ){0,4}?%near%)??(?: (?:and|&) {3}%title%)?%hon%<h:P>",
    "listed": r"<h:P>(?:,| [-–—]+) %words%%title%%field%, (?:the )?(?:{9}\()?%of%",
    "own": r"<h:P>,(?: an?| the| its)? %of%(?:'s?)? {5}%title%",
    "office": r"\b%title%%field% %at%%of%%brackets%%hon%<h:P>",
    "verb": r"<h:P>%brackets% (?:is|was|became|serves|served|works|worked|has been|has served|remains|continues)(?: currently| also| now| then| previously)*(?: as)?(?: the| an?| its)? %words%%title%(?:,? (?:and|&)(?: the| an?)? %words%%title%)?%field%,? %at%%of%",
}
"""How a text says that somebody (h) has a title at an organisation or place, `of`."""


def _held(name: str, title: str, of: str, **more: Any) -> Iterator[Phrase]:
    for way, template in WAYS.items():
        yield Phrase(
            f"{name}_{way}",
            _compiled(
                template,
                title=title,
                of=of,
                field=FIELD,
                at=AT,
                near=NEAR,
                hon=HONORIFIC,
                words=DESCRIBED,
                brackets=IN_BRACKETS,
            ),
            **more,
        )


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


CEO = r"(?:ceo|chief executive(?: officer)?)"
CHAIR = r"(?:chair(?:man|woman|person)?)"
JOB = (
    r"(?:"
    + _any(
        """director administrator secretary undersecretary commissioner chief head president ceo cfo cio cto coo cmo chair chairman
        chairwoman chairperson officer manager leader lead spokesperson spokesman spokeswoman professor lecturer researcher scientist
        engineer analyst economist editor reporter journalist correspondent columnist consultant advisor adviser strategist specialist
        coordinator designer developer architect counsel attorney partner dean provost chancellor fellow employee staffer executive
        superintendent curator librarian evangelist planner producer writer blogger inspector statistician epidemiologist toxicologist
        historian intern comptroller treasurer trustee owner founder co-founder surgeon physician scholar psychologist psychiatrist
        physicist chemist biologist geologist astronomer meteorologist anthropologist sociologist archivist detailee
        photographer expert technologist representative contractor coach co-lead co-chair host"""
    )
    + r"|general (?:counsel|manager|secretary)|(?:inspector|surgeon|attorney) general|chief executive(?: officer)?|vice president)"
)
"""What one is at an organisation."""
GOVERNMENT = r"(?:prime minister|premier|chancellor|(?:first|chief) minister|taoiseach|mayor|governor)"
STATE = r"(?:president|king|queen|emperor|empress|emir|sultan)"
LESSER = re.compile(
    r"\b(?:former|formerly|ex|vice|deputy|acting|assistant|late|then|past|previous|outgoing|interim|founding|nominee|candidate|designate|elect)\b[ -]?",
    re.IGNORECASE,
)
UNIT_WORD = _any(
    """offices? bureau division department centers? centres? institutes? program programme administration service services branch
    laborator(?:y|ies) lab school college faculty library directorate agency council committee board team unit command"""
)
UNIT = re.compile(rf"\b{UNIT_WORD}\b", re.IGNORECASE)
"""Names of parts of an organisation."""
PART = r"(?:part|division|unit|subsidiary|agency|office|component|bureau|program|programme|cent(?:er|re)|arm|branch|department|institute|affiliate|laboratory|lab|service|project|initiative|group)"
PARTY = re.compile(
    r"\b(?:party|democrat\w*|republican\w*|libertarians?|conservatives|liberals|greens|tory|tories)\b", re.IGNORECASE
)
NO_EMPLOYER = re.compile(
    rf"^(?!.*(?:{PARTY.pattern}|\b(?:working group|committee|caucus|community|communities|task force|panel|forum|board)\b))",
    re.IGNORECASE,
)
"""Organisations whose heads and members are not in their pay, are left out."""
WHOLE = re.compile(r"^(?!it$).*(?<!\band)$", re.IGNORECASE | re.DOTALL)
"""No half of a name that was cut at "and"."""
GROUP = re.compile(
    r"\b(?:group|committee|council|caucus|commission|task force|panel|board|academy|association|society|union|league|coalition|alliance|parliament"
    r"|senate|congress|assembly|knesset|duma|bundestag|house of \w+)\b",
    re.IGNORECASE,
)
"""Organisations that have members."""
PARENTED = re.compile(r"^office of|\b(?:agency|administration|bureau|institutes? of|centers? for)\b", re.IGNORECASE)
"""Bodies of their own, which have a parent organisation and are not only a part of it."""
EVENT = re.compile(
    rf"\b{_any('elections? conference convention summit day days week month meeting workshop jam festival games cup championships? forum symposium hackathon ceremony awards? gala webinar hearing debate caucus primary referendum battle fair expo marathon parade concert')}\b",
    re.IGNORECASE,
)
"""Names of what takes place on a day."""
SECTION = re.compile(r"^(?:section|rule|article|title|part|chapter|item|sec\.|§)", re.IGNORECASE)
LAW = re.compile(r"\b(?:act|code|law|regulations?|constitution|treaty|directive|amendments?)\b", re.IGNORECASE)
WAS = r"(?:,? (?:which |that |who )?(?:is|was|are|were|has been|had been|being))?"


def _made(name: str, verb: str, label: str, by: str = "PO") -> Phrase:
    """A work or product (h) that was made by somebody (t)."""
    return Phrase(
        name,
        _compiled(rf"<h:MO>\"?(?: \([^)]{{1,20}}\))?,?{WAS} {{2}}(?:{verb}) (?:and \w+ed )?by (?:the )?<t:{by}>"),
        (label,),
    )


UNITS = {
    "of": r"<h:O>(?: \([^)]{1,20}\))?(?:,| (?:is|was|are|became|remains)|,? which (?:is|was)| \(?(?=part of))(?: an?| the| one of the)? {4}%part% (?:of|within|at|in|under) (?:the )?<t:O>",
    "own": r"<t:O>(?: \([^)]{1,20}\))?'s? {2}<h:O>",
    "behind": r"<t:O> <h:O>",
    "at": r"<h:O>(?: \([^)]{1,20}\))? (?:at|within|of|under|in) (?:the )?<t:O>",
}
"""How a text says that one organisation (h) is a part of another."""


def _unit() -> Iterator[Phrase]:
    for way, template in UNITS.items():
        pattern = _compiled(template, part=PART)
        yield Phrase(f"unit_{way}", pattern, ("P361",), head=None if way == "of" else UNIT, tail=WHOLE)
        yield Phrase(f"agency_{way}", pattern, ("P749",), head=PARENTED, tail=WHOLE)


PHRASES: tuple[Phrase, ...] = (
    *_held("employer", JOB, "<t:O>", labels=("P108",), tail=NO_EMPLOYER),
    *_held("ceo", CEO, "<t:O>", inverse=("P169",), veto=LESSER),
    *_held("chair", CHAIR, "<t:O>", inverse=("P488",), veto=LESSER),
    *_held("head_of_government", GOVERNMENT, "<t:L>", inverse=("P6",), veto=LESSER),
    *_held("head_of_state", STATE, "<t:L>", inverse=("P35",), veto=LESSER),
    Phrase(
        "works_at",
        _compiled(r"<h:P> (?:works|worked|has worked|is employed|was employed) (?:at|for|with|in) (?:the )?<t:O>"),
        ("P108",),
    ),
    Phrase("joined", _compiled(r"<h:P> (?:recently )?(?:joined|joins) (?:the )?<t:O>"), ("P108",), tail=NO_EMPLOYER),
    Phrase(
        "leads",
        _compiled(r"<h:P>,? (?:who )?(?:leads|led|heads|headed|oversees|oversaw) (?:the )?<t:O>"),
        ("P108",),
    ),
    Phrase(
        "of_organisation",
        _compiled(r"<h:P>,? (?:from|of|at|with) (?:the )?<t:O>(?!'s| (?-i:[A-Z])|[.@]\w)"),
        ("P108",),
        tail=NO_EMPLOYER,
    ),
    Phrase("beside", _compiled(rf"^\W*<h:P>(?:,| [-–—]+) (?:the )?<t:O>{IN_BRACKETS}\W*$"), ("P108",), tail=NO_EMPLOYER),
    Phrase(
        "beside_at_the_end",
        _compiled(rf"\b(?:with|by|moderator|panelist|speaker):? <h:P>, (?:the )?<t:O>{IN_BRACKETS}\W*$"),
        ("P108",),
        tail=NO_EMPLOYER,
    ),
    Phrase("in_brackets", _compiled(r"<h:P> \(<t:O>\)"), ("P108",), tail=NO_EMPLOYER),
    Phrase("organisations_own", _compiled(r"<t:O>'s? <h:P>"), ("P108",), tail=NO_EMPLOYER),
    *_unit(),
    Phrase("subsidiary", _compiled(r"<h:O>,? (?:an?|the|its) {3}subsidiary of (?:the )?<t:O>"), ("P749",)),
    Phrase("section", _compiled(r"<h:M> (?:of|under|in) (?:the )?<t:M>"), ("P361",), head=SECTION, tail=LAW),
    Phrase(
        "seat",
        _compiled(rf"<h:O>(?: \([^)]{{1,20}}\))?,?{WAS}(?: an?)? ?{{5}}(?:based|headquartered) (?:in|at) <t:L>"),
        ("P159",),
    ),
    Phrase("seat_before", _compiled(r"<t:L>[- ]based {4}<h:O>"), ("P159",)),
    Phrase("headquarters", _compiled(r"<h:O>'s? {3}headquarters (?:in|at) {2}<t:L>"), ("P159",)),
    Phrase(
        "founder",
        _compiled(r"<t:P>,?(?: who)?(?: is| was)?(?: the| an?)? ?{4}(?:co-?)?founder (?:and {4})?(?:of|at) (?:the )?<h:O>"),
        ("P112",),
    ),
    Phrase("founder_before", _compiled(r"<h:O>'?s? {2}(?:co-?)?founder (?:and {3})?<t:P>"), ("P112",)),
    Phrase("founded", _compiled(r"<t:P> (?:co-?)?founded (?:the )?<h:O>"), ("P112",)),
    Phrase("founded_by", _compiled(rf"<h:O>,?{WAS} (?:co-?)?(?:founded|established)(?: in <T>)? by (?:the )?<t:P>"), ("P112",)),
    Phrase("owned_by", _compiled(rf"<h:OM>,?{WAS} {{1}}owned by (?:the )?<t:PO>"), ("P127",)),
    Phrase(
        "acquired",
        _compiled(r"<t:O> (?:has )?(?:acquired|bought|purchased|completed (?:its|the) acquisition of) <h:O>"),
        ("P127", "P749"),
    ),
    _made("written_by", "written|authored|penned", "P50", "P"),
    _made("developed_by", "developed|created|designed|built", "P178"),
    _made("published_by", "published|issued|released", "P123", "O"),
    _made("directed_by", "directed", "P57", "P"),
    _made("produced_by", "produced", "P162"),
    _made("composed_by", "composed", "P86", "P"),
    _made("manufactured_by", "manufactured", "P176", "O"),
    _made("operated_by", "operated|run|managed|administered|maintained", "P137", "O"),
    Phrase("author", _compiled(r"<t:P>,?(?: who)?(?: is| was)?(?: the| an?)? ?{3}author of (?:the {3})?\"?<h:M>"), ("P50",)),
    Phrase(
        "book_by",
        _compiled(r"<h:M>\"?,? (?:an?|the)? ?{3}(?:book|novel|memoir|play|poem|short story|essay) by <t:P>"),
        ("P50",),
    ),
    Phrase("spouse", _compiled(r"<h:P>(?:,? (?:and )?(?:his|her) |'s? )(?:late )?(?:wife|husband|spouse),? <t:P>"), ("P26",)),
    Phrase("spouse_of", _compiled(r"<h:P>,? (?:the )?(?:late )?(?:wife|husband|widow|widower|spouse) of <t:P>"), ("P26",)),
    Phrase("married", _compiled(r"<h:P> (?:is |was )?(?:married(?: to)?) <t:P>"), ("P26",)),
    Phrase(
        "educated",
        _compiled(
            r"<h:P>,? (?:who )?(?:graduated from|attended|studied (?:{4})?at|is a graduate of|is an alumn\w+ of|(?:earned|received|holds|has|obtained) (?:his|her|an?) {6}(?:degree|ph\.?d\.?|doctorate|m\.?d\.?|mba|master's|bachelor's|b\.?a\.?|b\.?s\.?|m\.?s\.?|j\.?d\.?)(?: {6}in %words%| {3})?(?:from|at)) (?:the )?<t:O>",
            words=DESCRIBED,
        ),
        ("P69",),
    ),
    Phrase(
        "born_in", _compiled(r"<h:P>(?:,| \()?(?: who)?(?: is| was)? ?born (?:on |in )?(?:<T>,? )?(?:in|at) <t:L>"), ("P19",)
    ),
    Phrase("born_on", _compiled(r"<h:P>(?:,| \()?(?: who)?(?: is| was)? ?\(?born (?:in <L> )?(?:on |in )?<t:T>"), ("P569",)),
    Phrase("died_in", _compiled(r"<h:P> (?:has )?died (?:on <T> |in <T> )?(?:in|at) <t:L>"), ("P20",)),
    Phrase("died_on", _compiled(r"<h:P> (?:has )?died (?:in <L> )?(?:on|in) <t:T>"), ("P570",)),
    Phrase(
        "party_behind",
        _compiled(
            r"<h:P>,? (?:is |was )?(?:an?|the) {4}(?:member|leader|candidate|chair\w*|nominee) (?:of|for) (?:the )?<t:O>"
        ),
        ("P102",),
        tail=PARTY,
    ),
    Phrase(
        "party_before",
        _compiled(
            r"<t:O> (?:presidential |vice[- ]presidential |party )*(?:candidate|nominee|leader|senator|representative|congress\w+|mp|governor|politician|lawmaker),? <h:P>"
        ),
        ("P102",),
        tail=PARTY,
    ),
    Phrase(
        "member",
        _compiled(r"<h:P>,?(?: is| was)?(?: an?| the)? {3}members? of (?:the )?<t:O>"),
        ("P463",),
        tail=GROUP,
    ),
    Phrase(
        "member_of",
        _compiled(r"<h:OL>,? (?:is|was|are|became) (?:an? |the )?{2}member (?:state |country )?of (?:the )?<t:O>"),
        ("P463",),
    ),
    Phrase("capital_of", _compiled(r"<h:L>,? (?:is |was )?the (?:\w+ )?capital (?:city )?of <t:L>"), ("P1376",)),
    Phrase("own_capital", _compiled(r"<t:L>'s? capital,? (?:city,? )?(?:of )?<h:L>"), ("P1376",)),
    Phrase(
        "candidate",
        _compiled(r"<h:P>,?(?: an?| the)? {4}(?:candidate|nominee|contender) (?:for|in) (?:the )?<t:M>"),
        ("P1344",),
        tail=EVENT,
    ),
    Phrase(
        "stood_in", _compiled(r"\bin the <t:M>, <h:P> (?:won|lost|ran|stood|competed|defeated|beat|finished)\b"), ("P1344",)
    ),
    Phrase(
        "took_part",
        _compiled(
            r"<h:P> (?:won|wins|lost|loses|ran in|competed (?:in|at)|participated in|took part in|contested) (?:the )?<t:M>"
        ),
        ("P1344",),
    ),
    Phrase(
        "founded_on",
        _compiled(rf"<h:O>,?{WAS} (?:founded|established|created|formed|incorporated) (?:by <PO> )?(?:on|in) <t:T>"),
        ("P571",),
    ),
    Phrase(
        "published_on",
        _compiled(rf"<h:M>\"?,?{WAS} (?:published|released|issued) (?:by (?:the )?<PO> )?(?:on|in) <t:T>"),
        ("P577",),
    ),
    Phrase(
        "held_before",
        _compiled(r"\bon <t:T>,? (?:<O>(?: \([^)]*\))? )?held (?:its|the|an?|their) <h:M>"),
        ("P585",),
        head=EVENT,
    ),
    Phrase("held_on", _compiled(r"<h:M>,? (?:(?:to be |was |will be |being )?held )?on <t:T>"), ("P585",), head=EVENT),
)
"""All phrases. Names are unique."""

NAMES = frozenset(phrase.name for phrase in PHRASES)

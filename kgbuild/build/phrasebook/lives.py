"""Phrases for people's lives: family, schools, births and deaths, where they live; and capitals of places."""

import re

from kgbuild.build.phrasebook.forms import DATE, GAP, HAS, HON, Phrase, compiled

LATE = r"(?:late |former |then-?|young |eldest |oldest |younger |older |only |first |second )*"
DEGREE = r"(?:degree|ph\.?d\.?|doctorate|m\.?d\.?|m\.?b\.?a\.?|master'?s?|bachelor'?s?|b\.?a\.?|b\.?s\.?|m\.?s\.?|m\.?a\.?|j\.?d\.?|b\.?b\.?a\.?)"
ELECTED = re.compile(
    r"\b(?:senator|sen\.|congress\w+|representative|rep\.|governor|gov\.|king|queen|prince\w*|duke|bishop)", re.IGNORECASE
)
"""Titles before a name and the place that the title is of."""
SOMEBODYS = re.compile(r"^[^\ue000-\uf8ff]*\b(?:his|her|their) (?:[\w-]+ )?[\w-]+,? [\ue000-\uf8ff]", re.IGNORECASE)
"""A relative who is named before another one: "with his father, Edwin, and his brother, Ed"."""
PLACES = r"(?:,? (?:in )?<L>){0,3},?"
LIFE = (
    r"<h:P>,? \((?:[^()–—]{0,60}[;,:] ?)?(?:born |b\. ?)?<%first%T>"
    + PLACES
    + r" ?[-–—]+ ?(?:died |d\. ?)?(?:c(?:irca|a\.|\.)? ?)?(?:<L>,? ){0,3}<%last%T>"
    + PLACES
    + r"\)"
)
"""Two dates in brackets behind a person: "(Antwerp, 18 December 1897 – 11 December 1990)"."""
LIFE_IN = r"<h:P>,? \((?:born )?(?:<T>(?:,| in) )?<t:L>(?:, <L>){0,2},?(?: <T>)? ?[-–—]+ ?[^()]{0,80}\)"
"""The same, of which the place of birth is asked."""
BORN_IN = r"(?:and raised )?(?:(?:on|in) <T>,? )?in (?:the )?<t:L>(?:,? <L>){0,2}(?:,? (?:on|in) <T>)?"
GRADUATED = rf"graduated(?: in <T>)?(?: with (?:an? )?(?:{DEGREE} ?)?(?:(?:[\w&'/.-]+|<MO>),? ){{0,7}}?| {{3}}| in {{5}})? ?(?:in <T> )?(?:from|at)"
STUDIED = r"(?:studied|read|is studying|is currently studying|was studying) (?:(?:[\w&'/-]+|<MO>),? ){0,9}?at"
SCHOOL = r"<t:O>(?!%brackets%,? (?:spokes|president))"


def _kin(name: str, words: str, labels: tuple[str, ...], inverse: tuple[str, ...] = ()) -> tuple[Phrase, ...]:
    """Somebody (t) who is this of somebody else (h)."""
    close = rf"{LATE}(?:{words}),? (?:{{3}})?<t:P>"
    return (
        Phrase(name, compiled(rf"<h:P>(?:'s?|,? and (?:his|her)) {close}"), labels, inverse, veto=SOMEBODYS),
        Phrase(
            f"{name}_own",
            compiled(rf"^(?:(?!<P>)[^;:\"])*<h:P>(?!'s) {GAP}{{1,100}}?\b(?:his|her) {LATE}(?:{words}),? (?:{{2}})?<t:P>"),
            labels,
            inverse,
        ),
        Phrase(
            f"{name}_of",
            compiled(rf"<t:P>,? (?:is |was |the |an? )*{LATE}(?:{words}) of (?:the )?{LATE}(?:{{2}})?<h:P>"),
            labels,
            inverse,
        ),
    )


LIVES: tuple[Phrase, ...] = (
    *_kin("spouse", "wife|husband|spouse|widow|widower", ("P26",))[:2],
    Phrase(
        "spouse_of",
        compiled(
            r"<h:P>,? (?:who )?(?:is |was )?(?:the )?(?:late |former |first |second )*(?:wife|husband|widow|widower|spouse) of (?:the )?{2}<t:P>"
        ),
        ("P26",),
    ),
    Phrase(
        "married",
        compiled(
            r"<h:P>,? (?:who )?(?:is |was |has been )?(?:married(?: to)?|wed) (?:the (?:<L> )?{2}|an? (?:<L> )?{2}, |(?:dr|mr|ms)\.? )?<t:P>"
        ),
        ("P26",),
    ),
    *_kin("child", "son|daughter", ("P40",)),
    Phrase(
        "child_of_both",
        compiled(
            rf"<t:P>(?:,[^.;]{{1,60}},)? (?:is|was) (?:an? |the )?{LATE}(?:{{2}})?(?:son|daughter|child) of (?:the )?{LATE}(?:{{3}})?<h:P>(?: and (?:his (?:{{2}})?wife,? )?(?:{{3}})?<h2:P>)?"
        ),
        ("P40",),
    ),
    *_kin("father", "father", ("P22",), ("P40",)),
    *_kin("mother", "mother", ("P25",), ("P40",)),
    *_kin("sibling", "brother|sister", ("P3373",)),
    Phrase(
        "educated",
        compiled(
            rf"<h:P>(?:, born[^.;]{{1,60}},)?,? (?:who )?{HAS}(?:{GRADUATED}|attended|{STUDIED}|took {{4}}degree at|(?:is|was)(?: also)? an? (?:<T> )?{{2}}(?:graduate|alumn\w+) (?:of|from)|(?:earned|received|holds|has|obtained|completed) (?:his|her|an?) {{6}}{DEGREE}(?: {{6}}in (?:(?:[\w&'/.-]+|<MO>),? |and ){{0,7}}?| {{3}})?(?:from|at)) (?:the )?{SCHOOL}(?:,?(?: and)? an? {{8}}from (?:the )?<t2:O>)?(?:,? and {{4}}at (?:the )?<t3:O>)?"
        ),
        ("P69",),
    ),
    Phrase(
        "schooled",
        compiled(
            rf"<h:P> (?:{GAP}{{1,120}}?,? and )?(?:was )?educated at (?:the )?<t:O>(?:,? (?:in <L>,? )?(?:and )?(?:at )?(?:the )?<t2:O>)?(?:,? (?:in <L>,? )?and (?:at )?(?:the )?<t3:O>)?"
        ),
        ("P69",),
    ),
    Phrase(
        "studies_at",
        compiled(
            r"<h:P> (?:then |later )?(?:completed|pursued|finished|continued|began|received|earned) (?:his|her|an?|the)? ?(?:(?:[\w&'/.-]+),? ){0,5}?(?:studies|education|training|degrees?|diplom\w*) ?(?:in (?:(?:[\w&'/-]+),? ){1,5})?(?:at|from) (?:the )?<t:O>"
        ),
        ("P69",),
    ),
    Phrase(
        "graduate_of_before",
        compiled(rf"\ban? (?:<T> |proud )?(?:graduate|alumn\w+) of (?:the )?<t:O>(?:'s [^,.;]{{1,40}})?, {HON}<h:P>"),
        ("P69",),
    ),
    Phrase("graduates_before", compiled(r"<t:O> (?:graduates|alumni|students) <h:P>(?:,? and <h2:P>)?"), ("P69",)),
    Phrase(
        "and_educated",
        compiled(
            rf"<h:P> {GAP}{{1,120}}?,? and (?:later |then )?(?:studied (?:{{4}})?at|graduated from|attended|took {{4}}degree at|(?:earned|received|holds) (?:his|her|an?) {{6}}{DEGREE}(?: {{6}}in {{5}})? ?(?:from|at)) (?:the )?{SCHOOL}"
        ),
        ("P69",),
    ),
    Phrase(
        "student",
        compiled(
            r"<h:P>,? (?:who )?(?:is |was )?(?:then |now )?(?:an? |in (?:his|her) ){3}(?:student|senior|junior|sophomore|freshman|semester|graduate student|candidate) (?:at|of|from) (?:the )?<t:O>"
        ),
        ("P69",),
    ),
    Phrase("school_before", compiled(r"<t:O>(?:'s?)? {2}(?:student|graduate|alumn\w+),? <h:P>"), ("P69",)),
    Phrase(
        "born_in",
        compiled(
            r"<h:P>(?:(?:, <PO>)?(?:,[^.;]{1,60},|,)? (?:who )?(?:is|was)|(?:,| \()?(?: who)?) ?born(?: and (?:raised|brought up))? (?:on |in )?(?:<T>,? )?(?:in|at|on) (?:the )?(?:small |little |old )?(?:(?:village|town|city|parish|suburb) of )?<t:L>"
        ),
        ("P19",),
    ),
    Phrase(
        "born_in_brackets",
        compiled(r"<h:P>,? \((?:[^()]{0,60}[;,:] ?)?(?:born|b\.)(?: (?:on |in )?<T>,?)?(?: in| at)? <t:L>"),
        ("P19",),
    ),
    Phrase("life_began_in", compiled(LIFE_IN), ("P19",)),
    Phrase("born_before", compiled(rf"\bborn {BORN_IN}, {HON}<h:P>"), ("P19",)),
    Phrase(
        "born_on_before",
        compiled(rf"\bborn (?:in <L>(?:, <L>)*,? )?(?:on|in) <t:T>(?:,? in <L>(?:, <L>)*)?, {HON}<h:P>"),
        ("P569",),
        tail=DATE,
    ),
    Phrase("native_of", compiled(r"<h:P>,? (?:who )?(?:is|was) (?:also )?an? {1}native of (?:the )?<t:L>"), ("P19",)),
    Phrase("native_before", compiled(rf"\ba {{1}}native of (?:the )?<t:L>(?:, <L>)?, {HON}<h:P>"), ("P19",)),
    Phrase(
        "born_on",
        compiled(r"<h:P>(?:,| \()?(?: who)?(?: is| was)? ?\(?born (?:in <L> )?(?:on |in )?<t:T>"),
        ("P569",),
        tail=DATE,
    ),
    Phrase("life_began", compiled(LIFE, first="t:", last=""), ("P569",), tail=DATE),
    Phrase("life_ended", compiled(LIFE, first="", last="t:"), ("P570",), tail=DATE),
    Phrase("died_in_brackets", compiled(r"<h:P>,? \((?:died|d\.) (?:on |in )?<t:T>"), ("P570",), tail=DATE),
    Phrase("own_death", compiled(r"<h:P>'s? (?:death|passing) (?:on|in) <t:T>"), ("P570",), tail=DATE),
    Phrase(
        "died_in",
        compiled(
            r"<h:P>(?:,[^.;]{1,140},)? (?:has )?died (?:on <T>,? |in <T>,? )?(?:at (?:his|her) home |at the age of [\w-]+,? |,? ?aged [\w-]+,? )?(?:in|at) (?:the (?:city|town|village) of )?<t:L>"
        ),
        ("P20",),
    ),
    Phrase(
        "died_on",
        compiled(r"<h:P>(?:,[^.;]{1,140},)? (?:has )?died (?:[\w ]{1,40}? |in <L> )?(?:on|in) <t:T>"),
        ("P570",),
        tail=DATE,
    ),
    Phrase(
        "that_day_died", compiled(r"\bon <t:T>,? <h:P>(?:,[^.;]{1,80},)? (?:has )?(?:died|passed away)\b"), ("P570",), tail=DATE
    ),
    Phrase("dated_death", compiled(r"<t:T> death of (?:<O> )?{3}<h:P>"), ("P570",), tail=DATE),
    Phrase(
        "lives_in",
        compiled(
            rf"<h:P>(?:, {GAP}{{1,80}},| {GAP}{{1,100}}? and)?,? (?:who )?(?:now |currently |still |also )?(?:lives|resides|lived|resided|grew up|was raised|was born and raised) (?:and works |(?:with )?(?:his|her) family )?in (?:the )?<t:L>"
        ),
        ("P551",),
    ),
    Phrase(
        "couple_lives_in",
        compiled(
            r"<h:P>(?: and (?:his|her) (?:wife|husband|partner|spouse),?|,? and)(?: {2}<h2:P>)?,? (?:currently |now |still )?(?:live|lived|reside|resided) in (?:the )?<t:L>"
        ),
        ("P551",),
    ),
    Phrase(
        "moved_to",
        compiled(
            rf"<h:P> {HAS}(?:moved|relocated|emigrated|immigrated|settled)(?: back)?(?: with (?:his|her) family| from (?:the )?<L>)? (?:to|in) (?:the )?<t:L>(?! (?:area|to)\b)"
        ),
        ("P551",),
    ),
    Phrase("is_a_resident", compiled(r"<h:P>,? (?:who )?(?:is|has been|was) an? {2}residents? of (?:the )?<t:L>"), ("P551",)),
    Phrase(
        "resident_since",
        compiled(r"\ban? {2}resident of (?:the )?<t:L>(?:,? <L>)?(?: since <T>| for [^,.;]{1,30})?, <h:P>"),
        ("P551",),
    ),
    Phrase("resident", compiled(r"<h:P> of <t:L>(?:,|\.| for)"), ("P551",), veto=ELECTED),
    Phrase("death_of", compiled(r"\bdeath of {3}<h:P>,? (?:on|in) <t:T>"), ("P570",), tail=DATE),
    Phrase("capital_of", compiled(r"<h:L>,? (?:is |was )?the (?:\w+ )?capital (?:city )?of <t:L>"), ("P1376",)),
    Phrase("own_capital", compiled(r"<t:L>'s? capital,? (?:city,? )?(?:of )?<h:L>"), ("P1376",)),
)

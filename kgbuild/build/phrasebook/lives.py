"""Phrases for people's lives: family, schools, births and deaths, where they live; and capitals of places."""

import re

from kgbuild.build.phrasebook.forms import DATE, GAP, HAS, Phrase, compiled

LATE = r"(?:late |former |then-?|young |eldest |oldest |younger |older |only |first |second )*"
DEGREE = r"(?:degree|ph\.?d\.?|doctorate|m\.?d\.?|m\.?b\.?a\.?|master'?s?|bachelor'?s?|b\.?a\.?|b\.?s\.?|m\.?s\.?|m\.?a\.?|j\.?d\.?|b\.?b\.?a\.?)"
ELECTED = re.compile(
    r"\b(?:senator|sen\.|congress\w+|representative|rep\.|governor|gov\.|king|queen|prince\w*|duke|bishop)", re.IGNORECASE
)
"""Titles before a name and the place that the title is of."""
SOMEBODYS = re.compile(r"^[^\ue000-\uf8ff]*\b(?:his|her|their) (?:[\w-]+ )?[\w-]+,? [\ue000-\uf8ff]", re.IGNORECASE)
"""A relative who is named before another one: "with his father, Edwin, and his brother, Ed"."""
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
    Phrase("spouse_of", compiled(r"<h:P>,? (?:the )?(?:late )?(?:wife|husband|widow|widower|spouse) of <t:P>"), ("P26",)),
    Phrase(
        "married",
        compiled(
            r"<h:P> (?:is |was |has been )?(?:married(?: to)?|wed) (?:the (?:<L> )?{2}|an? (?:<L> )?{2}, |(?:dr|mr|ms)\.? )?<t:P>"
        ),
        ("P26",),
    ),
    *_kin("child", "son|daughter", ("P40",)),
    *_kin("father", "father", ("P22",), ("P40",)),
    *_kin("mother", "mother", ("P25",), ("P40",)),
    *_kin("sibling", "brother|sister", ("P3373",)),
    Phrase(
        "educated",
        compiled(
            rf"<h:P>,? (?:who )?{HAS}(?:graduated from|attended|studied (?:{{4}})?at|took {{4}}degree at|is an? {{2}}graduate of|is an alumn\w+ of|(?:earned|received|holds|has|obtained|completed) (?:his|her|an?) {{6}}{DEGREE}(?: {{6}}in (?:(?:[\w&'/.-]+|<MO>),? |and ){{0,7}}?| {{3}})?(?:from|at)) (?:the )?{SCHOOL}(?:,?(?: and)? an? {{8}}from (?:the )?<t2:O>)?(?:,? and {{4}}at (?:the )?<t3:O>)?"
        ),
        ("P69",),
    ),
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
        "born_in", compiled(r"<h:P>(?:,| \()?(?: who)?(?: is| was)? ?born (?:on |in )?(?:<T>,? )?(?:in|at) <t:L>"), ("P19",)
    ),
    Phrase(
        "born_on",
        compiled(r"<h:P>(?:,| \()?(?: who)?(?: is| was)? ?\(?born (?:in <L> )?(?:on |in )?<t:T>"),
        ("P569",),
        tail=DATE,
    ),
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
            rf"<h:P>(?:, {GAP}{{1,80}},| {GAP}{{1,100}}? and)?,? (?:who )?(?:now |currently |still |also )?(?:lives|resides|lived|resided|grew up) (?:and works |(?:with )?(?:his|her) family )?in <t:L>"
        ),
        ("P551",),
    ),
    Phrase("resident", compiled(r"<h:P> of <t:L>(?:,|\.| for)"), ("P551",), veto=ELECTED),
    Phrase("death_of", compiled(r"\bdeath of {3}<h:P>,? (?:on|in) <t:T>"), ("P570",), tail=DATE),
    Phrase("capital_of", compiled(r"<h:L>,? (?:is |was )?the (?:\w+ )?capital (?:city )?of <t:L>"), ("P1376",)),
    Phrase("own_capital", compiled(r"<t:L>'s? capital,? (?:city,? )?(?:of )?<h:L>"), ("P1376",)),
)

"""Phrases for what takes place on a day: who took part, when and where it was."""

import re

from kgbuild.build.phrasebook.forms import AWARD, DATE, EVENT, HAS, A, Phrase, compiled

SPOKE = (
    r"(?:attend(?:s|ed)?|participat(?:es|ed) in|took part in|takes part in|keynoted|addressed|(?:spoke|speaks|presented|presents|testified) (?:at|to|during)"
    r"|(?:delivered|delivers|gave|gives) {3}(?:remarks|address|speech|keynote|message|presentation|talk|statement)(?: {2})? ?(?:at|to|during)"
    r"|(?:began|begins|continued|concluded|concludes|finished) {3}(?:participation|day|days|visit|trip)(?: {2}<L>)?(?: of participation)? (?:in|at)"
    r"|{2}(?:to participate|to speak|to take part) (?:in|at)|travel(?:s|ed)? to (?:<L>,? ){1,2}(?:to participate in|to attend|for))"
)
RAN = r"(?:won|wins|lost|loses|ran in|competed (?:in|at)|participated in|took part in|contested)"
HOSTED = r"(?:featur(?:ed|ing|es)|with (?:special )?(?:guests?|speakers?|panelists?)|keynoted by|moderated by|hosted by|co-hosted by)"

NO_AWARD = re.compile(rf"^(?!.*{AWARD.pattern})", re.IGNORECASE)
GATHERING = re.compile(rf"^(?!.*\b(?:elections?|primar(?:y|ies)|days?|week|month)\b).*{EVENT.pattern}", re.IGNORECASE)
"""Events that take place at one place."""

NOT_HELD = re.compile(
    r"\b(?:founded|established|created|launched|started|won|wins|winning|received|awarded|earned)\b|^an? [\ue000-\uf8ff]",
    re.IGNORECASE,
)
"""What was done on the day was not the event itself: "won an Annie Award in 2006"."""

EVENTS: tuple[Phrase, ...] = (
    Phrase(
        "candidate",
        compiled(
            r"<h:P>,?(?: is| was)?(?: also)?(?: an?\b| the\b)? ?{4}(?:candidate|nominee|contender) (?:for|in) (?:the )?<t:M>"
        ),
        ("P1344",),
        tail=EVENT,
    ),
    Phrase(
        "candidate_of_a_party", compiled(r"<h:P> [^.;]{1,60}?<O>'?s? {2}nomination in (?:the )?<t:M>"), ("P1344",), tail=EVENT
    ),
    Phrase(
        "stood_in",
        compiled(
            r"\b(?:in|at) the {1}<t:M>(?: on <T>)?, <h:P> (?:won|lost|ran|stood|competed|defeated|beat|finished|received)\b"
        ),
        ("P1344",),
    ),
    Phrase("took_part", compiled(rf"<h:P> (?:{RAN}) {A}(?:<O>'s? )?<t:M>"), ("P1344",), tail=NO_AWARD),
    Phrase(
        "awarded",
        compiled(
            rf"<h:PO>%brackets% {HAS}(?:won|wins|received|receives|earned|accepted|was awarded|is awarded|been awarded|was given|was named) {A}(?:<T> )?[\"‘]?<t:M>(?! (?:finalist|nomination|nominee|winner|committee|jury)\b)"
        ),
        ("P166",),
        tail=AWARD,
    ),
    Phrase(
        "attended", compiled(rf"<h:P> {HAS}{SPOKE} {A}{{2}}(?:<O>(?:%brackets%)?(?:'s?)? )?[\"‘]?<t:M>"), ("P1344",), tail=EVENT
    ),
    Phrase(
        "featured",
        compiled(rf"<t:M>\"?%brackets%\"?,?(?: [-–—]+)? (?:is |was )?{HOSTED} {{6}}(?:<O>'?s? {{4}})?<h:P>"),
        ("P1344",),
        tail=EVENT,
    ),
    Phrase(
        "judges",
        compiled(
            r"<t:M> (?:judges|speakers|panelists|participants|attendees|guests) includ(?:ed|e|ing) (?:<O>'?s? {2})?<h:P>(?:,? (?:and )?(?:<O>'?s? {2})?<h2:P>)?"
        ),
        ("P1344",),
    ),
    Phrase(
        "held_before",
        compiled(rf"\bon <t:T>,? (?:(?:the )?<PO>%brackets% )?(?:held|hosted|hosts|attended|won) {A}(?:<O>'s? )?<h:M>"),
        ("P585",),
        head=EVENT,
        tail=DATE,
    ),
    Phrase(
        "held_on",
        compiled(
            r"<h:M>\"?%brackets%\"?,?(?: webinar| event| call| workshop)?,? (?:which )?(?:(?:(?:to be|was|is|will be|being|took place|takes place|happened|happens|falls) )?(?:held )?(?:at {3}<O>[^.;]{0,40}? )?)?(?:on|in) (?:this past )?<t:T>"
        ),
        ("P585",),
        head=EVENT,
        veto=NOT_HELD,
        tail=DATE,
    ),
    Phrase(
        "held_on_said",
        compiled(
            r"<h:M>\"?,? (?:webinar|event|call|workshop|which (?:took place|happened|was held),?|will be held|was held)(?: (?:on|in))+ <t:T>"
        ),
        ("P585",),
        tail=DATE,
    ),
    Phrase("dated_event", compiled(r"<t:T>(?:'s)? {1}[\"‘]?<h:M>"), ("P585",), head=EVENT, tail=DATE),
    Phrase("event_then_date", compiled(r"<h:M>\"?%brackets%,? [-–—(]+ ?<t:T>"), ("P585",), head=EVENT, tail=DATE),
    Phrase(
        "held_in",
        compiled(r"<h:M>\"?%brackets%,? (?:(?:was |is |will be |being |to be )?(?:held )?)?(?:in|at) (?:the )?<t:L>"),
        ("P276",),
        head=GATHERING,
    ),
)

"""Phrases for members and candidates of political parties."""

import re

from kgbuild.build.phrasebook.forms import HAS, PARTY, A, Phrase, any_of, compiled

POLITICIAN = (
    "(?:"
    + any_of(
        """candidate nominee leader senator representative congressman congresswoman congressmember mp governor mayor politician lawmaker
        fundraiser strategist president incumbent chairman chairwoman chair minister rep\\. sen\\. gov\\. councillor contender"""
    )
    + r"|attorney general)"
)
RACE = r"(?:<T> |presumptive |vice[- ]|presidential |party |former |first |state |us |u\.s\. |gubernatorial |senate )*"
MEMBER = re.compile(r"^(?:democrat|republican|libertarian|conservative|liberal|labou?r|green|tory)$", re.IGNORECASE)
"""What a member of a party is called."""


def _party(name: str, template: str, tail: re.Pattern[str] = PARTY) -> Phrase:
    return Phrase(name, compiled(template, race=RACE, politician=POLITICIAN), ("P102",), tail=tail)


PARTIES: tuple[Phrase, ...] = (
    _party(
        "party_behind",
        rf"<h:P>,? (?:who )?(?:already |is |was |became |named )*{A}%race%{{2}}(?:member|leader|candidate|chair\w*|nominee) (?:of|for) (?:both )?{A}<t:O>",
    ),
    _party("party_before", r"<t:O>(?:'s?)? %race%%politician%,? <h:P>"),
    _party("party_own", rf"<h:P>(?: of <L>)?,? (?:who )?(?:is |was )?{A}<t:O>(?:'s?)? %race%%politician%\b(?! <P>)"),
    _party("partys_own", r"<h:P> (?:became|is|was|as) (?:the )?<t:O>'s? %race%%politician%"),
    _party("is_a_member", r"<h:P>(?:,| is| was|, who is) an? {1}<t:O>(?![\w-]| %politician%)", MEMBER),
    _party("member_noun", r"<t:O> <h:P>", MEMBER),
    _party("nominated", rf"<t:O>%brackets%,? (?:which )?{HAS}(?:nominated|chose|picked|selected) (?:the )?<h:P>(?:/<h2:P>)?"),
    _party("nominated_for", r"\bnominat\w+ of (?:the )?<t:O> (?:for|to) <h:P>"),
    _party(
        "won_the_nomination",
        rf"<h:P>(?:/<h2:P>)? {HAS}(?:won|secured|accepted|received|ended {{4}}for|ran {{2}}for|was {{2}}for|sought) (?:the )?(?:{{1}}nomination (?:of|from) (?:the )?<t:O>|<t2:O>(?:'s?)? {{2}}%race%nomination)",
    ),
    _party(
        "ran_as",
        r"<h:P> (?:ran|stood|campaigned)(?: [\w ]{1,30}?(?: of <L>)?)? as (?:the |an? )<t:O>(?:'s?)? %race%%politician%",
    ),
    _party("ticket", r"<t:O> ticket of {5}<h:P>(?: for president and {4}<h2:P>)?"),
    _party("ran_for_the_nomination", r"<h:P>,? [^.;]{1,60}? for (?:the )?<t:O>(?:'s?)? (?:<O> )?{2}%race%nomination"),
    _party("joined_the_party", rf"<h:P> {HAS}(?:joined|left) (?:the )?<t:O>"),
)

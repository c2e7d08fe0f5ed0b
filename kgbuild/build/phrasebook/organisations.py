"""Phrases for what organisations are to each other and to places: parts, parents, seats, owners, founders, members."""

import re
from collections.abc import Iterator

from kgbuild.build.phrasebook.forms import HAS, KIND, PARTY, WAS, A, Phrase, any_of, compiled, words

# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

UNIT = words(
    """offices? bureau division department centers? centres? institutes? program programme administration service services branch
    laborator(?:y|ies) lab school college faculty library directorate agency council committee board team unit command museum
    initiative section"""
)
"""Names of parts of an organisation."""
SMALL = re.compile(
    r"^(?:(?-i:[A-Z]{2,6}) )?(?:office|bureau|division|center|centre|branch|directorate|school|department of (?-i:[a-z]*[A-Z]\w+) ?(?:and|$)|section)s?\b"
    r"|\b(?:office|team|division|branch|initiative|lab|laboratory|directorate|unit|section|school|department|program)$",
    re.IGNORECASE,
)
"""Names that by themselves say that they are a part: "Office of Communications", "Influenza Division"."""
LARGE = re.compile(rf"^(?!it$)(?!.*(?:{SMALL.pattern}|\band$))", re.IGNORECASE | re.DOTALL)
WHOLE = re.compile(r"^(?!it$).*(?<!\band)$", re.IGNORECASE | re.DOTALL)
"""No half of a name that was cut at "and"."""
PARENTED = re.compile(
    r"^(?!.*\b(?:council|committee|board|teams?|lab|laboratory|school|college|force|corps|initiative)\b).*(?:^(?:(?-i:[A-Z]{2,6}) )?office (?:of|for)\b|\b(?:agency|administration|bureau|institutes? (?:of|on|for)|centers?|centres?|authority|service|division|directorate|branch|network|academy|museum|office$)\b)",
    re.IGNORECASE,
)
"""Bodies of their own, which have a parent organisation and are not only a part of it."""
PARENT = re.compile(
    r"^(?!it$)(?!.*\b(?:universit\w+|college|school|hospital|clinic|program|project|council|(?<!^)office of)\b).*(?<!\band)$",
    re.IGNORECASE | re.DOTALL,
)
OFFICE = re.compile(r"^(?:office (?:of|for)|bureau of)\b", re.IGNORECASE)
NO_PARTY = re.compile(rf"^(?!it$)(?!.*{PARTY.pattern})", re.IGNORECASE)
PART = r"(?:part|division|unit|agency|office|component|bureau|cent(?:er|re)|arm|branch|department|institute|laboratory|lab|service)"
PART_OR_SUBSIDIARY = rf"(?:{PART}|subsidiary|affiliate)"
TITLE = any_of(
    "director chief head professor officer analyst manager lead leader chair coordinator advisor specialist strategist scientist"
)
OF = r"<h:O>%brackets%(?:,? of <L>(?:, <L>)?,| (?:is|was) (?:(?!<O>)[^,.;]){1,60} and)?(?:(?:,? (?:which )?(?:is|was|are|became|remains) |, | \()(?:an? |the |one of the )?{4}%part%| (?:an? )?(?:part|component|branch|arm|division)) (?:of|within|at|in|under) (?:the )?<t:O>"
OWN = r"<t:O>(?:%brackets%'s?|'s?%brackets%) "
AT = r"<h:O>%brackets%,? (?:here )?(?:at|within|of|under|in) (?:the )?<t:O>(?!%brackets%'s)"
TEAM_AT = r"<h:O>%brackets% (?:team )?(?:at|within|of|in) (?:the )?(?:<O>'s )?<t:O>(?!%brackets%'s)"
BESIDE = r"<t:O>(?:%brackets% |/|—)<h:O>"
WITHIN = r"^within (?:the )?<t:O>%brackets%,? (?:the )?<h:O>"
LISTED = (
    rf"\b{TITLE}(?: {{6}}|, |,? (?:of|for|in|at|with) (?:the )?)(?:<O>%brackets%,? )?<h:O>%brackets%,? <t:O>(?!,? (?:and|or)\b)"
)
"""A unit behind a title, then the whole: "Director, Office of Communications, Department of Energy"."""


def _unit(
    way: str, template: str, unit: re.Pattern[str] | None, whole: re.Pattern[str], agency: re.Pattern[str] | None
) -> Iterator[Phrase]:
    """An organisation (h) that is a part of another, and one that is a body of its own besides."""
    yield Phrase(f"unit_{way}", compiled(template, part=PART), ("P361",), head=unit, tail=whole)
    yield Phrase(
        f"agency_{way}",
        compiled(template, part=PART_OR_SUBSIDIARY),
        ("P749",),
        head=agency,
        tail=PARENT if whole is WHOLE else whole,
    )


UNITS: tuple[Phrase, ...] = (
    *_unit("of", OF, None, WHOLE, None),
    *_unit("own", rf"{OWN}{{2}}<h:O>", UNIT, WHOLE, PARENTED),
    Phrase("own_part", compiled(rf"{OWN}(?:new |newly launched )?<h:O>(?! {{1}}nomination)"), ("P361",), tail=NO_PARTY),
    *_unit("at", AT, UNIT, WHOLE, PARENTED),
    Phrase("team_at", compiled(TEAM_AT), ("P361",), head=UNIT, tail=WHOLE),
    *_unit("behind", BESIDE, SMALL, LARGE, OFFICE),
    Phrase("unit_listed", compiled(LISTED), ("P361",), head=SMALL, tail=WHOLE),
    *_unit("within", WITHIN, WHOLE, WHOLE, PARENTED),
    *_unit("through", r"<t:O>%brackets%,? (?:through|via|including) its {2}<h:O>", WHOLE, WHOLE, PARENTED),
    *_unit("had", r"<t:O>%brackets% has an? {2}<h:O> (?:team|office|division|unit|program|branch)\b", WHOLE, WHOLE, PARENTED),
    Phrase("parts_are", compiled(r"\bparts? of (?:the )?<t:M>%brackets% (?:is|was|are|were) (?:the )?<h:M>"), ("P361",)),
    Phrase(
        "part_of_a_thing",
        compiled(
            r"<h:M>%brackets%[^.;]{0,60}? (?:as|is|was|are|being|,) ?(?:an? |the |another )?{2}part of (?:the |our |a )?(?:<O>'s? )?<t:M>"
        ),
        ("P361",),
    ),
)


# ── seats ────────────────────────────────────────────────────────────────────────────────────────────────────────────

COMPANY = r"(?:,? (?:inc|ltd|llc|corp|co|plc|gmbh|s\.a)\.?)?"
STREET = (
    r"(?:\d[\w.-]*(?: [\w.'-]+){1,5}?"
    r" (?:street|st|avenue|ave|road|rd|drive|dr|boulevard|blvd|lane|ln|way|place|pl|square|plaza|parkway|pkwy|highway|hwy|suite)\.?"
    r"(?: [NSEW]\.?[NSEW]?\.?)?(?:,? (?:suite|floor|room|unit) [\w-]+)?|<L>)"
)
"""A street with a number before it; where it is a name, it stands between an organisation and a town with a postcode."""
POSTCODE = r"(?:,? (?:<L>|(?-i:[A-Z][A-Z])))?,? \d\d\d\d\d\b"

TOWN = re.compile(r"^(?!(?:us|uk|eu|usa|u\.s\.|u\.k\.|united .*|america)$)", re.IGNORECASE)
"""No country in its short form."""

NO_STATE = re.compile(r"^(?!(?-i:[A-Z]{2})$)", re.IGNORECASE)

STAFF_OF = (
    r"\b(?:correspondent|reporter|journalist|editor|manager|director|officer|engineer|professor|analyst|chief|partner)s?"
    r" (?:of|for|at|with) (?:the )?"
)
"""Somebody who works there is based there: "correspondent of the Globe, based in Nairobi"."""

SEATS = (
    Phrase(
        "seat",
        compiled(
            rf"(?:{STAFF_OF})?<h:O>%brackets%,?{WAS}(?: an?\b| the\b)? ?(?:<L> )?{{5}}(?:based|headquartered) (?:in|at) <t:L>"
        ),
        ("P159",),
        veto=re.compile(rf"{STAFF_OF}|\b(?:club|team|side) (?:based|headquartered)\b", re.IGNORECASE),
    ),
    Phrase(
        "has_its_seat",
        compiled(
            r"<h:O>%brackets%,?(?: which)? (?:has (?:its|their)|(?:is an? {4}|, an? {4})?with (?:its |their )?) ?{1}(?:headquarters|head office|main office|offices?|seat) in <t:L>"
        ),
        ("P159",),
    ),
    Phrase("seat_before", compiled(r"<t:L>[- ]based (?:(?:company|firm) )?<h:O>"), ("P159",), tail=TOWN),
    Phrase("seat_behind", compiled(r"<h:O>%brackets%, (?:an?|the) {2}<t:L>[- ](?:based|headquartered)\b"), ("P159",)),
    Phrase(
        "headquarters",
        compiled(r"<h:O>%brackets%(?:'s?)? {3}headquarters,? (?:(?:is|are|was) )?(?:located )?(?:in|at) {2}<t:L>"),
        ("P159",),
    ),
    Phrase("company_of", compiled(rf"<h:O>{COMPANY}%brackets%,? ?of <t:L>,? <L>"), ("P159",)),
    Phrase("address", compiled(rf"(?:^|[.:|] )<h:O>%brackets%,? {STREET},? <t:L>{POSTCODE}"), ("P159",), tail=NO_STATE),
)

# ── owners, founders, members ────────────────────────────────────────────────────────────────────────────────────────

GROUP = words(
    """group committee council caucus commission panel board academy association society union league coalition alliance parliament
    senate congress assembly knesset duma bundestag""",
    r"|\btask force\b|\bteam$|\bworking group\b|\bhouse of \w+|\bcommunity of practice\b",
)
"""Organisations that have members."""

OWNERS = (
    Phrase("owned_by", compiled(rf"<h:OM>,?{WAS} {{1}}owned by (?:the )?<t:PO>"), ("P127",)),
    Phrase("described_and_owned_by", compiled(r"<h:OM>%brackets%,? an? {4}(?:owned|operated) by (?:the )?<t:PO>"), ("P127",)),
    Phrase(
        "owns",
        compiled(r"<t:PO>%brackets% (?:also |still )?(?:owns|owned|used to own) (?:the |both )?<h:OM>(?: and <h2:OM>)?"),
        ("P127",),
    ),
    Phrase(
        "acquired",
        compiled(rf"<t:O> {HAS}(?:acquired|bought|purchased|completed (?:its|the) acquisition of) <h:O>"),
        ("P127", "P749"),
    ),
    Phrase(
        "which_it_acquired",
        compiled(rf"<h:O>%brackets%, which <t:O> {HAS}(?:acquired|bought|purchased|took over)"),
        ("P127", "P749"),
    ),
    Phrase(
        "owner",
        compiled(r"<t:P>,? (?:who )?(?:is |was )?(?:the )?{1}(?:co-)?(?:owner|proprietor) of %kind%<h:O>(?!'s)", kind=KIND),
        ("P127",),
    ),
    Phrase(
        "acquired_by",
        compiled(
            r"<h:OM>%brackets%,?(?: which)? (?:was|were|is|has been|being) (?:acquired|bought|purchased|taken over|absorbed) (?:by|into) (?:the )?<t:O>"
        ),
        ("P127",),
    ),
    Phrase(
        "subsidiary",
        compiled(r"<h:O>%brackets%,? (?:an?|the|its|which is an?|is an?) {3}subsidiary of (?:the )?<t:O>"),
        ("P749",),
    ),
    Phrase(
        "bought_in_brackets",
        compiled(r"<h:OM>,? \((?:since |later |now )?(?:acquired|bought|purchased) by (?:the )?<t:O>"),
        ("P127",),
    ),
    Phrase(
        "bought_behind",
        compiled(
            r"<h:OM>%brackets%, (?:an?|the) [^.;()]{1,70}?,? (?:which|that) was (?:later |subsequently |recently )?(?:acquired|bought|purchased) by (?:the )?<t:O>"
        ),
        ("P127",),
    ),
    Phrase(
        "owned_subsidiary",
        compiled(
            r"<h:O>%brackets%,? (?:(?:which )?(?:is|was) )?(?:an?|the) (?:wholly[- ])?owned (?:{2})?subsidiary of (?:the )?<t:O>"
        ),
        ("P127",),
    ),
    Phrase("own_subsidiary", compiled(r"<t:O>'s? {3}(?:subsidiary|division|unit|arm),? <h:O>"), ("P749",)),
)

NO_UNIT = re.compile(r"^(?!.*\b(?:committee|board|council|caucus|panel|commission)\b)", re.IGNORECASE)
FOUNDER = r"(?:co-?)?founder"
FOUNDERS = (
    Phrase(
        "founder",
        compiled(
            rf"<t:P>,?(?: who)?(?: is| was)?(?: also| currently)?(?: the| an?)? ?(?:{{4}}and )?{{4}}{FOUNDER} (?:and {{4}})?(?:of|at) {KIND}<h:O>"
        ),
        ("P112",),
    ),
    Phrase("founder_before", compiled(rf"<h:O>'?s? {{2}}{FOUNDER},? (?:and {{3}})?(?:dr\.? |prof\.? )?<t:P>"), ("P112",)),
    Phrase(
        "founder_listed",
        compiled(rf"<t:P>[\w., ]{{0,20}}(?: ?[-–—]+|:|,) ?{{4}}{FOUNDER}(?:,? (?:and|&) {{3}}\w+)?,? <h:O>"),
        ("P112",),
    ),
    Phrase(
        "founded",
        compiled(
            rf"<t:P>,? (?:who )?(?:also )?{HAS}(?:co-?)?founded %kind%(?:<O>'s? )?<h:O>%brackets%(?:,? in <T>)?(?:,? (?:together |along )?with(?: (?:his|her) [\w-]+(?: [\w-]+)?,?)?%hon%<t2:P>(?: and%hon%<t3:P>)?)?",
            hon=r" (?:dr\.? |mr\.? |ms\.? |mrs\.? )?",
            kind=KIND,
        ),
        ("P112",),
    ),
    Phrase(
        "founded_by",
        compiled(
            rf"<h:OM>%brackets%,?(?: which [^,.;]{{1,50}},)?{WAS} (?:originally )?(?:co-?)?(?:founded|established|formed|set ?up|started)(?: in <T>| in <L>(?:, <L>)?)*,? by (?:the )?(?:<L> )?{{2}}<t:P>(?:,? and (?:his |her )?(?:wife |husband |brother |sister |son |daughter |partner |friend )?<t2:P>)?"
        ),
        ("P112",),
    ),
    Phrase(
        "founding_member",
        compiled(
            rf"<t:P>,?(?: who)?(?: is| was)?(?: also| currently)?(?: the| an?)? ?(?:{{5}}and (?:an? )?)?(?:founding (?:member|partner|director|president|chair\w*)|founder member)s? (?:and {{3}})?of {KIND}<h:O>"
        ),
        ("P112",),
        head=NO_UNIT,
    ),
    Phrase(
        "founded_with",
        compiled(r"\b(?:co-?)?founded (?:the )?<h:O>%brackets%(?:,? in <T>)? with (?:his |her )(?:[\w-]+ )?[\w-]+,? <t:P>"),
        ("P112",),
    ),
    Phrase(
        "created_the_body",
        compiled(rf"<t:P> {HAS}(?:created|established|set up|started|launched) {A}<h:O>(?! (?:career|work|journey|studies)\b)"),
        ("P112",),
    ),
)

MEMBERS = (
    Phrase(
        "member",
        compiled(
            rf"<h:P>,?(?: is| was| as| serves as| served as| has served as)?(?: an?| the| one of the)? {{4}}members? of {A}<t:O>"
        ),
        ("P463",),
        tail=GROUP,
    ),
    Phrase(
        "members_named",
        compiled(r"\bmembers? of (?:the )?<t:O>%brackets%,? <h:P>(?:,? and <h2:P>)?"),
        ("P463",),
        tail=GROUP,
    ),
    Phrase("members_are", compiled(r"(?:<h2:P> and )?<h:P>[;,]? members of (?:the )?<t:O>"), ("P463",), tail=GROUP),
    Phrase(
        "board_member",
        compiled(
            r"<h:P>,?(?: is| was| serves as)?(?: an?\b| the\b)? ?{3}board (?:member|director)s? (?:of|at|for|on) (?:the )?<t:O>"
        ),
        ("P463",),
    ),
    Phrase("board_member_before", compiled(r"\bas an? {2}member of (?:the )?<t:O>, <h:P>"), ("P463",)),
    Phrase(
        "chaired_by",
        compiled(r"<h:O>%brackets%,?(?: which| that)?(?: is| was| will be| being)?(?: an? {3})? ?chaired by (?:the )?{3}<t:P>"),
        ("P488",),
    ),
    Phrase("member_before", compiled(r"<t:O>'?s? {1}members?,? <h:P>"), ("P463",), tail=GROUP),
    Phrase(
        "joined_the_group",
        compiled(rf"<h:P> {HAS}(?:serves on|served on|sits on|sat on|joined|was elected to|was appointed to) (?:the )?<t:O>"),
        ("P463",),
        tail=GROUP,
    ),
    Phrase(
        "member_of",
        compiled(r"<h:OL>%brackets%,? (?:is|was|are|became) (?:an? |the )?{2}member (?:state |country )?of (?:the )?<t:O>"),
        ("P463",),
    ),
)

ORGANISATIONS: tuple[Phrase, ...] = (*UNITS, *SEATS, *OWNERS, *FOUNDERS, *MEMBERS)

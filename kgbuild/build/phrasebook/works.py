"""Phrases for works, products and programmes: who made, runs or published them, and when."""

import re

from kgbuild.build.phrasebook.forms import BRACKETS, DATE, EVENT, GAP, HAS, WAS, A, Phrase, W, compiled

SECTION = re.compile(r"^(?:section|rule|article|title|part|chapter|item|sec\.|§)", re.IGNORECASE)
LAW = re.compile(r"\b(?:program|act|code|law|regulations?|constitution|treaty|directive|amendments?)\b", re.IGNORECASE)
NO_EVENT = re.compile(rf"^(?!.*{EVENT.pattern})", re.IGNORECASE)

NEW = re.compile(r"^(?:\S+ )?(?:new|redesigned|updated) ", re.IGNORECASE)
"""What was there before."""

END = (
    r"(?!-| (?-i:(?!(?:apps?|tool|website|site|platform|system|software|game|series|report|guide|guidance|blueprint|and|to|for|in|as|at|on|with|that"
    r"|which|from|by|of|an?|who|when|where|while|after|before)\b)[a-z]))"
)
"""No name before a noun that says what the thing is: "developed a QR code generator"."""
NO_PLATFORM = re.compile(
    r"^(?!(?:facebook|twitter|x|youtube|instagram|linkedin|github|medium|flickr|pinterest|tumblr|google\+?|reddit|slack|snapchat|wordpress)$)",
    re.IGNORECASE,
)
"""No site that others have pages on."""

# ── made by ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _made(name: str, verb: str, label: str, by: str = "PO") -> Phrase:
    """A work or product (h) that was made by somebody (t)."""
    return Phrase(
        name,
        compiled(
            rf"<h:MO>\"?{BRACKETS}\"?,?{WAS} {{2}}(?:\w+en by <PO> and )?(?:{verb}) (?:and \w+ed )?(?:jointly )?by (?:the )?(?:<O>(?:%brackets%'s?|'s?%brackets%|%brackets%) )?<t:{by}>(?!%brackets%(?:'s|(?:'s?)? <O>))"
        ),
        (label,),
    )


MADE = (
    _made("written_by", "written|co-written|authored|co-authored|penned", "P50", "P"),
    _made("developed_by", "developed|designed|built", "P178"),
    _made("published_by", "published|issued|released", "P123", "O"),
    _made("directed_by", "directed", "P57", "P"),
    _made("produced_by", "produced", "P162"),
    _made("composed_by", "composed", "P86", "P"),
    _made("manufactured_by", "manufactured", "P176", "O"),
    _made("operated_by", "operated|run|managed|administered|maintained|hosted|overseen|coordinated|organi[sz]ed", "P137", "O"),
    _made("created_by", "created|invented|devised|introduced", "P170", "P"),
    _made("created_by_a_body", "created", "P178", "O"),
    Phrase(
        "author",
        compiled(
            r"<t:P>,?(?: who)?(?: is| was)?(?: also)?(?: the| an?)? ?{3}(?:co-?)?author of {A}{3}\"?<h:M>(?!-)".replace(
                "{A}", A
            )
        ),
        ("P50",),
    ),
    Phrase(
        "book_by", compiled(r"<h:M>\"?,? (?:an?|the)? ?{3}(?:book|novel|memoir|play|poem|short story|essay) by <t:P>"), ("P50",)
    ),
    Phrase(
        "own_book",
        compiled(
            rf"<t:P>(?:'s| {GAP}{{1,100}}?\b(?:his|her)) {{2}}(?:book|novel|textbook|memoir|play|poem|essay),? [\"‘]?<h:M>"
        ),
        ("P50",),
    ),
    Phrase(
        "made_by_a_company",
        compiled(
            r"<h:M> (?:is|was) an? (?:(?!<POM>)[^.;:\"()]){1,80}? (?:made|manufactured) by (?:the )?<t:O>(?!%brackets%(?:'s|(?:'s?)? <O>))"
        ),
        ("P176",),
    ),
    Phrase(
        "developed_by_a_company",
        compiled(
            r"<h:M> (?:is|was) an? (?:(?!<POM>)[^.;:\"()]){1,80}?,? (?:developed|maintained) by (?:the )?<t:PO>(?!%brackets%(?:'s|(?:'s?)? <O>))"
        ),
        ("P178",),
    ),
    Phrase(
        "wrote_the_book",
        compiled(
            rf"<t:P> {HAS}(?:wrote|published|released|authored) {A}{{3}}(?:book|novel|memoir|play|poem|story|essay|article),? \"?<h:M>"
        ),
        ("P50",),
    ),
    Phrase(
        "maintainer",
        compiled(
            r"<t:PO>%brackets%,? (?:is |was )?(?:an? |the |one of the |former )*{2}(?:developer|maintainer|co-developer)s? (?:of|behind) (?:the )?\"?<h:M>"
        ),
        ("P178",),
    ),
    Phrase(
        "runs",
        compiled(
            rf"<t:O>%brackets% {HAS}(?:activated|activates|operates|operated|oversees|oversaw|runs|manages|administers|administered|maintains|hosts) {A}\"?<h:M>"
        ),
        ("P137",),
    ),
    Phrase("publication_and_publisher", compiled(r"^\W*\"?<h:M>\"? [-–—]+ <t:O>%brackets%\W*$"), ("P123",)),
    Phrase("creator", compiled(r"<t:P>,? (?:the )?{2}(?:creator|inventor|designer) of (?:the )?\"?<h:M>"), ("P170",)),
    Phrase("invented", compiled(rf"<t:P> {HAS}(?:invented|created|designed|devised) {A}\"?<h:M>"), ("P170",)),
    Phrase(
        "developed",
        compiled(
            rf"<t:O>%brackets% {HAS}(?:developed|develops|built|designed|created) {A}(?:{{4}}(?:called|named|known as|dubbed) )?\"?<h:M>{END}"
        ),
        ("P178",),
        head=NO_EVENT,
    ),
    Phrase(
        "released",
        compiled(
            rf"<t:O>%brackets% {HAS}(?:released|issued|published|releases|issues|publishes) {A}(?:(?!(?:on|about|regarding|for|in|under|of)\b){W} ){{0,2}}(?:{{3}}(?:called|titled|entitled|named) )?[\"'‘]?<h:M>{END}"
        ),
        ("P123",),
        head=NO_EVENT,
    ),
)

# ── an organisation's own ────────────────────────────────────────────────────────────────────────────────────────────

OWN = r"<t:O>(?:%brackets%'s?|'s?%brackets%) {2}[\"‘]?<h:M>"
PROGRAM = r"programs?|programmes?|helpline|hotline|survey|challenge|competition|prize|campaign|services|facility|telescopes?|network|series|webinar|marketplace|vessel|apprenticeship|academy"
SOFTWARE = r"app|software|mobile app"
TEXT = r"page|website|site|blog|podcast|guide|handbook|newsletter|report|memo|memorandum|bulletin|magazine|journal|newspaper|circular"
CLOSE = r"[\"’]?%brackets%[\"’]? {1}"


def _kind(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{kind})$", re.IGNORECASE)


def _own(name: str, kind: str, label: str) -> tuple[Phrase, ...]:
    """An organisation's (t) own thing (h) of a kind, which stands in its name or behind it."""
    return (
        Phrase(f"{name}_own", compiled(OWN), (label,), head=_kind(kind)),
        Phrase(f"{name}_own_said", compiled(rf"{OWN}{CLOSE}(?:{kind})\b"), (label,), head=NO_PLATFORM),
        Phrase(
            f"{name}_from",
            compiled(rf"<h:M>%brackets%,? (?:an? |the |our )?(?:{{2}}(?:{kind}) )?from (?:the )?<t:O>"),
            (label,),
            head=_kind(kind),
        ),
    )


SITE = re.compile(r"\.(?:gov|com|org|net|edu)$", re.IGNORECASE)
SITES = (
    Phrase("site_own", compiled(OWN), ("P137",), head=SITE),
    Phrase(
        "site_from",
        compiled(r"<h:M>%brackets%,? (?:an? |the )?(?:{2}(?:site|website) )?(?:from|of) (?:the )?<t:O>"),
        ("P137",),
        head=SITE,
    ),
)

OWNED = (*SITES, *_own("program", PROGRAM, "P137"), *_own("software", SOFTWARE, "P178"), *_own("text", TEXT, "P123"))

# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────

DATES = (
    Phrase(
        "founded_on",
        compiled(
            rf"<h:OM>\"?%brackets%,?{WAS} {{1}}(?:founded|established|created|formed|incorporated|launched|started|introduced|signed into law) (?:by (?:the )?<PO> )?(?:on|in) <t:T>"
        ),
        ("P571",),
        head=NO_EVENT,
        tail=DATE,
        veto=NEW,
    ),
    Phrase(
        "founded_on_before",
        compiled(
            r"\b(?:founded|established|created|formed|launched|started|launching|its launch|introduced) (?:by (?:the )?<PO> )?in <t:T>,? (?:the )?\"?<h:OM>"
        ),
        ("P571",),
        tail=DATE,
    ),
    Phrase(
        "in_that_year_created",
        compiled(
            rf"\bin <t:T>,? (?:the )?(?:<PO>|i|he|she|we|they) {HAS}(?:founded|established|created|formed|invented|launched|started|set up) {A}\"?<h:OM>"
        ),
        ("P571",),
        tail=DATE,
    ),
    Phrase(
        "created_that_year",
        compiled(
            rf"<PO> {HAS}(?:co-?)?(?:founded|established|created|formed|set up) {A}\"?<h:O>%brackets%(?: in <L>)? in <t:T>"
        ),
        ("P571",),
        tail=DATE,
    ),
    Phrase(
        "founded_in_a_clause",
        compiled(
            r"<h:O>%brackets%,? (?:(?:is|was) )?an? (?:(?!<POM>)[^.;:\"()]){1,70}?,? (?:that (?:is|was) |which (?:is|was) )?(?:co-?)?(?:founded|established|formed|started|set up) (?:in <L>,? )?in <t:T>"
        ),
        ("P571",),
        tail=DATE,
    ),
    Phrase(
        "which_somebody_founded",
        compiled(
            r"<h:O>%brackets%,? (?:an? (?:(?!<POM>)[^.;:\"()]){1,70}?,? )?(?:which |that )?(?:he|she|they|<P>) (?:co-?)?(?:founded|established|formed|started|launched|set up) in <t:T>"
        ),
        ("P571",),
        tail=DATE,
    ),
    Phrase(
        "founding_it_in",
        compiled(
            r"\b(?:founding|establishing|founder of|(?:who|and|he|she|they) (?:co-?)?(?:founded|established)) (?:the )?{4}<h:O>%brackets%(?: in <L>)? in <t:T>"
        ),
        ("P571",),
        tail=DATE,
    ),
    Phrase(
        "since_its_founding",
        compiled(r"\bsince its (?:founding|foundation|establishment|inception) in <t:T>,? (?:the )?<h:O>"),
        ("P571",),
        tail=DATE,
    ),
    Phrase(
        "published_on",
        compiled(rf"<h:M>\"?,?{WAS} (?:published|released|issued) (?:by (?:the )?<PO> )?(?:on|in) <t:T>"),
        ("P577",),
        tail=DATE,
    ),
    Phrase(
        "that_day_published",
        compiled(rf"\b(?:on|in) <t:T>,? (?:the )?<PO>%brackets% {HAS}(?:published|released|issued) {A}{{2}}[\"‘]?<h:M>"),
        ("P577",),
        tail=DATE,
    ),
    Phrase("entry", compiled(r"^\W*<t:T>(?: ?[-–—]+|:) <h:M>"), ("P577",), tail=DATE),
    Phrase(
        "file_of",
        compiled(r"<h:M>\"?%brackets%\"? \((?:[^()]{1,40}, )<t:T>(?:, [^()]{1,20})?\)"),
        ("P577",),
        head=NO_EVENT,
        tail=DATE,
    ),
    Phrase("episode_of", compiled(r"\b(?:episode|issue|volume|edition) [\w.]+:? \"?<h:M>\"? \(<t:T>\)"), ("P577",), tail=DATE),
    Phrase("file_then_date", compiled(r"<h:M>\"? \([^()]{1,40}\) \(<t:T>\)"), ("P577",), tail=DATE),
)

WORKS: tuple[Phrase, ...] = (
    Phrase("section", compiled(r"<h:M> (?:of|under|in) (?:the )?<t:M>"), ("P361",), head=SECTION, tail=LAW),
    Phrase(
        "section_behind",
        compiled(r"<t:M>%brackets%(?:'s)?,? <h:M>(?! (?:of|under|in) (?:the )?<M>)"),
        ("P361",),
        head=SECTION,
        tail=LAW,
    ),
    *MADE,
    *OWNED,
    *DATES,
)

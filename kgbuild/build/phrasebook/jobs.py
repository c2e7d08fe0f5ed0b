"""Phrases for what somebody is or does at an organisation or place: employers, heads of companies, towns and states."""

import re
from collections.abc import Iterator

from kgbuild.build.phrasebook.forms import GAP, HAS, HON, KIND, LESSER, NO_EMPLOYER, A, Phrase, W, any_of, compiled

# ── pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────

NEAR = rf"(?:(?!(?:with|at|in|on|for|of|as|into|over|under|secretary)\b){W})"
"""A word that belongs to the title before a name."""
CAPITAL = r"(?:(?-i:[A-Z\d&][\w&'/.-]*)|and|of|former|acting|deputy|then|vice|interim|assistant|associate|senior)"
"""A word before a title with a capital: "reported President Smith" is no office."""
FIELD = rf"(?:(?:,(?= (?-i:[A-Z]))| (?:of|for|in|and|at|to))(?: the)?(?! one of\b) (?:(?:{W}|<MO>),? (?:and (?!one of\b))?){{0,8}}?(?:{W}|<MO>)){{0,2}}?"
"""What a title is about: "of communications", "for health policy", ", Communications"; not "director of research and one of TIME's …"."""
DESCRIBED = rf"(?:(?:{W}|<MOL>),? |and |& ){{0,7}}?"
"""Words before a title: "senior digital and social media"."""
OWN_WORDS = rf"(?:(?!(?:of|to|for|at|in)\b){W},? |and |& ){{0,7}}?"
"""Words before a title that is somebody's own: no "spokesman of the President"."""
RANK = (
    r"(?:(?-i:[A-Z][\w&'/.-]*)|"
    + any_of(
        """executive deputy acting senior chief vice associate assistant managing principal medical clinical national regional program
        general former interim founding industry board policy research product project communications digital"""
    )
    + r"|co-?\w+) "
)
"""A word before a title that follows its name without a comma."""
AT = rf"(?:of|at|for|from|with|in|within|on|serving at|detailed to|on detail to) (?:the |our )?(?:<L>(?:'s|[- ]based) )?(?:(?:{W} (?:and )?){{1,9}}?\()?"
"""What stands between a title and an organisation, of which perhaps only the acronym in brackets is a name."""
DEGREE = r"(?-i:(?:[A-Z][A-Za-z]{0,3}\.){1,4}[A-Z]{0,2}|Ph\.?D|M\.?B\.?A|MPH|MPA|PMP|MD|JD|RN|CPA|Esq|Jr|Sr|II+|[A-Z]{3,5}(?=[,:]))\.?"
DEGREES = rf"(?:,? {DEGREE},?){{0,4}}?"
"""What a name carries behind it: "M.D., M.P.H."."""
MORE = r"(?: (?-i:[A-Z])[\w&'/-]*| and){0,6}?"
"""More of what a title is about, where a text has lost its commas: "Director Pain Management"."""
HONORIFIC = rf",? {HON}"
LINK = r"%brackets%(?:'s?|,)?(?: (?:at|of|within|in|under|for)(?: the)?)? "
WHOLE = rf"(?:{LINK}<t2:O>(?:{LINK}<t3:O>)?(?!'s|,? (?:and|or)\b))?"
"""The larger organisations that an employer is a part of: "the Office of Research at the Institute, Department of Energy"."""
CEO = r"(?:ceo|chief executive(?: officer)?)"
CHAIR = r"(?:chair(?:man|woman|person)?)"
JOB = (
    r"(?:"
    + any_of(
        """director administrator secretary undersecretary commissioner chief head president ceo cfo cio cto coo cmo ciso chair chairman
        chairwoman chairperson officer manager leader lead spokesperson spokesman spokeswoman professor lecturer researcher scientist
        engineer analyst economist editor reporter journalist correspondent columnist consultant advisor adviser strategist specialist
        coordinator designer developer architect counsel attorney partner dean provost chancellor fellow employee staffer executive
        superintendent curator librarian evangelist planner producer writer blogger inspector statistician epidemiologist toxicologist
        historian intern comptroller treasurer trustee surgeon physician scholar psychologist psychiatrist
        physicist chemist biologist geologist astronomer meteorologist anthropologist sociologist archivist detailee
        photographer expert technologist representative contractor coach host svp evp vp justice judge instructor
        teacher commander investigator"""
    )
    + r"|general (?:counsel|manager|secretary)|(?:inspector|surgeon|attorney) general|chief executive(?: officer)?|vice president"
    r"|co-(?:chair|lead|president|director|host)|associate|(?:team|staff) member|point of contact|chief of staff|professor emeritus)(?:[/-]\w+)?"
)
"""What one is at an organisation. Founders are not in its pay."""
IS = "is|became|serves|has been|has served|remains|continues"
NAMED = rf"{IS}|(?:was |is )?(?:appointed|named|elected)|will serve|will be"
"""Of an office that one holds: "was CEO" is over."""
IS_OR_WAS = rf"{NAMED}|was|served|had served|works|worked"
PLACE = r"<t:L>(?! (?:nation|country|republic|people|government)\b)"
GOVERNMENT = r"(?:prime minister|premier|chancellor|(?:first|chief) minister|taoiseach|mayor|governor)"
STATE = r"(?:president|supreme leader|paramount leader|head of state|king|queen|emperor|empress|emir|sultan)"
AT_SOMEBODY_ELSES = re.compile(
    r"^(?:with|at|during|after) (?:the )?[\ue000-\uf8ff] (?:deputy |vice )?(?:secretary|president|chancellor|minister)\b|\bfellow of the\b",
    re.IGNORECASE,
)
"""A beginning such as "At the Academy President Smith spoke", where a comma is missing; and an honour that is no job."""

# ── titles ───────────────────────────────────────────────────────────────────────────────────────────────────────────

WAYS = {
    "behind": r"<h:P>%degrees%%brackets%(?:,| [-–—]+)(?: who (?:is|was|serves as|served as))?(?: currently| now| formerly| previously| until now| until recently| most recently| then)?(?: the| an?| its| our)? %words%%title%(?:,? (?:and|&) %words%%title%)?%field%,? %at%%of%%whole%(?! <P>)",
    "close_behind": r"<h:P>%degrees%%brackets% (?:(?:currently|now|then|the|an?) )*%rank%{0,4}?%title%(?:,? (?:and|&) %rank%{0,4}?%title%)?%field%,? %at%%of%%whole%",
    "before": r"%of%(?:\)|'s?|%brackets%)? (?:(?:%near% ){0,5}?(?=(?-i:[a-z]))|(?:%capital% ){0,5}?)%title%(?: (?:of|for) (?:the )?(?:%near% |and ){0,6}?%near%)??(?: (?:and|&) {3}%title%)?%hon%<h:P>",
    "listed": r"<h:P>%degrees%(?:,| [-–—]+) %words%%title%%field%, (?:the )?(?:{9}\()?%of%%whole%",
    "labelled": r"<h:P>%degrees%(?: ?[-–—]+|:) ?%words%%title%%field%%more%,? (?:the |\()?%of%%whole%",
    "own": r"<h:P>%degrees%(?:,| [-–—]+)?(?: formerly| currently| now)?(?: an?| the| its)? %of%(?:'s?)? {5}%title%\b(?!(?: [\w-]+){0,2}?,? <P>)",
    "office": r"(?<!<P>, )\b%title%%field% %at%%of%(?: (?:union|group|network|team))?%brackets%%hon%<h:P>",
    "verb": r"<h:P>%degrees%%brackets%(?:, [^,.;]{1,60},)? (?:%verb%)(?: currently| also| now| then| previously)*(?: as)?(?: the| an?| its)? %words%%title%(?:,? (?:and|&)(?: the| an?)? %words%%title%)?%field%,? %at%%of%%whole%",
}
"""How a text says that somebody (h) has a title at an organisation or place, `of`."""


def _held(
    name: str,
    title: str,
    of: str,
    labels: tuple[str, ...] = (),
    inverse: tuple[str, ...] = (),
    tail: re.Pattern[str] | None = None,
    veto: re.Pattern[str] | None = None,
    whole: str = "",
    verb: str = IS,
    words: str = DESCRIBED,
    more: str = "",
    field: str = FIELD,
) -> Iterator[Phrase]:
    for way, template in WAYS.items():
        pattern = _titled(template, whole=whole, title=title, of=of, verb=verb, words=words, more=more, field=field)
        yield Phrase(f"{name}_{way}", pattern, labels, inverse, tail=tail, veto=veto)


def _titled(template: str, **parts: str) -> re.Pattern[str]:
    return compiled(
        template,
        **parts,
        degrees=DEGREES,
        at=AT,
        near=NEAR,
        capital=CAPITAL,
        rank=f"(?:{RANK})",
        hon=HONORIFIC,
    )


# ── jobs without a title, and in lists ───────────────────────────────────────────────────────────────────────────────


def _job(name: str, template: str) -> Phrase:
    """A phrase for the employer (t) of somebody (h)."""
    return Phrase(
        name, _titled(template, whole=WHOLE, title=JOB, words=DESCRIBED, kind=KIND, field=FIELD), ("P108",), tail=NO_EMPLOYER
    )


EMPLOYMENT: tuple[Phrase, ...] = (
    _job(
        "third_job",
        r"<h:P>%degrees%:[^.;:]{1,160}; [^.;:]{1,160}; (?:and )?%words%%title%%field%,? (?:(?:of|at|for) )?(?:the )?<t:O>%whole%",
    ),
    _job(
        "second_job",
        r"<h:P>%degrees%:[^.;:]{1,160}; (?:and )?%words%%title%%field%,? (?:(?:of|at|for) )?(?:the )?<t:O>%whole%",
    ),
    _job("one_of_the_staff", r"<h:P>,? (?:an?|one of the|one of) <t:O>'?s? {4}(?:team member|staff member|%title%s)\b"),
    _job(
        "works_at",
        r"<h:P>%degrees%,? (?:who )?(?:is an? {4}and )?(?:also |currently |now |then |later |previously |formerly )*(?:works|worked|has worked|is employed|was employed|teaches|taught|interns|interned|volunteers|is working|started working|began working|began teaching)(?: as (?:the |an? )?{6}|(?: closely| directly)? )(?:at|for|with|in|within|by) %kind%<t:O>%whole%(?:(?: in <L>)? and (?:teaches )?at (?:the )?<t4:O>)?",
    ),
    _job("joined", rf"<h:P>,? (?:who )?{HAS}(?:joined|joins) (?:the )?<t:O>(?!'s)"),
    _job(
        "joined_from",
        rf"<h:P>,? (?:who )?{HAS}(?:joined|joins) (?:us|the (?:company|firm|team)|(?:the )?<O>)(?: in <T>| as {{5}}%title%)? from (?:the )?<t:O>(?!'s)",
    ),
    _job(
        "was_with",
        r"<h:P>,? (?:who )?(?:is|was|has been|had been) (?:currently |previously |formerly |most recently |then )?with (?:the )?<t:O>(?! (?:on|at|when)\b|'s)",
    ),
    _job(
        "formerly_of", r"<h:P>%degrees%,? (?:formerly|previously|late|lately|most recently) (?:of|with|at) (?:the )?<t:O>(?!'s)"
    ),
    _job(
        "former_staff",
        r"<h:P>(?: and <h2:P>)?,? (?:an?|both|two|three)? ?(?:former|ex-?|past|longtime|veteran) ?{2}(?:employees?|%title%s?) (?:of|at|from) (?:the )?<t:O>(?!'s)",
    ),
    _job(
        "and_works_at",
        rf"<h:P> {GAP}{{1,100}}? and (?:also |now |currently |later |then |still )*(?:works|worked|teaches|taught) (?:as (?:the |an? )?{{6}})?(?:at|for) {KIND}<t:O>%whole%",
    ),
    _job(
        "led_work_at",
        rf"<h:P>,? (?:who )?{HAS}(?:led|leads|run|runs|ran|headed|heads|managed|manages|directed|directs|oversaw|oversees) (?:the )?{{3}}at (?:the )?<t:O>",
    ),
    _job(
        "left_a_post",
        rf"<h:P>,? (?:who )?{HAS}(?:stepped down|resigned|retired|stood down|quit) as {{3}}%title%%field% (?:of|at) {KIND}<t:O>",
    ),
    _job(
        "runs_it",
        r"<h:P>(?:, \d\d,)?,? (?:who )?(?:now |currently )?(?:runs|ran|manages|managed) (?:the )?<t:O>(?!(?:,? <L>)? {6}(?:series|blog|site|website|page|account|channel|podcast|program|campaign|club|side|team)\b|'s)",
    ),
    _job("leads", r"<h:P>,? (?:who )?(?:leads|led|heads|headed|oversees|oversaw|directs|directed) (?:the )?<t:O>"),
    _job("resigned_from", rf"<h:P>,? (?:who )?{HAS}(?:resigned|retired|departed) from (?:the )?<t:O>(?!'s)"),
    _job(
        "on_the_faculty",
        r"<h:P>,? (?:who )?(?:is |was |has been |served )(?:for <T> )?on the {3}(?:faculty|staff) (?:of|at) (?:the )?<t:O>%whole%",
    ),
    _job("came_from", r"<h:P> (?:came|comes|moved|transferred|is on detail) (?:to (?:the )?(?:{4}|<O> ))?from (?:the )?<t:O>"),
    _job("spent_time_at", r"<h:P> {1}spent {3}<T> {2}(?:at|with|in) (?:the )?<t:O>%whole%"),
    _job(
        "before_joining",
        rf"\b(?:prior to|before|since|after) (?:(?:joining|coming to|leaving|working (?:at|for|with))|{A}{{2}}(?:time|work|service|tenure|role|years|career) (?:at|with|in|for)) (?:the )?<t:O>%brackets%,?%hon%<h:P>",
    ),
    _job(
        "while_at", r"\bwhile (?:he was |she was |working |employed )?(?:at|with) (?:the )?<t:O>%brackets%%whole%,?%hon%<h:P>"
    ),
    _job(
        "appointed",
        rf"<t:O>%brackets%(?:, (?:an?|the) [^,.;]{{1,60}},)? {HAS}(?:announced|names|named|appoints|appointed|hires|hired|tapped|picked)%hon%<h:P> (?:(?:as|to be) {A}{{5}}|(?:new )?)%title%",
    ),
    _job(
        "of_organisation",
        r"(?:<h2:P>,? and )?<h:P>%degrees%(?:,? (?:from|of|at)|, with) (?:the )?<t:O>(?!'s| (?-i:[A-Z])|[.@]\w)",
    ),
    _job(
        "of_the_whole",
        r"<h:P>%degrees%,? (?:from|of|at) (?:the )?<O>%brackets%(?:'s|,| at| of| in)(?: the)? <t:O>(?!,? (?:and|or)\b)",
    ),
    _job(
        "beside",
        r"(?:^\W*{4}|[-–—] ?)(?:<h2:P> and )?<h:P>%degrees%(?:,| ?[-–—]+) ?(?:the )?<t:O>%whole%%brackets%(?:,? <L>){0,2}\W*$",
    ),
    _job(
        "beside_at_the_end",
        r"\b(?:with|by|moderator|panelist|speaker|join):? (?:<h2:P> and )?<h:P>%degrees%, (?:the )?<t:O>%whole%%brackets%\W*$",
    ),
    _job("in_brackets", r"(?:<h2:P>,? and )?<h:P>%degrees% \(<t:O>(?:\)|,)"),
    _job("both_in_brackets", r"\(<h:P>, <t:O>\)"),
    _job("organisations_own", r"<t:O>(?:%brackets%'s?|'s?%brackets%) <h:P>(?!, an? {2}(?:student|patient|customer|member)\b)"),
)

JOBS: tuple[Phrase, ...] = (
    *_held(
        "employer", JOB, "<t:O>", ("P108",), tail=NO_EMPLOYER, veto=AT_SOMEBODY_ELSES, whole=WHOLE, verb=IS_OR_WAS, more=MORE
    ),
    *_held("ceo", CEO, "<t:O>", inverse=("P169",), veto=LESSER, verb=NAMED),
    *_held("chair", CHAIR, "<t:O>", inverse=("P488",), veto=LESSER, verb=NAMED),
    *_held("head_of_government", GOVERNMENT, PLACE, inverse=("P6",), veto=LESSER, words=OWN_WORDS, field=""),
    *_held("head_of_state", STATE, PLACE, inverse=("P35",), veto=LESSER, words=OWN_WORDS, field=""),
    *EMPLOYMENT,
    Phrase(
        "ceo_appointed",
        _titled(
            rf"<h:O>%brackets%(?:, (?:an?|the) [^,.;]{{1,60}},)? {HAS}(?:names|named|appoints|appointed|hires|hired)%hon%<t:P> (?:(?:as|to be) (?:its |the |their )?|)(?:new |next )?%title%(?! of\b)",
            title=CEO,
            field="",
        ),
        ("P169",),
    ),
)

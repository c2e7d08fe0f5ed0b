"""Components of dates, times and durations: `duration({days: 1})`, `d.published.year`.

The engine passes over names that it does not know, so that `duration({day: 1})` is nothing and `d.published.Year` null; Neo4j knows
them in any case of letters and refuses the others. They are written as the engine knows them, or refused.
"""

from collections.abc import Iterator

from kgbuild.sinks.cypher_clauses import Query, refuse
from kgbuild.sinks.cypher_lexer import Kind, Token
from kgbuild.sinks.cypher_returns import Edit

DATE = ("year", "quarter", "month", "week", "weekYear", "dayOfQuarter", "dayOfWeek", "weekDay", "day", "ordinalDay")
TIME = ("hour", "minute", "second", "millisecond", "microsecond", "nanosecond")
ZONE = ("timezone", "offset", "offsetMinutes", "offsetSeconds")
EPOCH = ("epochSeconds", "epochMillis")
SPAN = (
    *(
        "years",
        "quarters",
        "months",
        "weeks",
        "days",
        "hours",
        "minutes",
        "seconds",
        "milliseconds",
        "microseconds",
        "nanoseconds",
    ),
)
PARTS = (
    *("quartersOfYear", "monthsOfYear", "monthsOfQuarter", "daysOfWeek", "minutesOfHour", "secondsOfMinute"),
    *("millisecondsOfSecond", "microsecondsOfSecond", "nanosecondsOfSecond"),
)
READ = {
    "DATE": DATE,
    "DATETIME": (*DATE, *TIME, *ZONE, *EPOCH),
    "LOCALDATETIME": (*DATE, *TIME),
    "TIME": (*TIME, *ZONE),
    "LOCALTIME": TIME,
    "DURATION": (*SPAN, *PARTS),
}
"""What can be read of each."""
MADE = {
    "DATE": (*DATE, "date", "datetime"),
    "DATETIME": (*DATE, *TIME, *EPOCH, "timezone", "date", "time", "datetime"),
    "LOCALDATETIME": (*DATE, *TIME, "date", "time", "datetime"),
    "TIME": (*TIME, "timezone", "time", "datetime"),
    "LOCALTIME": (*TIME, "time", "datetime"),
    "DURATION": SPAN,
}
"""What each can be made of."""
NEEDS = {
    "month": "year", "day": "month", "week": "year", "dayOfWeek": "week", "quarter": "year", "dayOfQuarter": "quarter",
    "ordinalDay": "year", "minute": "hour", "second": "minute", "millisecond": "second", "microsecond": "second",
    "nanosecond": "second",
}  # fmt: skip
BASES = frozenset(("date", "time", "datetime", *EPOCH))


def components(query: Query, dates: frozenset[str]) -> Iterator[Edit]:
    """The edits that write names of components as the engine knows them; dates: properties that are dates.

    Raises QueryError for those that do not exist or do not suffice.
    """
    for index, token in enumerate(query.tokens):
        if token.word in MADE and _takes_map(query, index):
            yield from _made(query, token.word, index + 2)
        if token.word in MADE and token.word not in ("DATE", "DURATION"):
            _refuse_from_date(query, index, dates)
        kind = _kind_before(query, index, dates) if query.sign(index - 1) == "." and query.sign(index + 1) != "(" else ""
        if kind and token.kind is Kind.WORD:
            yield from _known(query, token, kind, READ[kind])


def _takes_map(query: Query, index: int) -> bool:
    """Whether a function gets one map that is written out."""
    if query.sign(index - 1) == "." or query.sign(index + 1) != "(" or query.sign(index + 2) != "{":
        return False
    return query.closers[index + 2] + 1 == query.closers[index + 1]


def _refuse_from_date(query: Query, index: int, dates: frozenset[str]) -> None:
    """`datetime(d.published)`: a date has no time of day to take."""
    if query.sign(index + 1) != "(" or query.sign(index - 1) == ".":
        return
    last = query.closers[index + 1] - 1
    if (
        query.sign(last - 1) == "."
        and query.tokens[last].name in dates
        and all(query.sign(i) in ("", ".") for i in range(index + 2, last))
    ):
        name, value = query.tokens[index].text, query.source(index + 2, last + 1)
        raise refuse(query, query.tokens[index], f"a date has no time of day: write {name}({{date: {value}, hour: 0}})")


def _kind_before(query: Query, index: int, dates: frozenset[str]) -> str:
    """What stands before the dot, if that is plain: DATE for a date property, and what date() and its like make."""
    before = index - 2
    if query.sign(before - 1) == "." and query.tokens[before].name in dates:
        return "DATE"
    if query.sign(before) != ")":
        return ""
    name = query.openers[before] - 1
    while query.sign(name - 1) == "." and query.tokens[name].name:
        name -= 2
    return query.word(name) if query.word(name) in READ else ""


def _known(query: Query, token: Token, kind: str, names: tuple[str, ...]) -> Iterator[Edit]:
    name = next((name for name in names if name.lower() == token.text.lower()), None)
    if name is None:
        raise refuse(query, token, f"a {kind.lower()} has no {token.text}: it has {', '.join(names)}")
    if name != token.text:
        yield token.start, token.end, name


def _made(query: Query, kind: str, opener: int) -> Iterator[Edit]:
    outer = query.outer(opener + 1, query.closers[opener])
    keys = [index for index in outer if query.sign(index + 1) == ":" and query.sign(index - 1) in ("{", ",")]
    for index in keys:
        yield from _known(query, query.tokens[index], kind, MADE[kind])
        _check_value(query, kind, index)
    names = {query.tokens[index].name.lower(): index for index in keys}
    if not names:
        raise refuse(query, query.tokens[opener], f"{kind.lower()}() needs at least one of {', '.join(MADE[kind])}")
    if kind == "DURATION" or names.keys() & {name.lower() for name in BASES}:
        return
    for name, needed in NEEDS.items():
        if name.lower() in names and needed.lower() not in names:
            raise refuse(query, query.tokens[names[name.lower()]], f"{name} needs {needed} beside it")
    if "DATE" in kind and "year" not in names:
        raise refuse(query, query.tokens[opener], f"{kind.lower()}() needs a year")
    if kind in ("DATETIME", "LOCALDATETIME"):
        _check_day(query, names)


def _check_day(query: Query, names: dict[str, int]) -> None:
    if "hour" in names and not names.keys() & {"day", "ordinalday", "dayofweek", "dayofquarter"}:
        raise refuse(query, query.tokens[names["hour"]], "an hour needs a day beside it")


def _check_value(query: Query, kind: str, index: int) -> None:
    key, value = query.tokens[index].text.lower(), query.tokens[index + 2]
    is_alone = query.sign(index + 3) in (",", "}")
    if (
        is_alone
        and key not in (*BASES, "timezone")
        and (value.kind is Kind.STRING or (value.word == "NULL" and kind == "DURATION"))
    ):
        raise refuse(query, value, f"{query.tokens[index].text} is a number, and {value.text} is none")

"""The written form of a date or a number -> a normalised Value, or nothing. English and ISO forms, dates in many languages; integers and Decimal only.

Dates become ISO with as much precision as is written: 1947, 1947-05, 1947-05-20. What depends on the day of writing ("yesterday",
"last week") is resolved by the document's date, and is nothing without one. A form that can be read in two ways is nothing:
a wrong value is worse than none. It knows no sentence and no relation.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from kgbuild import months
from kgbuild.records import Value

DECIMAL_COMMA = frozenset(
    "af be bg bs ca cs da de el es et eu fi fo fr gl hr hu hy id is it ka kk lb lt lv mk nl nn no pl pt ro ru sk sl sq sr sv tr uk vi".split()
)
"""Languages that write 1.250,5 or 1 250,5 for what English writes 1,250.5, and the day before the month where both are numbers."""
MAX_TEXT = 1_000
"""Longest text value, in characters."""


def normalise(datatype: str, text: str, document_date: str | None = None, language: str = "en") -> Value | None:
    """The value that a text stands for, None if it is not certain. datatype: date, number or text; document_date: ISO, may be partial;
    language: of the text, two letters: its months are known by name (`months`), and where it has decimal commas, "1.250" is 1250 and
    "5.6.2020" in June.

    Raises ValueError for a datatype that does not exist.
    """
    words = " ".join(text.split()).strip(" ,;:.\"'“”‘’()[]")
    match datatype:
        case "date":
            found = date_of(words, document_date, language)
        case "number":
            figures = _with_point(words) if language in DECIMAL_COMMA else words
            found = None if figures is None else number_of(figures)
        case "text":
            found = words[:MAX_TEXT] or None
        case _:
            raise ValueError(f"no datatype {datatype!r}: date, number or text")
    return None if found is None else Value(datatype, found)


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = {name[:size]: index for index, name in enumerate(_DAYS) for size in {3, len(name)}} | {
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}

_month = "(?P<month>" + "|".join(sorted(months.ENGLISH, key=len, reverse=True)) + r")\.?"
_day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_year = r"(?P<year>\d{4})"
_weekday = "(?:(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\.?,?\s+)?"
_clock = r"(?:,?\s+(?:at\s+)?\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?(?:\s*[a-z]{2,4})?)?"

FULL = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[t ]\d\d:\d\d.*)?",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        rf"{_weekday}{_month}\s*{_day},?\s+{_year}{_clock}",
        rf"{_weekday}(?:the\s+)?{_day}\s+(?:of\s+|day of\s+)?{_month},?\s+{_year}{_clock}",
        rf"{_day}-{_month}-{_year}",
        rf"(?P<year>\d{{4}})\s+{_month}\s+{_day}",
    )
)
MONTH_YEAR = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d\d)",
        rf"(?:(?:early|mid|late|the end of|beginning of)[\s-]+)?{_month},?\s+(?:of\s+)?{_year}",
    )
)
YEAR = re.compile(
    r"(?:(?:early|mid|late|the year|year|in|fiscal year|fy|spring|summer|autumn|fall|winter)[\s-]+(?:of\s+)?)?(?P<year>[1-9]\d{3})"
)
YEAR_AD = re.compile(r"(?:a\.?d\.?\s*(?P<after>\d{1,4})|(?P<year>\d{1,4})\s*(?:a\.?d|c\.?e)\.?)")
YEAR_BC = re.compile(r"(?P<year>\d{1,4})\s*b\.?\s*c\.?(?:\s*e\.?)?")
NUMERIC = re.compile(r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>\d{4})")
NO_YEAR = (re.compile(rf"{_weekday}{_month}\s*{_day}"), re.compile(rf"{_weekday}(?:the\s+)?{_day}\s+(?:of\s+)?{_month}"))

_AMOUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
AMOUNTS = {word: index for index, word in enumerate(_AMOUNTS, 1)} | {"a": 1, "an": 1}
AGO = re.compile(r"(?P<amount>\d{1,3}|" + "|".join(AMOUNTS) + r")\s+(?P<unit>day|week|month|year)s?\s+(?:ago|earlier|before)")
RELATIVE_UNIT = re.compile(r"(?P<which>last|this|next|the past|the coming)\s+(?P<unit>week|month|year)")
RELATIVE_DAY = {
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "yesterday": -1,
    "last night": -1,
}
RELATIVE_DAY |= {"tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}
ON_WEEKDAY = re.compile(
    r"(?:(?P<which>last|this|next|this past|on)\s+)?(?P<weekday>" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\.?"
)


def date_of(text: str, document_date: str | None = None, language: str = "en") -> str | None:
    """An ISO date, as precise as the text and at most as the document's date where it depends on it; None if it is not certain."""
    if language in DECIMAL_COMMA and (found := _day_first(text)) is not None:
        return found
    text = text.lower().removeprefix("on ").strip()
    for read in (_absolute, lambda text: _in_words(text, document_date, language), lambda text: _relative(text, document_date)):
        if (found := read(text)) is not None:
            return found
    return None


def _absolute(text: str) -> str | None:
    for pattern in FULL:
        if found := pattern.fullmatch(text):
            return _iso(int(found["year"]), _month_number(found["month"]), int(found["day"]))
    for pattern in MONTH_YEAR:
        if found := pattern.fullmatch(text):
            return _iso(int(found["year"]), _month_number(found["month"]))
    if found := NUMERIC.fullmatch(text):
        return _numeric(int(found["a"]), int(found["b"]), int(found["year"]))
    if found := YEAR.fullmatch(text):
        return f"{int(found['year']):04d}"
    if (found := YEAR_AD.fullmatch(text)) and int(found["year"] or found["after"]) > 0:
        return f"{int(found['year'] or found['after']):04d}"
    if (found := YEAR_BC.fullmatch(text)) and int(found["year"]) > 0:
        before = int(found["year"]) - 1  # ISO 8601 has a year 0: 1 BC
        return f"-{before:04d}" if before else "0000"
    return None


def _numeric(a: int, b: int, year: int) -> str | None:
    """A date written with numbers only: certain if one of them cannot be a month, or if both are the same."""
    if a == b or a > 12 >= b:
        return _iso(year, b, a)
    return _iso(year, a, b) if b > 12 >= a else None


def _day_first(text: str) -> str | None:
    """A date of day, month and year, all numbers, in this order."""
    found = re.fullmatch(r"(\d{1,2})(?:\.\s?|[/-])(\d{1,2})(?:\.\s?|[/-])(\d{4})\.?", text)
    return _iso(int(found[3]), int(found[2]), int(found[1])) if found else None


def _in_words(text: str, document_date: str | None, language: str) -> str | None:
    """A date with a month that the language has a word for, or that is counted ("5月"); without a year the nearest to the day of writing."""
    found = months.written(text, language)
    if found is None:
        return None
    year, month, day = found
    if year:
        return _iso(year, month, day) if month else f"{year:04d}"
    near = _calendar_day(document_date)
    return _nearest(near, month, day) if near else None


def _month_number(text: str) -> int:
    return int(text) if text.isdigit() else months.ENGLISH[text]


def _iso(year: int, month: int, day: int = 0) -> str | None:
    """The date, or with day 0 year and month; None if the calendar has no such day."""
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}" if day else f"{year:04d}-{month:02d}"


def _relative(text: str, document_date: str | None) -> str | None:
    written = _calendar_day(document_date)
    if written is None:
        return None
    readers: tuple[Callable[[str, date], date | str | None], ...] = (_near_day, _ago, _near_unit, _on_weekday, _without_year)
    for read in readers:
        if (found := read(text, written)) is not None:
            return found if isinstance(found, str) else found.isoformat()
    return None


def _calendar_day(document_date: str | None) -> date | None:
    """The day a document was written; None if its date is missing or says no day."""
    try:
        return date.fromisoformat(document_date[:10]) if document_date and re.match(r"\d{4}-\d\d-\d\d", document_date) else None
    except ValueError:
        return None


def _near_day(text: str, written: date) -> date | None:
    return None if text not in RELATIVE_DAY else _shift(written, RELATIVE_DAY[text])


def _ago(text: str, written: date) -> date | str | None:
    found = AGO.fullmatch(text)
    if not found:
        return None
    amount = int(found["amount"]) if found["amount"].isdigit() else AMOUNTS[found["amount"]]
    if found["unit"] == "day":
        return _shift(written, -amount)
    return _unit(written, found["unit"], -amount)


def _near_unit(text: str, written: date) -> str | None:
    found = RELATIVE_UNIT.fullmatch(text)
    if not found:
        return None
    steps = {"last": -1, "the past": -1, "this": 0, "next": 1, "the coming": 1}
    return _unit(written, found["unit"], steps[found["which"]])


def _unit(written: date, unit: str, steps: int) -> str | None:
    """A week is said by its month, if it lies in one; a month by year and month; a year by itself."""
    if unit == "week":
        monday = _shift(written, 7 * steps - written.weekday())
        sunday = monday and _shift(monday, 6)
        return f"{monday:%Y-%m}" if monday and sunday and monday.month == sunday.month else None
    if unit == "year":
        return f"{written.year + steps:04d}" if written.year + steps > 0 else None
    months = written.year * 12 + written.month - 1 + steps
    return f"{months // 12:04d}-{months % 12 + 1:02d}" if months >= 12 else None


def _on_weekday(text: str, written: date) -> date | None:
    """The latest such day up to the day of writing; "next" looks forward. The day itself is meant by its bare name."""
    found = ON_WEEKDAY.fullmatch(text)
    if not found:
        return None
    back = (written.weekday() - WEEKDAYS[found["weekday"]]) % 7
    match found["which"]:
        case "next":
            return _shift(written, 7 - back)
        case "last" | "this past":
            return _shift(written, -(back or 7))
        case "this":
            return None  # before or after: the text does not say
    return _shift(written, -back)


def _without_year(text: str, written: date) -> str | None:
    """A day and month: of the year that brings it nearest to the day of writing."""
    for pattern in NO_YEAR:
        if found := pattern.fullmatch(text):
            return _nearest(written, _month_number(found["month"]), int(found["day"]))
    return None


def _nearest(written: date, month: int, day: int) -> str | None:
    years = (written.year - 1, written.year, written.year + 1)
    near = [date.fromisoformat(iso) for year in years if year > 0 and (iso := _iso(year, month, day)) is not None]
    return min(near, key=lambda each: (abs(each - written), each)).isoformat() if near else None


def _shift(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_ONES = ("zero", *_AMOUNTS, "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
ONES = {word: index for index, word in enumerate(_ONES)}
TENS = {
    word: 10 * index
    for index, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SHORT_SCALES = {"k": 1_000, "m": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12} | SCALES | {"dozen": 12}
CURRENCIES = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
CURRENCY_WORDS = {"dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "yen": "JPY"}
CURRENCY_WORDS |= {code.lower(): code for code in ("USD", "EUR", "GBP", "JPY", "INR", "CHF", "CAD", "AUD", "CNY")}

FIGURES = re.compile(
    r"(?P<currency>us\$|[$€£¥₹])?\s*(?P<sign>[-−+])?\s*(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?:\s*-?\s*(?P<scale>" + "|".join(sorted(SHORT_SCALES, key=len, reverse=True)) + r"))?\+?(?:\s*(?P<unit>%|[a-z][a-z ]*))?"
)
GROUPED = re.compile(r"(?P<whole>\d{1,3}(?:[.\s'’]\d{3})+|\d+)(?:,(?P<part>\d+))?")
WRITTEN = re.compile(r"\d(?:[\d.,\s'’]*\d)?")
PERCENT = ("%", "percent", "per cent", "pct")
ABOUT = re.compile(
    r"^(?:about|around|approximately|roughly|nearly|almost|over|more than|some|at least|up to|circa|ca\.?|an? estimated)\s+"
)


def number_of(text: str) -> str | None:
    """A plain decimal number, with a unit where one is written: "1250000", "3.5 %", "2000000 USD"; None if it is not one number."""
    text = ABOUT.sub("", text.lower().strip())
    words = [word for word in re.split(r"[\s-]+", text) if word != "and"]
    if words and words[0] in ONES.keys() | TENS.keys() | {"a"} and (found := _spelled(words)) is not None:
        return found
    match = FIGURES.fullmatch(text)
    if not match:
        return None
    try:
        value = Decimal(match["digits"].replace(",", "")) * SHORT_SCALES.get(match["scale"] or "", 1)
    except InvalidOperation:
        return None
    unit = CURRENCIES.get(match["currency"] or "", "") or _unit_of((match["unit"] or "").strip())
    if match["currency"] and match["unit"] and CURRENCY_WORDS.get(match["unit"].strip()) != unit:
        return None
    return _plain(-value if match["sign"] in ("-", "−") else value) + (f" {unit}" if unit else "")


def _with_point(text: str) -> str | None:
    """A number as English writes it, of one with a decimal comma; None if it is written in neither way."""
    written = WRITTEN.search(text)
    if not written or re.fullmatch(r"\d+\.\d{1,2}", written[0]):
        return text
    found = GROUPED.fullmatch(written[0])
    if not found:
        return None
    figures = re.sub(r"\D", "", found["whole"]) + (f".{found['part']}" if found["part"] else "")
    return text[: written.start()] + figures + text[written.end() :]


def _unit_of(word: str) -> str:
    return "%" if word in PERCENT else CURRENCY_WORDS.get(word, word)


def _spelled(words: list[str]) -> str | None:
    """A number in words: hundreds inside each scale, scales falling: "two hundred thousand", "twenty-five"."""
    total, group, last_scale, size = 0, 0, 10**15, len(words)
    for index, word in enumerate(words):
        if word in ONES or word in TENS:
            step = ONES.get(word, TENS.get(word, 0))
            if group % 100 and not (group % 100 >= 20 and group % 10 == 0 and 0 < step < 10):
                return None
            group += step
        elif word == "a" and index == 0 and size > 1:
            group = 1
        elif word == "hundred" and 0 < group < 10:
            group *= 100
        elif word in SCALES and word != "hundred" and group and SCALES[word] < last_scale:
            total, group, last_scale = total + group * SCALES[word], 0, SCALES[word]
        elif index and index == size - 1 and word in PERCENT:
            return f"{total + group} %"
        else:
            return None
    return str(total + group)


def _plain(value: Decimal) -> str:
    """Digits without exponent, without idle zeros after the point."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text

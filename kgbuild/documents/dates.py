"""A date as sources write it -> ISO 8601, or None when it is not certain what is meant. Never guesses between day and month."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from kgbuild import months

_CLOCK = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_FIRST = re.compile(rf"(?:[A-Za-z]{{3,9}},?\s+)?([A-Za-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_CLOCK}")
_DAY_FIRST = re.compile(rf"(?:[A-Za-z]{{3,9}},?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+([A-Za-z]{{3,9}})\.?,?\s+(\d{{4}}){_CLOCK}")
_PDF = re.compile(r"D:(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_IN_URL = re.compile(r"[/_-](\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=[/_.-]|$)")


def iso_date(text: str) -> str | None:
    """A whole text that is a date, or a date with a time, in ISO form; None if it is not certainly one."""
    text = text.strip()
    if match := _ISO.fullmatch(text):
        return _iso(*match.groups())
    if match := _COMPACT.fullmatch(text):
        return _iso(*match.groups())
    if (match := _MONTH_FIRST.fullmatch(text)) and (month := months.ENGLISH.get(match[1].lower())):
        return _iso(match[3], str(month), *match.groups()[1:2], *match.groups()[3:])
    if (match := _DAY_FIRST.fullmatch(text)) and (month := months.ENGLISH.get(match[2].lower())):
        return _iso(match[3], str(month), match[1], *match.groups()[3:])
    if match := _PDF.match(text):
        return _iso(*match.groups()[:3])
    year, month, day = months.written(text, "") or (0, 0, 0)
    return _iso(f"{year:04d}", str(month), str(day)) if day else None


def date_in_url(url: str) -> str | None:
    """The date in a path like /news/2018/09/20/; None if there is none."""
    match = _IN_URL.search(url)
    return _iso(*match.groups()) if match else None


def _iso(
    year: str, month: str, day: str, hour: str | None = None, minute: str | None = None, second: str | None = None,
    zone: str | None = None,
) -> str | None:  # fmt: skip
    try:
        there = date(int(year), int(month), int(day))
        if hour is None or minute is None:
            return there.isoformat()
        clock = time(int(hour), int(minute), int(second or 0), tzinfo=_zone(zone))
        return datetime.combine(there, clock).isoformat()
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))

"""Bytes -> text. A byte order mark decides, then what the format declares, then UTF-8, then a guess from the bytes alone."""

import codecs
import re

from kgbuild.counts import counted
from kgbuild.errors import Quarantined

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NEVER = frozenset({"utf_7", "utf7", "utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"})
"""Declared encodings that are not believed: they are not used by documents, but to smuggle text past filters."""
SAMPLE = 200_000
FEW_BAD = 0.001
HALVES = 0.4
"""The least share of NULs in every other byte by which UTF-16 is known: in Latin letters nearly all are."""
_WESTERN = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
LATIN = ("cp1252", "cp1250", "iso8859-2", "mac_roman", "cp850")
_ODD = re.compile(
    r"(?<=[^\W\d_])(?![-\u2010-\u2015’'·\xad\xa0])[^\x00-\x7f\w](?=[^\W\d_])"  # "Spó³ka" is no word
    r"|(?<!\w)[£¥¯¦¡¼¿\x80-\x9f](?=[a-z])"  # nor is "£ukasz"
    r"|(?<=[a-z])[²³¹¼½¾À-ÖØ-ÞŠŒŽŸĽŁŚŞŤŹŻ](?![A-Z])"  # nor "cafŽ"
)
"""Characters that no word has where they stand: a sign of another encoding."""
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_MARKED_ONLY = [name for width in (16, 32) for name in (f"utf_{width}", f"utf_{width}_be", f"utf_{width}_le")]
"""Encodings that are not guessed: without a mark and without a NUL hardly any text is in them, and any bytes would do."""


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Text of bytes, and notices. Raises Quarantined if the bytes are no text in any likely encoding."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    if b"\0" in data[:SAMPLE] and (found := _unmarked(data)):
        return found
    if text := _as(data, declared):
        return _misdeclared(data, declared) or (text, ())
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        return _repaired(data) or _mixed(data) or _guessed(data, error)


def declared_in_html(data: bytes) -> str:
    """The encoding that an HTML or XML file declares in its first kilobytes, or ""."""
    match = re.search(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", data[:4096])
    return match[1].decode("ascii") if match else ""


def _marked(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, "replace")
    return text, ((f"bytes that are not {encoding} were replaced",) if "\ufffd" in text else ())


def _unmarked(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """UTF-16 without its mark: of every two bytes one is NUL, most often. None if it is not that."""
    sample = data[: SAMPLE & ~1]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    most, least = max(first, second), min(first, second)
    if len(data) % 2 or most < HALVES * len(sample) / 2 or least > FEW_BAD * len(sample):
        return None
    encoding = "utf-16-be" if first > second else "utf-16-le"
    try:
        return data.decode(encoding), (f"read as {encoding}: a guess, no byte order mark says so",)
    except UnicodeDecodeError:
        return None


def _misdeclared(data: bytes, declared: str) -> tuple[str, tuple[str, ...]] | None:
    """UTF-8 that is declared as a Latin encoding, as when a page was saved anew: no text in these happens to be UTF-8."""
    if data.isascii() or not codecs.lookup(declared).name.startswith(("iso8859", "cp125")):
        return None
    try:
        return data.decode("utf-8"), (f"declared as {declared}, but the bytes are UTF-8, and read as such",)
    except UnicodeDecodeError:
        return None


def _as(data: bytes, encoding: str) -> str | None:
    """Text in a declared encoding; ASCII and Latin-1 are read as the web reads them, as UTF-8 or Windows-1252."""
    try:
        name = codecs.lookup(encoding).name if encoding else ""
    except LookupError:
        return None
    if not name or name in NEVER or name in ("ascii", "utf-8") or name.startswith(("utf-16", "utf-32")):
        return None
    try:
        text = data.decode("cp1252" if name == "iso8859-1" else name)
    except (UnicodeDecodeError, LookupError):
        return None
    return text if isinstance(text, str) else None


def _repaired(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """UTF-8 with a few bad bytes: they are replaced. None if they are more than a few or nothing else is beyond ASCII."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, _BEYOND.findall(text))) - bad
    if good > bad and bad <= max(1, len(text) * FEW_BAD):
        return text, (counted(bad, "byte that is not UTF-8 was replaced", "bytes that are not UTF-8 were replaced"),)
    return None


def _mixed(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """UTF-8 with Windows-1252 in between, as when files are put together. None if little beyond ASCII is UTF-8."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, _BEYOND.findall(text))) - bad
    if good < 4 or 2 * good < bad:
        return None
    whole = data.decode("utf-8", "surrogateescape").translate(_WESTERN)
    return whole, (
        counted(bad, "byte that is not UTF-8 was read as windows-1252", "bytes that are not UTF-8 were read as windows-1252"),
    )


def _guessed(data: bytes, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    if b"\0" in data[:SAMPLE]:
        raise Quarantined("binary data, not text; if it is UTF-16, save it as UTF-8")
    best = _latin(data) if _western(data) else ""
    if best == "cp1252":
        return data.decode(best), ("read as windows-1252: the bytes are not UTF-8",)
    best = best or _likely(data)
    if not best:
        raise Quarantined(f"undecodable: byte {error.start} is not UTF-8, and no other encoding fits; save it as UTF-8")
    text = data.decode(best, "replace")
    return text, (f"read as {best}: a guess, the bytes are not UTF-8",)


def _latin(data: bytes) -> str:
    """Of the encodings of Latin letters Windows-1252, unless another one leaves far fewer odd characters inside of words; or ""."""
    found: dict[str, int] = {}
    for encoding in LATIN:
        try:
            found[encoding] = len(_ODD.findall(data[:SAMPLE].decode(encoding)))
        except UnicodeDecodeError:
            continue
    best = min(found, key=lambda encoding: found[encoding], default="")
    usual = found.get("cp1252")
    if usual is None:
        return best if best and not found[best] else ""
    return best if usual - found[best] > 1 and 4 * found[best] <= usual else "cp1252"


def _likely(data: bytes) -> str:
    """The likeliest encoding by the first SAMPLE bytes, or ""; a sample never ends inside of a character of several bytes."""
    from charset_normalizer import from_bytes

    ends = [len(data)] if len(data) <= SAMPLE else [data.rfind(b"\n", SAMPLE // 2, SAMPLE) + 1]
    if not ends[0]:  # no line ends there: one of these four places is the end of a character
        ends = [SAMPLE - short for short in range(4)]
    found = [best for end in ends if (best := from_bytes(data[:end], cp_exclusion=_MARKED_ONLY).best()) is not None]
    return str(min(found).encoding) if found else ""


def _western(data: bytes) -> bool:
    """Whether bytes beyond ASCII are few and look like typographic quotes, dashes and accented letters inside words."""
    beyond = re.findall(rb"[\x80-\xff]", data[:SAMPLE])
    lone = re.findall(rb"(?<![\x80-\xff])[\x80-\xff]{1,2}(?![\x80-\xff])", data[:SAMPLE])
    return len(beyond) < 0.35 * len(data[:SAMPLE]) and sum(map(len, lone)) >= 0.9 * len(beyond)

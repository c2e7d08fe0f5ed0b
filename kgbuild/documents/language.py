"""Text -> the language it is written in, as an ISO 639-1 code. py3langid decides; its model is loaded once, when needed."""

import re
from functools import cache
from typing import Any

UNKNOWN = "und"
SURE = 0.9
"""A passage is of another language than its document only with this certainty."""
UNSURE = 0.6
"""A short text in Latin letters with less certainty is of unknown language."""
VARIETIES = {"ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh", "gug": "gn", "kik": "ki", "pcm": "en", "zxx": UNKNOWN}
"""Codes of py3langid that ISO 639-1 has under another name."""
FEW_WORDS, FEW_LETTERS = 20, 80
"""Shorter texts say too little about their language."""

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1dff\u2c00-\ud7ff\uf900-\ufdff\ufe70-\ufeff]")
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts that write no spaces: each counts as a word."""
_NOISE = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+|\b[\w-]+\.(?:com|gov|org|net|edu|mil)\b\S*")


def classify(text: str) -> tuple[str, float]:
    """Language of a text and how certain that is, between 0 and 1; UNKNOWN for a text without letters."""
    text = _NOISE.sub(" ", text)
    if not _LETTER.search(text):
        return UNKNOWN, 0.0
    language, certainty = _identifier().classify(_of_one_script(text))
    if certainty < UNSURE and is_short(text) and is_latin(text):
        return UNKNOWN, 0.0
    return VARIETIES.get(language, str(language)), float(certainty)


@cache
def known_languages() -> frozenset[str]:
    """All codes that `classify` can give, but for UNKNOWN."""
    return frozenset(VARIETIES.get(str(code), str(code)) for code in _identifier().labels) - {UNKNOWN}


def _of_one_script(text: str) -> str:
    """A text in Latin letters without the words of other scripts that it quotes: they would outweigh it."""
    return _OTHER_SCRIPT.sub(" ", text) if is_latin(text) else text


def is_latin(text: str) -> bool:
    """Whether a text is not mostly in letters of other scripts."""
    return len(_OTHER_SCRIPT.findall(text)) <= len(_LATIN.findall(text))


def is_short(text: str) -> bool:
    """Whether a text is too short to tell its language."""
    return (
        len(text.split()) + len(_UNSPACED.findall(text[:2_000])) < FEW_WORDS or len(_LETTER.findall(text[:2_000])) < FEW_LETTERS
    )


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

"""Text -> word-pieces with case features and character offsets: the one path used in training and in extraction.

A word is what the BERT pre-tokeniser splits off (at white space and at every punctuation mark), so "U.S." is four words in a
tokenised corpus and in raw text alike. Knows no model, no label and no document; needs `tokenizers` only.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

BUCKETS = (32, 64, 96, 128, 192, 256, 320, 384, 512)
"""Padded lengths, [CLS] and [SEP] included: the length is a function of the passage alone, so neighbours change no bit."""

CASES = ("special", "lower", "title", "upper", "initial", "mixed", "digit", "punctuation", "other")
"""Case features, in the order of their ids. special: [CLS], [SEP], [PAD]; initial: one capital letter alone."""

BOUNDARIES = ("\n\n", "\t")
"""What no span may cross: the ends of blocks and of table cells."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word-pieces of one text, without [CLS] and [SEP]; all tuples have one item a piece.

    ids: vocabulary ids; cases: indices into CASES; starts, ends: text[start:end], characters; words: does the piece start a
    word; breaks: does a hard boundary (BOUNDARIES) lie between the piece before and this one.
    """

    ids: tuple[int, ...]
    cases: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[bool, ...]
    breaks: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.ids)


def load_tokenizer(path: Path) -> "Tokenizer":
    """Read tokenizer.json, with truncation and padding switched off; ModelError when it is missing or damaged."""
    from tokenizers import Tokenizer

    if not path.is_file():
        raise ModelError(f"{path} is missing: a model directory holds its tokenizer there")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise ModelError(f"{path} is no tokenizer file ({error}): restore the model directory") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def split(tokenizer: "Tokenizer", text: str) -> Pieces:
    """Cut a text into pieces."""
    return _pieces(tokenizer.encode(text, add_special_tokens=False), text)


def split_all(tokenizer: "Tokenizer", texts: list[str]) -> list[Pieces]:
    """Cut many texts into pieces; equal to `split` on each, faster."""
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [_pieces(encoding, text) for encoding, text in zip(encodings, texts, strict=True)]


def windows(pieces: Pieces, max_pieces: int) -> tuple[tuple[int, int], ...]:
    """Cut pieces into half-open ranges of at most max_pieces - 2, halving at the word start nearest to the middle."""
    return tuple(_halve(pieces, 0, len(pieces), max_pieces - 2))


def padded_length(length: int, buckets: tuple[int, ...] = BUCKETS) -> int:
    """The smallest bucket that holds `length` pieces and the two special ones."""
    index = bisect_left(buckets, length + 2)
    if index == len(buckets):
        raise ModelError(f"{length} pieces do not fit the longest bucket ({buckets[-1]}): cut them with windows() first")
    return buckets[index]


def covering(pieces: Pieces, start: int, end: int) -> tuple[int, int] | None:
    """First and last piece of the whole words that touch text[start:end]; None when no piece does."""
    first = bisect_left(pieces.ends, start + 1)
    last = bisect_left(pieces.starts, end) - 1
    if first > last or first == len(pieces):
        return None
    while not pieces.words[first]:
        first -= 1
    while last + 1 < len(pieces) and not pieces.words[last + 1]:
        last += 1
    return first, last


def case_of(word: str) -> int:
    """The case feature of a word's original characters, as an index into CASES."""
    if not any(character.isalnum() for character in word):
        return CASES.index("punctuation")
    if word[0].isdigit():
        return CASES.index("digit")
    if not (word.upper() != word or word.lower() != word):  # a script without case
        return CASES.index("other")
    if word == word.lower():
        return CASES.index("lower")
    if word == word.upper():
        return CASES.index("initial" if len(word) == 1 else "upper")
    return CASES.index("title" if word[0].isupper() and word[1:] == word[1:].lower() else "mixed")


_cached_case = lru_cache(maxsize=65536)(case_of)


def _pieces(encoding: "Encoding", text: str) -> Pieces:
    ids, offsets, numbers = encoding.ids, encoding.offsets, encoding.word_ids
    count = len(ids)
    words = tuple(i == 0 or numbers[i] != numbers[i - 1] for i in range(count))
    firsts = [i for i in range(count) if words[i]]
    cases: list[int] = []
    for first, following in pairwise([*firsts, count]):
        cases += [_cached_case(text[offsets[first][0] : offsets[following - 1][1]])] * (following - first)
    return Pieces(
        ids=tuple(ids),
        cases=tuple(cases),
        starts=tuple(start for start, _ in offsets),
        ends=tuple(end for _, end in offsets),
        words=words,
        breaks=_breaks(text, offsets),
    )


def _breaks(text: str, offsets: list[tuple[int, int]]) -> tuple[bool, ...]:
    if not any(boundary in text for boundary in BOUNDARIES):
        return (False,) * len(offsets)
    gaps = (text[end:start] for (_, end), (start, _) in pairwise([(0, 0), *offsets]))
    return tuple(i > 0 and any(boundary in gap for boundary in BOUNDARIES) for i, gap in enumerate(gaps))


def _halve(pieces: Pieces, start: int, end: int, limit: int) -> list[tuple[int, int]]:
    if end - start <= limit:
        return [(start, end)] if end > start else []
    middle = (start + end) // 2
    cuts = [i for i in range(start + 1, end) if pieces.words[i]]
    cut = min(cuts, key=lambda i: (abs(i - middle), i), default=middle)  # one endless word is cut inside
    return [*_halve(pieces, start, cut, limit), *_halve(pieces, cut, end, limit)]

"""Text -> word-pieces with case features and character offsets: the one path used in training and in extraction.

A word is what the BERT pre-tokeniser splits off (at white space and at every punctuation mark; Chinese characters one by one), so
"U.S." is four words in a tokenised corpus and in raw text alike. Knows no model, no label and no document; needs `tokenizers` only.

BERT's own tokenizers say which word a piece belongs to. Others (byte-level BPE, sentencepiece) cut elsewhere; for them words come
from the characters: a piece starts a word if the piece before holds no character of the word in which it begins. White space at
the edges of a piece belongs to nothing. A piece of nothing else (a lone `▁`, a line break) stands, without length, before the
characters of the piece that follows, and starts its word in its stead; at the end of a text it is left out. A piece that covers
several words (`')`) is the start of the first, and the others have none.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

BUCKETS = tuple(range(16, 513, 16))
"""Padded lengths of new models, [CLS] and [SEP] included: the length is a function of the passage alone, so neighbours change no bit."""

CASES = ("special", "lower", "title", "upper", "initial", "mixed", "digit", "punctuation", "other")
"""Case features, in the order of their ids. special: [CLS], [SEP], [PAD]; initial: one capital letter alone."""

BOUNDARIES = ("\n\n", "\t")
"""What no span may cross: the ends of blocks and of table cells."""

SPECIAL_PIECES = {"[PAD]": ("[PAD]", "<pad>"), "[CLS]": ("[CLS]", "<s>"), "[SEP]": ("[SEP]", "</s>")}
"""Names of the special pieces in the vocabularies of BERT's relatives, the preferred one first."""

CHINESE = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip
"""Code points of the characters that BERT's normaliser takes for words of their own."""


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
    return made_ready(tokenizer)


def made_ready(tokenizer: "Tokenizer") -> "Tokenizer":
    """Switch off truncation and padding; and, where it does not split like BERT's, that `<s>` in a text becomes a special piece."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if not _splits_like_bert(tokenizer):
        tokenizer.encode_special_tokens = True
    return tokenizer


def special_ids(tokenizer: "Tokenizer") -> tuple[int, int, int]:
    """Vocabulary ids of padding, of the piece before every text and of the one after it: [PAD] [CLS] [SEP] or <pad> <s> </s>.

    ModelError for a vocabulary that has neither.
    """
    found = {}
    for role, names in SPECIAL_PIECES.items():
        numbers = [number for number in map(tokenizer.token_to_id, names) if number is not None]
        if not numbers:
            raise ModelError(f"the encoder's tokenizer has no piece {' or '.join(names)}: it is none of a BERT-like encoder")
        found[role] = numbers[0]
    return found["[PAD]"], found["[CLS]"], found["[SEP]"]


def split(tokenizer: "Tokenizer", text: str) -> Pieces:
    """Cut a text into pieces."""
    return _cutter(tokenizer)(tokenizer.encode(text, add_special_tokens=False), text)


def split_all(tokenizer: "Tokenizer", texts: list[str]) -> list[Pieces]:
    """Cut many texts into pieces; equal to `split` on each, faster."""
    cut = _cutter(tokenizer)
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [cut(encoding, text) for encoding, text in zip(encodings, texts, strict=True)]


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


def _cutter(tokenizer: "Tokenizer") -> Callable[["Encoding", str], Pieces]:
    return _by_word_ids if _splits_like_bert(tokenizer) else _by_characters


def _splits_like_bert(tokenizer: "Tokenizer") -> bool:
    from tokenizers.pre_tokenizers import BertPreTokenizer

    return isinstance(tokenizer.pre_tokenizer, BertPreTokenizer)


def _by_word_ids(encoding: "Encoding", text: str) -> Pieces:
    """Words as the tokenizer itself counts them: it splits like BERT."""
    offsets, numbers = encoding.offsets, encoding.word_ids
    words = [i == 0 or numbers[i] != numbers[i - 1] for i in range(len(offsets))]
    return _pieces(encoding.ids, offsets, words, text)


def _by_characters(encoding: "Encoding", text: str) -> Pieces:
    """Words from the characters that each piece covers (see the module's docstring)."""
    owners = _word_numbers(text)
    trimmed = [_trimmed(start, end, owners) for start, end in encoding.offsets]
    while trimmed and trimmed[-1] is None:
        trimmed.pop()
    offsets: list[tuple[int, int]] = []
    words: list[bool] = []
    left = right = waiting = 0  # where the last piece begins and ends; pieces without characters since then
    for place in trimmed:
        if place is None:
            waiting += 1
            continue
        start, end = max(place[0], left), max(place[1], right)  # pieces of one character overlap: never go back
        starts_word = not words or owners[place[0]] != owners[right - 1]
        offsets += [(max(start, right), max(start, right))] * waiting + [(start, end)]
        words += [starts_word and i == 0 for i in range(waiting + 1)]
        left, right, waiting = start, end, 0
    return _pieces(encoding.ids[: len(offsets)], offsets, words, text)


def _word_numbers(text: str) -> list[int]:
    """The word of each character, counted from 0; -1 for white space."""
    owners = [-1] * len(text)
    for number, (_, (start, end)) in enumerate(_word_splitter().pre_tokenize_str(text)):
        owners[start:end] = [number] * (end - start)
    return owners


@lru_cache(maxsize=1)
def _word_splitter() -> Any:
    from tokenizers import Regex
    from tokenizers.pre_tokenizers import BertPreTokenizer, Sequence, Split

    chinese = "".join(f"{chr(low)}-{chr(high)}" for low, high in CHINESE)
    return Sequence([Split(Regex(f"[{chinese}]"), "isolated"), BertPreTokenizer()])


def _trimmed(start: int, end: int, owners: list[int]) -> tuple[int, int] | None:
    """A piece's characters without white space at its edges; None when nothing is left."""
    while start < end and owners[start] < 0:
        start += 1
    while start < end and owners[end - 1] < 0:
        end -= 1
    return (start, end) if start < end else None


def _pieces(ids: list[int], offsets: list[tuple[int, int]], words: list[bool], text: str) -> Pieces:
    firsts = [i for i, starts in enumerate(words) if starts]
    cases: list[int] = []
    for first, following in pairwise([*firsts, len(ids)]):
        cases += [_cached_case(text[offsets[first][0] : offsets[following - 1][1]])] * (following - first)
    return Pieces(
        ids=tuple(ids),
        cases=tuple(cases),
        starts=tuple(start for start, _ in offsets),
        ends=tuple(end for _, end in offsets),
        words=tuple(words),
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

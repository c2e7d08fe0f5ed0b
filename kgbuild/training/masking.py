"""Word-pieces of passages -> windows of one length -> masked windows with what a model is to restore. Knows no model and no file.

Masking is drawn anew each time (Liu et al. 2019, arXiv:1907.11692); of what is chosen 80 % is hidden, 10 % replaced by a random
piece, 10 % left (Devlin et al. 2019, arXiv:1810.04805).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HIDDEN, REPLACED = 0.8, 0.1
"""Shares of the chosen pieces; the rest stay as they are."""
NOT_ASKED = -100
"""Target of a piece that is not to be restored."""
AT_ONCE = 1_000
"""Texts that are cut into pieces in one call."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The special pieces of a vocabulary, by id; unknown: None where every text can be written; size: of the vocabulary."""

    pad: int
    cls: int
    sep: int
    mask: int
    unknown: int | None
    size: int

    @property
    def special(self) -> tuple[int, ...]:
        """What is never masked nor put in the place of something else."""
        return (self.pad, self.cls, self.sep, self.mask, *(() if self.unknown is None else (self.unknown,)))


@dataclass(frozen=True, slots=True)
class Stream:
    """Pieces of many passages, one after another, each passage with [SEP] behind it. ids, starts: (P,); does a word start here."""

    ids: Tensor
    starts: Tensor


@dataclass(frozen=True, slots=True)
class Windows:
    """Stretches of a stream between [CLS] and [SEP], the last one padded. ids: (N, L) int32; starts: (N, L) bool."""

    ids: Tensor
    starts: Tensor

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Masked:
    """Input and wanted output. ids, targets: (B, L) int64; attention: (B, L), 1 on what is no padding."""

    ids: Tensor
    targets: Tensor
    attention: Tensor


def stream_of(tokenizer: "Tokenizer", texts: Sequence[str], marks: Marks) -> Stream:
    """Cut texts into word-pieces and put them one behind another."""
    ids: list[Tensor] = []
    starts: list[Tensor] = []
    for first in range(0, len(texts), AT_ONCE):
        for encoding in tokenizer.encode_batch(list(texts[first : first + AT_ONCE]), add_special_tokens=False):
            words = torch.tensor([-1 if word is None else word for word in encoding.word_ids], dtype=torch.int32)
            ids.append(torch.tensor([*encoding.ids, marks.sep], dtype=torch.int32))
            starts.append(torch.cat([torch.ones(min(1, len(words))), words[1:] != words[:-1], torch.ones(1)]).bool())
    return (
        Stream(torch.cat(ids), torch.cat(starts)) if ids else Stream(torch.zeros(0, dtype=torch.int32), torch.zeros(0).bool())
    )


def unknown_share(stream: Stream, marks: Marks) -> float:
    """Share of the pieces of text that the vocabulary cannot write; 1 where there is no piece at all."""
    pieces = int((stream.ids != marks.sep).sum())
    unknown = 0 if marks.unknown is None else int((stream.ids == marks.unknown).sum())
    return unknown / pieces if pieces else 1.0


def windows_of(stream: Stream, length: int, marks: Marks) -> Windows:
    """Cut a stream into windows of `length` pieces, [CLS] and [SEP] included."""
    inner = length - 2
    count = -(-len(stream.ids) // inner)
    ids = torch.full((count * inner,), marks.pad, dtype=torch.int32)
    starts = torch.ones(count * inner, dtype=torch.bool)
    ids[: len(stream.ids)], starts[: len(stream.ids)] = stream.ids, stream.starts
    edge = torch.ones(count, 1, dtype=torch.int32)
    rows = torch.cat([edge * marks.cls, ids.view(count, inner), edge * marks.sep], dim=1)
    flags = torch.cat([edge.bool(), starts.view(count, inner), edge.bool()], dim=1)
    return Windows(rows, flags)


def piece_counts(windows: Windows, marks: Marks) -> Tensor:
    """How often each piece of the vocabulary stands in the windows: (vocabulary,) int64; special pieces count 0."""
    counts = torch.bincount(windows.ids.flatten().long(), minlength=marks.size)
    counts[list(marks.special)] = 0
    return counts


def masked(windows: Windows, marks: Marks, share: float, whole_words: bool, generator: torch.Generator) -> Masked:
    """Choose pieces (or whole words) with probability `share`, at least one a window, and hide them."""
    ids = windows.ids.long()
    chosen = _chosen(ids, windows.starts, marks, share, whole_words, generator)
    fate = torch.rand(ids.shape, generator=generator)
    every = torch.arange(marks.size)
    others = every[~torch.isin(every, torch.tensor(marks.special))]
    random = others[torch.randint(len(others), ids.shape, generator=generator)]
    shown = torch.where(chosen & (fate < HIDDEN), marks.mask, ids)
    shown = torch.where(chosen & (fate >= 1 - REPLACED), random, shown)
    return Masked(shown, torch.where(chosen, ids, NOT_ASKED), (ids != marks.pad).long())


def _chosen(ids: Tensor, starts: Tensor, marks: Marks, share: float, whole_words: bool, generator: torch.Generator) -> Tensor:
    """(B, L) bool. One draw a piece, or one a word that all its pieces share; the lowest draw of a window always counts."""
    allowed = ~torch.isin(ids, torch.tensor(marks.special))
    draws = torch.rand(ids.shape, generator=generator)
    if whole_words:
        draws = draws.gather(1, (starts | ~allowed).long().cumsum(dim=1) - 1)
    draws = draws.masked_fill(~allowed, 2.0)
    return allowed & ((draws < share) | (draws == draws.min(dim=1, keepdim=True).values))

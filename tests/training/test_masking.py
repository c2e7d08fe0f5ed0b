"""Windows hold every piece once; masking hides the share it should, whole words where asked, and never what is special."""

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from kgbuild.training.masking import (  # noqa: E402
    NOT_ASKED,
    Marks,
    Windows,
    masked,
    piece_counts,
    stream_of,
    unknown_share,
    windows_of,
)

MARKS = Marks(pad=0, cls=1, sep=2, mask=3, unknown=4, size=50)


def random_windows(rows, length, seed=0):
    ids = torch.randint(5, 50, (rows, length), generator=torch.Generator().manual_seed(seed), dtype=torch.int32)
    ids[:, 0], ids[:, -1] = MARKS.cls, MARKS.sep
    return Windows(ids, torch.rand(ids.shape, generator=torch.Generator().manual_seed(seed + 1)) < 0.5)


def test_a_stream_is_all_passages_with_a_mark_after_each(tokenizer):
    marks = Marks(0, 2, 3, 1, 1, tokenizer.get_vocab_size())
    stream = stream_of(tokenizer, ["John works", "", "zz in Paris"], marks)
    pieces = [tokenizer.id_to_token(i) for i in stream.ids.tolist()]
    assert pieces == ["john", "works", "[SEP]", "[SEP]", "z", "##z", "in", "paris", "[SEP]"]
    assert stream.starts.tolist() == [True, True, True, True, True, False, True, True, True]


def test_windows_hold_every_piece_of_the_stream_in_order(tokenizer):
    marks = Marks(0, 2, 3, 1, 1, tokenizer.get_vocab_size())
    stream = stream_of(tokenizer, ["john smith was born in paris", "acme works"], marks)
    windows = windows_of(stream, 6, marks)
    assert windows.ids.shape == (3, 6)
    assert windows.ids[:, 0].tolist() == [2, 2, 2] and windows.ids[:, -1].tolist() == [3, 3, 3]
    assert windows.ids[:, 1:-1].flatten().tolist() == [*stream.ids.tolist(), 0, 0]
    assert piece_counts(windows, marks).sum() == 8


def test_the_share_of_unknown_pieces_is_that_of_text(tokenizer):
    marks = Marks(0, 2, 3, 99, 1, tokenizer.get_vocab_size())
    assert unknown_share(stream_of(tokenizer, ["john Ω works Ω"], marks), marks) == 0.5
    assert unknown_share(stream_of(tokenizer, [], marks), marks) == 1.0


def test_masking_hides_replaces_and_leaves_in_the_right_shares():
    windows = random_windows(400, 64)
    found = masked(windows, MARKS, 0.15, whole_words=False, generator=torch.Generator().manual_seed(3))
    chosen = found.targets != NOT_ASKED
    assert torch.equal(found.targets[chosen], windows.ids.long()[chosen])
    assert float(chosen[:, 1:-1].float().mean()) == pytest.approx(0.15, abs=0.01)
    hidden = found.ids[chosen] == MARKS.mask
    kept = found.ids[chosen] == found.targets[chosen]
    assert float(hidden.float().mean()) == pytest.approx(0.8, abs=0.02)
    assert float(kept.float().mean()) == pytest.approx(0.1 + 0.1 / 45, abs=0.02)
    replaced = found.ids[chosen][~hidden]
    assert not set(replaced.tolist()) & set(MARKS.special)
    assert torch.equal(found.ids[~chosen], windows.ids.long()[~chosen])


def test_special_pieces_and_padding_are_never_chosen_and_padding_is_not_attended_to():
    windows = random_windows(50, 16)
    windows.ids[:, 10:15] = MARKS.pad
    windows.ids[:, 5] = MARKS.unknown
    found = masked(windows, MARKS, 0.9, whole_words=False, generator=torch.Generator().manual_seed(3))
    assert (found.targets[:, [0, 5, 10, 11, 12, 13, 14, 15]] == NOT_ASKED).all()
    assert found.attention.sum(dim=1).tolist() == [11] * 50


def test_every_window_asks_for_something():
    windows = random_windows(200, 8)
    found = masked(windows, MARKS, 1e-6, whole_words=False, generator=torch.Generator().manual_seed(3))
    assert ((found.targets != NOT_ASKED).sum(dim=1) == 1).all()


def test_whole_words_are_hidden_whole():
    windows = random_windows(100, 32)
    found = masked(windows, MARKS, 0.2, whole_words=True, generator=torch.Generator().manual_seed(3))
    chosen = found.targets != NOT_ASKED
    inside = ~windows.starts[:, 2:-1]
    assert torch.equal(chosen[:, 2:-1][inside], chosen[:, 1:-2][inside])
    assert float(chosen[:, 1:-1].float().mean()) == pytest.approx(0.2, abs=0.03)


def test_the_same_generator_masks_the_same():
    windows = random_windows(4, 32)
    one, two, three = (masked(windows, MARKS, 0.15, False, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.ids, two.ids) and not torch.equal(one.ids, three.ids)

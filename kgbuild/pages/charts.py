"""Shares and counts -> small SVG drawings that need no other file. Coordinates are pixels; colours are classes of base.css."""

from collections.abc import Sequence

from kgbuild.pages.markup import text

BAR_WIDTH, BAR_HEIGHT = 150, 12
LEAST = 2
"""Pixels of a bar that is not nothing."""
WIDTH, HEIGHT, LEFT, BELOW = 640, 170, 46, 38
"""Of a histogram: the drawing, the room left of the columns and below them."""


def bar(share: float, kind: str = "bar") -> str:
    """A bar of a share from 0 to 1; beside its number in a table, so that it says nothing of its own."""
    width = max(BAR_WIDTH * min(1.0, share), LEAST) if share > 0 else 0.0
    parts = f'<rect class="track" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" rx="2"/><rect class="{kind}" width="{width:.1f}" height="{BAR_HEIGHT}" rx="2"/>'
    return f'<svg class="f1" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" aria-hidden="true">{parts}</svg>'


def histogram(columns: Sequence[tuple[str, Sequence[int]]], kinds: Sequence[str], name: str, axis: str) -> str:
    """Stacked columns: (label, counts by kind) each. kinds: a class for each part of a column; axis: words below."""
    most = max((sum(counts) for _, counts in columns), default=0) or 1
    step, floor = (WIDTH - LEFT) / max(1, len(columns)), HEIGHT - BELOW
    parts = [
        f'<path class="grid" d="M{LEFT} {floor - floor * line / 4 + 4:.1f}H{WIDTH}"/>' for line in range(5)
    ] + [
        f'<text x="{LEFT - 6}" y="{8 + 4:.1f}" class="tick end">{most:,}</text><text x="{LEFT - 6}" y="{floor + 4}" class="tick end">0</text>'
    ]  # fmt: skip
    for index, (label, counts) in enumerate(columns):
        x, y = LEFT + index * step, float(floor + 4)
        for count, kind in zip(counts, kinds, strict=True):
            height = floor * count / most
            y -= height
            parts.append(f'<rect class="{kind}" x="{x + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{height:.1f}"/>')
        parts.append(f'<text x="{x + step / 2:.1f}" y="{floor + 19}" class="tick middle">{text(label)}</text>')
    parts.append(f'<text x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 4}" class="axis middle">{text(axis)}</text>')
    return f'<svg class="histogram" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(name)}">{"".join(parts)}</svg>'

"""Bins and intervals -> small SVG drawings that need no other file. Coordinates are pixels; colours are classes of page.css."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from kgbuild.counts import counted

SIDE, LEFT, TOP, BELOW = 240, 44, 12, 40
"""Of the reliability diagram: the square, and the room left of, above and below it."""
BAR_WIDTH, BAR_HEIGHT = 150, 12
BOUND = 1.96
"""Standard errors in a 95 % interval."""


def reliability_picture(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], name: str) -> str:
    """Stated probability against the share that is right, before (hollow) and after calibration, with 95 % intervals of the latter."""
    parts = [_grid(), _line(0, 0, 1, 1, "ideal"), _path(before, "before"), _path(after, "after")]
    parts += [_whisker(one) for one in after]
    parts += [_dot(one, "before") for one in before] + [_dot(one, "after") for one in after]
    middle, floor = LEFT + SIDE / 2, TOP + SIDE
    parts.append(f'<text x="{middle}" y="{floor + 34}" class="axis middle">stated probability</text>')
    parts.append(f'<text transform="translate(12 {TOP + SIDE / 2}) rotate(-90)" class="axis middle">share that is right</text>')
    box = f"0 0 {LEFT + SIDE + 12} {TOP + SIDE + BELOW}"
    return f'<svg class="reliability" viewBox="{box}" role="img" aria-label="Reliability of {name}">{"".join(parts)}</svg>'


def f1_bar(f1: float, low: float | None, high: float | None) -> str:
    """A bar from 0 to 1 with the interval as a whisker."""
    parts = [
        f'<rect class="track" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" rx="2"/>',
        f'<rect class="bar" width="{BAR_WIDTH * f1:.1f}" height="{BAR_HEIGHT}" rx="2"/>',
    ]
    if low is not None and high is not None:
        a, b, y = BAR_WIDTH * low, BAR_WIDTH * high, BAR_HEIGHT / 2
        parts.append(f'<path class="whisker" d="M{a:.1f} {y}H{b:.1f}M{a:.1f} {y - 3}V{y + 3}M{b:.1f} {y - 3}V{y + 3}"/>')
    return f'<svg class="f1" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'


def _grid() -> str:
    parts = [f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>']
    for step in range(6):
        value = step / 5
        x, y = _place(value, value)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{TOP + SIDE}M{LEFT} {y:.1f}H{LEFT + SIDE}"/>')
        parts.append(f'<text x="{x:.1f}" y="{TOP + SIDE + 16}" class="tick middle">{value:.1f}</text>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="tick end">{value:.1f}</text>')
    return "".join(parts)


def _place(x: float, y: float) -> tuple[float, float]:
    return LEFT + SIDE * x, TOP + SIDE * (1 - y)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    (a, b), (c, d) = _place(x1, y1), _place(x2, y2)
    return f'<path class="{kind}" d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}"/>'


def _path(bins: Sequence[Mapping[str, Any]], kind: str) -> str:
    places = " ".join("{:.1f},{:.1f}".format(*_place(one["stated"], one["true"])) for one in bins)
    return f'<polyline class="{kind} path" points="{places}"/>'


def _dot(one: Mapping[str, Any], kind: str) -> str:
    x, y = _place(one["stated"], one["true"])
    title = f"{counted(one['count'], 'item')}, stated {one['stated']:.3f}, right {one['true']:.3f}"
    return f'<circle class="{kind} dot" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{title}</title></circle>'


def _whisker(one: Mapping[str, Any]) -> str:
    spread = BOUND * sqrt(one["true"] * (1 - one["true"]) / one["count"])
    return _line(one["stated"], max(0.0, one["true"] - spread), one["stated"], min(1.0, one["true"] + spread), "spread")

"""Alerts -> what people look at: a timeline as SVG and a digest as one HTML page that needs nothing from elsewhere."""

import math
from collections import Counter
from html import escape
from itertools import groupby
from typing import Any

Alert = dict[str, Any]

PAGE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
blockquote{margin:.2rem 0 .6rem;padding-left:.8rem;border-left:3px solid #8888}
svg{max-width:100%;height:auto}small{opacity:.75}h3{margin-bottom:0}
"""
DRAWING = """
text{font:13px system-ui,sans-serif;fill:#222}.s{font-size:11px;fill:#555}.l{stroke:#bbb}.b{fill:#fff}
@media(prefers-color-scheme:dark){text{fill:#ddd}.s{fill:#aaa}.l{stroke:#555}.b{fill:#161616}}
"""
STEP, LINE = 56, 34


def mood(tone: float | None) -> str:
    """The colour of a tone; VADER calls |compound| < .05 neutral."""
    return "#8a8a8a" if tone is None or abs(tone) < 0.05 else "#2b6cb0" if tone > 0 else "#c2541b"


def timeline(rows: list[Alert], names: list[str]) -> str:
    """A line a name, a column a round; circles are new or corrected documents, coloured by tone, + and − facts that came and went."""
    times = list(dict.fromkeys(row["when"] for row in rows))
    left = 30 + 7.5 * max(map(len, names), default=0)
    across = {when: left + 28 + STEP * number for number, when in enumerate(times)}
    width, height = left + STEP * len(times) + 30, 72 + LINE * len(names)
    parts = [f'<text x="{x:.0f}" y="22" text-anchor="middle" class="s">{escape(when)}</text>' for when, x in across.items()]
    for number, name in enumerate(names):
        y = 50 + LINE * number
        parts.append(f'<text x="8" y="{y + 4}">{escape(name)}</text>')
        parts.append(f'<line x1="{left:.0f}" x2="{width - 10:.0f}" y1="{y}" y2="{y}" class="l"/>')
        parts += _marks([row for row in rows if row.get("name") == name], across, y)
    legend = "circle: documents, blue positive, orange negative, grey neutral; + and −: facts that came and went"
    parts.append(f'<text x="8" y="{height - 10}" class="s">{legend}</text>')
    size = f'viewBox="0 0 {max(width, 560):.0f} {height}" width="{max(width, 560):.0f}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="What was written of the watched names, by round">'
        f'<style>{DRAWING}</style><rect width="100%" height="100%" class="b"/>{"".join(parts)}</svg>\n'
    )


def _marks(rows: list[Alert], across: dict[str, float], y: int) -> list[str]:
    parts = []
    for row in (row for row in rows if row["kind"] == "news"):
        size = min(15.0, 3 + 3 * math.sqrt(len(row["documents"])))
        parts.append(f'<circle cx="{across[row["when"]]:.0f}" cy="{y}" r="{size:.1f}" fill="{mood(row["tone"])}"/>')
    for (when, kind), count in sorted(Counter((row["when"], row["kind"]) for row in rows).items()):
        if kind != "news":
            sign, lower = ("+", -8) if kind == "fact" else ("−", 18)
            parts.append(f'<text x="{across[when] + 12:.0f}" y="{y + lower}" class="s">{sign}{count}</text>')
    return parts


def digest(rows: list[Alert], names: list[str]) -> str:
    """All alerts, the newest round first, in the order of the watch list."""
    body = ["<h1>Watch list</h1>", timeline(rows, names)]
    told = [row for row in rows if row["kind"] != "round"]
    for when in reversed(list(dict.fromkeys(row["when"] for row in told))):
        body.append(f"<h2>{escape(when)}</h2>")
        here = sorted((row for row in told if row["when"] == when), key=lambda row: row["name"])
        for name, of_name in groupby(here, key=lambda row: row["name"]):
            body.append(f"<h3>{escape(name)}</h3>")
            body += [_news(row) if row["kind"] == "news" else _fact(row) for row in of_name]
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f"{head}<title>Watch list</title><style>{PAGE}</style>{''.join(body)}</html>\n"


def _news(row: Alert) -> str:
    count = len(row["documents"])
    said = [f"{count} document{'s'[: count != 1]}" + (f" ({len(row['corrected'])} corrected)" if row["corrected"] else "")]
    if row["topic"]:
        said.append(escape(", ".join(row["topic"])))
    if row["tone"] is not None:
        said.append(f'tone <b style="color:{mood(row["tone"])}">{row["tone"]:+.2f}</b>')
    best = sorted(row["sentences"], key=lambda s: (-abs(s["tone"] or 0), s["uri"], s["start"]))[:2]
    return f"<p>{' · '.join(said)}</p>{''.join(map(_quote, best))}"


def _fact(row: Alert) -> str:
    fact = escape(f"{row['subject']} {row['relation']} {row['object']}")
    head = f"Taken back: <s>{fact}</s>, since {escape(row['because'])}" if row["kind"] == "retracted" else f"New: <b>{fact}</b>"
    return f"<p>{head}</p>{_quote(row)}"


def _quote(row: Alert) -> str:
    """A quote with its document and, if known, its place; only web addresses become links."""
    place = escape(row["title"] or row["uri"]) + (f", characters {row['start']} to {row['end']}" if "start" in row else "")
    link = f'<a href="{escape(row["url"])}">{place}</a>' if row["url"].startswith(("http://", "https://")) else place
    return f"<blockquote>{escape(row['text'])}<br><small>{link}</small></blockquote>"

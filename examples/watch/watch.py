"""A feed of documents -> alerts about the entities of a watch list: new facts, facts taken back, what is written of them and how.

python examples/watch/watch.py --documents INBOX --list list.txt                     # one round: what is new, changed or gone there
python examples/watch/watch.py --documents PATH --list list.txt --replay month       # plays dated documents as a feed
"""

import argparse
import json
import math
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from statistics import mean
from typing import Any

import kgbuild

FACTS = """
MATCH (e:Entity)-[r]-(:Entity) WHERE e.id IN $ids AND r.scope = 'stated' WITH DISTINCT e, r
MATCH (a:Entity {id: startNode(r).id}), (b:Entity {id: endNode(r).id}), (d:Document {id: r.document})
RETURN e.id, r.id, a.name, type(r), b.name, r.quote, r.document, d.uri, r.confidence
"""
DOCUMENTS = "MATCH (d:Document)-[:MENTIONS]->(e:Entity) WHERE e.id IN $ids RETURN e.id, d.uri, d.id, d.name, d.published, d.url"
NAMED = (
    "MATCH (e:Entity) WHERE toLower(e.name) IN $n OR any(a IN e.aliases WHERE toLower(a) IN $n) RETURN e.id, e.name, e.aliases"
)
COMMON = frozenset(
    "about after all also an and any are as at be been being but by can could did do does for from had has have he her his how i if in into "
    "is it its more new no not of on one or other our out over said says she so some than that the their them they this to up us was we were "
    "what when which who will with would you your".split()
)
Tone = Callable[[str], float]


def tone_of() -> Tone | None:
    """VADER's compound score of a sentence, -1 to 1; None where vaderSentiment is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    return lambda text, judge=SentimentIntensityAnalyzer(): judge.polarity_scores(text)["compound"]


def look(ws: kgbuild.Workspace, names: Iterable[str]) -> dict[str, Any]:
    """What the graph says of each watched name now: facts by their words, documents by URI. A name or alias may fit several entities."""
    wanted = {name.lower(): name for name in names}
    state: dict[str, Any] = {name: {"ids": [], "names": [], "facts": {}, "documents": {}} for name in names}
    ids = {}
    for id, *called in ((id, name, *aliases) for id, name, aliases in ws.query(NAMED, {"n": sorted(wanted)}).rows):
        ids[id] = next(wanted[name.lower()] for name in called if name.lower() in wanted)
        state[ids[id]]["ids"].append(id)
        state[ids[id]]["names"] += called
    for id, _, a, relation, b, quote, document, uri, confidence in ws.query(FACTS, {"ids": sorted(ids)}).rows:
        fact = {"subject": a, "relation": relation, "object": b, "quote": quote, "document": document, "uri": uri}
        state[ids[id]]["facts"][f"{a}\t{relation}\t{b}"] = fact | {"confidence": confidence}
    for id, uri, document, name, published, url in ws.query(DOCUMENTS, {"ids": sorted(ids)}).rows:
        state[ids[id]]["documents"][uri] = {
            "document": document,
            "name": name,
            "published": str(published or ""),
            "url": url or "",
        }
    return state


def alerts(
    ws: kgbuild.Workspace, before: dict, now: dict, words: Counter[str], tone: Tone | None, when: str
) -> Iterator[dict[str, Any]]:
    """What is different between two looks: one alert a fact that came or went, one a name for all that is newly written of it."""
    current = {source.uri: source.document for source in ws.documents()}
    for name, state in now.items():
        old = before.get(name, {"facts": {}, "documents": {}})
        for key in sorted(old["facts"].keys() - state["facts"].keys()):
            yield {
                "when": when,
                "kind": "retracted",
                "name": name,
                **old["facts"][key],
                "because": why_gone(old["facts"][key], current),
            }
        for key in sorted(state["facts"].keys() - old["facts"].keys()):
            yield {"when": when, "kind": "fact", "name": name, **state["facts"][key]}
        fresh = {
            uri: d for uri, d in state["documents"].items() if old["documents"].get(uri, {}).get("document") != d["document"]
        }
        if fresh:
            corrected = sorted(fresh.keys() & old["documents"].keys())
            yield {"when": when, "kind": "news", "name": name, "corrected": corrected, **news(ws, state, fresh, words, tone)}


def why_gone(fact: dict[str, Any], current: dict[str, str | None]) -> str:
    """Why a fact is no longer in the graph."""
    if fact["uri"] not in current:
        return f"{fact['uri']} was removed"
    if current[fact["uri"]] != fact["document"]:
        return f"{fact['uri']} was corrected"
    return "other documents changed what the names in it mean"


def news(ws: kgbuild.Workspace, state: dict, fresh: dict[str, dict], words: Counter[str], tone: Tone | None) -> dict[str, Any]:
    """What new documents write of one name: its sentences, their topic and their tone."""
    ids, sentences = set(state["ids"]), []
    for uri in sorted(fresh):
        for s in ws.sentences(uri):
            if ids & set(s.entities):
                place = {"text": " ".join(s.text.split()), "uri": uri, "start": s.start, "end": s.end}
                sentences.append(
                    place | {"tone": tone(s.text) if tone else None, "name": fresh[uri]["name"], "url": fresh[uri]["url"]}
                )
    own = {word for name in state["names"] for word in spell(name)}
    topic = key_words((word for s in sentences for word in spell(s["text"]) if word not in own), words)
    tones = [s["tone"] for s in sentences if s["tone"] is not None]
    return {
        "documents": sorted(fresh),
        "topic": topic,
        "tone": round(mean(tones), 3) if tones else None,
        "sentences": sentences,
    }


def spell(text: str) -> list[str]:
    return [
        word for word in re.findall(r"[^\W\d_]{3,}", text.lower().replace("’s", "").replace("'s", "")) if word not in COMMON
    ]


def key_words(here: Iterable[str], everywhere: Counter[str], top: int = 5) -> list[str]:
    """The words with the highest log-odds against all documents so far (z-scores with a Dirichlet prior; Monroe et al. 2008)."""
    counts = Counter(here)
    n, total = counts.total(), max(1, everywhere.total())
    prior = 500.0

    def score(word: str) -> float:
        a = prior * max(1, everywhere[word]) / total
        y, rest = counts[word], max(0, everywhere[word] - counts[word])
        odds = math.log((y + a) / (n + prior - y - a)) - math.log((rest + a) / (total + prior - rest - a))
        return odds / math.sqrt(1 / (y + a) + 1 / (rest + a))

    found = sorted(counts, key=lambda word: (-score(word), word))
    return [word for word in found if counts[word] > 1 or len(counts) <= top][:top]


# ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def play(ws: kgbuild.Workspace, names: list[str], out: Path, when: str, tone: Tone | None) -> list[dict[str, Any]]:
    """One round after documents were added: extract and build what is new, append alerts, remember what was seen.

    What was seen is written last: a round that was killed is told again, none is lost.
    """
    memory = (
        json.loads((out / "seen.json").read_text("utf-8"))
        if (out / "seen.json").exists()
        else {"state": {}, "documents": {}, "words": {}}
    )
    extracted, built = ws.extract(), ws.build()
    words, documents = Counter(memory["words"]), {source.uri: source.document for source in ws.documents() if source.document}
    for uri in documents.keys() - {uri for uri, id in memory["documents"].items() if documents.get(uri) == id}:
        words.update(spell(ws.show(uri).text))
    state = look(ws, names)
    found = list(alerts(ws, memory["state"], state, words, tone, when))
    report = {
        "when": when,
        "kind": "round",
        "documents": len(documents),
        "passages": extracted.passages,
        "read": extracted.extracted,
    }
    report |= {"folded": built.documents_folded, "facts_added": built.triples_added, "facts_removed": built.triples_removed}
    with (out / "alerts.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(alert, ensure_ascii=False) + "\n" for alert in [*found, report])
    seen = out / "seen.json.new"
    seen.write_text(json.dumps({"state": state, "documents": documents, "words": words}, ensure_ascii=False), "utf-8")
    seen.replace(out / "seen.json")
    print(
        f"{when}: {len(documents)} documents; {extracted.extracted} of {extracted.passages} passages read, {built.documents_folded} "
        f"documents placed, facts +{built.triples_added} −{built.triples_removed}; {len(found)} alerts",
        flush=True,
    )
    return found


def batches(paths: list[Path], every: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Dated documents as records, by month or day. kgbuild reads them in a workspace that is thrown away; nothing is extracted there."""
    by_time = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, kgbuild.Workspace(Path(folder) / "kg", create=True) as reading:
        reading.add(paths)
        for source in reading.documents():
            said = dict(source.metadata)
            if source.document and said.get("date"):
                record = {"id": source.uri, "title": said.get("title", ""), "date": said["date"], "url": said.get("url", "")}
                by_time[said["date"][: 7 if every == "month" else 10]].append(record | {"text": reading.show(source.uri).text})
    yield from sorted(by_time.items())


# ── the digest ───────────────────────────────────────────────────────────────────────────────────────────────────────


def mood(tone: float | None) -> str:
    """The colour of a tone; VADER calls |compound| < .05 neutral."""
    return "#8a8a8a" if tone is None or abs(tone) < 0.05 else "#2b6cb0" if tone > 0 else "#c2541b"


def timeline(rows: list[dict[str, Any]], names: list[str]) -> str:
    """An SVG: a line a name, a column a round; circles are new documents, coloured by tone, + and − facts that came and went."""
    times = sorted({row["when"] for row in rows})
    x = {when: 190 + number * max(34, 560 // max(1, len(times))) for number, when in enumerate(times)}
    width, height = max(x.values(), default=200) + 40, 60 + 34 * len(names)
    parts = [f'<text x="{x[when]}" y="22" text-anchor="middle" class="s">{escape(when[2:])}</text>' for when in times]
    for line, name in enumerate(names):
        y = 50 + 34 * line
        parts.append(
            f'<text x="8" y="{y + 4}">{escape(name)}</text><line x1="180" x2="{width - 10}" y1="{y}" y2="{y}" class="l"/>'
        )
        for row in (row for row in rows if row.get("name") == name and row["kind"] == "news"):
            size = 3 + 3 * math.sqrt(len(row["documents"]))
            parts.append(
                f'<circle cx="{x[row["when"]]}" cy="{y}" r="{min(15, size):.1f}" fill="{mood(row["tone"])}" opacity=".85"/>'
            )
        changes = Counter(
            (row["when"], row["kind"]) for row in rows if row.get("name") == name and row["kind"] in ("fact", "retracted")
        )
        for (when, kind), count in sorted(changes.items()):
            sign, dy = ("+", -7) if kind == "fact" else ("−", 15)
            parts.append(f'<text x="{x[when] + 10}" y="{y + dy}" class="s">{sign}{count}</text>')
    style = (
        "text{font:13px system-ui,sans-serif;fill:#222}.s{font-size:10px;fill:#555}.l{stroke:#bbb}.b{fill:#fff}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.s{fill:#aaa}.l{stroke:#555}.b{fill:#161616}}"
    )
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="What was written of the watched names, by round"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style><rect width="100%" height="100%" class="b"/>{"".join(parts)}</svg>'


def digest(rows: list[dict[str, Any]], names: list[str]) -> str:
    """One page of all alerts, newest first, that needs nothing from elsewhere."""
    style = (
        ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "blockquote{margin:.2rem 0 .6rem;padding-left:.8rem;border-left:3px solid #8888}svg{max-width:100%;height:auto}small{opacity:.75}"
    )
    body = ["<h1>Watch list</h1>", timeline(rows, names), "<p><small>Circles: documents that are new or corrected, by tone (blue positive, "
            "orange negative). +, −: facts that came and went.</small></p>"]  # fmt: skip
    for when in sorted({row["when"] for row in rows}, reverse=True):
        body.append(f"<h2>{escape(when)}</h2>")
        body += [told(row) for row in rows if row["when"] == when and row["kind"] != "round"]
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Watch list</title><style>{style}</style>{"".join(body)}</html>\n'


def told(row: dict[str, Any]) -> str:
    """One alert as HTML."""
    if row["kind"] == "news":
        best = sorted(row["sentences"], key=lambda s: (-abs(s["tone"] or 0), s["uri"], s["start"]))[:2]
        quotes = "".join(f"<blockquote>{escape(s['text'])}<br><small>{source(s)}</small></blockquote>" for s in best)
        tone = "" if row["tone"] is None else f', tone <b style="color:{mood(row["tone"])}">{row["tone"]:+.2f}</b>'
        again = f" ({len(row['corrected'])} corrected)" if row["corrected"] else ""
        topic = escape(", ".join(row["topic"]))
        return f"<h3>{escape(row['name'])}</h3><p>{len(row['documents'])} documents{again}{tone}; {topic}</p>{quotes}"
    fact = escape(f"{row['subject']} {row['relation']} {row['object']}")
    head = f"Taken back: <s>{fact}</s>, since {escape(row['because'])}" if row["kind"] == "retracted" else f"New: <b>{fact}</b>"
    return f"<p>{head}</p><blockquote>{escape(row['quote'])}<br><small>{escape(row['uri'])}</small></blockquote>"


def source(sentence: dict[str, Any]) -> str:
    place = f"{escape(sentence['name'])}, characters {sentence['start']} to {sentence['end']}"
    return f'<a href="{escape(sentence["url"])}">{place}</a>' if sentence["url"].startswith(("http://", "https://")) else place


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=Path, nargs="+", required=True, help="files or folders")
    parser.add_argument("--list", type=Path, required=True, help="watched names, one a line")
    parser.add_argument("--workspace", type=Path, default=Path("watch-kg"))
    parser.add_argument("--out", type=Path, default=Path("watch-out"), help="alerts.jsonl, digest.html, timeline.svg")
    parser.add_argument("--replay", choices=("day", "month"), help="play dated documents as a feed")
    given = parser.parse_args(words)
    names = [line.strip() for line in given.list.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    given.out.mkdir(parents=True, exist_ok=True)
    tone = tone_of()
    if tone is None:
        print("tone is left out: `pip install -r examples/watch/requirements.txt` brings vaderSentiment")
    with kgbuild.Workspace(given.workspace, create=True) as ws:
        if given.replay:
            for when, records in batches(given.documents, given.replay):
                ws.add_records(records, name="feed")
                play(ws, names, given.out, when, tone)
        else:
            ws.add(given.documents, sync=True)
            rounds = sum(1 for row in read(given.out) if row["kind"] == "round")
            play(ws, names, given.out, f"round {rounds + 1}", tone)
    rows = read(given.out)
    (given.out / "timeline.svg").write_text(timeline(rows, names), "utf-8")
    (given.out / "digest.html").write_text(digest(rows, names), "utf-8")
    print(f"see {given.out / 'digest.html'}")


def read(out: Path) -> list[dict[str, Any]]:
    file = out / "alerts.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


if __name__ == "__main__":
    main()

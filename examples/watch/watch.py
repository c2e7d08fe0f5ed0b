"""A feed of documents -> alerts about the entities of a watch list: new facts, facts taken back, what is written of them and how.

python examples/watch/watch.py --documents INBOX --list list.txt                     # one round: what is new, changed or gone there
python examples/watch/watch.py --documents PATH --list list.txt --replay month       # plays dated documents as a feed
"""

import argparse
import json
import math
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any

from digest import digest, timeline

import kgbuild

FACTS = """
MATCH (e:Entity)-[r]-(:Entity) WHERE e.id IN $ids AND r.scope = 'stated' WITH DISTINCT e, r
MATCH (a:Entity {id: startNode(r).id}), (b:Entity {id: endNode(r).id}), (d:Document {id: r.document})
RETURN e.id, a.name, type(r), b.name, r.quote, r.confidence, d.id, d.uri, d.name, d.url
"""
DOCUMENTS = "MATCH (d:Document)-[:MENTIONS]->(e:Entity) WHERE e.id IN $ids RETURN e.id, d.id, d.uri, d.name, d.url"
NAMED = (
    "MATCH (e:Entity) WHERE toLower(e.name) IN $n OR any(a IN e.aliases WHERE toLower(a) IN $n) RETURN e.id, e.name, e.aliases"
)
COMMON = frozenset(
    "about after all also an and any are as at be been being but by can could did do does for from had has have he her his how i if in into "
    "is it its more new no not of on one or other our out over said says she so some than that the their them they this to up us was we were "
    "what when which who will with would you your".split()
)
FEW = 40  # words; in fewer, one that stands there once may be a key word
Tone = Callable[[str], float]


def tone_of() -> Tone | None:
    """VADER's compound score of a sentence, -1 to 1; None where vaderSentiment is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    judge = SentimentIntensityAnalyzer()
    return lambda text: judge.polarity_scores(text)["compound"]


def look(ws: kgbuild.Workspace, names: Iterable[str]) -> dict[str, Any]:
    """What the graph says of each watched name now: facts by their words, documents by URI. A name or alias may fit several entities."""
    wanted = {name.lower(): name for name in names}
    state: dict[str, Any] = {name: {"ids": [], "names": [], "facts": {}, "documents": {}} for name in names}
    ids = {}
    with ws.store() as store:
        for id, *called in ((id, name, *aliases) for id, name, aliases in store.query(NAMED, {"n": sorted(wanted)}).rows):
            ids[id] = next(wanted[name.lower()] for name in called if name.lower() in wanted)
            state[ids[id]]["ids"].append(id)
            state[ids[id]]["names"] += called
        for id, a, relation, b, quote, confidence, *place in store.query(FACTS, {"ids": sorted(ids)}).rows:
            fact = {"subject": a, "relation": relation, "object": b, "text": quote, "confidence": confidence}
            state[ids[id]]["facts"][f"{a}\t{relation}\t{b}"] = fact | place_of(*place)
        for id, *place in store.query(DOCUMENTS, {"ids": sorted(ids)}).rows:
            state[ids[id]]["documents"][place[1]] = place_of(*place)
    return state


def place_of(document: str, uri: str, title: str, url: str | None) -> dict[str, str]:
    return {"document": document, "uri": uri, "title": title, "url": url or ""}


def alerts(ws: kgbuild.Workspace, before: dict, now: dict, words: Counter[str], tone: Tone | None) -> Iterator[dict[str, Any]]:
    """What is different between two looks: one alert a fact that came or went, one a name for all that is newly written of it."""
    current = {source.uri: source.document for source in ws.documents()}
    for name, state in now.items():
        old = before.get(name, {"facts": {}, "documents": {}})
        gone, come = difference(old["facts"], state["facts"])
        yield from ({"kind": "retracted", "name": name, **fact, "because": why_gone(fact, current)} for fact in gone)
        yield from ({"kind": "fact", "name": name, **fact} for fact in come)
        fresh = {
            uri: d for uri, d in state["documents"].items() if old["documents"].get(uri, {}).get("document") != d["document"]
        }
        if fresh:
            corrected = sorted(fresh.keys() & old["documents"].keys())
            yield {"kind": "news", "name": name, "corrected": corrected, **news(ws, state, fresh, words, tone)}


def difference(old: dict[str, dict], new: dict[str, dict]) -> tuple[list[dict], list[dict]]:
    """Facts that went and facts that came; what only goes by another name now, with the same quote for the same relation, did neither."""

    def said(fact: dict) -> tuple[str, str, str]:
        return fact["relation"], fact["text"], fact["uri"]

    gone, come = [old[key] for key in sorted(old.keys() - new.keys())], [new[key] for key in sorted(new.keys() - old.keys())]
    renamed = Counter(map(said, gone)) & Counter(map(said, come))
    return [fact for fact in gone if said(fact) not in renamed], [fact for fact in come if said(fact) not in renamed]


def why_gone(fact: dict[str, Any], current: dict[str, str | None]) -> str:
    """Why a fact is no longer in the graph."""
    if fact["uri"] not in current:
        return f"{fact['uri']} was removed"
    if current[fact["uri"]] != fact["document"]:
        return f"{fact['uri']} was corrected"
    return "its document is as it was, but other documents or a judgement changed the graph"


def news(ws: kgbuild.Workspace, state: dict, fresh: dict[str, dict], words: Counter[str], tone: Tone | None) -> dict[str, Any]:
    """What new documents write of one name: its sentences, their topic and their tone."""
    ids, sentences = set(state["ids"]), []
    for uri in sorted(fresh):
        for s in ws.sentences(uri):
            if ids & set(s.entities):
                place = {"text": " ".join(s.text.split()), **fresh[uri], "start": s.start, "end": s.end}
                sentences.append(place | {"tone": tone(s.text) if tone else None})
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
    return [word for word in found if counts[word] > 1 or n < FEW][:top]


def play(ws: kgbuild.Workspace, names: list[str], out: Path, when: str, tone: Tone | None) -> list[dict[str, Any]]:
    """One round after documents were added: extract and build what is new, append alerts, remember what was seen.

    What was seen is written last: a round that was killed is told again, none is lost.
    """
    seen = out / "seen.json"
    memory = json.loads(seen.read_text("utf-8")) if seen.exists() else {"state": {}, "documents": {}, "words": {}}
    extracted, built = ws.extract(), ws.build()
    words, documents = Counter(memory["words"]), {source.uri: source.document for source in ws.documents() if source.document}
    for uri, document in documents.items():
        if memory["documents"].get(uri) != document:
            words.update(spell(ws.show(uri).text))
    state = look(ws, names)
    report = {"kind": "round", "documents": len(documents), "passages": extracted.passages, "read": extracted.extracted}
    report |= {"placed": built.documents_folded, "facts_added": built.triples_added, "facts_removed": built.triples_removed}
    found = [{"when": when, **alert} for alert in (*alerts(ws, memory["state"], state, words, tone), report)]
    with (out / "alerts.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(alert, ensure_ascii=False) + "\n" for alert in found)
    fresh = out / "seen.json.new"
    fresh.write_text(json.dumps({"state": state, "documents": documents, "words": words}, ensure_ascii=False), "utf-8")
    fresh.replace(seen)
    print(
        f"{when}: {len(documents)} documents; {extracted.extracted} of {extracted.passages} passages read, {built.documents_folded} "
        f"documents placed, facts +{built.triples_added} −{built.triples_removed}; {len(found) - 1} alerts",
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


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=Path, action="append", required=True, help="a file or folder; may be given again")
    parser.add_argument("--list", type=Path, required=True, help="watched names, one a line")
    parser.add_argument("--workspace", type=Path, default=Path("watch-kg"))
    parser.add_argument("--out", type=Path, default=Path("watch-out"), help="alerts.jsonl, digest.html, timeline.svg")
    parser.add_argument("--replay", choices=("day", "month"), help="play dated documents as a feed")
    parser.add_argument("--accept", action="store_true", help="also if more than a fifth of the documents is gone")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    given = arguments(words)
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
            ws.add(given.documents, sync=True, accept=given.accept)
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
    try:
        main()
    except (kgbuild.KgbuildError, OSError) as error:
        sys.exit(f"error: {error}")

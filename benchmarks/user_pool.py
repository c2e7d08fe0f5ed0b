"""Documents and models -> a pool of their triples, a stratified sample of it to be judged blind, and the judgements.

A triple of the pool is a fact of one document: relation and both ends as the graph names them, with the best-scoring statement's
quote. Models are named by their fingerprint. Strata are group × score (the best model's), in bins of a tenth from .5. The order
of the file is that of the ids, which are digests: it says nothing of models or scores.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gold_passages import FILLER
from user_graph import Emitted, End, emitted, open_reader, put_documents
from user_matching import group_of
from user_thresholds import FLOOR, JUDGEMENTS

from kgbuild.documents.blocks import document_id
from kgbuild.documents.pool import ReaderPool
from kgbuild.documents.read import ReadOptions
from kgbuild.documents.walk import File, walk
from kgbuild.hashing import digest, digest_file
from kgbuild.models.directory import fingerprint
from kgbuild.models.spec import Thresholds
from kgbuild.records import ONE, Document, Reading, Scope
from kgbuild.schema import Schema
from kgbuild.workspace.stored import StoredDocument
from kgbuild.workspace.truth import Truth

FOLDERS = ("digitalgov", "wikinews", "hhs", "sec-html", "pdf")
FILES = 300
"""Files of a folder that are read at all, the first in the order of their digests."""
WORDS_OF_DOCUMENT = 1500
"""A longer document is cut at the end of a block: a few long ones would give most of the triples."""
AROUND = 2
"""Sentences of context on each side of a quote."""
GAP = 600
"""Characters between two quoted sentences that are shown, at most."""
BIN = ONE // 10

Line = dict[str, Any]


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sample(folder: Path, seed: str, words: int, avoid: frozenset[str]) -> Iterator[Reading]:
    """Documents of each folder in the order of their digests until they hold that many words; avoid: URIs that are not taken."""
    for name in FOLDERS:
        left, found = words, [r for r in read_folder(folder / name, seed) if r.source.uri not in avoid | FILLER]
        for reading in sorted(found, key=lambda r: digest(seed, r.source.document or "")):
            if left > 0:
                short = shortened(reading)
                left -= len(short.document.text.split()) if short.document else 0
                yield short


def read_folder(folder: Path, seed: str) -> list[Reading]:
    """Readings with a text; equal texts once."""
    files = [entry for entry in walk(folder) if isinstance(entry, File)]
    chosen = sorted(files, key=lambda file: digest(seed, digest_file(file.path)))[:FILES]
    with ReaderPool(1) as pool:
        readings = [r for _, _, part in pool.read([(file, ReadOptions()) for file in chosen]) for r in part]
    return list({r.document.id: r for r in readings if r.document is not None}.values())


def shortened(reading: Reading) -> Reading:
    """A reading whose document has at most WORDS_OF_DOCUMENT words, by whole blocks (the first one always)."""
    document, words, count = reading.document, 0, 0
    if document is None:
        return reading
    for block in document.blocks:
        words += len(document.text[block.start : block.end].split())
        count += words <= WORDS_OF_DOCUMENT or not count
    blocks = document.blocks[:count]
    text = document.text[: blocks[-1].end]
    short = Document(document_id(text, blocks), text, blocks)
    return replace(reading, document=short, source=replace(reading.source, document=short.id))


# ── triples ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def triples_of(
    model: Path, readings: Sequence[Reading], work: Path, spans: int, runtime: str, threads: int
) -> tuple[list[Line], int]:
    """All triples of a model at the floor, and the words of the passages that it read."""
    mark, given = fingerprint(model), {"name": model.name}
    reader = open_reader(work / mark, model, runtime, threads)
    with reader.workspace as workspace:
        put_documents(workspace, readings)
        reader.extract()
        reader.build(Thresholds(spans, FLOOR, FLOOR, FLOOR, FLOOR))
        words = workspace.truth.passage_counts(workspace.truth.model(reader.key).reads)[1]
        lines = [line_of(one, workspace.truth, workspace.schema(), mark, given) for one in emitted(workspace)]
    return lines, words


def line_of(one: Emitted, truth: Truth, schema: Schema, model: str, given: dict[str, Any]) -> Line:
    """A statement as a line of the pool, of one model."""
    uri = truth.sources_of_document(one.document)[0].uri
    relation = schema.relation_of(one.label)
    ends = min(one.head.score, one.tail.score)
    key = (uri, one.head.name, one.head.type, one.label, one.tail.name, one.tail.type)
    return {
        "id": digest("pool", *key),
        "uri": uri,
        "folder": uri.split("/", 1)[0],
        "head": {"text": one.head.name, "type": one.head.type, "written": written(truth, one.document, one.head)},
        "label": one.label,
        "relation": relation.label if relation else one.label,
        "tail": {"text": one.tail.name, "type": one.tail.type, "written": written(truth, one.document, one.tail)},
        **quoted(truth.document(one.document), one.quotes),
        "judgement": None,
        "models": {model: {**given, "score": one.score, "scope": one.scope.value, "ends": ends}},
    }


def written(truth: Truth, document: str, end: End) -> list[str]:
    """The forms of an end in its document, most frequent first, three at most."""
    text = truth.text(document)
    return [form for form, _ in Counter(text[start:stop] for start, stop, _ in sorted(end.spans)).most_common(3)]


def quoted(stored: StoredDocument, quotes: Sequence[tuple[int, int]]) -> dict[str, str]:
    """The quote, with what stands between its two sentences if that is short, and two sentences before and after it."""
    text = stored.document.text
    sentences = [(p.start + start, p.start + end) for p in stored.passages for start, end in p.sentences]
    first, last = quotes[0][0], quotes[-1][1]
    before = [start for start, end in sentences if end <= first][-AROUND:]
    after = [end for start, end in sentences if start >= last][:AROUND]
    whole = text[first:last] if last - first <= GAP + sum(end - start for start, end in quotes) else None
    return {
        "before": text[before[0] : first].strip() if before else "",
        "quote": whole if whole is not None else " … ".join(text[start:end] for start, end in quotes),
        "after": text[last : after[-1]].strip() if after else "",
    }


def merged(lines: Iterable[Line]) -> list[Line]:
    """Equal triples once, with all their models: of each model the best score, the quote of the best score of all."""
    found: dict[str, Line] = {}
    for line in lines:
        known = found.get(line["id"])
        if known is None:
            found[line["id"]] = line
            continue
        models = dict(known["models"])
        for name, given in line["models"].items():
            models[name] = max(models.get(name, given), given, key=_strength)
        found[line["id"]] = max(known, line, key=lambda one: _strength(leading(one))) | {"models": models}
    return [found[id] for id in sorted(found)]


def leading(line: Line) -> dict[str, Any]:
    """What the model says that gives a triple its best score."""
    return max(line["models"].values(), key=_strength)


def _strength(given: dict[str, Any]) -> tuple[int, bool]:
    return given["score"], given["scope"] == "stated"


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def grouped(line: Line) -> Line:
    """A line with the scope and the group of its best score."""
    scope = leading(line)["scope"]
    return line | {"scope": scope, "group": group_of(line["label"], Scope(scope))}


def stratum_of(line: Line) -> str:
    """Group and bin of the best score: "other_inferred .7"."""
    score = min(leading(line)["score"], ONE - 1)
    return f"{line['group']} .{score // BIN}"


def draw(lines: Sequence[Line], count: int, words: int) -> list[Line]:
    """A sample of that many, spread evenly over strata; in each, the first in the order of ids. Weights follow from population."""
    strata: dict[str, list[Line]] = defaultdict(list)
    for line in map(grouped, lines):
        strata[stratum_of(line)].append(line)
    sizes = shares({name: len(part) for name, part in strata.items()}, count)
    drawn = [
        line | {"stratum": name, "population": len(part), "words": words}
        for name, part in strata.items()
        for line in sorted(part, key=lambda one: one["id"])[: sizes[name]]
    ]
    return sorted(drawn, key=lambda line: line["id"])


def shares(populations: dict[str, int], count: int) -> dict[str, int]:
    """How many to draw of each stratum: as evenly as the populations allow, `count` in all if there are so many."""
    sizes = dict.fromkeys(populations, 0)
    for _ in range(min(count, sum(populations.values()))):
        open_ = [name for name, population in populations.items() if sizes[name] < population]
        sizes[min(open_, key=lambda name: (sizes[name], name))] += 1
    return sizes


# ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_pool(path: Path) -> list[Line]:
    """Lines of a pool. Raises ValueError for a judgement that there is not."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    for line in lines:
        if line["judgement"] not in (None, *JUDGEMENTS):
            raise ValueError(f"{path}, {line['id']}: judgement {line['judgement']!r}; give {', '.join(JUDGEMENTS)} or null")
    return lines


def write_pool(path: Path, lines: Iterable[Line]) -> None:
    """Write lines of a pool."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def carry_over(lines: Iterable[Line], judged: Iterable[Line]) -> list[Line]:
    """Lines with the judgements that an older pool has of the same triples with the same quote."""
    known = {(line["id"], line["quote"]): line["judgement"] for line in judged}
    return [line | {"judgement": known.get((line["id"], line["quote"]), line["judgement"])} for line in lines]


def sheet(lines: Iterable[Line]) -> str:
    """What is not judged yet, for a reader: no model, no score, no scope."""
    return "\n".join(_card(line) for line in lines if line["judgement"] is None)


def _card(line: Line) -> str:
    head, tail = (f"{line[end]['text']} ({line[end]['type']})" for end in ("head", "tail"))
    return (
        f"{line['id']}\n  {head} — {line['relation']} [{line['label']}] — {tail}\n  {line['uri']}\n"
        f"  before: {line['before']}\n  QUOTE:  {line['quote']}\n  after:  {line['after']}\n"
    )


def judged(lines: Iterable[Line], answers: Iterable[str]) -> list[Line]:
    """Lines with answers ("id judgement", one a line; the id may be cut to its first eight letters) written into them.

    Raises ValueError for an answer to no line, or that is none of the three.
    """
    given = dict(answer.split()[:2] for answer in answers if answer.strip())
    lines = list(lines)
    for id, judgement in given.items():
        if judgement not in JUDGEMENTS or sum(line["id"].startswith(id) for line in lines) != 1 or len(id) < 8:
            raise ValueError(f"{id} {judgement}: give the id of one triple, and {', '.join(JUDGEMENTS)}")
    return [line | {"judgement": _answer(line, given)} for line in lines]


def _answer(line: Line, given: dict[str, str]) -> str | None:
    return next((judgement for id, judgement in given.items() if line["id"].startswith(id)), line["judgement"])

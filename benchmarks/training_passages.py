"""Annotated passages of real documents to train on: draw them, turn readers' notes into documents, check them.

    python benchmarks/training_passages.py draw FOLDER OUT [--count 448] [--batches 7]    raw.jsonl, and a sheet a reader
    python benchmarks/training_passages.py draw FOLDER OUT --seed SEED --without RAW ...  more of them
    python benchmarks/training_passages.py draw FACTS.jsonl OUT                           of KnowledgeNet, its pages with several sentences
    python benchmarks/training_passages.py compile OUT FOLDER [FOLDER ...]                exit code 1 if anything is wrong

No document is drawn of which anything stands in benchmarks/gold: what is trained on there could not be measured there. Two of three
passages are those that name the most things by two or more words, one of three is drawn by its digest alone. What is annotated and how
is in benchmarks/gold/GUIDELINES.md; the notes (`notes*.txt` beside raw.jsonl) are in the short form that NOTES.md beside it describes.
Compiled are OUT/training.jsonl, and OUT/choosing.jsonl with the passages of one document in seven, which nothing is trained on.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gold_passages
from gold_passages import Drawn, candidates, load

from kgbuild.documents.split import split
from kgbuild.hashing import digest
from kgbuild.hashing import number as number_of
from kgbuild.records import Block, BlockKind, Document, Passage

SEED = "training-1"
GOLD = Path(__file__).parent / "gold"
SHARES = {"digitalgov": 0.40, "wikinews": 0.22, "hhs": 0.26, "sec-html": 0.08, "pdf": 0.04}
"""Of the passages; what a folder lacks is drawn from the first."""
FACTS_WORDS = 33
"""The least length of what is read of a page of KnowledgeNet, which has two sentences at least; half of its passages have under 23 words."""
FACTS_GAP = 3
"""Characters between passages that follow each other."""
HELD = 7
"""One document in so many is held back, with all its passages."""
NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w.&'-]+(?: (?:of|for|and|the) [A-Z][\w.&'-]+| [A-Z][\w.&'-]+)+")
"""Names of two words and more inside a sentence."""
INVERSE = {

        "P131": "P150",
        "P361": "P527",
        "P749": "P355",
        "P155": "P156",
        "P36": "P1376",
        "P1376": "P36",
        "P22": "P40",
        "P25": "P40"
    ,
    "P26": "P26", "P3373": "P3373", "P190": "P190", "P710": "P1344", "P1344": "P710", "P1365": "P1366",
}  # fmt: skip

Record = dict[str, Any]


def main() -> int:
    """Run one of the two commands; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("folder", type=Path, help="a folder of folders of documents, or KnowledgeNet's file")
    drawing.add_argument("out", type=Path)
    drawing.add_argument("--count", type=int, default=448)
    drawing.add_argument("--batches", type=int, default=7)
    drawing.add_argument("--seed", default=SEED)
    drawing.add_argument("--without", type=Path, nargs="+", default=[], help="what was drawn before (raw.jsonl)")
    compiling = commands.add_parser("compile")
    compiling.add_argument("out", type=Path)
    compiling.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    if options.command == "draw":
        before = frozenset(record[key] for path in options.without for record in load(path) for key in ("text", "uri"))
        draw(options.folder, options.out, options.count, options.batches, options.seed, before)
        return 0
    return compile_notes(options.folders, options.out)


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def draw(folder: Path, out: Path, count: int, batches: int, seed: str, before: frozenset[str]) -> None:
    """Write `raw.jsonl` and one sheet of numbered sentences for each reader."""
    out.mkdir(parents=True, exist_ok=True)
    records = [raw(entry, seed) for entry in drawn(folder, count, seed, before)]
    records.sort(key=lambda record: digest(seed, "order", str(record["id"])))
    (out / "raw.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    for number in range(batches):
        sheet = "\n".join(map(shown, records[number::batches]))
        (out / f"sheet{number + 1}.txt").write_text(sheet, encoding="utf-8")
    print(f"{len(records)} passages, {sum(len(r['text'].split()) for r in records)} words", file=sys.stderr)


def drawn(folder: Path, count: int, seed: str, before: frozenset[str]) -> Iterator[Drawn]:
    if folder.is_file():
        found = [entry for entry in of_facts(folder) if entry[2] not in before]
        print(f"{folder}: {count} of {len(found)}", file=sys.stderr)
        yield from sorted(found, key=lambda entry: digest(seed, entry[3].text))[:count]
        return
    seen, left = closed(), count
    names = [*list(SHARES)[1:], next(iter(SHARES))]
    for name in names:
        found = [entry for entry in candidates(folder / name) if entry[2] not in seen and entry[3].text not in before]
        wanted = left if name == names[-1] else min(left, round(SHARES[name] * count))
        chosen = choose(found, wanted, seed)
        print(f"{name}: {len(chosen)} of {len(found)}", file=sys.stderr)
        left -= len(chosen)
        yield from chosen


def of_facts(path: Path) -> Iterator[Drawn]:
    """KnowledgeNet's pages as far as it has them: all passages of a page in order, a line where something is left out between them."""
    pages = dict[str, dict[tuple[int, int], str]]()
    for row in load(path):
        start, stop = map(int, row["passage"])
        pages.setdefault(row["doc"], {})[start, stop] = row["text"].strip()
    for page, passages in pages.items():
        text, last = "", 0
        for (start, stop), passage in sorted(passages.items()):
            if passage not in text:
                text += (" " if start - last <= FACTS_GAP else "\n\n") + passage if text else passage
                last = stop
        blocks = tuple(Block(BlockKind.PARAGRAPH, m.start(), m.end()) for m in re.finditer(r"[^\n]+", text))
        found = split(Document(page, text, blocks))
        if len(text.split()) >= FACTS_WORDS and len(found) == 1 and len(found[0].sentences) > 1:
            yield page, "knowledgenet", f"knowledgenet#{page}", found[0]


def closed() -> set[str]:
    """URIs of documents that something is measured on."""
    passages = {record["meta"]["uri"] for record in load(GOLD / "passages.jsonl")}
    return passages | {record["uri"] for record in load(GOLD / "triples.jsonl")}


def choose(found: Sequence[Drawn], count: int, seed: str) -> list[Drawn]:
    """At most three passages of a document (any number of a filing or PDF, of which there are few), by names, then by digest."""
    by_digest = sorted(found, key=lambda entry: digest(seed, entry[3].text))
    by_names = sorted(by_digest, key=lambda entry: -names_in(entry[3]))
    rich = list(by_names[: len(by_names) // 3])
    rich.sort(key=lambda entry: digest(seed, entry[3].text))
    taken, of = list[Drawn](), Counter[str]()
    for entries, limit in ((rich, count * 2 // 3), (by_digest, count)):
        for entry in entries:
            if len(taken) < limit and entry not in taken and (of[entry[2]] < 3 or entry[1] in ("sec-html", "pdf")):
                of[entry[2]] += 1
                taken.append(entry)
    return taken


def names_in(passage: Passage) -> int:
    return len({found.group() for found in NAME.finditer(passage.text)})


def raw(entry: Drawn, seed: str) -> Record:
    _, name, uri, passage = entry
    id = f"{name}-{digest(seed, passage.text)[:8]}"
    return {"id": id, "folder": name, "uri": uri, "text": passage.text, "sentences": passage.sentences}


def shown(record: Record) -> str:
    lines = [f"{number}: {record['text'][start:end]}" for number, (start, end) in enumerate(record["sentences"])]
    return "\n".join([f"@{record['id']}", *lines, ""])


# ── notes into documents ─────────────────────────────────────────────────────────────────────────────────────────────


def compile_notes(folders: Sequence[Path], out: Path) -> int:
    """Write the documents of all notes in two files; print what is wrong. 1 where anything is."""
    records = {record["id"]: record for folder in folders for record in load(folder / "raw.jsonl")}
    documents, problems = [], list[str]()
    for note in (path for folder in folders for path in sorted(folder.glob("notes*.txt"))):
        for block in re.split(r"^@", note.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            id, *lines = block.split("\n")
            if id.strip() not in records:
                problems.append(f"{id.strip()}: no such passage")
                continue
            compiled = Compiled(records[id.strip()])
            documents.append(compiled.document([line.split("##")[0].strip() for line in lines]))
            problems += compiled.problems
    documents = list({document["text"]: document for document in documents if not _is_part(document, documents)}.values())
    problems += [f"{id}: stands {n} times" for id, n in Counter(d["id"] for d in documents).items() if n > 1]
    problems += [f"{d['id']}: {problem}" for d in documents for problem in gold_passages.check(d) if "meta is" not in problem]
    out.mkdir(parents=True, exist_ok=True)
    held = [number_of(digest(SEED, "held", document["meta"]["uri"])) % HELD == 0 for document in documents]
    for name, wanted in (("training", False), ("choosing", True)):
        chosen = [document for document, kept in zip(documents, held, strict=True) if kept is wanted]
        for document in chosen:
            document["meta"]["split"] = "thresholds" if wanted else "training"
        lines = [json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n" for document in chosen]
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
        print(f"{name}: {gold_passages.counts(chosen)}")
    print("\n".join(problems))
    return int(bool(problems))


def _is_part(document: Record, documents: Sequence[Record]) -> bool:
    """Whether a passage of the same document holds all of it and more: what an earlier draw had of a page."""
    return any(
        other["meta"]["uri"] == document["meta"]["uri"]
        and document["text"] in other["text"]
        and document["text"] != other["text"]
        for other in documents
    )


class Compiled:
    """One passage's notes on the way to a document; what is wrong is gathered, not raised."""

    def __init__(self, record: Record):
        self.record = record
        self.text: str = record["text"]
        self.problems: list[str] = []

    def document(self, lines: Sequence[str]) -> Record:
        """The annotated passage that the lines describe."""
        names = [line for line in lines if "|" in line]
        keys, found = self.mentions(names)
        order = list(dict.fromkeys(key for _, _, _, key in found))
        for key in keys:
            if key not in order:
                self.wrong(f"{key}: none of its names stands in the text")
        relations = dict(self.relations([line for line in lines if line and "|" not in line], order))
        self.elsewhere(found)
        return {
            "id": self.record["id"],
            "text": self.text,
            "sentences": self.record["sentences"],
            "mentions": [{"start": start, "end": end, "type": type} for start, end, type, _ in found],
            "clusters": [[i for i, mention in enumerate(found) if mention[3] == key] for key in order],
            "relations": [relations[place] for place in sorted(relations)],
            "relation_labels": sorted(gold_passages.LABELS),
            "meta": {"folder": self.record["folder"], "uri": self.record["uri"]},
        }

    def wrong(self, what: str) -> None:
        self.problems.append(f"{self.record['id']}: {what}")

    def mentions(self, lines: Sequence[str]) -> tuple[list[str], list[tuple[int, int, str, str]]]:
        """Keys in their order, and (start, end, type, key) in text order."""
        keys, wanted = list[str](), list[tuple[str, tuple[int, ...], str, str]]()
        for line in lines:
            head, *names = (part.strip() for part in line.split("|"))
            if len(head.split()) != 2 or head.split()[1] not in gold_passages.TYPES:
                self.wrong(f"not a key and a type: {head!r}")
                continue
            key, type = head.split()
            if key in keys:
                self.wrong(f"key {key} stands twice")
            keys.append(key)
            for name in names:
                written, *places = re.split(r" ?~s(?=[\d,]+$)", name)
                kind = re.search(r"/(PER|ORG|LOC|TIME|NUM|MISC)$", written)
                text = written[: kind.start()] if kind else written
                numbers = tuple(int(n) for n in places[0].split(",")) if places else ()
                wanted.append((text, numbers, kind.group(1) if kind else type, key))
        used = list[tuple[int, int, str, str]]()
        for text, numbers, type, key in sorted(wanted, key=lambda item: (-len(item[0]), not item[1])):
            places = [p for p in self.places(text, numbers) if not any(p[0] < e and s < p[1] for s, e, _, _ in used)]
            if not places:
                self.wrong(f"{text!r} of {key} is not found{f' in {numbers}' if numbers else ''}, or taken by others")
            used += [(start, end, type, key) for start, end in places]
        return keys, sorted(used)

    def places(self, text: str, numbers: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        for number, (start, end) in enumerate(self.record["sentences"]):
            if not numbers or number in numbers:
                for match in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", self.text[start:end]):
                    yield start + match.start(), start + match.end()

    def relations(self, lines: Sequence[str], order: list[str]) -> Iterator[tuple[tuple[int, str, int], Record]]:
        for line in lines:
            match line.split():
                case [heads, labels, tails, *rest] if len(rest) < 2 and re.fullmatch(r"[si][\d,]*", (rest or ["i"])[0]):
                    said = (rest or ["i"])[0]
                    evidence = [int(number) for number in said[1:].split(",") if number]
                    scope = "stated" if said[0] == "s" and len(evidence) == 1 else "inferred"
                    for head in heads.split(","):
                        for tail in tails.split(","):
                            for one, label, other in directed(head, labels, tail):
                                if one not in order or other not in order:
                                    self.wrong(f"{line!r}: no such key")
                                else:
                                    ends = order.index(one), order.index(other)
                                    record = {"head": ends[0], "tail": ends[1], "label": label}
                                    yield (ends[0], label, ends[1]), record | {"evidence": evidence, "scope": scope}
                case _:
                    self.wrong(f"not a relation: {line!r}")

    def elsewhere(self, found: Sequence[tuple[int, int, str, str]]) -> None:
        """Names that also stand where nothing is annotated."""
        for text in sorted({self.text[start:end] for start, end, type, _ in found if type not in ("NUM", "TIME")}):
            for match in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", self.text):
                if not any(start <= match.start() and match.end() <= end for start, end, _, _ in found):
                    self.wrong(f"{text!r} also stands at {match.start()}, where nothing is annotated")


def directed(head: str, labels: str, tail: str) -> Iterator[tuple[str, str, str]]:
    """The triples of one note: `CC` is P17 and P131, `ST` is P17, P131 and P150; a slash behind a label adds the inverse."""
    for label in labels.replace("CC", "P17,P131").replace("ST", "P17,P131/").split(","):
        name = label.rstrip("/")
        yield head, name, tail
        if label.endswith("/"):
            yield tail, INVERSE.get(name, f"{name} has no inverse"), head


if __name__ == "__main__":
    sys.exit(main())

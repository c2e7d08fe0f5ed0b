"""Make the annotated sentences of examples/own-schema from FIRE: python benchmarks/example_own_schema.py FIRE_FOLDER OUT_FOLDER

The rule is fixed, so that nobody chose what looks good. Of FIRE's labels those named below are kept, and text is detokenised. A
sentence has 8 to 60 tokens. In the order of a digest of its text: one sentence in five has no relation; the others are taken one by
one, each for the relation with the fewest examples so far. train.jsonl: 200 of FIRE's train.json; dev.jsonl: 60 of its dev.json.
documents/clippings-*.md: of what is left of dev.json the first 48 with a relation, without their annotation.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from kgbuild.corpora.document import naturally
from kgbuild.corpora.formats import read_corpus
from kgbuild.corpora.maps import apply_map, parse_map
from kgbuild.hashing import digest

TYPES = ("Company", "Person", "Designation", "Sector", "Product", "Location", "GeopoliticalEntity")
RELATIONS = ("Employeeof", "Designation", "Sector", "Productof", "Subsidiaryof", "ActionBuy", "Locatedin")
SHORTEST, LONGEST = 8, 60
WITHOUT = 5
CLIPPINGS, A_FILE = 48, 16


def sentences_of(path):
    """Documents of a file with the labels that are kept, in the order of their digests."""
    kept = parse_map({"types": {name: name for name in TYPES}, "relations": {name: name for name in RELATIONS}, "rest": "drop"})
    found = apply_map(read_corpus(path, "spert").documents, kept)
    return sorted(
        (naturally(d) for d in found if SHORTEST <= len(d.tokens) <= LONGEST), key=lambda d: digest("example", d.text)
    )


def chosen(documents, count):
    """So many documents by the rule above."""
    without = [d for d in documents if not d.relations][: count // WITHOUT]
    related = [d for d in documents if d.relations]
    taken, seen = [], Counter(dict.fromkeys(RELATIONS, 0))
    while len(taken) < count - len(without):
        rarest = min(RELATIONS, key=lambda name: (seen[name], RELATIONS.index(name)))
        one = next(d for d in related if any(r.label == rarest for r in d.relations))
        related.remove(one)
        taken.append(one)
        seen.update({r.label for r in one.relations})
    return sorted(taken + without, key=lambda d: digest("example", d.text))


def doccano(document):
    """A document as a row of a doccano export."""
    entities = [
        {"id": i, "label": m.type, "start_offset": m.start, "end_offset": m.end} for i, m in enumerate(document.mentions, 1)
    ]
    first = [cluster[0] + 1 for cluster in document.clusters]
    relations = [
        {"id": i, "from_id": first[r.head], "to_id": first[r.tail], "type": r.label}
        for i, r in enumerate(document.relations, 1)
    ]
    row = {"id": document.name, "text": document.text, "entities": entities, "relations": relations}
    return json.dumps(row, ensure_ascii=False)


def clippings(documents):
    """The first sentences that have a relation."""
    return [re.sub(r"\s+", " ", d.text).removeprefix(": ") for d in documents if d.relations][:CLIPPINGS]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fire", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    dev = sentences_of(args.fire / "dev.json")
    parts = {"train": chosen(sentences_of(args.fire / "train.json"), 200), "dev": chosen(dev, 60)}
    for name, documents in parts.items():
        (args.out / f"{name}.jsonl").write_text("".join(f"{doccano(d)}\n" for d in documents), encoding="utf-8")
        print(name, len(documents), Counter(r.label for d in documents for r in d.relations))
    texts = clippings([d for d in dev if d not in parts["dev"]])
    (args.out / "documents").mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(texts), A_FILE), 1):
        body = "\n\n".join(texts[start : start + A_FILE])
        (args.out / "documents" / f"clippings-{number}.md").write_text(f"# Clippings {number}\n\n{body}\n", encoding="utf-8")
    print("clippings", len(texts))


if __name__ == "__main__":
    main()

"""Toy annotated documents, written as DocRED writes them."""

import json

SENTENCES = [["John", "Smith", "works", "for", "Acme", "."], ["Smith", "was", "born", "in", "Paris", "."]]


def mention(sentence, start, end, kind):
    return {"sent_id": sentence, "pos": [start, end], "type": kind, "name": "…"}


def toy(title="toy", *, related=True):
    item = {
        "title": title,
        "sents": SENTENCES,
        "vertexSet": [
            [mention(0, 0, 2, "PER"), mention(1, 0, 1, "PER"), mention(1, 0, 1, "PER")],
            [mention(0, 4, 5, "ORG")],
            [mention(1, 4, 5, "LOC")],
        ],
    }
    if related:
        item["labels"] = [
            {"h": 0, "t": 1, "r": "P108", "evidence": [0]},
            {"h": 0, "t": 2, "r": "P19", "evidence": []},
        ]
    return item


def write(path, count=1, *, related=True):
    """Documents that are all alike, but for a sign in files to score on: what is learned from is none of these."""
    ends = "!" if path.stem.startswith(("dev", "test")) else "."
    sentences = {"sents": [SENTENCES[0], [*SENTENCES[1][:-1], ends]]}
    path.write_text(json.dumps([toy(f"{path.stem} {i}", related=related) | sentences for i in range(count)]))
    return path

"""How far terms and patterns come on FIRE without training: `python score.py FIRE_FOLDER` prints precision, recall and F1 on dev.json.

FIRE (CC BY 4.0) is not in this repository. Terms are the names that train.json annotates (at least twice, and in nine of ten places
where the text has them): they stand for the list of names that a company has anyway. patterns.jsonl was written by reading train.json
alone. A mention counts if its ends and type are right, a relation if both of its ends, their types and its own are.
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from kgbuild.build.merge import PATTERNS, TERMS, Reader, merge
from kgbuild.extraction.patterns import load_patterns
from kgbuild.extraction.terms import Term, Terms
from kgbuild.schema import load_schema

HERE = Path(__file__).parent
NAMED = (
    "Company",
    "Person",
    "Location",
    "GeopoliticalEntity",
    "Product",
    "BusinessUnit",
    "Sector",
    "FinancialEntity",
    "Designation",
    "Action",
)
SHARE = 0.9


def placed(sentence):
    """Text of a sentence, and (start, end, type) of its entities in characters."""
    starts, at = [], 0
    for token in sentence["tokens"]:
        starts.append(at)
        at += len(token) + 1
    ends = [start + len(token) for start, token in zip(starts, sentence["tokens"], strict=True)]
    return " ".join(sentence["tokens"]), [(starts[e["start"]], ends[e["end"] - 1], e["type"]) for e in sentence["entities"]]


def names_of(train):
    """Names that train annotates nearly wherever it has them, as terms."""
    given: dict[str, Counter] = defaultdict(Counter)
    for sentence in train:
        text, entities = placed(sentence)
        for start, end, type in entities:
            if type in NAMED and any(map(str.isalpha, text[start:end])):
                given[text[start:end]][type] += 1
    every = Terms([Term(name, "X", name, "", (), n) for n, name in enumerate(given)])
    found = Counter(text[s.start : s.end] for text, _ in map(placed, train) for s in every.find(text).spans)
    rows = []
    for name, types in sorted(given.items()):
        type, count = types.most_common(1)[0]
        if count >= 2 and count >= SHARE * max(found[name], types.total()):
            rows.append(Term(name, type, f"{type}/{name}", "", (), len(rows) + 2))
    return rows


def score(title, wanted, given):
    right = len(wanted & given)
    p, r = right / max(1, len(given)), right / max(1, len(wanted))
    print(
        f"{title:<34} P {p:6.1%}  R {r:6.1%}  F1 {2 * p * r / max(1e-9, p + r):6.1%}   ({right} right, {len(given)} given, {len(wanted)} wanted)"
    )


def main() -> None:
    folder = Path(sys.argv[1])
    train, dev = (json.loads((folder / name).read_text("utf-8")) for name in ("train.json", "dev.json"))
    schema = load_schema(HERE / "fire.yaml")
    names, rules = Terms(names_of(train)), load_patterns(HERE / "patterns.jsonl")
    print(
        f"{len(names.terms)} terms, {len(rules.types)} type patterns, {len(rules.relations)} relation patterns; {len(dev)} sentences of dev"
    )
    gold_spans, gold_links = set(), set()
    for number, sentence in enumerate(dev):
        _, entities = placed(sentence)
        gold_spans |= {(number, *entity) for entity in entities}
        gold_links |= {(number, entities[r["head"]], r["type"], entities[r["tail"]]) for r in sentence["relations"]}
    for title, use in (("patterns", (rules,)), ("terms", (names,)), ("terms and patterns", (names, rules))):
        spans, links = set(), set()
        for number, sentence in enumerate(dev):
            text, _ = placed(sentence)
            found = merge(
                text,
                [(Reader(str(i), TERMS if one is names else PATTERNS), one.find(text)) for i, one in enumerate(use)],
                schema,
            )
            own = [(s.start, s.end, s.label) for s in found.extraction.spans]
            spans |= {(number, *span) for span in own}
            links |= {(number, own[k.head], label(k.label), own[k.tail]) for k in found.extraction.links}
        score(f"{title}: mentions", gold_spans, spans)
        score(f"{title}: relations, end to end", gold_links, links)
        if "-v" in sys.argv:
            by_type(gold_spans, spans)
    oracle(dev, rules, schema, gold_links)


def label(name):
    """ACTION_BUY -> ActionBuy, as FIRE writes it."""
    return LABELS[name]


LABELS = {
    "PROPERTY_OF": "Propertyof", "VALUE_IN": "Valuein", "VALUE": "Value", "HAS_DESIGNATION": "Designation", "IN_SECTOR": "Sector",
    "ACTION_IN": "Actionin", "PRODUCT_OF": "Productof", "LOCATED_IN": "Locatedin", "INCREASED_BY": "ValueChangeIncreaseby",
    "EMPLOYEE_OF": "Employeeof", "DECREASED_BY": "ValueChangeDecreaseby", "BUYS": "ActionBuy", "HAS_QUANTITY": "Quantity",
    "SUBSIDIARY_OF": "Subsidiaryof", "SELLS": "ActionSell",
}  # fmt: skip


def oracle(dev, rules, schema, gold_links):
    """Relation patterns alone, given the annotated mentions."""
    from kgbuild.records import Extraction, Span

    links = set()
    for number, sentence in enumerate(dev):
        text, entities = placed(sentence)
        order = sorted(set(entities))
        spans = [Span(*e, 10_000) for i, e in enumerate(order) if i == 0 or order[i - 1][1] <= e[0]]
        gold = Extraction(tuple(spans), tuple((i,) for i in range(len(spans))))
        found = merge(text, [(Reader("gold", TERMS), gold), (Reader("rules", PATTERNS), rules.find(text))], schema)
        own = [(s.start, s.end, s.label) for s in found.extraction.spans]
        links |= {(number, own[k.head], label(k.label), own[k.tail]) for k in found.extraction.links}
    score("patterns: relations, gold mentions", gold_links, links)


def by_type(wanted, given):
    for type in sorted({span[3] for span in wanted | given}):
        score(f"    {type}", {s for s in wanted if s[3] == type}, {s for s in given if s[3] == type})


if __name__ == "__main__":
    main()

"""Annotated documents -> what is in them, what training cannot use of it and why: said before training, kept in training.json.

Reads no file and changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgbuild.corpora.alike import slips, told
from kgbuild.documents.language import SURE, UNKNOWN, classify, is_short
from kgbuild.evaluation.overlap import document_digest
from kgbuild.models.pieces import covering, split, windows
from kgbuild.training.corpora import Annotated, Place, chain_type
from kgbuild.training.examples import Labels
from kgbuild.training.rendering import render

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LOOKED_AT = 50
"""Documents by which their language is told."""
FEW = 5
"""Labels with fewer examples than this are named before training: nobody should expect them to be learned."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """What windows do to documents: documents cut, mentions in no window, facts whose ends share no window."""

    documents: int = 0
    mentions: int = 0
    facts: int = 0


def survey(
    documents: list[Annotated], dev: list[Annotated], labels: Labels, tokenizer: "Tokenizer", max_pieces: int
) -> dict[str, Any]:
    """The data report: counts by label, what is dropped and why, and the labels of dev that training never shows."""
    mentions, relations = count_mentions(documents), count_relations(documents)
    cuts = [_cuts(document, tokenizer, max_pieces) for document in documents]
    return {
        "documents": len(documents),
        "documents_in_part": sum(not document.complete for document in documents),
        "documents_with_relations": sum(document.facts is not None for document in documents),
        "mentions": dict(sorted(mentions.items())),
        "relations": dict(sorted(relations.items())),
        "dropped": {
            "overlapping_mentions": sum(overlapping(document) for document in documents),
            "documents_cut": sum(cut.documents for cut in cuts),
            "mentions_between_windows": sum(cut.mentions for cut in cuts),
            "facts_between_windows": sum(cut.facts for cut in cuts),
            "facts_of_masked_types": sum(masked_facts(documents, labels).values()),
        },
        "masked_relations": sorted(name for name, count in masked_facts(documents, labels).items() if count == relations[name]),
        "few_examples": dict(sorted((name, n) for name, n in (mentions + relations).items() if n < FEW)),
        "look_alike": [list(pair) for part in (mentions, relations) for pair in slips(part)],
        "dev_documents": len(dev),
        "only_in_dev": dict(sorted(unknown(dev, labels).items())),
        "dev_facts_of_unseen_types": sum(masked_facts(dev, labels).values()),
        "dev_partial": sum(not document.complete for document in dev),
        "dev_related": sum(document.facts is not None for document in dev),
    }


def summary_of(report: dict[str, Any]) -> str:
    """The data report's counts, in one line."""
    relations = report["relations"]
    related = (
        f"; {sum(relations.values()):,} relations of {len(relations)} kinds in {report['documents_with_relations']:,} documents"
    )
    kinds = ", ".join(f"{told(name)} {count:,}" for name, count in report["mentions"].items())
    return (
        f"{report['documents']:,} documents to train on, {report['dev_documents']:,} to choose by; mentions: {kinds}"
        f"{related if report['documents_with_relations'] else '; relations are not annotated'}"
    )


def warnings_of(report: dict[str, Any]) -> list[str]:
    """The data report's bad news, one line each."""
    dropped = report["dropped"]
    lines = {
        f"{report['documents_in_part']} of {report['documents']} documents have not all their mentions annotated: of these, only "
        "relations are learned": report["documents_in_part"],
        f"labels that may be meant for others, and are learned apart: {_meant(report)} (FILE@MAP makes them one)": report[
            "look_alike"
        ],
        f"in dev, but without an example in the training data, and never found: {_listed(report['only_in_dev'])}": report[
            "only_in_dev"
        ],
        f"fewer than {FEW} examples, hardly to be learned: {_listed(report['few_examples'])}": report["few_examples"],
        f"relations that no pair of types can stand in, and never found: {', '.join(report['masked_relations'])}": report[
            "masked_relations"
        ],
        f"{dropped['facts_of_masked_types']} relations hold between types that no relation of the model joins, or within one entity: left out": dropped[
            "facts_of_masked_types"
        ],
        f"{report['dev_facts_of_unseen_types']} relations of dev hold between types that the training data never joins: never found": report[
            "dev_facts_of_unseen_types"
        ],
        "no document of dev has all its mentions annotated: they are not scored, and taken from a score of .50 on": report[
            "dev_partial"
        ]
        == report["dev_documents"]
        > 0,
        "no document of dev has its relations annotated: they are not scored, and no build takes any, unless with the set `benchmark`": report[
            "relations"
        ]
        and not report["dev_related"],
        f"{report['dev_partial']} of {report['dev_documents']} documents of dev have not all their mentions annotated: of these, "
        "mentions are not scored": 0 < report["dev_partial"] < report["dev_documents"],
        f"{dropped['overlapping_mentions']} mentions overlap an earlier or longer one: not tagged": dropped[
            "overlapping_mentions"
        ],
        f"{dropped['documents_cut']} documents are longer than the encoder reads and are cut: {dropped['mentions_between_windows']} "
        f"mentions and {dropped['facts_between_windows']} relations lie across the cuts and are left out": dropped[
            "documents_cut"
        ],
    }
    return [line for line, true in lines.items() if true]


def language_warning(documents: Sequence[Annotated], languages: Sequence[str]) -> list[str]:
    """A line where documents are surely in a language that the model is not said to read: a build would pass them over."""
    some = documents[:: max(1, len(documents) // LOOKED_AT)]
    text = " ".join(token for document in some for tokens in document.sentences for token in tokens)
    code, certainty = classify(text)
    if code in (UNKNOWN, *languages) or certainty < SURE or is_short(text):
        return []
    read = ", ".join(languages)
    return [
        f"the documents are in the language {code}, and a build has the model read {read} alone: train with --language {code}"
    ]


def document_digests(documents: Sequence[Annotated]) -> list[str]:
    """A short digest of each document: by it evaluation knows documents that were trained on."""
    return [document_digest(tokens_of(document)) for document in documents]


def tokens_of(document: Annotated) -> list[str]:
    """The tokens of all sentences, in order."""
    return [token for tokens in document.sentences for token in tokens]


def count_mentions(documents: list[Annotated]) -> Counter[str]:
    """Mentions by type."""
    return Counter(place[3] for document in documents for chain in document.chains for place in chain)


def count_relations(documents: list[Annotated]) -> Counter[str]:
    """Relations by label."""
    return Counter(fact.relation for document in documents for fact in document.facts or ())


def unknown(documents: list[Annotated], labels: Labels) -> Counter[str]:
    """Mentions and relations with a label that the model does not have, by label."""
    return Counter(
        {name: n for name, n in count_mentions(documents).items() if name not in labels.types}
        | {name: n for name, n in count_relations(documents).items() if name not in labels.relations}
    )


def masked_facts(documents: list[Annotated], labels: Labels) -> Counter[str]:
    """By relation, the facts that are never an example: of types that the model does not join, or of a chain with itself."""
    found: Counter[str] = Counter()
    for document in documents:
        kinds = [labels.types.get(chain_type(chain)) if chain else None for chain in document.chains]
        for fact in document.facts or ():
            head, tail = kinds[fact.head], kinds[fact.tail]
            known = head is not None and tail is not None and fact.relation in labels.relations
            if known and (fact.head == fact.tail or not labels.pairs[head, tail]):
                found[fact.relation] += 1
    return found


def overlapping(document: Annotated) -> int:
    """Mentions that are not tagged because they overlap one that begins earlier, or there and is longer."""
    left, reached = 0, (-1, 0)
    for sentence, start, end, _ in sorted(_places(document), key=lambda place: (place[0], place[1], -place[2], place[3])):
        if sentence == reached[0] and start < reached[1]:
            left += 1
        else:
            reached = (sentence, end)
    return left


def _places(document: Annotated) -> set[Place]:
    return {place for chain in document.chains for place in chain}


def _cuts(document: Annotated, tokenizer: "Tokenizer", max_pieces: int) -> Cuts:
    text, offsets = render(document, natural=False)
    pieces = split(tokenizer, text)
    ranges = windows(pieces, max_pieces)
    if len(ranges) < 2:
        return Cuts()
    homes: list[set[int]] = []
    lost = 0
    for chain in document.chains:
        found = [covering(pieces, offsets[s][start][0], offsets[s][end - 1][1]) for s, start, end, _ in chain]
        inside = [_window(span, ranges) for span in found]
        lost += inside.count(None)
        homes.append({number for number in inside if number is not None})
    apart = sum(not homes[fact.head] & homes[fact.tail] for fact in document.facts or ())
    return Cuts(1, lost, apart)


def _window(span: tuple[int, int] | None, ranges: tuple[tuple[int, int], ...]) -> int | None:
    if span is None:
        return None
    return next((number for number, (start, end) in enumerate(ranges) if start <= span[0] and span[1] < end), None)


def _meant(report: dict[str, Any]) -> str:
    counts = report["mentions"] | report["relations"]
    shown = [f"{told(label)} ({counts[label]}) for {told(other)} ({counts[other]})" for label, other in report["look_alike"]]
    return ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")


def _listed(counts: dict[str, int]) -> str:
    shown = [f"{told(name)} ({count})" for name, count in counts.items()]
    return ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")

"""A report and the readings it was counted on -> one HTML page that needs nothing else: scores, tables, reliability, mistakes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from kgbuild.counts import counted
from kgbuild.evaluation.excerpts import cluster_excerpt, mention_excerpt, picked, relation_excerpt
from kgbuild.evaluation.headlines import headlines, title_of
from kgbuild.evaluation.mistakes import cluster_mistakes, mention_mistakes, relation_mistakes
from kgbuild.evaluation.pictures import f1_bar, reliability_picture
from kgbuild.evaluation.reading import Reading
from kgbuild.evaluation.vocabulary import notes
from kgbuild.pages.markup import element, number, table, text
from kgbuild.pages.sheet import Section, section, sheet

STYLE = Path(__file__).with_name("page.css")
MOST_CONFUSIONS = 12
EXAMPLES = 10
"""Of each group of mistakes."""

Report = Mapping[str, Any]
Mistake = TypeVar("Mistake")

MENTION_WORDS = {
    "boundary": "overlaps an annotated mention of the same type, but begins or ends elsewhere",
    "type": "the very words of an annotated mention, with another type",
    "missed": "annotated, and nothing of its type was predicted over it",
    "spurious": "predicted where no mention of that type is annotated",
}
RELATION_WORDS = {
    "direction": "annotated the other way round",
    "relation": "the right pair, with another relation",
    "missed": "annotated, not predicted",
    "spurious": "predicted, and nothing is annotated between the two, or one of them is no annotated mention",
    "split": "right, but an end has only some of the mentions that belong together; or a relation between two pieces of one thing",
    "merged": "an end is mixed up with another thing",
    "mentions": "right, but an end has a mention too many or too few",
    "type": "right, but an end has another type",
}
CLUSTER_WORDS = {
    "split": "mentions of one thing that stand in several predicted clusters",
    "merged": "predicted clusters that mix several things",
}


def render(report: Report, readings: Sequence[Reading], model: str, data: str, words: Mapping[str, str]) -> str:
    """The page. words: what a relation label means, where that is known."""
    title = f"{model} on {data}"
    parts = [
        element(
            "header", element("h1", f"How well {element('em', text(model))} reads {element('em', text(data))}") + _facts(report)
        ),
        _section("Scores", "Per cent. The whiskers are 95 % intervals over documents.", _scores(report)),
        _section("Compared", *_comparison(report)) if "comparison" in report else "",
        _section("Types", "Mentions, exact in extent and type.", _types(report)) if "ner" in report else "",
        _section("Tags", "Tokens, O included, as the tagger has them: before thresholds.", _labels(report["tokens"]["by_tag"]))
        if "tokens" in report
        else "",
        _section("Relations", "Given gold entities; and from raw text.", _relations(report, words))
        if _has_relations(report)
        else "",
        _section("Calibration", *_calibration(report)) if report.get("calibration") else "",
        _section("Mistakes", LEGEND, _mistakes(report, readings, words)),
    ]
    return sheet(title, parts, (STYLE,))


# ── scores ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _facts(report: Report) -> str:
    speed = report.get("speed", {})
    facts = [
        counted(report["documents"], "document"),
        counted(report["words"], "word"),
        f"thresholds {report['thresholds']}",
        f"{speed['words_per_second']:,.0f} words a second" if speed else "",
        f"read in {report['context']}" if report["context"] != "documents" else "",
    ]
    chips = element("p", "".join(element("span", text(fact), kind="chip") for fact in facts if fact))
    return chips + "".join(element("p", text(f"Note: {line}.")) for line in notes(report))


def _scores(report: Report) -> str:
    lines = list(headlines(report))
    rows = [
        (
            text(line.title), number(line.precision), number(line.recall), element("b", number(line.f1)),
            f1_bar(line.f1, line.low, line.high),
            f"{number(line.low)} – {number(line.high)}" if line.low is not None else "", number(line.gold),
        )
        for line in lines
    ]  # fmt: skip
    return table(("", "precision", "recall", "F1", "", "95 %", "gold"), rows, [f"depth{line.depth}" for line in lines])


def _comparison(report: Report) -> tuple[str, str]:
    found = report["comparison"]
    rows = [
        (text(title_of(name)), number(row["first"]), number(row["second"]), f"{100 * row['difference']:+.1f}",
         f"{100 * row['low']:+.1f} – {100 * row['high']:+.1f}", f"{row['p']:.3f}")
        for name, row in found["measures"].items()
    ]  # fmt: skip
    about = f"This model minus {text(found['against'])}, on the same documents; paired bootstrap."
    return about, table(
        ("", "this", "that", "difference", "95 %", "p"),
        rows,
        ["sure" if r["p"] < 0.05 else "" for r in found["measures"].values()],
    )


def _types(report: Report) -> str:
    pairs = [(count, gold, guess) for gold, row in report["ner"].get("confusions", {}).items() for guess, count in row.items()]
    shown = [
        element("span", text(f"{gold} taken for {guess} {count:,}"), kind="chip") for count, gold, guess in sorted(pairs)[::-1]
    ]
    return _labels(report["ner"]["by_type"]) + (element("p", "".join(shown[:MOST_CONFUSIONS])) if shown else "")


def _labels(rows: Mapping[str, Mapping[str, Any]]) -> str:
    counts = [key for key in ("gold", "predicted") if all(key in row for row in rows.values())]
    ordered = sorted(rows.items(), key=lambda item: (-item[1]["gold"], item[0]))
    cells = [
        (text(name), *(number(row[key]) for key in ("precision", "recall")), element("b", number(row["f1"])),
         f1_bar(row["f1"], None, None), *(number(row[key]) for key in counts))
        for name, row in ordered
    ]  # fmt: skip
    return table(("", "precision", "recall", "F1", "", *counts), cells)


def _has_relations(report: Report) -> bool:
    return bool(report.get("relations_gold", {}).get("by_relation"))


def _relations(report: Report, words: Mapping[str, str]) -> str:
    given = report["relations_gold"]["by_relation"]
    raw = [report.get("end_to_end", {}).get(name, {}).get("by_relation", {}) for name in ("strict", "soft")]
    rows = []
    for name, row in sorted(given.items(), key=lambda item: (-item[1]["gold"], item[0])):
        ends = [number(side[name]["f1"]) if name in side else "" for side in raw]
        label = text(name) + (f" {element('small', text(words[name]))}" if name in words else "")
        rows.append(
            (label, number(row["precision"]), number(row["recall"]), element("b", number(row["f1"])), f1_bar(row["f1"], None, None),
             *ends, number(row["gold"]), number(row["predicted"]))
        )  # fmt: skip
    return table(("", "precision", "recall", "F1", "", "strict F1", "soft F1", "gold", "predicted"), rows)


def _calibration(report: Report) -> tuple[str, str]:
    figures = []
    for part, title in (("links", "relations, given gold entities"), ("spans", "mentions")):
        if found := report["calibration"].get(part):
            before = found.get("before", {"bins": [], "ece": None})
            words = f"{title}: error {_ece(found['after'])}, before calibration {_ece(before)}"
            figures.append(
                element(
                    "figure",
                    reliability_picture(before["bins"], found["after"]["bins"], title) + element("figcaption", text(words)),
                )
            )
    about = (
        "Do things that are given a probability come true as often? Filled: as the model states it. Hollow: before Platt calibration. "
        "Bins of equal size over all items with a probability of at least 0.1."
    )
    return about, element("div", "".join(figures), kind="figures")


def _ece(found: Mapping[str, Any]) -> str:
    return f"{found['ece']:.3f}" if found["ece"] is not None else "unknown"


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LEGEND = "In the sentences: " + " ".join(
    element("mark", word, kind=kind)
    for kind, word in (("gold", "annotated"), ("predicted", "predicted"), ("gold predicted", "both"), ("head", "head"), ("tail", "tail"))
)  # fmt: skip


def _mistakes(report: Report, readings: Sequence[Reading], words: Mapping[str, str]) -> str:
    found = report["errors"]
    parts = []
    if "mentions" in found:
        parts.append(element("h3", "Mentions"))
        parts += _groups(found["mentions"], MENTION_WORDS, readings, mention_mistakes, mention_excerpt)
    if "clusters" in found:
        parts.append(element("h3", "What was joined"))
        parts += _groups(found["clusters"], CLUSTER_WORDS, readings, cluster_mistakes, cluster_excerpt)
    if "relations" in found:
        parts.append(element("h3", "Relations, from raw text"))
        parts += _groups(
            found["relations"], RELATION_WORDS, readings, relation_mistakes, lambda r, m: relation_excerpt(r, m, words)
        )
    return "\n".join(parts)


def _groups(
    counts: Mapping[str, int],
    meanings: Mapping[str, str],
    readings: Sequence[Reading],
    find: Callable[[Reading], Sequence[Mistake]],
    show: Callable[[Reading, Mistake], str],
) -> Iterator[str]:
    """Each group as a fold with its count, meaning and examples."""
    by_group: dict[str, list[tuple[Reading, Mistake]]] = {}
    for reading in readings:
        for mistake in find(reading):
            by_group.setdefault(getattr(mistake, "group"), []).append((reading, mistake))  # noqa: B009 - three records, one field
    most = max(counts.values(), default=0)
    for group, count in counts.items():
        summary = (
            element("b", text(group)) + element("span", number(count), kind="count") + f1_bar(count / most if most else 0.0, None, None)
            + element("span", text(meanings[group]), kind="meaning")
        )  # fmt: skip
        examples = "\n".join(show(*case) for case in picked(by_group.get(group, []), EXAMPLES))
        yield element("details", element("summary", summary) + element("ol", examples))


def _section(title: str, about: str, content: str) -> str:
    return section(Section(title, about, content))

"""How well names of different origin are found: python benchmarks/name_origins.py [MODEL]

Each name of name_origins.csv stands in one of ten plain English sentences: as a person ("Given Family"), and its family name as an
organisation, with a common ending ("Family Holdings") and without one ("Shares of Family rose"). Sentences and endings are the same
for all origins, so that only the name's origin differs. Right: the model's mention, above its threshold for documents, is exactly the name, of the right type. Prints a
Markdown table with 95 % intervals (Wilson). Names of one row are independent; the list is a sample of names, not of people.

--make writes name_origins.csv anew from Faker's locales (pip install faker; MIT licence).
"""

import argparse
import csv
import json
import time
from math import sqrt
from pathlib import Path

from kgbuild.config import Run
from kgbuild.graph.trimming import trim
from kgbuild.pipeline.models import DEFAULT, ModelDirectories
from kgbuild.records import ANY

NAMES = Path(__file__).with_suffix(".csv")
SEED, EACH = 20, 100
ORIGINS = {
    "English": ("en_US", "en_GB"),
    "German, Dutch, Nordic": ("de_DE", "nl_NL", "sv_SE"),
    "French, Italian": ("fr_FR", "it_IT"),
    "Spanish, Portuguese": ("es_ES", "es_MX", "pt_BR"),
    "Polish, Czech": ("pl_PL", "cs_CZ"),
    "Hungarian, Finnish": ("hu_HU", "fi_FI"),
    "Turkish, Azerbaijani": ("tr_TR", "az_AZ"),
    "Pakistani": ("en_PK",),
    "Indian": ("en_IN",),
    "Thai": ("en_TH",),
    "Vietnamese": ("vi_VN",),
    "Indonesian": ("id_ID",),
    "Chinese, romanised": ("zh_CN",),
    "Japanese, romanised": ("ja_JP",),
    "West African": ("yo_NG", "ig_NG", "ha_NG", "tw_GH"),
    "East and southern African": ("en_KE", "sw", "zu_ZA"),
}
PERSON = (
    "{} said on Tuesday that the new rules would take effect in June.",
    "The committee heard from {}, who led the review last year.",
    "According to {}, costs fell for the third year in a row.",
    "A letter to {} was published by the newspaper.",
    "The award went to {} for a study of rural hospitals.",
    "Before the hearing, {} met with farmers and teachers.",
    "Questions? Please contact {} before Friday.",
    "The project was started in 2014 by {} and two colleagues.",
    "{} has worked as an engineer for more than ten years.",
    "On stage, {} spoke about open data and public services.",
)
ORGANISATION = (
    "{} said on Tuesday that it would open two new plants.",
    "Shares of {} rose by four percent after the announcement.",
    "She joined {} in 2014 as an engineer.",
    "The board of {} met last week to discuss the offer.",
    "{} is listed on the stock exchange.",
    "The factory of {} in Ohio was closed last year.",
    "A spokesman for {} declined to comment.",
    "The merger with {} was completed in June.",
    "{} has more than 4,000 employees in nine countries.",
    "The software was written by a team at {} and is free.",
)
KINDS = {"PER": "PER", "ORG": "ORG", "ORG alone": "ORG"}
"""What a name stands for -> the model's label for it."""
ENDINGS = (
    "Holdings",
    "Group",
    "Industries",
    "Partners",
    "Foundation",
    "Motors",
    "Pharmaceuticals",
    "Bank",
    "Logistics",
    "Inc.",
)


def make():
    """Write the list of names: EACH an origin, none twice."""
    from faker import VERSION, Faker

    rows = []
    for origin, locales in ORIGINS.items():
        makers = [Faker(locale) for locale in locales]
        for maker in makers:
            maker.seed_instance(SEED)
        seen = {}
        while len(seen) < EACH:
            name = one_name(makers[len(seen) % len(makers)])
            seen.setdefault(name, locales[len(seen) % len(locales)])
        rows += [(origin, locale, *name) for name, locale in seen.items()]
    with NAMES.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# made by name_origins.py --make from the locales of Faker {VERSION} (MIT licence), seed {SEED}\n")
        csv.writer(file, lineterminator="\n").writerows([("origin", "locale", "given", "family"), *rows])


def one_name(maker):
    """(given, family)."""
    if hasattr(maker, "first_romanized_name"):
        return maker.first_romanized_name(), maker.last_romanized_name()
    if hasattr(maker, "romanized_name"):
        given, _, family = maker.romanized_name().partition(" ")
        return given, family
    if maker.locales == ["vi_VN"]:  # its first_name has two names; behind a title, name() has given and family name
        given, family = maker.name().split()[-2:]
        return given, family
    return maker.first_name().strip(), maker.last_name().strip()


def read_names():
    """Rows of the list: dicts with origin, locale, given and family."""
    with NAMES.open(encoding="utf-8") as file:
        file.readline()
        return list(csv.DictReader(file))


def cases(names):
    """(origin, kind, sentence, start, end) of each name as each of KINDS."""
    for number, row in enumerate(names):
        person = f"{row['given']} {row['family']}"
        company = f"{row['family']} {ENDINGS[number // len(ORGANISATION) % len(ENDINGS)]}"
        for kind, name in zip(KINDS, (person, company, row["family"]), strict=True):
            sentence = (PERSON if kind == "PER" else ORGANISATION)[number % len(PERSON)]
            start = sentence.index("{}")
            yield row["origin"], kind, sentence.format(name), start, start + len(name)


def outcome(label, text, start, end, extraction, floor):
    """(right, found with any type and boundaries that touch it)."""
    spans = [(trim(text, s.start, s.end), s.label) for s in extraction.spans if s.score >= floor]
    wanted = trim(text, start, end)
    right = (wanted, label) in spans
    return right, right or any(a < end and start < b for (a, b), _ in spans)


def wilson(hits, n, z=1.96):
    """95 % interval of a share."""
    share, shift = hits / n, z * z / n
    half = z * sqrt(share * (1 - share) / n + shift / (4 * n))
    return (share + shift / 2 - half) / (1 + shift), (share + shift / 2 + half) / (1 + shift)


def measure(model=DEFAULT):
    """Per (origin, kind): right, touched, n."""
    directories = ModelDirectories()
    stored = directories.describe(model)
    floor = next(score for label, scope, score in dict(stored.thresholds)["default"] if (label, scope) == (ANY, "span"))
    extractor = directories.load(stored, Run(threads=1))
    listed = list(cases(read_names()))
    counts = {}
    try:
        for case, extraction in zip(listed, extractor([case[2] for case in listed]), strict=True):
            origin, kind, text, start, end = case
            right, touched = outcome(KINDS[kind], text, start, end, extraction, floor)
            row = counts.setdefault((origin, kind), [0, 0, 0])
            row[0], row[1], row[2] = row[0] + right, row[1] + touched, row[2] + 1
    finally:
        extractor.close()
    return counts


def table(counts):
    """The table of the model card."""
    words = [f"{word} | … found at all" for word in ("persons right", "organisations right", "… by the name alone")]
    lines = [f"| names | n | {' | '.join(words)} |", "|---" * 8 + "|"]
    for origin in [*ORIGINS, "all"]:
        cells = [str(total(counts, origin, "PER")[2])]
        for kind in KINDS:
            right, touched, n = total(counts, origin, kind)
            low, high = wilson(right, n)
            cells += [f"{100 * right / n:.0f} ({100 * low:.0f}–{100 * high:.0f})", f"{100 * touched / n:.0f}"]
        lines.append(f"| {origin} | {' | '.join(cells)} |")
    return "\n".join(lines)


def total(counts, origin, wanted):
    """The row of an origin, or the sum over all."""
    rows = [row for (where, kind), row in counts.items() if kind == wanted and origin in (where, "all")]
    return [sum(column) for column in zip(*rows, strict=True)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default=DEFAULT)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--make", action="store_true")
    given = parser.parse_args()
    if given.make:
        make()
        return
    started = time.monotonic()
    counts = measure(given.model)
    if given.json:
        print(json.dumps({f"{origin}/{kind}": row for (origin, kind), row in counts.items()}, ensure_ascii=False))
    else:
        print(table(counts))
        print(f"\n{sum(row[2] for row in counts.values()):,} sentences, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()

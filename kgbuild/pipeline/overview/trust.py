"""How a graph came about -> sections of the page: what was left out, how sure it is, what people said, what changed, how it was made."""

from collections.abc import Iterable, Iterator

from kgbuild.build.changes import Change, EntityNote, TripleNote
from kgbuild.counts import counted
from kgbuild.pages.charts import bar, histogram
from kgbuild.pages.markup import element, number, table, text
from kgbuild.pages.sheet import Section
from kgbuild.pipeline.listing import State
from kgbuild.pipeline.overview.holds import chips
from kgbuild.pipeline.overview.records import Overview
from kgbuild.pipeline.overview.words import meaning
from kgbuild.pipeline.reports import QuarantinedFact
from kgbuild.records import ONE
from kgbuild.resolution.judge import said

MOST_WORDS = 200
"""Judgements that are shown."""
MOST_CHANGES = 25
"""Entities and facts of each kind of change that are shown."""
GROUPS = {
    "country": "where something lies or belongs, stated",
    "country_inferred": "where something lies or belongs, inferred",
    "other": "all other facts, stated",
    "other_inferred": "all other facts, inferred",
}


def left_out(look: Overview) -> Section:
    """What is not in the graph, by rule."""
    status = look.status
    unread = [*status.unread_blocks.items()]
    if status.other_languages:
        unread.append(("passages in other languages", status.other_languages))
    parts = [_rules("Not read", unread)]
    rows = [(_rule(row.rule), number(row.count), number(row.documents), text(row.uri)) for row in look.left_out]
    if rows:
        head = ("rule", "times", "documents", "most of them in")
        parts.append(
            element(
                "div",
                table(head, rows, caption="Mentions and facts that the model saw and the build left out, by rule", words=(3,)),
                kind="rules",
            )
        )
    parts.append(_rules("Facts that cannot be true beside better supported ones", [*status.quarantined.items()]))
    if look.kept_out:
        parts.append(element("ul", "\n".join(element("li", _kept_out(each)) for each in look.kept_out), kind="kept"))
    about = (
        "What the model saw and the graph does not hold, and by which rule. <code>kgbuild show DOCUMENT --dropped</code> shows it for one "
        "document; a rule is switched off by its name (<code>hygiene_off</code> in kgbuild.toml), and a single fact is brought back with "
        "<code>kgbuild accept</code>."
    )
    content = "".join(filter(None, parts)) or element("p", "Nothing was left out.")
    return Section("Left out", about, content, "left-out")


def _rule(rule: str) -> str:
    told = meaning(rule)
    return text(rule.replace("_", " ")) + (element("small", text(told)) if told else "")


def _rules(caption: str, rows: list[tuple[str, int]]) -> str:
    if not rows:
        return ""
    return element(
        "div", table(("rule", "times"), [(_rule(rule), number(count)) for rule, count in rows], caption=caption), kind="rules"
    )


def _kept_out(each: QuarantinedFact) -> str:
    fact = each.fact
    told = f"{element('b', text(fact.subject_name))} {element('span', text(fact.predicate), kind='relation')} {element('b', text(fact.object_name))}"
    quote = f" {element('q', text(_short(fact.quotes[0].text)))}" if fact.quotes else ""
    return f"{told} {element('small', text(each.reason))}{quote}"


def _short(line: str, most: int = 240) -> str:
    line = " ".join(line.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


# ── how sure ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def sureness(look: Overview) -> Section:
    """Scores of the statements, what the model's directory says of them, and what people found."""
    parts = [_histogram(look), _measured(look), _judged(look)]
    about = (
        "Every statement of a document has a score: how likely the model holds it to be right. A fact that several sentences state has a "
        "higher confidence than each of them."
    )
    return Section("How sure", about, "".join(filter(None, parts)), "sure")


def _histogram(look: Overview) -> str:
    if not look.bands:
        return element("p", "The graph has no statements.")
    columns = [(f"{band.low / ONE:.2f}".removeprefix("0"), (band.stated, band.inferred)) for band in look.bands]
    picture = histogram(
        columns, ("stated", "inferred"), "Statements by score; the table below has the numbers", "score, in steps of .05"
    )
    total = sum(band.stated + band.inferred for band in look.bands)
    legend = f"{counted(total, 'statement')} by score: {element('span', 'stated', kind='key stated')} {element('span', 'inferred', kind='key inferred')}"
    rows = [(text(label), number(stated), number(inferred)) for label, (stated, inferred) in columns]
    numbers = table(("score from", "stated", "inferred"), rows, caption="Statements by score")
    return element("figure", picture + element("figcaption", legend)) + element(
        "details", element("summary", "The numbers") + numbers
    )


def _measured(look: Overview) -> str:
    found, parts = look.measured, []
    if found.errors:
        rows = [(text(part), f"{error:.3f}") for part, error in found.errors]
        on = f" on {counted(found.documents, 'annotated document')}" if found.documents else ""
        parts.append(
            table(
                ("scores of", "mean error"),
                rows,
                caption=f"How far the model’s scores are from the share that is right (calibration error){on}",
            )
        )
    if found.precision:
        read = [
            (text(GROUPS.get(p.group, p.group)), f"{100 * p.share:.0f} %", bar(p.share), f"{p.right} of {p.items}",
             f"{100 * p.low:.0f} – {100 * p.high:.0f} %")
            for p in found.precision
        ]  # fmt: skip
        caption = "How many of the model’s facts readers found right, in documents unlike those it learned from"
        parts.append(table(("facts", "right", "", "read", "95 % interval"), read, caption=caption))
    if not parts:
        return element("p", "The model’s directory says nothing of how well its scores are calibrated.")
    return element("h3", f"The model, {text(look.status.model)}, measured elsewhere") + "".join(parts)


def _judged(look: Overview) -> str:
    if not look.judged:
        return element(
            "p", "Nobody has judged a fact of this graph yet: <code>kgbuild accept</code> and <code>kgbuild reject</code> do."
        )
    rows = [
        (f"{_tenth(j.low)} – {_tenth(j.high)}", number(j.right + j.wrong), number(j.right), number(j.wrong),
         f"{100 * j.right / (j.right + j.wrong):.0f} %", f"{100 * j.score / ONE:.0f} %")
        for j in look.judged
    ]  # fmt: skip
    head = ("score of the model", "judged", "right", "wrong", "share right", "the model expected")
    caption = "Facts that people judged, against the model’s score. People judge what catches their eye: no fair sample"
    return element("h3", "What people found") + table(head, rows, caption=caption)


def _tenth(score: int) -> str:
    return f"{score / ONE:.1f}".removeprefix("0")


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def people(look: Overview) -> Section:
    """Judgements with what becomes of them."""
    rows = []
    for standing in look.standings[:MOST_WORDS]:
        judgement = standing.judgement
        state = text(standing.state.value) + (element("small", text(standing.reason)) if standing.reason else "")
        rows.append(
            (
                f"#{judgement.number} {text(said(judgement))}",
                text(judgement.by),
                text(judgement.at[:10]),
                text(judgement.reason),
                state,
            )
        )
    about = (
        "What people said is stronger than any score and is kept through edits and new models. A judgement sleeps while what it speaks of "
        "is not in the documents, and is set aside where it contradicts others."
    )
    if not rows:
        return Section("A person’s word", about, element("p", "Nobody has judged anything yet."), "people")
    counts = {state: sum(standing.state is state for standing in look.standings) for state in State}
    more = f"; the first {MOST_WORDS} are shown" if len(look.standings) > MOST_WORDS else ""
    caption = f"{counted(len(look.standings), 'judgement')}: {counts[State.IN_FORCE]:,} in force, {counts[State.ASLEEP]:,} asleep, {counts[State.SET_ASIDE]:,} set aside{more}"
    return Section(
        "A person’s word",
        about,
        element(
            "div", table(("judgement", "by", "on", "why", "state"), rows, caption=caption, words=(1, 2, 3, 4)), kind="said-by"
        ),
        "people",
    )


# ── the last build ───────────────────────────────────────────────────────────────────────────────────────────────────


def changes(look: Overview) -> Section:
    """What the last build with something to do changed."""
    change = look.change
    if change is None:
        why = (
            "An imported graph is not built step by step."
            if look.status.imported
            else "This graph was built before builds kept a record of what they change; the next one will."
        )
        return Section("What changed", "", element("p", why), "changes")
    at = f", on {text(change.at.replace('T', ' ').replace('+00:00', ' UTC'))}" if change.at else ""
    if change.scratch:
        about = f"The last build{at} began with an empty graph: everything is new."
        return Section("What changed", about, chips(_counts(change)), "changes")
    parts = [
        _entities("New entities", change.entities_added, change.counts["entities_added"]),
        _entities("Entities that are gone", change.entities_removed, change.counts["entities_removed"]),
        _triples("New facts", change.triples_added, change.counts["triples_added"]),
        _triples("Facts that are gone", change.triples_removed, change.counts["triples_removed"]),
        _triples("Facts with more or fewer sentences", change.triples_changed, len(change.triples_changed)),
    ]
    about = (
        f"By the last build that had something to do{at}. An entity that went into another left its names to it. What only came under another "
        "id (an entity of the same name, a fact of the same words) is counted but not listed."
    )
    return Section("What changed", about, chips(_counts(change)) + "".join(filter(None, parts)), "changes")


def _counts(change: Change) -> Iterator[str]:
    words = {
        "documents_folded": "documents placed anew", "documents_removed": "documents taken out", "entities_added": "entities added",
        "entities_removed": "entities removed", "entities_redirected": "of these went into others", "triples_added": "facts added",
        "triples_removed": "facts removed", "entities_changed": "entities with other names, values or mentions",
        "triples_changed": "facts on other evidence",
    }  # fmt: skip
    for key, name in words.items():
        yield f"{change.counts.get(key, 0):,} {name}"


def _entities(title: str, notes: tuple[EntityNote, ...], total: int) -> str:
    items = (f"{element('b', text(note.name))} {element('small', text(_about_entity(note)))}" for note in notes[:MOST_CHANGES])
    return _listed(title, items, min(len(notes), MOST_CHANGES), total)


def _about_entity(note: EntityNote) -> str:
    into = f"; its names are now those of {', '.join(note.into)}" if note.into else ""
    return f"{note.type}, {counted(note.mentions, 'mention')}{into}"


def _triples(title: str, notes: tuple[TripleNote, ...], total: int) -> str:
    items = (
        f"{element('b', text(note.subject))} {element('span', text(note.predicate), kind='relation')} {element('b', text(note.object))} "
        f"{element('small', counted(note.support, 'sentence') + (f', before {note.before:,}' if note.before else ''))}"
        for note in notes[:MOST_CHANGES]
    )
    return _listed(title, items, min(len(notes), MOST_CHANGES), total)


def _listed(title: str, items: Iterable[str], shown: int, total: int) -> str:
    body = "".join(element("li", item) for item in items)
    if not body:
        return ""
    about = element("small", f"{shown:,} of {total:,}, best known first" if shown < total else f"{total:,}")
    return element("h3", f"{text(title)} {about}") + element("ul", body, kind="changed")


# ── how it was made ──────────────────────────────────────────────────────────────────────────────────────────────────


def making(look: Overview) -> Section:
    """Model, schema, settings, state, databases: what it takes to make the same graph again."""
    status = look.status
    rows = [("workspace", text(look.name))]
    rows += [("imported from", text(status.imported))] if status.imported else [("model", text(status.model or "none"))]
    rows += [("schema", text(status.schema)), ("state of the graph", element("code", text(status.state)))]
    rows += [(f"setting {text(name)}", text(value)) for name, value in look.settings]
    if status.missing:
        rows.append(("passages not extracted yet", number(status.missing)))
    rows += [("extracted on", f"{text(name)}: {counted(count, 'passage')}") for name, count in status.numerics.items()]
    rows += [
        (
            "published to",
            text(f"{sink.state.database} at {sink.state.address}")
            + ("" if sink.is_current else " (the graph has changed since)"),
        )
        for sink in status.sinks
    ]
    about = "Two graphs of equal state are equal in every row. The same documents, model, schema, settings and judgements give it again."
    return Section(
        "How it was made",
        about,
        element("div", table(("", ""), rows, caption="What the graph was made with", words=(1,)), kind="made"),
        "made",
    )

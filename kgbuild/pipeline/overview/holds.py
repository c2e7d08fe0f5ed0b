"""What a graph holds -> sections of the page: documents, entities, relations, facts with sentences, names that became one."""

from collections.abc import Iterable, Iterator, Sequence

from kgbuild.counts import counted
from kgbuild.pages.charts import bar
from kgbuild.pages.markup import element, link, number, table, text
from kgbuild.pages.sheet import Section
from kgbuild.pipeline.overview.excerpts import marked
from kgbuild.pipeline.overview.records import Group, Overview, Told
from kgbuild.pipeline.overview.words import OUTCOMES
from kgbuild.pipeline.reports import Join
from kgbuild.records import ONE, DocumentNode, Scope
from kgbuild.resolution.compare import explanation

MOST_PROBLEMS = 200
MOST_ROOTS = 30
MOST_FORMS = 6
"""Written forms of one name that are shown."""
MOST_NAMES = 60
"""Names of one entity that are shown."""


def documents(look: Overview) -> Section:
    """Where the graph comes from, and what could not be read."""
    status, found = look.status, look.documents
    rows = []
    for root in found.roots[:MOST_ROOTS]:
        counts = dict(root.outcomes)
        rows.append((text(root.name), *(number(counts.get(outcome, 0)) for outcome in OUTCOMES)))
    if len(found.roots) > 1:
        rows.append((element("b", "all"), *(element("b", number(status.documents.get(outcome, 0))) for outcome in OUTCOMES)))
    parts = []
    if rows:
        parts.append(
            table(("from", *OUTCOMES.values()), rows, caption="Documents by where they come from and what became of them")
        )
    parts.append(chips(_about_documents(look)))
    if status.problems:
        parts.append(_problems(status.problems))
    about = (
        f"The graph was imported from {text(status.imported)}; it has no documents of its own to read again."
        if status.imported
        else "What was given, and what could be read of it. Equal texts count once in the graph, however many files hold them."
    )
    return Section("Documents", about, "".join(parts), "documents")


def _about_documents(look: Overview) -> Iterator[str]:
    found = look.documents
    yield f"{counted(found.nodes, 'document')} in the graph"
    if look.status.passages:
        yield f"{counted(look.status.words, 'word')} in {counted(look.status.passages, 'passage')}"
    if found.published[0]:
        yield f"dated {found.published[0]} to {found.published[1]}"
    if found.languages:
        yield "passages by language: " + ", ".join(f"{code} {count:,}" for code, count in found.languages[:8])
    if found.nodes:
        yield f"{found.without_facts:,} of them state no fact of the graph"


def _problems(problems: Sequence[tuple[str, str, str]]) -> str:
    """Documents that could not be read, each with the reason."""
    rows = [
        (text(uri), text(OUTCOMES.get(outcome, outcome)), text(reason)) for uri, outcome, reason in problems[:MOST_PROBLEMS]
    ]
    more = f" (the first {MOST_PROBLEMS} of {len(problems):,})" if len(problems) > MOST_PROBLEMS else ""
    caption = f"Documents that could not be read, with the reason{more}"
    return element("h3", "Not read") + element(
        "div", table(("document", "what became of it", "why"), rows, caption=caption, words=(1, 2)), kind="said-by"
    )


def entities(look: Overview) -> Section:
    """Entities by type, and the best known."""
    total = look.status.entities
    rows = [
        (
            text(row.name), number(row.entities), bar(row.entities / total if total else 0.0), number(row.mentions),
            ", ".join(text(entity.name) for entity in row.best),
        )
        for row in look.types
    ]  # fmt: skip
    by_type = table(("type", "entities", "", "mentions", "best known"), rows, caption="Entities by type", words=(4,))
    known = [
        (text(entity.name), text(entity.type), number(entity.documents), number(entity.mentions), _also(entity.aliases))
        for entity in look.known
    ]
    most = table(
        ("entity", "type", "documents", "mentions", "also written"),
        known,
        caption="Entities that most documents mention",
        words=(1, 4),
    )
    share = look.entities_with_facts / total if total else 0.0
    about = (
        "An entity is a thing that the documents name: a person, an organization, a place. All names that mean the same thing are one "
        f"entity. {look.entities_with_facts:,} of {total:,} ({share:.0%}) take part in at least one fact."
    )
    return Section("Entities", about, element("div", by_type + most, kind="lists"), "entities")


def _also(aliases: Sequence[str]) -> str:
    shown = ", ".join(map(text, aliases[:MOST_FORMS]))
    return shown + (f" and {len(aliases) - MOST_FORMS} more" if len(aliases) > MOST_FORMS else "")


def relations(look: Overview) -> Section:
    """Triples by relation."""
    most = max((row.triples for row in look.relations), default=0) or 1
    rows = []
    for row in look.relations:
        label = text(row.name) + (f" {element('small', text(row.label))}" if row.label else "")
        label += element("small", "(a property)") if row.values else ""
        rows.append(
            (label, number(row.triples), bar(row.triples / most, "bar places" if row.places else "bar"), number(row.stated),
             number(row.triples - row.stated), confidence(row.confidence))
        )  # fmt: skip
    head = ("relation", "facts", "", "stated", "inferred", "mean confidence")
    about = (
        "A fact joins two entities, or an entity and a value (a date, a number). <b>Stated</b>: one sentence says it; "
        "<b>inferred</b>: it was put together from two sentences. Grey bars: relations that only say where something lies or belongs."
    )
    return Section("Facts by relation", about, table(head, rows, caption="Facts by relation, most frequent first"), "relations")


def facts(look: Overview) -> Section:
    """The best supported facts, each with its sentence."""
    items = "\n".join(element("li", _fact(told)) for told in look.best)
    about = (
        "Each with one of the sentences it stands on: first what one sentence states, then by how many different sentences say so. One fact "
        f"for each pair, and several relations. In the sentences: {element('mark', 'who or what', kind='head')} "
        f"{element('mark', 'the other end', kind='tail')}."
    )
    content = element("ol", items, kind="facts") if items else element("p", "There is no fact between entities.")
    return Section("Best supported facts", about, content, "facts")


def _fact(told: Told) -> str:
    fact, triple = told.fact, told.fact.triple
    ends = [{entity.name, *entity.aliases} for entity in (fact.subject, fact.object)]
    said = (
        f"{element('b', text(fact.subject.name))} {element('span', text(triple.predicate), kind='relation')} "
        f"{element('b', text(fact.object.name))}"
    )
    support = f"{counted(triple.support, 'sentence')} in {counted(triple.documents, 'document')}, confidence {confidence(triple.confidence)}"
    inferred = "" if triple.scope is Scope.STATED else ", inferred from two sentences"
    quote = element("blockquote", marked(triple.quote, *ends)) if triple.quote else ""
    return element("p", f"{said} {element('small', support + inferred)}", kind="said") + quote + source(told.document)


def groups(look: Overview) -> Section:
    """The entities of most names, with what joins them."""
    parts = [_group(group) for group in look.groups]
    about = (
        f"{counted(look.joined, 'entity', 'entities')} of the graph {'goes' if look.joined == 1 else 'go'} by more than one name. These have most; "
        "each shows its names and what joined them. If two things were mixed up, <code>kgbuild split</code> takes them apart; if one thing "
        "stands there twice, <code>kgbuild merge</code> joins it."
    )
    content = "\n".join(parts) or element("p", "No entity has more than one name.")
    return Section("Names that became one", about, content, "names")


def _group(group: Group) -> str:
    entity = group.entity
    size = counted(len(group.names), "name") if group.names else counted(len(entity.aliases) + 1, "written form")
    about = f"{text(entity.type)}, {size}, {counted(entity.mentions, 'mention')} in {counted(entity.documents, 'document')}"
    others = [form for form in dict.fromkeys(name.forms[0] for name in group.names) if form != entity.name]
    heading = element("b", text(entity.name)) + element(
        "span", f"{element('span', _also(others), kind='names')} {about}", kind="meaning"
    )
    summary = element("summary", heading)
    if not group.names:
        return element("details", summary + element("p", _also(entity.aliases), kind="inside"))
    rows = [
        (
            text(name.forms[0]),
            number(name.documents),
            _also(name.forms[1:]),
            text(name.key.partition("/")[0]),
        )
        for name in group.names[:MOST_NAMES]
    ]
    names = table(("name", "documents", "also written", "type"), rows, caption=f"Names of {entity.name}", words=(2, 3))
    shown = {name.key: name.forms[0] for name in group.names}
    why = element("ul", "".join(element("li", _join(join, shown)) for join in group.joins[:MOST_NAMES]), kind="joins")
    told = (element("h4", "Why they are one") + why) if group.joins else ""
    return element("details", summary + element("div", names + told, kind="inside"))


def _join(join: Join, shown: dict[str, str]) -> str:
    reasons = " ".join(text(explanation(name)) for name, _ in join.reasons)
    return f"{element('b', text(_shown(join.left, shown)))} = {element('b', text(_shown(join.right, shown)))} {element('small', reasons)}"


def _shown(node: str, shown: dict[str, str]) -> str:
    """A node of a cluster as people write it: the most frequent form of its name."""
    return shown.get(node) or shown.get(node.partition("\t")[0]) or node.partition("/")[2] or node


# ── words that all sections share ────────────────────────────────────────────────────────────────────────────────────


def source(document: DocumentNode | None) -> str:
    """Where a sentence stands: the document's name, and a link if it came from the web."""
    if document is None:
        return ""
    name = element("cite", link(text(document.name or document.uri), document.url))
    date = f", {document.published[:10]}" if document.published else ""
    where = "" if document.url and "#" in document.uri else f" ({document.uri})"
    return element("small", f"{name}{text(date)}{element('span', text(where), kind='uri')}", kind="source")


def chips(told: Iterable[str]) -> str:
    """Small facts in a row. told: texts."""
    return element("p", "".join(element("span", text(one), kind="chip") for one in told))


def confidence(score: int) -> str:
    """A score as people read it: .93; certain is only what a person asserted."""
    return "asserted" if score == ONE else f"{score / ONE:.2f}".removeprefix("0")

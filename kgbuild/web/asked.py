"""What the page asks for -> what it is given: one function a path. Knows no HTTP; text of documents is only ever a value."""

from collections.abc import Callable, Mapping
from typing import Any

from kgbuild.errors import NotFound, UsageError, WorkspaceError
from kgbuild.pipeline import entity_pages, exploring
from kgbuild.pipeline.answering import ANSWERS, Answer
from kgbuild.pipeline.exploring import Filters
from kgbuild.pipeline.question_pages import page_of, title_of
from kgbuild.pipeline.reviewing import waiting_words
from kgbuild.web.answers import Json, decision, judgement, record, standing
from kgbuild.web.sitting import Sitting, parsed
from kgbuild.workspace.lock import writer_lock

Query = Mapping[str, list[str]]
Body = Mapping[str, Any]

PAGE = 40
"""Rows of a list, unless it asks for another number."""
MOST_ROWS = 200


# reading -------------------------------------------------------------------------------------------------------------


def state(sitting: Sitting, query: Query) -> Json:
    """What the page is about: counts, types and relations to filter by, who holds the lock, what waits for a build."""
    with sitting.workspace() as ws, ws.source() as graph:
        counts, schema = sitting.counts(graph), ws.schema()
        return {
            "name": sitting.path.resolve().name,
            "by": sitting.by,
            "state": graph.state,
            "counts": counts.sizes,
            "types": counts.types,
            "predicates": [[name, count, _label(schema, name)] for name, count in counts.predicates],
            "imported": graph.imported is not None,
            "busy": busy(sitting),
            "waiting": waiting_words(graph, ws.judgements(), schema) if graph.imported is None else 0,
        }


def _label(schema: Any, predicate: str) -> str:
    relation = schema.relation(predicate)
    return relation.label if relation is not None else ""


def busy(sitting: Sitting) -> str:
    """Why nothing can be written now; '' if it can. What this server itself is writing does not count."""
    if not sitting.writing.acquire(blocking=False):
        return ""
    try:
        with writer_lock(sitting.path, brief=True):  # a run that begins just then must not fail for a look
            return ""
    except WorkspaceError as error:
        return str(error)
    finally:
        sitting.writing.release()


def queue(sitting: Sitting, query: Query) -> Json:
    """Open questions, least certain first."""
    with sitting.workspace() as ws, ws.source() as graph:
        found, progress = sitting.questions(ws, graph, one(query, "kind"))
        first, most = number(query, "offset", 0), number(query, "limit", PAGE)
        return record(progress) | {
            "kind": len(found),
            "can_undo": bool(sitting.told),
            "rows": [
                {"id": q.id, "kind": q.kind, "uncertainty": q.uncertainty, "weight": q.weight, "title": title_of(graph, q)}
                for q in found[first : first + most]
            ],
        }


def question(sitting: Sitting, query: Query) -> Json:
    """One question with its sentences."""
    kind, key = parsed(one(query, "id"))
    with sitting.workspace() as ws, ws.source() as graph:
        page = record(page_of(graph, ws.schema(), kind, key))
        return page | {"answers": list(ANSWERS[kind]), "predicate_label": _label(ws.schema(), page["predicate"])}


def search(sitting: Sitting, query: Query) -> Json:
    """Entities by name or alias."""
    with sitting.workspace() as ws, ws.source() as graph:
        found = exploring.search(graph.derived, one(query, "q"), filters(query), number(query, "limit", PAGE))
        return {"rows": [record(hit) for hit in found]}


def facts(sitting: Sitting, query: Query) -> Json:
    """Facts by the names of their ends."""
    with sitting.workspace() as ws, ws.source() as graph:
        first, most = number(query, "offset", 0), number(query, "limit", PAGE)
        return {"rows": [record(row) for row in exploring.facts(graph.derived, one(query, "q"), filters(query), most, first)]}


def entity(sitting: Sitting, query: Query) -> Json:
    """The page of an entity."""
    with sitting.workspace() as ws, ws.source() as graph:
        page = entity_pages.entity_page(graph, one(query, "id"), filters(query))
        return record(page) | {"judgements": [judgement(j) for j in page.judgements]}


def entity_facts(sitting: Sitting, query: Query) -> Json:
    """More facts of an entity."""
    with sitting.workspace() as ws, ws.source() as graph:
        first, most = number(query, "offset", 0), number(query, "limit", entity_pages.FACTS_AT_ONCE)
        rows, count = exploring.facts_of(graph.derived, one(query, "id"), filters(query), most, first)
        return {"rows": [record(row) for row in rows], "count": count}


def mentions(sitting: Sitting, query: Query) -> Json:
    """Sentences that mention an entity."""
    with sitting.workspace() as ws, ws.source() as graph:
        found, count = entity_pages.mentions_of(graph, one(query, "id"), one(query, "document"), number(query, "offset", 0))
        return {"rows": [record(context) for context in found], "count": count}


def places(sitting: Sitting, query: Query) -> Json:
    """Where an entity is mentioned, document by document."""
    with sitting.workspace() as ws, ws.source() as graph:
        found = entity_pages.places_of(graph, one(query, "id"))
        first = number(query, "offset", 0)
        keys = ("number", "uri", "document", "name", "forms")
        rows = found[first : first + number(query, "limit", PAGE)]
        return {"rows": [dict(zip(keys, row, strict=True)) for row in rows], "count": len(found)}


def neighbourhood(sitting: Sitting, query: Query) -> Json:
    """Who stands around an entity."""
    steps, most = min(2, max(1, number(query, "steps", 1))), min(120, max(1, number(query, "most", PAGE)))
    with sitting.workspace() as ws, ws.source() as graph:
        id = one(query, "id")
        if graph.derived.entity(id) is None:
            raise NotFound(f"no entity {id!r} in the graph")
        return record(exploring.neighbourhood(graph.derived, id, filters(query), steps=steps, most=most))


def document(sitting: Sitting, query: Query) -> Json:
    """A document with its mentions marked."""
    with sitting.workspace() as ws, ws.source() as graph:
        return record(entity_pages.document_page(graph, one(query, "id")))


def documents(sitting: Sitting, query: Query) -> Json:
    """Documents whose name or URI holds a text: to filter by."""
    with sitting.workspace() as ws, ws.source() as graph:
        ids = exploring.documents_like(graph.derived.db, one(query, "q"))
        rows = [node for id in ids[:PAGE] if (node := graph.derived.document(id))]
        return {"rows": [{"id": n.id, "name": n.name, "uri": n.uri, "published": n.published} for n in rows], "count": len(ids)}


def judgements(sitting: Sitting, query: Query) -> Json:
    """All judgements with what becomes of them, newest first."""
    with sitting.workspace() as ws:
        found = ws.standings(revoked=one(query, "all") == "1")
        return {"rows": [standing(each) for each in reversed(found)]}


READING: dict[str, Callable[[Sitting, Query], Json]] = {
    "/api/state": state,
    "/api/queue": queue,
    "/api/question": question,
    "/api/search": search,
    "/api/facts": facts,
    "/api/entity": entity,
    "/api/entity/facts": entity_facts,
    "/api/entity/mentions": mentions,
    "/api/entity/places": places,
    "/api/neighbourhood": neighbourhood,
    "/api/document": document,
    "/api/documents": documents,
    "/api/judgements": judgements,
}


# saying --------------------------------------------------------------------------------------------------------------


def preview(sitting: Sitting, body: Body) -> Json:
    """What an answer would change."""
    return decision(sitting.preview(text(body, "id"), _answer(body), text(body, "why", "")))


def judge(sitting: Sitting, body: Body) -> Json:
    """Save an answer."""
    return decision(sitting.judge(text(body, "id"), _answer(body), text(body, "why", "")))


def skip(sitting: Sitting, body: Body) -> Json:
    """Put a question at the end."""
    id = text(body, "id")
    parsed(id)
    sitting.skip(id)
    return {}


def undo(sitting: Sitting, body: Body) -> Json:
    """Take back the last answer of this sitting, or judgements by number."""
    numbers = body.get("numbers", [])
    if not isinstance(numbers, list) or not all(type(n) is int for n in numbers):
        raise UsageError("numbers: a list of numbers of judgements")
    taken, id = sitting.undo(numbers)
    return decision(taken) | {"question": id}


def build(sitting: Sitting, body: Body) -> Json:
    """Build the graph anew."""
    report = sitting.build()
    sitting.prepare()
    return {"seconds": round(report.seconds, 2), "entities": report.entities, "triples": report.triples}


SAYING: dict[str, Callable[[Sitting, Body], Json]] = {
    "/api/preview": preview,
    "/api/judge": judge,
    "/api/skip": skip,
    "/api/undo": undo,
    "/api/build": build,
}


# parameters ----------------------------------------------------------------------------------------------------------


def one(query: Query, name: str) -> str:
    """The first value of a parameter, or ''."""
    return query.get(name, [""])[0]


def number(query: Query, name: str, default: int) -> int:
    """A parameter as a number from 0 to MOST_ROWS, an offset without an end. Raises UsageError for anything else."""
    value = one(query, name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise UsageError(f"{name}={value!r}: a number")
    return int(value) if name == "offset" else min(MOST_ROWS, int(value))


def filters(query: Query) -> Filters:
    """The filters of a request; confidence comes in hundredths."""
    types, predicates = tuple(filter(None, query.get("type", []))), tuple(filter(None, query.get("predicate", [])))
    return Filters(types, predicates, 100 * number(query, "confidence", 0), one(query, "document").strip())


def text(body: Body, name: str, default: str | None = None) -> str:
    """A text of a request. Raises UsageError if there is none."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise UsageError(f"{name}: a text")
    return value


def _answer(body: Body) -> Answer:
    try:
        return Answer(text(body, "answer"))
    except ValueError:
        raise UsageError(f"answer: one of {', '.join(Answer)}") from None

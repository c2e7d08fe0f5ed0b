"""Label Studio's exports JSON and JSON-MIN <-> gold documents: tasks with labels, and in JSON relations.

Of a task's annotations the first that was not cancelled is read; tasks without one are left out, and counted. Offsets are code
points; old versions wrote UTF-16 units, which is noticed where the surfaces fit these alone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.making import Link, Span, annotated, from_text
from kgbuild.corpora.reading import BadRow, Content, Reading, check_surface, integer, rows_of, string, without_space

LABELS = "labels"
RELATION = "relation"
UNITS = "texts with offsets in UTF-16 units, taken as such, as only these fit the annotated texts"
MIN_KEYS = frozenset(("created_at", "updated_at"))
SWAPPED = "left"
BOTH = "bi"


def looks(content: Content) -> bool:
    """Tasks: data, and annotations (completions in old versions); or a text and lists of labelled regions."""
    return content.has_row(lambda row: _is_task(row) or bool(_regions(row)))


def is_unlabelled(content: Content) -> bool:
    """Tasks that were never annotated: what Label Studio imports, `kgbuild sample` writes."""
    return content.has_row(lambda row: isinstance(row.get("data"), dict) and "annotations" not in row and not _is_task(row))


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """One document a task; its name is its data's `id`, else the task's, else its number. Relations are annotated if any is."""
    rows = []
    for number, (place, row) in enumerate(rows_of(content), 1):
        task = _unfolded(row) if isinstance(row, dict) and not _is_task(row) and _regions(row) else row
        for results in reading.each([(place, task)], partial(_results, reading=reading), "Label Studio's"):
            if results is None:
                reading.count("tasks without an annotation, left out")
            else:
                rows.append((place, (number, task, results)))
    relations = any(isinstance(item, dict) and item.get("type") == RELATION for _, (_, _, items) in rows for item in items)
    return reading.each(rows, partial(_document, reading=reading, relations=relations), "Label Studio's")


def write(documents: Iterable[GoldDocument]) -> str:
    """A list of tasks that Label Studio imports, labels from `label` to `text`.

    A relation joins the two mentions of its clusters that stand closest.
    """
    tasks = ",\n".join(json.dumps(_task(number, document), ensure_ascii=False) for number, document in enumerate(documents, 1))
    return f"[\n{tasks}\n]\n" if tasks else "[]\n"


def write_predictions(documents: Iterable[GoldDocument], version: str) -> str:
    """A list of tasks that Label Studio imports, with the documents' labels as predictions of a model, for people to correct."""
    tasks = []
    for number, document in enumerate(documents, 1):
        task = _task(number, document)
        (annotation,) = task.pop("annotations")
        tasks.append(json.dumps(task | {"predictions": [{"model_version": version, **annotation}]}, ensure_ascii=False))
    listed = ",\n".join(tasks)
    return f"[\n{listed}\n]\n" if tasks else "[]\n"


def interface(documents: Iterable[GoldDocument]) -> str:
    """The labelling interface that a project needs for what `write` writes: its labels and relations, in XML."""
    types: set[str] = set()
    relations: set[str] = set()
    for document in documents:
        types |= {mention.type for mention in document.mentions}
        relations |= {relation.label for relation in document.relations}
    return interface_for(types, relations)


def interface_for(types: Iterable[str], relations: Iterable[str]) -> str:
    """The labelling interface for these labels, in XML."""
    labels = "".join(f'<Label value="{escape(name)}"/>' for name in sorted(set(types)))
    joined = "".join(f'<Relation value="{escape(name)}"/>' for name in sorted(set(relations)))
    return (
        f'<View><Labels name="label" toName="text">{labels}</Labels><Relations>{joined}</Relations>'
        '<Text name="text" value="$text"/></View>'
    )


def _task(number: int, document: GoldDocument) -> dict[str, Any]:
    results: list[dict[str, Any]] = [
        {
            "id": f"m{i}", "from_name": "label", "to_name": "text", "type": LABELS,
            "value": {"start": m.start, "end": m.end, "text": document.text[m.start : m.end], "labels": [m.type]},
        }
        for i, m in enumerate(document.mentions)
    ]  # fmt: skip
    for relation in document.relations:
        head, tail = closest(document, relation.head, relation.tail)
        results.append(
            {"type": RELATION, "from_id": f"m{head}", "to_id": f"m{tail}", "direction": "right", "labels": [relation.label]}
        )
    return {"id": number, "data": {"text": document.text, "id": document.name}, "annotations": [{"result": results}]}


def closest(document: GoldDocument, head: int, tail: int) -> tuple[int, int]:
    """The mentions of two clusters that stand closest in the text; of equally close ones the first."""
    pairs = ((i, j) for i in document.clusters[head] for j in document.clusters[tail])
    return min(pairs, key=lambda pair: (_gap(document, *pair), pair))


def _gap(document: GoldDocument, i: int, j: int) -> int:
    one, other = document.mentions[i], document.mentions[j]
    return max(one.start, other.start) - min(one.end, other.end)


def _is_task(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("data"), dict) and ("annotations" in row or "completions" in row)


def _regions(row: Mapping[str, Any]) -> list[Any]:
    """The labelled regions of a row of JSON-MIN, under whatever name they stand."""
    lists = [value for value in row.values() if isinstance(value, list)]
    return [item for value in lists for item in value if isinstance(item, dict) and {"start", "end", LABELS} <= item.keys()]


def _unfolded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of JSON-MIN as a task; beside regions and texts it holds who annotated it, and when."""
    text = {key: value for key, value in row.items() if key == "text" or (isinstance(value, str) and key not in MIN_KEYS)}
    results = [{"id": number, "type": LABELS, "value": region} for number, region in enumerate(_regions(row))]
    return {"id": row.get("id"), "data": text, "annotations": [{"result": results}]}


def _results(task: Any, reading: Reading) -> list[Any] | None:
    """The results of the annotation that counts; None if there is none. Nothing of what is no task, which is said later."""
    if not isinstance(task, dict) or not (_is_task(task) or "id" in task):
        return []
    annotations = task.get("annotations", task.get("completions")) or []
    valid = [a for a in annotations if isinstance(a, dict) and not a.get("was_cancelled")]
    reading.count("tasks with several annotations, of which the first is read", int(len(valid) > 1))
    return list(valid[0].get("result") or []) if valid else None


def _document(task: tuple[int, Mapping[str, Any], list[Any]], reading: Reading, *, relations: bool) -> GoldDocument:
    number, item, results = task
    data = item["data"]
    text = _text(data)
    regions = [r for r in results if r.get("type") == LABELS and r["value"][LABELS]]
    reading.count(
        "results that are no labels of a text (or have none) and no relations, left out",
        len(results) - len(regions) - sum(r.get("type") == RELATION for r in results),
    )
    values = _in_code_points(text, [r["value"] for r in regions], reading)
    spans: list[Span] = []
    mention: dict[str, int] = {}
    for region, (start, end) in zip(regions, values, strict=True):
        if not _fits(text[start:end], region["value"]):
            check_surface(text[start:end], region["value"]["text"], start, end)
        mention[region.get("id")] = len(spans)
        spans += [(start, end, string(label, "label")) for label in region["value"][LABELS]]
    document = from_text(str(data.get("id") or item.get("id") or number), text, spans, reading)
    links = [link for r in results if r.get("type") == RELATION for link in _links(r, mention, reading)]
    return annotated(document, reading, links=links) if relations else document


def _fits(found: str, value: Mapping[str, Any]) -> bool:
    """Whether a region's surface, if it names one, is what was found; old versions lose line ends in it."""
    named = value.get("text")
    return named is None or (isinstance(named, str) and without_space(named) == without_space(found))


def _text(data: Mapping[str, Any]) -> str:
    texts = [value for key, value in data.items() if isinstance(value, str) and key != "id"]
    text = data.get("text", texts[0] if len(texts) == 1 else None)
    if not isinstance(text, str):
        raise BadRow(f"which of {', '.join(data) or 'nothing'} in `data` is the text? name it `text`")
    return text


def _in_code_points(text: str, values: Sequence[Mapping[str, Any]], reading: Reading) -> list[tuple[int, int]]:
    """Start and end of each value, from UTF-16 units where all surfaces fit these, and some not the offsets as they are."""
    given = [(integer(v["start"], "start"), integer(v["end"], "end")) for v in values]
    if text.isascii() or all(_fits(text[a:b], v) for (a, b), v in zip(given, values, strict=True)):
        return given
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    point = {unit: i for i, unit in enumerate(units)}
    turned = [(point.get(a, -1), point.get(b, -1)) for a, b in given]
    if any(a < 0 or b < 0 or not _fits(text[a:b], v) for (a, b), v in zip(turned, values, strict=True)):
        return given
    reading.count(UNITS)
    return turned


def _links(relation: Mapping[str, Any], mention: Mapping[str, int], reading: Reading) -> list[Link]:
    ends = [relation["from_id"], relation["to_id"]]
    if lost := [end for end in ends if end not in mention]:
        raise BadRow(f"a relation's end is region {lost[0]!r}, which is no label of a text")
    head, tail = (mention[end] for end in ends)
    labels = relation.get("labels") or []
    reading.count("relations without a label, left out", int(not labels))
    direction = relation.get("direction", "right")
    forth: list[Link] = [(head, tail, string(label, "label"), ()) for label in labels if direction != SWAPPED]
    back: list[Link] = [(tail, head, string(label, "label"), ()) for label in labels if direction in (SWAPPED, BOTH)]
    return forth + back

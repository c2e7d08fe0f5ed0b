"""An entity and the mentions that are somebody else -> the judgements that set these apart.

A mention is named by how it is written, by its document, or by its number in the list that `explain` shows. A written name that
is a full name goes as a whole, in all documents; a short form only where it stands.
"""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from kgbuild.build.components import Neighbourhood
from kgbuild.build.judged import UnitRef
from kgbuild.errors import NotFound, UsageError
from kgbuild.pipeline.anchoring import MentionRow, anchor_at, has_mentions, holders_of, main_ref, mention_rows, refs_of
from kgbuild.records import Anchor, Entity, Judgement, Verdict
from kgbuild.resolution.names import normalise
from kgbuild.workspace.graph import WorkspaceGraph

NUMBERS = re.compile(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")

Complete = Callable[[WorkspaceGraph], list[Judgement]]


def chosen_parts(graph: WorkspaceGraph, entity: Entity, mentions: Sequence[str]) -> tuple[list[UnitRef], list[UnitRef]]:
    """What the words choose, and what is left: names, as ("", name), and units. Raises UsageError if either is empty."""
    rows = mention_rows(graph, entity.id)
    if not mentions:
        raise UsageError("say which mentions are another entity: --mentions NAME, DOCUMENT or NUMBER, as listed")
    names = {row.unit[1] for row in rows}
    parts: dict[UnitRef, None] = {}
    for word in mentions:
        parts.update(dict.fromkeys(_parts(word, rows, names)))
    whole = {name for document, name in parts if not document}
    units = {row.unit for row in rows}
    for name in names:  # all mentions of a name, one by one, are the name
        if {unit for unit in units if unit[1] == name} <= set(parts):
            whole.add(name)
    single = set(refs_of(graph, entity.id))
    chosen = [unit for unit in units if unit in parts or unit[1] in whole]
    if len(chosen) == len(units):
        raise UsageError(f"these are all mentions of {entity.name!r}: nothing would be left; name fewer")
    found = [("", name) for name in sorted(whole) if ("", name) in single]
    found += sorted(unit for unit in chosen if unit[1] not in whole or unit in single)
    rest = [ref for ref in single if ref not in found and (ref[0] or ref[1] not in whole)]
    return found, sorted(rest)


def _parts(word: str, rows: list[MentionRow], names: set[str]) -> list[UnitRef]:
    """What one word of --mentions chooses."""
    if NUMBERS.fullmatch(word):
        return _numbered(word, rows)
    written = [row for row in rows if any(form == word for form, _ in row.forms)]
    full = {name for name in names if normalise(name.partition("/")[0], word) == name.partition("/")[2]}
    if written and full:
        return [("", name) for name in sorted(full)]
    found = written or [row for row in rows if row.uri == word or fnmatchcase(row.uri, word)]
    if not found:
        raise NotFound(f"{word!r} is neither a written name, nor a document, nor a number of these mentions")
    return [row.unit for row in found]


def _numbered(word: str, rows: list[MentionRow]) -> list[UnitRef]:
    by_number = {row.number: row.unit for row in rows}
    chosen: list[int] = []
    for part in word.split(","):
        first, _, last = part.partition("-")
        if not 1 <= int(first) <= int(last or first) <= len(rows):
            raise NotFound(f"no mention {part}: the list goes from 1 to {len(rows)}")
        chosen += range(int(first), int(last or first) + 1)
    return [by_number[number] for number in chosen]


def split_judgements(
    graph: WorkspaceGraph, entity: Entity, parts: list[UnitRef], rest: list[UnitRef], by: str, why: str
) -> tuple[list[Judgement], Complete]:
    """The parts are one entity, and none of what would draw them back is that entity; and what completes that."""
    anchors: dict[UnitRef, Anchor] = {ref: anchor_at(graph, ref) for ref in (*parts, *rest) if has_mentions(graph, ref)}
    left = [ref for ref in rest if ref in anchors]
    main = main_ref(graph, entity)
    kept = anchors[main if main in left else left[0]]
    near = Neighbourhood(graph.derived.db)

    def word(verdict: Verdict, a: Anchor, b: Anchor) -> Judgement:
        return Judgement(0, verdict, a, b, by=by, reason=why)

    new = [word(Verdict.SAME, anchors[parts[0]], anchors[part]) for part in parts[1:]]
    for part in parts:
        against = [anchors[ref] for ref in left if _draws(near, part, ref)]
        new += [word(Verdict.DIFFERENT, anchors[part], anchor) for anchor in against]
    if not any(j.verdict is Verdict.DIFFERENT and kept in (j.left, j.right) for j in new):
        new.append(word(Verdict.DIFFERENT, anchors[parts[0]], kept))

    def complete(ahead: WorkspaceGraph) -> list[Judgement]:
        held = holders_of(ahead, anchors)
        said = {(part, ref) for part in parts for ref in left if held[part] and held[part] == held[ref]}
        return [word(Verdict.DIFFERENT, anchors[part], anchors[ref]) for part, ref in sorted(said)]

    return new, complete


def _draws(near: Neighbourhood, part: UnitRef, other: UnitRef) -> bool:
    """Whether something else than a person's word would join these two again: one name, or an edge between two."""
    if part[1] == other[1]:
        return True
    if part[0] or other[0]:
        return False
    return any(edge.weight > 0 and {edge.left, edge.right} == {part[1], other[1]} for edge in near.edges_of(part[1]))

"""An entity and the mentions that are somebody else -> the judgements that set these apart.

A mention is named by how it is written, by its document, or by its number in the list that `explain` shows. A written name that
is a full name goes as a whole, in all documents; a short form only where it stands, with the name that it is short for there. A name
that a document joins with another one which it is no short form of goes alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kgbuild.build.components import Neighbourhood
from kgbuild.build.judged import UnitRef
from kgbuild.errors import NotFound, UsageError
from kgbuild.pipeline.anchoring import MentionRow, anchor_at, has_mentions, holders_of, main_ref, mention_rows, refs_of
from kgbuild.records import Anchor, Entity, Judgement, Verdict
from kgbuild.resolution.contradict import is_acronym
from kgbuild.resolution.expand import fit
from kgbuild.resolution.names import normalise
from kgbuild.workspace.graph import WorkspaceGraph

NUMBERS = re.compile(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")

Complete = Callable[[WorkspaceGraph], list[Judgement]]
Types = Callable[[UnitRef], Mapping[str, Iterable[str]]]
"""The types under which the written forms of a unit are read in its document; none of a form: that of the unit."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the words of --mentions choose of an entity.

    parts, rest: what goes and what stays: names, as ("", name), and units; inside: a written name that goes and one that stays of a
    document in which both are one unit.
    """

    parts: list[UnitRef]
    rest: list[UnitRef]
    inside: list[tuple[Anchor, Anchor]]


def chosen(graph: WorkspaceGraph, entity: Entity, mentions: Sequence[str], types: Types) -> Chosen:
    """What the words choose, and what is left. Raises UsageError if either is empty."""
    rows = mention_rows(graph, entity.id)
    if not mentions:
        raise UsageError("say which mentions are another entity: --mentions NAME, DOCUMENT or NUMBER, as listed")
    single = set(refs_of(graph, entity.id))
    found = _chosen(rows, single, mentions, types, alone=False) or _chosen(rows, single, mentions, types, alone=True)
    if found is None:
        raise UsageError(
            f"these are all mentions of {entity.name!r}: nothing would be left; name fewer, or one of its written names"
        )
    return found


def _chosen(
    rows: list[MentionRow], single: set[UnitRef], mentions: Sequence[str], types: Types, *, alone: bool
) -> Chosen | None:
    """What the words choose, None if that is all. single: what the entity consists of; alone: short forms go alone."""
    names = {row.unit[1] for row in rows}
    parts: dict[UnitRef, None] = {}
    inside: dict[tuple[Anchor, Anchor], None] = {}
    for word in mentions:
        refs, pairs = _parts(word, rows, names, mentions, types, alone=alone)
        parts.update(dict.fromkeys(refs))
        inside.update(dict.fromkeys(pairs))
    whole = {name for document, name in parts if not document}
    units = {row.unit for row in rows}
    for name in names:  # all mentions of a name, one by one, are the name
        if {unit for unit in units if unit[1] == name} <= set(parts):
            whole.add(name)
    found = [unit for unit in units if unit in parts or unit[1] in whole]
    if len(found) == len(units):
        return None
    refs = [("", name) for name in sorted(whole) if ("", name) in single]
    refs += sorted(unit for unit in found if unit[1] not in whole or unit in single)
    rest = [ref for ref in single if ref not in refs and (ref[0] or ref[1] not in whole)]
    return Chosen(refs, sorted(rest), list(inside))


def _parts(
    word: str, rows: list[MentionRow], names: set[str], mentions: Sequence[str], types: Types, *, alone: bool
) -> tuple[list[UnitRef], list[tuple[Anchor, Anchor]]]:
    """What one word of --mentions chooses: names and units, and pairs inside of units."""
    if NUMBERS.fullmatch(word):
        return _numbered(word, rows), []
    written = [row for row in rows if any(form == word for form, _ in row.forms)]
    full = {name for name in names if normalise(name.partition("/")[0], word) == name.partition("/")[2]}
    inside = {
        row.number: _inside(word, row, mentions, types)
        for row in written
        if row.unit[1] not in full and (alone or not _is_short(word, row.unit[1]))
    }
    pairs = [pair for found in inside.values() for pair in found]
    if written and full:
        return [("", name) for name in sorted(full)], pairs
    found = written or [row for row in rows if row.uri == word or fnmatchcase(row.uri, word)]
    if not found:
        raise NotFound(f"{word!r} is neither a written name, nor a document, nor a number of these mentions")
    return [row.unit for row in found if not inside.get(row.number)], pairs


def _inside(word: str, row: MentionRow, mentions: Sequence[str], types: Types) -> list[tuple[Anchor, Anchor]]:
    """A written name of a unit beside each of those that stay: but for short forms, which follow what they are short for."""
    read = types(row.unit)
    type = row.unit[1].partition("/")[0]
    stays = {form: f"{type}/{normalise(type, form)}" for form, _ in row.forms if form not in mentions}
    longer = {f"{type}/{normalise(type, word)}", *stays.values()}
    return [
        (Anchor(row.uri, word, one), Anchor(row.uri, form, other))
        for form, name in stays.items()
        if name == row.unit[1] or not any(_is_short(form, other) for other in longer - {name})
        for one in sorted(read.get(word, (type,)))
        for other in sorted(read.get(form, (type,)))
    ]


def _is_short(text: str, name: str) -> bool:
    """Whether a written name is another name, or may be short for it."""
    type, _, key = name.partition("/")
    own = normalise(type, text)
    return f"{key} ".startswith(f"{own} ") or is_acronym(text) or fit((type, own), (type, key)) > 0


def _numbered(word: str, rows: list[MentionRow]) -> list[UnitRef]:
    by_number = {row.number: row.unit for row in rows}
    chosen: list[int] = []
    for part in word.split(","):
        first, _, last = part.partition("-")
        if not 1 <= int(first) <= int(last or first) <= len(rows):
            raise NotFound(f"no mention {part}: the list goes from 1 to {len(rows)}")
        chosen += range(int(first), int(last or first) + 1)
    return [by_number[number] for number in chosen]


def inner_judgements(inside: Sequence[tuple[Anchor, Anchor]], by: str, why: str) -> list[Judgement]:
    """That names which a document joins are two things there, and that all which go are one."""
    first = inside[0][0] if inside else None
    others = {left: None for left, _ in inside if first is not None and left != first}
    new = [Judgement(0, Verdict.DIFFERENT, left, right, by=by, reason=why) for left, right in inside]
    return new + [Judgement(0, Verdict.SAME, first, other, by=by, reason=why) for other in others if first is not None]


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

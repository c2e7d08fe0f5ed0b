"""A label map in YAML -> the same documents in another vocabulary: types and relations renamed, merged, turned round or dropped.

types: {Company: ORG, Product: null}                                     null drops
relations: {EMPLOYEE_OR_MEMBER_OF: P108, CHILD_OF: ^P40, Value: null}    ^ swaps head and tail
rest: drop                                                               labels that are not named: keep (as usual) or drop
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from kgbuild.corpora.document import GoldDocument, GoldRelation, tags_of
from kgbuild.corpora.gold import read_gold
from kgbuild.errors import UsageError

KEYS = ("types", "relations", "rest", "description")
SWAP = "^"

Target = tuple[str, bool]
"""A relation's new label, and whether its ends change places."""


@dataclass(frozen=True, slots=True)
class LabelMap:
    """What becomes of labels; None drops. rest: whether labels that are not named are kept, where any are named."""

    types: Mapping[str, str | None] = field(default_factory=dict)
    relations: Mapping[str, Target | None] = field(default_factory=dict)
    rest: bool = True

    def type(self, name: str) -> str | None:
        """What a type becomes."""
        return self.types.get(name, name if self.rest or not self.types else None)

    def relation(self, label: str) -> Target | None:
        """What a relation becomes."""
        return self.relations.get(label, (label, False) if self.rest or not self.relations else None)


def shipped_maps() -> Path:
    """Where the shipped maps lie: in the installed package, or in the checkout beside it."""
    package = Path(__file__).parent.parent
    inside = package / "schemas" / "maps"
    return inside if inside.is_dir() else package.parent / "schemas" / "maps"


def map_file(path: Path) -> Path:
    """Where a map lies that is named by its file or, if it is a shipped one, by its bare name (knowledgenet, fire)."""
    shipped = shipped_maps() / f"{path}.yaml"
    return shipped if not path.suffix and not path.exists() and shipped.is_file() else path


def read_map(path: Path) -> LabelMap:
    """A map from what `map_file` takes.

    Raises UsageError, with the file, for what is no YAML, for an unknown key and for a value that is no label.
    """
    path = map_file(Path(path))
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the map {path}: {getattr(error, 'strerror', None) or error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{path}{line}: not YAML ({getattr(error, 'problem', None) or error})") from error
    return parse_map(value, str(path))


def read_source(source: str | Path) -> list[GoldDocument]:
    """The documents of "FILE" in any format, or of "FILE@MAP" with their labels mapped (MAP: a file, or the name of a shipped map)."""
    path, labels = split_source(source)
    documents = read_gold(path)
    return documents if labels is None else apply_map(documents, read_map(labels))


def split_source(source: str | Path) -> tuple[Path, Path | None]:
    """The file and the label map of "FILE@MAP"; an existing file of that whole name is just a file."""
    path, _, labels = str(source).rpartition("@")
    if not path or Path(source).exists():
        return Path(source), None
    return Path(path), Path(labels)


def parse_map(value: Any, where: str = "map") -> LabelMap:
    """A map from what YAML gave. Raises UsageError as `read_map` does."""
    if not isinstance(value, dict):
        raise UsageError(f"{where}: a map has the keys {', '.join(KEYS)}")
    if unknown := [str(key) for key in value if key not in KEYS]:
        raise UsageError(f"{where}: unknown key {', '.join(unknown)}; a map has {', '.join(KEYS)}")
    rest = value.get("rest", "keep")
    if rest not in ("keep", "drop"):
        raise UsageError(f"{where}: rest is {rest!r}; it is keep or drop")
    types, relations = (_labels(value.get(key), key, where) for key in ("types", "relations"))
    if turned := next((name for name in types.values() if name and name.startswith(SWAP)), None):
        raise UsageError(f"{where}: types: {turned!r} has a {SWAP}, which only relations can have")
    targets = {
        label: None if new is None else (new.removeprefix(SWAP), new.startswith(SWAP)) for label, new in relations.items()
    }
    return LabelMap(types, targets, rest == "keep")


def apply_map(documents: Iterable[GoldDocument], map: LabelMap) -> list[GoldDocument]:
    """The documents with their labels mapped.

    A dropped type takes its mentions, the clusters that they empty and the relations of these. As a type is dropped everywhere, what
    is complete stays so: for the types that are left. Relations that come to say the same are one, with the evidence of all; where not
    each of them was looked for, the one was not.
    """
    documents = list(documents)
    known = labels_of(documents)[1]
    return [_mapped(document, map, known) for document in documents]


def unused(documents: Iterable[GoldDocument], map: LabelMap) -> tuple[str, ...]:
    """Labels of the map that no document has, sorted: slips of the pen, or what this part of a corpus lacks."""
    types, relations = labels_of(documents)
    return tuple(sorted((set(map.types) - types) | (set(map.relations) - relations)))


def labels_of(documents: Iterable[GoldDocument]) -> tuple[set[str], set[str]]:
    """All types, and all relations that occur or were looked for."""
    types: set[str] = set()
    relations: set[str] = set()
    for document in documents:
        types |= {mention.type for mention in document.mentions}
        relations |= {relation.label for relation in document.relations} | set(document.relation_labels or ())
    return types, relations


def _labels(value: Any, key: str, where: str) -> dict[str, str | None]:
    if not isinstance(value or {}, dict):
        raise UsageError(f"{where}: {key} is a mapping of labels to labels or null")
    for old, new in (value or {}).items():
        if not isinstance(old, str) or not (new is None or (isinstance(new, str) and new.removeprefix(SWAP))):
            raise UsageError(
                f"{where}: {key}: {old!r}: {new!r} is no label and not null; put quotes around what YAML does not take as text"
            )
    return dict(value or {})


def _mapped(document: GoldDocument, map: LabelMap, known: Collection[str]) -> GoldDocument:
    kept = [(i, name) for i, mention in enumerate(document.mentions) if (name := map.type(mention.type)) is not None]
    mentions = tuple(replace(document.mentions[i], type=name) for i, name in kept)
    number = {old: new for new, (old, _) in enumerate(kept)}
    left = [tuple(number[i] for i in cluster if i in number) for cluster in document.clusters]
    place = {old: new for new, old in enumerate(i for i, cluster in enumerate(left) if cluster)}
    labels = document.relation_labels
    mapped = replace(
        document,
        mentions=mentions,
        clusters=tuple(cluster for cluster in left if cluster),
        relations=_relations(document.relations, place, map),
        relation_labels=None
        if labels is None
        else tuple(sorted(_named(labels, map) - _named(set(known).difference(labels), map))),
    )
    spans = [(mention.start, mention.end, mention.type) for mention in mentions]
    return replace(mapped, tags=tuple(tags_of(mapped, spans))) if document.tags else mapped


def _named(labels: Iterable[str], map: LabelMap) -> set[str]:
    """What relations become."""
    return {target[0] for label in labels if (target := map.relation(label))}


def _relations(relations: Iterable[GoldRelation], place: Mapping[int, int], map: LabelMap) -> tuple[GoldRelation, ...]:
    found: dict[tuple[int, int, str], GoldRelation] = {}
    for relation in relations:
        target = map.relation(relation.label)
        if target is None or relation.head not in place or relation.tail not in place:
            continue
        head, tail = place[relation.head], place[relation.tail]
        key = (tail, head, target[0]) if target[1] else (head, tail, target[0])
        before = found.get(key)
        evidence = tuple(sorted({*relation.evidence, *before.evidence})) if before else relation.evidence
        found[key] = GoldRelation(*key, evidence, relation.scope if before is None else before.scope or relation.scope)
    return tuple(sorted(found.values()))

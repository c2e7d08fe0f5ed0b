"""What a build did: counts, what was made again, what came and went."""

from dataclasses import dataclass, field

from kgbuild.build.changes import Change

COUNTS = (
    "entities_added", "entities_removed", "entities_redirected", "entities_changed",
    "triples_added", "triples_removed", "triples_changed",
    "documents_folded", "documents_removed",
)  # fmt: skip
"""What a build counts of its changes."""


@dataclass(slots=True)
class Built:
    """What a build did. entities, triples: ids of all that were made again, changed or not; change: what came and went."""

    input: str
    state: str
    documents_folded: int = 0
    documents_removed: int = 0
    names_touched: int = 0
    entities_added: int = 0
    entities_removed: int = 0
    entities_redirected: int = 0
    entities_changed: int = 0
    triples_added: int = 0
    triples_removed: int = 0
    triples_changed: int = 0
    sleeping: list[int] = field(default_factory=list)
    conflicting: list[int] = field(default_factory=list)
    against: dict[int, tuple[int, ...]] = field(default_factory=dict)
    changed: bool = False
    ids: list[tuple[str, str]] = field(default_factory=list)
    entities: set[str] = field(default_factory=set)
    triples: set[str] = field(default_factory=set)
    change: Change | None = None

"""Changed documents, and those that hold a moved name -> how often they mention which entity."""

from kgbuild.build.steps.state import Fold
from kgbuild.build.words import entity_of
from kgbuild.workspace.rows import mention_digest


def fold_mentions(fold: Fold) -> None:
    """Make the mention rows of changed documents, and of those that hold a moved name, again."""
    documents = set(fold.changed)
    for name in fold.moved:
        documents.update(row[0] for row in fold.db.execute("SELECT document FROM unit WHERE name = ?", (name,)))
    for document in sorted(documents):
        for row in fold.db.execute("SELECT document, entity, count FROM mention WHERE document = ?", (document,)).fetchall():
            fold.weigh(mention_digest(*row), -1)
        fold.db.execute("DELETE FROM mention WHERE document = ?", (document,))
        counts: dict[str, int] = {}
        for name, count in fold.db.execute("SELECT name, mentions FROM unit WHERE document = ?", (document,)).fetchall():
            entity = entity_of(fold.db, document, name)
            if entity:
                counts[entity] = counts.get(entity, 0) + count
        for entity, count in sorted(counts.items()):
            fold.db.execute("INSERT INTO mention VALUES (?, ?, ?)", (document, entity, count))
            fold.weigh(mention_digest(document, entity, count), 1)
